"""UUIDv7 as lower-case text: made where the thing happened, good for index locality, never read as a time, never a secret."""

import re
import secrets
import threading

from app.core import clock

CANONICAL = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_lock = threading.Lock()
_last = 0


def new() -> str:
    """A new id, greater than every id this process made before."""
    tail = secrets.randbits(62)
    text = f"{_tick():015x}{(0b10 << 62) | tail:016x}"
    return f"{text[:8]}-{text[8:12]}-7{text[12:15]}-{text[15:19]}-{text[19:]}"


def is_id(value: object) -> bool:
    return isinstance(value, str) and CANONICAL.fullmatch(value) is not None


def _tick() -> int:
    """48 bits of milliseconds and a 12-bit counter, as one number that only grows."""
    global _last
    with _lock:
        _last = max(_last + 1, clock.now() << 12)
        return _last
