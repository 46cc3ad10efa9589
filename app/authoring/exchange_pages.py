"""Material in and out for teachers: a file sent, shown item by item, confirmed; courses for other systems and on paper."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, UploadFile
from sqlalchemy import Connection, Row
from starlette.responses import RedirectResponse, Response

from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.authoring import exchange, exchange_out
from app.authoring import exchange_actions as actions
from app.authoring import exchange_queries as queries
from app.core import clock
from app.core.blobs import Blobs
from app.core.errors import NotFound
from app.curriculum.shelf import Published, Shelf
from app.learning import showing
from app.web.render import pages, render
from app.web.sessions import writer_of
from courses.exchange.draft import Filling
from courses.exchange.items import Found
from courses.model import SOURCE
from courses.tables import ID

router = APIRouter(prefix="/teach")
Teacher = Annotated[Officer, may(Permission.COURSE_WRITE)]
Numbers = Annotated[list[int], Form(default_factory=list)]
LARGEST_FORM = exchange.LARGEST_FILE + 64 * 1024
PAGE = 40


@router.get("/imports")
def index(request: Request, officer: Teacher, conn: Reading) -> Response:
    return _index(request, officer, conn)


def _index(
    request: Request, officer: Officer, conn: Connection, error: str = "", status: int = 200
) -> Response:
    return render(
        request, "exchange/index.html", status=status, staff=officer, rows=queries.of(conn, officer), error=error,
        courses=_shelf(request).courses.values(), tell=showing.tell(request), when=clock.as_datetime,
    )  # fmt: skip


@router.post("/imports", max_body_size=LARGEST_FORM)
def send(request: Request, officer: Teacher, conn: Reading, file: UploadFile | None = None) -> Response:
    data = file.file.read(exchange.LARGEST_FILE + 1) if file else b""
    if not data or file is None:
        return _index(request, officer, conn, "import.no_file", 422)
    name, state = file.filename or "", request.app.state
    looked = actions.look(name, data, state.library)
    kept = _blobs(request).put(data) if looked.state == "ready" else ""
    id = writer_of(request).call(lambda conn: actions.keep(conn, name, kept, looked, officer.id))
    return RedirectResponse(f"/teach/imports/{id}", 303)


@router.get("/imports/{id}")
def show(
    request: Request, officer: Teacher, conn: Reading, id: str, page: int = 1, all: str = ""
) -> Response:
    """What was read of it, what was not understood first; once confirmed, what became of it."""
    return _show(request, officer, conn, id, page, all)


def _show(
    request: Request, officer: Officer, conn: Connection, id: str, page: int, all: str, mend: str = ""
) -> Response:
    row = queries.one(conn, id, officer)
    found = queries.found(row)
    if row.state == "refused" or row.form == "folder":
        return render(request, "exchange/file.html", staff=officer, row=row, found=found)
    items: list[dict[str, Any]] = found["items"]
    wrong = [one for one in items if one["why"]]
    shown = items if all or not wrong else wrong
    last = max(1, -(-len(shown) // PAGE))
    page = min(max(page, 1), last)
    left = {*found.get("left", [])}
    understood = len(items) - len(wrong)
    return render(
        request, "exchange/items.html", status=422 if mend else 200, staff=officer, row=row, found=found, page=page,
        last=last, understood=understood, wrong=len(wrong), all=all or not wrong, mend=mend, left=left,
        taken=understood - len(left), items=shown[(page - 1) * PAGE : page * PAGE],
    )  # fmt: skip


@router.post("/imports/{id}/choice")
def choose(
    request: Request, officer: Teacher, conn: Reading, id: str, shown: Numbers, take: Numbers, page: int = 1, all: str = ""
) -> Response:  # fmt: skip
    """Which of the items on a page are taken; the others are remembered as left out."""
    row = _ready(conn, id, officer)
    writer_of(request).call(lambda conn: actions.choose(conn, row, shown, take))
    return RedirectResponse(f"/teach/imports/{id}?page={page}&all={1 if all else ''}", 303)


@router.post("/imports/{id}/confirmation")
def confirm(
    request: Request, officer: Teacher, conn: Reading, id: str, shown: Numbers, take: Numbers
) -> Response:
    row, state = _ready(conn, id, officer), request.app.state
    if shown:
        writer_of(request).call(lambda conn: actions.choose(conn, row, shown, take))
        with state.database.read() as session:
            row = _ready(session.connection(), id, officer)
            if not actions.is_any_taken(row):
                return _show(request, officer, session.connection(), id, 1, "1", "exchange.none_taken")
    made = actions.make(row, _blobs(request), state.library, _fill(request, row.name))
    blobs, library = _blobs(request), state.library
    if not writer_of(request).call(lambda conn: actions.confirm(conn, blobs, library, row, made)):
        raise NotFound("there is nothing to confirm")
    return RedirectResponse(f"/teach/imports/{id}", 303)


def _ready(conn: Connection, id: str, officer: Officer) -> Row[Any]:
    row = queries.one(conn, id, officer)
    if row.state != "ready":
        raise NotFound("there is nothing to confirm")
    return row


@router.post("/imports/{id}/removal")
def drop(request: Request, officer: Teacher, conn: Reading, id: str) -> Response:
    row, blobs = queries.one(conn, id, officer), _blobs(request)
    writer_of(request).call(lambda conn: actions.drop(conn, blobs, row))
    return RedirectResponse("/teach/imports", 303)


@router.get("/imports/{id}/folder.zip")
def folder(request: Request, officer: Teacher, conn: Reading, id: str) -> Response:
    """The course folder that was made, to go on from in an editor of texts or to take elsewhere."""
    row = queries.one(conn, id, officer)
    if not row.folder:
        raise NotFound("nothing was made of this file")
    name = row.course if ID.fullmatch(row.course) else row.id
    return _file(_blobs(request).get(row.folder), f"{name}.zip", "application/zip")


@router.get("/courses/{course}/exports/{form}")
def export(request: Request, officer: Teacher, course: str, form: str) -> Response:
    published(request, course)
    if form not in exchange_out.FORMS:
        raise NotFound("there is no such form")
    out = exchange_out.write(_blobs(request), _shelf(request).current[course], form)
    return _file(out.data, out.name, out.media_type)


@router.get("/courses/{course}/exports")
def exports(request: Request, officer: Teacher, course: str) -> Response:
    """What each form would carry and what it would not, before it is taken."""
    held = published(request, course)
    name, blobs = _shelf(request).current[course], _blobs(request)
    outs = {form: exchange_out.write(blobs, name, form) for form in exchange_out.FORMS}
    return render(
        request, "exchange/exports.html", staff=officer, course=held.course, outs=outs, tell=showing.tell(request)
    )  # fmt: skip


def published(request: Request, course: str) -> Published:
    held = _shelf(request).courses.get(course)
    if held is None:
        raise NotFound("there is no such course")
    return held


def _file(data: bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type=media_type, headers=headers)


def _fill(request: Request, name: str) -> actions.Fill:
    words = pages(request).words

    def fill(found: Found) -> Filling:
        return exchange.filling(lambda key: words.plain(SOURCE, key), name, found)

    return fill


def _shelf(request: Request) -> Shelf:
    found: Shelf = request.app.state.shelf
    return found


def _blobs(request: Request) -> Blobs:
    return _shelf(request).blobs
