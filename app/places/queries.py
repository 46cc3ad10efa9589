"""Reads of places; they are public. Where a place was merged, what is beneath it is beneath the one that was kept."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import CTE, Connection, Row, Select, and_, func, or_, select

from app.core.db import table_of
from app.places import rules
from app.places.models import Place, PlaceChange, PlaceShipped

PLACE, SHIPPED, CHANGE = table_of(Place), table_of(PlaceShipped), table_of(PlaceChange)
PROVINCE = "11"
"""The code of Điện Biên, where no place was brought in yet."""


def places(conn: Connection) -> Sequence[Row[Any]]:
    """Every place that was not merged into another, the province first, then by code."""
    standing = select(PLACE).where(PLACE.c.merged_into.is_(None))
    return conn.execute(standing.order_by(PLACE.c.parent.is_not(None), PLACE.c.code)).all()


def place(conn: Connection, code: str, for_: Iterable[str] | None = None) -> Row[Any] | None:
    """One place, merged or not; only at or beneath the codes `for_` where they are given."""
    found = select(PLACE).where(PLACE.c.code == code)
    if for_ is not None:
        found = found.where(PLACE.c.code.in_(within(conn, for_)))
    return conn.execute(found).one_or_none()


def province(conn: Connection) -> str:
    """The code of the province, the one place above all."""
    return str(
        conn.execute(select(PLACE.c.code).where(PLACE.c.parent.is_(None))).scalars().first() or PROVINCE
    )


def communes(conn: Connection, codes: Iterable[str]) -> Sequence[Row[Any]]:
    """The communes and wards among or beneath these places, with the number of their `villages`."""
    village = PLACE.alias("village")
    counted = (
        select(func.count())
        .where(village.c.parent == PLACE.c.code, village.c.kind == "village", village.c.merged_into.is_(None))
        .scalar_subquery()
        .label("villages")
    )
    theirs = select(PLACE, counted).where(
        PLACE.c.code.in_(within(conn, codes)), PLACE.c.merged_into.is_(None)
    )
    return conn.execute(theirs.where(PLACE.c.kind.in_(("commune", "ward"))).order_by(PLACE.c.folded)).all()


def beneath(conn: Connection, code: str) -> Sequence[Row[Any]]:
    """The places directly beneath one, by name; those merged since are not."""
    theirs = select(PLACE).where(PLACE.c.parent == code, PLACE.c.merged_into.is_(None))
    return conn.execute(theirs.order_by(PLACE.c.folded, PLACE.c.code)).all()


def merged_here(conn: Connection, code: str) -> Sequence[Row[Any]]:
    return conn.execute(select(PLACE).where(PLACE.c.merged_into == code).order_by(PLACE.c.folded)).all()


def villages_ever(conn: Connection, commune: str) -> int:
    """How many codes of villages a commune has given out."""
    theirs = PLACE.c.code.like(f"{commune}-%")
    return conn.execute(select(func.count()).where(theirs)).scalar_one()


def within(conn: Connection, codes: Iterable[str]) -> Select[tuple[str]]:
    """A select of the codes of these places and of all beneath them, to stand in a query: `.in_(within(…))`."""
    return select(_beneath(codes).c.code)


def holds(conn: Connection, codes: Iterable[str], place: str) -> bool:
    """Whether the place is one of these or beneath one of them."""
    found = _beneath(codes)
    return conn.execute(select(found.c.code).where(found.c.code == place)).first() is not None


def _beneath(codes: Iterable[str]) -> CTE:
    found = select(PLACE.c.code).where(PLACE.c.code.in_(list(codes))).cte(recursive=True)
    under = and_(PLACE.c.parent == found.c.code, PLACE.c.merged_into.is_(None))
    return found.union(select(PLACE.c.code).join(found, or_(under, PLACE.c.merged_into == found.c.code)))


def above(conn: Connection, code: str | None) -> list[Row[Any]]:
    """The place and all above it, the nearest first; of a merged one what it was merged into."""
    found: list[Row[Any]] = []
    while code and (row := place(conn, code)) is not None and row not in found:
        found.append(row)
        code = row.merged_into or row.parent
    return found


class Contact(NamedTuple):
    """Whom to ask, and telephone numbers as written and as dialled."""

    name: str = ""
    numbers: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.name or self.numbers)


def contact(conn: Connection, code: str | None) -> Contact:
    """Whom to ask: what the place says, else the nearest place above it that says so."""
    for row in above(conn, code):
        if row.contact or row.phone:
            numbers = [one for one in row.phone.split(", ") if one]
            return Contact(row.contact, tuple((one, rules.dialled(one)) for one in numbers))
    return Contact()


def history(conn: Connection, code: str) -> Sequence[Row[Any]]:
    """What was said of a place, the latest first."""
    mine = select(CHANGE).where(CHANGE.c.code == code)
    return conn.execute(mine.order_by(CHANGE.c.id.desc())).all()


def standing_merger(conn: Connection, code: str) -> str | None:
    """The id of the merger in force, or None."""
    undone, mergers = set(), []
    for row in history(conn, code):
        if row.type == "place.restored":
            undone.add(rules.read(row.said)["merge"])
        elif row.type == "place.merged":
            mergers.append(row.id)
    return next((id for id in mergers if id not in undone), None)


def names(conn: Connection, code: str) -> list[str]:
    """Every name a place had, the first first."""
    shipped = conn.execute(select(SHIPPED).where(SHIPPED.c.code == code)).mappings().one_or_none()
    said = [rules.read(row.said) for row in reversed(history(conn, code)) if row.type == "place.set"]
    return rules.names(dict(shipped or {}), said)


def by_name(conn: Connection, codes: Iterable[str] | None = None) -> Mapping[tuple[str | None, str], str]:
    """Codes by (parent, `rules.key` of a name): today's names first, then those of before, merged ones as what was kept.

    `codes`: only places directly beneath these.
    """
    rows = select(PLACE.c.code, PLACE.c.parent, PLACE.c.folded, PLACE.c.merged_into)
    rows = rows if codes is None else rows.where(PLACE.c.parent.in_(list(codes)))
    known = {row.code: row for row in conn.execute(rows)}
    merged = _merged(conn)
    found: dict[tuple[str | None, str], str] = {}
    for row in sorted(known.values(), key=lambda row: (row.merged_into is not None, row.code)):
        found.setdefault((row.parent, row.folded), _kept(merged, row.code))
    changes = select(CHANGE.c.code, CHANGE.c.said).where(CHANGE.c.type == "place.set")
    former = [
        (row.code, rules.read(row.said).get("name")) for row in conn.execute(changes.order_by(CHANGE.c.id))
    ]
    former += [(row.code, row.name) for row in conn.execute(select(SHIPPED.c.code, SHIPPED.c.name))]
    for code, name in former:
        if name and code in known:
            found.setdefault((known[code].parent, rules.key(name)), _kept(merged, code))
    return found


def _merged(conn: Connection) -> dict[str, str]:
    rows = select(PLACE.c.code, PLACE.c.merged_into).where(PLACE.c.merged_into.is_not(None))
    return {code: into for code, into in conn.execute(rows)}


def _kept(merged: Mapping[str, str], code: str) -> str:
    """What stands for a place now."""
    seen = {code}
    while (into := merged.get(code)) is not None and into not in seen:
        seen.add(code := into)
    return code


def named(conn: Connection, parent: str | None, name: str) -> str | None:
    """The code of the place of this name beneath `parent`, now or before, or None."""
    return by_name(conn, [parent]).get((parent, rules.key(name))) if parent else None
