"""Which certificates no longer stand, as a Bitstring Status List (W3C, 1.0): one signed file for 131,072 of them.

It travels to villages and phones, so it says by its `validFrom` how old it is; one older than the newest seen is refused.
"""

import base64
import binascii
import gzip
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from app.certificates import linked
from app.certificates.forged import Forged
from app.certificates.issuer import NOWHERE, PROOF, TEXT, did_of, signed, verified
from app.core import clock
from app.core.signing import Key, Known

SIZE = 131_072
LONGEST = 40_000
"""Letters of an encoded list: one of 131,072 bits that will not be compressed has 22,000."""

FORM: dict[str, Any] = {
    "@context": [linked.CREDENTIALS],
    "id": TEXT,
    "type": ["VerifiableCredential", "BitstringStatusListCredential"],
    "issuer": TEXT,
    "validFrom": TEXT,
    "credentialSubject": {
        "id": TEXT,
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": TEXT,
    },
    "proof": PROOF,
}


@dataclass(frozen=True)
class StatusList:
    """One bit for each place of one list; a set bit no longer stands."""

    bits: bytes = bytes(SIZE // 8)

    @classmethod
    def of(cls, revoked: Iterable[int], number: int = 1) -> "StatusList":
        """The list `number`, with `revoked` places of all lists."""
        bits = bytearray(SIZE // 8)
        for status in revoked:
            if list_of(status) == number:
                index = status % SIZE
                bits[index // 8] |= 0x80 >> index % 8
        return cls(bytes(bits))

    def __contains__(self, index: int) -> bool:
        """`index` within this list. Raises `IndexError`."""
        return bool(self.bits[index // 8] & 0x80 >> index % 8)

    def encoded(self) -> str:
        """Multibase base64url of the bits in gzip; the same for the same bits."""
        packed = gzip.compress(self.bits, 9, mtime=0)
        return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def decoded(cls, text: str) -> "StatusList":
        """Raises `Forged`: `malformed`."""
        return cls(unpacked(text))


@dataclass(frozen=True, kw_only=True)
class Received:
    """A status list that was verified: which it is, and when it was made (RFC 3339, UTC)."""

    number: int
    made: str
    revoked: StatusList


def list_of(status: int) -> int:
    """The number of the list a place is in; the first is 1."""
    return status // SIZE + 1


def address(base: str, number: int) -> str:
    return f"{base or NOWHERE}/status/{number}"


def entry(base: str, status: int) -> dict[str, str]:
    """What a credential says of its place."""
    lists, index = address(base, list_of(status)), status % SIZE
    return {
        "id": f"{lists}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": lists,
    }


def credential(revoked: Collection[int], key: Key, base: str, at: int, number: int = 1) -> dict[str, Any]:
    """The signed list `number` of what was `revoked` (places of all lists) by `at`, UTC milliseconds."""
    here, made = address(base, number), _time(at)
    doc = {
        "@context": [linked.CREDENTIALS],
        "id": here,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did_of(base),
        "validFrom": made,
        "credentialSubject": {
            "id": f"{here}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": StatusList.of(revoked, number).encoded(),
        },
    }
    return signed(doc, key, base, made)


def verify(doc: Mapping[str, Any], keys: Known, *bases: str, newest: str = "") -> Received:
    """Raises `Forged`, with `older` where it was made before `newest`, the `made` of the newest one seen of its number."""
    key = verified(doc, FORM, keys, bases)
    subject, made = doc["credentialSubject"], doc["validFrom"]
    number = doc["id"].rpartition("/")[2]
    if doc["id"] not in [address(base, number) for base in bases or ("",)] or not number.isdecimal():
        raise Forged("form", key.id)
    if made < newest:
        raise Forged("older", key.id)
    return Received(number=int(number), made=made, revoked=StatusList.decoded(subject["encodedList"]))


def unpacked(text: str, largest: int = SIZE // 8) -> bytes:
    """The bits of an encoded list of at least `SIZE` entries and at most `largest` bytes. Raises `Forged`."""
    if not text.startswith("u") or "=" in text or len(text) > max(LONGEST, largest * 2):
        raise Forged("malformed")
    try:
        packed = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
        reader = zlib.decompressobj(wbits=31)
        bits = reader.decompress(packed, largest + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise Forged("malformed") from None
    if not reader.eof or reader.unused_data or not SIZE // 8 <= len(bits) <= largest:
        raise Forged("malformed")
    return bits


def _time(at: int) -> str:
    """Seconds are enough, and of one length, so that times compare as texts."""
    return clock.as_datetime(at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
