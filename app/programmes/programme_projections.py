"""Programmes, teams, households' checks, markets, events and results from elsewhere, from the ledger.

Of several entries that say what one thing is, the one with the greatest id counts, whatever their order.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, select
from sqlmodel import SQLModel

from app.accounts import queries as people
from app.accounts.permissions import Permission
from app.accounts.queries import PERSON
from app.accounts.rules import name_key, without_name
from app.core import erasing, ids, ledger
from app.core.chain import ENTRY
from app.core.db import insert_or_ignore, table_of, upsert
from app.core.errors import MakesNoSense
from app.core.ledger import Fact
from app.places import queries as places
from app.programmes.class_projections import later
from app.programmes.class_rules import is_day
from app.programmes.models import (
    CriteriaSet,
    Elsewhere,
    Event,
    EventJoined,
    HouseholdCheck,
    Market,
    ProgrammeSet,
    Stall,
    Team,
    Visit,
    VisitHelped,
    Withdrawal,
)

PROGRAMME_SET, CRITERIA_SET = "programme.set/1", "criteria.set/1"
TEAM_SET, VISITED, VISIT_UNDONE = "team.set/1", "visit.made/1", "visit.undone/1"
CHECKED, UNCHECKED = "household.checked/1", "check.undone/1"
MARKET_SET, STALL_SET = "market.set/1", "stall.set/1"
EVENT_SET, JOINED = "event.set/1", "event.joined/1"
DONE_ELSEWHERE, NOT_DONE = "elsewhere.done/1", "elsewhere.undone/1"

TEAM_KINDS = ("community", "ambassadors", "youth")
LONGEST = 200
STALL = table_of(Stall)
MOST_MEMBERS = 200
MOST_HELPED = 200
MOST_OTHERS = 1000
MOST_CRITERIA = 20
MOST_TARGET = 10**9

Fits = Callable[[Any], bool]
RUNS_CLASSES = (Permission.TEAM_CHANGE, Permission.CLASS_RUN)
"""Who goes from house to house writes the visit down; who is in a team is for whoever answers for the place."""


class Shape(NamedTuple):
    """What an entry carries; one of `permissions` at its place is needed by whom it is `by`."""

    fields: Mapping[str, Fits]
    permissions: tuple[Permission, ...]


def is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST


def may_be_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST


def is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def is_number(most: int) -> Fits:
    return lambda value: type(value) is int and 0 <= value <= most


def are_ids(most: int) -> Fits:
    return lambda value: isinstance(value, list) and len(value) <= most and all(map(ids.is_id, value))


def may_be_day(value: Any) -> bool:
    return value == "" or is_day(value)


def are_targets(value: Any) -> bool:
    return isinstance(value, dict) and all(map(is_number(MOST_TARGET), value.values()))


def are_criteria(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 0 < len(value) <= MOST_CRITERIA
        and all(
            isinstance(one, dict) and set(one) == {"id", "text"} and all(map(is_text, one.values()))
            for one in value
        )
        and len({one["id"] for one in value}) == len(value)
    )


def are_texts(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_CRITERIA and all(map(is_text, value))


IN_FORCE = {"ended": is_flag}
SHAPES = {
    PROGRAMME_SET: Shape(
        {"programme": is_text, "targets": are_targets, "until": may_be_day}, (Permission.PROGRAMME_CHANGE,)
    ),
    CRITERIA_SET: Shape(
        {"criteria": are_criteria, "needed": is_number(MOST_CRITERIA)}, (Permission.PROGRAMME_CHANGE,)
    ),
    TEAM_SET: Shape(
        {
            "team": ids.is_id,
            "kind": lambda value: value in TEAM_KINDS,
            "name": is_text,
            "members": are_ids(MOST_MEMBERS),
            **IN_FORCE,
        },
        (Permission.TEAM_CHANGE,),
    ),
    VISITED: Shape(
        {
            "team": ids.is_id,
            "day": is_day,
            "helped": are_ids(MOST_HELPED),
            "others": is_number(MOST_OTHERS),
        },
        RUNS_CLASSES,
    ),
    VISIT_UNDONE: Shape({"entry": ids.is_id}, RUNS_CLASSES),
    CHECKED: Shape(
        {"household": ids.is_id, "met": are_texts, "day": is_day},
        (Permission.HOUSEHOLD_CHANGE, Permission.HOUSEHOLD_RECOGNISE),
    ),
    UNCHECKED: Shape({"entry": ids.is_id}, (Permission.HOUSEHOLD_CHANGE, Permission.HOUSEHOLD_RECOGNISE)),
    MARKET_SET: Shape({"market": ids.is_id, "name": is_text, **IN_FORCE}, (Permission.SKILL_CONFIRM,)),
    STALL_SET: Shape(
        {
            "market": ids.is_id,
            "stall": ids.is_id,
            "name": is_text,
            "sells": may_be_text,
            "cashless": is_flag,
            **IN_FORCE,
        },
        (Permission.SKILL_CONFIRM,),
    ),
    EVENT_SET: Shape(
        {
            "event": ids.is_id,
            "name": is_text,
            "course": may_be_text,
            "from": is_day,
            "to": is_day,
            **IN_FORCE,
        },
        (Permission.EVENT_RUN,),
    ),
    JOINED: Shape({"event": ids.is_id}, ()),
    DONE_ELSEWHERE: Shape(
        {"source": is_text, "title": is_text, "course": may_be_text, "day": is_day},
        (Permission.RESULT_RECORD,),
    ),
    NOT_DONE: Shape({"entry": ids.is_id}, (Permission.RESULT_RECORD,)),
}


def register() -> None:
    for model in (
        ProgrammeSet, CriteriaSet, Team, Visit, VisitHelped, HouseholdCheck, Market, Stall, Event, EventJoined,
        Elsewhere, Withdrawal,
    ):  # fmt: skip
        ledger.projection(model)
    for kind, make in _HANDLERS.items():
        ledger.on(kind, _checking(SHAPES[kind]))(make)
    erasing.may_name(STALL_SET, refold_stalls, stalls_without)


def _checking(shape: Shape) -> ledger.Check:
    def check(conn: Connection, fact: Fact) -> None:
        for name, fits in shape.fields.items():
            if not fits(fact.data.get(name)):
                raise MakesNoSense(f"no-{name}")
        if not is_text(fact.data.get("place")):
            raise MakesNoSense("no-place")
        if shape.permissions and not _may(conn, fact, shape.permissions):
            raise MakesNoSense("not-hers-to-say")

    return check


def _may(conn: Connection, fact: Fact, permissions: tuple[Permission, ...]) -> bool:
    """The same whatever page or node the entry comes from."""
    officer = people.officer(conn, str(fact.data.get("by")))
    if officer is None:
        return False
    able = {code for permission in permissions for code in officer.places(permission)}
    return places.holds(conn, able, fact.data["place"])


def _latest(model: type[SQLModel], row: Callable[[Mapping[str, Any]], dict[str, Any]]) -> ledger.Handler:
    """Keeps one row of what was last said."""

    def project(conn: Connection, facts: list[Fact]) -> None:
        rows = [row(fact.data) | {"by": fact.data["by"], "set_id": fact.id} for fact in facts]
        upsert(conn, model, rows, later)

    return project


def _each(model: type[SQLModel], row: Callable[[Fact], dict[str, Any]]) -> ledger.Handler:
    """Keeps a row for every entry."""

    def project(conn: Connection, facts: list[Fact]) -> None:
        rows = [row(fact) | {"id": fact.id, "by": fact.data["by"], "at": fact.claimed_at} for fact in facts]
        insert_or_ignore(conn, model, rows)

    return project


def _programme(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": said["programme"], "targets": json.dumps(said["targets"]), "until": said["until"]}


def _criteria(fact: Fact) -> dict[str, Any]:
    criteria = json.dumps(fact.data["criteria"], ensure_ascii=False)
    return {"criteria": criteria, "needed": fact.data["needed"]}


def _team(said: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: said[name] for name in ("kind", "name", "place", "ended")}
    folded = name_key(said["name"])
    return own | {"id": said["team"], "folded": folded, "members": json.dumps(said["members"])}


def _market(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": said["market"], **{name: said[name] for name in ("name", "place", "ended")}}


def _stall(said: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: said[name] for name in ("name", "sells", "cashless", "ended")}
    return own | {"id": said["stall"], "market_id": said["market"]}


def _stalls_said(conn: Connection) -> Iterator[tuple[str, dict[str, Any]]]:
    """All that was said of stalls, by the ids of the entries, in their order."""
    held = select(ENTRY.c.id, ENTRY.c.body).where(ENTRY.c.type == "stall.set", ENTRY.c.body.is_not(None))
    yield from ((row.id, json.loads(row.body)) for row in conn.execute(held.order_by(ENTRY.c.id)).all())


def refold_stalls(conn: Connection, by: Collection[str]) -> None:
    """Where the entry that counted lost its body, the one said last of those that have theirs counts."""
    emptied = select(ENTRY.c.id).where(ENTRY.c.type == "stall.set", ENTRY.c.body.is_(None))
    lost = set(conn.execute(select(STALL.c.id).where(STALL.c.set_id.in_(emptied))).scalars())
    if not lost:
        return
    conn.execute(delete(STALL).where(STALL.c.id.in_(lost)))
    left = {said["stall"]: (id, said) for id, said in _stalls_said(conn) if said["stall"] in lost}
    rows = [_stall(said) | {"by": said["by"], "set_id": id} for id, said in left.values()]
    upsert(conn, Stall, rows, later)


def stalls_without(conn: Connection, names: Collection[str], persons: Sequence[str], by: str) -> list[str]:
    """Takes a seller's name off stalls `by` answers for: in her commune what she is called by, elsewhere her whole name."""
    officer = people.officer(conn, by)
    if officer is None:
        return []
    hers, near = officer.places(Permission.SKILL_CONFIRM), _around(conn, persons)
    whole = [f" {name_key(name)} " for name in names if " " in name]
    said = {id: body for id, body in _stalls_said(conn) if places.holds(conn, hers, body["place"])}
    named: dict[str, str] = {}
    for id, body in said.items():
        text = f"{body['name']} {body['sells']}"
        if without_name(text, names) != text and (
            body["place"] in near or any(one in f" {name_key(text)} " for one in whole)
        ):
            named[id] = body["stall"]
    last = {body["stall"]: (id, body) for id, body in said.items()}
    for id, body in last.values():
        if id in named:
            own = {name: without_name(body[name], names) for name in ("name", "sells")}
            fields = {name: body[name] for name in ("market", "stall", "place", "cashless", "ended")}
            ledger.record(conn, STALL_SET, by, **fields, **own, by=by)
    return sorted(named)


