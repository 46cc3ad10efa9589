"""For the script on the phone: what it sends, and the little it must know of who is there."""

import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from app.accounts import cookies
from app.accounts import queries as people
from app.accounts.guards import Reading, Viewing, public, seen
from app.core import clock, envelope, ids
from app.core.errors import MakesNoSense, Unavailable
from app.core.ledger import Outcome, Received
from app.core.writer import Writer
from app.learning import actions, queries, showing
from app.learning.projections import ANSWERED, READ
from app.web.errors import RETRY_SECONDS
from app.web.origin import from_here, refusal
from app.web.render import pages
from app.web.sessions import writer_of

MOST_ENTRIES = 500
LARGEST = 256 * 1024
REMEMBERED = 20_000
FROM_PHONES = frozenset({ANSWERED, READ})
router = APIRouter()


class Sent(NamedTuple):
    """A body from a phone, with as much of it as decides whether it may come from there."""

    received: Received
    person: str
    kind: str
    for_another: bool = False


class Admitted:
    """Which people have sent from which phone before, so that most sendings ask the database nothing."""

    def __init__(self) -> None:
        self._pairs: OrderedDict[tuple[str, str], None] = OrderedDict()

    def __contains__(self, pair: tuple[str, str]) -> bool:
        return pair in self._pairs

    def add(self, token_sha: str, persons: Sequence[str]) -> None:
        self._pairs.update({(token_sha, person): None for person in persons})
        while len(self._pairs) > REMEMBERED:
            self._pairs.popitem(last=False)


async def outbox(request: Request) -> Response:
    """`{"entries": [bodies, verbatim]}` in; out: ids `recorded` here, `at_province`, and `set_aside` with why.

    Stands on its own, since it may be asked before any middleware: what another site's page sends is refused, and what
    could not be saved is said so.
    """
    if not from_here(request.headers, request.app.state.settings.public_url):
        return refusal(request.scope)
    bodies = _bodies(await _within(request, LARGEST))
    if bodies is None:
        return JSONResponse({"error": "send {entries: [text, …]}, at most 500, at most 256 KiB"}, 422)
    token = cookies.token(request) or cookies.new_token()
    try:
        outcomes = await _take(request, cookies.hashed(token), bodies)
    except Unavailable as error:
        return JSONResponse({"error": str(error)}, 503, {"Retry-After": RETRY_SECONDS})
    response = JSONResponse(_answer(outcomes, request.app.state.settings.role == "hub"))
    cookies.remember(request, response, token)
    if cookies.awake(request):
        cookies.stay_awake(request, response)
    return response


outbox.guard = public  # type: ignore[attr-defined]
router.add_route("/outbox", outbox, methods=["POST"], include_in_schema=False)


async def outbox_app(scope: Scope, receive: Receive, send: Send) -> None:
    """The same as a bare application; only POST is for it. A line cut in the middle of a sending is nothing new."""
    request = Request(scope, receive, send)
    response = Response(status_code=405, headers={"Allow": "POST"})
    if request.method == "POST":
        try:
            response = await outbox(request)
        except ClientDisconnect:
            return
    await response(scope, receive, send)


async def _within(request: Request, limit: int) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


def _bodies(raw: bytes | None) -> list[str] | None:
    try:
        entries = json.loads(raw or b"").get("entries")
    except (ValueError, AttributeError, RecursionError):
        return None
    fits = (
        isinstance(entries, list)
        and len(entries) <= MOST_ENTRIES
        and all(isinstance(one, str) for one in entries)
    )
    return entries if fits else None


