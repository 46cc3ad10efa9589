"""Our questions for other systems: what is the same there is written, and what is not is named."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from courses import facts as quoting
from courses.facts import Facts
from courses.languages import LANGUAGES
from courses.model import SOURCE, Course, Lesson, Question
from courses.words import item_shown

Fetch = Callable[[str, str], tuple[str, bytes] | None]
"""A picture by lesson and name: the name of its file and its bytes."""


class Left(NamedTuple):
    """What was not written, or not as it was; `reason` is one of `REASONS`."""

    lesson: str
    question: str
    reason: str

    def __str__(self) -> str:
        return f"{self.lesson} {self.question}: {REASONS[self.reason]}"


REASONS = {
    "spot": "Tapping on a place of a picture has no kind there.",
    "order": "Putting in order has no kind in this format.",
    "picture-told": "Its picture is not carried: what is seen in it is written in its place.",
    "missing-picture": "A picture of it is not in the course's files.",
}


class Written(NamedTuple):
    data: bytes
    written: int
    left: tuple[Left, ...]
    """Questions that were not written."""
    changed: tuple[Left, ...] = ()
    """Questions that were, but for something."""


@dataclass(frozen=True)
class Told:
    """A question with its words in one language, facts filled in."""

    lesson: Lesson
    question: Question
    lang: str
    facts: Facts

    def words(self, ending: str = "") -> str:
        key = f"{self.question.id}{ending}"
        shown = item_shown(self.lesson, self.question, self.lang, True)
        text = shown[key].text if key in shown else ""
        return " ".join(quoting.resolve(text, self.facts).split())


def told(course: Course, lang: str, facts: Facts) -> list[Told]:
    """Every question of a course in its order; `lang` is the language where it is translated whole."""
    assert lang in LANGUAGES
    return [Told(lesson, one, lang, facts) for lesson in course.all_lessons() for one in lesson.questions]


def title(course: Course, lang: str = SOURCE) -> str:
    unit = course.title.get(lang) or course.title.get(SOURCE)
    return unit.text if unit else course.id
