"""Reads of classes. A member of staff finds those at her places and beneath; to anybody else they are not there."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, func, select, union

from app.accounts import data_queries
from app.accounts import queries as people
from app.accounts import rules as naming
from app.accounts.merging import STANDS
from app.accounts.permissions import GIVES, Officer, Permission
from app.accounts.queries import GRANT, PERSON, STAFF, Face
from app.core import clock
from app.core.db import table_of
from app.core.errors import NotFound
from app.curriculum.shelf import Shelf
from app.learning import queries as learning
from app.learning.projections import RESULT
from app.learning.queries import CourseProgress
from app.places import queries as places
from app.places.queries import PLACE
from app.programmes import class_rules as rules
from app.programmes.class_rules import Hard, Learning
from app.programmes.models import (
    Announcement,
    Attendance,
    Class,
    ClassMember,
    Confirmation,
    Withdrawal,
)

CLASS, MEMBER, ATTENDANCE, CONFIRMATION, ANNOUNCEMENT, WITHDRAWAL = (
    table_of(model) for model in (Class, ClassMember, Attendance, Confirmation, Announcement, Withdrawal)
)
MOST_FOUND = 60
MEMBER_ID = func.coalesce(STANDS.c.kept_id, MEMBER.c.person_id)
"""The record that stands for a member, where two were found to be one person."""


class Assigned(NamedTuple):
    """A course of a class; `deadline` is a day or ""."""

    course: str
    deadline: str


def today() -> str:
    return clock.as_datetime(clock.now()).date().isoformat()


def courses_of(row: Row[Any]) -> list[Assigned]:
    return [Assigned(*one) for one in json.loads(row.courses)]


def class_row(conn: Connection, id: str) -> Row[Any] | None:
    return conn.execute(select(CLASS).where(CLASS.c.id == id)).one_or_none()


def class_(
    conn: Connection, id: str, for_: Officer, permission: Permission = Permission.CLASS_RUN
) -> Row[Any]:
    hers = CLASS.c.place.in_(places.within(conn, for_.places(permission)))
    found = conn.execute(_named().where(CLASS.c.id == id, hers)).one_or_none()
    if found is None:
        raise NotFound("there is no such class")
    return found


def classes(conn: Connection, for_: Officer) -> Sequence[Row[Any]]:
    """Those that go on first, each with how many are `members` and the `last_day` it met, "" for never."""
    members = (
        select(func.count())
        .where(MEMBER.c.class_id == CLASS.c.id, MEMBER.c.here)
        .scalar_subquery()
        .label("members")
    )
    met = (
        select(func.coalesce(func.max(ATTENDANCE.c.day), ""))
        .where(ATTENDANCE.c.class_id == CLASS.c.id, ATTENDANCE.c.present)
        .scalar_subquery()
        .label("last_day")
    )
    hers = CLASS.c.place.in_(places.within(conn, for_.places(Permission.CLASS_RUN)))
    query = _named().add_columns(members, met).where(hers)
    return conn.execute(query.order_by(CLASS.c.ended, CLASS.c.from_day.desc(), CLASS.c.id)).all()


def _named() -> Select[Any]:
    """Classes with the name of their place and of who leads them."""
    return (
        select(CLASS, PLACE.c.name.label("place_name"), STAFF.c.name.label("helper_name"))
        .outerjoin(PLACE, PLACE.c.code == CLASS.c.place)
        .outerjoin(STAFF, STAFF.c.id == CLASS.c.helper)
    )


def helpers(conn: Connection, officer: Officer) -> Sequence[Any]:
    """Staff who run classes somewhere within her places, and she herself."""
    running = [role.value for role, gives in GIVES.items() if Permission.CLASS_RUN in gives]
    within = GRANT.c.place.in_(places.within(conn, officer.places(Permission.CLASS_RUN)))
    held = select(GRANT.c.staff_id).where(GRANT.c.role.in_(running), GRANT.c.ended_at.is_(None), within)
    theirs = select(STAFF.c.id, STAFF.c.name).where(STAFF.c.ended_at.is_(None))
    hers = STAFF.c.id.in_(union(held, select(STAFF.c.id).where(STAFF.c.id == officer.id)))
    return conn.execute(theirs.where(hers).order_by(STAFF.c.folded)).all()


def may_run(conn: Connection, staff: str, place: str) -> bool:
    found = people.officer(conn, staff)
    return found is not None and places.holds(conn, found.places(Permission.CLASS_RUN), place)


def roll(conn: Connection, class_id: str) -> list[Face]:
    """Who is of the class, by name; who left is not."""
    members = select(MEMBER_ID).outerjoin(STANDS, STANDS.c.person_id == MEMBER.c.person_id)
    return _faces(conn, members.where(MEMBER.c.class_id == class_id, MEMBER.c.here))


class Asked(NamedTuple):
    """Of a class: those of whom something may be kept, and those whom nobody has asked yet."""

    faces: list[Face]
    not_yet: list[Face]


def asked(conn: Connection, class_id: str) -> Asked:
    faces = roll(conn, class_id)
    unasked = data_queries.unasked(conn, [face.id for face in faces])
    return Asked([one for one in faces if one.id not in unasked], [one for one in faces if one.id in unasked])


def _faces(conn: Connection, persons: Any) -> list[Face]:
    query = select(PERSON.c.id, PERSON.c.name, PERSON.c.face).where(PERSON.c.id.in_(persons))
    return [Face(*row) for row in conn.execute(query.order_by(PERSON.c.folded, PERSON.c.id))]


def was_member(conn: Connection, class_id: str, person: str) -> bool:
    query = select(MEMBER.c.person_id).outerjoin(STANDS, STANDS.c.person_id == MEMBER.c.person_id)
    same = (MEMBER.c.person_id == person) | (STANDS.c.kept_id == person)
    return conn.execute(query.where(MEMBER.c.class_id == class_id, same)).first() is not None


def records(conn: Connection, class_id: str, person: str) -> list[str]:
    """The records under which somebody is of a class: her own, and those merged into it."""
    query = select(MEMBER.c.person_id).outerjoin(STANDS, STANDS.c.person_id == MEMBER.c.person_id)
    same = (MEMBER.c.person_id == person) | (STANDS.c.kept_id == person)
    return list(conn.execute(query.where(MEMBER.c.class_id == class_id, MEMBER.c.here, same)).scalars())


class Found(NamedTuple):
    faces: list[Face]
    more: bool


def to_add(conn: Connection, row: Row[Any], officer: Officer, name: str = "") -> Found:
    """People of her places who are not of the class: by a part of their name, else those who live where it is held."""
    hers = PERSON.c.place.in_(places.within(conn, officer.places(Permission.CLASS_RUN)))
    members = select(MEMBER.c.person_id).where(MEMBER.c.class_id == row.id, MEMBER.c.here)
    standing = PERSON.c.id.not_in(select(STANDS.c.person_id))
    query = select(PERSON.c.id, PERSON.c.name, PERSON.c.face).where(
        hers, standing, PERSON.c.id.not_in(members)
    )
    if key := naming.name_key(name):
        query = query.where(PERSON.c.folded.contains(key, autoescape=True))
    else:
        query = query.where(PERSON.c.place.in_(places.within(conn, [row.place])))
    rows = conn.execute(query.order_by(PERSON.c.folded, PERSON.c.id).limit(MOST_FOUND + 1)).all()
    return Found([Face(*one) for one in rows[:MOST_FOUND]], len(rows) > MOST_FOUND)


def present(conn: Connection, class_id: str, day: str) -> set[str]:
    """The ids of those who were there, each once."""
    person = func.coalesce(STANDS.c.kept_id, ATTENDANCE.c.person_id)
    there = select(person).outerjoin(STANDS, STANDS.c.person_id == ATTENDANCE.c.person_id)
    there = there.where(ATTENDANCE.c.class_id == class_id, ATTENDANCE.c.day == day, ATTENDANCE.c.present)
    return set(conn.execute(there).scalars())


def days(conn: Connection, class_id: str) -> Sequence[Row[Any]]:
    """`(day, n)`: the days it met and how many were there, the latest first."""
    query = select(ATTENDANCE.c.day, func.count().label("n")).where(
        ATTENDANCE.c.class_id == class_id, ATTENDANCE.c.present
    )
    return conn.execute(query.group_by(ATTENDANCE.c.day).order_by(ATTENDANCE.c.day.desc())).all()


@dataclass(frozen=True, slots=True)
class Pupil:
    """Somebody of a class, how far she is, and how she stands among the others."""

    face: Face
    learning: Learning
    standing: str


def pupils(conn: Connection, shelf: Shelf, row: Row[Any], faces: Sequence[Face], today: str) -> list[Pupil]:
    persons = [face.id for face in faces]
    assigned = [one for one in courses_of(row) if one.course in shelf.courses]
    progress = {one.course: learning.of_people(conn, shelf, persons, one.course) for one in assigned}
    hard = _hard(conn, persons, [one.course for one in assigned])
    all = [_learning(one, assigned, progress, hard.get(one), today) for one in persons]
    return [Pupil(face, one, rules.standing(one, all)) for face, one in zip(faces, all, strict=True)]


def _learning(
    person: str,
    assigned: Sequence[Assigned],
    progress: Mapping[str, Mapping[str, CourseProgress]],
    hard: Hard | None,
    today: str,
) -> Learning:
    states = [(one, progress[one.course][person].state) for one in assigned]
    return Learning(
        person,
        sum(state.lessons_done for _, state in states),
        sum(state.lessons_total for _, state in states),
        finished=bool(states) and all(state.finished for _, state in states),
        late=any(one.deadline and one.deadline < today and not state.finished for one, state in states),
        hard=hard,
    )


def _hard(conn: Connection, persons: Sequence[str], courses: Sequence[str]) -> dict[str, Hard]:
    """By person, the question tried most often and never got right."""
    r = RESULT.c
    tried = select(r.person_id, r.course, r.lesson, r.question, func.sum(r.tries)).where(
        r.person_id.in_(persons), r.course.in_(courses)
    )
    tried = tried.group_by(r.person_id, r.course, r.lesson, r.question)
    tried = tried.having(func.max(r.score) < 100, func.sum(r.tries) >= rules.STUCK_TRIES)
    rows = conn.execute(tried.order_by(func.sum(r.tries), r.lesson.desc(), r.question.desc()))
    return {person: Hard(course, lesson, asked, int(n)) for person, course, lesson, asked, n in rows}


def scores(
    conn: Connection, persons: Collection[str], course: str, lesson: str, question: str
) -> dict[str, int]:
    """By person, her best at one question; who never answered it is not there."""
    r = RESULT.c
    query = select(r.person_id, func.max(r.score)).where(
        r.person_id.in_(persons), r.course == course, r.lesson == lesson, r.question == question
    )
    return {person: score for person, score in conn.execute(query.group_by(r.person_id))}


def confirmations(conn: Connection, class_id: str) -> Sequence[Row[Any]]:
    """What stands confirmed in a class, the latest first, with the person's name and face."""
    query = _standing().add_columns(PERSON.c.name, PERSON.c.face)
    query = query.join(PERSON, PERSON.c.id == func.coalesce(STANDS.c.kept_id, CONFIRMATION.c.person_id))
    return conn.execute(
        query.where(CONFIRMATION.c.class_id == class_id).order_by(CONFIRMATION.c.id.desc())
    ).all()


