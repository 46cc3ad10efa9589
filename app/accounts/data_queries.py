"""What accounts keeps of a person, for herself; what she agreed to; and the queue of what is asked, for staff."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, or_, select

from app.accounts import consent, data_rules
from app.accounts.models import Card, Consent, DataRequest, DevicePerson, Household, HouseholdMember
from app.accounts.permissions import GIVES, Officer, Permission, Role
from app.accounts.queries import CREDENTIAL, ENTRY, GRANT, MERGED, NODE, PERSON, STAFF
from app.core import clock
from app.core.db import Direct, among, in_parts, table_of
from app.core.errors import NotFound
from app.places import queries as places

CONSENT, REQUEST = table_of(Consent), table_of(DataRequest)
HERE, CARD, HOUSEHOLD, MEMBER = (table_of(one) for one in (DevicePerson, Card, Household, HouseholdMember))
_STANDS = func.coalesce(MERGED.c.kept_id, CONSENT.c.person_id)
_ASKED = Direct(
    select(_STANDS)
    .outerjoin(MERGED, MERGED.c.person_id == CONSENT.c.person_id)
    .where(CONSENT.c.purpose == consent.KEEP, among(_STANDS, "persons"))
)
WAITS = REQUEST.c.outcome.in_(data_rules.OPEN)
SECRET = frozenset({"hash", "card", "salt"})
"""What is never handed out, not even to her: whoever found her file could sign in as her."""
SHOWN = ("name", "face", "lang", "year", "gender", "phone", "group", "hear_first", "path", "registered_at")


@dataclass(frozen=True, slots=True)
class Choice:
    """A purpose, and what she last said of it."""

    purpose: str
    title: str
    given: Row[Any] | None

    @property
    def in_force(self) -> bool:
        return self.given is not None and self.given.given_at is not None and self.given.withdrawn_at is None

    @property
    def needed(self) -> bool:
        return self.purpose == consent.KEEP


@dataclass(frozen=True, slots=True)
class Request:
    """A request of the queue, with until when it must be answered and done; names are "" once she is erased."""

    row: Row[Any]
    due: data_rules.Due
    now: int

    @property
    def waits(self) -> bool:
        return self.row.outcome in data_rules.OPEN

    @property
    def overdue(self) -> bool:
        return self.waits and self.now > self.due.done

    @property
    def late_answer(self) -> bool:
        """Nobody has yet said that it was received, and somebody should have."""
        return not self.row.outcome and not self.overdue and self.now > self.due.first_answer


def choices(conn: Connection, person: str) -> list[Choice]:
    rows = {row.purpose: row for row in conn.execute(select(CONSENT).where(CONSENT.c.person_id == person))}
    return [Choice(id, title, rows.get(id)) for id, title in consent.purposes().items()]


def agrees(conn: Connection, person: str, purpose: str) -> bool:
    """Whether she has said yes to this, and not taken it back: for whoever is about to do it."""
    return person in agreeing(conn, [person], purpose)


def agreeing(conn: Connection, persons: Iterable[str], purpose: str) -> set[str]:
    """Those of them who have said yes to this, and not taken it back."""
    said = select(CONSENT.c.person_id).where(CONSENT.c.purpose == purpose, CONSENT.c.given_at.is_not(None))
    said = said.where(CONSENT.c.withdrawn_at.is_(None))
    parts = in_parts(sorted(set(persons)))
    return {
        one for some in parts for one in conn.execute(said.where(CONSENT.c.person_id.in_(some))).scalars()
    }


def unasked(conn: Connection, persons: Sequence[str]) -> set[str]:
    """Those whom nobody has asked yet whether what they do may be kept: an office's list brought them in."""
    return set(persons) - {one for (one,) in _ASKED.rows(conn, persons=list(persons))}


