"""The quiz as a plain form: which answers can be recorded, and what is wrong with the others."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from courses.form import answer_from_form
from courses.grading import Grade, NotAnAnswer, grade
from courses.model import Question

NOT_QUESTIONS = frozenset({"structure", "guest", "form"})
ASKS = {"empty": "quiz.choose_first", "incomplete": "quiz.all_places", "twice": "quiz.once_each"}
OUTDATED = "quiz.outdated"

GetList = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Given:
    """One question of the form: its grade, or the interface word that says how to mend it; neither: left empty."""

    question: Question
    answer: object = None
    grade: Grade | None = None
    mend: str = ""


def given(questions: Iterable[Question], names: Iterable[str], get_list: GetList) -> list[Given]:
    filled = {_question_of(name) for name in names if any(value.strip() for value in get_list(name))}
    return [_read(one, get_list) if one.id in filled else Given(one) for one in questions]


def unknown(questions: Iterable[Question], names: Iterable[str]) -> set[str]:
    """Questions the form answers that this version does not ask."""
    return {_question_of(name) for name in names} - NOT_QUESTIONS - {one.id for one in questions}


def answers(all: Iterable[Given]) -> Mapping[str, object]:
    return {one.question.id: one.answer for one in all if one.grade}


def _question_of(name: str) -> str:
    return name.partition(".")[0]


def _read(question: Question, get_list: GetList) -> Given:
    try:
        answer = answer_from_form(question, get_list)
        return Given(question, answer, grade(question, answer))
    except NotAnAnswer as error:
        return Given(question, mend=ASKS.get(error.reason, OUTDATED))
