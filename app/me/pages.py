"""My courses, my answers under the wrong face, and help."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy import Connection
from starlette.responses import Response

from app.accounts import actions as accounts
from app.accounts import queries as people
from app.accounts.guards import Here, Reading, Viewing, path_of, seen, viewer_of
from app.core import clock, ids, ledger
from app.core.blobs import Blobs
from app.learning import actions as learning
from app.learning import queries, showing
from app.me import queries as reporting
from app.me.forms import LARGEST_ATTACHED, LARGEST_FORM, Telling, lesson_of, telling
from app.me.projections import REPORT
from app.places import queries as places
from app.programmes import class_queries as classes
from app.programmes import programme_queries as programmes
from app.web.render import pages, render
from courses.languages import LANGUAGES

router = APIRouter()


@router.get("/me")
def me(request: Request, viewed: Viewing, conn: Reading) -> Response:
    shelf = request.app.state.shelf
    all = [*queries.courses(conn, shelf, viewed.person), *queries.resting(conn, shelf, viewed.person)]
    keeps_pin = bool(viewed.registered and people.pin_hash(conn, viewed.person))
    context: dict[str, Any] = {
        "viewed": viewed,
        "courses": all,
        "keeps_pin": keeps_pin,
        "path": _path(request),
        "tell": showing.tell(request),
        "classes": classes.of_learner(conn, viewed.person, classes.today()),
        "elsewhere": programmes.elsewhere(conn, viewed.person) if viewed.registered else [],
        "languages": LANGUAGES,
        "published": shelf.courses,
        **_told(conn, viewed.person),
    }
    return seen(request, render(request, "me/index.html", **context))


def _told(conn: Connection, person: str) -> dict[str, Any]:
    """What she said is wrong, and what she was answered."""
    reports = reporting.told_by(conn, person) if person else []
    answers = reporting.answers(conn, reports)
    by = {row.by for rows in answers.values() for row in rows}
    return {
        "told": reports,
        "answers": answers,
        "staff_names": people.names_of_staff(conn, by),
        "when": clock.as_datetime,
    }


def _path(request: Request) -> str:
    """The path she chose, "" where there is none (any more)."""
    chosen, paths = path_of(request), request.app.state.paths
    return paths.path_of(chosen) if paths.order(chosen) else ""


@router.post("/me/hear-first")
def hear_first(here: Here, viewed: Viewing, on: Annotated[str, Form()] = "") -> Response:
    if viewed.registered is None:
        return here.see("/who/new")
    here.write(lambda conn: accounts.change(conn, viewed.person, hear_first=on == "1"))
    return here.see("/me")


@router.get("/me/moves")
def moves(request: Request, viewed: Viewing, conn: Reading) -> Response:
    sittings = queries.sittings(conn, viewed.person) if viewed.person else []
    others = [face for face in viewed.faces if face.id != viewed.person]
    context: dict[str, Any] = {
        "viewed": viewed, "sittings": sittings, "others": others, "when": clock.as_datetime,
        "name": _namer(request),
    }  # fmt: skip
    return seen(request, render(request, "me/moves.html", **context))


def _namer(request: Request) -> Any:
    """The title of a course and lesson that may be gone by now."""
    tell, shelf = showing.tell(request), request.app.state.shelf

    def name(course: str, lesson: str) -> str:
        found = shelf.lesson(course, lesson)
        return tell(found[1]) if found else lesson

    return name


@router.post("/me/moves")
def move(
    request: Request,
    here: Here,
    entries: Annotated[list[str], Form(default_factory=list)],
    to: Annotated[str, Form()] = "",
) -> Response:
    """Gives answers to the face they belong to, and asks that face to sign in."""
    given = [one for one in entries if ids.is_id(one)]
    here.write(lambda conn: learning.move(conn, here.id, given, to))
    if viewer_of(request).asked:
        return here.see(f"/who/{to}")
    return here.see("/me/moves")


async def posted(request: Request) -> Telling:
    size = request.headers.get("content-length", "")
    if not size.isdigit() or int(size) > LARGEST_FORM:
        return Telling(errors={"voice": "help.voice_too_large"})
    async with request.form(max_files=1, max_fields=10) as form:
        return await telling(form)


@router.get("/help")
def help(
    request: Request, viewed: Viewing, conn: Reading, course: str = "", lesson: str = "", told: str = ""
) -> Response:
    if not course:
        course, lesson = lesson_of(request.headers.get("referer", ""))
    return _help(request, conn, Telling(course=course, lesson=lesson), told=told == "1")


@router.post("/help", max_body_size=LARGEST_ATTACHED)
def tell(
    request: Request, here: Here, viewed: Viewing, conn: Reading, form: Annotated[Telling, Depends(posted)]
) -> Response:
    if form.errors:
        return here.stamp(_help(request, conn, form, status=422))
    blobs: Blobs = request.app.state.shelf.blobs
    voice = blobs.put(form.voice) if form.voice else ""
    said = {"words": form.words, "course": form.course, "lesson": form.lesson, "voice": voice}
    lang = pages(request).language_of(request).slug

    def work(conn: Connection) -> None:
        person = viewed.person or accounts.new_guest(conn, here.id, current=not viewed.asked)
        ledger.record(conn, REPORT, person, lang=lang, **said)

    here.write(work)
    return here.see("/help?told=1")


def _help(
    request: Request, conn: Connection, form: Telling, *, told: bool = False, status: int = 200
) -> Response:
    """Whom to ask where she lives; until her place says so, whom one asks in every commune."""
    viewed = viewer_of(request)
    person = people.person(conn, viewed.person) if viewed.registered else None
    contact = places.contact(conn, person.place if person else None)
    return seen(
        request, render(request, "help/index.html", status=status, form=form, told=told, contact=contact)
    )
