"""What is printed: every letter there, nothing beyond the frame, a code that a phone reads, and no change unnoticed."""

import io
import math
import re
import unicodedata
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageFilter
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from typst import TypstError

from app.certificates import badge, cose, paper, seal
from app.certificates.paper import Read, Slip, Unprintable
from app.core.signing import Key, Keys
from app.main import CONTENT
from tests.certificates import paper_examples as examples
from tests.certificates.paper_examples import BASE, NAMES, TEMPLATE, carriers, snapshot, template

DPI = 120
FONTS = {"NotoSerif-Regular", "NotoSerif-Bold", "BanHocTaiViet"}

DRAWING = re.compile(rb"(/f\d+) [\d.]+ Tf|Tm(\[.*?\]|\(.*?\))T[Jj]|/ActualText<FEFF([0-9A-F]+)>", re.S)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[Keys, Key]:
    return examples.keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def key(known: tuple[Keys, Key]) -> Key:
    return known[1]


@pytest.fixture(scope="module")
def ours(key: Key) -> bytes:
    return drawn(key)


def drawn(key: Key, number: int = 123, **other: Any) -> bytes:
    one = snapshot(number=number, **other)
    return paper.pdf(one, carriers(one, key), TEMPLATE, BASE, key)


def shown(one: Any, key: Key, cards: bool = False, ppi: float = DPI, **how: Any) -> Image.Image:
    png = paper.preview(one, carriers(one, key), template(**how), BASE, cards, ppi)
    return Image.open(io.BytesIO(png)).convert("L")


def text_of(pdf: bytes) -> tuple[str, set[int], set[str]]:
    """The text of the first page by its fonts' own tables, the glyphs it is drawn with, and the fonts' names."""
    page = PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Kids"][0]
    fonts = {name: page["/Resources"]["/Font"][name] for name in page["/Resources"]["/Font"]}
    tables = {name: _table(font["/ToUnicode"].data) for name, font in fonts.items()}
    assert all(_program(font) for font in fonts.values()), "a font is not embedded"
    names = {str(font["/BaseFont"]).partition("+")[2] for font in fonts.values()}
    said, glyphs, table = "", set(), {}
    for font, drawing, actual in DRAWING.findall(page["/Contents"].data):
        if font:
            table = tables[font.decode()]
        codes = _codes(drawing) if drawing else []
        glyphs |= set(codes)
        said += bytes.fromhex(actual.decode()).decode("utf-16-be") + "".join(
            table.get(code, "") for code in codes
        )
        said += "\n" if codes else ""
    return said, glyphs, names


def _program(font: Any) -> bytes:
    described = font["/DescendantFonts"][0]["/FontDescriptor"]
    found: bytes = next(described[name].data for name in ("/FontFile2", "/FontFile3") if name in described)
    return found


