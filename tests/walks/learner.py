"""What a learner does with her fingers, on any page of DT05, with script and without."""

import re
from collections.abc import Callable, Sequence
from time import monotonic, sleep
from typing import Any

from playwright.sync_api import Page, expect

from courses.languages import language
from courses.model import Course, Lesson, Question

SECONDS = 30


def until(true: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """Waits for what a page, a thread or another process brings about.

    Not `page.wait_for_function`: it hands a string to eval in the page, which the pages' own policy refuses at its second try.
    """
    end, pause = monotonic() + seconds, 0.01
    while not (found := true()):
        assert monotonic() < end, "it never came about"
        sleep(pause)
        pause = min(2 * pause, 0.2)
    return found


class Learner:
    """One person at one page; `lang` is a slug."""

    def __init__(self, page: Page, course: Course, lang: str = "vi", script: bool = True) -> None:
        self.page, self.course, self.lang, self.script = page, course, lang, script

    def choose_language(self) -> "Learner":
        """From the chooser to home; the course and its first lesson are one tap each from there."""
        self.page.goto("/")
        self.page.locator(f"main a[hreflang='{language(self.lang).tag}']").click()
        self.page.wait_for_url(f"**/{self.lang}")
        return self

    def url(self, lesson: Lesson) -> str:
        return f"/{self.lang}/courses/{self.course.id}/{lesson.id}"

    def open(self, lesson: Lesson, card: str = "") -> "Learner":
        self.page.goto(self.url(lesson) + (f"#{card}" if card else ""))
        return self

    def card(self, id: str) -> Any:
        return self.page.locator(f"main .card[id='{id}']")

    def turn(self) -> None:
        self.page.locator(".bar .next").click()

    def answer(self, question: Question, right: bool = True) -> None:
        """Puts an answer in, without sending it."""
        card, key = self.card(question.id), question.id
        if question.kind in ("one", "several", "truefalse", "spot"):
            for choice in question.choices or question.spots:
                box = card.locator(f"[name='{key}'][value='{choice.id}']")
                if choice.right == right:
                    box.check()
                elif box.get_attribute("type") == "checkbox":
                    box.uncheck()
        elif question.kind == "order":
            wanted = [item.id for item in question.items]
            self._put_in_order(card, wanted if right else wanted[::-1])
        elif question.kind in ("groups", "pairs"):
            for item, place in _places(question, right):
                card.locator(f"[name='{key}.{item}'][value='{place}']").check()
        else:
            field = card.locator(f"[name='{key}']")
            field.clear()
            field.press_sequentially(self._typed(question) if right else "1")

    def _typed(self, question: Question) -> str:
        accepted = question.accept.get(self.lang) or question.accept.get("vi")
        return accepted[0] if accepted else str(question.answer // 1000)

    def _put_in_order(self, card: Any, wanted: Sequence[str]) -> None:
        for place, id in enumerate(wanted):
            item = card.locator(f"li[data-id='{id}']")
            if not self.script:
                item.locator("select").select_option(str(place + 1))
                continue
            while card.locator("li").nth(place).get_attribute("data-id") != id:
                item.locator(".move").first.click()

    def check(self, question: Question, right: bool = True) -> None:
        """Answers, looks how it went, and is told so."""
        self.answer(question, right)
        self.card(question.id).locator(".check .btn").click()
        verdict = self.card(question.id).locator(".verdict")
        expect(verdict).to_have_class("verdict good" if right else "verdict mend")

    def walk(self, lesson: Lesson, wrong_first: Sequence[str] = ()) -> None:
        """Card by card from where she is to the end of the lesson, every question answered."""
        questions = {question.id: question for question in lesson.questions}
        shown = self.page.locator("main .card:visible")
        for id in self.page.locator("main .card").evaluate_all("all => all.map(one => one.id)"):
            expect(shown).to_have_count(1)
            expect(shown).to_have_id(id)
            if id in questions:
                if id in wrong_first:
                    self.check(questions[id], right=False)
                self.check(questions[id])
            if id != "_end":
                self.turn()

    def send(self, lesson: Lesson) -> None:
        """The whole quiz as a plain form."""
        for question in self.asked(lesson):
            self.answer(question)
        self.page.locator(".send .btn").click()

    def asked(self, lesson: Lesson) -> list[Question]:
        """The questions on the page: of a final quiz those of one form."""
        return [one for one in lesson.questions if self.card(one.id).count()]

    def me(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.request.get(f"/me.json?course={self.course.id}").json()
        return found

    def register(self, name: str, face: int = 0) -> list[str]:
        """A profile from the page of faces on; the three pictures she was shown."""
        page = self.page
        page.locator("label.tap").nth(face).click()
        page.locator("[name=name]").fill(name)
        page.locator("button[name=consent]").click()
        page.wait_for_url("**/who/pin")
        pictures = page.locator("input[name=pin]").evaluate_all("all => all.map(one => one.value)")
        page.locator("form[action='/who/pin'] .btn").click()
        page.wait_for_url(re.compile(r"/[^/]+$"))
        return list(pictures)

    def tap_face(self, name: str) -> None:
        self.page.goto("/who")
        self.page.locator(".faces a", has_text=name).click()
        self.page.wait_for_url("**/who/*")

    def press(self, pictures: Sequence[str]) -> None:
        for picture in pictures:
            self.page.locator(f"button[name=press][value={picture}]").click()

    def sign_in(self, name: str, pictures: Sequence[str]) -> None:
        self.tap_face(name)
        self.press(pictures)
        self.page.wait_for_url(f"**/{self.lang}")


def _places(question: Question, right: bool) -> list[tuple[str, str]]:
    places = [item.group or item.match for item in question.items]
    return list(
        zip([item.id for item in question.items], places if right else places[1:] + places[:1], strict=True)
    )
