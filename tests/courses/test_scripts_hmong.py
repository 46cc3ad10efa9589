import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.scripts import hmong
from courses.scripts.views import to_rpa

# well attested words of the two spellings, one by one (docs/languages.md)
WITNESSES = {
    "greix": "nqaij", "kra": "qhia", "krar": "qhiav", "mfleiz": "nplhaib", "pheiz": "faib", "fangz": "phab",
    "yuôx": "tshuaj", "nyei": "ntshai", "đrangz": "nrab", "nrar": "nrhiav", "qêz": "cheb", "ndêz": "nceb",
    "gâuv": "nkaum", "nxeik": "ntxhais", "hâuk": "haus", "kruôk": "qhuas", "lul": "lus", "njêl": "ntses",
    "lâul": "laus", "ntơưr": "ntawv", "Hmôngz": "Hmoob", "bê": "npe", "yaz": "tshiab", "shông": "xyoo",
}  # fmt: skip
NUMBERS = "iz aoz pêz plâuz tsiz trâu shang ziv chuôx câuv"

syllables = st.builds(
    lambda initial, rime, tone: initial + rime + tone,
    st.sampled_from(list(hmong.INITIALS)),
    st.sampled_from([*hmong.RIMES, *hmong.LOAN_RIMES]),
    st.sampled_from(list(hmong.TONES)),
)
convertible = st.builds(
    lambda initial, rime, tone: (initial, rime, tone),
    st.sampled_from(list(hmong.INITIALS)),
    st.sampled_from(list(hmong.RIMES)),
    st.sampled_from(list(hmong.TONES)),
)


@pytest.mark.parametrize(("chv", "rpa"), WITNESSES.items())
def test_a_witness_comes_out_as_it_is_written(chv: str, rpa: str) -> None:
    assert hmong.to_rpa(chv) == rpa


def test_counting_to_ten() -> None:
    assert to_rpa(NUMBERS).text == "ib ob peb plaub tsib rau xya yim cuaj kaum"


def test_the_tables_have_every_letter_group_of_the_grammar() -> None:
    assert len(hmong.INITIALS) == 58 + 1  # and none
    assert len(hmong.RIMES) == 13 + 3  # core, variants
    assert len(hmong.TONES) == 8


@given(syllables)
def test_every_syllable_of_the_grammar_is_accepted(syllable: str) -> None:
    assert hmong.is_chv(syllable)
    assert hmong.is_chv(syllable.upper())


@given(convertible)
def test_a_syllable_converts_part_by_part(parts: tuple[str, str, str]) -> None:
    initial, rime, tone = parts
    rpa = hmong.to_rpa(initial + rime + tone)
    assert rpa == hmong.INITIALS[initial] + hmong.RIMES[rime] + hmong.TONES[tone]
    assert hmong.is_rpa(rpa)


@pytest.mark.parametrize("word", ["cô", "thâyx", "hoangx", "Nguyễn", "truòx", "qinhz"])
def test_what_rpa_cannot_write_is_not_invented(word: str) -> None:
    assert hmong.to_rpa(word) is None
    assert to_rpa(word).unconverted == (word,)


@pytest.mark.parametrize("word", ["ntawv", "txhaum", "dlhev", "zoo", "aav"])
def test_rpa_syllables(word: str) -> None:
    assert hmong.is_rpa(word)


@pytest.mark.parametrize("word", ["lulz", "zb", "hm", "tsê1", "ntơưrr", ""])
def test_what_is_no_syllable(word: str) -> None:
    assert not hmong.is_chv(word)


def test_capitals_follow_the_word() -> None:
    assert to_rpa("Lul Hmôngz").text == "Lus Hmoob"
    assert to_rpa("LUL HMÔNGZ").text == "LUS HMOOB"
    assert to_rpa("A").text == "Ia"


def test_marks_addresses_and_placeholders_stay() -> None:
    text = (
        "**Lul** *Hmôngz*: [ntơưr](https://hoc.example/lul) {fact:lul} %(lul)s 156, 4G; a@lul.example `lul`."
    )
    result = to_rpa(text)
    expected = (
        "**Lus** *Hmoob*: [ntawv](https://hoc.example/lul) {fact:lul} %(lul)s 156, 4G; a@lul.example `lul`."
    )
    assert result.text == expected
    assert result.unconverted == ()


def test_loans_stay_and_are_not_reported() -> None:
    result = to_rpa("Tsi kra OTP, VNeID, SMS hok Zalo.")
    assert result.text == "Tsi qhia OTP, VNeID, SMS hos Zalo."
    assert result.unconverted == ()


def test_a_vietnamese_name_stays_whole() -> None:
    result = to_rpa("Cur bê hu Vừ A Páo")
    assert result.text == "Kuv npe hu Vừ A Páo"
    assert result.unconverted == ("Vừ", "A", "Páo")


def test_a_vietnamese_phrase_stays_whole() -> None:
    result = to_rpa("Tsêr cơưv (trường học thông minh) jông.")
    assert result.text == "Tsev kawm (trường học thông minh) zoo."
    assert result.unconverted == ("trường", "học", "thông", "minh")


def test_what_is_rpa_already_is_not_converted_again() -> None:
    text = "Kuv npe hu ua Pov, kuv nyob hauv Dien Bien."
    assert to_rpa(text).text == text
