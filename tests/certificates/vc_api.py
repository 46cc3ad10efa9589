"""The VC-API (https://w3c-ccg.github.io/vc-api/) over what signs and verifies here, for the suites of the W3C.

    python -m tests.certificates.vc_api [--port 40443] [--configure FOLDER …]

serves https://localhost:PORT with a certificate of its own, and writes into each FOLDER, the clone of a suite, the
`localConfig.cjs` that names it; then `npm test` there.
"""

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pyld.documentloader.frozen import BUNDLED_CONTEXTS

from app.certificates import credential, linked, proof, status
from app.certificates.forged import Forged
from app.core import clock
from app.core.signing import MULTIKEY, Key, Keys, Public, to_base58

CONTEXTS = Path(__file__).parent / "contexts"
FIRST = "https://www.w3.org/2018/credentials/v1"
INTEGRITY = "https://w3id.org/security/data-integrity/v2"
KNOWN = {
    **linked.SHIPPED,
    FIRST: BUNDLED_CONTEXTS[FIRST],
    INTEGRITY: CONTEXTS / "data-integrity-v2.json",
    "https://www.w3.org/ns/credentials/examples/v2": CONTEXTS / "examples-v2.json",
}
NAME = "Bản Học"
JCS = "eddsa-jcs-2022"
TAGS = ["vc2.0", proof.SUITE, "BitstringStatusList", "localhost"]


def key_of(seed: bytes) -> Key:
    """A key known by itself (did:key), the same for the same seed."""
    secret = Ed25519PrivateKey.from_private_bytes(sha256(seed).digest())
    multikey = "z" + to_base58(MULTIKEY + secret.public_key().public_bytes_raw())
    return Key(Public(f"did:key:{multikey}", multikey), secret)


OURS = key_of(b"the W3C's suites")


def linked_data(doc: Mapping[str, Any]) -> bytes:
    return linked.canonical(dict(doc), KNOWN)


