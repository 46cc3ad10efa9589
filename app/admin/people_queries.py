"""The people, households and doubles an officer may see: always those of her places."""

from collections.abc import Iterable, Sequence
from itertools import combinations, groupby, islice
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from app.accounts import data_queries, households, merging, queries, rules
from app.accounts.households import HOUSEHOLD, MEMBER
from app.accounts.merging import APART
from app.accounts.permissions import Officer, Permission
from app.accounts.queries import CARD, CREDENTIAL, MERGE, MERGED, PERSON
from app.core.errors import NotFound
from app.places import queries as places
from app.places.queries import PLACE

MOST = 50
COMMUNES = ("commune", "ward")
MOST_PLACES = 160
"""More places than these are too many to choose from in one list."""


class Found(NamedTuple):
    people: Sequence[Row[Any]]
    of: int


def theirs(conn: Connection, officer: Officer, permission: Permission) -> ColumnElement[bool]:
    """Of her places; who lives nowhere yet is everybody's at the province alone."""
    codes = officer.places(permission)
    beneath = PERSON.c.place.in_(places.within(conn, codes))
    return or_(beneath, PERSON.c.place.is_(None)) if places.province(conn) in codes else beneath


def named(sought: str) -> ColumnElement[bool]:
    """Every word of what is sought stands in the name."""
    words = rules.name_key(sought).split()
    return and_(True, *(PERSON.c.folded.contains(word, autoescape=True) for word in words))


def people(conn: Connection, officer: Officer, sought: str = "", place: str = "") -> Found:
    standing = PERSON.c.id.not_in(select(MERGED.c.person_id))
    wanted = [theirs(conn, officer, Permission.PERSON_REGISTER), standing, named(sought)]
    if place:
        wanted.append(PERSON.c.place.in_(places.within(conn, [place])))
    rows = (
        select(PERSON, PLACE.c.name.label("place_name"))
        .outerjoin(PLACE, PLACE.c.code == PERSON.c.place)
        .where(*wanted)
        .order_by(PERSON.c.folded, PERSON.c.id)
        .limit(MOST)
    )
    count = select(func.count()).select_from(PERSON).where(*wanted)
    return Found(conn.execute(rows).all(), conn.execute(count).scalar_one())


def person(conn: Connection, id: str, officer: Officer, permission: Permission) -> Row[Any]:
    """Somebody of her places; raises `NotFound` for all others."""
    row = queries.person(conn, id)
    mine = select(PERSON.c.id).where(
        theirs(conn, officer, permission), PERSON.c.id == (row.id if row else id)
    )
    if row is None or conn.execute(mine).first() is None:
        raise NotFound("there is no such person in your places")
    return row


class Choice(NamedTuple):
    code: str
    name: str
    kind: str


def choices(conn: Connection, officer: Officer, permission: Permission, at: str | None = "") -> list[Choice]:
    """Where somebody may live: the villages of her places. Of too many, the communes and the villages of the one around `at`."""
    codes = officer.places(permission)
    found = _choices(conn, codes, ("village",))
    if len(found) > MOST_PLACES or all(row.kind != "village" for row in found):
        around = [row.code for row in places.above(conn, at) if row.kind in COMMUNES]
        found = _choices(conn, codes, COMMUNES, around)
    return [
        Choice(row.code, f"{row.name}, {row.above}" if row.above else row.name, row.kind) for row in found
    ]


def _choices(
    conn: Connection, codes: Sequence[str], kinds: Sequence[str], around: Sequence[str] = ()
) -> Sequence[Any]:
    """Places of these kinds, those she holds herself, and the villages of the communes `around`."""
    parent = PLACE.alias("parent")
    rows = (
        select(PLACE.c.code, PLACE.c.name, PLACE.c.kind, parent.c.name.label("above"))
        .outerjoin(parent, parent.c.code == PLACE.c.parent)
        .where(PLACE.c.code.in_(places.within(conn, codes)), PLACE.c.merged_into.is_(None))
        .where(or_(PLACE.c.kind.in_(kinds), PLACE.c.code.in_(codes), PLACE.c.parent.in_(around)))
        .order_by(PLACE.c.code.in_(codes), parent.c.folded, PLACE.c.folded, PLACE.c.code)
    )
    return conn.execute(rows.limit(None if around else MOST_PLACES + 1)).all()


def names_of(conn: Connection, codes: Iterable[str | None]) -> dict[str, str]:
    """What these places are called."""
    named = select(PLACE.c.code, PLACE.c.name).where(PLACE.c.code.in_({one for one in codes if one}))
    return {code: name for code, name in conn.execute(named)}


def may_at(conn: Connection, officer: Officer, permission: Permission, place: str) -> bool:
    return places.holds(conn, officer.places(permission), place)


def place(conn: Connection, officer: Officer, permission: Permission, code: str) -> Row[Any]:
    row = places.place(conn, code, officer.places(permission))
    if row is None:
        raise NotFound("there is no such place of yours")
    return row


def last_registered(conn: Connection, officer: Officer) -> Any:
    """Whom she registered last: the next one often lives there and speaks as she does."""
    mine = select(PERSON.c.place, PERSON.c.lang).where(PERSON.c.by == officer.id)
    return conn.execute(
        mine.order_by(PERSON.c.registered_at.desc(), PERSON.c.id.desc()).limit(1)
    ).one_or_none()


def namesakes(conn: Connection, name: str, place: str | None) -> Sequence[Row[Any]]:
    """Those of the same place whose names are written alike."""
    alike = PERSON.c.folded == rules.name_key(name)
    standing = PERSON.c.id.not_in(select(MERGED.c.person_id))
    return conn.execute(select(PERSON).where(alike, standing, PERSON.c.place == place).limit(MOST)).all()


