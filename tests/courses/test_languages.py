import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import languages
from courses.scripts import taiviet
from courses.scripts.pieces import pieces
from tests.courses.test_scripts_taiviet import syllables

SLUGS = st.sampled_from(list(languages.LANGUAGES))
VIEWS = st.sampled_from([("hmn", "hmn-x-rpa"), ("blt", "blt-Latn")])
WORDS = [
    "lul",
    "Hmôngz",
    "ntơưr",
    "bê",
    "trường",
    "OTP",
    "VNeID",
    "cô",
    "ꪼꪕ",
    "ꪒꪾ",
    "ꪵꪀꪫ",
    "ꫛ",
    "ꫝ",
    "ꪽ",
    "e\u0302",
]
SIGNS = [
    " ",
    ", ",
    "\n",
    "**",
    "(",
    ")",
    " 156 ",
    "{fact:lul}",
    "https://a.example/lul?x=1 ",
    "](b.md)",
    "%(n)s",
    "!",
]
MARKS = "ꪴꪰꪲꪳꪷꪸꪾ꪿꫁"
mixed_text = st.lists(st.sampled_from([*WORDS, *SIGNS]), max_size=12).map("".join)


def test_the_registry() -> None:
    assert list(languages.LANGUAGES) == ["vi", "blt", "blt-Latn", "hmn", "hmn-x-rpa"]
    tags = [each.tag for each in languages.LANGUAGES.values()]
    assert tags == ["vi", "blt-Tavt", "blt-Latn", "hmn-Latn-VN", "hmn-Latn-x-rpa"]


def test_every_chain_ends_in_vietnamese_and_names_known_languages() -> None:
    for slug, each in languages.LANGUAGES.items():
        assert slug == each.slug
        assert slug == "vi" or each.fallback[-1] == "vi"
        assert set(each.fallback) <= set(languages.LANGUAGES)
        assert each.view_of is None or languages.convert("", each.view_of, slug).text == ""


def test_an_autonym_is_written_as_its_own_language() -> None:
    for slug in ("blt", "blt-Latn", "hmn", "hmn-x-rpa"):
        assert languages.check(slug, languages.language(slug).autonym).rejected == ()


@pytest.mark.parametrize("slug", ["th", "", "HMN", "blt-Tavt"])
def test_an_unknown_language_is_refused_by_name(slug: str) -> None:
    with pytest.raises(languages.UnknownLanguage, match=f"unknown language '{slug}': use one of vi, blt"):
        languages.normalise(slug, "a")


def test_there_is_no_way_back_from_a_view() -> None:
    with pytest.raises(languages.NoConversion, match="no conversion from hmn-x-rpa to hmn"):
        languages.convert("lus", "hmn-x-rpa", "hmn")


@given(SLUGS, st.one_of(st.text(max_size=30), mixed_text))
def test_normalising_twice_changes_nothing(slug: str, text: str) -> None:
    once = languages.normalise(slug, text)
    assert languages.normalise(slug, once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(SLUGS, st.one_of(st.text(max_size=30), mixed_text))
def test_a_comparison_key_is_its_own_key(slug: str, text: str) -> None:
    key = languages.comparison_key(slug, text)
    assert languages.comparison_key(slug, key) == key


@given(VIEWS, st.one_of(st.text(max_size=30), mixed_text))
def test_converting_loses_nothing_but_words(view: tuple[str, str], text: str) -> None:
    stored = languages.normalise(view[0], text)
    between = [re.escape(piece.text) if piece.kind != "word" else r".+?" for piece in pieces(stored)]
    converted = languages.convert(text, *view)
    assert re.fullmatch("".join(between), converted.text, re.DOTALL)
    assert all(word in stored and word in converted.text for word in converted.unconverted)


@given(SLUGS, st.one_of(st.text(max_size=30), mixed_text))
def test_every_token_is_accepted_or_named(slug: str, text: str) -> None:
    tokens = languages.check(slug, text)
    assert tokens.total == tokens.accepted + len(tokens.rejected)


@given(st.one_of(st.text(), mixed_text))
def test_pieces_are_the_text(text: str) -> None:
    assert "".join(piece.text for piece in pieces(text)) == text


def test_numbers_addresses_placeholders_and_loans_are_no_tokens() -> None:
    text = "200.000 4G {fact:x} https://a.example/b a@b.example OTP VNeID Zalo lul Điện"
    assert languages.check("hmn", text) == languages.Tokens(2, 1, ("Điện",))


@pytest.mark.parametrize(
    ("slug", "text", "rejected"),
    [
        ("vi", "Gọi lại số đã biết zrk", ("zrk",)),
        ("blt", "ꪼꪕ ꪒꪾ ꫛ tai", ("tai",)),
        ("blt-Latn", "tãy đằm kếk koãm xyz", ("xyz",)),
        ("hmn", "lul Hmôngz ntawv", ("ntawv",)),
        ("hmn-x-rpa", "lus Hmoob ntơưr", ("ntơưr",)),
    ],
)
def test_each_language_has_its_own_syllables(slug: str, text: str, rejected: tuple[str, ...]) -> None:
    assert languages.check(slug, text).rejected == rejected


def test_lines_keep_their_ends_and_count_what_stays() -> None:
    lines = list(languages.convert_lines(["lul\n", "cô zaos\n", ""], "hmn", "hmn-x-rpa"))
    assert [line.text for line in lines] == ["lus\n", "cô yog\n", ""]
    assert sum(len(line.unconverted) for line in lines) == 1


def test_comparison_forgets_case_and_space() -> None:
    assert languages.comparison_key("vi", " Điện  BIÊN\n") == languages.comparison_key("vi", "điện biên")
    assert languages.comparison_key("vi", "dien") != languages.comparison_key("vi", "điện")


@given(syllables())
def test_the_first_letter_of_a_tai_syllable_keeps_the_vowel_before_it_and_its_marks(tai: str) -> None:
    """And nothing that comes after them."""
    first, read = languages.initial(tai), taiviet.syllable(taiviet.normalise(tai))
    assert read and tai.startswith(first) and first.startswith(read.before + read.onset[0])
    marks = first.removeprefix(read.before + read.onset[0])
    rest = tai.removeprefix(first)
    assert set(marks) <= set(MARKS) and not (rest and rest[0] in MARKS)


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("Mỷ", "M"),
        ("e\u0302m", "e\u0302"),
        ("ꪹꪎ꫁ꪉ", "ꪹꪎ꫁"),
        ("ꪵꪀꪫ꫁", "ꪵꪀ"),
        ("ꪀꪱꪫ", "ꪀ"),
        ("ꪀꪲ꪿", "ꪀꪲ꪿"),
        ("ꪹ", "ꪹ"),
        ("", ""),
    ],
)
def test_the_first_letter(word: str, first: str) -> None:
    assert languages.initial(word) == first
