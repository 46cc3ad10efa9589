"""Festivals: an address to join by, a device everybody uses in turn, and a wall that tells villages in numbers."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from markupsafe import Markup
from sqlalchemy import Connection, Row
from starlette.responses import RedirectResponse, Response

from app.accounts import actions as accounts
from app.accounts import cookies
from app.accounts.guards import Here, Public, Reading, Viewing, may, phone_of, seen, viewer_of
from app.accounts.permissions import Officer, Permission
from app.core.errors import MakesNoSense
from app.learning import showing
from app.places import queries as places
from app.programmes import event_queries as queries
from app.programmes import programme_actions as actions
from app.programmes import programme_queries
from app.programmes.drawing import draw
from app.programmes.programme_forms import EventForm
from app.web.render import address, pages
from app.web.sessions import writer_of
from courses import qr

router = APIRouter()
Text = Annotated[str, Form()]
Runner = Annotated[Officer, may(Permission.EVENT_RUN)]
RUNS = (Permission.EVENT_RUN,)
KIOSK_SECONDS = 16 * 60 * 60
REST_SECONDS = 120
WALL_SECONDS = 15


@router.get("/events")
def events(request: Request, staff: Runner, conn: Reading) -> Response:
    return draw(
        request,
        "events/index.html",
        staff=staff,
        events=queries.events(conn, staff),
        today=programme_queries.today(),
    )


def checked(
    request: Request, staff: Runner, conn: Reading,
    name: Text = "", place: Text = "", course: Text = "", from_day: Text = "", to_day: Text = "",
) -> EventForm:  # fmt: skip
    form = EventForm(name=name, place=place, course=course, from_day=from_day, to_day=to_day)
    hers = programme_queries.chosen(conn, staff, RUNS, place)
    return form.check(hers, request.app.state.shelf.courses)


Checked = Annotated[EventForm, Depends(checked)]


@router.get("/events/new")
def new(request: Request, staff: Runner, conn: Reading) -> Response:
    said = {"from_day": programme_queries.today(), **request.query_params}
    return _form(request, staff, conn, EventForm.asked(said))


@router.post("/events")
def make(request: Request, staff: Runner, conn: Reading, form: Checked) -> Response:
    if form.errors:
        return _form(request, staff, conn, form, 422)
    id = writer_of(request).call(
        lambda conn: actions.set_event(conn, "", {**form.said, "ended": False}, by=staff)
    )
    return RedirectResponse(f"/events/{id}", 303)


@router.get("/events/{event}")
def event(request: Request, staff: Runner, conn: Reading, event: str) -> Response:
    """The address to join by, as a QR to print or to hold up."""
    row = queries.event(conn, event, staff)
    url = f"{address(request)}/e/{row.id}"
    context: dict[str, Any] = {
        "event": row, "url": url, "code": _code(url), "tally": _tally(conn, row),
        "open": queries.is_open(row, programme_queries.today()), "kiosk": request.cookies.get(cookies.KIOSK) == row.id,
    }  # fmt: skip
    return draw(request, "events/event.html", staff=staff, **context)


@router.get("/events/{event}/change")
def change(request: Request, staff: Runner, conn: Reading, event: str) -> Response:
    row = queries.event(conn, event, staff)
    return _form(request, staff, conn, EventForm.asked({**row._mapping, **request.query_params}), event=row)


@router.post("/events/{event}")
def set_event(request: Request, staff: Runner, conn: Reading, event: str, form: Checked) -> Response:
    row = queries.event(conn, event, staff)
    if form.errors:
        return _form(request, staff, conn, form, 422, row)
    return _say(request, staff, row, {**form.said, "ended": row.ended})


@router.post("/events/{event}/end")
def end(request: Request, staff: Runner, conn: Reading, event: str, again: Text = "") -> Response:
    row = queries.event(conn, event, staff)
    said = {
        "name": row.name,
        "place": row.place,
        "course": row.course,
        "from": row.from_day,
        "to": row.to_day,
    }
    return _say(request, staff, row, {**said, "ended": not again})


def _say(request: Request, staff: Officer, row: Row[Any], said: dict[str, Any]) -> Response:
    writer_of(request).call(lambda conn: actions.set_event(conn, row.id, said, by=staff))
    return RedirectResponse(f"/events/{row.id}", 303)


@router.post("/events/{event}/kiosk/closing")
def close_kiosk(request: Request, staff: Runner, conn: Reading, event: str) -> Response:
    """This device is a phone like others again."""
    row = queries.event(conn, event, staff)
    response = RedirectResponse(f"/events/{row.id}", 303)
    response.delete_cookie(cookies.KIOSK)
    return response


def _form(
    request: Request,
    staff: Officer,
    conn: Reading,
    form: EventForm,
    status: int = 200,
    event: Row[Any] | None = None,
) -> Response:
    tell = showing.tell(request)
    courses = [(id, tell(one.course)) for id, one in request.app.state.shelf.courses.items()]
    context: dict[str, Any] = {
        "form": form, "event": event, "courses": courses, "places": programme_queries.places_of(conn, staff, RUNS, form.place),
    }  # fmt: skip
    return draw(request, "events/form.html", status=status, staff=staff, **context)


def _code(url: str) -> Markup:
    return Markup(qr.svg(url))  # noqa: S704 - drawn here


def _tally(conn: Connection, row: Row[Any]) -> queries.Tally:
    return queries.tally(conn, row.id, programme_queries.begins(row.from_day))


@router.get("/e/{event}")
def join(request: Request, viewed: Viewing, conn: Reading, event: str, at: str = "") -> Response:
    """Where somebody comes with her own phone."""
    return seen(request, _choose(request, conn, queries.to_join(conn, event), at, f"/e/{event}"))


@router.post("/e/{event}")
def joined(
    request: Request, here: Here, viewed: Viewing, conn: Reading, event: str, place: Text = ""
) -> Response:
    row = _open(conn, event, place)

    def work(conn: Connection) -> None:
        person = viewed.person or accounts.new_guest(conn, here.id, current=not viewed.asked)
        actions.join_event(conn, row.id, person, place)

    here.write(work)
    return here.see(_beginning(request, row))


@router.get("/e/{event}/wall", dependencies=[Public])
def wall(request: Request, conn: Reading, event: str) -> Response:
    """For a projector: numbers by village, and nobody's name."""
    row = queries.to_join(conn, event)
    url = f"{address(request)}/e/{row.id}"
    context: dict[str, Any] = {
        "event": row,
        "tally": _tally(conn, row),
        "code": _code(url),
        "seconds": WALL_SECONDS,
    }
    return draw(request, "events/wall.html", viewer=None, **context)


