"""Pure decisions about classes: what a day is, who is ahead, who is stuck, how a question is asked of a group."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from app.curriculum.lesson_page import Card, cards
from courses.model import Lesson, Question

NAME_LENGTH = 120
WORDS_LENGTH = 1000
MOST_COURSES = 20
ACTIVE_DAYS = 90
"""A commune is active where a class met within so many days."""
WHOLE = 100
"""The score of an answer that is right."""
STUCK_TRIES = 3
"""So many tries at one question without getting it right, and somebody should sit down beside her."""
LETTERS = "ABCD"
"""The cards held up; `content` has no question with choices for which they do not suffice asked that way."""
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SKILL, TEST = "skill", "test"


def is_day(text: object) -> bool:
    if not isinstance(text, str) or not DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def written(day: str) -> str:
    """A day as people read it here."""
    return date.fromisoformat(day).strftime("%d/%m/%Y")


def days_before(day: str, days: int) -> str:
    return (date.fromisoformat(day) - timedelta(days)).isoformat()


def is_over(ended: bool, to_day: str, day: str) -> bool:
    """Whether nobody joins a class by herself any more on this day."""
    return ended or bool(to_day and day > to_day)


def skills(file: bytes) -> tuple[str, ...]:
    """The ids of content/skills.toml, in its order."""
    return tuple(one["id"] for one in tomllib.loads(file.decode())["skills"])


@dataclass(frozen=True, slots=True)
class Hard:
    """A question somebody has tried again and again."""

    course: str
    lesson: str
    question: str
    tries: int


@dataclass(frozen=True, slots=True)
class Learning:
    """How far one of a class is in its courses, all taken together."""

    person: str
    done: int
    of: int
    finished: bool = False
    late: bool = False
    hard: Hard | None = None


def standing(one: Learning, all: Sequence[Learning]) -> str:
    """`finished late stuck waiting ahead going`: the first that is true of her."""
    usual = median(other.done for other in all)
    states = {
        "finished": one.finished,
        "late": one.late,
        "stuck": one.hard is not None,
        "waiting": not one.done,
        "ahead": one.done > usual,
    }
    return next((name for name, holds in states.items() if holds), "going")


def shown_by_cards(question: Question) -> tuple[str, ...]:
    """The ids of the answers that the cards A, B, C and D stand for; none where cards do not do."""
    if question.kind == "truefalse":
        return ("true", "false")
    ids = tuple(one.id for one in (question.choices or question.spots))
    return ids if len(ids) <= len(LETTERS) else ()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a group looks at together: a card of the lesson or a question."""

    card: Card | None = None
    question: Question | None = None


def steps(lesson: Lesson, form: str = "") -> list[Step]:
    """The cards, then the questions; of a quiz in forms those of the form named, else of the first."""
    asked = lesson.forms.get(form) or next(iter(lesson.forms.values()), ())
    questions = [one for one in lesson.questions if not lesson.forms or one.id in asked]
    return [*(Step(card=one) for one in cards(lesson)), *(Step(question=one) for one in questions)]
