import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.scripts import taiviet
from courses.scripts.views import to_latin

# single syllables looked up one by one in a public dictionary; its macron is our ngã (docs/languages.md)
ATTESTED = {
    "ꪀꪱ": "kà", "ꪀ꪿ꪱ": "ká", "ꪀ꫁ꪱ": "kả", "ꪁꪱ": "kã", "ꪫ꪿ꪱ": "va", "ꪩ꫁ꪱ": "lạ",
    "ꪁꪲ": "kĩ", "ꪣꪳ": "mữ", "ꪋꪳ꪿": "chư", "ꪤꪴ꪿": "dú", "ꪝꪷ꪿": "po", "ꪶꪔ": "tồ", "ꪵꪀ꪿": "ké", "ꪵꪕ꫁": "tẹ",
    "ꪹꪁꪷ꪿": "kơ", "ꪹꪁꪸ꫁": "kệ", "ꪹꪎ꫁": "sửa", "ꪹꪣ꪿": "mưa", "ꪎꪸ": "sìa", "ꪄꪺ": "khùa", "ꪋ꪿ꪺ": "chua",
    "ꪒꪾ": "đằm", "ꪙꪾ꫁": "nặm", "ꪄꪽ": "khằn", "ꪮ꪿ꪽ": "ắn", "ꪼꪕ": "tãy", "ꪼꪀ꪿": "káy", "ꪻꪬ꫁": "hảư",
    "ꪻꪁ꪿": "kaư", "ꪹꪁ꫁ꪱ": "kạu", "ꪹꪄꪱ": "khàu",
    "ꪀꪱꪥ": "kài", "ꪄꪱꪫ": "khào", "ꪵꪀꪫ": "kèo", "ꪵꪁ꫁ꪫ": "kẹo", "ꪜꪲꪫ": "pìu", "ꪹꪘ꪿ꪥ": "nưới", "ꪉ꪿ꪮꪙ": "ngon",
    "ꪶꪁꪙ": "kỗn", "ꪹꪣꪉ": "mưỡng", "ꪹꪭꪙ": "hưỡn", "ꪋꪸꪙ": "chiễn", "ꪩꪺꪉ": "luỗng", "ꪨꪰꪉ": "lằng", "ꪹꪉꪷꪙ": "ngỡn",
    "ꪎꪴꪒ": "sút", "ꪭꪮꪒ": "họt", "ꪎꪺꪒ": "suốt", "ꪊꪸꪚ": "chiếp", "ꪹꪁꪚ": "kượp", "ꪹꪥꪸꪒ": "dệt", "ꪡꪰꪒ": "fặt",
    "ꪀ꪿ꪱꪀ": "kác", "ꪶꪉ꫁ꪀ": "ngộc", "ꪹꪀꪸ꪿ꪀ": "kếc", "ꪹꪀꪸꪀ": "kếk", "ꪜꪱꪀ": "pák", "ꪩꪴꪀ": "lụk", "ꪠꪰꪀ": "fắc",
    "ꪁꪫꪱꪣ": "koãm", "ꪉ꪿ꪫꪱꪉ": "ngoang", "ꪉꪫꪱ": "ngõa", "ꪜꪨꪴ꪿": "plú", "ꪁꪩꪱꪒ": "klạt", "ꫛ": "kỗn",
}  # fmt: skip

LETTERS = "".join(map(chr, range(0xAA80, 0xAAC3))) + "ꫛꫜꫝ꫞꫟"
tai_text = st.text(LETTERS + " a1", max_size=30)


@st.composite
def syllables(draw: st.DrawFn) -> str:
    before, mark, after = draw(st.sampled_from(list(taiviet.VOWELS)))
    onset = draw(st.sampled_from(list(taiviet.INITIALS)))
    open_, closed = taiviet.VOWELS[before, mark, after]
    finals = ([""] if open_ else []) + (list("ꪀꪒꪚꪉꪙꪣ") if closed else [])
    tone = draw(st.sampled_from(["", "꪿", "꫁", "ꫀ", "ꫂ"]))
    combining, spacing = (tone, "") if tone in "꪿꫁" else ("", tone)
    return before + onset + mark + combining + after + draw(st.sampled_from(finals)) + spacing


@pytest.mark.parametrize(("tai", "latin"), ATTESTED.items())
def test_an_attested_syllable_comes_out_as_it_is_written(tai: str, latin: str) -> None:
    assert to_latin(tai).text == latin
    assert taiviet.is_syllable(tai)
    assert taiviet.is_latin_syllable(latin)


