"""The connection cut in mid-quiz: what was answered is kept, counted, sent on return, and recorded once."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from app.core.models import Entry, LogLine, SetAside
from app.learning.models import QuestionResult
from tests.walks.conftest import NewPhone
from tests.walks.learner import Learner, until
from tests.walks.lesson_stage import phone
from tests.walks.school import School, copied, school


def ready(school: School, page: Page, lang: str = "vi") -> Learner:
    """A learner at the first question, the phone knowing who is there."""
    learner, lesson = Learner(page, school.course, lang), school.course.lessons[0]
    with page.expect_response("**/me.json*"):
        learner.open(lesson, lesson.questions[0].id)
    return learner


def waiting(page: Page, n: int) -> None:
    expect(page.locator(".waiting")).to_contain_text(f"{n} câu trả lời đang chờ trên máy này")


@pytest.mark.parametrize("lang", ["vi", "hmn", "blt"])
def test_answers_wait_where_they_were_given(dt05: School, new_phone: NewPhone, lang: str) -> None:
    page, questions = new_phone().new_page(), dt05.course.lessons[0].questions
    learner = ready(dt05, page, lang)
    learner.check(questions[0], right=False)
    until(lambda: learner.me()["guest"])
    page.context.set_offline(True)
    learner.check(questions[0])
    for question in questions[1:]:
        learner.turn()
        learner.check(question)
    waiting(page, len(questions))
    person = learner.me()["guest"]
    assert len(dt05.entries("answered", person=person)) == 1
    page.context.set_offline(False)
    expect(page.locator(".waiting")).to_be_hidden()
    assert [(row["score"], row["tries"]) for row in dt05.rows(QuestionResult, person_id=person)] == [
        (100, 2), (100, 1), (100, 1), (100, 1),
    ]  # fmt: skip
    claimed = [body["claimed_at"] for body in dt05.entries("answered", person=person)]
    assert claimed == sorted(claimed)


def test_a_reply_that_never_came_is_asked_for_again_and_counts_once(
    dt05: School, new_phone: NewPhone
) -> None:
    page, questions = new_phone().new_page(), dt05.course.lessons[0].questions
    learner = ready(dt05, page)
    heard: list[Any] = []

    def lose(route: Route) -> None:
        """The province hears it; the answer is lost on the way back."""
        heard.append(route.fetch().json())
        route.abort()

    page.route("**/outbox", lose)
    learner.check(questions[0])
    until(lambda: page.wait_for_timeout(20) or heard)
    waiting(page, 1)
    person = learner.me()["guest"]
    assert len(dt05.entries("answered", person=person)) == 1
    page.unroute("**/outbox")
    with page.expect_response("**/outbox") as again:
        page.reload()
    assert again.value.json()["at_province"] == heard[0]["at_province"]
    expect(page.locator(".waiting")).to_be_hidden()
    assert len(dt05.entries("answered", person=person)) == 1
    (result,) = dt05.rows(QuestionResult, person_id=person)
    assert result["tries"] == 1


@pytest.fixture
def own(stock: Path, tmp_path: Path) -> Iterator[School]:
    with school(copied(stock, tmp_path)) as found:
        yield found


def test_the_server_stops_in_mid_quiz_and_comes_back(own: School, browser: Browser) -> None:
    with phone(browser, own.address) as context:
        page, lesson = context.new_page(), own.course.lessons[0]
        learner = ready(own, page)
        learner.check(lesson.questions[0])
        until(lambda: len(own.entries("answered")) == 1)
        own.stop()
        for question in lesson.questions[1:]:
            learner.turn()
            learner.check(question)
        waiting(page, 3)
        own.start()
        page.reload()
        expect(page.locator(".waiting")).to_be_hidden()
        until(lambda: len(own.entries("answered")) == 4)
        entries, lines = own.rows(Entry), own.rows(LogLine)
        assert sorted(line["entry_id"] for line in lines) == sorted(row["id"] for row in entries)
        assert [line["seq"] for line in lines] == list(range(1, len(entries) + 1))
        assert {(row["question"], row["score"], row["tries"]) for row in own.rows(QuestionResult)} == {
            (question.id, 100, 1) for question in lesson.questions
        }
        assert own.rows(SetAside) == []


def test_a_plain_form_out_of_reach_is_posted_again_by_hand_and_counts_once(dt05: School, plain: Page) -> None:
    """Without script the browser itself keeps what was filled in."""
    learner, lesson = Learner(plain, dt05.course, script=False), dt05.course.lessons[0]
    learner.open(lesson)
    for question in lesson.questions:
        learner.answer(question)
    plain.context.set_offline(True)
    plain.locator(".send .btn").click()
    plain.wait_for_url("chrome-error://**")
    plain.context.set_offline(False)
    plain.go_back()
    assert plain.locator("[name=q1]:checked").get_attribute("value") == "b"
    plain.locator(".send .btn").click()
    expect(plain.locator(".verdict.good")).to_have_count(len(lesson.questions))
    person = learner.me()["guest"]
    assert len(dt05.entries("answered", person=person)) == len(lesson.questions)


def test_what_makes_no_sense_blocks_nothing_and_staff_see_it(dt05: School, new_phone: NewPhone) -> None:
    page, questions = new_phone().new_page(), dt05.course.lessons[0].questions

    def spoil(route: Route) -> None:
        bodies = [json.loads(one) | {"question": "q99"} for one in route.request.post_data_json["entries"]]
        route.continue_(post_data=json.dumps({"entries": [json.dumps(one) for one in bodies]}))

    learner = ready(dt05, page)
    page.route("**/outbox", spoil, times=1)
    with page.expect_response("**/outbox") as said:
        learner.check(questions[0])
    (aside,) = said.value.json()["set_aside"]
    expect(page.locator(".waiting")).to_be_hidden()
    learner.turn()
    with page.expect_response("**/outbox"):
        learner.check(questions[1])
    until(lambda: [row["question"] for row in dt05.rows(QuestionResult, person_id=learner.me()["guest"])])
    assert dt05.rows(SetAside, entry_id=aside["id"])
