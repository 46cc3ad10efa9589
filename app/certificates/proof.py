"""Data Integrity proofs with the suite eddsa-rdfc-2022 (W3C Verifiable Credential Data Integrity 1.0, EdDSA Cryptosuites 1.0)."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.certificates import linked
from app.certificates.forged import Forged
from app.core.signing import Key, Public, from_base58, to_base58

TYPE, SUITE, PURPOSE = "DataIntegrityProof", "eddsa-rdfc-2022", "assertionMethod"

Document = Mapping[str, Any]
Canonical = Callable[[Document], bytes]


def sign(
    doc: Document, key: Key, method: str, created: str, canonical: Canonical = linked.canonical
) -> dict[str, Any]:
    """The document with a proof; `method` is the address of the key, `created` an RFC 3339 time. Raises `Forged`."""
    proof = {
        "type": TYPE,
        "cryptosuite": SUITE,
        "created": created,
        "verificationMethod": method,
        "proofPurpose": PURPOSE,
    }
    signature = key.sign(_hash(doc, proof, canonical))
    return {**doc, "proof": {**proof, "proofValue": "z" + to_base58(signature)}}


def verify(
    secured: Document,
    find: Callable[[str], Public | None],
    purpose: str = PURPOSE,
    contexts: Mapping[str, Path] = linked.SHIPPED,
) -> Public:
    """The key, `find` of whose address gave it, that signed every word of the document. Raises `Forged`."""
    if "proof" not in secured:
        raise Forged("no-proof")
    proof = secured["proof"]
    if not isinstance(proof, dict):
        raise Forged("proof")
    config = {name: value for name, value in proof.items() if name != "proofValue"}
    if (config.get("type"), config.get("cryptosuite")) != (TYPE, SUITE):
        raise Forged("proof")
    if config.get("proofPurpose") != purpose or not isinstance(config.get("verificationMethod"), str):
        raise Forged("proof")
    signature = _signature(proof.get("proofValue"))
    key = find(config["verificationMethod"])
    if key is None:
        raise Forged("unknown-key", config["verificationMethod"].rpartition("#")[2])
    doc = {name: value for name, value in secured.items() if name != "proof"}
    message = _hash(doc, config, lambda one: linked.canonical(one, contexts))
    if not key.verifies(signature, message):
        raise Forged("signature", key.id)
    return key


def _hash(doc: Document, config: Document, canonical: Canonical) -> bytes:
    named = {"@context": doc.get("@context"), **config}
    return sha256(canonical(named)).digest() + sha256(canonical(doc)).digest()


def _signature(text: object) -> bytes:
    if not isinstance(text, str) or not text.startswith("z") or len(text) > 100:
        raise Forged("proof")
    try:
        raw = from_base58(text[1:])
    except ValueError:
        raise Forged("proof") from None
    if len(raw) != 64:
        raise Forged("proof")
    return raw