@given(syllables())
def test_every_syllable_of_the_grammar_is_accepted_and_converted(tai: str) -> None:
    result = to_latin(tai)
    assert taiviet.is_syllable(tai)
    assert result.unconverted == ()
    assert taiviet.is_latin_syllable(result.text)


@given(tai_text)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = taiviet.normalise(text)
    assert taiviet.normalise(once) == once


@given(syllables())
def test_the_two_kinds_of_tone_mark_compare_equal(tai: str) -> None:
    combining = str.maketrans("ꫀꫂ", "꪿꫁")
    spelt = taiviet.comparison_key(tai)
    assert spelt == spelt.translate(combining)
    assert taiviet.comparison_key(spelt) == spelt


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ꪹꪠꪱ꪿", "ꪹꪠ꪿ꪱ"),
        ("ꪤꪴ꪿", "ꪤꪴ꪿"),
        ("ꪙ꫁ꪾ", "ꪙꪾ꫁"),
        ("ꪋꪺ꪿", "ꪋ꪿ꪺ"),
        ("ꪉꪮ꪿ꪙ", "ꪉ꪿ꪮꪙ"),
        ("ꪀꪾꪚ", "ꪀꪚꪾ"),
        ("ꪩꪾꪣ", "ꪩꪾ"),
        ("ꪀꪱꫀ", "ꪀꪱꫀ"),
        ("ꪵꪀ꫁ꪫ", "ꪵꪀ꫁ꪫ"),
        ("ꪵꪀꪫ꫁", "ꪵꪀꪫ꫁"),
    ],
)
def test_the_stored_form(typed: str, stored: str) -> None:
    assert taiviet.normalise(typed) == stored


def test_a_tone_on_either_side_of_the_glide_is_another_word() -> None:
    assert to_latin("ꪵꪀ꫁ꪫ").text == "kẻo"
    assert to_latin("ꪵꪀꪫ꫁").text == "koẻ"
    assert taiviet.comparison_key("ꪵꪀ꫁ꪫ") != taiviet.comparison_key("ꪵꪀꪫ꫁")


def test_the_likelier_reading_is_reported_as_guessed() -> None:
    assert to_latin("ꪵꪀꪫ ꪵꪀ꫁ꪫ").guessed == ("ꪵꪀꪫ",)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ꪀꪱꫀ", "ꪀ꪿ꪱ"), ("ꪀꪱꪥꫂ", "ꪀ꫁ꪱꪥ"), ("ꪉꪫ꪿ꪱꪉ", "ꪉ꪿ꪫꪱꪉ"), ("ꪀꪰꪚ", "ꪀꪚꪾ"), ("ꪹꪠꪱ꪿", "ꪹꪠ꪿ꪱ")],
)
def test_two_ways_of_typing_one_syllable_compare_equal(one: str, other: str) -> None:
    assert taiviet.comparison_key(one) == taiviet.comparison_key(other)


@pytest.mark.parametrize("word", ["ꪽ", "ꪀꪰ", "ꪼꪕꪒꪾ", "ꪀ꪿꫁ꪱ", "ꪀ꪿ꪱꫀ", "ꪼꪀꪙ", "ꪵꪫꪁ", "ꪀ", "ꪹꪀꪷꪤ꪿ꪉ"])
def test_what_is_no_syllable_stays_and_is_reported(word: str) -> None:
    assert not taiviet.is_syllable(word)
    assert to_latin(word).text == word
    assert to_latin(word).unconverted == (word,)


def test_the_repeat_sign_repeats_the_word_before_it() -> None:
    assert to_latin("ꪨꪰꪉꫝ").text == "lằng lằng"
    assert to_latin("ꪨꪰꪉ ꫝ").text == "lằng lằng"
    assert to_latin("ꫝ").unconverted == ("ꫝ",)


def test_text_around_the_words_stays() -> None:
    text = "**ꪼꪕ** [ꪒꪾ](https://a.example/ꪼꪕ) OTP {fact:ꪼꪕ} 156 – Điện Biên."
    assert to_latin(text).text == "**tãy** [đằm](https://a.example/ꪼꪕ) OTP {fact:ꪼꪕ} 156 – Điện Biên."
    assert to_latin(text).unconverted == ()


def test_a_long_text_without_tones_is_noticed() -> None:
    assert taiviet.toneless("ꪶꪔ ꪀꪱ " * 6)
    assert not taiviet.toneless("ꪶꪔ ꪀꪱ " * 6 + "ꪀ꪿ꪱ")
    assert not taiviet.toneless("ꪶꪔ ꪀꪱ")
