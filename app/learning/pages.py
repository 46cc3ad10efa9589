"""Home, a course, and what came of a quiz sent as a form."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from app.accounts import actions as accounts
from app.accounts import guards
from app.accounts.guards import Phone, Public, Reading, Viewing, seen
from app.accounts.queries import Viewer
from app.core.errors import NotFound
from app.curriculum.lesson_page import form_paths, in_form
from app.curriculum.shelf import Published, Shelf
from app.learning import actions, forms, queries, showing
from app.learning.forms import Given
from app.web.render import LANGUAGE_COOKIE, pages, render
from courses.model import Lesson, Question

router = APIRouter()


async def posted(request: Request) -> FormData:
    return await request.form()


Posted = Annotated[FormData, Depends(posted)]


@router.get("/", dependencies=[Public])
def chooser(request: Request) -> Response:
    if request.cookies.get(LANGUAGE_COOKIE) in {lang.slug for lang in pages(request).languages}:
        return RedirectResponse(f"/{request.cookies[LANGUAGE_COOKIE]}", 303)
    return _chooser(request)


def _chooser(request: Request, status: int = 200) -> Response:
    return render(request, "chooser.html", status=status, choices=showing.choices(pages(request).languages))


@router.get("/{lang}")
def home(request: Request, lang: str, viewed: Viewing, conn: Reading) -> Response:
    if not _offered(request, lang):
        return _chooser(request, 404)
    all = queries.courses(conn, _shelf(request), viewed.person)
    path = request.app.state.paths.order(guards.path_of(request))
    context: dict[str, Any] = {
        "viewed": viewed,
        "courses": queries.in_order(all, path),
        "next_of_path": queries.next_of(all, path),
        "has_path": bool(path),
        "going_on": queries.to_continue(all),
        "is_new": partial(showing.is_new, request),
        "tell": showing.tell(request),
    }
    return seen(request, render(request, "home/index.html", **context))


@router.get("/{lang}/courses/{course}")
def course(request: Request, lang: str, course: str, viewed: Viewing, conn: Reading) -> Response:
    if not _offered(request, lang):
        return _chooser(request, 404)
    found = queries.course(conn, _shelf(request), viewed.person, course)
    if found is None:
        return seen(request, _resting(request, course))
    context: dict[str, Any] = {
        "viewed": viewed, "course": found, "tell": showing.tell(request), "is_new": showing.is_new(request, found),
    }  # fmt: skip
    return seen(request, render(request, "learning/course.html", **context))


def _resting(request: Request, course: str, kept: bool = False) -> Response:
    """Of a course that was withdrawn; `kept` says that what she just answered is."""
    published = _shelf(request).resting.get(course)
    if published is None:
        raise NotFound("there is no such course")
    tell = showing.tell(request)
    return render(
        request, "learning/resting.html", status=200 if kept else 404, course=published.course, kept=kept, tell=tell
    )  # fmt: skip


@router.get("/{lang}/courses/{course}/{lesson}", dependencies=[Public])
def no_lesson(request: Request, lang: str, course: str) -> Response:
    """Lessons that are published are answered before any router; here come the addresses of none."""
    if not _offered(request, lang):
        return _chooser(request, 404)
    if course in _shelf(request).courses:
        raise NotFound("there is no such lesson")
    return _resting(request, course)


@router.get("/{lang}/courses/{course}/{lesson}/answers", dependencies=[Public])
def back_to_lesson(lang: str, course: str, lesson: str) -> Response:
    """Where somebody comes who changes the language, or comes back, on the page of her results."""
    return RedirectResponse(f"/{quote(lang)}/courses/{quote(course)}/{quote(lesson)}", 303)


@router.post("/{lang}/courses/{course}/{lesson}/answers", dependencies=[Public])
def answers(request: Request, lang: str, course: str, lesson: str, form: Posted) -> Response:
    """Records every answer that can be graded, whoever is there, and shows what came of each.

    Reads twice, before and after writing, and holds no session meanwhile: readers are few.
    """
    here, viewed = guards.phone_of(request), guards.viewer_of(request)
    current = _shelf(request).lesson(course, lesson)
    rests = course in _shelf(request).resting
    if (current is None and not rests) or not _offered(request, lang):
        raise NotFound("there is no such lesson")
    structure = str(form.get("structure", ""))
    part = str(form.get("form", ""))
    questions = _questions(_shelf(request), course, structure, lesson, part)
    if questions is None:
        return (
            _result(request, here, viewed, *current, Sent([], {"structure"}))
            if current
            else _resting(request, course)
        )
    get_list = {name: [one for one in form.getlist(name) if isinstance(one, str)] for name in form}
    sent = Sent(
        forms.given(questions, form, lambda name: get_list.get(name, [])),
        forms.unknown(questions, form),
        f"/{part}" if current and f"/{part}" in form_paths(current[1]) else "",
    )
    where = {"course": course, "structure": structure, "lesson": lesson, "lang": lang}
    _record(here, viewed, where, sent, read=not questions)
    if current is None:
        return here.stamp(_resting(request, course, kept=bool(sent.recorded)))
    return _result(request, here, viewed, *current, sent)


@dataclass
class Sent:
    """A form as it came, and what was recorded of it for whom."""

    given: Sequence[Given]
    unknown: set[str]
    page: str = ""
    """Of the `form_paths` of its lesson."""
    person: str = ""
    recorded: Sequence[str] = ()

    @property
    def mend(self) -> str:
        """The interface word for what is wrong with the whole, if anything is."""
        if self.unknown:
            return forms.OUTDATED
        nothing = not self.recorded and not any(one.mend for one in self.given)
        return "quiz.choose_first" if nothing else ""

    @property
    def status(self) -> int:
        return 422 if self.mend or any(one.mend for one in self.given) else 200

    @property
    def right(self) -> int:
        return sum(one.grade is not None and one.grade.right for one in self.given)


def _questions(
    shelf: Shelf, course: str, structure: str, lesson: str, form: str
) -> Sequence[Question] | None:
    published = shelf.structure(course, structure)
    found = published.course.lesson(lesson) if published else None
    return in_form(found, form).questions if found else None


def _record(here: Phone, viewed: Viewer, where: dict[str, str], sent: Sent, read: bool) -> None:
    """For whoever is there; where nobody said who, for a guest of this phone, so that nothing is lost."""
    answers = forms.answers(sent.given)
    if not answers and not read:
        return

    def work(conn: Connection) -> tuple[str, list[str]]:
        person = viewed.person or accounts.new_guest(conn, here.id, current=not viewed.asked)
        return person, actions.answer(conn, person, where, answers, read)

    sent.person, sent.recorded = here.write(work)


def _result(
    request: Request, here: Phone, viewed: Viewer, published: Published, lesson: Lesson, sent: Sent
) -> Response:
    with request.app.state.database.read() as session:
        person = sent.person or viewed.person
        conn = session.connection()
        course = queries.course(conn, _shelf(request), person, published.course.id)
        assert course is not None, "only a lesson of a published course comes here"
        ending = showing.ending(request, conn, person, course)
    context: dict[str, Any] = {
        "viewed": viewed, "lesson": lesson, "sent": sent, "after": showing.after(published.course, lesson),
        "teller": showing.teller(request, published, lesson),
    }  # fmt: skip
    return here.stamp(render(request, "learning/result.html", status=sent.status, **ending, **context))


def _shelf(request: Request) -> Shelf:
    found: Shelf = request.app.state.shelf
    return found


def _offered(request: Request, lang: str) -> bool:
    return lang in {one.slug for one in pages(request).languages}
