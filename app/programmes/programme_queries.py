"""What programmes have reached, and the households, markets and results elsewhere they count from.

Figures are numbers, so any of the staff may see them of every commune. Rows about people are found through the officer.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Row, Select, Table, case, func, or_, select

from app.accounts.merging import STANDS, records
from app.accounts.models import Household
from app.accounts.permissions import Officer, Permission
from app.accounts.queries import PERSON
from app.accounts.rules import name_key
from app.core import clock
from app.core.db import in_parts, table_of
from app.core.errors import NotFound
from app.curriculum.shelf import Shelf
from app.learning.projections import LESSON_READ, RESULT
from app.places import queries as places
from app.places.queries import PLACE
from app.programmes import programme_rules as rules
from app.programmes.class_rules import SKILL
from app.programmes.models import (
    Attendance,
    Class,
    Confirmation,
    CriteriaSet,
    Elsewhere,
    HouseholdCheck,
    Market,
    ProgrammeSet,
    Stall,
    Withdrawal,
)
from app.programmes.programme_rules import (
    Count,
    Criteria,
    Criterion,
    Facts,
    Figure,
    Programme,
    Shipped,
    Someone,
)
from courses.progress import LessonRead, Result, course_state

SAID, CRITERIA, CHECK, MARKET, STALL, ELSEWHERE = (
    table_of(model) for model in (ProgrammeSet, CriteriaSet, HouseholdCheck, Market, Stall, Elsewhere)
)
CLASS, ATTENDANCE, CONFIRMATION, WITHDRAWAL, HOUSEHOLD = (
    table_of(model) for model in (Class, Attendance, Confirmation, Withdrawal, Household)
)
COMMUNES = ("commune", "ward")
MOST_FOUND = 60
Mark = tuple[object, ...]


def today() -> str:
    """The day in Viet Nam, `YYYY-MM-DD`."""
    return clock.as_datetime(clock.now()).strftime("%Y-%m-%d")


def begins(day: str) -> int:
    """When a day begins in Viet Nam, in UTC milliseconds."""
    return int(datetime.fromisoformat(day).replace(tzinfo=clock.VIET_NAM).timestamp() * 1000)


def withdrawn(table: Table) -> Any:
    """Whether somebody took an entry of this table back."""
    return select(WITHDRAWAL.c.id).where(WITHDRAWAL.c.entry_id == table.c.id).exists()


def communes_by_place(conn: Connection) -> dict[str, str]:
    """The commune or ward that each place, merged ones too, lies in."""
    rows = {row.code: row for row in conn.execute(select(PLACE))}

    def commune(code: str | None) -> str:
        seen: set[str] = set()
        while code and code in rows and code not in seen:
            seen.add(code)
            row = rows[code]
            if row.kind in COMMUNES and not row.merged_into:
                return str(row.code)
            code = row.merged_into or row.parent
        return ""

    return {code: commune(code) for code in rows}


class Line(NamedTuple):
    """One commune in the table of a count; `name` is "" for those of whom nobody said where."""

    name: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Reached:
    """A count with what it has come to; `goal` is the number to reach, 0 for none."""

    count: Count
    target: int
    total: Figure
    goal: int
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Standing:
    programme: Programme
    until: str
    counts: Sequence[Reached]


def standings(
    conn: Connection, shelf: Shelf, shipped: Shipped, wanted: Iterable[Programme]
) -> list[Standing]:
    """How far these programmes are, against the province's own targets where it has set them."""
    wanted = list(wanted)
    facts = _facts(conn, shelf, shipped, [count for one in wanted for count in one.counts])
    names = {row.code: row.name for row in places.communes(conn, [places.province(conn)])}
    return [_standing(conn, facts, names, one) for one in wanted]


def _standing(conn: Connection, facts: Facts, names: Mapping[str, str], one: Programme) -> Standing:
    said = conn.execute(select(SAID).where(SAID.c.id == one.id)).one_or_none()
    targets = rules.targets(one, json.loads(said.targets) if said else {})
    until = said.until if said else one.until
    return Standing(one, until, [_reached(facts, names, count, targets[count.id]) for count in one.counts])


