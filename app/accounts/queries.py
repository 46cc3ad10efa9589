"""Who lives on a phone, who learns on it now, and who is staff."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Row, Select, and_, bindparam, func, or_, select

from app.accounts.models import (
    Card,
    Credential,
    Device,
    DevicePerson,
    Merge,
    Merged,
    Person,
    RoleGrant,
    Roll,
    RollPerson,
    Staff,
    StaffSession,
    Throttle,
)
from app.accounts.permissions import Grant, Officer, Role
from app.core import clock
from app.core.db import Direct, among, table_of
from app.core.models import Entry, Node
from app.places import queries as places

PERSON, CREDENTIAL, DEVICE, HERE, THROTTLE, STAFF, SESSION = (
    table_of(model) for model in (Person, Credential, Device, DevicePerson, Throttle, Staff, StaffSession)
)
GRANT, NODE, MERGE, MERGED = (table_of(model) for model in (RoleGrant, Node, Merge, Merged))
CARD, ROLL, ROLL_PERSON = (table_of(model) for model in (Card, Roll, RollPerson))


ENTRY = table_of(Entry)

# What every page or every guess asks: built once, for building costs more than asking.
_PHONE: BindParameter[str] = bindparam("device")
_WHO: BindParameter[str] = bindparam("person")
_HERS_TOO = select(MERGED.c.person_id).where(MERGED.c.kept_id == _WHO)
_DEVICE_OF = Direct(
    select(DEVICE.c.id, DEVICE.c.current_id, DEVICE.c.roll_sha).where(
        DEVICE.c.token_sha == bindparam("token_sha")
    )
)
_PERSON = select(PERSON).where(
    PERSON.c.id
    == func.coalesce(select(MERGED.c.kept_id).where(MERGED.c.person_id == _WHO).scalar_subquery(), _WHO)
)
_FACES = Direct(
    select(PERSON.c.id, PERSON.c.name, PERSON.c.face)
    .select_from(HERE)
    .outerjoin(MERGED, MERGED.c.person_id == HERE.c.person_id)
    .join(PERSON, PERSON.c.id == func.coalesce(MERGED.c.kept_id, HERE.c.person_id))
    .where(HERE.c.device_id == _PHONE, HERE.c.removed_at.is_(None))
    .order_by(HERE.c.added_at, PERSON.c.id)
)
_MEMBERSHIP = Direct(
    select(HERE.c.person_id, HERE.c.signed_in_at, HERE.c.removed_at)
    .where(HERE.c.device_id == _PHONE, or_(HERE.c.person_id == _WHO, HERE.c.person_id.in_(_HERS_TOO)))
    .order_by(HERE.c.signed_in_at.is_(None), HERE.c.person_id)
)
_PIN = Direct(
    select(CREDENTIAL.c.hash)
    .where(or_(CREDENTIAL.c.person_id == _WHO, CREDENTIAL.c.person_id.in_(_HERS_TOO)))
    .order_by(CREDENTIAL.c.person_id != _WHO, CREDENTIAL.c.set_at.desc())
)
_GUESSES = Direct(
    select(THROTTLE.c.bucket, THROTTLE.c.failures, THROTTLE.c.last_at).where(
        among(THROTTLE.c.bucket, "buckets"), THROTTLE.c.day == bindparam("day")
    )
)


class Membership(NamedTuple):
    """How somebody belongs to a phone; `removed_at` is when her face was taken off it."""

    person_id: str
    signed_in_at: int | None
    removed_at: int | None


class Face(NamedTuple):
    id: str
    name: str
    face: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a page. `person` is the id her answers go to: registered, a guest, or "" for nobody yet.

    `asked`: the phone rested and has several faces, or is that of a class, so who is there must be said before anything
    is hers.
    """

    device: str = ""
    person: str = ""
    registered: Face | None = None
    hear_first: bool = False
    faces: Sequence[Face] = ()
    asked: bool = False
    path: str = ""
    """The order she chose to take the courses in, as `courses.paths` says it; a guest's is kept by her phone."""

    @property
    def guest(self) -> str:
        return "" if self.registered else self.person


def device_id(conn: Connection, token_sha: str) -> str | None:
    return conn.execute(select(DEVICE.c.id).where(DEVICE.c.token_sha == token_sha)).scalar_one_or_none()


