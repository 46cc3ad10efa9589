"""Events: an officer's own, one that somebody was shown the address of, and who came from where."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, func, select, union_all

from app.accounts.merging import STANDS
from app.accounts.permissions import Officer, Permission
from app.core.db import table_of
from app.core.errors import NotFound
from app.learning.projections import LESSON_READ, RESULT
from app.places import queries as places
from app.places.queries import PLACE
from app.programmes.models import Event, EventJoined

EVENT, JOINED = table_of(Event), table_of(EventJoined)
PERSON_ID = func.coalesce(STANDS.c.kept_id, JOINED.c.person_id)


def events(conn: Connection, for_: Officer) -> Sequence[Row[Any]]:
    """Those to come and going on first."""
    return conn.execute(
        _events(conn, for_).order_by(EVENT.c.ended, EVENT.c.from_day.desc(), EVENT.c.id)
    ).all()


def event(conn: Connection, id: str, for_: Officer) -> Row[Any]:
    return _found(conn.execute(_events(conn, for_).where(EVENT.c.id == id)).one_or_none())


def to_join(conn: Connection, id: str) -> Row[Any]:
    """For whoever was shown its address."""
    return _found(conn.execute(_named().where(EVENT.c.id == id)).one_or_none())


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise NotFound("there is no such event")
    return row


def _events(conn: Connection, for_: Officer) -> Select[Any]:
    return _named().where(EVENT.c.place.in_(places.within(conn, for_.places(Permission.EVENT_RUN))))


def _named() -> Select[Any]:
    return select(EVENT, PLACE.c.name.label("place_name")).outerjoin(PLACE, PLACE.c.code == EVENT.c.place)


def is_open(row: Row[Any], today: str) -> bool:
    return not row.ended and row.from_day <= today <= row.to_day


class Village(NamedTuple):
    name: str
    people: int


class Tally(NamedTuple):
    """Numbers alone: how many different people came, how many lessons they began there, and from where they are."""

    people: int
    lessons: int
    villages: Sequence[Village]


def tally(conn: Connection, event: str, since: int) -> Tally:
    """The village with the most first. `since`: what was learnt before does not count, in UTC milliseconds."""
    query = select(PLACE.c.name, func.count(PERSON_ID.distinct()).label("people"))
    query = query.select_from(JOINED).outerjoin(STANDS, STANDS.c.person_id == JOINED.c.person_id)
    query = query.outerjoin(PLACE, PLACE.c.code == JOINED.c.place).where(JOINED.c.event_id == event)
    rows = conn.execute(query.group_by(JOINED.c.place, PLACE.c.name)).all()
    villages = sorted(
        (Village(name or "", people) for name, people in rows), key=lambda one: (-one.people, one.name)
    )
    return Tally(sum(one.people for one in villages), _lessons(conn, event, since), villages)


def _lessons(conn: Connection, event: str, since: int) -> int:
    person = select(PERSON_ID).outerjoin(STANDS, STANDS.c.person_id == JOINED.c.person_id)
    theirs = person.where(JOINED.c.event_id == event)
    done = [
        select(one.c.person_id, one.c.course, one.c.lesson).where(one.c.person_id.in_(theirs), at >= since)
        for one, at in ((RESULT, RESULT.c.best_at), (LESSON_READ, LESSON_READ.c.at))
    ]
    return conn.execute(
        select(func.count()).select_from(select(union_all(*done).subquery()).distinct().subquery())
    ).scalar_one()


class Choice(NamedTuple):
    """A place to say one is from; `more`: there are places beneath it to choose among first."""

    code: str
    name: str
    more: bool


def choices(conn: Connection, event: Row[Any], at: str) -> tuple[list[Choice], str]:
    """Where one can be from: what lies beneath the event's place, or beneath `at` within it; and at which place that is."""
    inside = at if at and places.holds(conn, [event.place], at) else event.place
    found = places.beneath(conn, inside)
    parents = PLACE.c.parent.in_([row.code for row in found])
    wide = set(conn.execute(select(PLACE.c.parent).where(parents, PLACE.c.merged_into.is_(None))).scalars())
    return [Choice(row.code, row.name, row.code in wide) for row in found], inside