def requests_of(conn: Connection, person: str) -> list[Request]:
    """Hers, the latest first."""
    rows = conn.execute(select(REQUEST).where(REQUEST.c.person_id == person).order_by(REQUEST.c.id.desc()))
    return [_with_due(row) for row in rows]


def queue(conn: Connection, for_: Officer, done: bool = False, limit: int = 200) -> list[Request]:
    """What waits in her places, the oldest first; or what is done, the latest first."""
    found = _hers_to_answer(conn, for_).where(
        (REQUEST.c.outcome != "") if done else (REQUEST.c.outcome == "")
    )
    order = REQUEST.c.answered_at.desc() if done else REQUEST.c.asked_at
    return [_with_due(row) for row in conn.execute(found.order_by(order, REQUEST.c.id).limit(limit))]


def request(conn: Connection, id: str, for_: Officer) -> Request | None:
    row = conn.execute(_hers_to_answer(conn, for_).where(REQUEST.c.id == id)).one_or_none()
    return _with_due(row) if row else None


def waiting(conn: Connection, for_: Officer) -> int:
    found = _hers_to_answer(conn, for_).where(WAITS)
    return conn.execute(select(func.count()).select_from(found.subquery())).scalar_one()


def _hers_to_answer(conn: Connection, officer: Officer) -> Select[Any]:
    stands = func.coalesce(MERGED.c.kept_id, REQUEST.c.person_id)
    found = select(REQUEST, PERSON.c.id.label("who"), PERSON.c.name, PERSON.c.face, PERSON.c.place)
    found = found.outerjoin(MERGED, MERGED.c.person_id == REQUEST.c.person_id)
    return found.join(PERSON, PERSON.c.id == stands).where(_in_her_places(conn, officer))


def _in_her_places(
    conn: Connection, officer: Officer, permission: Permission = Permission.REQUEST_HANDLE
) -> Any:
    """Who lives nowhere yet is the province's to answer."""
    home = func.coalesce(PERSON.c.place, places.province(conn))
    return home.in_(places.within(conn, officer.places(permission)))


def person(conn: Connection, id: str, for_: Officer, permission: Permission) -> Row[Any]:
    """Somebody of her places; raises `NotFound` for all others."""
    stands = conn.execute(select(MERGED.c.kept_id).where(MERGED.c.person_id == id)).scalar_one_or_none()
    found = select(PERSON).where(PERSON.c.id == (stands or id), _in_her_places(conn, for_, permission))
    row = conn.execute(found).one_or_none()
    if row is None:
        raise NotFound("there is no such person in her places")
    return row


def may_erase(conn: Connection, by: str, person: str, at: int) -> bool:
    """Whether `by` answers what is asked where she lives, and did when it was said; this node always may.

    Of a record that is not here, it is enough to answer somewhere: where she lives was for another node to look at.
    """
    if conn.execute(select(NODE.c.id).where(NODE.c.id == by)).first() is not None:
        return True
    held = select(GRANT.c.role, GRANT.c.place).where(GRANT.c.staff_id == by)
    rows = conn.execute(held.where(or_(GRANT.c.ended_at.is_(None), GRANT.c.ended_at > at)))
    codes = [place for role, place in rows if Permission.REQUEST_HANDLE in GIVES[Role(role)]]
    stands = conn.execute(select(MERGED.c.kept_id).where(MERGED.c.person_id == person)).scalar_one_or_none()
    homes = select(PERSON.c.place).where(PERSON.c.id.in_([person, stands or person]))
    home = conn.execute(homes.order_by(PERSON.c.id != (stands or person))).first()
    if home is None:
        return bool(codes)
    return places.holds(conn, codes, home.place or places.province(conn))


def silent(conn: Connection, person: str, before: int) -> bool:
    """Whether nothing came of her since."""
    came = select(func.max(ENTRY.c.received_at)).where(ENTRY.c.person_id == person)
    return int(conn.execute(came).scalar_one() or 0) < before


