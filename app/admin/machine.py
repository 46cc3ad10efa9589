"""What other programs ask: is it well, what does it count, what can be called."""

import ipaddress

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import DBAPIError
from starlette.responses import Response

from app import VERSION
from app.accounts import guards
from app.accounts.guards import Public, Reading
from app.accounts.models import Throttle
from app.core import clock
from app.core.db import table_of
from app.core.errors import Unavailable
from app.core.models import LogHead, SetAside
from app.web.render import render
from app.web.sessions import Read, writer_of

router = APIRouter()
HEAD, ASIDE, THROTTLE = table_of(LogHead), table_of(SetAside), table_of(Throttle)


@router.get("/healthz", dependencies=[Public])
def healthz(request: Request) -> JSONResponse:
    """503 with a reason where the database cannot be read, or nothing can be written to it."""
    here = {"version": VERSION, "role": request.app.state.settings.role}
    try:
        with request.app.state.database.read() as session:
            session.connection().execute(select(HEAD.c.log_id).limit(1)).one()
        writer_of(request).call(_write)
    except (Unavailable, DBAPIError) as error:
        reason = str(error) if isinstance(error, Unavailable) else "the database takes nothing in"
        return JSONResponse({"status": "unavailable", "reason": reason, **here}, 503)
    return JSONResponse({"status": "ok", **here})


def _write(conn: Connection) -> None:
    """Leaves nothing behind, and yet has to be made durable."""
    row = {"bucket": "healthz", "day": 0, "failures": 0, "last_at": clock.now()}
    conn.execute(insert(THROTTLE).values(row))
    conn.execute(delete(THROTTLE).where(THROTTLE.c.bucket == row["bucket"]))


@router.get("/metrics", dependencies=[Public])
def metrics(request: Request, db: Read) -> PlainTextResponse:
    """Prometheus text, for the local network only."""
    if not _is_local(request):
        raise HTTPException(404)
    conn = db.connection()
    waiting = select(func.count()).select_from(ASIDE).where(ASIDE.c.resolved_at.is_(None))
    figures = {
        "banhoc_log_lines_total": conn.execute(select(func.sum(HEAD.c.seq))).scalar_one() or 0,
        "banhoc_entries_set_aside": conn.execute(waiting).scalar_one(),
        "banhoc_lesson_pages": len(request.app.state.press.printed),
    }
    return PlainTextResponse("".join(f"{name} {value}\n" for name, value in figures.items()))


def staff_unless_demo(request: Request, conn: Reading) -> None:
    """Anybody where demonstration people are, else staff alone."""
    if not request.app.state.settings.demo:
        guards.staff(request, conn)


@router.get("/openapi.json", dependencies=[Depends(staff_unless_demo)])
def openapi(request: Request) -> JSONResponse:
    return JSONResponse(request.app.openapi())


@router.get("/docs", dependencies=[Depends(staff_unless_demo)])
def docs(request: Request) -> Response:
    """The same to read: drawn here, so that it works where no other machine is in reach."""
    return render(request, "admin/docs.html", api=request.app.openapi())


def _is_local(request: Request) -> bool:
    host = request.client.host if request.client else ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False
