"""Passkeys: made, named and removed by each one of the staff for herself; and signing in with one."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection, Row
from starlette.responses import RedirectResponse, Response

from app.accounts import actions, cookies, passkeys, rules
from app.accounts.guards import Public, StaffMember, phone_of
from app.accounts.passkeys import Answer, Site
from app.core.errors import NotFound
from app.web.sessions import writer_of

router = APIRouter(prefix="/staff")
Text = Annotated[str, Form()]


def site(request: Request) -> Site:
    found = passkeys.site(request.app.state.settings.public_url, str(request.base_url))
    if found is None:
        raise NotFound("there are no passkeys without https")
    return found


def _json(options: str) -> Response:
    return Response(options, media_type="application/json", headers={"Cache-Control": "no-store"})


@router.post("/me/passkeys/options")
def to_keep(request: Request, officer: StaffMember) -> Response:
    here, writer = site(request), writer_of(request)
    with request.app.state.database.read() as session:
        there = [row.id for row in passkeys.of(session.connection(), officer.id)]
    options = passkeys.to_keep(here, officer.id, officer.name, there)
    writer.call(lambda conn: passkeys.ask(conn, options, officer.id))
    return _json(options)


@router.post("/me/passkeys")
def keep(request: Request, officer: StaffMember, answer: Text = "", name: Text = "") -> Response:
    here, writer = site(request), writer_of(request)
    given = passkeys.answer(answer)
    if given is None or not writer.call(lambda conn: passkeys.take(conn, given.challenge, officer.id)):
        return _see("?failed=passkey")
    made = passkeys.made(here, given)
    named = passkeys.clean_name(name)
    if not rules.is_name(named):
        named = officer.name
    kept = made is not None and writer.call(lambda conn: passkeys.keep(conn, officer.id, made, named))
    return _see("?done=passkey" if kept else "?failed=passkey")


@router.post("/me/passkeys/{id}/name")
def rename(request: Request, officer: StaffMember, id: str, name: Text = "") -> Response:
    if not rules.is_name(passkeys.clean_name(name)):
        return _see("?failed=passkey_name")
    writer_of(request).call(lambda conn: passkeys.rename(conn, officer.id, id, name))
    return _see("?done=1")


@router.post("/me/passkeys/{id}/removal")
def remove(request: Request, officer: StaffMember, id: str) -> Response:
    writer_of(request).call(lambda conn: passkeys.remove(conn, officer.id, id))
    return _see("?done=1")


def _see(query: str) -> Response:
    return RedirectResponse(f"/staff/me{query}#passkeys", 303)


@router.post("/sign-in/passkey/options", dependencies=[Public])
def to_sign(request: Request) -> Response:
    options = passkeys.to_sign(site(request))
    writer_of(request).call(lambda conn: passkeys.ask(conn, options))
    return _json(options)


@router.post("/sign-in/passkey", dependencies=[Public])
def sign_in(request: Request, answer: Text = "") -> Response:
    """A passkey has asked for her finger, her face or a PIN: no code of her telephone is asked for besides."""
    here, phone = site(request), phone_of(request)
    given, session = passkeys.answer(answer), cookies.new_token()
    row = phone.write(lambda conn: _asked(conn, given)) if given else None
    counted = passkeys.signed(here, row, given) if row and given else None

    def work(conn: Connection) -> bool:
        if row is None or counted is None or not passkeys.count(conn, row, counted):
            return False
        actions.know(conn, phone.id, row.staff_id)
        actions.open_session(conn, row.staff_id, cookies.hashed(session))
        return True

    if not phone.write(work):
        return phone.see("/staff/sign-in?failed=passkey")
    response = phone.see("/admin")
    cookies.open_staff(request, response, session)
    return response


def _asked(conn: Connection, given: Answer) -> Row[tuple[str]] | None:
    return passkeys.held(conn, given.id) if passkeys.take(conn, given.challenge) else None
