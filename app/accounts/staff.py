"""Accounts of staff: who manages whom, codes of the telephone, what is lost and renewed."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, insert, select, update

from app.accounts import actions, passkeys, queries, totp
from app.accounts.models import StaffRecovery
from app.accounts.permissions import Officer, Permission, Role
from app.accounts.queries import GRANT, SESSION, STAFF
from app.accounts.staff_projections import LOST, RENEWAL, RENEWED
from app.core import clock, ledger
from app.core.db import table_of
from app.core.errors import MakesNoSense, NotFound
from app.places import queries as places

RECOVERY = table_of(StaffRecovery)
ASKED_FOR = 7 * clock.DAY
"""How long a second administrator may take to confirm."""
PAGE = 50


class Held(NamedTuple):
    """A role of somebody; `mine`: who looks may end it."""

    id: str
    role: Role
    place: str
    place_name: str
    mine: bool


class Member(NamedTuple):
    """Somebody of the staff as an officer sees her. `managed`: all her roles are this officer's to give."""

    id: str
    name: str
    has_totp: bool
    held: Sequence[Held]
    managed: bool


def members(conn: Connection, for_: Officer, at: str = "", page: int = 0) -> tuple[list[Member], bool]:
    """Who holds a role that the officer gives, where she gives it, by name; and whether there are more.

    `at`: only at this place and beneath.
    """
    theirs = _hers(conn, for_)
    if at:
        theirs = theirs.where(GRANT.c.place.in_(places.within(conn, [at])))
    names = select(STAFF).where(STAFF.c.id.in_(theirs), STAFF.c.ended_at.is_(None))
    rows = conn.execute(names.order_by(STAFF.c.folded, STAFF.c.id).limit(PAGE + 1).offset(page * PAGE)).all()
    return [_member(conn, row, for_) for row in rows[:PAGE]], len(rows) > PAGE


def member(conn: Connection, id: str, for_: Officer) -> Member:
    """Raises `NotFound` for somebody who holds, and held, nothing that the officer gives."""
    mine = select(STAFF).where(
        STAFF.c.id == id, STAFF.c.id.in_(_hers(conn, for_)), STAFF.c.ended_at.is_(None)
    )
    row = conn.execute(mine).one_or_none()
    if row is None or row.id == for_.id:
        raise NotFound("there is no such member of staff for her")
    return _member(conn, row, for_)


def managed(conn: Connection, id: str, for_: Officer) -> Member:
    """One whose account is the officer's to change."""
    found = member(conn, id, for_)
    if not found.managed:
        raise NotFound("somebody else answers for this account")
    return found


def _hers(conn: Connection, officer: Officer) -> Any:
    """Ids of staff with a role, today or before, that the officer gives where they hold it."""
    found = select(GRANT.c.staff_id).where(GRANT.c.role.in_(officer.grantable))
    return found.where(GRANT.c.place.in_(places.within(conn, officer.places(Permission.ROLE_GRANT))))


def _member(conn: Connection, row: Row[Any], officer: Officer) -> Member:
    rows = select(GRANT).where(GRANT.c.staff_id == row.id, GRANT.c.ended_at.is_(None)).order_by(GRANT.c.id)
    held = [_held(conn, one, officer) for one in conn.execute(rows)]
    mine = row.id != officer.id and all(one.mine for one in held)
    return Member(row.id, row.name, bool(row.totp), held, mine)


def _held(conn: Connection, row: Row[Any], officer: Officer) -> Held:
    place = places.place(conn, row.place)
    mine = places.holds(conn, officer.granting(Role(row.role)), row.place)
    return Held(row.id, Role(row.role), row.place, place.name if place else row.place, mine)


def grantable_places(conn: Connection, officer: Officer, at: str = "") -> list[Row[Any]]:
    """Where she may give roles: her places, the communes beneath, and the villages of a commune of hers or of the one `at`."""
    codes = officer.places(Permission.ROLE_GRANT)
    own = [row for code in codes if (row := places.place(conn, code)) is not None]
    near = [row for row in places.above(conn, at) if places.holds(conn, codes, row.code)]
    communes = [row for row in (*own, *near) if row.kind in ("commune", "ward")]
    villages = [row for commune in communes for row in places.beneath(conn, commune.code)]
    return list({row.code: row for row in [*own, *places.communes(conn, codes), *villages]}.values())


