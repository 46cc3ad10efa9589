"""Certificates on paper, drawn by Typst: A4, a card for the wallet, a provisional slip; and what a PDF that comes back says.

PDF/A-3a and PDF/UA-1, with the badge attached and a seal of ours over its bytes; the same bytes for the same arguments.
Fonts are those beside the Typst source, never the machine's.
"""

import base64
import io
import json
import re
import struct
import threading
import unicodedata
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.certificates import badge, cose, seal
from app.certificates.forged import Forged
from app.certificates.snapshot import Carriers, Issuer, Snapshot
from app.certificates.templates import WORDS, Template, draft_mark, shipped
from app.core.errors import Told
from app.core.signing import Key, Known
from courses.languages import LANGUAGES, normalise

if TYPE_CHECKING:
    from typst import Compiler

HERE = Path(__file__).parent / "typst"
STANDARDS = ["a-3a", "ua-1"]
BOXES = {"landscape": (194.0, 153.0, 84.0, 34.0), "portrait": (118.0, 236.0, 74.0, 40.0)}
"""Where the agency signs, by paper: from the left, from the top, width, height, in mm."""
HEIGHTS = {"landscape": 210.0, "portrait": 297.0}
STAMPED = "default@1"
"""Whose words a signature's stamp says: the file may be signed where no template is known."""
ATTACHED = re.compile(rb"<</Length ([0-9]{1,7})/Type/EmbeddedFile[^\n]{0,200}\nstream\n")
LARGEST_BADGE = 64 * 1024

_lock = threading.Lock()


class Unprintable(Told):
    """Nothing was drawn: the fonts have no such letters."""

    key = "certificate.unprintable"

    def __init__(self, letters: str) -> None:
        super().__init__(
            f"No font here draws {letters!r}: write the name or the wording without.", letters=letters
        )


@dataclass(frozen=True, kw_only=True)
class Slip:
    """What a village may print before the province has issued: who finished what, when (ISO) and where."""

    name: str
    titles: dict[str, str]
    day: str
    place: str
    issuer: Issuer
    lang: str = ""
    sample: bool = True


def pdf(
    snapshot: Snapshot, carriers: Carriers, template: Template, base: str, key: Key | None = None
) -> bytes:
    """The certificate on A4. `base` is the public address or ""; without `key` it has no seal, and proves nothing by itself."""
    drawn = _drawn(_said("sheet", [(snapshot, carriers)], template, base, attached=carriers.badge))
    return seal.put(drawn, key) if key else drawn


def card(
    snapshot: Snapshot, carriers: Carriers, template: Template, base: str, key: Key | None = None
) -> bytes:
    """The certificate on a sheet to cut out and fold to the size of a bank card."""
    drawn = _drawn(_said("cards", [(snapshot, carriers)], template, base, attached=carriers.badge))
    return seal.put(drawn, key) if key else drawn


def many(
    these: Sequence[tuple[Snapshot, Carriers]], template: Template, base: str, cards: bool = False
) -> bytes:
    """One file to print them all, of one issuer and language, a page each or five cards a page; no badges, no seal."""
    return _drawn(_said("cards" if cards else "sheet", these, template, base))


def slip(slips: Sequence[Slip], template: Template) -> bytes:
    """A5, a page each, of one issuer and language; says that it is no certificate yet."""
    first = slips[0]
    words = template.words["vi"]
    all = [
        {**_course(one.titles, one.lang), "name": _clean(one.name), "place": one.place,
         "issued": _day(words["slip_done"], one.day)}
        for one in slips
    ]  # fmt: skip
    said = _head("slip", template, first.issuer, first.lang, first.day, first.sample)
    return _drawn(said | {"title": words["slip"], "about": words["slip_is"], "all": all})


def preview(
    snapshot: Snapshot,
    carriers: Carriers,
    template: Template,
    base: str,
    cards: bool = False,
    ppi: float = 60,
) -> bytes:
    """What `pdf` or `card` would show, as PNG."""
    said = _said("cards" if cards else "sheet", [(snapshot, carriers)], template, base)
    return _compiled(said, format="png", ppi=ppi)[0]


@dataclass(frozen=True, slots=True)
class Read:
    """A PDF that came back. `why` is "" where it is ours and unaltered, else a reason of `seal.check`, or `added` where something
    was written behind our seal. `badge` is the one attached, not verified yet, or None; `sha` is of all bytes.
    """

    why: str
    badge: dict[str, Any] | None
    sha: str
    key: str = ""

    @property
    def unaltered(self) -> bool:
        return not self.why


