"""Who works here: accounts and roles that an officer gives, and each one's own passphrase and codes."""

from collections.abc import Callable
from io import BytesIO
from typing import Annotated, Any

import segno
from fastapi import APIRouter, Form, Request
from markupsafe import Markup
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.accounts import actions, hashing, passkeys, queries, rules, totp
from app.accounts import staff as accounts
from app.accounts.guards import Reading, StaffMember, may
from app.accounts.permissions import Officer, Permission, Role
from app.core import clock
from app.core.errors import MakesNoSense, NotFound
from app.places import queries as places
from app.web.render import address, render
from app.web.sessions import writer_of
from courses.grading import fold

router = APIRouter()
Granter = Annotated[Officer, may(Permission.ROLE_GRANT)]
AccountOfficer = Annotated[Officer, may(Permission.ACCOUNT_CHANGE)]
Renewer = Annotated[Officer, may(Permission.TOTP_RENEW)]
Text = Annotated[str, Form()]


@router.get("/admin/staff")
def everybody(request: Request, officer: Granter, conn: Reading, place: str = "", page: int = 0) -> Response:
    return _everybody(request, officer, conn, place=place, page=max(0, page))


def _everybody(
    request: Request, officer: Officer, conn: Connection, status: int = 200, place: str = "", page: int = 0, **context: Any
) -> Response:  # fmt: skip
    rows, more = accounts.members(conn, officer, place, page)
    shown: dict[str, Any] = {
        "rows": rows, "more": more, "page": page, "place": place, "wrong": "", "name": "", "role": "",
        "places": accounts.grantable_places(conn, officer, place), "roles": officer.grantable,
    }  # fmt: skip
    return render(request, "admin/staff.html", status=status, staff=officer, **(shown | context))


@router.post("/admin/staff")
def add(request: Request, officer: Granter, name: Text = "", role: Text = "", place: Text = "") -> Response:
    """Makes an account; its passphrase stands on this one page and nowhere else."""
    clean = rules.clean_name(name)
    with request.app.state.database.read() as session:
        conn = session.connection()
        taken = queries.staff_named(conn, fold(clean)) is not None
        faults = {
            "staff.name_taken": taken,
            "people.write_name": not rules.is_name(clean),
            "staff.choose": not (role and place),
        }
        if wrong := next((word for word, is_wrong in faults.items() if is_wrong), ""):
            return _everybody(request, officer, conn, 422, place, wrong=wrong, name=clean, role=role)
    _refuse_elsewhere(request, officer, role, place)
    passphrase = totp.new_passphrase()
    hash = hashing.hash_secret(passphrase)

    def work(conn: Connection) -> str:
        made = actions.add_staff(conn, clean, hash)
        actions.grant(conn, made, Role(role), place, officer.id)
        return made

    id = writer_of(request).call(work)
    return _passphrase(request, officer, id, clean, passphrase)


def _refuse_elsewhere(request: Request, officer: Officer, role: str, place: str) -> None:
    """A role that is not hers to give there is, for her, no role."""
    with request.app.state.database.read() as session:
        known = role in set(Role)
        if not known or not places.holds(session.connection(), officer.granting(Role(role)), place):
            raise NotFound("this role is not hers to give there")


@router.get("/admin/staff/{id}")
def one(request: Request, officer: Granter, conn: Reading, id: str) -> Response:
    return _one(request, officer, conn, id)


def _one(
    request: Request, officer: Officer, conn: Connection, id: str, status: int = 200, wrong: str = ""
) -> Response:
    asked, member = accounts.asked(conn, id), accounts.member(conn, id, officer)
    near = accounts.grantable_places(conn, officer, member.held[0].place if member.held else "")
    return render(
        request, "admin/member.html", status=status, staff=officer, member=member, places=near, roles=officer.grantable, asked=asked, wrong=wrong,
        who=queries.names_of_staff(conn, [asked.asked_by] if asked else []), done=request.query_params.get("done"),
    )  # fmt: skip


@router.post("/admin/staff/{id}/roles")
def give(
    request: Request, officer: Granter, conn: Reading, id: str, role: Text = "", place: Text = ""
) -> Response:
    accounts.member(conn, id, officer)
    if not (role and place):
        return _one(request, officer, conn, id, 422, wrong="staff.choose")
    _refuse_elsewhere(request, officer, role, place)
    return _do(request, id, lambda conn: actions.grant(conn, id, Role(role), place, officer.id))


@router.post("/admin/staff/{id}/roles/{grant}/end")
def end_role(request: Request, officer: Granter, conn: Reading, id: str, grant: str) -> Response:
    if not any(held.id == grant and held.mine for held in accounts.member(conn, id, officer).held):
        raise NotFound("this role is not hers to end")
    return _do(request, id, lambda conn: actions.end_grant(conn, grant, officer.id))


@router.post("/admin/staff/{id}/passphrase")
def renew(request: Request, officer: AccountOfficer, id: str) -> Response:
    with request.app.state.database.read() as session:
        member = accounts.managed(session.connection(), id, officer)
    passphrase = totp.new_passphrase()
    hash = hashing.hash_secret(passphrase)
    writer_of(request).call(lambda conn: accounts.renew_passphrase(conn, id, hash, officer.id))
    return _passphrase(request, officer, id, member.name, passphrase)