def confirmed(conn: Connection, person: str) -> Sequence[Row[Any]]:
    """What a helper saw her do, in the order it was seen: skills by hand, tests under supervision."""
    owner = func.coalesce(STANDS.c.kept_id, CONFIRMATION.c.person_id)
    return conn.execute(_standing().where(owner == person).order_by(CONFIRMATION.c.id)).all()


def _standing() -> Select[Any]:
    """Confirmations nobody took back."""
    taken_back = select(WITHDRAWAL.c.id).where(WITHDRAWAL.c.entry_id == CONFIRMATION.c.id)
    return (
        select(CONFIRMATION)
        .outerjoin(STANDS, STANDS.c.person_id == CONFIRMATION.c.person_id)
        .where(~taken_back.exists())
    )


def announcements(conn: Connection, class_ids: Collection[str], today: str = "") -> Sequence[Row[Any]]:
    """What is announced, the latest first; on a day given only what is not past."""
    taken_back = select(WITHDRAWAL.c.id).where(WITHDRAWAL.c.entry_id == ANNOUNCEMENT.c.id)
    query = select(ANNOUNCEMENT).where(ANNOUNCEMENT.c.class_id.in_(class_ids), ~taken_back.exists())
    if today:
        query = query.where((ANNOUNCEMENT.c.until == "") | (ANNOUNCEMENT.c.until >= today))
    return conn.execute(query.order_by(ANNOUNCEMENT.c.id.desc())).all()


