"""Words out to translators' programs and back: every sign as it was, and what is no such file refused with a reason."""

import io
from unicodedata import normalize

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from courses.exchange import carried, po, table, xliff
from courses.exchange.encoding import refuse_other_letters
from courses.exchange.lines import Line
from courses.exchange.refusal import NotTaken

HEAD = ("Chỗ", "Tiếng Việt", "Bản dịch", "Trạng thái", "Ghi chú")
STATES = dict.fromkeys(["missing", "machine_draft", "needs_review", "approved", "rejected"], "–")
LINES = [
    Line("course/title", "Khóa nhỏ"),
    Line(
        "01-hoi/story",
        'Chị Mỷ bán rau.\n\n- một\n- **hai** <b> & "ba"',
        "ꪼꪕ ꪒꪾ\n\n- \\n <x> & 'y'",
        "machine_draft",
    ),
    Line("01-hoi/q1.a", "-5 {fact:x}\t156", "=1+1 {fact:x}", "approved", notes=("tiền → ꪹꪉꪷꪙ",)),
    Line("01-hoi/q1.b", "Gọi lại", "Hu rov", "needs_review", older="Gọi\nlại ngay"),
    Line("01-hoi/q1.c", "Thôi", "", "rejected"),
]
WRITERS = {
    "po": po.write,
    "xliff": xliff.write,
    "xliff2": xliff.write_2,
    "table": lambda lines, lang, course: table.write(lines, HEAD, STATES),
}
SIGNS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"])
plain = st.text(SIGNS | st.sampled_from("\n\t\"'\\&<>={}")).map(lambda text: normalize("NFC", text).strip())


def kept(lines: list[Line] | tuple[Line, ...]) -> list[tuple[str, str, str]]:
    return [line[:3] for line in lines]


@pytest.mark.parametrize("form", WRITERS)
def test_it_comes_back_as_it_went(form: str) -> None:
    back = carried.read(WRITERS[form](LINES, "blt-Tavt", "dt05"), HEAD)
    assert kept(back.lines) == kept(LINES)
    if form != "table":
        assert (back.lang, back.course) == ("blt-Tavt", "dt05")
        assert [line.place for line in back.lines if line.state == "approved"] == ["01-hoi/q1.a"]


@pytest.mark.parametrize("form", WRITERS)
@given(source=plain.filter(bool), words=plain)
def test_any_words_come_back(form: str, source: str, words: str) -> None:
    try:
        refuse_other_letters(f"{source} {words}")
    except NotTaken:
        return
    lines = [Line("a/b", source, words, "needs_review")]
    assert kept(carried.read(WRITERS[form](lines, "hmn-Latn-VN", "c"), HEAD).lines) == kept(lines)


def test_what_nobody_approved_is_fuzzy_and_the_older_vietnamese_is_told() -> None:
    data = po.write(LINES, "hmn-Latn-VN", "dt05")
    catalog = read_po(io.BytesIO(data))
    flags = {message.context: message.fuzzy for message in catalog if message.id}
    assert flags == {
        "course/title": False,
        "01-hoi/story": True,
        "01-hoi/q1.a": False,
        "01-hoi/q1.b": True,
        "01-hoi/q1.c": False,
    }
    assert b'#| msgid ""\n#| "G\xe1\xbb\x8di\\n"\n#| "l\xe1\xba\xa1i ngay"' in data


def test_what_poedit_saved_again_is_read() -> None:
    """It adds days it does not know, and says the language in a way of its own."""
    ours = po.write(LINES, "hmn-Latn-VN", "dt05").decode()
    head = '"POT-Creation-Date: \\n"\n"PO-Revision-Date: \\n"\n"Last-Translator: Giàng\\n"\n"Language: hmn_VN\\n"\n'
    theirs = ours.replace('"Language: hmn-Latn-VN\\n"\n', head)
    assert theirs != ours
    back = carried.read(theirs.encode(), HEAD)
    assert kept(back.lines) == kept(LINES) and (back.lang, back.course) == ("hmn-VN", "dt05")


def test_what_a_program_adds_is_no_target() -> None:
    """A proposal of its memory stays out; marks within a target stay away, their words do not; parts are joined."""
    one = """<?xml version="1.0"?><xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file original="c"
      source-language="vi" target-language="hmn"><body><group><trans-unit id="a/b"><source>Một hai</source>
      <target state="needs-review-translation">Iz <mrk mtype="seg" mid="1">aoz</mrk><x id="1"/></target>
      <alt-trans><target>sai</target></alt-trans></trans-unit></group></body></file></xliff>"""
    two = """<xliff version="2.1" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="vi" trgLang="hmn"><file id="f" original="c">
      <unit id="u1" name="a/b"><segment state="final"><source>Một </source><target>Iz </target></segment>
      <segment state="translated"><source>hai</source><target>aoz</target></segment></unit></file></xliff>"""
    for text, state in ((one, "machine_draft"), (two, "needs_review")):
        assert carried.read(text.encode(), HEAD).lines == (Line("a/b", "Một hai", "Iz aoz", state),)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "nothing"),
        (b"Xin ch\xc3\xa0o", "unknown"),
        (b"<html></html>", "unknown"),
        (b"<xliff><file>", "damaged"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xliff><file/></xliff>', "entities"),
        (b'msgid "a\nmsgstr', "damaged"),
        (b'msgid ""\nmsgstr "Content-Type: text/plain; charset=klingon\\n"\n\nmsgid "a"\nmsgstr "b"\n', "damaged"),
        ('msgctxt "a/b"\nmsgid "a"\nmsgstr "C«ng hoµ x· héi chñ nghÜa"\n'.encode(), "tcvn3"),
        (b"x" * (carried.LARGEST + 1), "too-large"),
    ],
    ids=["empty", "words", "html", "cut", "entity", "no string", "coding", "tcvn3", "large"],
)  # fmt: skip
def test_what_is_no_such_file_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(NotTaken) as refused:
        carried.read(data, HEAD)
    assert refused.value.reason == reason


def test_a_table_that_excel_saved_again_is_read() -> None:
    data = '\ufeffChỗ;Ghi chú;Bản dịch;Tiếng Việt\r\na/b;;"\'- iz\r\naoz";- một\r\n;;;\r\n'.encode()
    assert carried.read(data, HEAD).lines == (Line("a/b", "- một", "- iz\naoz"),)
