"""What somebody brings to be checked, by how the file begins: a PDF, a badge as JSON or in a picture, a photograph of the QR."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.certificates import badge, baking
from app.certificates.cose import from_path
from app.certificates.telling import host_of

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
SHARP = 2400
"""Pixels across a photograph that are enough; more only take time."""
PDF, PNG = b"%PDF-", b"\x89PNG\r\n\x1a\n"
PICTURES = (PNG, b"\xff\xd8\xff", b"RIFF", b"GIF8", b"BM")
LIST = "BitstringStatusListCredential"
PATH = "/C/"


class NotOne(ValueError):
    """Nothing was found to check; the message ends the interface word `check.…` that says what to do."""


@dataclass(frozen=True)
class Brought:
    """One of: the bytes of a QR code with the `host` it leads to, a badge, a status list, or a PDF."""

    credential: bytes = b""
    host: str = ""
    badge: dict[str, Any] | None = None
    list: dict[str, Any] | None = None
    pdf: bytes = b""


def read(data: bytes) -> Brought:
    """Raises `NotOne`, or `Forged` where what is in the file cannot be read."""
    if len(data) > LARGEST:
        raise NotOne("too_large")
    if PDF in data[:1024]:
        return Brought(pdf=data)
    if data.startswith(PICTURES):
        return _picture(data)
    text = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"{"):
        return _document(text)
    if text.startswith(b"<") and (found := _baked(text)):
        return found
    raise NotOne("not_one" if data else "no_file")


def _document(data: bytes) -> Brought:
    doc = badge.read(data)
    return Brought(list=doc) if LIST in _types(doc) else Brought(badge=doc)


def _types(doc: dict[str, Any]) -> list[Any]:
    types = doc.get("type")
    return types if isinstance(types, list) else [types]


def _baked(data: bytes) -> Brought | None:
    found = baking.unbake(data)
    return Brought(badge=found) if found else None


def _picture(data: bytes) -> Brought:
    if data.startswith(PNG) and (found := _baked(data)):
        return found
    codes = _codes(data)
    for text in codes:
        if PATH in text.upper():
            return Brought(credential=from_path(text), host=host_of(text))
    raise NotOne("other_code" if codes else "no_code")


def _codes(data: bytes) -> list[str]:
    """The texts of the QR codes in a picture."""
    try:
        import zxingcpp
        from PIL import Image
    except ImportError:
        raise NotOne("no_reader") from None
    try:
        with Image.open(io.BytesIO(data)) as picture:
            shown = _small(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise NotOne("no_code") from None
    return [
        one.text
        for one in zxingcpp.read_barcodes(
            shown, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        )
    ]


def _small(picture: "Image") -> "Image":
    """In shades of grey. Raises `ValueError` where it has more pixels than a photograph has."""
    if picture.width * picture.height > MOST_PIXELS:
        raise ValueError("too many pixels")
    picture.draft("L", (SHARP, SHARP))
    shown = picture.convert("L")
    shown.thumbnail((2 * SHARP, 2 * SHARP))
    return shown
