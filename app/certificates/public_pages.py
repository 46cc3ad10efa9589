"""Checking certificates, for everybody: the address in a QR code, a number, a file; and what other programs check them by."""

import json
import re
from collections.abc import Callable
from functools import partial
from threading import BoundedSemaphore
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from app.accounts.guards import Public, Reading, public
from app.certificates import badge, brought, public_queries, queries, rules, telling
from app.certificates.brought import LARGEST, Brought, NotOne
from app.certificates.cose import from_path, last_part
from app.certificates.forged import Forged
from app.certificates.lists import Kept, Published
from app.certificates.sheet import SPOKEN, Sheets
from app.certificates.status import list_of
from app.certificates.telling import Record, Server, Telling
from app.core import clock
from app.core.allowance import Allowance
from app.core.errors import NotFound, Unavailable
from app.core.settings import Settings
from app.core.signing import Keys
from app.web.errors import error_page
from app.web.headers import security_headers
from app.web.render import pages, render

router = APIRouter()

SCANNED = "/C/"
LONGEST = 2000
SLACK = 64 * 1024
LARGEST_ATTACHED = 1024 * 1024 * 1024
"""What somebody may bring by mistake and still be told, in a page, that it is too large; nothing of it is read."""
READING, PATIENCE = BoundedSemaphore(2), 10
"""Files read at a time, for a photograph takes memory, and the seconds one waits for one's turn."""
LOOKUPS, SECOND = 120, 1000
"""Numbers one address may look up at once, and the milliseconds to one more: a village behind one address, not a list of names."""
NUMBER = re.compile(r"([A-Z]{2,6})[^A-Z0-9]*([0-9]{4})[^A-Z0-9]*([0-9]{6,9})")
CREDENTIAL = re.compile(r"[A-Z2-7]{100,}")
REVALIDATED = {"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"}
HTML, PAGE_HEADERS = (
    "text/html; charset=utf-8",
    {"Cache-Control": "no-store", "Vary": "accept-encoding, cookie"},
)


class Desk:
    """What checking keeps between requests."""

    def __init__(self, request: Request) -> None:
        state = request.app.state
        self.keys: Keys = state.office.keys
        self.sheets = Sheets(pages(request))
        self.published = Published(self.keys)
        self.kept = Kept(state.settings.data / "status", self.keys)
        self.question = public_queries.question(state.database)
        self.headers = security_headers(pages(request).style_hash)
        self.lookups = Allowance(LOOKUPS, SECOND)


def desk(request: Request) -> Desk:
    state = request.app.state
    if not hasattr(state, "certificate_desk"):
        state.certificate_desk = Desk(request)
    found: Desk = state.certificate_desk
    return found


def settings(request: Request) -> Settings:
    found: Settings = request.app.state.settings
    return found


def bases(request: Request, record: Record | None = None) -> tuple[str, ...]:
    """The addresses certificates are from: the public one, none, which is that of samples, and the one this was issued under."""
    once = (record.snapshot.issuer.url,) if record else ()
    return tuple(dict.fromkeys((settings(request).public_url, "", *once)))


def server(request: Request) -> Server:
    own, host = settings(request), request.headers.get("host", "").lower()
    lists = partial(desk(request).kept.get, bases=bases(request))
    return Server(own.public_url, host, own.role == "hub", lists, clock.now())


# The address in a QR code


async def scanned(scope: Scope, receive: Receive, send: Send) -> None:
    """`GET /C/{CREDENTIAL}`, before any router: nobody is signed in here, and everybody may scan at once."""
    request = Request(scope, receive, send)
    if request.method in ("GET", "HEAD"):
        try:
            response = await credential(request)
        except Unavailable:
            response = error_page(request, 503)
    else:
        response = Response(status_code=405, headers={"Allow": "GET, HEAD"})
    if request.method == "HEAD":
        response.body = b""
    await response(scope, receive, send)