def _table(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>\n", cmap)
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def _codes(drawing: bytes) -> list[int]:
    """Two bytes a glyph."""
    said = generic.ArrayObject.read_from_stream(
        io.BytesIO(drawing if drawing[:1] == b"[" else b"[" + drawing + b"]"), generic.TrailerReference(None)
    )
    raw = b"".join(one.original_bytes for one in said if hasattr(one, "original_bytes"))
    return [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("lang", ["hmn", "blt"])
def test_every_letter_is_drawn_by_fonts_of_ours(key: Key, name: str, lang: str) -> None:
    said, glyphs, fonts = text_of(drawn(key, name=name, lang=lang))
    assert 0 not in glyphs, "a glyph is missing"
    assert fonts <= FONTS
    wanted = set(unicodedata.normalize("NFC", name) + examples.TITLES[lang]) - {" "}
    assert wanted <= set(unicodedata.normalize("NFC", said))


def test_the_fonts_have_every_letter_the_languages_use() -> None:
    used = {letter for path in sorted((CONTENT / "words").glob("*.po")) for letter in path.read_text("utf-8")}
    assert paper.missing("".join(sorted(used))) == ""


@pytest.mark.parametrize(("drafts", "marked"), [(("hmn",), True), (("blt",), False), ((), False)])
def test_a_title_nobody_approved_is_marked_on_paper(key: Key, drafts: tuple[str, ...], marked: bool) -> None:
    said, *_ = text_of(drawn(key, lang="hmn", drafts=drafts))
    assert ("(bản nháp)" in said.replace("\n", " ")) == marked


def test_a_letter_no_font_draws_is_named_and_nothing_is_drawn_without_it(key: Key) -> None:
    assert paper.missing("Mỷ 🌸 漢") == "🌸漢"
    with pytest.raises(Unprintable, match="🌸"):
        drawn(key, name="Mỷ 🌸")


def test_typst_itself_refuses_a_missing_letter(key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "missing", lambda text: "")
    with pytest.raises(TypstError, match="could not be displayed"):
        drawn(key, name="Mỷ 🌸")


@pytest.mark.parametrize("form", ["landscape", "portrait"])
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_nothing_leaves_its_room(key: Key, name: str, form: str) -> None:
    """One page; white stays white around the frame, between its lines and the words, and above the box to sign in."""
    long = {lang: " ".join([title] * 4) for lang, title in examples.TITLES.items()}
    one = snapshot(name, lang="blt", titles=long)
    page = shown(one, key, ppi=72, paper=form)
    assert page.size == ((842, 595) if form == "landscape" else (595, 842))
    assert sides(page, 0, 22) == sides(page, 33, 34) == 255
    top = round(paper.BOXES[form][1] * 72 / 25.4)
    assert page.crop((176, top - 4, page.width - 36, top - 1)).getextrema() == (255, 255)
    pdf = paper.pdf(one, carriers(one, key), template(paper=form), BASE)
    assert PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Count"] == 1


def sides(page: Image.Image, outer: int, inner: int) -> int:
    """The darkest there is in a band along the edges, from `outer` to `inner` pixels away from them."""
    w, h = page.size
    bands = [(outer, outer, w - outer, inner), (outer, h - inner, w - outer, h - outer)]
    bands += [(outer, outer, inner, h - outer), (w - inner, outer, w - outer, h - outer)]
    return min(min(page.crop(one).tobytes()) for one in bands)


def test_a_name_is_the_same_however_it_was_typed(key: Key) -> None:
    name = "Nguyễn Thị Ẩn"
    one = [carriers(snapshot(name), key)] * 2
    typed = [unicodedata.normalize(form, name) for form in ("NFC", "NFD")]
    first, second = (
        paper.pdf(snapshot(each), said, TEMPLATE, BASE, key) for each, said in zip(typed, one, strict=True)
    )
    assert first == second and typed[0] != typed[1]


def blurred(page: Image.Image, degrees: float = 3) -> Image.Image:
    return page.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255).filter(
        ImageFilter.GaussianBlur(0.8)
    )


@pytest.mark.parametrize(("form", "cards"), [("landscape", False), ("portrait", False), ("landscape", True)])
def test_a_print_turned_and_blurred_is_read(key: Key, form: str, cards: bool) -> None:
    one = snapshot(NAMES["stacked"])
    page = shown(one, key, cards, paper=form)
    for degrees in (3, -3):
        found = zxingcpp.read_barcodes(
            blurred(page, degrees), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        )
        assert [code.text for code in found] == [cose.url(BASE, cose.sign(one, key))]
    square = found[0].position
    side = (
        math.dist((square.top_left.x, square.top_left.y), (square.top_right.x, square.top_right.y))
        / DPI
        * 25.4
    )
    assert 35.5 <= side <= 41.5


def test_the_longest_name_is_read_too(key: Key) -> None:
    one = snapshot(NAMES["stacked and long"])
    found = zxingcpp.read_barcode(shown(one, key, ppi=200))
    assert found.text == cose.url(BASE, cose.sign(one, key))


def test_the_same_certificate_is_the_same_file(key: Key, ours: bytes) -> None:
    assert drawn(key) == ours


def test_it_is_for_keeping_and_for_all(known: tuple[Keys, Key], ours: bytes) -> None:
    """PDF/A-3a and PDF/UA-1 as the compiler holds them, tagged, in Vietnamese, the badge attached as data."""
    root = PdfFileReader(io.BytesIO(ours)).root
    about = root["/Metadata"].data
    assert b"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A<" in about and b"<pdfuaid:part>1<" in about
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "vi" and "/StructTreeRoot" in root
    attached = root["/AF"][0]
    assert (attached["/F"], attached["/AFRelationship"]) == ("badge.json", "/Data")
    assert badge.read(attached["/EF"]["/F"].data) == carriers(snapshot(), known[1]).badge
    assert paper.read(ours, known[0]).badge == carriers(snapshot(), known[1]).badge


def test_what_it_says_and_never_says(key: Key) -> None:
    said = text_of(drawn(key, replaces="DB-2026-000007"))[0]
    for words in (
        "Giấy chứng nhận hoàn thành khóa học", "Lò Thị Mỷ", "Số DB-2026-000123", "Cấp ngày 22 tháng 11 năm 2026",
        "Điểm bài kiểm tra cuối: 90%", "Thay cho số DB-2026-000007", "Chưa ký số", "757/QĐ-BKHCN", "hoc.example/c",
    ):  # fmt: skip
        assert words in said, words
    assert "BẢN MẪU" not in said and "chứng chỉ" not in said.lower()
    assert "BẢN MẪU" in text_of(drawn(key, sample=True))[0]
    bare = text_of(paper.pdf(snapshot(), carriers(snapshot(), key), template(fields=()), ""))[0]
    assert "90%" not in bare and "Kỹ năng" not in bare and "Chưa có địa chỉ" in bare


def test_a_second_language_stands_beneath_in_words_of_the_template(key: Key) -> None:
    words = {**TEMPLATE.words, "blt": {"completed": "ꪵꪮꪚ ꪼꪒ꫁ ꪵꪩ꫁ꪫ"}}
    one = snapshot(lang="blt")
    said = text_of(paper.pdf(one, carriers(one, key), template(words=words), BASE))[0]
    assert "ꪵꪮꪚ" in said and "internet" in said
    viewed = template(words=words).too("blt-Latn")["completed"]
    assert viewed.isascii() or viewed != words["blt"]["completed"]


def pages_of(pdf: bytes) -> int:
    return int(PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Count"])


def test_a_batch_is_one_file_to_print(key: Key) -> None:
    these = [(one, carriers(one, key)) for one in (snapshot(number=number) for number in range(1, 8))]
    assert pages_of(paper.many(these, TEMPLATE, BASE)) == 7
    cards = paper.many(these, TEMPLATE, BASE, cards=True)
    assert pages_of(cards) == 2 and "Số DB-2026-000005" in text_of(cards)[0]


def test_a_slip_says_that_it_is_none_yet() -> None:
    one = Slip(
        name=NAMES["long"], titles=examples.TITLES, day="2026-01-05", place="Bản Mường Phăng", issuer=snapshot().issuer,
        lang="blt", sample=False,
    )  # fmt: skip
    pdf = paper.slip([one, one], TEMPLATE)
    said = text_of(pdf)[0]
    assert "Đây chưa phải là giấy chứng nhận." in said and "Học xong ngày 05 tháng 01 năm 2026" in said
    assert pages_of(pdf) == 2 and "Số " not in said


def test_a_logo_is_drawn(key: Key) -> None:
    made = io.BytesIO()
    Image.new("RGB", (60, 40), "black").save(made, "PNG")
    dark = shown(snapshot(), key, ppi=36, logo=made.getvalue()).crop((24, 24, 60, 44))
    assert min(dark.tobytes()) < 60 < min(shown(snapshot(), key, ppi=36).crop((24, 24, 60, 44)).tobytes())


# What somebody might do to a PDF of ours.

TEXTS = (b"Author", b"/Title", b"DB-2026-000123", b"startxref", b"%%EOF", b"/Count 1", b"obj", b"2026-1 ")


def appended(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], object]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _overwritten(writer: IncrementalPdfFileWriter) -> None:
    drawing = generic.StreamObject(stream_data=b"1 g 0 0 900 900 re f")
    writer.add_stream_to_page(0, writer.add_object(drawing))


def _retitled(writer: IncrementalPdfFileWriter) -> None:
    writer.set_info(generic.DictionaryObject({generic.pdf_name("/Title"): generic.pdf_string("Giấy khác")}))


def _annotated(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Annots"] = generic.ArrayObject()
    writer.update_container(page)


def copied(pdf: bytes) -> bytes:
    out = io.BytesIO()
    copy_into_new_writer(PdfFileReader(io.BytesIO(pdf))).write(out)
    return out.getvalue()


def other_badge(pdf: bytes, key: Key) -> bytes:
    """The badge of another certificate put in the place of this one."""
    mine, hers = (paper._attached(one) for one in (pdf, drawn(key, 124)))
    assert mine and hers
    return pdf.replace(str(mine["id"]).encode(), str(hers["id"]).encode())


def forgeries(pdf: bytes, key: Key, others: Key) -> dict[str, bytes]:
    bare = seal.LINE.sub(b"", pdf)
    line = seal.LINE.search(pdf)
    foreign = seal.LINE.search(drawn(key, 124))
    assert line and foreign
    at = line.start()
    made = {
        "no seal": bare,
        "sealed by another": seal.put(bare, others),
        "sealed by another in our name": seal.put(bare, others).replace(others.id.encode(), key.id.encode()),
        "the seal of another certificate": pdf.replace(line[0], foreign[0]),
        "two seals": pdf[:at] + line[0] + pdf[at:],
        "two seals, ours first": pdf[:at] + line[0] + seal.LINE.sub(foreign[0], pdf[at:]),
        "the seal moved": pdf[:20] + line[0] + bare[20:],
        "a byte before": b"\n" + pdf,
        "a byte behind": pdf + b"\n\n",
        "a comment behind": pdf + b"\n% nothing\n",
        "twice": pdf + pdf,
        "cut short": pdf[:-7],
        "half": pdf[: len(pdf) // 2],
        "overwritten": appended(pdf, _overwritten),
        "retitled": appended(pdf, _retitled),
        "annotated": appended(pdf, _annotated),
        "saved anew": copied(pdf),
        "saved anew and sealed by another": seal.put(copied(pdf) + b"\nstartxref\n1\n%%EOF", others),
        "other badge": other_badge(pdf, key),
        "no badge": pdf.replace(b"/EmbeddedFiles", b"/EmbeddedFilez"),
        "empty": b"",
        "nothing of a PDF": b"%PDF-1.7\n" + line[0] + b"startxref\n0\n%%EOF",
        "line ends as Windows writes them": pdf.replace(b"\n", b"\r\n"),
    }
    made |= {
        f"without {text!r}": pdf.replace(text, text.swapcase().replace(b"1", b"2"), 1)
        for text in TEXTS
        if text in pdf
    }
    step = len(pdf) // 40
    made |= {
        f"a bit at {at}": pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :] for at in range(9, len(pdf), step)
    }
    padded = zlib.compress(b"1 g 0 0 900 900 re f")
    made["drawn over inside"] = pdf.replace(b"\nendstream", padded[:1] + b"\nendstream", 1)
    return made


def test_no_edited_pdf_is_taken_for_ours(known: tuple[Keys, Key], ours: bytes, tmp_path: Path) -> None:
    others = Keys(tmp_path).make(2027)
    made = forgeries(ours, known[1], others)
    changed = {name: pdf for name, pdf in made.items() if pdf != ours}
    assert len(changed) >= 60
    assert [name for name, pdf in changed.items() if paper.read(pdf, known[0]).unaltered] == []
    assert paper.read(ours, known[0]) == Read(
        "", carriers(snapshot(), known[1]).badge, sha256(ours).hexdigest(), known[1].id
    )


def test_what_was_done_to_it_is_named(known: tuple[Keys, Key], ours: bytes, tmp_path: Path) -> None:
    keys, _ = known
    why = lambda pdf: paper.read(pdf, keys).why  # noqa: E731
    assert why(ours.replace(b"DB-2026-000123", b"DB-2026-000124", 1)) == "altered"
    assert why(ours + b" ") == why(appended(ours, _retitled)) == "added"
    assert why(seal.LINE.sub(b"", ours)) == why(b"%PDF-1.7") == "unsealed"
    assert why(seal.put(seal.LINE.sub(b"", ours), Keys(tmp_path / "other").make(2030))) == "unknown-key"
    own, lost = examples.keys(tmp_path / "lost")
    sealed = drawn(lost)
    assert paper.read(sealed, own).unaltered
    own.retire(lost.id, "a new year")
    assert paper.read(sealed, own).unaltered
    own.compromise(lost.id, "stolen")
    assert paper.read(sealed, own).why == "compromised-key"
    assert paper.read(sealed, own).badge == carriers(snapshot(), lost).badge


def test_a_file_made_to_unfold_is_not_followed(known: tuple[Keys, Key]) -> None:
    bomb = zlib.compress(b"0" * 50_000_000)
    head = f"<</Length {len(bomb)}/Type/EmbeddedFile/Filter/FlateDecode>>\nstream\n".encode()
    assert paper.read(b"%PDF-1.7\n" + head + bomb, known[0]).badge is None