def renew_passphrase(conn: Connection, staff: str, hash: str, by: str) -> None:
    """Everything opened with the old one is closed, her passkeys end; the codes of her telephone stay asked for."""
    actions.set_passphrase(conn, staff, hash)
    passkeys.end(conn, staff)
    ledger.record(conn, "passphrase.renewed/1", staff, by=by)


def end(conn: Connection, staff: str, by: str) -> None:
    """Her account and every role she holds."""
    held = select(GRANT.c.id).where(GRANT.c.staff_id == staff, GRANT.c.ended_at.is_(None))
    for grant in conn.execute(held).scalars().all():
        actions.end_grant(conn, grant, by)
    actions.end_staff(conn, staff)
    passkeys.end(conn, staff)
    ledger.record(conn, "staff.ended/1", staff, by=by)


def keep_totp(conn: Connection, staff: str, secret: str, step: int, codes: Iterable[str]) -> None:
    """From now on sign-in asks for the code of her telephone, or for one of `codes`."""
    conn.execute(update(STAFF).where(STAFF.c.id == staff).values(totp=secret, totp_step=step))
    conn.execute(delete(RECOVERY).where(RECOVERY.c.staff_id == staff))
    conn.execute(insert(RECOVERY), [{"staff_id": staff, "code_sha": totp.code_sha(one)} for one in codes])


def end_totp(conn: Connection, staff: str) -> None:
    conn.execute(update(STAFF).where(STAFF.c.id == staff).values(totp="", totp_step=0))
    conn.execute(delete(RECOVERY).where(RECOVERY.c.staff_id == staff))


def takes_code(conn: Connection, staff: str, typed: str) -> bool:
    """Whether this is her code of now, or one for the lost telephone; either counts once."""
    row = conn.execute(select(STAFF).where(STAFF.c.id == staff)).one()
    step = totp.step_of(row.totp, typed, clock.now(), after=row.totp_step) if row.totp else None
    if step is not None:
        newer = update(STAFF).where(STAFF.c.id == staff, STAFF.c.totp_step < step)
        return conn.execute(newer.values(totp_step=step)).rowcount == 1
    used = delete(RECOVERY).where(RECOVERY.c.staff_id == staff, RECOVERY.c.code_sha == totp.code_sha(typed))
    return conn.execute(used).rowcount == 1


def codes_left(conn: Connection, staff: str) -> int:
    return len(conn.execute(select(RECOVERY.c.code_sha).where(RECOVERY.c.staff_id == staff)).all())


def asked(conn: Connection, staff: str) -> Row[Any] | None:
    """The renewal that waits for a second administrator, or None."""
    waiting = select(RENEWAL).where(RENEWAL.c.staff_id == staff, RENEWAL.c.confirmed_at.is_(None))
    fresh = waiting.where(RENEWAL.c.asked_at > clock.now() - ASKED_FOR)
    return conn.execute(fresh.order_by(RENEWAL.c.id.desc())).first()


def renew_totp(conn: Connection, staff: str, by: str) -> bool:
    """Asks that her lost codes end, or confirms what another administrator asked; whether they ended."""
    waiting = asked(conn, staff)
    if waiting is None:
        ledger.record(conn, LOST, staff, by=by)
        return False
    if waiting.asked_by == by:
        raise MakesNoSense("another-administrator")
    ledger.record(conn, RENEWED, staff, asked=waiting.id, by=by)
    end_totp(conn, staff)
    passkeys.end(conn, staff)
    conn.execute(delete(SESSION).where(SESSION.c.staff_id == staff))
    return True


def awaiting_code(conn: Connection, token_sha: str) -> str | None:
    """Whose passphrase was right in this session and whose code is still to come."""
    open = select(SESSION.c.staff_id).where(SESSION.c.token_sha == token_sha, SESSION.c.awaits_code)
    staff = conn.execute(open.where(SESSION.c.ends_at > clock.now())).scalar_one_or_none()
    return staff if staff and queries.officer(conn, staff) else None