def viewer(conn: Connection, token_sha: str, awake: bool) -> Viewer:
    found = _DEVICE_OF.rows(conn, token_sha=token_sha)
    if not found:
        return Viewer()
    device, current_id, roll_sha = found[0]
    living = faces(conn, device)
    if not awake and (len(living) > 1 or roll_sha):
        return Viewer(device, faces=living, asked=True)
    current = person(conn, current_id) if current_id else None
    if roll_sha and current and current.id not in {one.id for one in living}:
        open_still = select(ROLL.c.sha).where(ROLL.c.sha == roll_sha, ROLL.c.ends_at > clock.now())
        if conn.execute(open_still).first() is None:
            return Viewer(device, faces=living, asked=True)
    shown = Face(current.id, current.name, current.face) if current else None
    hear_first, path = (current.hear_first, current.path) if current else (False, "")
    now = current.id if current else current_id or ""
    return Viewer(device, now, shown, hear_first, living, path=path)


def faces(conn: Connection, device: str) -> list[Face]:
    """The registered people of a phone, in the order they came."""
    return list(dict.fromkeys(Face(*row) for row in _FACES.rows(conn, device=device)))


def home_of(conn: Connection, device: str) -> str | None:
    """Where people of this phone live: those on it, else the roll it was opened for, else this node; None unknown."""
    living = (
        select(PERSON.c.place)
        .join(HERE, HERE.c.person_id == PERSON.c.id)
        .where(HERE.c.device_id == device, HERE.c.removed_at.is_(None), PERSON.c.place.is_not(None))
        .order_by(HERE.c.added_at, PERSON.c.id)
    )
    opened = select(ROLL.c.place).join(DEVICE, DEVICE.c.roll_sha == ROLL.c.sha).where(DEVICE.c.id == device)
    for query in (living, opened, select(NODE.c.place)):
        if (found := conn.execute(query).scalars().first()) is not None:
            return str(found)
    return None


def card(conn: Connection, sha: str) -> Row[Any] | None:
    """Whose card this is, as long as it works and she is registered."""
    found = conn.execute(select(CARD.c.person_id).where(CARD.c.sha == sha)).scalars().first()
    return person(conn, found) if found else None


def card_of(conn: Connection, person: str) -> Row[Any] | None:
    return conn.execute(select(CARD).where(CARD.c.person_id == person)).one_or_none()


def nameless(conn: Connection, device: str) -> list[str]:
    """Guests of a phone who did something and never gave a name, in the order they came."""
    theirs = select(ENTRY.c.id).where(ENTRY.c.person_id == HERE.c.person_id)
    guests = (
        select(HERE.c.person_id)
        .outerjoin(PERSON, PERSON.c.id == HERE.c.person_id)
        .where(
            HERE.c.device_id == device, HERE.c.removed_at.is_(None), PERSON.c.id.is_(None), theirs.exists()
        )
        .order_by(HERE.c.added_at, HERE.c.person_id)
    )
    return list(conn.execute(guests).scalars())


def person(conn: Connection, id: str) -> Row[Any] | None:
    """Somebody registered; for a record merged into another, that other."""
    return conn.execute(_PERSON, {"person": id}).one_or_none()


def merged_into(person: str) -> Select[tuple[str]]:
    """The records merged into a person's, to stand in a query."""
    return select(MERGED.c.person_id).where(MERGED.c.kept_id == person)


def merge(conn: Connection, id: str) -> Row[Any] | None:
    return conn.execute(select(MERGE).where(MERGE.c.id == id)).one_or_none()


def membership(conn: Connection, device: str, person: str) -> Membership | None:
    """How a person belongs to a phone, a face taken off it too; where two of her records do, how she signed in."""
    found = _MEMBERSHIP.rows(conn, device=device, person=person)
    return Membership(*found[0]) if found else None


def pin_hash(conn: Connection, person: str) -> str | None:
    """Her PIN; where two records are one person the one that stands has the word, if it has a PIN."""
    found = _PIN.rows(conn, person=person)
    return str(found[0][0]) if found else None


def not_of(conn: Connection, device: str, persons: Sequence[str]) -> set[str]:
    """Those of `persons` who are registered but never lived on this phone."""
    mine = and_(HERE.c.person_id == PERSON.c.id, HERE.c.device_id == device)
    strangers = (
        select(PERSON.c.id).outerjoin(HERE, mine).where(PERSON.c.id.in_(persons), HERE.c.device_id.is_(None))
    )
    found = set(conn.execute(strangers).scalars())
    return {one for one in found if membership(conn, device, one) is None}


