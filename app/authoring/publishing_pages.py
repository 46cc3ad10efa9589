"""Publishing: what is missing, what would change, every version there was; publish, let rest, bring back."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.accounts import queries as people
from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.authoring import drafting, preview, publishing_rules
from app.authoring import publishing_actions as actions
from app.authoring import publishing_queries as queries
from app.core import clock
from app.curriculum import actions as curriculum
from app.curriculum import queries as published
from app.curriculum import reading
from app.curriculum.actions import Refused
from app.curriculum.models import CourseWithdrawal
from app.curriculum.shelf import Shelf
from app.web.render import pages, render
from app.web.sessions import writer_of
from courses import changes
from courses.languages import LANGUAGES
from courses.model import SOURCE

router = APIRouter(prefix="/teach")
Looker = Annotated[Officer, may(Permission.COURSE_WRITE, Permission.COURSE_PUBLISH, Permission.WORDS_APPROVE)]
Writer = Annotated[Officer, may(Permission.COURSE_WRITE)]
Publisher = Annotated[Officer, may(Permission.COURSE_PUBLISH)]
Text = Annotated[str, Form()]
DONE = ("published", "same", "rests", "back", "asked")


@router.get("/publishing")
def index(request: Request, officer: Looker, conn: Reading) -> Response:
    rows = queries.listed(conn, _shelf(request).blobs)
    return render(request, "publishing/index.html", staff=officer, rows=rows, when=clock.as_datetime)


@router.get("/courses/{course}/publishing")
def show(request: Request, officer: Looker, conn: Reading, course: str, done: str = "") -> Response:
    return _show(request, officer, conn, course, done=done if done in DONE else "")


def _show(
    request: Request, officer: Officer, conn: Connection, course: str, status: int = 200, **said: Any
) -> Response:
    state, blobs = request.app.state, _shelf(request).blobs
    standing = queries.standing(conn, course)
    read = reading.read_files(preview.folder_of(conn, blobs, course).files, state.library)
    had = _shelf(request).courses.get(course) or _shelf(request).resting.get(course)
    ready = publishing_rules.ready(read, had.outline if had else None, queries.waiting(conn, course))
    changed = queries.changed(conn, blobs, course, standing.latest) if read.course else []
    asked = published.asked(conn).get(course)
    authors = {one.by for one in standing.versions} | {asked.by if asked else ""}
    context: dict[str, Any] = {
        "course": course, "title": _title(read.course, course), "standing": standing, "ready": ready,
        "changed": changed, "asked": asked, "names": people.names_of_staff(conn, authors), "when": clock.as_datetime,
        "is_withdrawal": lambda one: isinstance(one, CourseWithdrawal), "languages": LANGUAGES,
        "longest": publishing_rules.LONGEST_REASON, "first": publishing_rules.FIRST, "done": "", "mend": "",
    }  # fmt: skip
    return render(request, "publishing/show.html", status=status, staff=officer, **context | said)


def _title(course: Any, id: str) -> str:
    unit = course.title.get(SOURCE) if course else None
    return unit.text if unit and unit.text else id


@router.post("/courses/{course}/publishing")
def publish(
    request: Request, officer: Publisher, conn: Reading, course: str, announce: Text = ""
) -> Response:
    """Checked as a whole first; then all of it is there, or nothing."""
    state, blobs = request.app.state, _shelf(request).blobs
    writer = writer_of(request)
    writer.call(lambda conn: actions.take_up(conn, blobs, course))
    try:
        with state.database.read() as session:
            prepared = actions.prepared(session.connection(), blobs, state.library, course)
            title = queries.title(session.connection(), blobs, course)
    except Refused:
        return _show(request, officer, conn, course, 422, mend="publishing.not_ready")
    told = pages(request).words.plain(SOURCE, "publishing.told").format(course=title or course)
    is_new = writer.call(lambda conn: actions.publish(conn, prepared, officer, told if announce else ""))
    return _back(course, "published" if is_new else "same")


@router.post("/courses/{course}/publishing/asking")
def ask(request: Request, officer: Writer, conn: Reading, course: str) -> Response:
    drafting.opened(request, conn, course)
    writer_of(request).call(lambda conn: curriculum.ask(conn, course, officer.id))
    return _back(course, "asked")


@router.post("/courses/{course}/publishing/withdrawal")
def withdraw(request: Request, officer: Publisher, conn: Reading, course: str, reason: Text = "") -> Response:
    reason = " ".join(reason.split())[: publishing_rules.LONGEST_REASON]
    if not reason:
        return _show(request, officer, conn, course, 422, mend="publishing.no_reason")
    writer_of(request).call(lambda conn: curriculum.withdraw(conn, course, reason, officer.id))
    return _back(course, "rests")


@router.get("/courses/{course}/publishing/changes")
def changes_now(request: Request, officer: Looker, conn: Reading, course: str) -> Response:
    """What learners would find anew, were it published now."""
    latest = queries.standing(conn, course).latest
    found = queries.changed(conn, _shelf(request).blobs, course, latest)
    return _changes(request, officer, course, found)


@router.get("/courses/{course}/publishing/{publication}")
def version(request: Request, officer: Looker, conn: Reading, course: str, publication: str) -> Response:
    """What was new in a version."""
    row, found = queries.between(conn, _shelf(request).blobs, course, publication)
    names = people.names_of_staff(conn, [row.by])
    shown = queries.standing(conn, course).shown
    return _changes(
        request, officer, course, found, row=row, by=names.get(row.by, ""), shown=shown is not None and shown.id == row.id
    )  # fmt: skip


def _changes(request: Request, officer: Officer, course: str, found: Any, **more: Any) -> Response:
    context = {"row": None, "by": "", "shown": False, **more}
    return render(
        request, "publishing/changes.html", staff=officer, course=course, found=found, pieces=changes.pieces,
        when=clock.as_datetime, languages=LANGUAGES, **context,
    )  # fmt: skip


@router.post("/courses/{course}/publishing/{publication}/again")
def bring_back(request: Request, officer: Publisher, course: str, publication: str) -> Response:
    again = writer_of(request).call(lambda conn: curriculum.bring_back(conn, course, publication, officer.id))
    return _back(course, "back" if again else "same")


def _back(course: str, done: str) -> Response:
    return RedirectResponse(f"/teach/courses/{course}/publishing?done={done}", 303)


def _shelf(request: Request) -> Shelf:
    found: Shelf = request.app.state.shelf
    return found
