"""Data Integrity proofs with the suite eddsa-rdfc-2022 (W3C Verifiable Credential Data Integrity 1.0, EdDSA Cryptosuites 1.0)."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from app.certificates import linked
from app.certificates.forged import Forged
from app.core.signing import Key, Public, from_base58, to_base58

TYPE, SUITE, PURPOSE = "DataIntegrityProof", "eddsa-rdfc-2022", "assertionMethod"
SEVERAL = 10
"""Proofs on one document, at most."""

Document = Mapping[str, Any]
Canonical = Callable[[Document], bytes]
Find = Callable[[str], Public | None]
SUITES: Mapping[str, Canonical] = {SUITE: linked.canonical}


def sign(
    doc: Document,
    key: Key,
    method: str,
    created: str,
    canonical: Canonical = linked.canonical,
    suite: str = SUITE,
) -> dict[str, Any]:
    """The document with a proof; `method` is the address of the key, `created` an RFC 3339 time. Raises `Forged`."""
    proof = {
        "type": TYPE,
        "cryptosuite": suite,
        "created": created,
        "verificationMethod": method,
        "proofPurpose": PURPOSE,
    }
    signature = key.sign(_hash(doc, proof, canonical))
    return {**doc, "proof": {**proof, "proofValue": "z" + to_base58(signature)}}


def verify(
    secured: Document,
    find: Find,
    purpose: str = PURPOSE,
    suites: Mapping[str, Canonical] = SUITES,
) -> list[Public]:
    """The keys, one a proof, that signed every word of the document; `find` knows the key of an address. Raises `Forged`.

    Of several proofs every one must hold, and one that stands on others (`previousProof`) signed those too.
    """
    if "proof" not in secured:
        raise Forged("no-proof")
    said = secured["proof"]
    proofs = said if isinstance(said, list) else [said]
    if not 1 <= len(proofs) <= SEVERAL or not all(isinstance(one, dict) for one in proofs):
        raise Forged("proof")
    doc = {name: value for name, value in secured.items() if name != "proof"}
    return [_holds({**doc, **_before(one, proofs)}, one, find, purpose, suites) for one in proofs]


def _holds(
    doc: Document, proof: Document, find: Find, purpose: str, suites: Mapping[str, Canonical]
) -> Public:
    config = {name: value for name, value in proof.items() if name != "proofValue"}
    if (config.get("type"), config.get("proofPurpose")) != (TYPE, purpose):
        raise Forged("proof")
    method, suite = config.get("verificationMethod"), config.get("cryptosuite")
    canonical = suites.get(suite) if isinstance(suite, str) else None
    if not isinstance(method, str) or canonical is None or "expires" in config:
        raise Forged("proof")
    signature = _signature(proof.get("proofValue"))
    key = find(method)
    if key is None:
        raise Forged("unknown-key", method.rpartition("#")[2])
    if not key.verifies(signature, _hash(doc, config, canonical)):
        raise Forged("signature", key.id)
    return key


def _before(proof: Document, proofs: Sequence[Document]) -> dict[str, Any]:
    """The proofs this one stands on, as the document had them when it was signed."""
    said = proof.get("previousProof")
    wanted = said if isinstance(said, list) else [] if said is None else [said]
    found = [one for one in proofs if one is not proof and one.get("id") in wanted]
    if len({one["id"] for one in found}) < len(wanted):
        raise Forged("proof")
    return {"proof": found} if found else {}


def _hash(doc: Document, config: Document, canonical: Canonical) -> bytes:
    named = {"@context": doc.get("@context"), **config}
    return sha256(canonical(named)).digest() + sha256(canonical(doc)).digest()


def _signature(text: object) -> bytes:
    if not isinstance(text, str) or not text.startswith("z") or len(text) > 100:
        raise Forged("proof")
    try:
        return from_base58(text[1:])
    except ValueError:
        raise Forged("proof") from None
