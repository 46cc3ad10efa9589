"""What the last card of a lesson and of a course is told: her best, and whether the course is finished."""

from typing import Any

from fastapi import FastAPI

from app.core import ids
from tests.cast import RIGHT, Phone, changed_course, publish
from tests.page import linted

FINAL = "/vi/courses/small/test"


def told(my: Phone, lesson: str = "test", lang: str = "vi") -> dict[str, Any]:
    found: dict[str, Any] = my.get(f"/me.json?course=small&lesson={lesson}&lang={lang}").json()
    return found


def send(my: Phone, lesson: str, status: int = 200, **answers: str) -> str:
    page = f"/vi/courses/small/{lesson}/answers"
    return my.post(page, {"structure": my.structure, **answers}, status).text


def read_all(my: Phone, guest: str) -> None:
    my.outbox(my.answered(guest, type="read/1", lesson="second"))


def test_it_works(my: Phone) -> None:
    guest = ids.new()
    my.outbox(
        my.answered(guest, answer="a"), my.answered(guest), my.answered(guest, question="q2", answer=["b"])
    )
    assert told(my, "first")["scores"] == {"q1": 100, "q2": 0}
    assert told(my, "second")["scores"] == {} and told(my, "first")["ending"] == ""


def test_nobody_sees_what_another_did(my: Phone, stranger: Phone) -> None:
    my.outbox(my.answered(ids.new()))
    assert told(stranger, "first")["scores"] == {}


def test_a_final_below_the_mark_says_what_is_needed_and_what_is_left(my: Phone) -> None:
    send(my, "test", k1="b")
    assert told(my)["ending"] == "", "one question is still open"
    page = send(my, "test", k1="b", k2="1")
    for html in (page, told(my)["ending"]):
        assert "0 trên 100" in html and "Cần 50" in html
        assert "còn 2 bài chưa xong" in html and "/vi/courses/small/first" in html
        assert "học xong khóa" not in html


def test_a_finished_course_leads_to_the_next_of_her_path(tmp_path: Any, app: FastAPI, my: Phone) -> None:
    another = changed_course(tmp_path / "other", "course.toml", 'id = "small"', 'id = "dt01"')
    (another / "course.toml").write_text(
        (another / "course.toml").read_text().replace("Khóa nhỏ", "Khóa sau")
    )
    publish(app, another)
    my.send_form(**RIGHT, **{"q4.a": "1", "q4.b": "2", "q4.c": "3"})
    read_all(my, my.me()["guest"])
    page = send(my, "test", k1="a", k2="12")
    linted(page)
    for html in (page, told(my)["ending"]):
        assert "Bạn đã học xong khóa học này." in html
        assert "Khóa sau" in html and "/vi/courses/dt01" in html