def _passphrase(request: Request, officer: Officer, id: str, name: str, passphrase: str) -> Response:
    """Shown this once, with where to use it."""
    return render(
        request, "admin/passphrase.html", staff=officer, id=id, name=name, passphrase=passphrase,
        address=address(request),
    )  # fmt: skip


@router.post("/admin/staff/{id}/end")
def end(request: Request, officer: AccountOfficer, conn: Reading, id: str) -> Response:
    accounts.managed(conn, id, officer)
    writer_of(request).call(lambda conn: accounts.end(conn, id, officer.id))
    return RedirectResponse("/admin/staff", 303)


@router.post("/admin/staff/{id}/codes")
def renew_codes(request: Request, officer: Renewer, conn: Reading, id: str) -> Response:
    """Asks that lost codes end; another administrator's asking ends them."""
    accounts.managed(conn, id, officer)
    try:
        writer_of(request).call(lambda conn: accounts.renew_totp(conn, id, officer.id))
    except MakesNoSense:
        return _one(request, officer, conn, id, 422, wrong="staff.another_administrator")
    return RedirectResponse(f"/admin/staff/{id}?done=1", 303)


def _do(request: Request, id: str, work: Callable[[Connection], object]) -> Response:
    writer_of(request).call(work)
    return RedirectResponse(f"/admin/staff/{id}?done=1", 303)


@router.get("/staff/me")
def me(request: Request, officer: StaffMember, conn: Reading) -> Response:
    return _me(request, officer, conn)


def _me(request: Request, officer: Officer, conn: Connection, status: int = 200, wrong: str = "") -> Response:
    held = [(grant.role, places.place(conn, grant.place)) for grant in officer.grants]
    return render(
        request, "admin/me.html", status=status, staff=officer, held=held, wrong=wrong,
        keeps_codes=queries.keeps_codes(conn, officer.id), codes_left=accounts.codes_left(conn, officer.id),
        done=request.query_params.get("done"), failed=request.query_params.get("failed"),
        passkeys=passkeys.of(conn, officer.id), offered=passkeys.site(*_addresses(request)), when=clock.as_datetime,
    )  # fmt: skip


def _addresses(request: Request) -> tuple[str, str]:
    """Of this site: the public one, and that asked for."""
    return request.app.state.settings.public_url, str(request.base_url)


@router.post("/staff/me/passphrase")
def change_passphrase(request: Request, officer: StaffMember, old: Text = "", new: Text = "") -> Response:
    """Her own; all she has open is closed, and she signs in with the new one."""
    with request.app.state.database.read() as session:
        row = queries.staff_row(session.connection(), officer.id)
    right = hashing.verify(row.hash, old[: rules.LONGEST_PASSPHRASE])
    if not right or not rules.PASSPHRASE_LENGTH <= len(new) <= rules.LONGEST_PASSPHRASE:
        wrong = "staff.short_passphrase" if right else "staff.wrong_passphrase"
        with request.app.state.database.read() as session:
            return _me(request, officer, session.connection(), 422, wrong)
    hash = hashing.hash_secret(new)
    writer_of(request).call(lambda conn: actions.set_passphrase(conn, officer.id, hash))
    return RedirectResponse("/staff/sign-in", 303)


@router.get("/staff/me/codes")
def codes(request: Request, officer: StaffMember) -> Response:
    return _codes(request, officer, totp.new_secret())


@router.post("/staff/me/codes")
def keep_codes(request: Request, officer: StaffMember, secret: Text = "", code: Text = "") -> Response:
    """Taken once her telephone has shown that it has the secret; the codes for its loss stand on this one page."""
    if not totp.is_secret(secret):
        raise NotFound("this is no secret of ours")
    step = totp.step_of(secret, code, clock.now())
    if step is None:
        return _codes(request, officer, secret, 422, wrong=True)
    made = totp.new_codes()
    writer_of(request).call(lambda conn: accounts.keep_totp(conn, officer.id, secret, step, made))
    return render(request, "admin/recovery.html", staff=officer, codes=made)


def _codes(
    request: Request, officer: Officer, secret: str, status: int = 200, wrong: bool = False
) -> Response:
    picture = BytesIO()
    segno.make(totp.uri(secret, officer.name), micro=False).save(
        picture, kind="svg", xmldecl=False, svgns=True, scale=5, svgclass=None, lineclass=None
    )
    return render(
        request, "admin/codes.html", status=status, staff=officer, secret=secret, wrong=wrong,
        qr=Markup(picture.getvalue().decode()),  # noqa: S704 - drawn by us from digits
    )  # fmt: skip


@router.post("/staff/me/codes/end")
def end_codes(request: Request, officer: StaffMember, code: Text = "") -> Response:
    """Whoever sits at an open session cannot end them without the telephone."""

    def work(conn: Connection) -> bool:
        taken = accounts.takes_code(conn, officer.id, code)
        if taken:
            accounts.end_totp(conn, officer.id)
        return taken

    if writer_of(request).call(work):
        return RedirectResponse("/staff/me?done=1", 303)
    with request.app.state.database.read() as session:
        return _me(request, officer, session.connection(), 422, "staff.wrong_code")
