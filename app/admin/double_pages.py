"""Two records that may be one person: found, compared side by side, merged, and told apart again."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.accounts import actions as accounts
from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.admin import people_queries as queries
from app.core import clock
from app.core.errors import NotFound
from app.learning import queries as learning
from app.web.render import render
from app.web.sessions import writer_of

router = APIRouter()
Merger = Annotated[Officer, may(Permission.PERSON_MERGE)]


@router.get("/admin/doubles")
def index(request: Request, officer: Merger, conn: Reading) -> Response:
    pairs, merges = queries.doubles(conn, officer), queries.recent_merges(conn, officer)
    return render(request, "people/doubles.html", staff=officer, pairs=pairs, merges=merges)


@router.get("/admin/doubles/{one}/{other}")
def compare(request: Request, officer: Merger, conn: Reading, one: str, other: str) -> Response:
    rows = [queries.person(conn, id, officer, Permission.PERSON_MERGE) for id in (one, other)]
    if rows[0].id == rows[1].id:
        return RedirectResponse(f"/admin/people/{rows[0].id}", 303)
    sides = [
        (queries.told(conn, row), learning.courses(conn, request.app.state.shelf, row.id)) for row in rows
    ]
    return render(request, "people/double.html", staff=officer, sides=sides, when=clock.as_datetime)


@router.post("/admin/doubles/{one}/{other}")
def decide(
    request: Request, officer: Merger, conn: Reading, one: str, other: str, keep: Annotated[str, Form()] = ""
) -> Response:
    """`keep` is the record that stands from now on; none says that they are two people."""
    ids = [queries.person(conn, id, officer, Permission.PERSON_MERGE).id for id in (one, other)]
    if len(set(ids)) == 1 or (keep and keep not in ids):
        raise NotFound("these are not two records")
    if not keep:
        writer_of(request).call(lambda conn: accounts.tell_apart(conn, ids[0], ids[1], officer.id))
        return RedirectResponse("/admin/doubles", 303)
    [gone] = [id for id in ids if id != keep]
    writer_of(request).call(lambda conn: accounts.merge(conn, keep, gone, officer.id))
    return RedirectResponse(f"/admin/people/{keep}", 303)


@router.post("/admin/merges/{id}/undoing")
def undo(request: Request, officer: Merger, conn: Reading, id: str) -> Response:
    row = queries.merge(conn, id, officer)
    writer_of(request).call(lambda conn: accounts.undo_merge(conn, row.id, officer.id))
    return RedirectResponse(f"/admin/doubles/{row.kept_id}/{row.other_id}", 303)
