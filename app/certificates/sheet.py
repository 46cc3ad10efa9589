"""A page drawn once for each of its shapes, with gaps for what differs from one certificate to the next.

Drawing costs more than checking a signature, and so does compressing a whole page: what stands before the first gap, the
style among it, is compressed when it is drawn, and each page goes on from there.
"""

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

from markupsafe import escape

from app.certificates.telling import GAPS, Telling
from app.web.render import Pages
from courses.languages import Language

TEMPLATE = "certificates/check.html"
BEGIN, END = "\ue000", "\ue001"
GAP = re.compile(f"{BEGIN}(.*?){END}")
MARKS = {name: f"{BEGIN}{name}{END}" for name in GAPS}
LEVEL, GZIP = 6, 31
SHAPES = 500

Gaps = Sequence[str]


class Form:
    """One drawn shape: texts, and between them the names of gaps."""

    def __init__(self, html: str) -> None:
        self.parts = GAP.split(html)

    def filled(self, told: Telling) -> str:
        return "".join(self._filled(told, self.parts))

    def gzipped(self, told: Telling) -> bytes:
        begun, rest = self._begun
        packer = rest.copy()
        body = "".join(self._filled(told, ["", *self.parts[1:]])).encode()
        return begun + packer.compress(body) + packer.flush()

    def _filled(self, told: Telling, parts: Gaps) -> list[str]:
        filled = list(parts)
        filled[1::2] = [str(escape(getattr(told, name))) for name in parts[1::2]]
        return filled

    @cached_property
    def _begun(self) -> "tuple[bytes, zlib._Compress]":
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
        return packer.compress(self.parts[0].encode()), packer


class Sheets:
    """`form(told, lang)` is the drawn shape that `told` fits into."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self._drawn: Callable[[Telling, str, tuple[Language, ...]], Form] = lru_cache(SHAPES)(self._draw)

    def form(self, told: Telling, lang: str) -> Form:
        return self._drawn(shape(told), lang, tuple(self.pages.languages))

    def _draw(self, told: Telling, lang: str, offered: tuple[Language, ...]) -> Form:
        """Which languages are offered stands on every page."""
        alternates = self.pages.alternates(told.path)
        return Form(self.pages.html(TEMPLATE, lang, told=told, alternates=alternates))


def shape(told: Telling) -> Telling:
    """The same with a mark in every gap that is filled."""
    marked: dict[str, Any] = {name: MARKS[name] for name in GAPS if getattr(told, name)}
    return replace(told, **marked)