def guesses(conn: Connection, buckets: Sequence[str], day: int) -> dict[str, tuple[int, int]]:
    """By bucket: failures of the day, and when the last was."""
    rows = _GUESSES.rows(conn, buckets=list(buckets), day=day)
    return {bucket: (failures, last_at) for bucket, failures, last_at in rows}


def capped(conn: Connection, day: int, limit: int) -> Sequence[Row[Any]]:
    """Villages whose cap of the day is reached: somebody there needs a helper, or somebody guesses."""
    reached = THROTTLE.c.bucket.like("village %")
    return conn.execute(
        select(THROTTLE).where(reached, THROTTLE.c.day == day, THROTTLE.c.failures >= limit)
    ).all()


def staff_named(conn: Connection, folded: str) -> Row[Any] | None:
    return conn.execute(
        select(STAFF).where(STAFF.c.folded == folded, STAFF.c.ended_at.is_(None))
    ).one_or_none()


def staff_of(conn: Connection, token_sha: str, now: int) -> Officer | None:
    """Who opened this session, as long as it is open."""
    signed_in = select(STAFF).join(SESSION, SESSION.c.staff_id == STAFF.c.id)
    held = signed_in.where(
        SESSION.c.token_sha == token_sha, SESSION.c.ends_at > now, STAFF.c.ended_at.is_(None)
    ).where(SESSION.c.awaits_code.is_(False))
    row = conn.execute(held).one_or_none()
    return None if row is None else _officer(conn, row)


def officer(conn: Connection, staff: str) -> Officer | None:
    """A member of staff as she may act now."""
    row = conn.execute(select(STAFF).where(STAFF.c.id == staff, STAFF.c.ended_at.is_(None))).one_or_none()
    return None if row is None else _officer(conn, row)


def _officer(conn: Connection, row: Row[Any]) -> Officer:
    held = select(GRANT.c.role, GRANT.c.place).where(GRANT.c.staff_id == row.id, GRANT.c.ended_at.is_(None))
    grants = conn.execute(held.order_by(GRANT.c.id)).all()
    return Officer(row.id, row.name, tuple(Grant(Role(role), place) for role, place in grants))


def names_of_staff(conn: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Names by id, of those whose account ended too."""
    theirs = select(STAFF.c.id, STAFF.c.name).where(STAFF.c.id.in_(list(ids)))
    return {id: name for id, name in conn.execute(theirs)}


def administrators(conn: Connection) -> list[str]:
    """Names of those who are administrators now."""
    held = GRANT.c.role == Role.ADMINISTRATOR, GRANT.c.ended_at.is_(None), STAFF.c.ended_at.is_(None)
    mine = select(STAFF.c.name).distinct().join(GRANT, GRANT.c.staff_id == STAFF.c.id).where(*held)
    return list(conn.execute(mine).scalars())


def grant(conn: Connection, id: str) -> Row[Any] | None:
    return conn.execute(select(GRANT).where(GRANT.c.id == id)).one_or_none()


def may_grant(conn: Connection, by: str, role: Role, place: str) -> bool:
    """Whether `by`, a member of staff or the node itself, may give or end this role at this place."""
    if conn.execute(select(NODE.c.id).where(NODE.c.id == by)).first() is not None:
        return True
    granter = officer(conn, by)
    return granter is not None and places.holds(conn, granter.granting(role), place)


def staff_row(conn: Connection, id: str) -> Row[Any]:
    return conn.execute(select(STAFF).where(STAFF.c.id == id)).one()


def keeps_codes(conn: Connection, staff: str) -> bool:
    """Whether sign-in asks her for a code of her telephone."""
    return bool(conn.execute(select(STAFF.c.totp).where(STAFF.c.id == staff)).scalar_one_or_none())


def manages(conn: Connection, by: str, staff: str) -> bool:
    """Whether every role of somebody is `by`'s to give, so that her account is too."""
    held, manager = officer(conn, staff), officer(conn, by)
    if held is None or manager is None:
        return False
    return all(places.holds(conn, manager.granting(role), place) for role, place in held.grants)


def people(conn: Connection) -> int:
    """How many registered; two records of one person count once."""
    other = PERSON.c.id.not_in(select(MERGED.c.person_id))
    return conn.execute(select(func.count()).select_from(PERSON).where(other)).scalar_one()
