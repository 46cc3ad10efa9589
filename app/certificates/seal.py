"""A seal over the bytes of a PDF we made: an Ed25519 signature in a comment before its end.

It says that the file is ours and unaltered. In law it is no signature: see `sealing` for that of an agency.

    %BanHoc-seal-1 2026-1 <86 letters of base64url>
    startxref
    …
    %%EOF

Signed are the line's name, a zero byte and the SHA-256 of all bytes of the file without the line. What follows its end is not
under the seal; whoever reads it decides whether it may be there.
"""

import base64
import re
from dataclasses import dataclass
from hashlib import sha256

from app.certificates.forged import Forged
from app.core.signing import Key, Known, Public

NAME = b"BanHoc-seal-1"
LINE = re.compile(rb"%BanHoc-seal-1 ([0-9]{4}-[1-9][0-9]{0,3}) ([A-Za-z0-9_-]{86})\n")
END = re.compile(rb"startxref\n[0-9]{1,10}\n%%EOF\n?")


@dataclass(frozen=True)
class Sealed:
    """`ours` is the file as we made it, `after` what somebody wrote behind it."""

    ours: bytes
    after: bytes
    key: str


def put(pdf: bytes, key: Key) -> bytes:
    """The PDF under the seal."""
    at = pdf.rindex(b"startxref\n")
    signature = base64.urlsafe_b64encode(key.sign(_message(pdf))).rstrip(b"=")
    return pdf[:at] + b"%" + NAME + b" " + key.id.encode() + b" " + signature + b"\n" + pdf[at:]


def check(data: bytes, keys: Known) -> Sealed:
    """Raises `Forged`: `unsealed`, `altered`, `unknown-key` or `compromised-key`."""
    lines = list(LINE.finditer(data))
    if not lines:
        raise Forged("unsealed")
    line = lines[0]
    id = line[1].decode()
    end = END.match(data, line.end())
    key = keys.get(id)
    if key is None:
        raise Forged("unknown-key", id)
    if end is None or not _holds(key, line[2], data[: line.start()] + data[line.end() : end.end()]):
        raise Forged("altered", id)
    if key.state == "compromised":
        raise Forged("compromised-key", id)
    return Sealed(data[: end.end()], data[end.end() :], id)


def _holds(key: Public, written: bytes, pdf: bytes) -> bool:
    signature = base64.urlsafe_b64decode(written + b"==")
    return base64.urlsafe_b64encode(signature).rstrip(b"=") == written and key.verifies(
        signature, _message(pdf)
    )


def _message(pdf: bytes) -> bytes:
    return NAME + b"\0" + sha256(pdf).digest()
