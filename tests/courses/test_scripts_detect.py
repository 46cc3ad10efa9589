import pytest

from courses.scripts.detect import detect


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Cur bê hu ntơưr", "hmn"),
        ("tsêr cơưv", "hmn"),
        ("cơưv ntơưr Hmôngz jông", "hmn"),
        ("kawm ntawv Hmoob zoo", "hmn-x-rpa"),
        ("ib ob peb plaub tsib", "hmn-x-rpa"),
        ("ua tsaug ntau", "hmn-x-rpa"),
        ("không đọc mã cho ai", "vi"),
        ("gọi cho công an", "vi"),
        ("thông minh", "vi"),
    ],
)
def test_a_phrase_is_told_by_its_syllables(text: str, script: str) -> None:
    guess = detect(text)
    assert guess.script == script
    assert 0 < guess.score <= 1


@pytest.mark.parametrize("text", ["", "ntơưr", "156", "OTP SMS", "lao nga", "https://a.example/ntơưr tsêr"])
def test_too_little_to_tell(text: str) -> None:
    guess = detect(text)
    assert (guess.script, guess.score) == ("unsure", 0.0)


def test_loans_do_not_count() -> None:
    assert detect("VNeID ntơưr jông Zalo") == detect("ntơưr jông")


def test_more_evidence_scores_higher() -> None:
    assert detect("cơưv ntơưr Hmôngz").score > detect("tsi cơưv ntơưr Hmôngz nus").score