def _reached(facts: Facts, names: Mapping[str, str], count: Count, target: int) -> Reached:
    tally = rules.tally(count, facts)
    total = rules.total(tally)
    lines = [Line(name, tally.get(code, Figure(0))) for code, name in names.items()]
    if nowhere := [figure for code, figure in tally.items() if code not in names]:
        lines.append(Line("", Figure(sum(one.done for one in nowhere), sum(one.of for one in nowhere))))
    return Reached(count, target, total, rules.goal(target, count.share, total.of), lines)


def _facts(conn: Connection, shelf: Shelf, shipped: Shipped, counts: Sequence[Count]) -> Facts:
    """Only what these counts ask for is read."""
    kinds = {one.kind for one in counts}
    of = communes_by_place(conn)
    return Facts(
        people=_people(conn, shipped, of) if kinds & {"finished", "shown"} else (),
        took=_took(
            conn, shelf, {course for one in counts if one.kind == "finished" for course in one.courses}
        ),
        shown=_shown(conn) if "shown" in kinds else {},
        classes=_classes(conn, of) if kinds & {"held", "active"} else (),
        stalls=_stalls(conn, of) if "cashless" in kinds else (),
        communes=[row.code for row in places.communes(conn, [places.province(conn)])],
        today=today(),
    )


def _people(conn: Connection, shipped: Shipped, of: Mapping[str, str]) -> list[Someone]:
    """Everybody registered, two records of one person once."""
    standing = PERSON.c.id.not_in(select(STANDS.c.person_id))
    rows = conn.execute(select(PERSON.c.id, PERSON.c.place, PERSON.c.group, PERSON.c.path).where(standing))
    groups: dict[tuple[str, str], str] = {}
    found = []
    for id, place, group, path in rows:
        if (group, path) not in groups:
            groups[group, path] = shipped.group_of(group, path)
        found.append(Someone(id, of.get(place or "", ""), groups[group, path]))
    return found


def _took(conn: Connection, shelf: Shelf, courses: Iterable[str]) -> dict[str, set[str]]:
    """Who finished which of these, here or elsewhere."""
    found: dict[str, set[str]] = defaultdict(set)
    for course in courses:
        for person in [*_finishers(conn, shelf, course), *_took_elsewhere(conn, course)]:
            found[person].add(course)
    return found


def _finishers(conn: Connection, shelf: Shelf, course: str) -> list[str]:
    """Judged are those who came as far as the last lesson of some version of the course, and whose rows have changed."""
    outlines = list(shelf.outlines(course).values())
    lasts = {outline.lessons[-1].id for outline in outlines if outline.lessons}
    known = _JUDGED.setdefault(shelf, {}).setdefault((course, shelf.current.get(course, "")), {})
    marks = _marks(conn, course, lasts)
    for gone in known.keys() - marks.keys():
        del known[gone]
    anew = [person for person, mark in marks.items() if person not in known or known[person][0] != mark]
    for some in in_parts(anew):
        results, reads = (_rows(conn, table, course, some) for table in (RESULT, LESSON_READ))
        for person in some:
            read = [LessonRead(row.course, row.structure, row.lesson, row.at) for row in reads[person]]
            took = [Result(*tuple(row)[1:]) for row in results[person]]
            known[person] = marks[person], course_state(outlines, took, read).finished
    return [person for person in marks if known[person][1]]


_JUDGED: WeakKeyDictionary[Shelf, dict[tuple[str, str], dict[str, tuple[Mark, bool]]]] = WeakKeyDictionary()
"""By publication of a course, then by person: what her rows added up to when she was judged, and whether she had finished."""


