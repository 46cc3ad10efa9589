"""What is kept of one person: handed to her, or taken away, by every room that keeps any of it.

Erased, her entries lose their bodies and the rooms forget her. The envelopes stay and are counted. What arrives of her
later loses its body on arrival, so it makes no difference which comes first.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, and_, case, delete, or_, select, update
from sqlmodel import SQLModel

from app.core import chain, clock, ids
from app.core.db import Direct, among, in_parts, table_of, upsert
from app.core.envelope import Fact
from app.core.errors import MakesNoSense
from app.core.models import Erased, ErasedEntry, SetAside

ERASED = "person.erased/1"
ENTRY, GONE, ASIDE = chain.ENTRY, table_of(Erased), table_of(SetAside)
NAMED = table_of(ErasedEntry)
SOME = 500
MOST_NAMED = 500

Export = Callable[[Connection, Sequence[str]], Any]
Erase = Callable[[Connection, str], None]
Refold = Callable[[Connection, Collection[str]], None]
"""Makes anew what stands of these, by the `person` of their entries."""
Without = Callable[[Connection, Collection[str], Sequence[str], str], list[str]]
"""Says such things anew without these names of somebody with these records, by whom; ids of the entries that named her."""


class Room(NamedTuple):
    """`export` takes the ids of all records of one person; rows of `tables` go by their `person_id`."""

    export: Export
    tables: tuple[Table, ...]
    erase: Erase
    hand_over: Erase


rooms: dict[str, Room] = {}
_nameless: set[str] = {"person.erased"}
_naming: dict[str, tuple[Refold, Without]] = {}

_NAMED = Direct(select(NAMED.c.entry_id).where(among(NAMED.c.entry_id, "ids")))
_GONE = Direct(select(GONE.c.person_id).where(among(GONE.c.person_id, "ids")))


def _nothing(conn: Connection, person: str) -> None:
    """What most rooms have to do beside emptying their tables."""


def room(
    name: str,
    export: Export,
    tables: Iterable[type[SQLModel]] = (),
    erase: Erase = _nothing,
    hand_over: Erase = _nothing,
) -> None:
    """Registers what a room keeps of persons; `erase` does, just before, what emptying its tables of her does not.

    `hand_over` gives others what is theirs and stands under her name; it writes entries, so it is asked once, by who erases.
    """
    rooms[name] = Room(export, tuple(table_of(model) for model in tables), erase, hand_over)


def names_nobody(kind: str) -> None:
    """Says that a type such as `answers.moved/1` holds ids alone, and is about others too: its bodies stay."""
    _nameless.add(kind.partition("/")[0])


def may_name(kind: str, refold: Refold, without: Without) -> None:
    """Says that a type such as `household.made/1` is of something else and may name her in its words.

    `person.erased/1` names such entries in `entries`; their bodies go with hers, and `refold` does without them.
    """
    _naming[kind.partition("/")[0]] = (refold, without)


def without(conn: Connection, names: Collection[str], persons: Sequence[str], by: str) -> list[str]:
    """What `person.erased/1` names in `entries`; asked once, by who erases, for it writes entries."""
    return [one for _, say in _naming.values() for one in say(conn, names, persons, by)]


def export_person(conn: Connection, records: Sequence[str]) -> dict[str, Any]:
    """All that is kept of her, by room, ready for JSON."""
    return {name: one.export(conn, records) for name, one in rooms.items()}


def hand_over(conn: Connection, person: str) -> None:
    for one in rooms.values():
        one.hand_over(conn, person)


def gone(conn: Connection, persons: Collection[str]) -> set[str]:
    """Those of `persons` who were erased."""
    return {person for (person,) in _GONE.rows(conn, ids=list(persons))} if persons else set()


def check(conn: Connection, fact: Fact) -> None:
    if not ids.is_id(fact.data.get("by")):
        raise MakesNoSense("no-by")
    named = fact.data.get("entries", [])
    if not isinstance(named, list) or len(named) > MOST_NAMED or not all(map(ids.is_id, named)):
        raise MakesNoSense("no-entries")


def forget(conn: Connection, facts: list[Fact]) -> None:
    """The handler of `person.erased/1`."""
    rows = [{"person_id": fact.person, "by": fact.data["by"], "erased_at": fact.claimed_at} for fact in facts]
    upsert(conn, Erased, rows, _earlier)
    _forget_named(conn, facts)
    for person in sorted({fact.person for fact in facts}):
        _drop_bodies(conn, ENTRY.c.person_id == person)
        _drop_aside(conn, person)
        for one in rooms.values():
            one.erase(conn, person)
            for table in one.tables:
                conn.execute(delete(table).where(table.c.person_id == person))


def _forget_named(conn: Connection, facts: list[Fact]) -> None:
    pairs = sorted(
        ((one, fact.person) for fact in facts for one in fact.data.get("entries", ())), reverse=True
    )
    named = dict(pairs)
    rows = [{"entry_id": one, "person_id": person} for one, person in sorted(named.items())]
    upsert(conn, ErasedEntry, rows, _lesser)
    for some in in_parts(sorted(named)):
        for kind, (refold, _) in _naming.items():
            which = ENTRY.c.id.in_(some) & (ENTRY.c.type == kind)
            _drop_bodies(conn, which)
            refold(conn, set(conn.execute(select(ENTRY.c.person_id).where(which)).scalars()))


def _lesser(table: Any, new: Any) -> dict[str, Any]:
    """Of two it named the lesser id is told, whichever came first."""
    return {"person_id": case((new.person_id < table.c.person_id, new.person_id), else_=table.c.person_id)}


def named_somebody(conn: Connection, by_kind: Mapping[str, list[Fact]]) -> set[str]:
    """Ids of entries that come only now and named somebody who was erased; `by_kind` are types as `place.set/1`."""
    some = [fact.id for facts in by_kind.values() for fact in facts if fact.type in _naming]
    return {entry for (entry,) in _NAMED.rows(conn, ids=some)} if some else set()


def drop_late(conn: Connection, entries: Iterable[str]) -> None:
    """What somebody erased did, and comes only now."""
    for some in in_parts(sorted(entries)):
        _drop_bodies(conn, ENTRY.c.id.in_(some))


def outlives(fact: Fact) -> bool:
    return fact.type in _nameless


def _drop_bodies(conn: Connection, which: Any) -> None:
    held = update(ENTRY).where(which, ENTRY.c.body.is_not(None), ENTRY.c.type.not_in(_nameless))
    conn.execute(held.values(body=None, erased_at=clock.now()))


def _drop_aside(conn: Connection, person: str) -> None:
    bodies = select(ASIDE.c.id, ASIDE.c.body).execution_options(yield_per=SOME)
    with conn.execute(bodies) as rows:
        hers = [row.id for row in rows if person_in(row.body) == person]
    for some in in_parts(hers):
        conn.execute(delete(ASIDE).where(ASIDE.c.id.in_(some)))


def person_in(body: bytes | str) -> str:
    """The person a body that makes no sense says it is of, or "" where it names none."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    person = data.get("person") if isinstance(data, dict) else None
    return str(person) if ids.is_id(person) else ""


def _earlier(table: Any, new: Any) -> dict[str, Any]:
    """Of two who erased her the earlier is told, whichever came first."""
    at = table.c.erased_at
    earlier = or_(new.erased_at < at, and_(new.erased_at == at, new.by < table.c.by))
    return {name: case((earlier, new[name]), else_=table.c[name]) for name in ("by", "erased_at")}
