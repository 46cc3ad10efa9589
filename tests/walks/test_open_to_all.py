"""Every page a learner can meet, in every language: read aloud, on a narrow screen, with large text, by a finger."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from courses.languages import LANGUAGES
from courses.model import Lesson
from tests.cast import wrong
from tests.page import linted
from tests.walks.conftest import NewPhone
from tests.walks.learner import Learner
from tests.walks.lesson_stage import PHONE, violations
from tests.walks.school import School
from tests.walks.test_lesson_walk import EVERYTHING_OPEN, TOO_WIDE, TOUCH
from tests.walks.test_people import rest

LANGS = list(LANGUAGES)
SHORT = "hmn"
"""Drafts, with their marks and the Vietnamese beneath, fill its pages most."""
NARROW = [(320, 100), (360, 200)]
"""Width in CSS pixels, size of text in per cent."""
TOO_SMALL = """least => [...document.querySelectorAll('a, button, label, summary, input:not([type=hidden]), select, textarea')]
  .filter(one => one.getClientRects().length && !one.closest('.prose, svg') && !one.closest('label input'))
  .filter(one => !one.matches('.langs summary') && (!one.matches('label') || one.querySelector('input')))
  .map(one => [one.outerHTML.slice(0, 120), one.getBoundingClientRect()])
  .filter(([, box]) => box.height < least - .5 || box.width < least - .5).map(([html]) => html)"""
"""What a finger taps; where a label holds its field, the label."""


def faults(page: Page, tall: int = PHONE["height"]) -> list[str]:
    """What shuts somebody out of the page as it stands."""
    page.set_viewport_size({"width": 360, "height": tall})
    found = violations(page)
    page.set_viewport_size({"width": 360, "height": PHONE["height"]})
    found += [f"small: {one}" for one in page.evaluate(TOO_SMALL, TOUCH)]
    for width, text in NARROW:
        page.set_viewport_size({"width": width, "height": 640})
        page.evaluate("text => { document.documentElement.style.fontSize = text * 1.25 + '%' }", text)
        found += [f"wide at {width}, {text} %: {one}" for one in page.evaluate(TOO_WIDE)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"scrolls sideways at {width}, {text} %")
    page.set_viewport_size(PHONE)
    page.evaluate("document.documentElement.style.fontSize = ''")
    return found


def pages(school: School, learner: Learner) -> Iterator[str]:
    """Goes from page to page; gives each a name when it stands open."""
    page, lang, lesson = learner.page, learner.lang, school.course.lessons[0]

    def go(path: str) -> str:
        page.goto(path)
        linted(page.request.get(path).text())
        return path

    yield go("/")
    yield go(f"/{lang}")
    yield go(f"/{lang}/begin")
    yield go(f"/{lang}/courses/dt05")
    yield go("/who")
    yield go("/me")
    yield go("/help")
    yield go(f"/{lang}/courses/none")
    learner.open(lesson, "q2")
    learner.answer(lesson.questions[1])
    page.evaluate("HTMLFormElement.prototype.submit.call(document.querySelector('main > form'))")
    page.wait_for_url("**/answers")
    yield "result"
    yield go(f"/{lang}")
    yield go("/who/new")
    page.evaluate("HTMLFormElement.prototype.submit.call(document.querySelector('main form'))")
    expect(page.locator(".error").first).to_be_visible()
    yield "who/new, not filled in"
    learner.register("Mỷ")
    page.goto("/who/new")
    page.locator("label.tap").nth(3).click()
    page.locator("[name=name]").fill("Giàng")
    page.locator("button[name=consent]").click()
    page.wait_for_url("**/who/pin")
    yield "pin"
    yield go("/me")
    yield go("/me/moves")
    go("/who")
    page.locator("details.card").evaluate("one => { one.open = true }")
    yield "who, taking off"
    page.goto("/who/pin")
    pictures = page.locator("input[name=pin]").evaluate_all("all => all.map(one => one.value)")
    page.locator("form[action='/who/pin'] .btn").click()
    learner.tap_face("Giàng")
    yield "pad"
    learner.press(wrong(pictures))
    yield "pad, wrong"
    page.goto("/who")
    page.locator("details.card").evaluate("one => { one.open = true }")
    page.locator("form[action$=removal] .btn").first.click()
    yield "who, removed"
    page.goto("/who/new")
    learner.register("Pó", 6)
    rest(page)
    page.goto(f"/{lang}")
    expect(page.locator(".asking")).to_be_visible()
    yield "asked at home"


@pytest.mark.parametrize(
    "lang", [SHORT, *(pytest.param(lang, marks=pytest.mark.long) for lang in LANGS if lang != SHORT)]
)
def test_no_page_shuts_anybody_out(dt05: School, new_phone: NewPhone, lang: str) -> None:
    page = new_phone().new_page()
    learner = Learner(page, dt05.course, lang)
    page.goto(f"/{lang}")
    found: dict[str, list[str]] = {}
    for name in pages(dt05, learner):
        assert page.locator("html").get_attribute("lang") == LANGUAGES[lang].tag, name
        if wrong := faults(page):
            found[name] = wrong
    assert found == {}


def opened(school: School, page: Page, lang: str, lesson: Lesson) -> list[str]:
    """The faults of a lesson with every card and every screen of its practice open."""
    path = f"/{lang}/courses/dt05/{lesson.id}"
    linted(page.request.get(path).text())
    with page.expect_response("**/me.json*"):
        page.goto(path)
    page.evaluate(EVERYTHING_OPEN)
    return faults(page, tall=16000)


@pytest.mark.long
@pytest.mark.parametrize("lang", LANGS)
def test_no_lesson_shuts_anybody_out(dt05: School, new_phone: NewPhone, lang: str) -> None:
    """`make test` opens the lesson that has everything, in every language: `test_lesson_walk`."""
    page = new_phone().new_page()
    found = {one.id: opened(dt05, page, lang, one) for one in dt05.course.all_lessons()}
    assert {id: wrong for id, wrong in found.items() if wrong} == {}
