"""The certificate as an Open Badge 3.0: a Verifiable Credential (VCDM 2.0) with an `eddsa-rdfc-2022` proof.

Who it is of stands in it as a salted hash of the certificate's id alone; her name is in the QR code and on paper.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from app.certificates import linked
from app.certificates.forged import Forged
from app.certificates.issuer import MIDNIGHT, NOWHERE, PROOF, TEXT, did, did_of, signed, verified
from app.certificates.snapshot import Snapshot
from app.certificates.status import SIZE, entry
from app.core.signing import Key, Known, Public

WORDS = Path(__file__).resolve().parents[2] / "content/badge.toml"
CONTEXT = [linked.CREDENTIALS, linked.OPEN_BADGES]
LARGEST = 100_000
"""Bytes of a badge somebody brings."""

__all__ = ["Forged", "Verdict", "did", "did_of", "document", "issue", "read", "verify"]

FORM: dict[str, Any] = {
    "@context": CONTEXT,
    "id": TEXT,
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": TEXT,
    "issuer": {"id": TEXT, "type": ["Profile"], "name": TEXT, "url": TEXT},
    "validFrom": TEXT,
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": TEXT,
                "identityType": "systemId",
                "salt": TEXT,
            }
        ],
        "licenseNumber": TEXT,
        "achievement": {
            "id": TEXT,
            "type": ["Achievement"],
            "name": TEXT,
            "description": TEXT,
            "inLanguage": "vi",
            "achievementType": "Course",
            "criteria": {"id": TEXT, "narrative": TEXT},
            "resultDescription?": [
                {
                    "id": TEXT,
                    "type": ["ResultDescription"],
                    "name": TEXT,
                    "resultType": "Percent",
                    "valueMin": "0",
                    "valueMax": "100",
                }
            ],
            "alignment?": [
                {
                    "type": ["Alignment"],
                    "targetCode": TEXT,
                    "targetName": TEXT,
                    "targetFramework": TEXT,
                    "targetUrl": TEXT,
                }
            ],
        },
        "result?": [{"type": ["Result"], "resultDescription": TEXT, "value": TEXT}],
    },
    "credentialStatus": {
        "id": TEXT,
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": TEXT,
        "statusListCredential": TEXT,
    },
    "proof": PROOF,
}
"""Every badge of ours. One graph can be written as many documents; of those only the one we wrote is believed."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a genuine badge says; whether the certificate still stands is for the register or the status list to say.

    `number` of the certificate, `title` of the course in Vietnamese, `day` ISO, `status` its place in the status lists.
    """

    number: str
    title: str
    day: str
    status: int
    key: Public


def issue(snapshot: Snapshot, key: Key, base: str) -> dict[str, Any]:
    """The same for the same snapshot, key and `base` (the public address, or ""), always."""
    day = max(snapshot.day, key.public.made)
    return signed(document(snapshot, base), key, base, f"{day}{MIDNIGHT}")


def verify(doc: Mapping[str, Any], keys: Known, *bases: str) -> Verdict:
    """Raises `Forged`. `bases` are the public addresses this issuer has, or had; none is the address of a sample."""
    key = verified(doc, FORM, keys, bases)
    return _verdict(doc, key)


def read(data: bytes) -> dict[str, Any]:
    """The JSON of a badge somebody brings. Raises `Forged`: `malformed`."""
    try:
        found = json.loads(data, object_pairs_hook=_once) if len(data) <= LARGEST else None
    except (ValueError, RecursionError):
        raise Forged("malformed") from None
    if not isinstance(found, dict):
        raise Forged("malformed")
    return found


def number_said(doc: Mapping[str, Any]) -> str:
    """The number a badge nobody has verified says it is of, or ""."""
    subject = doc.get("credentialSubject")
    said = subject.get("licenseNumber") if isinstance(subject, dict) else None
    return said if isinstance(said, str) else ""


def document(snapshot: Snapshot, base: str) -> dict[str, Any]:
    """The badge before it is signed."""
    words, at = _words(), base or NOWHERE
    name = words["name"].format(title=snapshot.titles["vi"])
    subject: dict[str, Any] = {
        "type": ["AchievementSubject"],
        "identifier": [_identity(snapshot)],
        "licenseNumber": snapshot.number,
        "achievement": _achievement(snapshot, at, words),
    }
    if snapshot.score is not None:
        subject["result"] = [
            {"type": ["Result"], "resultDescription": _score(snapshot, at), "value": str(snapshot.score)}
        ]
    return {
        "@context": CONTEXT,
        "id": f"{at}/c/{snapshot.number}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": words["sample"].format(name=name) if snapshot.sample else name,
        "issuer": {
            "id": did_of(base),
            "type": ["Profile"],
            "name": snapshot.issuer.names["vi"],
            "url": at,
        },
        "validFrom": f"{snapshot.day}{MIDNIGHT}",
        "credentialSubject": subject,
        "credentialStatus": entry(base, snapshot.status),
    }


def _achievement(snapshot: Snapshot, at: str, words: Mapping[str, str]) -> dict[str, Any]:
    narrative = [words["criteria"], *([words["supervised"]] if snapshot.supervised else [])]
    said: dict[str, Any] = {
        "id": f"{_course(snapshot, at)}#{snapshot.structure}",
        "type": ["Achievement"],
        "name": snapshot.titles["vi"],
        "description": snapshot.titles["vi"],
        "inLanguage": "vi",
        "achievementType": "Course",
        "criteria": {"id": _course(snapshot, at), "narrative": " ".join(narrative)},
    }
    if snapshot.score is not None:
        said["resultDescription"] = [
            {
                "id": _score(snapshot, at),
                "type": ["ResultDescription"],
                "name": words["score"],
                "resultType": "Percent",
                "valueMin": "0",
                "valueMax": "100",
            }
        ]
    if snapshot.skills:
        said["alignment"] = [_alignment(skill, at) for skill in snapshot.skills]
    return said


def _course(snapshot: Snapshot, at: str) -> str:
    return f"{at}/vi/courses/{quote(snapshot.course)}"


def _score(snapshot: Snapshot, at: str) -> str:
    return f"{_course(snapshot, at)}#{snapshot.structure}-score"


def _alignment(skill: str, at: str) -> dict[str, Any]:
    """`skill` is `FRAMEWORK@VERSION:CODE`; the address only names it (RFC 4151), for frameworks have no pages."""
    framework, _, code = skill.partition(":")
    return {
        "type": ["Alignment"],
        "targetCode": code,
        "targetName": code,
        "targetFramework": framework,
        "targetUrl": f"tag:{urlsplit(at).hostname},2026:{quote(skill)}",
    }


def _identity(snapshot: Snapshot) -> dict[str, Any]:
    salt = sha256(f"salt {snapshot.id}".encode()).hexdigest()[:16]
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${sha256((snapshot.id + salt).encode()).hexdigest()}",
        "identityType": "systemId",
        "salt": salt,
    }


def _verdict(doc: Mapping[str, Any], key: Public) -> Verdict:
    """What was signed has our form, or it was not ours."""
    try:
        subject, place = doc["credentialSubject"], doc["credentialStatus"]
        at, _, index = place["id"].rpartition("#")
        lists = int(at.rpartition("/")[2])
        return Verdict(
            number=subject["licenseNumber"],
            title=subject["achievement"]["name"],
            day=doc["validFrom"].removesuffix(MIDNIGHT),
            status=(lists - 1) * SIZE + int(index),
            key=key,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Forged("form", key.id) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


@cache
def _words() -> dict[str, str]:
    return tomllib.loads(WORDS.read_text("utf-8"))
