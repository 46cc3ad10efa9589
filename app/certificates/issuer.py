"""Who signs badges and status lists: the province as did:web, its keys by their ids; and what it never wrote."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from app.certificates import credential, linked, proof
from app.certificates.forged import Forged
from app.core.signing import Key, Keys, Known, Public

NOWHERE = "https://ban-hoc.invalid"
"""Where a certificate says it is from while there is no public address; no such host can exist."""
MIDNIGHT = "T00:00:00+07:00"
TEXT = ""
"""In a form: some text. There a field whose name ends in ? may be absent, and all else stands for itself."""
PROOF = {
    "type": proof.TYPE,
    "cryptosuite": proof.SUITE,
    "created": TEXT,
    "verificationMethod": TEXT,
    "proofPurpose": proof.PURPOSE,
    "proofValue": TEXT,
}


def did(base: str, keys: Keys) -> dict[str, Any]:
    """The issuer's did:web document, for /.well-known/did.json. A compromised key is named and may assert nothing."""
    known = keys.all()
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did_of(base),
        "verificationMethod": [_multikey(base, one) for one in known],
        "assertionMethod": [method(base, one.id) for one in known if one.state != "compromised"],
    }


def did_of(base: str) -> str:
    """`did:web:hoc.example`, `did:web:hoc.example%3A8443`, `did:web:hoc.example:path`."""
    parts = urlsplit(base or NOWHERE)
    return ":".join(["did:web", quote(parts.netloc.lower()), *parts.path.strip("/").split("/")]).rstrip(":")


def method(base: str, id: str) -> str:
    return f"{did_of(base)}#{id}"


def signed(doc: Mapping[str, Any], key: Key, base: str, created: str) -> dict[str, Any]:
    """A credential of ours with its proof; `created` is an RFC 3339 time. Raises `Forged` where it is no credential."""
    credential.check(doc)
    return proof.sign(doc, key, method(base, key.id), created, canonical=linked.quick)


def verified(doc: Mapping[str, Any], form: Mapping[str, Any], keys: Known, bases: tuple[str, ...]) -> Public:
    """The key of ours that signed a document of this form. Raises `Forged`; a compromised key proves nothing."""
    if doc.get("@context") != form["@context"]:
        raise Forged("context")
    if "proof" not in doc:
        raise Forged("no-proof")
    _fits(doc["proof"], form["proof"], "proof")
    _fits(doc, form, "form")
    ours = method(_base_of(doc, bases or ("",)), "")

    def find(address: str) -> Public | None:
        return keys.get(address.removeprefix(ours)) if address.startswith(ours) else None

    [key] = proof.verify(doc, find)
    if key.state == "compromised":
        raise Forged("compromised-key", key.id)
    return key


def _base_of(doc: Mapping[str, Any], bases: tuple[str, ...]) -> str:
    named = doc["issuer"]["id"] if isinstance(doc["issuer"], dict) else doc["issuer"]
    for base in bases:
        if named == did_of(base):
            return base
    raise Forged("issuer")


def _multikey(base: str, key: Public) -> dict[str, str]:
    said = {
        "id": method(base, key.id),
        "type": "Multikey",
        "controller": did_of(base),
        "publicKeyMultibase": key.multikey,
    }
    return said | ({"revoked": f"{key.day}{MIDNIGHT}"} if key.state == "compromised" else {})


def _fits(value: Any, form: Any, reason: str) -> None:
    """Raises `Forged` with `reason`, or `unsigned-field` where the value has a field the form does not know."""
    if form == TEXT and isinstance(form, str):
        if not isinstance(value, str):
            raise Forged(reason)
    elif isinstance(form, dict):
        _fields_fit(value, form, reason)
    elif isinstance(form, list) and isinstance(form[0], dict):
        if not isinstance(value, list) or not value:
            raise Forged(reason)
        if any(one in value[:place] for place, one in enumerate(value)):
            raise Forged("unsigned-field")
        for one in value:
            _fits(one, form[0], reason)
    elif type(value) is not type(form) or value != form:
        raise Forged(reason)


def _fields_fit(value: Any, form: Mapping[str, Any], reason: str) -> None:
    if not isinstance(value, dict) or not set(value) >= {name for name in form if not name.endswith("?")}:
        raise Forged(reason)
    for name, one in value.items():
        known = name if name in form else f"{name}?"
        if known not in form or name.endswith("?"):
            raise Forged("unsigned-field")
        _fits(one, form[known], reason)
