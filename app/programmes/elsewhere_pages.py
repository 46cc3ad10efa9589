"""What somebody learnt elsewhere: on the national platform, in a room, at school."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy import Row
from starlette.responses import RedirectResponse, Response

from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.core.errors import NotFound
from app.learning import showing
from app.programmes import programme_actions as actions
from app.programmes import programme_queries as queries
from app.programmes.drawing import draw
from app.programmes.programme_forms import DoneForm
from app.programmes.programme_pages import shipped
from app.web.sessions import writer_of

router = APIRouter()
Text = Annotated[str, Form()]
Recorder = Annotated[Officer, may(Permission.RESULT_RECORD)]
RECORDS = (Permission.RESULT_RECORD,)


@router.get("/elsewhere")
def people(request: Request, staff: Recorder, conn: Reading, find: str = "") -> Response:
    found = queries.people(conn, staff, RECORDS, name=find) if find.strip() else []
    context: dict[str, Any] = {"find": find, "people": found, "more": len(found) == queries.MOST_FOUND}
    return draw(request, "programmes/elsewhere.html", staff=staff, **context)


@router.get("/elsewhere/{person}")
def person(request: Request, staff: Recorder, conn: Reading, person: str) -> Response:
    row = queries.person(conn, person, staff, Permission.RESULT_RECORD)
    return _person(request, staff, conn, row, DoneForm(day=queries.today()))


@router.post("/elsewhere/{person}")
def record(
    request: Request, staff: Recorder, conn: Reading, person: str,
    source: Text = "", other: Text = "", title: Text = "", course: Text = "", day: Text = "",
) -> Response:  # fmt: skip
    row = queries.person(conn, person, staff, Permission.RESULT_RECORD)
    form = DoneForm(source=source, other=other, title=title, course=course, day=day)
    form.check(request.app.state.shelf.courses, queries.today())
    if form.errors:
        return _person(request, staff, conn, row, form, 422)
    writer_of(request).call(lambda conn: actions.done_elsewhere(conn, row, form.said, by=staff))
    return RedirectResponse(f"/elsewhere/{row.id}", 303)


@router.post("/elsewhere/{person}/{done}/undoing")
def undo(request: Request, staff: Recorder, conn: Reading, person: str, done: str) -> Response:
    row = queries.person(conn, person, staff, Permission.RESULT_RECORD)
    if done not in {one.id for one in queries.elsewhere(conn, row.id)}:
        raise NotFound("there is no such result")
    writer_of(request).call(lambda conn: actions.undo_elsewhere(conn, row, done, by=staff))
    return RedirectResponse(f"/elsewhere/{row.id}", 303)


def _person(
    request: Request, staff: Officer, conn: Reading, row: Row[Any], form: DoneForm, status: int = 200
) -> Response:
    tell = showing.tell(request)
    courses = [(id, tell(one.course)) for id, one in request.app.state.shelf.courses.items()]
    context: dict[str, Any] = {
        "person": row, "form": form, "done": queries.elsewhere(conn, row.id), "courses": courses,
        "sources": shipped(request).sources,
    }  # fmt: skip
    return draw(request, "programmes/done_elsewhere.html", status=status, staff=staff, **context)
