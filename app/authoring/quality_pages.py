"""Per question: how many tried, how many were right at first, what drew the others, by language."""

from collections.abc import Iterator
from itertools import groupby
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.accounts.guards import may
from app.accounts.permissions import Officer, Permission
from app.authoring import quality_rules as rules
from app.authoring.exchange_pages import published
from app.authoring.quality_queries import Tallies
from app.authoring.quality_rules import Share, Tally
from app.core import clock
from app.learning import showing
from app.web.render import render
from courses.languages import LANGUAGES
from courses.model import SOURCE, Course, Lesson, Question

router = APIRouter(prefix="/teach/courses")
Reader = Annotated[Officer, may(Permission.COURSE_WRITE, Permission.WORDS_TRANSLATE)]


class Line(NamedTuple):
    """A question as the page shows it: `shares` by language, `drawn` what was chosen wrongly and how often."""

    lesson: Lesson
    question: Question
    words: str
    shares: dict[str, Share]
    all: Share
    looks: list[tuple[str, str]]
    drawn: list[tuple[str, int]]


@router.get("/{course}/questions")
def questions(request: Request, officer: Reader, course: str, now: str = "", all: str = "") -> Response:
    held, state = published(request, course), request.app.state
    if not hasattr(state, "tallies"):
        state.tallies = Tallies()
    counted = state.tallies.of(state.database, state.shelf, course, anew=bool(now))
    lines = list(_lines(held.course, counted.tally))
    shown = lines if all else [one for one in lines if one.looks]
    groups = [list(some) for _, some in groupby(shown, lambda one: one.lesson.id)]
    return render(
        request, "exchange/questions.html", staff=officer, course=held.course, groups=groups, all=bool(all),
        tried=sum(bool(one.all.tried) for one in lines), of=len(lines), tell=showing.tell(request),
        languages=LANGUAGES, at=clock.as_datetime(counted.at), source=SOURCE,
    )  # fmt: skip


def _lines(course: Course, tally: Tally) -> Iterator[Line]:
    for lesson in course.all_lessons():
        for one in lesson.questions:
            shares = dict(sorted(tally.get((lesson.id, one.id), {}).items()))
            all_ = rules.whole(shares)
            yield Line(
                lesson,
                one,
                _words(lesson, one.id),
                shares,
                all_,
                rules.looks(shares, one.kind),
                _drawn(lesson, one, all_),
            )


def _drawn(lesson: Lesson, question: Question, share: Share) -> list[tuple[str, int]]:
    if question.kind in ("text", "number"):
        return rules.typed(share)
    return [(_words(lesson, f"{question.id}.{id}") or id, count) for id, count in share.drawn.most_common()]


def _words(lesson: Lesson, key: str) -> str:
    for name in (key, f"{key}.alt"):
        unit: Any = lesson.unit(SOURCE, name)
        if unit and unit.text:
            return str(unit.text)
    return ""
