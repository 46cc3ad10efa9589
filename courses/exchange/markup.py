"""HTML of other systems as the words of one line, with the pictures in it; what a line cannot hold is named."""

import base64
import binascii
import re
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import unquote

from courses.exchange.items import Picture, Said
from courses.exchange.refusal import Why

RAISED = dict(zip("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", strict=True))
LOWERED = dict(zip("0123456789+-=()aeox", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓ", strict=True))
BREAKS = frozenset(
    ["p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "hr"]
)
SKIPPED = frozenset(["script", "style", "head", "title"])
WITHHELD = {
    "table": "table",
    "math": "equation",
    "svg": "drawing",
    "canvas": "drawing",
    **dict.fromkeys(("audio", "video", "iframe", "object", "embed", "source"), "media"),
}
TEX = re.compile(r"\\\(.+?\\\)|\\\[.+?\\\]|\$\$.+?\$\$|\[tex\]", re.S | re.I)
PLUGIN_FILE = "@@PLUGINFILE@@/"
Fetch = Callable[[str], bytes | None]


def nothing(name: str) -> bytes | None:
    return None


def raised(text: str, signs: dict[str, str] = RAISED) -> str | None:
    """The text in raised or lowered signs, or None where there are none for it."""
    made = [" " if one == " " else signs.get(one.lower() if one in "NI" else one) for one in text.strip()]
    return None if None in made else "".join(one for one in made if one)


class _Reader(HTMLParser):
    def __init__(self, fetch: Fetch) -> None:
        super().__init__(convert_charrefs=True)
        self.fetch, self.said = fetch, Said()
        self.parts: list[str] = []
        self.skipping = 0
        self.shift: tuple[dict[str, str], int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SKIPPED:
            self.skipping += 1
        elif tag in WITHHELD:
            self.said.wrong.append(Why(WITHHELD[tag]))
        elif tag == "img":
            self._picture({name: value or "" for name, value in attrs})
        elif tag in ("sup", "sub"):
            self.shift = RAISED if tag == "sup" else LOWERED, len(self.parts)
        elif tag == "li":
            self.parts.append(" • ")
        elif tag in BREAKS:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIPPED:
            self.skipping = max(0, self.skipping - 1)
        elif tag in ("sup", "sub") and self.shift:
            signs, start = self.shift
            shifted = raised("".join(self.parts[start:]), signs)
            if shifted is None:
                self.said.wrong.append(Why("equation"))
            else:
                self.parts[start:] = [shifted]
            self.shift = None
        elif tag in BREAKS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.parts.append(data)

    def _picture(self, attrs: dict[str, str]) -> None:
        source = attrs.get("src", "")
        data: bytes | None
        if source.startswith("data:"):
            data = _inline(source)
        else:
            data = self.fetch(unquote(source.removeprefix(PLUGIN_FILE).split("?")[0]))
        if data is None:
            self.said.wrong.append(Why("picture-remote"))
        else:
            self.said.pictures.append(Picture(data, attrs.get("alt", "")))


def _inline(source: str) -> bytes:
    """The bytes of a `data:` address; none of a picture where they cannot be read."""
    try:
        return base64.b64decode(source.partition(";base64,")[2], validate=False)
    except (binascii.Error, ValueError):
        return b""


def said(html: str, fetch: Fetch = nothing) -> Said:
    reader = _Reader(fetch)
    reader.feed(html)
    reader.close()
    reader.said.text = "".join(reader.parts)
    return _without_equations(reader.said)


def plain(text: str) -> Said:
    return _without_equations(Said(text))


def _without_equations(found: Said) -> Said:
    if TEX.search(found.text):
        found.wrong.append(Why("equation"))
    return found