def jcs(doc: Mapping[str, Any]) -> bytes:
    """RFC 8785 of what the suites send: texts, no numbers, names in ASCII."""
    return json.dumps(doc, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


SUITES = {proof.SUITE: linked_data, JCS: jcs}


def find(method: str) -> Public | None:
    did, _, fragment = method.partition("#")
    if not did.startswith("did:key:z6Mk") or did != f"did:key:{fragment}":
        return None
    try:
        key = Public(did, fragment)
        key.verifies(bytes(64), b"")
    except ValueError:
        return None
    return key


def check(said: Any) -> dict[str, Any]:
    """A credential of the data model 2.0, or of 1.1, of which this program reads the names alone."""
    if not isinstance(said, dict):
        raise Forged("form")
    contexts = said.get("@context")
    if isinstance(contexts, list) and contexts[:1] == [FIRST]:
        newer = {
            name: value for name, value in said.items() if name not in ("issuanceDate", "expirationDate")
        }
        credential.check({**newer, "@context": [linked.CREDENTIALS, *contexts[1:]]})
    else:
        credential.check(said)
    return said


def issue(given: Any, suite: str = proof.SUITE) -> dict[str, Any]:
    said = check(given)
    if said["@context"][0] == FIRST and INTEGRITY not in said["@context"]:
        said = {**said, "@context": [*said["@context"], INTEGRITY]}
    method = f"{OURS.id}#{OURS.public.multikey}"
    made = clock.as_datetime(clock.now()).strftime("%Y-%m-%dT%H:%M:%SZ")
    return proof.sign(said, OURS, method, made, SUITES[suite], suite)


def verify(given: Any) -> None:
    said = check(given)
    keys = proof.verify(said, find, suites=SUITES)
    if credential.id_of(said["issuer"]) not in {key.id for key in keys}:
        raise Forged("issuer")


def verify_presentation(said: Any, options: Mapping[str, Any]) -> None:
    if not isinstance(said, dict):
        raise Forged("form")
    credential.check_front(said, "VerifiablePresentation")
    [key] = proof.verify(said, find, purpose="authentication", suites=SUITES)
    if "holder" in said and credential.id_of(said["holder"]) != key.id:
        raise Forged("issuer")
    for name in ("challenge", "domain"):
        if said["proof"].get(name) != options.get(name):
            raise Forged("proof")
    several = said.get("verifiableCredential", [])
    for one in several if isinstance(several, list) else [several]:
        verify(one)


def application(base: str, keys: Keys) -> FastAPI:
    app = FastAPI()
    revoked = {7}

    @app.exception_handler(Forged)
    def refused(_request: Request, error: Forged) -> JSONResponse:
        return JSONResponse({"verified": False, "errors": [error.reason]}, 400)

    @app.post("/credentials/issue")
    async def issue_one(request: Request) -> JSONResponse:
        return JSONResponse(issue((await request.json()).get("credential")), 201)

    @app.post("/jcs/credentials/issue")
    async def issue_jcs(request: Request) -> JSONResponse:
        return JSONResponse(issue((await request.json()).get("credential"), JCS), 201)

    @app.post("/listed/credentials/issue")
    async def issue_listed(request: Request) -> JSONResponse:
        said = (await request.json()).get("credential")
        return JSONResponse(issue({**said, "credentialStatus": status.entry(base, 8)}), 201)

    @app.post("/credentials/verify")
    async def verify_one(request: Request) -> dict[str, bool]:
        said = (await request.json()).get("verifiableCredential")
        verify(said)
        if said.get("credentialStatus") in [status.entry(base, place) for place in revoked]:
            raise Forged("revoked")
        return {"verified": True}

    @app.post("/presentations/verify")
    async def verify_many(request: Request) -> dict[str, bool]:
        said = await request.json()
        verify_presentation(said.get("verifiablePresentation"), said.get("options", {}))
        return {"verified": True}

    @app.get("/status/1")
    def listed() -> dict[str, Any]:
        return status.credential(revoked, keys.current(2026), base, clock.now())

    return app


def configure(folder: Path, base: str) -> None:
    """What tells the suite in `folder` of this server."""

    def end(path: str, tags: Sequence[str]) -> dict[str, Any]:
        return {
            "id": OURS.id,
            "endpoint": f"{base}/{path}",
            "supports": {"vc": ["1.1", "2.0"]},
            "options": {},
            "tags": tags,
        }

    issuing = "listed/credentials/issue" if "status-list" in folder.name else "credentials/issue"
    here = {
        "name": NAME,
        "implementation": NAME,
        "issuers": [end(issuing, TAGS), end("jcs/credentials/issue", [JCS])],
        "verifiers": [end("credentials/verify", [*TAGS, JCS])],
        "vpVerifiers": [end("presentations/verify", TAGS)],
    }
    said = {"settings": {"testAllImplementations": False}, "implementations": [here]}
    (folder / "localConfig.cjs").write_text(f"module.exports = {json.dumps(said, indent=2)};\n", "utf-8")


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate for localhost, good for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    secret, public = folder / "tls.key", folder / "tls.pem"
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(made.public_bytes(Encoding.PEM))
    return secret, public


def main() -> None:
    asked = argparse.ArgumentParser(description="The VC-API, for the suites of the W3C.")
    asked.add_argument("--port", type=int, default=40443)
    asked.add_argument("--configure", type=Path, nargs="*", default=[], metavar="FOLDER")
    options = asked.parse_args()
    base = f"https://localhost:{options.port}"
    for folder in options.configure:
        configure(folder, base)
    with tempfile.TemporaryDirectory() as folder:
        keys = Keys(Path(folder) / "keys")
        keys.make(2026)
        secret, public = own_certificate(Path(folder))
        uvicorn.run(
            application(base, keys),
            host="127.0.0.1",
            port=options.port,
            ssl_keyfile=str(secret),
            ssl_certfile=str(public),
            log_level="warning",
        )


if __name__ == "__main__":
    main()
