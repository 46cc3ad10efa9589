"""A badge goes into a picture and comes out as it was; the picture stays a picture."""

import io
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.certificates import badge, baking
from app.certificates.cose import Forged
from app.core.signing import Keys
from tests.certificates.signing_examples import BASE, YEAR, keys_in, snapshot

SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" data-a=">"><rect/></svg>'
HARD = 'Khóa "học" ]]> <b>&amp; \\ ꪹꪎꪸ꫁'


def png() -> bytes:
    into = io.BytesIO()
    Image.new("L", (3, 2), 200).save(into, "PNG")
    return into.getvalue()


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return keys_in(tmp_path)


@pytest.fixture
def doc(keys: Keys) -> dict[str, Any]:
    return badge.issue(snapshot(titles={"vi": HARD}), keys.current(YEAR), BASE)


@pytest.mark.parametrize("picture", [png(), SVG], ids=["png", "svg"])
def test_a_badge_comes_out_as_it_went_in(picture: bytes, doc: dict[str, Any], keys: Keys) -> None:
    baked = baking.bake(picture, doc)
    assert baking.unbake(baked) == doc
    assert badge.verify(baking.unbake(baked), keys, BASE).title == HARD
    assert baking.unbake(picture) is None


def test_a_baked_png_is_a_png(doc: dict[str, Any]) -> None:
    with Image.open(io.BytesIO(baking.bake(png(), doc))) as picture:
        assert picture.size == (3, 2) and picture.getpixel((0, 0)) == 200
        assert json.loads(picture.info["openbadgecredential"]) == doc


def test_a_baked_svg_is_an_svg(doc: dict[str, Any]) -> None:
    from lxml import etree

    root = etree.fromstring(baking.bake(SVG, doc))
    [credential] = root.findall("{https://purl.imsglobal.org/ob/v3p0}credential")
    assert root.tag == "{http://www.w3.org/2000/svg}svg" and json.loads(credential.text) == doc


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def with_chunk(content: bytes) -> bytes:
    picture = png()
    return picture[:33] + chunk(b"iTXt", content) + picture[33:]


def two(doc: dict[str, Any], picture: bytes) -> bytes:
    return baking.bake(baking.bake(picture, doc), doc)


@pytest.mark.parametrize("picture", [png(), SVG], ids=["png", "svg"])
def test_a_picture_with_two_badges_has_none_to_believe(picture: bytes, doc: dict[str, Any]) -> None:
    with pytest.raises(Forged, match="malformed"):
        baking.unbake(two(doc, picture))


ENTITIES = b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><svg><x>&b;</x></svg>'
OURS = b'<svg xmlns:o="https://purl.imsglobal.org/ob/v3p0"><o:credential>%s</o:credential></svg>'


@pytest.mark.parametrize(
    "picture",
    [
        png()[:40], png()[:-3], png() + b"x", png().replace(b"IDAT", b"IDAX"), with_chunk(b"openbadgecredential\0\1\0\0\0x"),
        with_chunk(b"openbadgecredential\0\0\0\0\0no badge"), with_chunk(b"openbadgecredential\0"), b"<svg", b"<svg></svg><svg/>",
        ENTITIES, OURS % b"", OURS % b"[]", OURS % b'{"a": 1, "a": 2}', OURS % b"{<b/>}", b"<" * 1_000,
    ],
)  # fmt: skip
def test_a_picture_somebody_spoiled_is_refused(picture: bytes) -> None:
    with pytest.raises(Forged, match="malformed"):
        baking.unbake(picture)


@pytest.mark.parametrize("picture", [b"<svg/>", b"<p></p>", b"", png()[:20]])
def test_only_whole_pictures_are_baked(picture: bytes, doc: dict[str, Any]) -> None:
    with pytest.raises(Forged, match="malformed"):
        baking.bake(picture, doc)


def test_words_beside_the_badge_are_not_the_badge(doc: dict[str, Any]) -> None:
    other = with_chunk(b"comment\0\0\0\0\0openbadgecredential")
    assert baking.unbake(other) is None
    assert baking.unbake(baking.bake(other, doc)) == doc
    assert baking.unbake(b"<svg><credential>{}</credential></svg>") is None