def read(data: bytes, keys: Known) -> Read:
    """What a PDF says of itself. A file with a signature of an agency is `added`: the register knows it by its `sha`."""
    name = sha256(data).hexdigest()
    try:
        sealed = seal.check(data, keys)
    except Forged as error:
        return Read(error.reason, _attached(data), name, error.key)
    return Read("added" if sealed.after else "", _attached(sealed.ours), name, sealed.key)


def stamp(form: str, name: str, day: str) -> bytes:
    """What fills the box of a sheet once an agency has signed: who, and on which day (ISO)."""
    template = shipped()[STAMPED]
    words = template.words["vi"]
    said = _head("stamp", template, Issuer(code="", names={"vi": name}), "", day, False)
    one = {"name": _clean(name), "issued": _day(words["signed_on"], day)}
    said |= {"title": words["signed"], "about": "", "box": BOXES[form], "all": [one]}
    return _compiled(said, format="pdf", pdf_tags=False)[0]


def missing(text: str) -> str:
    """The letters of a text that no font here draws, each once."""
    known = _letters()
    return "".join(dict.fromkeys(one for one in _clean(text) if one not in known and not one.isspace()))


def code(text: str) -> tuple[str, int]:
    """A QR code as SVG of one path, without white around it, and how many modules it has a side."""
    from zxingcpp import BarcodeFormat, create_barcode

    drawn = create_barcode(text, BarcodeFormat.QRCode, ec_level="M")
    image: Any = drawn.to_image(scale=1, add_quiet_zones=False)
    side, grey = image.shape[0], bytes(memoryview(image))
    rows = [grey[at : at + side] for at in range(0, side * side, side)]
    dark = [(x, y, length) for y, row in enumerate(rows) for x, length in _runs(row)]
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in dark)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path d="{path}"/></svg>'
    return svg, side


def _attached(pdf: bytes) -> dict[str, Any] | None:
    """The badge in a PDF nobody trusts, looked for without following it anywhere."""
    for found in ATTACHED.finditer(pdf):
        length = int(found[1])
        raw = pdf[found.end() : found.end() + length] if length <= LARGEST_BADGE else b""
        with suppress(Forged, zlib.error):
            opened = (
                zlib.decompressobj().decompress(raw, LARGEST_BADGE) if b"/FlateDecode" in found[0] else raw
            )
            return badge.read(opened)
    return None


