"""What teaches must stand on a fact; what is supposed need not."""

from dataclasses import replace

import pytest

from courses.claims import check, claims
from courses.model import Block, Course, Lesson, Question, Unit


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Gọi 156 để báo.", ["156"]),
        ("Mở dichvucong.gov.vn rồi tìm.", ["dichvucong.gov.vn"]),
        ("Theo Nghị định 176/2025/NĐ-CP thì được.", ["Nghị định 176/2025/NĐ-CP"]),
        ("Số 1900 0368 là của ai?", ["1900", "0368"]),
        ("Gọi {fact:report-scam} để báo.", []),
        ("Dùng 4G ở nhà.", []),
        ("Số 09xx xxx 123 gửi hoaban.example/qua", []),
        ("Luật nói phải hỏi dân.", []),
    ],
)
def test_what_is_stated_is_found(text: str, found: list[str]) -> None:
    assert claims(text) == found


def course(**words: str) -> Course:
    units = {key: Unit(text) for key, text in words.items()}
    blocks = (Block("do", "text"), Block("try", "practice", practice="practice.toml"))
    return Course(
        "c", lessons=(Lesson("l", blocks=blocks, questions=(Question("q", "one"),), words={"vi": units}),)
    )


def test_pretend_screens_and_what_a_question_supposes_need_no_fact() -> None:
    supposed = course(**{"try.inbox.m1": "Nộp 500.000", "q": "Máy báo 3.000.", "q.a": "Trả 3.000"})
    assert list(check(supposed, {})) == []


@pytest.mark.parametrize("key", ["do", "q.a.feedback", "q.hint", "q.right", "title"])
def test_what_teaches_needs_one(key: str) -> None:
    (fault,) = check(course(**{key: "Gọi 113."}), {})
    assert "113" in fault.what
    assert fault.level == "error"


def test_a_reason_in_plain_excuses_one_key_alone() -> None:
    two = course(do="Viết là 200.000.", title="Số 200.000")
    (fault,) = check(two, {"c": {"l": {"do": "how it is written"}}})
    assert "`title`" in fault.what
    assert replace(fault, line=0) in [replace(one, line=0) for one in check(two, {})]