def _with_due(row: Row[Any]) -> Request:
    return Request(row, data_rules.due(row.kind, row.asked_at), clock.now())


def staff_names(conn: Connection, staff: Iterable[str]) -> dict[str, str]:
    named = select(STAFF.c.id, STAFF.c.name).where(STAFF.c.id.in_(list(staff)))
    return {id: name for id, name in conn.execute(named)}


def silent_since(conn: Connection, before: int, for_: Officer, limit: int = 100) -> list[Any]:
    """People in her places of whom nothing came since, the longest silent first."""
    came = func.max(ENTRY.c.received_at)
    last = select(ENTRY.c.person_id, came.label("last_at")).group_by(ENTRY.c.person_id)
    silent = last.having(came < before).subquery()
    query = select(PERSON.c.id, PERSON.c.name, PERSON.c.face, PERSON.c.place, silent.c.last_at)
    query = query.join(silent, silent.c.person_id == PERSON.c.id).where(_in_her_places(conn, for_))
    return list(conn.execute(query.order_by(silent.c.last_at, PERSON.c.id).limit(limit)))


def export(conn: Connection, records: Sequence[str]) -> dict[str, Any]:
    """All that accounts keeps of one person, whatever records she stands in; secrets only as being there."""
    persons = conn.execute(select(PERSON).where(PERSON.c.id.in_(records)).order_by(PERSON.c.id)).all()
    return {
        "profiles": [_profile(conn, row) for row in persons],
        "secret_pictures_kept": _any(conn, CREDENTIAL.c.person_id, records),
        "card_made": _any(conn, CARD.c.person_id, records),
        "phones": _count(conn, HERE.c.device_id, HERE.c.person_id, records),
        "household": _household(conn, records),
        "consents": [_plain(row, "person_id") for row in _rows(conn, CONSENT, records)],
        "requests": [_plain(row, "person_id") for row in _rows(conn, REQUEST, records)],
        "entries": [_entry(row) for row in _entries(conn, records)],
    }


def _profile(conn: Connection, row: Row[Any]) -> dict[str, Any]:
    place = places.place(conn, row.place) if row.place else None
    told = {name: getattr(row, name) for name in SHOWN}
    return told | {
        "id": row.id,
        "place": row.place,
        "place_name": place.name if place else "",
        "registered_by": row.by,
    }


def _household(conn: Connection, records: Sequence[str]) -> str:
    name = select(HOUSEHOLD.c.name).join(MEMBER, MEMBER.c.household_id == HOUSEHOLD.c.id)
    return str(conn.execute(name.where(MEMBER.c.person_id.in_(records))).scalars().first() or "")


def _any(conn: Connection, column: Any, records: Sequence[str]) -> bool:
    return conn.execute(select(column).where(column.in_(records)).limit(1)).first() is not None


def _count(conn: Connection, counted: Any, column: Any, records: Sequence[str]) -> int:
    return int(conn.execute(select(func.count(counted.distinct())).where(column.in_(records))).scalar_one())


def _rows(conn: Connection, table: Any, records: Sequence[str]) -> Sequence[Row[Any]]:
    query: Select[Any] = select(table).where(table.c.person_id.in_(records))
    return conn.execute(query.order_by(*table.primary_key.columns)).all()


def _plain(row: Row[Any], *without: str) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name not in without}


def _entries(conn: Connection, records: Sequence[str]) -> Sequence[Any]:
    columns = select(ENTRY.c.received_at, ENTRY.c.place, ENTRY.c.body)
    found = columns.where(ENTRY.c.person_id.in_(records), ENTRY.c.body.is_not(None))
    return conn.execute(found.order_by(ENTRY.c.received_at, ENTRY.c.id)).all()


def _entry(row: Row[Any]) -> dict[str, Any]:
    said = {name: value for name, value in json.loads(row.body).items() if name not in SECRET}
    return said | {"received_at": row.received_at, "place": row.place}