def _said(
    kind: str,
    these: Sequence[tuple[Snapshot, Carriers]],
    template: Template,
    base: str,
    attached: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What the Typst source prints."""
    first = these[0][0]
    words = template.words["vi"]
    head = _head(kind, template, first.issuer, first.lang, first.day, any(one.sample for one, _ in these))
    alone = len(these) == 1
    return head | {
        "title": f"{words['heading']} {first.number}" if alone else words["heading"],
        "about": f"{_clean(first.name)}: {first.titles['vi']}" if alone else "",
        "all": [_one(snapshot, carriers, template, base) for snapshot, carriers in these],
        "badge": json.dumps(attached, ensure_ascii=False) if attached else "",
    }


def _head(kind: str, template: Template, issuer: Issuer, lang: str, day: str, sample: bool) -> dict[str, Any]:
    too = template.too(lang) if lang else {}
    return {
        "kind": kind,
        "form": f"{kind}-{template.paper}",
        "paper": template.paper,
        "box": BOXES[template.paper],
        "words": template.words["vi"],
        "tag": LANGUAGES[lang].tag.split("-")[0] if lang in LANGUAGES else "vi",
        "day": day,
        "author": issuer.names["vi"],
        "issuer": issuer.names["vi"],
        "issuer-too": _too(issuer.names, lang),
        **{f"{key}-too": too.get(key, "") for key in WORDS},
        "logo": _logo(template.logo),
        "sample": sample,
        "badge": "",
    }


def _one(snapshot: Snapshot, carriers: Carriers, template: Template, base: str) -> dict[str, Any]:
    words = template.words["vi"]
    svg, modules = code(cose.url(base, carriers.cose))
    check = words["check"].format(address=base.partition("://")[2] + "/c") if base else words["check_nowhere"]
    return {
        **_course(snapshot.titles, snapshot.lang, snapshot.drafts),
        "name": _clean(snapshot.name),
        "facts": " · ".join(_facts(snapshot, template)),
        "skills": _skills(snapshot, template),
        "number": words["number"].format(number=snapshot.number),
        "issued": _day(words["issued"], snapshot.day),
        "replaces": words["replaces"].format(number=snapshot.replaces) if snapshot.replaces else "",
        "check": check,
        "code": svg,
        "modules": modules,
    }


def _facts(snapshot: Snapshot, template: Template) -> Iterable[str]:
    words = template.words["vi"]
    if "score" in template.fields and snapshot.score is not None:
        yield words["score"].format(score=snapshot.score)
    if "supervised" in template.fields and snapshot.supervised:
        yield words["supervised"]
    if "version" in template.fields:
        yield words["version"].format(version=snapshot.structure)


def _skills(snapshot: Snapshot, template: Template) -> str:
    """Codes by framework: `KNS@1.0: 0.1, 0.2; NLS@2025: 1.1`."""
    if "skills" not in template.fields or not snapshot.skills:
        return ""
    by_framework: dict[str, list[str]] = {}
    for one in snapshot.skills:
        framework, _, name = one.partition(":")
        by_framework.setdefault(framework, []).append(name)
    said = "; ".join(f"{framework}: {', '.join(names)}" for framework, names in by_framework.items())
    return template.words["vi"]["skills"].format(skills=said)


def _course(titles: Mapping[str, str], lang: str, drafts: Collection[str] = ()) -> dict[str, str]:
    too = _too(titles, lang)
    return {
        "course": _clean(titles["vi"]),
        "course-too": f"{too} ({draft_mark()})" if too and lang in drafts else too,
    }


def _too(names: Mapping[str, str], lang: str) -> str:
    """In the second language, where it says something else than the Vietnamese."""
    said = _clean(names.get(lang, "")) if lang and lang != "vi" else ""
    return "" if said == _clean(names["vi"]) else said


def _day(words: str, day: str) -> str:
    """As people write it: months below 3 and days below 10 with a nought, against additions."""
    read = date.fromisoformat(day)
    month = f"{read.month:02d}" if read.month < 3 else str(read.month)
    return words.format(day=f"{read.day:02d}", month=month, year=read.year)


def _clean(text: str) -> str:
    """NFC, Tai Viet marks in their order, one space between words, nothing that cannot be seen."""
    seen = "".join(
        one
        for one in normalise("blt", text)
        if unicodedata.category(one) not in ("Cc", "Cf") or one.isspace()
    )
    return " ".join(seen.split())


def _logo(png: bytes) -> str:
    """As SVG, the only form in which a picture fits into JSON."""
    if not png:
        return ""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as read:
        width, height = read.size
    href = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="{href}"/></svg>'
    )


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    """Where dark modules begin, and how many follow one another."""
    for found in re.finditer(rb"\x00+", row):
        yield found.start(), len(found[0])


def _drawn(said: Mapping[str, Any]) -> bytes:
    return _compiled(said, format="pdf", pdf_standards=STANDARDS)[0]


def _compiled(said: Mapping[str, Any], **options: Any) -> list[bytes]:
    """A PDF, or the pages as PNG. One at a time: the compiler keeps the fonts and what it has seen."""
    if lacking := missing(" ".join(_texts(said))):
        raise Unprintable(lacking)
    with _lock:
        made = _compiler().compile(sys_inputs={"said": json.dumps(said, ensure_ascii=False)}, **options)
    if made is None:
        raise AssertionError("Typst gave nothing back")
    return made if isinstance(made, list) else [made]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if key not in ("code", "badge", "logo"):
                yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


@cache
def _compiler() -> "Compiler":
    from typst import Compiler, Fonts

    fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(HERE / "fonts")])
    return Compiler(str(HERE / "paper.typ"), root=str(HERE), font_paths=fonts, ignore_system_fonts=True)


@cache
def _letters() -> frozenset[str]:
    """What the fonts draw."""
    found = (_mapped(path.read_bytes()) for path in (HERE / "fonts").glob("*.ttf"))
    return frozenset(chr(one) for some in found for one in some)


def _mapped(font: bytes) -> Iterator[int]:
    """The code points of a font's segment mapping (OpenType `cmap`, format 4)."""
    tables = {
        font[at : at + 4]: struct.unpack_from(">I", font, at + 8)[0]
        for at in range(12, 12 + 16 * _u16(font, 4), 16)
    }
    cmap = tables[b"cmap"]
    offsets = (struct.unpack_from(">I", font, cmap + 8 + 8 * one)[0] for one in range(_u16(font, cmap + 2)))
    at = next(cmap + offset for offset in offsets if _u16(font, cmap + offset) == 4)
    segments = _u16(font, at + 6) // 2
    for one in range(segments):
        last, first = _u16(font, at + 14 + 2 * one), _u16(font, at + 16 + 2 * (segments + one))
        yield from range(first, last + 1 if last < 0xFFFF else last)


def _u16(data: bytes, at: int) -> int:
    found: int = struct.unpack_from(">H", data, at)[0]
    return found
