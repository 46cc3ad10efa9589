"""A group before one screen: who has no phone answers by a card held up or in turn, and finishes the course."""

import json

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.core import ledger
from app.core.db import table_of
from app.core.models import Entry
from app.learning import queries as learning
from app.learning.models import LessonRead, QuestionResult
from app.programmes import class_rules as rules
from courses.model import Choice, Question
from tests.cast import rows
from tests.conftest import Ticker
from tests.programmes.class_stage import DAY, HERE, hire, open_class, settle, sign_in
from tests.programmes.test_classes import staff_id, write


class Group:
    """Mỷ, Pà and Dở, of whom Dở did not come."""

    def __init__(self, app: FastAPI) -> None:
        hire(app)
        self.app, self.sung = app, sign_in(app)
        self.my, self.pa, self.do = (settle(app, name) for name in ("Mỷ", "Pà", "Dở"))
        self.id = open_class(app, staff_id(app), [self.my, self.pa, self.do])
        self.page = f"/classes/{self.id}/group"

    def come(self) -> None:
        shown = [self.my, self.pa, self.do]
        tapped = {"day": DAY, "group": "1", "shown": shown, "there": shown[:2]}
        assert self.sung.post(f"/classes/{self.id}/attendance", tapped).headers["location"] == self.page

    def send(self, lesson: str, at: int, status: int = 303, **said: object) -> str:
        form = {"at": at, "structure": self.sung.structure} | said
        response = self.sung.post(f"{self.page}/small/{lesson}", form, status)
        return str(response.headers.get("location") or response.text)

    def scores(self, question: str) -> dict[str, int]:
        found = [one for one in rows(self.app, QuestionResult) if one["question"] == question]
        return {one["person_id"]: one["score"] for one in found}

    def entries(self, kind: str) -> list[dict[str, object]]:
        with self.app.state.database.read() as session:
            table = table_of(Entry)
            found = session.connection().execute(select(table.c.body).where(table.c.type == kind))
            return [json.loads(body) for (body,) in found]


@pytest.fixture
def group(app: FastAPI, ticker: Ticker) -> Group:
    return Group(app)


def test_who_is_there_comes_before_the_lesson(group: Group) -> None:
    assert group.sung.get(group.page, 303).headers["location"].endswith("/attendance?group=1")
    group.sung.get(f"{group.page}/small/first", 303)
    group.come()
    page = group.sung.get(group.page).text
    assert "Mỷ" in page and "Pà" in page and "Dở" not in page and "0 trên 2 người đã học" in page
    group.sung.get(f"{group.page}/small/none", 404)
    group.sung.get(f"{group.page}/dt01/first", 404)


def test_cards_come_one_by_one_then_the_questions(group: Group) -> None:
    group.come()
    first = group.sung.get(f"{group.page}/small/first").text
    assert "Thẻ 1 trên 5" in first and first.count('data-s="*"') == 1
    assert f"{group.page}/small/first?at=1".replace("&", "&amp;") in first
    assert 'class="group sound by-cards"' in group.sung.get(f"{group.page}/small/first?at=1").text
    assert 'class="group"' in group.sung.get(f"{group.page}/small/first?at=4&quiet=1").text


def test_cards_held_up_are_written_down_for_each_with_who_wrote(group: Group) -> None:
    group.come()
    to = group.send("first", 1, **{f"held.{group.my}": "b", f"held.{group.pa}": "a", f"held.{group.do}": "b"})
    assert group.scores("q1") == {group.my: 100, group.pa: 0}, "who is not there answers nothing"
    assert {(one["by"], one["class"], one["place"]) for one in group.entries("answered")} == {
        (staff_id(group.app), group.id, HERE)
    }
    assert "1 trên 2 người đã đúng" in group.sung.get(to).text
    group.send("first", 2, **{f"held.{group.my}": ["a", "c"]})
    page = group.sung.get(f"{group.page}/small/first?at=2&said=1").text
    assert group.scores("q2") == {group.my: 100} and "Chưa trả lời: <span" in page.replace("\n", "")
    group.send("first", 3, **{f"held.{group.pa}": "true"})
    assert group.scores("q3") == {group.pa: 100}
    assert "Hãy chạm thẻ" in group.send("first", 1, 422)
    group.send("first", 1, 422, **{f"held.{group.my}": "z"})
    group.send("first", 1, 422, structure="0" * 12, **{f"held.{group.my}": "b"})


def test_what_cards_cannot_say_is_answered_in_turn(group: Group) -> None:
    group.come()
    order = {"q4.a": "1", "q4.b": "2", "q4.c": "3"}
    assert "Ai trả lời?" in group.sung.get(f"{group.page}/small/first?at=4").text
    group.send("first", 4, who=[group.my, group.pa, group.do], **order)
    assert group.scores("q4") == {group.my: 100, group.pa: 100}
    assert "Hãy chạm khuôn mặt" in group.send("first", 4, 422, **order)
    assert 'role="alert"' in group.send("first", 4, 422, who=group.my)
    assert group.send("first", 1, how="turn", who=group.pa, q1="b").endswith("how=turn&said=1")
    assert group.scores("q1") == {group.pa: 100}


def test_those_without_a_phone_finish_the_course(group: Group) -> None:
    group.come()
    shelf = group.app.state.shelf
    for lesson in shelf.courses["small"].course.all_lessons():
        for at, step in enumerate(rules.steps(lesson)):
            if step.question:
                group.send(lesson.id, at, how="turn", who=[group.my, group.pa], **right(step.question))
        group.send(lesson.id, len(rules.steps(lesson)))
    assert {one["person_id"] for one in rows(group.app, LessonRead)} == {group.my, group.pa}

    def finished(person: str) -> bool:
        found = write(group.app, lambda conn: learning.course(conn, shelf, person, "small"))
        return bool(found and found.state.finished)

    assert finished(group.my) and finished(group.pa) and not finished(group.do)
    assert "2 trên 2 người đã học" in group.sung.get(group.page).text
    before = rows(group.app, QuestionResult)
    write(group.app, ledger.rebuild)
    assert rows(group.app, QuestionResult) == before


def right(question: Question) -> dict[str, object]:
    if question.kind == "order":
        return {f"{question.id}.{one.id}": str(n) for n, one in enumerate(question.items, 1)}
    if question.items:
        return {f"{question.id}.{one.id}": one.group or one.match for one in question.items}
    if question.kind == "number":
        return {question.id: str(question.answer // 1000)}
    return {question.id: [one.id for one in question.choices if one.right]}


def test_which_questions_cards_can_answer() -> None:
    choices = tuple(Choice(id) for id in "abcde")
    assert rules.shown_by_cards(Question("q", "one", choices=choices[:4])) == tuple("abcd")
    assert rules.shown_by_cards(Question("q", "one", choices=choices)) == ()
    assert rules.shown_by_cards(Question("q", "number")) == ()


def test_another_commune_has_no_such_group(group: Group) -> None:
    group.come()
    hire(group.app, "Xa", place="03158")
    xa = sign_in(group.app, "Xa")
    xa.get(group.page, 404)
    xa.post(f"{group.page}/small/first", {"at": 1}, 404)


def test_the_sheet_of_cards_is_told_apart_without_letters(group: Group) -> None:
    sheet = group.sung.get("/classes/cards").text
    assert all(shape in sheet for shape in ("<circle", "M8 8h84", "M50 4 98", "M50 2 98"))