@router.post("/e/{event}/kiosk")
def open_kiosk(request: Request, here: Here, conn: Reading, event: str) -> Response:
    """Everybody uses this device from now on, so nobody of the staff stays signed in on it."""
    row = queries.to_join(conn, event)
    token_sha = cookies.hashed(cookies.token(request, cookies.STAFF))

    def work(conn: Connection) -> None:
        accounts.close_session(conn, token_sha)
        actions.rest(conn, here.id)

    here.write(work)
    response = here.see("/kiosk")
    cookies.close_staff(response)
    response.set_cookie(cookies.KIOSK, row.id, max_age=KIOSK_SECONDS, samesite="lax", httponly=True)
    return response


@router.get("/kiosk", dependencies=[Public])
def kiosk(request: Request, conn: Reading, at: str = "") -> Response:
    """The start a device at a festival goes back to."""
    event = request.cookies.get(cookies.KIOSK, "")
    if not event:
        return RedirectResponse("/", 303)
    row = queries.to_join(conn, event)
    return _choose(request, conn, row, at, "/kiosk", viewer=None, refresh=REST_SECONDS if at else None)


@router.post("/kiosk")
def begin(request: Request, here: Here, conn: Reading, place: Text = "") -> Response:
    """The next one begins, as somebody new."""
    row = _open(conn, request.cookies.get(cookies.KIOSK, ""), place)

    def work(conn: Connection) -> None:
        actions.join_event(conn, row.id, actions.next_guest(conn, here.id), place)

    here.write(work)
    return here.see(_beginning(request, row), said=True)


@router.post("/kiosk/rest", dependencies=[Public])
def rest(request: Request) -> Response:
    """Nobody touched the device for a while."""
    if not request.cookies.get(cookies.KIOSK):
        return RedirectResponse("/", 303)
    here = phone_of(request)
    here.write(lambda conn: actions.rest(conn, here.id))
    return here.see("/kiosk")


def _open(conn: Connection, event: str, place: str) -> Row[Any]:
    """An event that is on, and a place somebody can be from."""
    row = queries.to_join(conn, event)
    if not queries.is_open(row, programme_queries.today()):
        raise MakesNoSense("this event is not on")
    if not places.holds(conn, [row.place], place):
        raise MakesNoSense("nobody comes to this event from there")
    return row


def _choose(
    request: Request, conn: Connection, row: Row[Any], at: str, action: str,
    refresh: int | None = None, **context: object,
) -> Response:  # fmt: skip
    """Where are you from? Once she said so before, that is offered first."""
    today = programme_queries.today()
    choices, inside = queries.choices(conn, row, at)
    state = (
        "open"
        if queries.is_open(row, today)
        else "soon"
        if not row.ended and today < row.from_day
        else "over"
    )
    mine = None if action == "/kiosk" else _mine(request, conn, row)
    shown: dict[str, Any] = {
        "event": row, "choices": choices, "inside": inside, "action": action, "state": state, "mine": mine,
        "refresh": refresh, **context,
    }  # fmt: skip
    return draw(request, "events/join.html", status=200 if state == "open" else 410, **shown)


def _mine(request: Request, conn: Connection, row: Row[Any]) -> Row[Any] | None:
    """Where she lives, if people come from there."""
    viewed = viewer_of(request)
    person = programme_queries.home(conn, viewed.person) if viewed.registered else None
    return places.place(conn, person, [row.place]) if person else None


def _beginning(request: Request, row: Row[Any]) -> str:
    lang = pages(request).language_of(request).slug
    known = row.course in request.app.state.shelf.courses
    return f"/{lang}/courses/{row.course}" if known else f"/{lang}"
