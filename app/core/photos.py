"""Photographs made small, upright, and silent about who took them where. Pillow alone; run it beside the server."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps

from app.core.cleaned import NotTaken

WIDTHS = {320: 10, 640: 30, 960: 60}
"""Pixels of the longer side, and KB of 1,024 bytes each may weigh."""
FORMS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
MOST_PIXELS = 64_000_000
MOST_UNSCALED = 30_000_000
"""Of forms that cannot be read at an eighth of their size."""
QUALITIES = (72, 62, 52, 42, 32, 22, 12, 5)


def clean(path: Path) -> dict[str, bytes]:
    """By ending, as WebP: `.webp` of 320 pixels, `.640.webp` and `.960.webp`; none larger than what was sent. Raises `NotTaken`."""
    if looks_drawn(path):
        raise NotTaken("svg")
    try:
        with Image.open(path, formats=FORMS) as opened:
            whole = _upright(opened)
        return dict(_sizes(whole))
    except Image.DecompressionBombError as error:
        raise NotTaken("too-large") from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise NotTaken("unreadable") from error


def looks_drawn(path: Path) -> bool:
    """SVG runs scripts and reaches other servers: only the kit's own are shown."""
    with path.open("rb") as file:
        head = file.read(4096)
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", "replace")
    return "<svg" in text.lower() or "<!doctype svg" in text.lower() or head[:2] == b"\x1f\x8b"


def _upright(opened: Image.Image) -> Image.Image:
    """The size is judged by the head alone, before a pixel is unfolded."""
    pixels, largest = opened.width * opened.height, max(WIDTHS)
    scales = opened.format in ("JPEG", "MPO")
    if pixels > (MOST_PIXELS if scales else MOST_UNSCALED):
        raise NotTaken("too-large")
    if scales:
        opened.draft("RGB", (largest, largest))
    small = opened if scales else _flat(opened)
    small = ImageOps.exif_transpose(small)
    small.thumbnail((2 * largest, 2 * largest), Image.Resampling.BOX)
    return _in_srgb(_flat(small), opened.info.get("icc_profile"))


def _flat(image: Image.Image) -> Image.Image:
    """Of one picture, its transparent parts white."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        white.alpha_composite(clear)
        white.info["exif"] = image.info.get("exif", b"")
        return white.convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            own: Any = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), inPlace=True)
        except (ImageCms.PyCMSError, OSError):
            pass
    plain = Image.new("RGB", image.size)
    plain.paste(image)
    return plain


def _sizes(whole: Image.Image) -> Iterator[tuple[str, bytes]]:
    before = (0, 0)
    for width, kilobytes in WIDTHS.items():
        small = whole.copy()
        small.thumbnail((width, width), Image.Resampling.LANCZOS)
        if small.size == before:
            return
        before = small.size
        yield ".webp" if width == min(WIDTHS) else f".{width}.webp", _within(small, kilobytes)


def _within(image: Image.Image, kilobytes: int) -> bytes:
    """The best quality that stays within so many KB."""
    for quality in QUALITIES:
        held = io.BytesIO()
        image.save(held, "WEBP", quality=quality, method=4)
        if held.tell() <= kilobytes * 1024:
            break
    return held.getvalue()