def place_of_entry(conn: Connection, id: str) -> str | None:
    """Where a confirmation or an announcement was made."""
    confirmed = select(CONFIRMATION.c.place).where(CONFIRMATION.c.id == id)
    announced = select(CLASS.c.place).join(ANNOUNCEMENT, ANNOUNCEMENT.c.class_id == CLASS.c.id)
    query = union(confirmed, announced.where(ANNOUNCEMENT.c.id == id))
    return conn.execute(query).scalars().first()


class Hers(NamedTuple):
    """A class of a learner, as her own page shows it."""

    row: Row[Any]
    courses: list[Assigned]
    announced: list[Row[Any]]


def of_learner(conn: Connection, person: str, today: str) -> list[Hers]:
    """The classes she is in that go on, with what is announced there."""
    if not person:
        return []
    mine = select(MEMBER.c.class_id).outerjoin(STANDS, STANDS.c.person_id == MEMBER.c.person_id)
    mine = mine.where((MEMBER.c.person_id == person) | (STANDS.c.kept_id == person), MEMBER.c.here)
    going = _named().where(CLASS.c.id.in_(mine), ~CLASS.c.ended)
    rows = conn.execute(going.order_by(CLASS.c.from_day, CLASS.c.id)).all()
    announced: dict[str, list[Row[Any]]] = defaultdict(list)
    for one in announcements(conn, [row.id for row in rows], today):
        announced[one.class_id].append(one)
    return [Hers(row, courses_of(row), announced[row.id]) for row in rows]


