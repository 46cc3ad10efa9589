from xml.etree import ElementTree

from courses.qr import svg


def test_it_is_one_small_picture() -> None:
    drawn = svg("BÀI TẬP: đây không phải mã thật", title="Mã tập")
    root = ElementTree.fromstring(drawn)
    assert root.tag == "svg"
    assert root.get("viewBox")
    assert len(drawn) < 2000


def test_same_text_same_picture() -> None:
    assert svg("BÀI TẬP") == svg("BÀI TẬP")
    assert svg("BÀI TẬP") != svg("BÀI TẬP 2")
