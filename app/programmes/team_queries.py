"""Teams and their visits, of an officer's places."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, func, select

from app.accounts.merging import STANDS
from app.accounts.permissions import GIVES, Officer, Permission
from app.accounts.queries import GRANT, PERSON, STAFF
from app.accounts.rules import name_key
from app.core.db import table_of
from app.core.errors import NotFound
from app.places import queries as places
from app.places.queries import PLACE
from app.programmes.models import Team, Visit, VisitHelped
from app.programmes.programme_projections import RUNS_CLASSES
from app.programmes.programme_queries import MOST_FOUND, able, withdrawn

TEAM, VISIT, HELPED = (table_of(model) for model in (Team, Visit, VisitHelped))


class Working(NamedTuple):
    """A team, how often it went out, and how many it helped: different people by record, and others."""

    row: Row[Any]
    members: int
    visits: int
    people: int
    others: int


def teams(conn: Connection, for_: Officer) -> list[Working]:
    rows = conn.execute(_teams(conn, for_).order_by(TEAM.c.ended, PLACE.c.folded, TEAM.c.folded)).all()
    went = {team: (visits, others) for team, visits, others in conn.execute(_went())}
    helped = {team: people for team, people in conn.execute(_helped())}
    return [
        Working(row, len(json.loads(row.members)), *_numbers(went.get(row.id), helped.get(row.id, 0)))
        for row in rows
    ]


def _numbers(went: tuple[int, int] | None, people: int) -> tuple[int, int, int]:
    visits, others = went or (0, 0)
    return visits, people, int(others)


def _went() -> Select[Any]:
    query = select(VISIT.c.team_id, func.count(), func.sum(VISIT.c.others)).where(~withdrawn(VISIT))
    return query.group_by(VISIT.c.team_id)


def _helped() -> Select[Any]:
    person = func.coalesce(STANDS.c.kept_id, HELPED.c.person_id)
    query = select(VISIT.c.team_id, func.count(person.distinct())).join(
        HELPED, HELPED.c.visit_id == VISIT.c.id
    )
    query = query.outerjoin(STANDS, STANDS.c.person_id == HELPED.c.person_id)
    return query.where(~withdrawn(VISIT)).group_by(VISIT.c.team_id)


def team(
    conn: Connection, id: str, for_: Officer, permissions: Iterable[Permission] = RUNS_CLASSES
) -> Row[Any]:
    row = conn.execute(_teams(conn, for_, permissions).where(TEAM.c.id == id)).one_or_none()
    if row is None:
        raise NotFound("there is no such team")
    return row


def _teams(conn: Connection, for_: Officer, permissions: Iterable[Permission] = RUNS_CLASSES) -> Select[Any]:
    hers = TEAM.c.place.in_(places.within(conn, able(for_, permissions)))
    named = select(TEAM, PLACE.c.name.label("place_name"))
    return named.outerjoin(PLACE, PLACE.c.code == TEAM.c.place).where(hers)


class Member(NamedTuple):
    """Somebody of a team; `face` is "" for one of the staff, who has none."""

    id: str
    name: str
    face: str = ""


def members(conn: Connection, row: Row[Any]) -> list[Member]:
    """By name; who was erased since is not told."""
    wanted = json.loads(row.members)
    people = select(PERSON.c.id, PERSON.c.name, PERSON.c.face).where(PERSON.c.id.in_(wanted))
    staff = select(STAFF.c.id, STAFF.c.name).where(STAFF.c.id.in_(wanted), STAFF.c.ended_at.is_(None))
    found = [Member(*one) for one in conn.execute(people)] + [Member(*one) for one in conn.execute(staff)]
    return sorted(found, key=lambda one: (name_key(one.name), one.id))


def to_add(conn: Connection, row: Row[Any], for_: Officer, name: str) -> list[Member]:
    """People and staff of her places with this in their name who are not of the team."""
    key = name_key(name)
    if not key:
        return []
    within = places.within(conn, for_.places(Permission.TEAM_CHANGE))
    people = select(PERSON.c.id, PERSON.c.name, PERSON.c.face).where(
        PERSON.c.place.in_(within), PERSON.c.folded.contains(key, autoescape=True)
    )
    people = people.where(PERSON.c.id.not_in(select(STANDS.c.person_id)))
    running = [role.value for role, gives in GIVES.items() if Permission.CLASS_RUN in gives]
    held = select(GRANT.c.staff_id).where(
        GRANT.c.place.in_(within), GRANT.c.role.in_(running), GRANT.c.ended_at.is_(None)
    )
    staff = select(STAFF.c.id, STAFF.c.name).where(STAFF.c.id.in_(held), STAFF.c.ended_at.is_(None))
    known = set(json.loads(row.members))
    found = [Member(*one) for one in conn.execute(people.limit(MOST_FOUND))]
    found += [Member(*one) for one in conn.execute(staff) if key in name_key(one.name)]
    return sorted((one for one in found if one.id not in known), key=lambda one: (name_key(one.name), one.id))


class Went(NamedTuple):
    """A visit, and by name whom it helped."""

    row: Row[Any]
    helped: list[Any]
    nameless: int
    """Helped too: people without a record, or whose record is erased."""


def visits(conn: Connection, team: str, limit: int = 50) -> list[Went]:
    """The latest first."""
    query = select(VISIT, PLACE.c.name.label("place_name")).outerjoin(PLACE, PLACE.c.code == VISIT.c.place)
    query = query.where(VISIT.c.team_id == team, ~withdrawn(VISIT))
    rows = conn.execute(query.order_by(VISIT.c.day.desc(), VISIT.c.id.desc()).limit(limit)).all()
    return [_went_out(conn, row) for row in rows]


def _went_out(conn: Connection, row: Row[Any]) -> Went:
    person = func.coalesce(STANDS.c.kept_id, HELPED.c.person_id)
    theirs = select(person).outerjoin(STANDS, STANDS.c.person_id == HELPED.c.person_id)
    persons = set(conn.execute(theirs.where(HELPED.c.visit_id == row.id)).scalars())
    query = select(PERSON.c.id, PERSON.c.name).where(PERSON.c.id.in_(persons)).order_by(PERSON.c.folded)
    named = list(conn.execute(query).all())
    return Went(row, named, len(persons) - len(named) + row.others)


def visit(conn: Connection, team: str, id: str) -> Row[Any]:
    """A visit of this team nobody took back."""
    query = select(VISIT).where(VISIT.c.id == id, VISIT.c.team_id == team, ~withdrawn(VISIT))
    row = conn.execute(query).one_or_none()
    if row is None:
        raise NotFound("there is no such visit")
    return row