def _around(conn: Connection, persons: Sequence[str]) -> set[str]:
    """The communes these live in, and all beneath."""
    homes = conn.execute(select(PERSON.c.place).where(PERSON.c.id.in_(persons))).scalars().all()
    above = [row for home in homes for row in places.above(conn, home) if row.kind in ("commune", "ward")]
    return {row.code for row in conn.execute(places.within(conn, [row.code for row in above]))}


def _event(said: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: said[name] for name in ("name", "place", "course", "ended")}
    return own | {"id": said["event"], "from_day": said["from"], "to_day": said["to"]}


def _check(fact: Fact) -> dict[str, Any]:
    met = json.dumps(fact.data["met"])
    return {"household_id": fact.data["household"], "met": met, "day": fact.data["day"]}


def _elsewhere(fact: Fact) -> dict[str, Any]:
    said = {name: fact.data[name] for name in ("source", "title", "course", "day")}
    return said | {"person_id": fact.person}


def _withdrawal(fact: Fact) -> dict[str, Any]:
    return {"entry_id": fact.data["entry"]}


def project_visits(conn: Connection, facts: list[Fact]) -> None:
    _visits(conn, facts)
    helped = [
        {"visit_id": fact.id, "person_id": person} for fact in facts for person in set(fact.data["helped"])
    ]
    insert_or_ignore(conn, VisitHelped, helped)