def to_join(conn: Connection, id: str) -> Row[Any]:
    """A class somebody was shown the address of, as long as it goes on."""
    found = conn.execute(_named().where(CLASS.c.id == id)).one_or_none()
    if found is None or rules.is_over(found.ended, found.to_day, today()):
        raise NotFound("there is no such class")
    return found


class Activity(NamedTuple):
    """A commune or ward; `last_day` is when a class last met in it, "" for never."""

    code: str
    name: str
    last_day: str
    active: bool


def activity(conn: Connection, codes: Iterable[str], today: str) -> list[Activity]:
    """Whether each commune among or beneath these places had a class in the last 90 days, by name."""
    since = rules.days_before(today, rules.ACTIVE_DAYS)
    met = select(CLASS.c.place, func.max(ATTENDANCE.c.day)).join(
        ATTENDANCE, ATTENDANCE.c.class_id == CLASS.c.id
    )
    met = met.where(ATTENDANCE.c.present, ATTENDANCE.c.day <= today).group_by(CLASS.c.place)
    last: dict[str, str] = defaultdict(str)
    for place, day in conn.execute(met).all():
        for above in places.above(conn, place):
            last[above.code] = max(last[above.code], day)
    return [
        Activity(row.code, row.name, last[row.code], last[row.code] >= since)
        for row in places.communes(conn, codes)
    ]
