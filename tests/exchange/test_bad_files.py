"""Files nobody should open as they are: refused with one sentence, and nothing unfolds."""

import io
import struct
import zipfile

import pytest

from app.core import sheets
from courses.exchange import tree
from courses.exchange.archive import Archive, pack
from courses.exchange.refusal import FILES, ITEMS, NotTaken
from tests.exchange.files import drawn, marked, one, patched, picture, quiz, read, why, word, words, zipped
from tests.workbook import Formula, made

COURSE = {"course.toml": b'id = "x"'}
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><quiz><question>&b;</question></quiz>'
BLANKS = b" " * 2**20
ASKED = ["Câu 1. Hỏi gì?", "*A. Một", "B. Hai"]


def bomb() -> bytes:
    """200 MB of blanks, and a size that says so."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out, out.open("word/document.xml", "w") as part:
        for _ in range(200):
            part.write(BLANKS)
    return held.getvalue()


def lying() -> bytes:
    """The same, and a size that says a kilobyte."""
    data = bomb()
    return data.replace(struct.pack("<I", 200 * 2**20), struct.pack("<I", 1000))


def locked() -> bytes:
    data = bytearray(zipped(COURSE))
    data[6] |= 1
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


BAD = {
    "nothing": lambda: b" \n",
    "too-large": lambda: b"x" * (20 * 2**20 + 1),
    "bomb": bomb,
    "damaged": lambda: word(*ASKED)[:-30],
    "entities": lambda: LAUGHS,
    "nested": lambda: zipped(COURSE | {"a/b.zip": zipped(COURSE)}),
    "locked": locked,
    "macros": lambda: patched(word(*ASKED), word_slash_vbaProject_dot_bin=b"x"),
    "name": lambda: zipped(COURSE | {"../../etc/passwd": b"x"}),
    "old-office": lambda: b"\xd0\xcf\x11\xe0" + b"x" * 600,
    "pdf": lambda: b"%PDF-1.7\n",
    "tcvn3": lambda: word("C©u 1. Sè ®iÖn tho¹i b¸o lõa ®¶o?", "A. Mét", "B. Hai"),
    "vni": lambda: word(
        marked(("Caâu 1. Soá ñieän thoaïi baùo löøa ñaûo?", "VNI-Times")), "A. Moät", "B. Hai"
    ),
    "legacy-font": lambda: word(
        marked(("Câu \u00ea\u00ef\u00a7\u00e0", "SIL Tai Dam")), "\ue001\ue002\ue003\ue004\ue005"
    ),
    "not-text": lambda: "Câu 1".encode("utf-16-le") + b"\x00\x00\x00",
    "no-questions": lambda: "Chỉ là một bức thư dài, không có câu hỏi nào ở trong cả.".encode(),
    "no-header": lambda: made([("Họ tên", "Bản"), ("Mỷ", "Noong Bua")]),
    "unknown": lambda: zipped({"readme.txt": b"x"}),
}


@pytest.mark.parametrize("reason", BAD)
def test_a_bad_file_is_refused_with_a_sentence(reason: str) -> None:
    with pytest.raises(NotTaken) as refused:
        read(BAD[reason]())
    assert refused.value.reason == reason and str(refused.value) == FILES[reason]


def test_every_refusal_of_a_file_is_met_here() -> None:
    assert BAD.keys() == FILES.keys()


@pytest.mark.parametrize(
    "name", ["../x", "/x", "a/../../x", "a\\b", "C:x", "a//b", "./x", "ba\u0300i.md", "a\nb", "a\u202eb"]
)
def test_names_that_lead_out_or_hide_something(name: str) -> None:
    with pytest.raises(NotTaken) as refused:
        Archive(zipped(COURSE | {name: b"x"}))
    assert refused.value.reason == "name"


def test_a_size_that_lies_does_not_help() -> None:
    with pytest.raises(NotTaken) as refused:
        read(lying())
    assert refused.value.reason in ("bomb", "damaged")


def test_thousands_of_files_are_a_bomb() -> None:
    with pytest.raises(NotTaken, match="unfolds"):
        Archive(zipped({f"{n}": b"" for n in range(3001)}))


def test_macros_by_their_type_alone() -> None:
    data = patched(word(*ASKED))
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        types = held.read("[Content_Types].xml")
    swapped = types.replace(b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", b"application/vnd.ms-word.document.macroEnabled.main+xml")  # fmt: skip
    assert swapped != types
    with pytest.raises(NotTaken, match="macros"):
        read(patched(data, **{"[Content_Types].xml": swapped}))


def test_deep_and_endless_xml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MOST_NODES", 1000)
    for inner in ("<b>" * 300 + "</b>" * 300, "<b/>" * 1001):
        with pytest.raises(NotTaken, match="unfolds"):
            read(quiz(inner))


def test_formulas_are_refused_where_the_rows_are_read() -> None:
    with pytest.raises(sheets.NotASheet):
        read(made([("Câu hỏi", "A", "B", "Đáp án"), (Formula("1+1", "2"), "1", "2", "A")]))


def test_loose_marks_become_letters() -> None:
    item = one("Ca\u0302u 1. Ba\u0300i gi\u0300?\n*A. Mo\u0323\u0302t\nB. Hai")
    assert words(item) == ["Bài gì?", "Một", "Hai"]


def test_a_picture_too_large_is_named() -> None:
    item = one(word(drawn("Câu 1. Hình gì?", picture() + b"x" * (11 * 2**20)), "*A. Một", "B. Hai"))
    assert why(item) == {"picture-kind"}


def test_the_same_course_is_packed_into_the_same_bytes() -> None:
    assert pack({"b": b"1", "a": b"2"}) == pack({"a": b"2", "b": b"1"})


def test_every_reason_is_a_sentence() -> None:
    for said in (*FILES.values(), *ITEMS.values()):
        assert said[0].isupper() and said.endswith(".") and "\n" not in said
