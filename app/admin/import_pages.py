"""Lists of people from Excel: sent, read, shown row by row, confirmed."""

import json
from typing import Annotated

from fastapi import APIRouter, Form, Request, UploadFile
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.admin import people_imports as imports
from app.admin import people_queries as queries
from app.core import sheets
from app.core.errors import NotFound
from app.web.render import render
from app.web.sessions import writer_of

router = APIRouter(prefix="/admin/imports")
Importer = Annotated[Officer, may(Permission.PERSON_IMPORT)]
PAGE = 100
LARGEST_FORM = sheets.LARGEST_FILE + 64 * 1024


@router.get("")
def index(request: Request, officer: Importer, conn: Reading, place: str = "") -> Response:
    return _index(request, officer, conn, place)


def _index(
    request: Request, officer: Officer, conn: Connection, place: str, error: str = "", status: int = 200
) -> Response:
    choices = queries.choices(conn, officer, Permission.PERSON_IMPORT, place)
    rows = imports.of(conn, officer)
    return render(
        request, "people/imports.html", status=status, staff=officer, choices=choices, rows=rows, error=error,
        place=place,
    )  # fmt: skip


@router.post("", max_body_size=LARGEST_FORM)
def send(
    request: Request,
    officer: Importer,
    conn: Reading,
    file: UploadFile | None = None,
    place: Annotated[str, Form()] = "",
) -> Response:
    data = file.file.read(sheets.LARGEST_FILE + 1) if file else b""
    if not data or file is None:
        return _index(request, officer, conn, place, "import.no_file", 422)
    if place:
        queries.place(conn, officer, Permission.PERSON_IMPORT, place)
    database, writer = request.app.state.database, writer_of(request)
    name = file.filename or "–"
    id = writer.call(lambda conn: imports.begin(conn, name, data, place, officer.id))
    imports.beside(lambda: imports.read(database, writer, id, data, officer))
    return RedirectResponse(f"/admin/imports/{id}", 303)


@router.get("/{id}")
def show(
    request: Request, officer: Importer, conn: Reading, id: str, page: int = 1, all: str = ""
) -> Response:
    """How far it is; once read, what would be done with each row, those to be mended first."""
    row = imports.one(conn, id, officer)
    said = json.loads(row.found) if row.found and row.state in ("refused", "done") else {}
    if row.state != "ready":
        return render(request, "people/import.html", staff=officer, row=row, said=said)
    found = imports.loaded(row)
    wrong = [line for line in found.lines if line.wrong]
    lines = found.lines if all or not wrong else wrong
    last = max(1, -(-len(lines) // PAGE))
    page = min(max(page, 1), last)
    return render(
        request, "people/import_ready.html", staff=officer, row=row, found=found, page=page, last=last,
        all=all or not wrong, lines=(shown := lines[(page - 1) * PAGE : page * PAGE]),
        writes=found.count("new") + found.count("changed"),
        names=queries.names_of(conn, (line.place for line in shown)),
    )  # fmt: skip


@router.post("/{id}/confirmation")
def confirm(request: Request, officer: Importer, id: str) -> Response:
    database, writer = request.app.state.database, writer_of(request)

    def work(conn: Connection) -> bool:
        imports.one(conn, id, officer)
        return imports.confirm(conn, id)

    if not writer.call(work):
        raise NotFound("there is nothing to confirm")
    imports.beside(lambda: imports.write(database, writer, id, officer))
    return RedirectResponse(f"/admin/imports/{id}", 303)


@router.post("/{id}/removal")
def drop(request: Request, officer: Importer, id: str) -> Response:
    def work(conn: Connection) -> None:
        imports.one(conn, id, officer)
        imports.drop(conn, id)

    writer_of(request).call(work)
    return RedirectResponse("/admin/imports", 303)
