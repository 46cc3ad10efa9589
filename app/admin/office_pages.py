"""Lists of staff and of classes from Excel: sent, shown row by row, confirmed; and slips with passphrases to hand out."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, UploadFile
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.accounts import hashing, totp
from app.accounts import staff as accounts
from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.admin import office_lists as lists
from app.admin import people_imports as imports
from app.admin import people_queries as queries
from app.admin.people_lists import NoHeader
from app.core import sheets
from app.core.errors import NotFound
from app.core.sheets import NotASheet
from app.web.render import render
from app.web.sessions import writer_of

router = APIRouter(prefix="/admin/lists")
Granter = Annotated[Officer, may(Permission.ROLE_GRANT)]
Runner = Annotated[Officer, may(Permission.CLASS_RUN)]
AccountOfficer = Annotated[Officer, may(Permission.ACCOUNT_CHANGE)]
Text = Annotated[str, Form()]
LARGEST_FORM = sheets.LARGEST_FILE + 64 * 1024
NEEDED = {lists.STAFF_KIND: Permission.ROLE_GRANT, lists.CLASSES: Permission.CLASS_RUN}
SHOWN = 200
"""Rows of a preview that are shown, those to be mended first; all are counted."""


def _index(
    request: Request,
    officer: Officer,
    conn: Connection,
    kind: str,
    place: str,
    error: str = "",
    cell: str = "",
) -> Response:
    waiting = lists.without_passphrase(conn, officer) if kind == lists.STAFF_KIND else []
    return render(
        request, "people/office.html", status=422 if error else 200, staff=officer, kind=kind, error=error, cell=cell,
        choices=queries.choices(conn, officer, NEEDED[kind], place), place=place, rows=imports.of(conn, officer, kind), waiting=waiting,
    )  # fmt: skip


def _send(
    request: Request, officer: Officer, conn: Connection, kind: str, file: UploadFile | None, place: str
) -> Response:  # fmt: skip
    """What a list would do is kept with it for a day; nothing of it is written."""
    data = file.file.read(sheets.LARGEST_FILE + 1) if file else b""
    if not data or file is None:
        return _index(request, officer, conn, kind, place, "import.no_file")
    if place:
        queries.place(conn, officer, NEEDED[kind], place)
    try:
        found = lists.PLANS[kind](conn, data, place, officer, request.app.state.shelf)
    except NotASheet as refusal:
        return _index(request, officer, conn, kind, place, f"places.sheet-{refusal.reason}", refusal.cell)
    except NoHeader:
        return _index(request, officer, conn, kind, place, f"office.no_header_{kind}")
    name = file.filename or "–"

    def work(conn: Connection) -> str:
        id = imports.begin(conn, name, data, place, officer.id, kind)
        imports.note(conn, id, state="ready", total=len(found.lines), found=found.dumped())
        return id

    return _see(kind, writer_of(request).call(work))


def _show(request: Request, officer: Officer, conn: Connection, kind: str, id: str) -> Response:
    row = imports.one(conn, id, officer, kind)
    shared: dict[str, Any] = {"staff": officer, "kind": kind, "row": row}
    if row.state != "ready":
        waiting = lists.without_passphrase(conn, officer) if kind == lists.STAFF_KIND else []
        return render(
            request, "people/office_done.html", said=json.loads(row.found), waiting=waiting, **shared
        )
    found = lists.loaded(row.found)
    lines = sorted(found.lines, key=lambda line: line.state != "wrong")
    shown = {line.place for line in lines[:SHOWN]}
    names = queries.names_of(conn, shown)
    return render(
        request, "people/office_ready.html", found=found, lines=lines[:SHOWN], names=names,
        writes=found.count("new", "changed"), **shared,
    )  # fmt: skip


def _confirm(request: Request, officer: Officer, kind: str, id: str) -> Response:
    writer = writer_of(request)

    def work(conn: Connection) -> str | None:
        row = imports.one(conn, id, officer, kind)
        return str(row.found) if imports.confirm(conn, id) else None

    if (found := writer.call(work)) is None:
        raise NotFound("there is nothing to confirm")
    lists.write(writer, kind, id, lists.loaded(found), officer)
    return _see(kind, id)


def _drop(request: Request, officer: Officer, kind: str, id: str) -> Response:
    def work(conn: Connection) -> None:
        imports.one(conn, id, officer, kind)
        imports.drop(conn, id)

    writer_of(request).call(work)
    return RedirectResponse(f"/admin/lists/{kind}", 303)


def _see(kind: str, id: str) -> Response:
    return RedirectResponse(f"/admin/lists/{kind}/{id}", 303)


@router.get("/staff")
def staff(request: Request, officer: Granter, conn: Reading, place: str = "") -> Response:
    return _index(request, officer, conn, lists.STAFF_KIND, place)


@router.post("/staff", max_body_size=LARGEST_FORM)
def send_staff(
    request: Request, officer: Granter, conn: Reading, file: UploadFile | None = None, place: Text = ""
) -> Response:
    return _send(request, officer, conn, lists.STAFF_KIND, file, place)


@router.post("/staff/slips")
def slips(request: Request, officer: AccountOfficer) -> Response:
    """Passphrases for those who have none yet; they stand on this one page and nowhere else."""
    with request.app.state.database.read() as session:
        members = lists.without_passphrase(session.connection(), officer)
    made = [(one, totp.new_passphrase()) for one in members]
    hashes = {one.id: hashing.hash_secret(passphrase) for one, passphrase in made}

    def work(conn: Connection) -> None:
        for id, hash in hashes.items():
            accounts.renew_passphrase(conn, id, hash, officer.id)

    writer_of(request).call(work)
    address = request.app.state.settings.public_url or str(request.base_url).rstrip("/")
    return render(request, "people/slips.html", staff=officer, made=made, address=address)


@router.get("/staff/{id}")
def show_staff(request: Request, officer: Granter, conn: Reading, id: str) -> Response:
    return _show(request, officer, conn, lists.STAFF_KIND, id)


@router.post("/staff/{id}/confirmation")
def confirm_staff(request: Request, officer: Granter, id: str) -> Response:
    return _confirm(request, officer, lists.STAFF_KIND, id)


@router.post("/staff/{id}/removal")
def drop_staff(request: Request, officer: Granter, id: str) -> Response:
    return _drop(request, officer, lists.STAFF_KIND, id)


@router.get("/classes")
def classes(request: Request, officer: Runner, conn: Reading, place: str = "") -> Response:
    return _index(request, officer, conn, lists.CLASSES, place)


@router.post("/classes", max_body_size=LARGEST_FORM)
def send_classes(
    request: Request, officer: Runner, conn: Reading, file: UploadFile | None = None, place: Text = ""
) -> Response:
    return _send(request, officer, conn, lists.CLASSES, file, place)


@router.get("/classes/{id}")
def show_classes(request: Request, officer: Runner, conn: Reading, id: str) -> Response:
    return _show(request, officer, conn, lists.CLASSES, id)


@router.post("/classes/{id}/confirmation")
def confirm_classes(request: Request, officer: Runner, id: str) -> Response:
    return _confirm(request, officer, lists.CLASSES, id)


@router.post("/classes/{id}/removal")
def drop_classes(request: Request, officer: Runner, id: str) -> Response:
    return _drop(request, officer, lists.CLASSES, id)
