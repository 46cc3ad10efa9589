"""Two records, one person: which stands for which, from the set of merges and of those undone."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, case, delete, or_, select

from app.accounts import rules
from app.accounts.models import Merge, Merged, MergeUndone, ToldApart
from app.core import ids, ledger
from app.core.db import Direct, in_parts, insert_or_ignore, table_of, upsert
from app.core.errors import MakesNoSense
from app.core.ledger import Fact

MERGED, UNDONE, TOLD_APART = "persons.merged/1", "merge.undone/1", "persons.told_apart/1"
MERGE, MERGE_UNDONE, STANDS, APART = (table_of(one) for one in (Merge, MergeUndone, Merged, ToldApart))

_ANY_MERGE = Direct(select(MERGE.c.id).limit(1))

Refold = Callable[[Connection, Collection[str]], None]
_after: dict[str, Refold] = {}


def register() -> None:
    for model in (Merge, MergeUndone, Merged, ToldApart):
        ledger.projection(model)
    ledger.on(MERGED, check_merge, names_nobody=True)(project_merges)
    ledger.on(UNDONE, check_undone, names_nobody=True)(project_undone)
    ledger.on(TOLD_APART, check_apart, names_nobody=True)(project_apart)


def after(room: str, refold: Refold) -> None:
    """A room counts its rows of these persons anew, whenever who stands for whom has changed."""
    _after[room] = refold


def check_merge(conn: Connection, fact: Fact) -> None:
    kept, other = fact.data.get("kept"), fact.data.get("other")
    if not ids.is_id(kept) or not ids.is_id(other) or kept == other:
        raise MakesNoSense("no-two-persons")


def check_undone(conn: Connection, fact: Fact) -> None:
    if not ids.is_id(fact.data.get("merge")):
        raise MakesNoSense("no-merge")


def check_apart(conn: Connection, fact: Fact) -> None:
    if not ids.is_id(fact.data.get("other")) or fact.data["other"] == fact.person:
        raise MakesNoSense("no-two-persons")


def project_merges(conn: Connection, facts: list[Fact]) -> None:
    rows = [
        {"id": one.id, "kept_id": one.data["kept"], "other_id": one.data["other"], "made_at": one.claimed_at}
        | {"by": str(one.data.get("by", ""))}
        for one in facts
    ]
    insert_or_ignore(conn, Merge, rows)
    _settle(conn, {row[key] for row in rows for key in ("kept_id", "other_id")})


def project_undone(conn: Connection, facts: list[Fact]) -> None:
    rows = [
        {"merge_id": one.data["merge"], "undone_at": one.claimed_at, "by": str(one.data.get("by", ""))}
        for one in facts
    ]
    upsert(conn, MergeUndone, rows, _earlier)
    undone = [row["merge_id"] for row in rows]
    found = select(MERGE.c.kept_id, MERGE.c.other_id).where(MERGE.c.id.in_(undone))
    _settle(conn, {id for pair in conn.execute(found).all() for id in pair})


def _earlier(table: Any, new: Any) -> dict[str, Any]:
    """Of two that undid it the earlier is told, whichever came first."""
    earlier = or_(
        new.undone_at < table.c.undone_at, and_(new.undone_at == table.c.undone_at, new.by < table.c.by)
    )
    return {name: case((earlier, new[name]), else_=table.c[name]) for name in ("undone_at", "by")}


def project_apart(conn: Connection, facts: list[Fact]) -> None:
    pairs = [(*sorted((one.person, one.data["other"])), str(one.data.get("by", ""))) for one in facts]
    rows = [{"person_id": first, "other_id": second, "by": by} for first, second, by in pairs]
    upsert(conn, ToldApart, rows, _lesser)


def _lesser(table: Any, new: Any) -> dict[str, Any]:
    return {"by": case((new.by < table.c.by, new.by), else_=table.c.by)}


def _settle(conn: Connection, persons: Collection[str]) -> None:
    """Says anew who stands for whom among all that ever hung together with these."""
    circle = circle_of(conn, persons)
    in_force = [row for row in merges(conn, circle) if not row.undone_at]
    stands = rules.standing((row.id, row.kept_id, row.other_id) for row in in_force)
    for some in in_parts(sorted(circle)):
        conn.execute(delete(STANDS).where(STANDS.c.person_id.in_(some)))
    insert_or_ignore(conn, Merged, [{"person_id": other, "kept_id": kept} for other, kept in stands.items()])
    for refold in _after.values():
        refold(conn, circle)


def circle_of(conn: Connection, persons: Collection[str]) -> set[str]:
    """These persons and all that a merge, even one undone, ever tied to them."""
    found, new = set(persons), set(persons)
    while new:
        tied = {id for row in merges(conn, new) for id in (row.kept_id, row.other_id)}
        new = tied - found
        found |= new
    return found


def merges(conn: Connection, persons: Collection[str]) -> list[Row[Any]]:
    """Every merge of any of these, undone or not, in the order of their ids."""
    query = select(MERGE, MERGE_UNDONE.c.undone_at, MERGE_UNDONE.c.by.label("undone_by")).outerjoin(
        MERGE_UNDONE, MERGE_UNDONE.c.merge_id == MERGE.c.id
    )
    found = {
        row.id: row
        for some in in_parts(sorted(persons))
        for row in conn.execute(query.where(or_(MERGE.c.kept_id.in_(some), MERGE.c.other_id.in_(some))))
    }
    return [found[id] for id in sorted(found)]


def ever_merged(conn: Connection, persons: Sequence[str]) -> set[str]:
    """Those of `persons` who stand in any merge, undone or not: their rows are counted anew, never added to."""
    if not _ANY_MERGE.rows(conn):
        return set()
    return set(persons) & {id for row in merges(conn, persons) for id in (row.kept_id, row.other_id)}


def standing(conn: Connection, persons: Iterable[str]) -> dict[str, str]:
    """By person, the record that stands for it; only where it is another."""
    rows = (
        conn.execute(select(STANDS.c.person_id, STANDS.c.kept_id).where(STANDS.c.person_id.in_(some)))
        for some in in_parts(sorted(set(persons)))
    )
    return {person: kept for found in rows for person, kept in found}


def records(conn: Connection, person: str) -> list[str]:
    """The ids of all that counts for this person: her own, and the records merged into it."""
    into = conn.execute(select(STANDS.c.person_id).where(STANDS.c.kept_id == person)).scalars()
    return [person, *sorted(into)]
