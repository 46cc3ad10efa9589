"""What strikes one about a translation while it is typed, and that the drafts that are shipped give few remarks."""

from pathlib import Path

import pytest

from courses import folder, glossary, proof
from courses.glossary import Term, terms_in
from courses.keys import course_keys

CONTENT = Path(__file__).parents[2] / "content"
TERMS = {
    "phone": Term("phone", "điện thoại", "xaor tôngx", "seed", state="approved"),
    "police": Term("police", "công an (xã)", "côngz ngangz", "coined"),
    "see": Term("see", "nhìn, xem", "saiv", "seed"),
}


def kinds(lang: str, words: str, source: str, prose: bool = True) -> list[str]:
    return [one.kind for one in proof.remarks(lang, words, source, TERMS, prose)]


@pytest.mark.parametrize(
    ("lang", "words", "source", "found"),
    [
        ("hmn", "Hu 156", "Gọi 156", []),
        ("hmn", "", "Gọi 156", []),
        ("hmn", "Hu 165", "Gọi 156", ["numbers_missing", "numbers_more"]),
        ("hmn", "Hu", "Gọi {fact:a} https://a.example", ["placeholders_missing", "links_missing"]),
        ("hmn", "Hu {b}", "Gọi", ["placeholders_more"]),
        ("blt", "ꪼꪕ ไทย", "Thái", ["thai"]),
        ("blt", "ꪼꪕ ລາວ", "Thái", ["lao"]),
        ("blt", "ꪼꪕ 傣 ᥖᥭ", "Thái", ["other_letters"]),
        ("blt", "ꪼꪕ \ue001", "Thái", ["legacy"]),
        ("blt", "ꪼꪕ đằm", "Thái", ["latin"]),
        ("blt", "ꪼꪕꪒꪾ", "Thái", ["syllables"]),
        ("blt", "ꪶꪔ ꪀꪱ " * 6, "Thái và những chữ khác nữa", ["toneless"]),
        ("blt", "OTP VNeID Mỷ", "OTP VNeID Mỷ", []),
        ("hmn", "ꪼꪕ hu", "Gọi", ["tai_viet"]),
        ("hmn", "Lus Hmoob yog lus zoo heev", "Tiếng Mông là tiếng hay lắm", ["looks_rpa"]),
        ("hmn", "Tiếng Mông thì rất là hay", "Tiếng Mông là tiếng hay lắm", ["looks_vietnamese"]),
        ("hmn", "Gọi lại số mình biết", "Gọi lại số mình biết", ["untranslated", "looks_vietnamese"]),
        ("hmn", "Hu lul Hmôngz nus ntêx, gọi lại số mình đã biết", "Nên gọi lại số mình đã biết nhé", ["left", "looks_vietnamese"]),
        ("hmn", "Hu xaor tôngx", "Xem điện thoại", []),
        ("hmn", "Hu", "Xem điện thoại công an", ["glossary"]),
        ("hmn", "Hu uô " * 30, "Gọi lại nhé", ["long"]),
        ("hmn", "Hu", "Gọi lại cho người mà mình đã quen biết từ lâu rồi, rồi mới trả lời người ta", ["short"]),
    ],
)  # fmt: skip
def test_what_is_remarked(lang: str, words: str, source: str, found: list[str]) -> None:
    assert kinds(lang, words, source) == found


def test_one_line_is_one_line() -> None:
    assert kinds("hmn", "Hu\nrov", "Gọi lại", prose=False) == ["one_line"]
    assert kinds("hmn", "Hu\nrov", "Gọi lại") == []


def test_what_must_be_mended_comes_first_and_is_named() -> None:
    first, *rest = proof.remarks("hmn", "Hu xaor", "Gọi điện thoại 156", TERMS)
    assert (first, first.must) == (("numbers_missing", "156"), True)
    assert rest == [("glossary", "điện thoại → xaor tôngx")] and not rest[0].must


def test_terms_are_found_whole_the_longest_and_not_in_placeholders() -> None:
    text = "Xem Điện thoại, công an, {nhìn} điện thoạix"
    assert [(text[one.start : one.end], one.term.id) for one in terms_in(text, TERMS)] == [
        ("Xem", "see"),
        ("Điện thoại", "phone"),
        ("công an", "police"),
    ]


@pytest.mark.parametrize("lang", ["blt", "hmn"])
def test_the_drafts_that_are_shipped_give_few_remarks(lang: str) -> None:
    terms = glossary.read((CONTENT / f"glossary/{lang}.toml").read_bytes())
    course = folder.read(folder.from_dir(CONTENT / "courses/dt05")).course
    assert course
    pairs = [
        (lesson.unit(lang, key.name), lesson.unit("vi", key.name), key.prose)
        for lesson, key in course_keys(course)
    ]
    found = [
        proof.remarks(lang, one.text, source.text, terms, prose)
        for one, source, prose in pairs
        if one and source
    ]
    assert len(found) > 300
    assert sum(map(bool, found)) < len(found) / 10
    assert not [one for remarks in found for one in remarks if one.must]
