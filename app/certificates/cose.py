"""The credential of the QR code: COSE_Sign1 (RFC 9052) with Ed25519 over a few claims, as an upper-case address.

Protected header `{1: -8, 4: key id}`, nothing unprotected, payload a map of the labels below; deterministic CBOR (RFC 8949,
4.2), and what is not written so is refused: one credential has one form.
"""

import base64
import re
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.certificates.forged import Forged
from app.certificates.snapshot import Snapshot
from app.core.signing import Key, Known

ALGORITHM, KEY = 1, 4
EDDSA = -8
SIGN1 = 18
LONGEST = 2_000
"""Bytes of a credential; a name of 120 stacked letters stays below."""
LABELS = {
    "number": 1, "name": 2, "course": 3, "title": 4, "day": 5, "score": 6, "supervised": 7, "sample": 8, "status": 9,
}  # fmt: skip
NAMES = {label: name for name, label in LABELS.items()}
NEEDED = {"number", "name", "course", "title", "day"}
EPOCH = date(1970, 1, 1)
BASE32 = re.compile(r"[A-Z2-7]+")
DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghijklmnopqrstuv")
"""The letters of base32 as Python's numbers have them: ten times as fast as base64.b32decode, and every scan pays for it."""

__all__ = ["Claims", "Forged", "claims", "from_path", "last_part", "sign", "to_text", "url", "verify"]


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What a QR code says; `title` in Vietnamese, `day` ISO, `score` per cent, `status` its place in the status list."""

    number: str
    name: str
    course: str
    title: str
    day: str
    score: int | None = None
    supervised: bool = False
    sample: bool = False
    status: int = 0
    key: str = ""


def claims(snapshot: Snapshot, key: str = "") -> Claims:
    """What the QR code of this certificate says."""
    return Claims(
        number=snapshot.number,
        name=snapshot.name,
        course=snapshot.course,
        title=snapshot.titles["vi"],
        day=snapshot.day,
        score=snapshot.score,
        supervised=snapshot.supervised,
        sample=snapshot.sample,
        status=snapshot.status,
        key=key,
    )


def sign(snapshot: Snapshot, key: Key) -> bytes:
    """The same for the same snapshot and key, always."""
    protected = _dumps({ALGORITHM: EDDSA, KEY: key.id.encode()})
    payload = _dumps(_payload(claims(snapshot)))
    return _tagged(protected, payload, key.sign(_signed(protected, payload)))


def verify(data: bytes, keys: Known) -> Claims:
    """Raises `Forged`. A retired key is good; whether the certificate still stands is not said here."""
    protected, payload, signature = _parts(data)
    header = _loads(protected)
    if not isinstance(header, dict) or header.get(ALGORITHM) != EDDSA or set(header) != {ALGORITHM, KEY}:
        raise Forged("algorithm")
    if not isinstance(header[KEY], bytes) or not header[KEY].isascii():
        raise Forged("malformed")
    id = header[KEY].decode()
    key = keys.get(id)
    if key is None:
        raise Forged("unknown-key", id)
    if not key.verifies(signature, _signed(protected, payload)):
        raise Forged("signature", id)
    if key.state == "compromised":
        raise Forged("compromised-key", id)
    return _claims(_loads(payload), id)


def url(public_url: str, data: bytes) -> str:
    """`HTTPS://HOST/C/…`, of letters a QR code holds two in eleven bits; without a public address the path alone."""
    return f"{public_url.upper()}/C/{to_text(data)}"


def to_text(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")


def last_part(text: str) -> str:
    return text.strip().rstrip("/").rpartition("/")[2].upper()


def from_path(text: str) -> bytes:
    """The bytes in an address, its path, or its last part, in either case. Raises `Forged`."""
    last = last_part(text)
    size, spare = divmod(len(last) * 5, 8)
    if not BASE32.fullmatch(last) or size > LONGEST or spare >= 5:
        raise Forged("malformed")
    number = int(last.translate(DIGITS), 32)
    if number & ((1 << spare) - 1):
        raise Forged("malformed")
    return (number >> spare).to_bytes(size, "big")


def _payload(said: Claims) -> dict[int, Any]:
    values = asdict(said) | {"day": (date.fromisoformat(said.day) - EPOCH).days}
    plain = {"score": None, "supervised": False, "sample": False, "status": 0}
    return {
        label: values[name] for name, label in LABELS.items() if name in NEEDED or values[name] != plain[name]
    }


def _claims(payload: Any, key: str) -> Claims:
    if not isinstance(payload, dict) or not payload.keys() <= NAMES.keys():
        raise Forged("malformed", key)
    values = {NAMES[label]: value for label, value in payload.items()}
    if not set(values) >= NEEDED:
        raise Forged("malformed", key)
    try:
        day = date.fromordinal(EPOCH.toordinal() + values.pop("day")).isoformat()
    except (TypeError, ValueError, OverflowError):
        raise Forged("malformed", key) from None
    return Claims(**values, day=day, key=key)


def _signed(protected: bytes, payload: bytes) -> bytes:
    return _dumps(["Signature1", protected, b"", payload])


def _parts(data: bytes) -> tuple[bytes, bytes, bytes]:
    from cbor2 import CBORTag

    if len(data) > LONGEST:
        raise Forged("malformed")
    read = _loads(data)
    if not isinstance(read, CBORTag) or read.tag != SIGN1:
        raise Forged("malformed")
    parts = read.value
    if not isinstance(parts, tuple) or len(parts) != 4:
        raise Forged("malformed")
    protected, unprotected, payload, signature = parts
    if unprotected != {} or not all(isinstance(part, bytes) for part in (protected, payload, signature)):
        raise Forged("malformed")
    return protected, payload, signature


def _tagged(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    from cbor2 import CBORTag

    return _dumps(CBORTag(SIGN1, [protected, {}, payload, signature]))


def _dumps(value: Any) -> bytes:
    from cbor2 import dumps

    return dumps(value, canonical=True)


def _loads(data: bytes) -> Any:
    """One value in deterministic form. Raises `Forged`."""
    from cbor2 import CBORError, loads

    try:
        value = loads(data)
        same = _dumps(value) == data
    except (CBORError, ValueError, TypeError, RecursionError, OverflowError):
        raise Forged("malformed") from None
    if not same:
        raise Forged("malformed")
    return value