async def credential(request: Request) -> Response:
    """On the event loop while the certificate stands: handing half a millisecond to a thread costs as much again."""
    at, lang, path = desk(request), _lang(request), request.scope["path"]
    try:
        read = telling.scanned(from_path(path), at.keys)
    except Forged as error:
        return _page(request, telling.refused(error, at.keys, "signature"), lang)
    number = read.claims.number
    try:
        record = await public_queries.valid_record(at.question, number)
    except (public_queries.Ended, Unavailable):
        async with request.app.state.readers:
            record = await to_thread.run_sync(_at_leisure, request, number)
    told = telling.of_credential(read, record, server(request), lang, last_part(path))
    return _page(request, told, lang)


credential.guard = public  # type: ignore[attr-defined]
router.add_route("/C/{credential}", credential, methods=["GET"], include_in_schema=False)


def _at_leisure(request: Request, number: str) -> Record | None:
    with request.app.state.database.read() as session:
        return public_queries.record(session.connection(), number)


def _page(request: Request, told: Telling, lang: str, status: int = 200) -> Response:
    """The drawn page, compressed here, for it passes no middleware."""
    at = desk(request)
    form = at.sheets.form(told, lang)
    if "gzip" in request.headers.get("accept-encoding", ""):
        response = Response(form.gzipped(told), status, {**PAGE_HEADERS, "content-encoding": "gzip"}, HTML)
    else:
        response = Response(form.filled(told), status, PAGE_HEADERS, HTML)
    response.raw_headers += at.headers
    return response


# A number, or a file


@router.get("/c", dependencies=[Public])
def look(request: Request, number: str | None = None) -> Response:
    if number is None:
        return _look(request)
    asked = number.strip()
    if found := CREDENTIAL.search(asked.upper()):
        return RedirectResponse(f"{SCANNED}{found[0]}", 303)
    if parts := NUMBER.search(asked.upper()):
        return RedirectResponse(f"/c/{'-'.join(parts.groups())}", 303)
    return _look(request, 422, number=number[:LONGEST], number_error="check.write_number")


def _look(request: Request, status: int = 200, **said: Any) -> Response:
    context = {"number": "", "number_error": "", "error": "", "done": "", "day": "", "held": ""}
    return render(request, "certificates/look.html", status=status, **(context | said))


@router.get("/c/{number}", dependencies=[Public])
def by_number(request: Request, conn: Reading, number: str) -> Response:
    if rules.parted(number) is None:
        return _look(request, 404, number=number[:LONGEST], number_error="check.write_number")
    if not desk(request).lookups.take(request.client.host if request.client else ""):
        return _look(request, 429, number=number, number_error="check.too_many")
    record = public_queries.record(conn, number)
    told = telling.of_number(number, record, server(request), _lang(request))
    return _told(request, told, 200 if record else 404)


def _told(request: Request, told: Telling, status: int = 200) -> Response:
    return render(request, "certificates/check.html", status=status, told=told, more_words=SPOKEN)


def _lang(request: Request) -> str:
    return pages(request).language_of(request).slug


async def file_of(request: Request) -> bytes | None:
    """The file of the form; None where it is larger than any that is read."""
    size = request.headers.get("content-length", "")
    if not size.isdigit() or int(size) > LARGEST + SLACK:
        return None
    async with request.form(max_files=1, max_fields=5) as form:
        file = form.get("file")
        return await file.read(LARGEST + 1) if isinstance(file, UploadFile) else b""


@router.post("/c", max_body_size=LARGEST_ATTACHED, dependencies=[Public])
def check(request: Request, file: Annotated[bytes | None, Depends(file_of)]) -> Response:
    if file is None:
        return _look(request, 422, error="check.too_large")
    if not READING.acquire(timeout=PATIENCE):
        return _look(request, 503, error="check.busy")
    try:
        return _checked(request, brought.read(file))
    except NotOne as error:
        return _look(request, 422, error=f"check.{error}")
    except Forged as error:
        return _told(request, telling.refused(error, desk(request).keys, "badge"))
    finally:
        READING.release()


