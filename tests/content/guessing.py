"""How far somebody comes in the quizzes who has learnt nothing and goes by the look of the answers."""

import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from statistics import mean

from courses.model import SOURCE, Choice, Lesson, Question
from tests.content.measures import WORD, all_questions, parts_of

Guesser = Callable[[Lesson, Question, Choice], int]
"""How much speaks for a choice, to somebody who knows nothing."""

ALARMING = re.compile(r"stranger|mask|fox|bug|exclaim|glitch|warning|hook|sly|worried|shocked|sad|cheeks|no$")
OFFICIAL = re.compile(r"officer|doctor|teacher|police|office|bank$")


def words_of(lesson: Lesson, question: Question, choice: Choice) -> str:
    """What the learner reads or, where the choice is a picture alone, hears."""
    key = f"{question.id}.{choice.id}"
    unit = lesson.unit(SOURCE, key) or lesson.unit(SOURCE, f"{key}.alt")
    return unit.text if unit else ""


def by_length(lesson: Lesson, question: Question, choice: Choice) -> int:
    return len(words_of(lesson, question, choice))


def by_shortness(lesson: Lesson, question: Question, choice: Choice) -> int:
    return -by_length(lesson, question, choice)


def by_overlap(lesson: Lesson, question: Question, choice: Choice) -> int:
    asked = lesson.unit(SOURCE, question.id)
    return len(_set(asked.text if asked else "") & _set(words_of(lesson, question, choice)))


def by_calm_picture(lesson: Lesson, question: Question, choice: Choice) -> int:
    """Cannot read, and keeps away from whatever is drawn as bad."""
    return -sum(bool(ALARMING.search(part)) for part in parts_of(choice.picture))


def by_official_picture(lesson: Lesson, question: Question, choice: Choice) -> int:
    """Cannot read, and goes where somebody in office is drawn."""
    return sum(bool(OFFICIAL.search(part)) for part in parts_of(choice.picture))


def by_position(place: int) -> Guesser:
    return lambda lesson, question, choice: question.choices.index(choice) == place


def _set(said: str) -> set[str]:
    return set(WORD.findall(said.lower()))


Asked = tuple[Lesson, Question]


def single_choice(among: Iterable[Asked] | None = None) -> list[Asked]:
    return [one for one in (all_questions() if among is None else among) if one[1].kind == "one"]


def chance() -> Fraction:
    return mean(Fraction(1, len(question.choices)) for _, question in single_choice())


def guessed(guesser: Guesser, among: Iterable[Asked] | None = None) -> Fraction:
    """The share this guesser gets right; where several choices lead, he takes one of them by lot."""
    return mean(_credit(guesser, *one) for one in single_choice(among))


def _credit(guesser: Guesser, lesson: Lesson, question: Question) -> Fraction:
    scores = [guesser(lesson, question, choice) for choice in question.choices]
    leading = [choice for choice, score in zip(question.choices, scores, strict=True) if score == max(scores)]
    return Fraction(sum(choice.right for choice in leading), len(leading))
