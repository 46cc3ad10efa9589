"""A page drawn once for each of its shapes, with gaps for what differs from one certificate to the next.

Drawing costs more than checking a signature, and so does compressing a whole page: what stands around the gaps is compressed
when it is drawn.
"""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, lru_cache
from html import escape
from typing import Any

from app.certificates.telling import GAPS, Telling
from app.web.render import Pages
from courses.languages import Language

TEMPLATE = "certificates/check.html"
BEGIN, END = "\ue000", "\ue001"
GAP = re.compile(f"{BEGIN}(.*?){END}")
MARKS = {name: f"{BEGIN}{name}{END}" for name in GAPS}
LEVEL, RAW = 6, -15
SMALL, LITTLE = -12, 5
"""Window and memory for a thousand bytes: making room for the largest costs more than compressing."""
HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
"""What begins a gzip file (RFC 1952) that does not say when it was made."""
SHAPES = 500
SPOKEN = ("check.here_good", "check.here_wrong", "check.offline", "check.older")
"""The words verify.js tells by."""


class Form:
    """One drawn shape: texts, and between them the names of gaps."""

    def __init__(self, html: str) -> None:
        self.parts = GAP.split(html)

    def filled(self, told: Telling) -> str:
        return "".join(self._filled(told))

    def gzipped(self, told: Telling) -> bytes:
        """The whole page; what stands before the first gap and after the last one was compressed when it was drawn."""
        filled = self._filled(told)
        between = "".join(filled[1:-1]).encode()
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, SMALL, LITTLE)
        body = packer.compress(between) + packer.flush(zlib.Z_FULL_FLUSH)
        begun, end, sum, size = self._around
        sum = zlib.crc32(self._end, zlib.crc32(between, sum))
        return b"".join((begun, body, end, struct.pack("<LL", sum, size + len(between))))

    def _filled(self, told: Telling) -> list[str]:
        filled = list(self.parts)
        filled[1::2] = [escape(getattr(told, name)) for name in self.parts[1::2]]
        return filled

    @cached_property
    def _end(self) -> bytes:
        return self.parts[-1].encode() if len(self.parts) > 1 else b""

    @cached_property
    def _around(self) -> tuple[bytes, bytes, int, int]:
        """The beginning and the end, compressed; the sum over the beginning; and the bytes of both."""
        start, first, last = self.parts[0].encode(), *(zlib.compressobj(9, zlib.DEFLATED, RAW) for _ in "12")
        begun = HEAD + first.compress(start) + first.flush(zlib.Z_FULL_FLUSH)
        return begun, last.compress(self._end) + last.flush(), zlib.crc32(start), len(start) + len(self._end)


class Sheets:
    """`form(told, lang)` is the drawn shape that `told` fits into."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self._drawn: Callable[[Telling, str, tuple[Language, ...]], Form] = lru_cache(SHAPES)(self._draw)

    def form(self, told: Telling, lang: str) -> Form:
        return self._drawn(shape(told), lang, tuple(self.pages.languages))

    def _draw(self, told: Telling, lang: str, offered: tuple[Language, ...]) -> Form:
        """Which languages are offered stands on every page."""
        alternates = [(other, f"?lang={other.slug}") for other in offered]
        return Form(self.pages.html(TEMPLATE, lang, told=told, alternates=alternates, more_words=SPOKEN))


def shape(told: Telling) -> Telling:
    """The same with a mark in every gap that is filled."""
    marked: dict[str, Any] = {name: MARKS[name] for name in GAPS if getattr(told, name)}
    return replace(told, **marked)
