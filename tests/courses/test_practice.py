import pytest

from courses.practice import check, unsafe_words
from tests.courses import cast


def faults(toml: str) -> list[str]:
    practice = cast.lesson(practice=toml).practices["practice.toml"]
    found = check(practice, "01-hoi/practice.toml")
    assert all(fault.mend and fault.line for fault in found)
    return [fault.what for fault in found]


def test_a_good_graph_has_no_fault() -> None:
    assert faults(cast.PRACTICE) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('start = "inbox"', 'start = "nowhere"', "starts at `nowhere`"),
        ('gesture = "long"\nto = "safe"', 'gesture = "long"\nto = "nowhere"', "leads to `nowhere`"),
        ('end = "wrong"\nback = "inbox"', 'end = "wrong"', "no way back"),
        ('id = "safe"\nend = "right"', 'id = "safe"', "Nothing can be done"),
        ('id = "safe"\nend = "right"', 'id = "safe"\nend = "wrong"\nback = "inbox"', "No ending shows"),
        (
            'gesture = "long"\nto = "safe"',
            'gesture = "long"\nto = "caught"',
            "no right ending can be reached",
        ),
        (
            'gesture = "long"\nto = "safe"',
            'gesture = "long"\nto = "caught"',
            "Nothing leads to screen `safe`",
        ),
        ('values = ["123456"]', "values = []", "takes nothing"),
        ("BÀI TẬP: xin chào", "xin chào", "QR picture"),
        ("BÀI TẬP: xin chào", "BÀI TẬP: https://vi-du.example", "QR picture"),
        ("BÀI TẬP: xin chào", "BÀI TẬP: 00020101021238", "QR picture"),
        ("BÀI TẬP: xin chào", "00020101021238", "QR picture"),
        ('to = "caught" } ]', 'to = "" } ]', "`h1` leads nowhere"),
        ('picture = "kit:phone"\n', "", "no picture beneath"),
        ('kind = "qr"\npayload', 'kind = "button"\npayload', "button `qr` leads nowhere"),
        ('kind = "qr"\npayload', 'kind = "picture"\npayload', "`qr` has no picture"),
    ],
)
def test_faults(old: str, new: str, what: str) -> None:
    assert old in cast.PRACTICE
    assert any(what in found for found in faults(cast.PRACTICE.replace(old, new)))


@pytest.mark.parametrize(
    "words",
    [
        "Vào https://ngan-hang.vn ngay",
        "vao vneid.gov.vn",
        "www.la.com/x?y",
        "http://ngan-hang.example.com/x",
        "Gọi 0912345678",
        "Gọi +84 912 345 678",
        "Gọi 0912.345.678 nhé",
    ],
)
def test_words_that_could_be_real(words: str) -> None:
    assert len(unsafe_words(words)) == 1


@pytest.mark.parametrize(
    "words",
    [
        "Vào https://ngan-hang.example/x ngay",
        "Vào http://ngan-hang.example.",
        "Gọi 09x2345678",
        "Gọi 0912 xxx 678",
        "Mã 123456, giá 200.000 đồng",
        "Tài khoản 00x1234567890",
        "ngày 01.02.2027",
    ],
)
def test_words_that_are_invented(words: str) -> None:
    assert unsafe_words(words) == []
