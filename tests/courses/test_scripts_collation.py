from hypothesis import example, given
from hypothesis import strategies as st

from courses.languages import comparison_key, fold, sort_key

SLUGS = st.sampled_from(["vi", "blt", "blt-Latn", "hmn", "hmn-x-rpa"])
some_text = st.text("aăâbđeêioôơuưyzxTÀẢÃÁẠ ꪀꪁꪔꪵꪹꪱꪲꪮ꪿꫁ꫀꫂꪫ\u0301\u0323", max_size=12)


def ordered(slug: str, words: str) -> bool:
    given_ = words.split()
    return sorted(reversed(given_), key=lambda word: sort_key(slug, word)) == given_


def test_tai_viet_follows_the_consonant_then_the_vowel_then_the_tone() -> None:
    assert ordered("blt", "ꪀꪱ ꪀ꪿ꪱ ꪀ꫁ꪱ ꪀꪲ ꪵꪀ ꪹꪀ ꪼꪀ ꪁꪱ ꪵꪁ ꪒꪾ ꪼꪕ")


def test_vietnamese_follows_the_letters_then_the_tones() -> None:
    assert ordered("vi", "an ăn ân cá da đa ma mà mả mã má mạ mai ôm ơn ư")


def test_mong_puts_its_four_letters_in_their_latin_places() -> None:
    assert ordered("hmn", "đrangz ei fangz greix jông lul vuz xênhz yaz zaos")


def test_names_of_several_words_are_compared_letter_by_letter_first() -> None:
    assert sorted(["Lò Thị", "Lo Văn", "Lò An"], key=lambda name: sort_key("vi", name)) == [
        "Lò An",
        "Lò Thị",
        "Lo Văn",
    ]


@given(SLUGS, some_text, some_text)
def test_equal_in_comparison_is_equal_in_order(slug: str, one: str, other: str) -> None:
    if comparison_key(slug, one) == comparison_key(slug, other):
        assert sort_key(slug, one) == sort_key(slug, other)


@given(SLUGS, some_text)
def test_case_and_space_do_not_change_the_place(slug: str, text: str) -> None:
    assert sort_key(slug, f"  {text.lower()} ") == sort_key(slug, text)


def test_search_forgets_marks_and_keeps_tai_vowels() -> None:
    assert fold("Điện Biên") == "dien bien"
    assert fold("ĐƯỜNG Đ") == "duong d"
    assert fold("Lul Hmôngz ntơưr") == "lul hmongz ntour"
    assert fold("ꪼꪀ꪿") == fold("ꪼꪀ꫁") == fold("ꪼꪀꫀ") == "ꪼꪀ"
    assert fold("ꪀꪲ") != fold("ꪀꪴ")


@given(some_text)
@example("ꪱ\u0301ꪲ")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