def _marks(conn: Connection, course: str, lasts: Iterable[str]) -> dict[str, Mark]:
    """By person who answered in one of these lessons or read it, what all her rows in the course add up to."""
    lasts, found = list(lasts), defaultdict[str, Mark](tuple)
    there = [
        select(one.c.person_id).where(one.c.course == course, one.c.lesson.in_(lasts))
        for one in (RESULT, LESSON_READ)
    ]
    far = there[0].union(there[1])
    summed = (
        (RESULT, [func.count(), *map(func.sum, (RESULT.c.score, RESULT.c.tries, RESULT.c.best_at))]),
        (LESSON_READ, [func.count(), func.sum(LESSON_READ.c.at)]),
    )
    for table, sums in summed:
        query = select(table.c.person_id, *sums).where(table.c.course == course, table.c.person_id.in_(far))
        for person, *mark in conn.execute(query.group_by(table.c.person_id)):
            found[person] += (table.name, *map(int, mark))
    return found


def _rows(conn: Connection, table: Table, course: str, persons: Sequence[str]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in conn.execute(select(table).where(table.c.course == course, table.c.person_id.in_(persons))):
        found[row.person_id].append(row)
    return found


def _took_elsewhere(conn: Connection, course: str) -> list[str]:
    owner = func.coalesce(STANDS.c.kept_id, ELSEWHERE.c.person_id)
    query = select(owner).outerjoin(STANDS, STANDS.c.person_id == ELSEWHERE.c.person_id)
    return list(conn.execute(query.where(ELSEWHERE.c.course == course, ~withdrawn(ELSEWHERE))).scalars())


def _shown(conn: Connection) -> dict[str, set[str]]:
    owner = func.coalesce(STANDS.c.kept_id, CONFIRMATION.c.person_id)
    query = select(owner, CONFIRMATION.c.what).outerjoin(
        STANDS, STANDS.c.person_id == CONFIRMATION.c.person_id
    )
    query = query.where(CONFIRMATION.c.kind == SKILL, ~withdrawn(CONFIRMATION))
    found: dict[str, set[str]] = defaultdict(set)
    for person, skill in conn.execute(query):
        found[person].add(skill)
    return found


def _classes(conn: Connection, of: Mapping[str, str]) -> list[rules.Held]:
    """Classes somebody came to, with the last day anybody did, up to today."""
    last = select(CLASS.c.id, CLASS.c.place, CLASS.c.courses, func.max(ATTENDANCE.c.day))
    last = last.join(ATTENDANCE, ATTENDANCE.c.class_id == CLASS.c.id)
    last = last.where(ATTENDANCE.c.present, ATTENDANCE.c.day <= today()).group_by(
        CLASS.c.id, CLASS.c.place, CLASS.c.courses
    )
    return [
        rules.Held(id, of.get(place, ""), frozenset(one[0] for one in json.loads(courses)), day)
        for id, place, courses, day in conn.execute(last)
    ]


def _stalls(conn: Connection, of: Mapping[str, str]) -> list[rules.Stall]:
    query = select(MARKET.c.place, STALL.c.cashless).join(STALL, STALL.c.market_id == MARKET.c.id)
    query = query.where(~MARKET.c.ended, ~STALL.c.ended)
    return [rules.Stall(of.get(place, ""), cashless) for place, cashless in conn.execute(query)]


def criteria(conn: Connection, shipped: Shipped) -> Criteria:
    """What a household has to show now."""
    row = conn.execute(select(CRITERIA).order_by(CRITERIA.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        return shipped.criteria
    return Criteria(tuple(Criterion(**one) for one in json.loads(row.criteria)), row.needed)


HOUSEHOLDS = (Permission.HOUSEHOLD_CHANGE, Permission.HOUSEHOLD_RECOGNISE)


def able(officer: Officer, permissions: Iterable[Permission]) -> list[str]:
    """Codes of the places where she may do one of these."""
    return sorted({code for one in permissions for code in officer.places(one)})


MOST_PLACES = 150


def places_of(
    conn: Connection, officer: Officer, permissions: Iterable[Permission], at: str = ""
) -> list[Row[Any]]:
    """Where she may do one of these; of many, the communes and the villages of the one `at`, or around the village `at`."""
    hers = PLACE.c.code.in_(places.within(conn, able(officer, permissions)))
    is_village = PLACE.c.kind == "village"
    all = select(PLACE).where(hers, PLACE.c.merged_into.is_(None)).order_by(~is_village, PLACE.c.folded)
    found = list(conn.execute(all.limit(MOST_PLACES + 1)).all())
    if len(found) <= MOST_PLACES:
        return found
    around = [row.code for row in places.above(conn, at) if row.kind in ("commune", "ward")]
    return list(conn.execute(all.where(or_(~is_village, PLACE.c.parent.in_(around)))).all())


def chosen(conn: Connection, officer: Officer, permissions: Iterable[Permission], place: str) -> set[str]:
    """The place somebody chose in a form, as the set of what she may choose; not hers is not there."""
    if place and not places.holds(conn, able(officer, permissions), place):
        raise NotFound("there is no such place")
    return {place} if place else set()


def speaks_for_province(conn: Connection, officer: Officer) -> bool:
    """Whether she may say what holds in every commune: the targets, and what a household has to show."""
    return places.holds(conn, officer.places(Permission.PROGRAMME_CHANGE), places.province(conn))


def only_for_province(conn: Connection, officer: Officer) -> None:
    if not speaks_for_province(conn, officer):
        raise NotFound("this is for who speaks for the province")


class Checked(NamedTuple):
    """A household and what was last seen of it; `check` is None where nobody has looked yet."""

    row: Row[Any]
    check: str | None
    day: str
    met: frozenset[str]


def households(conn: Connection, for_: Officer, name: str = "", limit: int | None = None) -> list[Checked]:
    """Those of her places, by place and name; only those with `name` in theirs where it is given."""
    query = _households(conn, for_).limit(limit)
    if key := name_key(name):
        query = query.where(HOUSEHOLD.c.folded.contains(key, autoescape=True))
    rows = conn.execute(query.order_by(PLACE.c.folded, HOUSEHOLD.c.folded, HOUSEHOLD.c.id)).all()
    checks = _checks(conn, _households(conn, for_))
    return [_checked(row, checks.get(row.id)) for row in rows]


def household(conn: Connection, id: str, for_: Officer) -> Checked:
    query = _households(conn, for_).where(HOUSEHOLD.c.id == id)
    row = conn.execute(query).one_or_none()
    if row is None:
        raise NotFound("there is no such household")
    return _checked(row, _checks(conn, query).get(id))


def _households(conn: Connection, for_: Officer) -> Select[Any]:
    hers = HOUSEHOLD.c.place.in_(places.within(conn, able(for_, HOUSEHOLDS)))
    named = select(HOUSEHOLD, PLACE.c.name.label("place_name"))
    return named.outerjoin(PLACE, PLACE.c.code == HOUSEHOLD.c.place).where(hers)


def _checks(conn: Connection, of: Select[Any]) -> dict[str, Row[Any]]:
    """By household the latest check that stands."""
    theirs = CHECK.c.household_id.in_(of.with_only_columns(HOUSEHOLD.c.id))
    rows = conn.execute(select(CHECK).where(theirs, ~withdrawn(CHECK)).order_by(CHECK.c.id))
    return {row.household_id: row for row in rows}


def _checked(row: Row[Any], check: Row[Any] | None) -> Checked:
    if check is None:
        return Checked(row, None, "", frozenset())
    return Checked(row, check.id, check.day, frozenset(json.loads(check.met)))


class Trading(NamedTuple):
    """A market and how many of its stalls take cashless payment."""

    row: Row[Any]
    figure: Figure


def markets(conn: Connection, for_: Officer) -> list[Trading]:
    rows = conn.execute(
        _markets(conn, for_).where(~MARKET.c.ended).order_by(PLACE.c.folded, MARKET.c.name)
    ).all()
    taking = func.sum(case((STALL.c.cashless, 1), else_=0))
    query = select(STALL.c.market_id, taking, func.count()).where(~STALL.c.ended).group_by(STALL.c.market_id)
    figures = {market: Figure(int(done), of) for market, done, of in conn.execute(query)}
    return [Trading(row, figures.get(row.id, Figure(0))) for row in rows]


def market(conn: Connection, id: str, for_: Officer) -> Row[Any]:
    row = conn.execute(_markets(conn, for_).where(MARKET.c.id == id)).one_or_none()
    if row is None:
        raise NotFound("there is no such market")
    return row


def _markets(conn: Connection, for_: Officer) -> Select[Any]:
    hers = MARKET.c.place.in_(places.within(conn, for_.places(Permission.SKILL_CONFIRM)))
    named = select(MARKET, PLACE.c.name.label("place_name"))
    return named.outerjoin(PLACE, PLACE.c.code == MARKET.c.place).where(hers)


def stalls(conn: Connection, market: str) -> Sequence[Row[Any]]:
    """Those still there, by name."""
    theirs = select(STALL).where(STALL.c.market_id == market, ~STALL.c.ended)
    return sorted(conn.execute(theirs).all(), key=lambda row: (name_key(row.name), row.id))


def stall(conn: Connection, market: str, id: str) -> Row[Any]:
    """A stall of this market, one taken down too."""
    row = conn.execute(select(STALL).where(STALL.c.id == id, STALL.c.market_id == market)).one_or_none()
    if row is None:
        raise NotFound("there is no such stall")
    return row


def people(
    conn: Connection, for_: Officer, permissions: Iterable[Permission], name: str = "", place: str = ""
) -> Sequence[Any]:
    """People of her places: by a part of the name, or who live at or beneath a place; at most `MOST_FOUND`."""
    hers = PERSON.c.place.in_(places.within(conn, able(for_, permissions)))
    standing = PERSON.c.id.not_in(select(STANDS.c.person_id))
    query = select(PERSON.c.id, PERSON.c.name, PERSON.c.face, PLACE.c.name.label("place_name"))
    query = query.outerjoin(PLACE, PLACE.c.code == PERSON.c.place).where(hers, standing)
    if key := name_key(name):
        query = query.where(PERSON.c.folded.contains(key, autoescape=True))
    if place:
        query = query.where(PERSON.c.place.in_(places.within(conn, [place])))
    return conn.execute(query.order_by(PERSON.c.folded, PERSON.c.id).limit(MOST_FOUND)).all()


def hers_among(
    conn: Connection, for_: Officer, permissions: Iterable[Permission], persons: Iterable[str]
) -> list[str]:
    """Those of `persons` who live in her places."""
    there = PERSON.c.place.in_(places.within(conn, able(for_, permissions)))
    query = select(PERSON.c.id).where(PERSON.c.id.in_(list(persons)), there)
    return list(conn.execute(query.order_by(PERSON.c.id)).scalars())


def person(conn: Connection, id: str, for_: Officer, permission: Permission) -> Row[Any]:
    """Somebody who lives in her places."""
    hers = PERSON.c.place.in_(places.within(conn, for_.places(permission)))
    row = conn.execute(select(PERSON).where(PERSON.c.id == id, hers)).one_or_none()
    if row is None:
        raise NotFound("there is no such person")
    return row


def home(conn: Connection, person: str) -> str | None:
    return conn.execute(select(PERSON.c.place).where(PERSON.c.id == person)).scalar_one_or_none()


def elsewhere(conn: Connection, person: str) -> Sequence[Row[Any]]:
    """What she learnt elsewhere, the latest first."""
    hers = ELSEWHERE.c.person_id.in_(records(conn, person))
    query = select(ELSEWHERE).where(hers, ~withdrawn(ELSEWHERE))
    return conn.execute(query.order_by(ELSEWHERE.c.day.desc(), ELSEWHERE.c.id.desc())).all()