def _visit(fact: Fact) -> dict[str, Any]:
    return {"team_id": fact.data["team"], **{name: fact.data[name] for name in ("place", "day", "others")}}


def project_joined(conn: Connection, facts: list[Fact]) -> None:
    rows = [
        {"event_id": fact.data["event"], "person_id": fact.person, "place": fact.data["place"]}
        | {"at": fact.claimed_at, "set_id": fact.id}
        for fact in facts
    ]
    upsert(conn, EventJoined, rows, later)


_visits = _each(Visit, _visit)
_withdrawn = _each(Withdrawal, _withdrawal)
_HANDLERS: dict[str, ledger.Handler] = {
    PROGRAMME_SET: _latest(ProgrammeSet, _programme),
    CRITERIA_SET: _each(CriteriaSet, _criteria),
    TEAM_SET: _latest(Team, _team),
    VISITED: project_visits,
    VISIT_UNDONE: _withdrawn,
    CHECKED: _each(HouseholdCheck, _check),
    UNCHECKED: _withdrawn,
    MARKET_SET: _latest(Market, _market),
    STALL_SET: _latest(Stall, _stall),
    EVENT_SET: _latest(Event, _event),
    JOINED: project_joined,
    DONE_ELSEWHERE: _each(Elsewhere, _elsewhere),
    NOT_DONE: _withdrawn,
}
