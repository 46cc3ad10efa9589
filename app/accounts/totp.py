"""The six digits of RFC 6238 that a telephone shows for half a minute, and codes for the day it is lost."""

import base64
import hmac
import secrets
import struct
from hashlib import sha256
from urllib.parse import quote, urlencode

SECOND = 1000
STEP = 30 * SECOND
DIGITS = 6
ASTRAY = 1
"""Half minutes a telephone's clock may be wrong by."""
SECRET_BYTES = 20
RECOVERY_CODES = 8
ISSUER = "Bản Học"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those taken for one another."""


def new_secret() -> str:
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def is_secret(text: str) -> bool:
    try:
        return len(base64.b32decode(text)) == SECRET_BYTES
    except ValueError:
        return False


def code(secret: str, step: int) -> str:
    """The digits of one half minute since 1970."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), "sha1").digest()
    at = digest[-1] & 0xF
    (number,) = struct.unpack(">I", digest[at : at + 4])
    return f"{(number & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}}"


def step_of(secret: str, typed: str, now: int, after: int = 0) -> int | None:
    """The half minute these digits are of, around `now` (ms) and later than `after`; None where they are of none."""
    digits = "".join(typed.split())
    near = range(now // STEP - ASTRAY, now // STEP + ASTRAY + 1)
    matching = [step for step in near if hmac.compare_digest(code(secret, step).encode(), digits.encode())]
    return next((step for step in matching if step > after), None)


def uri(secret: str, name: str) -> str:
    """What the QR code says to an authenticator."""
    label = quote(f"{ISSUER}:{name}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': ISSUER})}"


def new_codes() -> list[str]:
    return [_letters(2) for _ in range(RECOVERY_CODES)]


def new_passphrase() -> str:
    """One to hand over, to be changed by whoever gets it."""
    return _letters(4)


def _letters(groups: int) -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(groups))


def code_sha(typed: str) -> str:
    """A code for the day the telephone is lost, as it is kept."""
    return sha256("".join(typed.lower().replace("-", "").split()).encode()).hexdigest()
