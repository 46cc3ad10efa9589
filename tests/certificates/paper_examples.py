"""Certificates to be drawn, and names that are hard to draw."""

import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.certificates import badge, cose
from app.certificates.snapshot import Carriers, Issuer, Snapshot
from app.certificates.templates import Template, shipped
from app.core.signing import Key, Keys

BASE = "https://hoc.example"
STACKED = "ꪹꪒ꪿ꪱ ꪀꪾ꫁ ꪭꪴ꫁ꪀ ꪎꪲ꪿ꪉ ꪜꪳ꫁ꪙ ꪉꪰ꪿ꪚ ꪹꪁ꫁ꪱ"
LONG = "Nguyễn Thị Hoàng Ngọc Ẩn Phượng Vỹ Đào Tuyết Nhữ "
NAMES = {
    "plain": "Lò Thị Mỷ",
    "long": (LONG * 3)[:120].strip(),
    "one word": "Mỷ" * 60,
    "stacked": STACKED,
    "stacked and long": (STACKED.replace(" ", "") * 4)[:120],
    "nfd": unicodedata.normalize("NFD", "Nguyễn Thị Ẩn"),
    "hmong": "Vangx Zôngx Đrôngk Hnôngk Nzơưs Chưs",
    "one letter": "Ơ",
}
TITLES = {
    "vi": "Làm quen điện thoại và Internet",
    "hmn": "Pâuz zôngv xaor tôngx thaz Internet",
    "blt": "ꪭꪴ꫁ ꪊꪰꪀ ꪒꪸ꫁ꪙ ꪖ꫁ꪫꪱꪥ ꪀꪚꪾ internet",
}
TEMPLATE = shipped()["default@1"]


def keys(folder: Path, year: int = 2026) -> tuple[Keys, Key]:
    known = Keys(folder)
    return known, known.make(year)


def snapshot(name: str = NAMES["plain"], number: int = 123, **other: Any) -> Snapshot:
    said: dict[str, Any] = {
        "id": f"01999999-0000-7000-8000-{number:012d}",
        "number": f"DB-2026-{number:06d}",
        "issuer": Issuer(code="DB", names={"vi": "Nền tảng học tập Bản Học, tỉnh Điện Biên"}, url=BASE),
        "name": name,
        "course": "dt01",
        "structure": "0a1b2c3d4e5f",
        "titles": TITLES,
        "day": "2026-11-22",
        "score": 90,
        "supervised": True,
        "skills": ("KNS@1.0:0.1", "KNS@1.0:0.2", "NLS@2025:1.1"),
        "status": number,
        "sample": False,
    }
    return Snapshot(**said | other)


def carriers(one: Snapshot, key: Key) -> Carriers:
    return Carriers(cose=cose.sign(one, key), badge=badge.issue(one, key, BASE), key=key.id)


def template(**other: Any) -> Template:
    return replace(TEMPLATE, **other)
