"""No answer is lost: it is written down before anything else, and it is hers who gave it."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from courses.model import Lesson, Question
from tests.walks.conftest import NewPhone
from tests.walks.learner import Learner, until
from tests.walks.lesson_stage import left_here, to_card
from tests.walks.school import School

KEPT = "key => localStorage.getItem(key)"
FILLED = """() => {
  for (let size = 1 << 20; size; size >>= 1) {
    try { for (let n = 0; ; n++) localStorage.setItem(`full:${size}:${n}`, 'x'.repeat(size)) } catch (e) { continue }
  }
}"""


def unanswered(page: Page) -> list[Route]:
    """What the page asks of who is there from now on: nobody answers.

    Never hold a navigation so: a page about to leave evaluates nothing, and waits for ever.
    """
    held: list[Route] = []
    page.route("**/me.json*", lambda route: held.append(route))
    return held


@pytest.fixture
def lesson(dt05: School) -> Lesson:
    return dt05.course.lessons[0]


@pytest.fixture
def question(lesson: Lesson) -> Question:
    return lesson.questions[0]


@pytest.fixture
def her(new_phone: NewPhone, dt05: School) -> Learner:
    return Learner(new_phone().new_page(), dt05.course)


def beginning(learner: Learner, lesson: Lesson, question: Question) -> Learner:
    learner.open(lesson, question.id)
    to_card(learner.page, question.id)
    return learner


def kept(page: Page) -> list[str]:
    return [page.evaluate(KEPT, key) for key in left_here(page)]


def persons(school: School, question: Question, ids: list[str]) -> list[Any]:
    """Whose the entries are, once the server has them."""
    found: list[Any] = until(
        lambda: [
            body["person"] for body in school.entries("answered", question=question.id) if body["id"] in ids
        ]
    )
    return found


def test_a_reload_before_it_is_known_who_is_there(
    her: Learner, dt05: School, lesson: Lesson, question: Question
) -> None:
    page = her.page
    unanswered(page)
    beginning(her, lesson, question).check(question)
    [key] = left_here(page)
    assert page.evaluate(KEPT, key).startswith("?")
    page.reload()
    assert left_here(page) == [key] or persons(dt05, question, [key.removeprefix("out:")])
    page.unroute("**/me.json*")
    page.reload()
    [person] = persons(dt05, question, [key.removeprefix("out:")])
    expect(page.locator(".waiting")).to_be_hidden()
    assert until(lambda: her.me()["guest"]) == person


def test_out_of_reach_it_is_hers_who_was_there_last_and_its_bytes_never_change(
    her: Learner, dt05: School, lesson: Lesson, question: Question
) -> None:
    page = her.page
    page.goto("/who/new")
    her.register("Mỷ")
    mine = her.me()["person"]["id"]
    page.route("**/me.json*", lambda route: route.abort())
    page.route("**/outbox", lambda route: route.abort())
    beginning(her, lesson, question).check(question)
    [body] = until(lambda: [body for body in kept(page) if body.startswith("{")])
    assert json.loads(body)["person"] == mine
    sent: list[Any] = []
    page.on("request", lambda one: sent.append(one.post_data_json) if one.url.endswith("/outbox") else None)
    page.unroute("**/me.json*")
    page.goto("/vi")
    assert kept(page) == [body]
    page.unroute("**/outbox")
    page.reload()
    assert persons(dt05, question, [json.loads(body)["id"]]) == [mine]
    expect(page.locator(".waiting")).to_be_hidden()
    assert sent == [{"entries": [body]}] * len(sent)
    assert sent


def test_a_guest_the_server_has_not_heard_of_stays_the_same(
    her: Learner, lesson: Lesson, question: Question
) -> None:
    page = her.page
    page.route("**/outbox", lambda route: route.abort())
    beginning(her, lesson, question).check(question)
    until(lambda: kept(page)[0].startswith("{"))
    page.reload()
    to_card(page, question.id)
    her.check(question)
    until(lambda: len(kept(page)) == 2 and all(body.startswith("{") for body in kept(page)))
    assert len({json.loads(body)["person"] for body in kept(page)}) == 1


def two_faces(learner: Learner) -> list[str]:
    """Mỷ, who has just begun, and Giàng, who sits here now, on one phone; the pictures of Giàng."""
    learner.page.goto("/who/new")
    learner.register("Mỷ")
    learner.page.goto("/who/new")
    return learner.register("Giàng", face=1)


def test_what_is_answered_while_the_phone_asks_is_hers_who_is_tapped(
    her: Learner, dt05: School, lesson: Lesson, question: Question
) -> None:
    page = her.page
    pictures = two_faces(her)
    giang = her.me()["person"]["id"]
    page.context.clear_cookies(name="bh_awake")
    beginning(her, lesson, question)
    expect(page.locator(".asking")).to_contain_text("Mỷ")
    page.evaluate("() => document.querySelector('.asking').remove()")
    her.check(question)
    [key] = left_here(page)
    page.reload()
    expect(page.locator(".asking")).to_contain_text("Giàng")
    assert kept(page)[0].startswith("?")
    page.locator(".asking a", has_text="Giàng").click()
    her.press(pictures)
    page.wait_for_url("**/vi")
    assert persons(dt05, question, [key.removeprefix("out:")]) == [giang]


def test_who_leaves_before_it_is_known_who_is_there_takes_her_answers_with_her(
    her: Learner, dt05: School, lesson: Lesson, question: Question
) -> None:
    page = her.page
    page.goto("/who/new")
    her.register("Mỷ")
    mine = her.me()["person"]["id"]
    beginning(her, lesson, question)
    expect(page.locator(".top .who")).to_contain_text("Mỷ")
    unanswered(page)
    page.route("**/outbox", lambda route: route.abort())
    page.reload()
    her.check(question)
    [key], [left] = left_here(page), kept(page)
    assert left.startswith("?")
    page.goto("/who")
    page.evaluate("([key, body]) => localStorage.setItem(key, body)", [key, left])
    page.evaluate("() => addEventListener('submit', event => event.preventDefault())")
    page.locator("form[action='/who/leave'] .btn").click()
    [body] = until(lambda: [body for body in kept(page) if body.startswith("{")])
    assert json.loads(body)["person"] == mine
    page.evaluate("() => document.querySelector('form[action=\"/who/leave\"]').submit()")
    page.wait_for_url("**/vi")
    page.unroute_all()
    page.reload()
    assert persons(dt05, question, [key.removeprefix("out:")]) == [mine]
    assert her.me()["person"] is None


def test_two_tabs_settle_an_answer_once(
    her: Learner, dt05: School, lesson: Lesson, question: Question
) -> None:
    page, bodies = her.page, set[str]()
    page.context.on("request", lambda one: bodies.update((one.post_data_json or {}).get("entries", [])))
    held = unanswered(page)
    beginning(her, lesson, question).check(question)
    [key] = left_here(page)
    other = page.context.new_page()
    other.goto("/vi")
    assert len(persons(dt05, question, [key.removeprefix("out:")])) == 1
    for route in held:
        route.continue_()
    expect(page.locator(".waiting")).to_be_hidden()
    assert left_here(page) == [] and len(bodies) == 1
    assert len(dt05.entries("answered", id=key.removeprefix("out:"))) == 1


def test_a_full_phone_sends_the_form_at_once_and_says_so(
    her: Learner, dt05: School, lesson: Lesson, question: Question
) -> None:
    page = her.page
    with page.expect_response("**/me.json*"):
        beginning(her, lesson, question)
    page.evaluate(FILLED)
    with page.expect_response(f"**{her.url(lesson)}/answers") as sent:
        her.check(question)
    assert sent.value.status == 200
    expect(page.locator(".say")).to_contain_text("Máy hết chỗ lưu.")
    assert left_here(page) == []
    person = until(lambda: her.me()["guest"])
    assert [body["question"] for body in dt05.entries("answered", person=person)] == [question.id]
    to_card(page, "_end")
    expect(page.locator(".send")).to_be_visible()


def test_an_answer_given_in_a_full_phone_is_settled_in_the_room_it_took(
    her: Learner, dt05: School, lesson: Lesson, question: Question
) -> None:
    page = her.page
    held = unanswered(page)
    beginning(her, lesson, question).check(question)
    [key] = left_here(page)
    page.evaluate(FILLED)
    for route in held:
        route.continue_()
    assert len(persons(dt05, question, [key.removeprefix("out:")])) == 1