def _checked(request: Request, found: Brought) -> Response:
    """`found` is judged by what it is; the register is asked only then."""
    at = desk(request)
    if found.list is not None:
        return _taken(request, found.list)
    here, lang = server(request), _lang(request)
    with request.app.state.database.read() as session:
        find = partial(public_queries.record, session.connection())
        if found.credential:
            return _told(
                request, telling.from_elsewhere(_of_code(found, at.keys, find, here, lang), found.host, here)
            )
        if found.pdf:
            return _told(request, _of_pdf(request, session.connection(), found.pdf))
        verdict, record = _badge(request, find, found.badge or {})
        return _told(request, telling.of_badge(verdict, record, here, "badge", lang))


def _of_code(
    found: Brought, keys: Keys, find: Callable[[str], Record | None], here: Server, lang: str
) -> Telling:
    try:
        read = telling.scanned(found.credential, keys)
    except Forged as error:
        return telling.refused(error, keys, "signature")
    return telling.of_credential(read, find(read.claims.number), here, lang)


def _badge(
    request: Request, find: Callable[[str], Record | None], doc: dict[str, Any]
) -> tuple[badge.Verdict, Record | None]:
    """What a badge says and the register knows of it. Raises `Forged`."""
    number = badge.number_said(doc)
    record = find(number) if rules.parted(number) else None
    return badge.verify(doc, desk(request).keys, *bases(request, record)), record


def _of_pdf(request: Request, conn: Connection, data: bytes) -> Telling:
    """Ours as we made it, or as an agency signed it and the register took it in; anything else was altered."""
    from app.certificates import paper

    at, here, lang = desk(request), server(request), _lang(request)
    find = partial(public_queries.record, conn)
    said = paper.read(data, at.keys)
    if (given := queries.with_file(conn, said.sha)) and (record := find(given.number)):
        return telling.of_record(record, here, "pdf", lang)
    try:
        verdict, record = _badge(request, find, said.badge or {})
    except Forged:
        if said.unaltered and said.badge is not None:
            raise
        return telling.altered(None, here, lang)
    if not said.unaltered:
        return telling.altered(record, here, lang)
    return telling.of_badge(verdict, record, here, "pdf", lang)


def _taken(request: Request, doc: dict[str, Any]) -> Response:
    """A status list somebody carried here: the newest is kept, whoever brings it, for the issuer signed it."""
    at = desk(request)
    day = telling.date(str(doc.get("validFrom", ""))[:10])
    try:
        at.kept.take(doc, bases(request))
    except Forged as error:
        if error.reason != "older":
            return _look(request, 422, done="check.list_forged")
        held = at.kept.get(int(str(doc["id"]).rpartition("/")[2]), bases(request))
        return _look(
            request, 422, done="check.list_older", day=day, held=telling.date(held.made[:10]) if held else ""
        )
    return _look(request, done="check.list_taken", day=day)


# For other programs


@router.get("/.well-known/did.json", dependencies=[Public], include_in_schema=False)
def did(request: Request) -> Response:
    said = badge.did(settings(request).public_url, desk(request).keys)
    return Response(json.dumps(said), media_type="application/did+json", headers=REVALIDATED)


@router.get("/status/{number}", dependencies=[Public], include_in_schema=False)
def status_list(request: Request, conn: Reading, number: int) -> Response:
    """The signed list; at a village the newest it was brought."""
    at = desk(request)
    if settings(request).role == "hub":
        if not 1 <= number <= list_of(public_queries.last_status(conn)):
            raise NotFound("there is no such list")
        body = at.published.body(number, queries.revoked_indexes(conn), settings(request).public_url)
    elif (kept := at.kept.body(number, bases(request))) is None:
        raise NotFound("no such list was brought here")
    else:
        body = kept
    return Response(body, media_type="application/vc", headers=REVALIDATED)
