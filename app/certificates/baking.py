"""A badge inside a picture (Open Badges 3.0, 5.3): in PNG an iTXt chunk, in SVG an element of its own. One a picture."""

import json
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers import expat

from app.certificates import badge
from app.certificates.forged import Forged

PNG = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
PLAIN = b"\0\0\0\0\0"
"""After the keyword: its end, not compressed, no method, no language, no keyword in it."""
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
ELEMENT = f"{NAMESPACE} credential"
OPENING = re.compile(rb"""<svg\b(?:[^>"']|"[^"]*"|'[^']*')*>""")


def bake(picture: bytes, doc: Mapping[str, Any]) -> bytes:
    """The picture, a PNG or an SVG without a badge, with this one in it. Raises `Forged`: `malformed`."""
    text = json.dumps(doc, ensure_ascii=False, separators=(",", ":"))
    if picture.startswith(PNG):
        chunks = list(_chunks(picture))
        baked = _chunk(b"iTXt", KEYWORD + PLAIN + text.encode())
        return b"".join([PNG, *chunks[:1], baked, *chunks[1:]])
    opening = OPENING.search(picture)
    if opening is None or opening[0].endswith(b"/>"):
        raise Forged("malformed")
    whole = text.replace("]]>", "]]\\u003e")
    element = (
        f'<openbadges:credential xmlns:openbadges="{NAMESPACE}"><![CDATA[{whole}]]></openbadges:credential>'
    )
    return picture[: opening.end()] + element.encode() + picture[opening.end() :]


def unbake(picture: bytes) -> dict[str, Any] | None:
    """The badge in a PNG or an SVG, None where there is none. Raises `Forged`: `malformed`."""
    found = _in_png(picture) if picture.startswith(PNG) else _in_svg(picture)
    if len(found) > 1:
        raise Forged("malformed")
    return badge.read(found[0]) if found else None


def _in_png(picture: bytes) -> list[bytes]:
    kept = [chunk[8:-4] for chunk in _chunks(picture) if chunk[4:8] == b"iTXt"]
    start = KEYWORD + b"\0"
    ours = [one for one in kept if one.startswith(start)]
    if not all(one.startswith(KEYWORD + PLAIN) for one in ours):
        raise Forged("malformed")
    return [one.removeprefix(KEYWORD + PLAIN) for one in ours]


def _chunks(picture: bytes) -> Iterator[bytes]:
    at = len(PNG)
    while at < len(picture):
        if at + 12 > len(picture):
            raise Forged("malformed")
        end = at + 12 + struct.unpack_from(">I", picture, at)[0]
        chunk = picture[at:end]
        if end > len(picture) or chunk != _chunk(chunk[4:8], chunk[8:-4]):
            raise Forged("malformed")
        yield chunk
        at = end


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _in_svg(picture: bytes) -> list[bytes]:
    found: list[list[str]] = []
    inside: list[str] = []

    def start(name: str, _attributes: Mapping[str, str]) -> None:
        if inside[-1:] == [ELEMENT]:
            raise Forged("malformed")
        inside.append(name)
        if name == ELEMENT:
            found.append([])

    def end(_name: str) -> None:
        inside.pop()

    def text(some: str) -> None:
        if inside[-1] == ELEMENT:
            found[-1].append(some)

    def refuse(*_said: object) -> None:
        raise Forged("malformed")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(picture, True)
    except expat.ExpatError:
        raise Forged("malformed") from None
    return ["".join(parts).encode() for parts in found]
