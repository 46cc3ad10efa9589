"""What staff write down about programmes, teams, households, markets and events; each is an entry that says by whom."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, update

from app.accounts import actions as accounts
from app.accounts.permissions import Officer
from app.accounts.queries import HERE
from app.core import clock, ids, ledger
from app.places import queries as places
from app.programmes import programme_projections as kinds
from app.programmes.programme_rules import Criteria


def set_programme(conn: Connection, id: str, targets: Mapping[str, int], until: str, by: Officer) -> None:
    said = {"programme": id, "targets": dict(targets), "until": until}
    ledger.record(conn, kinds.PROGRAMME_SET, by.id, **said, place=places.province(conn), by=by.id)


def set_criteria(conn: Connection, criteria: Criteria, by: Officer) -> None:
    asked = [{"id": one.id, "text": one.text} for one in criteria.criteria]
    said = {"criteria": asked, "needed": criteria.needed}
    ledger.record(conn, kinds.CRITERIA_SET, by.id, **said, place=places.province(conn), by=by.id)


def set_team(conn: Connection, id: str, said: Mapping[str, Any], by: Officer) -> str:
    """`said` names kind, name, place, members and ended. Gives the id, made where it is ""."""
    return _say(conn, kinds.TEAM_SET, "team", id, said, by)


def visit(
    conn: Connection, team: Row[Any], place: str, day: str, helped: Sequence[str], others: int, by: Officer
) -> str:
    said = {"team": team.id, "day": day, "helped": sorted(helped), "others": others}
    return ledger.record(conn, kinds.VISITED, by.id, **said, place=place, by=by.id)


def undo_visit(conn: Connection, visit: Row[Any], by: Officer) -> None:
    ledger.record(conn, kinds.VISIT_UNDONE, by.id, entry=visit.id, place=visit.place, by=by.id)


def check_household(conn: Connection, household: Row[Any], met: Sequence[str], day: str, by: Officer) -> str:
    said = {"household": household.id, "met": sorted(met), "day": day}
    return ledger.record(conn, kinds.CHECKED, by.id, **said, place=household.place, by=by.id)


def undo_check(conn: Connection, household: Row[Any], check: str, by: Officer) -> None:
    ledger.record(conn, kinds.UNCHECKED, by.id, entry=check, place=household.place, by=by.id)


def set_market(conn: Connection, id: str, said: Mapping[str, Any], by: Officer) -> str:
    """`said` names name, place and ended."""
    return _say(conn, kinds.MARKET_SET, "market", id, said, by)


def set_stall(conn: Connection, market: Row[Any], id: str, said: Mapping[str, Any], by: Officer) -> str:
    """`said` names name, sells, cashless and ended."""
    at = {"market": market.id, "place": market.place}
    return _say(conn, kinds.STALL_SET, "stall", id, {**said, **at}, by)


def set_event(conn: Connection, id: str, said: Mapping[str, Any], by: Officer) -> str:
    """`said` names name, place, course, from, to and ended."""
    return _say(conn, kinds.EVENT_SET, "event", id, said, by)


def _say(conn: Connection, kind: str, what: str, id: str, said: Mapping[str, Any], by: Officer) -> str:
    id = id or ids.new()
    ledger.record(conn, kind, by.id, **{what: id, **said}, by=by.id)
    return id


def join_event(conn: Connection, event: str, person: str, place: str) -> None:
    ledger.record(conn, kinds.JOINED, person, event=event, place=place)


def next_guest(conn: Connection, device: str) -> str:
    """The next one at a device that everybody uses: those before are gone from it, what they did is kept."""
    rest(conn, device)
    return accounts.new_guest(conn, device)


def rest(conn: Connection, device: str) -> None:
    """Nobody is at the device any more."""
    accounts.learn_as(conn, device, None)
    there = update(HERE).where(HERE.c.device_id == device, HERE.c.removed_at.is_(None))
    conn.execute(there.values(removed_at=clock.now()))


def done_elsewhere(conn: Connection, person: Row[Any], said: Mapping[str, str], by: Officer) -> str:
    """`said` names source, title, course and day."""
    return ledger.record(conn, kinds.DONE_ELSEWHERE, person.id, **said, place=person.place, by=by.id)


def undo_elsewhere(conn: Connection, person: Row[Any], done: str, by: Officer) -> None:
    ledger.record(conn, kinds.NOT_DONE, person.id, entry=done, place=person.place, by=by.id)