async def _take(request: Request, token_sha: str, bodies: Sequence[str]) -> list[Outcome]:
    writer, at = writer_of(request), clock.now()
    sent = [_read(body, at) for body in bodies]
    foreign = await _foreign(request, writer, token_sha, sorted({one.person for one in sent if one.person}))
    refused = {
        "not-of-this-phone": [one.received for one in sent if one.person in foreign],
        "not-from-a-phone": [one.received for one in sent if one.person not in foreign and _forbidden(one)],
    }
    taken = [one.received for one in sent if one.person not in foreign and not _forbidden(one)]
    outcomes = await writer.record(taken) if taken else []
    for why, some in refused.items():
        if some:
            outcomes += await writer.submit(partial(actions.set_aside, bodies=some, why=why))
    return outcomes


def _forbidden(sent: Sent) -> bool:
    """What only a page may say; what makes no sense at all is left to the ledger to set aside."""
    return bool(sent.kind) and (sent.kind not in FROM_PHONES or sent.for_another)


async def _foreign(request: Request, writer: Writer, token_sha: str, persons: list[str]) -> set[str]:
    """Those among `persons` who registered on other phones."""
    admitted = _admitted(request)
    unknown = [person for person in persons if (token_sha, person) not in admitted]
    if not unknown:
        return set()
    refused = await writer.submit(partial(actions.admit, token_sha=token_sha, persons=unknown))
    admitted.add(token_sha, [person for person in unknown if person not in refused])
    return refused


def _admitted(request: Request) -> Admitted:
    state = request.app.state
    if not hasattr(state, "admitted"):
        state.admitted = Admitted()
    found: Admitted = state.admitted
    return found


def _read(body: str, at: int) -> Sent:
    try:
        data = envelope.parse(body)
    except MakesNoSense:
        return Sent(Received(body, at), "", "")
    person, kind = (text if isinstance(text := data.get(name), str) else "" for name in ("person", "type"))
    return Sent(Received(body, at, data), person if ids.is_id(person) else "", kind, "by" in data)


def _answer(outcomes: Sequence[Outcome], is_hub: bool) -> dict[str, Any]:
    kept = [one.id for one in outcomes if one.state != "set_aside"]
    aside = [{"id": one.id, "why": one.reason} for one in outcomes if one.state == "set_aside"]
    return {"recorded": kept, "at_province": kept if is_hub else [], "set_aside": aside}


@router.get("/me.json", include_in_schema=False)
def me(request: Request, viewed: Viewing, conn: Reading, course: str = "", lesson: str = "") -> Response:
    """Who is there, how far in `course`, and her best in each question of `lesson`."""
    drawn = partial(_drawn, pages(request).picture)
    said: dict[str, Any] = {
        "person": drawn(viewed.registered),
        "guest": viewed.guest or None,
        "faces": [drawn(one) for one in viewed.faces],
        "hear_first": viewed.hear_first,
        "asked": viewed.asked,
        "progress": {},
        "course": None,
        "scores": {},
        "ending": "",
    }
    found = queries.course(conn, request.app.state.shelf, viewed.person, course) if course else None
    if found:
        said["progress"] = {lesson: found.mark(lesson) for lesson in found.lessons}
        state = found.state
        said["course"] = {"done": state.lessons_done, "of": state.lessons_total, "finished": state.finished}
        said["scores"] = queries.scores(conn, viewed.person, course, lesson)
        said["ending"] = _ending(request, conn, viewed.person, found, lesson)
    if cookies.KIOSK in request.cookies:
        said["kiosk"] = pages(request).assets.url("js/kiosk.js")
    response = JSONResponse(said, headers={"Cache-Control": "no-store"})
    return seen(request, response)


def _ending(
    request: Request, conn: Connection, person: str, course: queries.CourseProgress, lesson: str
) -> str:
    """The HTML at the end of a final quiz that is done; nothing at the end of anything else."""
    final = course.published.course.final
    if final is None or final.id != lesson or not course.lessons[lesson].done:
        return ""
    lang = pages(request).language_of(request).slug
    return pages(request).html("learning/ending.html", lang, **showing.ending(request, conn, person, course))


def _drawn(picture: Callable[[str], str], face: people.Face | None) -> dict[str, str] | None:
    return face._asdict() | {"face": picture(f"faces/{face.face}")} if face else None
