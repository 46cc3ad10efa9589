"""The learner's way through DT05 as it is shipped: chooser, home, course, lesson, quiz, next lesson, finished."""

import pytest
from playwright.sync_api import Page, expect

from app.learning.models import LessonRead, QuestionResult
from courses.languages import LANGUAGES, language
from tests.page import linted
from tests.walks.conftest import NewPhone
from tests.walks.learner import Learner, until
from tests.walks.school import School

LANGS = [
    slug if not one.view_of else pytest.param(slug, marks=pytest.mark.long) for slug, one in LANGUAGES.items()
]
"""The computed views walk as their languages do."""


def first(school: School, learner: Learner) -> str:
    """The id of the person at this phone, once the server has heard of her."""
    return str(until(lambda: (me := learner.me())["guest"] or (me["person"] or {}).get("id")))


@pytest.mark.parametrize("lang", LANGS)
def test_from_the_chooser_to_the_second_lesson(dt05: School, new_phone: NewPhone, lang: str) -> None:
    page = new_phone().new_page()
    learner = Learner(page, dt05.course, lang).choose_language()
    lesson, following = dt05.course.lessons[:2]
    expect(page.locator("html")).to_have_attribute("lang", language(lang).tag)
    page.locator("main .card a[href$='/courses/dt05']").click()
    page.locator("main .btn.main").click()
    page.wait_for_url(f"**{learner.url(lesson)}")
    learner.walk(lesson, wrong_first=["q1", "q3"])
    expect(page.locator("#_end .result")).to_contain_text(str(len(lesson.questions)))
    page.locator("#_end .btn.good").click()
    page.wait_for_url(f"**{learner.url(following)}")
    expect(page.locator("main .card:visible")).to_have_count(1)

    until(lambda: learner.me()["progress"].get(lesson.id) == 2)
    person = first(dt05, learner)
    results = dt05.rows(QuestionResult, person_id=person)
    assert {row["question"]: (row["score"], row["tries"]) for row in results} == {
        "q1": (100, 2), "q2": (100, 1), "q3": (100, 2), "q4": (100, 1),
    }  # fmt: skip
    assert {body["lang"] for body in dt05.entries("answered", person=person)} == {lang}
    assert len(dt05.rows(LessonRead, person_id=person, lesson=lesson.id)) == 1


def test_the_whole_course_in_mong(dt05: School, new_phone: NewPhone) -> None:
    page = new_phone().new_page()
    learner = Learner(page, dt05.course, "hmn")
    for lesson in dt05.course.all_lessons():
        learner.open(lesson).walk(lesson)
        expect(page.locator("#_end .result progress")).to_have_js_property(
            "value", page.locator("main .q").count()
        )
    until(lambda: learner.me()["course"]["finished"])
    page.locator("#_end .btn", has_text="Về khóa học").click()
    page.wait_for_url("**/hmn/courses/dt05")
    expect(page.locator(".notice.good")).to_contain_text("Bạn đã học xong khóa học này")
    expect(page.locator(".lessons .n svg")).to_have_count(len(list(dt05.course.all_lessons())))
    expect(page.locator("main .btn.main")).to_have_count(0)
    page.goto("/hmn")
    expect(page.locator("main .card", has=page.locator("a[href$='/courses/dt05']"))).to_contain_text(
        "Bạn đã học xong khóa này."
    )
    expect(page.locator("main .going")).to_have_count(0)


def test_the_whole_course_without_script(dt05: School, plain: Page) -> None:
    learner = Learner(plain, dt05.course, script=False).choose_language()
    plain.locator("main .card a[href$='/courses/dt05']").click()
    plain.locator("main .btn.main").click()
    for lesson in dt05.course.all_lessons():
        plain.wait_for_url(f"**{learner.url(lesson)}")
        expect(plain.locator("main .card:visible")).to_have_count(plain.locator("main .card").count())
        asked = len(learner.asked(lesson))
        learner.send(lesson)
        expect(plain.locator(".verdict.good")).to_have_count(asked)
        linted(plain.content())
        if not lesson.final:
            expect(plain.locator(".notice.good")).to_have_count(0)
            plain.locator("main .btn.good").click()
    expect(plain.locator(".notice.good")).to_contain_text("Bạn đã học xong khóa học này")
    plain.goto("/vi/courses/dt05")
    expect(plain.locator(".notice.good")).to_contain_text("Bạn đã học xong khóa học này")


def test_another_language_in_mid_lesson_keeps_the_card_and_counts_once(
    dt05: School, new_phone: NewPhone
) -> None:
    page = new_phone().new_page()
    lesson = dt05.course.lessons[0]
    learner = Learner(page, dt05.course, "vi").open(lesson, "q1")
    learner.check(lesson.questions[0])
    learner.turn()
    for lang in ("hmn", "blt"):
        page.locator(".langs summary").click()
        page.locator(f".langs nav a[hreflang='{language(lang).tag}']").click()
        learner.lang = lang
        page.wait_for_url(f"**{learner.url(lesson)}#q2")
        expect(page.locator("main .card:visible")).to_have_id("q2")
        learner.check(lesson.questions[1])
    learner.open(lesson, "q1").check(lesson.questions[0], right=False)
    person = first(dt05, learner)
    until(lambda: len(dt05.entries("answered", person=person)) == 4)
    assert [
        (row["question"], row["score"], row["tries"]) for row in dt05.rows(QuestionResult, person_id=person)
    ] == [("q1", 100, 2), ("q2", 100, 2)]
    assert learner.me()["progress"][lesson.id] == 1
    assert learner.me()["course"]["done"] == 0
    page.goto("/blt")
    expect(page.locator(".going .btn")).to_have_attribute("href", f"/blt/courses/dt05/{lesson.id}")


def test_an_empty_form_is_sent_back_with_a_sentence_and_nothing_is_recorded(
    dt05: School, plain: Page
) -> None:
    learner = Learner(plain, dt05.course, script=False).open(dt05.course.lessons[0])
    plain.locator(".send .btn").click()
    expect(plain.locator(".notice.mend")).to_contain_text("Hãy chọn một câu trả lời trước.")
    assert learner.me()["guest"] is None
    plain.locator("main .btn", has_text="Làm lại câu này").first.click()
    plain.wait_for_url("**/vi/courses/dt05/01-ba-cau-hoi#q1")
