"""A certificate to sign, and the keys to sign it with; nothing here is in any register."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from app.certificates.snapshot import Issuer, Snapshot
from app.core.signing import Keys

BASE = "https://hoc.example"
YEAR = 2026
ISSUER = Issuer(code="DB", names={"vi": "Sở Khoa học và Công nghệ tỉnh thử"}, url=BASE)
SNAPSHOT = Snapshot(
    id="019a0000-0000-7000-8000-000000000001", number="DB-2026-000001", issuer=ISSUER, name="Lò Thị Ẩn ꪩꪺꪙꪽ",
    course="dt05", structure="0123456789ab", titles={"vi": "An toàn trên không gian mạng"}, day="2026-11-22", score=90,
    supervised=True, skills=("KNS@1.0:2.1", "NLS@2025:1.1"), status=131_073, sample=False,
)  # fmt: skip


def snapshot(**other: Any) -> Snapshot:
    return replace(SNAPSHOT, **other)


def keys_in(folder: Path) -> Keys:
    """With one key for the year."""
    keys = Keys(folder / "keys")
    keys.make(YEAR)
    return keys
