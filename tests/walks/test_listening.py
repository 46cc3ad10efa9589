"""The control for listening: beside everything that has words, never by itself, and honest where there is no voice."""

from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect

from tests.walks.conftest import NewPhone
from tests.walks.learner import Learner, until
from tests.walks.school import School

SOUNDS = """
window.sounds = 0
HTMLMediaElement.prototype.play = function () { window.sounds += 1; return Promise.resolve() }
if (window.speechSynthesis) speechSynthesis.speak = () => { window.sounds += 1 }
"""
MUTE = """() => [...document.querySelectorAll('main [data-s]')].filter(one => one.getClientRects().length)
  .filter(one => {
    const within = one.closest('a,button,label,summary') || one
    const holder = within.matches('summary') ? within.parentNode : within
    const near = [holder.previousElementSibling, holder.nextElementSibling, ...one.children]
    return !near.some(control => control && control.matches('.s') && control.getClientRects().length)
  }).map(one => one.outerHTML.slice(0, 100))"""
"""What has words and no control that can be seen right before, right after or in it."""


def mute(page: Page) -> list[str]:
    """What stays without its control once the page has come to rest."""
    with suppress(AssertionError):
        until(lambda: not page.evaluate(MUTE), 5)
    found: list[str] = page.evaluate(MUTE)
    return found


@pytest.fixture
def page(new_phone: NewPhone) -> Page:
    page = new_phone().new_page()
    page.add_init_script(SOUNDS)
    return page


@pytest.mark.parametrize("lang", ["vi", "hmn", "blt"])
def test_everything_with_words_has_its_control_and_nothing_sounds_by_itself(
    dt05: School, page: Page, lang: str
) -> None:
    lesson = dt05.course.lessons[2]
    learner = Learner(page, dt05.course, lang).open(lesson)
    shown = page.locator("main .card:visible")
    for id in page.locator("main .card").evaluate_all("all => all.map(one => one.id)"):
        expect(shown).to_have_count(1)
        expect(shown).to_have_id(id)
        assert mute(page) == []
        assert shown.locator("[data-s]:visible").count() > 0
        if id != "_end":
            learner.turn()
    for path in (f"/{lang}", f"/{lang}/courses/dt05", "/who/new", "/me", "/help"):
        page.goto(path)
        assert mute(page) == [], path
    assert page.evaluate("window.sounds") == 0


@pytest.mark.parametrize(
    ("lang", "says"),
    [("vi", "Nhờ người bên cạnh đọc giúp nhé"), ("hmn", "Chị Mỷ bán rau"), ("blt", "Nhờ người bên cạnh")],
)
def test_what_has_no_recording_says_so(dt05: School, page: Page, lang: str, says: str) -> None:
    """Chromium without a head has no Vietnamese voice of its own."""
    learner = Learner(page, dt05.course, lang).open(dt05.course.lessons[0])
    page.locator("#story > .s").last.click()
    expect(page.locator(".say")).to_contain_text("Chỗ này chưa có giọng đọc")
    expect(page.locator(".say")).to_contain_text(says)
    page.locator(".say button").last.click()
    expect(page.locator(".say")).to_have_count(0)
    page.locator("#story > .s").last.click()
    learner.open(dt05.course.lessons[0], "words")
    expect(page.locator(".say")).to_have_count(0)
    assert page.evaluate("window.sounds") == 0


@pytest.mark.parametrize("lang", ["hmn", "blt"])
def test_without_a_recording_the_vietnamese_is_spoken_when_asked_for(
    dt05: School, new_phone: NewPhone, lang: str
) -> None:
    page = new_phone().new_page()
    page.add_init_script("""
      window.spoken = []
      const speech = {getVoices: () => [{lang: 'vi-VN'}], cancel: () => {}, speak: said => window.spoken.push(said.text)}
      Object.defineProperty(window, 'speechSynthesis', {value: speech})
      window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text } }""")
    Learner(page, dt05.course, lang).open(dt05.course.lessons[0])
    page.locator("#story > .s").first.click()
    expect(page.locator(".say")).to_contain_text("Nghe tiếng Việt nhé?")
    assert page.evaluate("window.spoken") == []
    page.locator(".say .btn.main").click()
    until(lambda: page.evaluate("window.spoken.length"))
    assert page.evaluate("window.spoken") == ["Ba câu hỏi trước khi làm theo"]
    expect(page.locator("h1 .speaking, h1.speaking")).to_have_count(1)


def test_who_wants_to_hear_first_says_so_once(dt05: School, page: Page) -> None:
    learner = Learner(page, dt05.course)
    page.goto("/who/new")
    learner.register("Mỷ")
    page.goto("/me")
    page.locator(".btn", has_text="Nghe trước").click()
    expect(page.locator("main")).to_contain_text("Đang bật: nghe trước, đọc sau.")
    learner.open(dt05.course.lessons[0])
    until(lambda: page.evaluate("document.documentElement.dataset.hear"))
    learner.turn()
    expect(page.locator(".say")).to_contain_text("Chỗ này chưa có giọng đọc")
    assert learner.me()["hear_first"] is True
