"""Learning in a group before one screen: the lesson large, the helper's controls below, answers for each who is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from sqlalchemy import Connection, Row
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.accounts.queries import Face
from app.core.errors import MakesNoSense, NotFound
from app.curriculum.lesson_page import drawing
from app.curriculum.shelf import Published, Shelf
from app.learning import forms as quiz
from app.learning import queries as learning
from app.learning import showing
from app.programmes import class_actions as actions
from app.programmes import class_queries as queries
from app.programmes import class_rules as rules
from app.programmes.class_forms import Posted, get_list, persons
from app.programmes.class_rules import Step
from app.web.render import pages, render
from app.web.sessions import writer_of
from courses.form import answer_from_form
from courses.grading import NotAnAnswer, grade
from courses.model import Lesson, Question

router = APIRouter(prefix="/classes/{id}/group")
Runner = Annotated[Officer, may(Permission.CLASS_RUN)]
CARDS, TURN = "cards", "turn"
"""How a question is answered: everybody holds up a card, or one after the other."""


@router.get("")
def choose(request: Request, staff: Runner, conn: Reading, id: str) -> Response:
    """Who is there comes first; then what to learn, with how many of them are through."""
    row = queries.class_(conn, id, staff)
    faces = _here(conn, row)
    if not faces:
        return RedirectResponse(f"/classes/{id}/attendance?group=1", 303)
    shelf = _shelf(request)
    assigned = [one.course for one in queries.courses_of(row) if one.course in shelf.courses]
    ids = [face.id for face in faces]
    progress = {one: learning.of_people(conn, shelf, ids, one).values() for one in assigned}

    def done(course: str, lesson: str) -> int:
        return sum(one.lessons[lesson].done for one in progress[course])

    return render(
        request, "group/index.html", staff=staff, row=row, faces=faces, done=done, tell=showing.tell(request),
        courses=[shelf.courses[one] for one in assigned],
    )  # fmt: skip


@dataclass(frozen=True)
class Sitting:
    """A group at one place of a lesson; `at` is the step, the one after the last is the end."""

    row: Row[Any]
    faces: Sequence[Face]
    published: Published
    lesson: Lesson
    steps: Sequence[Step]
    at: int
    form: str
    how: str
    quiet: bool

    @property
    def step(self) -> Step | None:
        return self.steps[self.at] if self.at < len(self.steps) else None

    @property
    def question(self) -> Question | None:
        return self.step.question if self.step else None

    @property
    def letters(self) -> Mapping[str, str]:
        """By answer, the card held up for it."""
        asked = rules.shown_by_cards(self.question) if self.question else ()
        return dict(zip(asked, rules.LETTERS, strict=False))

    @property
    def path(self) -> str:
        return f"/classes/{self.row.id}/group/{self.published.course.id}/{self.lesson.id}"

    def to(self, at: int | None = None, **other: Any) -> str:
        """The address of another step, or of this one seen otherwise."""
        said = {"at": self.at if at is None else at, "form": self.form, "how": self.how if at is None else ""}
        kept = said | {"quiet": int(self.quiet)} | other
        return f"{self.path}?{urlencode({name: value for name, value in kept.items() if (value != '' and value != 0) or name == 'at'})}"


@router.get("/{course}/{lesson}")
def show(
    request: Request, staff: Runner, conn: Reading, id: str, course: str, lesson: str,
    at: int = 0, form: str = "", how: str = "", said: str = "", quiet: str = "",
) -> Response:  # fmt: skip
    sitting = _sitting(request, conn, staff, (id, course, lesson), at, form, how, quiet == "1")
    if not sitting.faces:
        return RedirectResponse(f"/classes/{id}/attendance?group=1", 303)
    return _shown(request, conn, staff, sitting, said=said == "1")


@router.post("/{course}/{lesson}")
def answer(
    request: Request, staff: Runner, conn: Reading, id: str, course: str, lesson: str, posted: Posted
) -> Response:
    """Writes down for each who is there what she answered; at the end, that the lesson was gone through."""
    at = str(posted.get("at", ""))
    said = {name: str(posted.get(name, "")) for name in ("form", "how", "quiet")}
    sitting = _sitting(
        request, conn, staff, (id, course, lesson), int(at) if at.isdecimal() else 0,
        said["form"], said["how"], said["quiet"] == "1",
    )  # fmt: skip
    lang = pages(request).language_of(request).slug
    where = {"course": course, "structure": str(posted.get("structure", "")), "lesson": lesson, "lang": lang}
    write = writer_of(request).call
    if sitting.step is None:
        write(
            lambda conn: actions.read_for(
                conn, sitting.row, where, [one.id for one in sitting.faces], staff.id
            )
        )
        return RedirectResponse(f"/classes/{id}/group", 303)
    asked = sitting.question
    if asked is None or where["structure"] != sitting.published.structure:
        raise MakesNoSense("unknown-question")
    answers, mend = (_held if sitting.how == CARDS else _in_turn)(sitting, asked, posted)
    if mend:
        return _shown(request, conn, staff, sitting, mend=mend)
    write(lambda conn: actions.answer_for(conn, sitting.row, where, asked.id, answers, staff.id))
    return RedirectResponse(sitting.to(said=1), 303)


Read = tuple[dict[str, object], str]
"""Answers by person, and the interface word for what is wrong with them."""


def _held(sitting: Sitting, question: Question, posted: FormData) -> Read:
    """The cards each held up; who held up none gave no answer."""
    given = {face.id: get_list(posted)(f"held.{face.id}") for face in sitting.faces}
    try:
        answers = {
            person: answer_from_form(question, lambda _, held=held: held)  # type: ignore[misc]
            for person, held in given.items()
            if held
        }
        for one in answers.values():
            grade(question, one)
    except NotAnAnswer as error:
        return {}, quiz.ASKS.get(error.reason, quiz.OUTDATED)
    return answers, "" if answers else "group.tap_cards"


def _in_turn(sitting: Sitting, question: Question, posted: FormData) -> Read:
    """One answer, of the one or the several whose faces are tapped."""
    known = {face.id for face in sitting.faces}
    who = [one for one in persons(get_list(posted), "who") if one in known]
    [given] = quiz.given([question], posted, get_list(posted))
    if given.mend or given.grade is None:
        return {}, given.mend or "quiz.choose_first"
    return {one: given.answer for one in who}, "" if who else "group.tap_face"


def _sitting(
    request: Request, conn: Connection, staff: Officer, of: tuple[str, str, str], at: int, form: str, how: str, quiet: bool
) -> Sitting:  # fmt: skip
    id, course, lesson = of
    row = queries.class_(conn, id, staff)
    shelf = _shelf(request)
    if course not in {one.course for one in queries.courses_of(row)} & set(shelf.courses):
        raise NotFound("this class does not take this course")
    published = _whole(shelf, course, shelf.current[course])
    found = published.course.lesson(lesson)
    if found is None:
        raise NotFound("there is no such lesson")
    steps = rules.steps(found, form)
    at = min(max(at, 0), len(steps))
    asked = steps[at].question if at < len(steps) else None
    by_cards = bool(asked and rules.shown_by_cards(asked)) and how != TURN
    return Sitting(
        row, _here(conn, row), published, found, steps, at, form if form in found.forms else "",
        CARDS if by_cards else TURN, quiet,
    )  # fmt: skip


@lru_cache(maxsize=4)
def _whole(shelf: Shelf, course: str, manifest: str) -> Published:
    """A course with all its words, as long as this is what is published of it."""
    return shelf.whole(course)


def _shown(
    request: Request, conn: Connection, staff: Officer, sitting: Sitting, said: bool = False, mend: str = ""
) -> Response:
    lang, lesson, published = pages(request).language_of(request).slug, sitting.lesson, sitting.published
    people, asked = [face.id for face in sitting.faces], sitting.question
    course = published.course.id
    scores = queries.scores(conn, people, course, lesson.id, asked.id) if asked else {}
    done = learning.of_people(conn, _shelf(request), people, course)
    context = drawing(pages(request), lesson, lang, partial(published.medium, lesson.id), published.facts)
    return render(
        request, "group/lesson.html", status=422 if mend else 200, staff=staff, sitting=sitting, scores=scores,
        said=said, mend=mend, right={one for one, score in scores.items() if score == rules.WHOLE}, structure=published.structure, course=published.course,
        first_question=next((at for at, one in enumerate(sitting.steps) if one.question), 0),
        states={person: one.lessons[lesson.id] for person, one in done.items()},
        alternates=[(one, sitting.to(lang=one.slug)) for one in pages(request).languages],
        **context | {"numbers": _numbered(sitting.steps)},
    )  # fmt: skip


def _numbered(steps: Sequence[Step]) -> dict[str, tuple[int, int]]:
    """By question, its place and how many there are."""
    asked = [one.question.id for one in steps if one.question]
    return {id: (place, len(asked)) for place, id in enumerate(asked, 1)}


def _here(conn: Connection, row: Row[Any]) -> list[Face]:
    """Who of the class is there today."""
    there = queries.present(conn, row.id, queries.today())
    return [face for face in queries.roll(conn, row.id) if face.id in there]


def _shelf(request: Request) -> Shelf:
    found: Shelf = request.app.state.shelf
    return found