class Told(NamedTuple):
    """What a helper sees of one person."""

    person: Row[Any]
    place: Row[Any] | None
    household: Row[Any] | None
    card: Row[Any] | None
    keeps_pin: bool
    asked: bool
    """Whether somebody asked her if what she does may be kept."""
    merges: Sequence[Row[Any]]
    """In force, of her record."""
    names: dict[str, str]


def told(conn: Connection, row: Row[Any]) -> Told:
    in_force = [one for one in merging.merges(conn, merging.records(conn, row.id)) if not one.undone_at]
    ids = {id for one in in_force for id in (one.kept_id, one.other_id)}
    names = conn.execute(select(PERSON.c.id, PERSON.c.name).where(PERSON.c.id.in_(ids))).all()
    return Told(
        row,
        places.place(conn, row.place) if row.place else None,
        households.of(conn, row.id),
        queries.card_of(conn, row.id),
        queries.pin_hash(conn, row.id) is not None,
        not data_queries.unasked(conn, [row.id]),
        in_force,
        {id: name for id, name in names},
    )


def without_pin(conn: Connection, persons: Sequence[str]) -> set[str]:
    have = select(CREDENTIAL.c.person_id).where(CREDENTIAL.c.person_id.in_(persons))
    return set(persons) - set(conn.execute(have).scalars())


def without_card(conn: Connection, officer: Officer, place: str, limit: int) -> list[str]:
    """People of a place who have no card yet, by name."""
    none = (
        select(PERSON.c.id)
        .outerjoin(CARD, CARD.c.person_id == PERSON.c.id)
        .where(CARD.c.person_id.is_(None), theirs(conn, officer, Permission.CARD_PRINT))
        .where(
            PERSON.c.place.in_(places.within(conn, [place])), PERSON.c.id.not_in(select(MERGED.c.person_id))
        )
    )
    return list(conn.execute(none.order_by(PERSON.c.folded, PERSON.c.id).limit(limit)).scalars())


def household_list(conn: Connection, officer: Officer) -> Sequence[Row[Any]]:
    """The households of her places, with how many live in each."""
    count = select(func.count()).where(MEMBER.c.household_id == HOUSEHOLD.c.id).scalar_subquery()
    codes = officer.places(Permission.HOUSEHOLD_CHANGE)
    mine = select(HOUSEHOLD, count.label("people"), PLACE.c.name.label("place_name"))
    mine = mine.outerjoin(PLACE, PLACE.c.code == HOUSEHOLD.c.place)
    mine = mine.where(HOUSEHOLD.c.place.in_(places.within(conn, codes)))
    return conn.execute(mine.order_by(HOUSEHOLD.c.folded, HOUSEHOLD.c.id).limit(4 * MOST)).all()


def household(conn: Connection, id: str, officer: Officer) -> Row[Any]:
    row = households.household(conn, id)
    if row is None or not may_at(conn, officer, Permission.HOUSEHOLD_CHANGE, row.place):
        raise NotFound("there is no such household in your places")
    return row


class Pair(NamedTuple):
    one: Row[Any]
    other: Row[Any]


def doubles(conn: Connection, officer: Officer) -> list[Pair]:
    """Records that may be one person: one place, names written alike, years that do not speak against it."""
    mine = [theirs(conn, officer, Permission.PERSON_MERGE), PERSON.c.id.not_in(select(MERGED.c.person_id))]
    several = select(PERSON.c.folded).where(*mine).group_by(PERSON.c.place, PERSON.c.folded)
    several = several.having(func.count() > 1).order_by(PERSON.c.folded).limit(MOST)
    names = set(conn.execute(several).scalars())
    rows = (
        select(PERSON, PLACE.c.name.label("place_name"))
        .outerjoin(PLACE, PLACE.c.code == PERSON.c.place)
        .where(*mine, PERSON.c.folded.in_(names))
        .order_by(PERSON.c.folded, PERSON.c.place, PERSON.c.id)
    )
    alike = groupby(conn.execute(rows), key=lambda row: (row.folded, row.place))
    pairs = [Pair(*two) for _, some in alike for two in combinations(islice(some, MOST), 2)]
    ids = {row.id for pair in pairs for row in pair}
    told = select(APART.c.person_id, APART.c.other_id).where(APART.c.person_id.in_(ids))
    apart = {(one, other) for one, other in conn.execute(told)}
    same_year = (pair for pair in pairs if None in (years := {row.year for row in pair}) or len(years) == 1)
    return [pair for pair in same_year if (pair.one.id, pair.other.id) not in apart][:MOST]


def recent_merges(conn: Connection, officer: Officer) -> Sequence[Any]:
    """The last merges in force of her places, with both names."""
    kept, other = PERSON, PERSON.alias("other")
    undone = select(merging.MERGE_UNDONE.c.merge_id)
    rows = (
        select(MERGE.c.id, kept.c.name.label("kept"), other.c.name.label("other"))
        .join(kept, kept.c.id == MERGE.c.kept_id)
        .join(other, other.c.id == MERGE.c.other_id)
        .where(theirs(conn, officer, Permission.PERSON_MERGE), MERGE.c.id.not_in(undone))
    )
    return conn.execute(rows.order_by(MERGE.c.made_at.desc(), MERGE.c.id.desc()).limit(MOST)).all()


def merge(conn: Connection, id: str, officer: Officer) -> Row[Any]:
    row = queries.merge(conn, id)
    if row is None:
        raise NotFound("there is no such merge")
    person(conn, row.kept_id, officer, Permission.PERSON_MERGE)
    return row
