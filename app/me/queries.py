"""Reports of what is wrong: for whoever answers for the lesson or where the teller lives, and for the teller herself."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, func, or_, select

from app.accounts import merging
from app.accounts.permissions import Officer, Permission
from app.accounts.queries import PERSON
from app.core.db import table_of
from app.me.models import Report, ReportAnswer
from app.places import queries as places
from app.programmes.class_queries import CLASS, MEMBER

REPORT, ANSWER = table_of(Report), table_of(ReportAnswer)
ANSWERED = select(ANSWER.c.report_id)


def _hers(conn: Connection, officer: Officer) -> Select[Any]:
    """Reports of people of her places; about a lesson also where she answers for lessons, and of the classes she leads.

    Of people who live nowhere we know of they are for whoever answers for the province. Who answers for the lesson alone
    is not told whose report it is.
    """
    home = func.coalesce(PERSON.c.place, places.province(conn))
    near = home.in_(places.within(conn, officer.places(Permission.REPORT_ANSWER)))
    led = REPORT.c.id.in_(_of_classes(officer.id))
    lessons = home.in_(places.within(conn, officer.places(Permission.LESSON_ANSWER)))
    name = case((or_(near, led), PERSON.c.name), else_=None).label("name")
    teller = select(REPORT, name, PERSON.c.place).outerjoin(PERSON, PERSON.c.id == REPORT.c.person_id)
    return teller.where(or_(near, led, and_(REPORT.c.course != "", lessons)))


def _of_classes(staff: str) -> Select[Any]:
    """Reports about a course by those who take it in a class that goes on and that she leads."""
    of_course = CLASS.c.courses.contains('"' + REPORT.c.course + '"')
    told = select(REPORT.c.id).join(MEMBER, MEMBER.c.person_id == REPORT.c.person_id)
    told = told.join(CLASS, CLASS.c.id == MEMBER.c.class_id).where(MEMBER.c.here, ~CLASS.c.ended)
    return told.where(CLASS.c.helper == staff, REPORT.c.course != "", of_course)


def reports(conn: Connection, for_: Officer, answered: bool = False, limit: int = 100) -> Sequence[Row[Any]]:
    """Those that wait, the oldest first; or those `answered`, the latest first."""
    found = _hers(conn, for_)
    if answered:
        found = found.where(REPORT.c.id.in_(ANSWERED)).order_by(
            REPORT.c.received_at.desc(), REPORT.c.id.desc()
        )
    else:
        found = found.where(REPORT.c.id.not_in(ANSWERED)).order_by(REPORT.c.received_at, REPORT.c.id)
    return conn.execute(found.limit(limit)).all()


def waiting(conn: Connection, for_: Officer) -> int:
    found = _hers(conn, for_).where(REPORT.c.id.not_in(ANSWERED)).subquery()
    return conn.execute(select(func.count()).select_from(found)).scalar_one()


def report(conn: Connection, id: str, for_: Officer) -> Row[Any] | None:
    return conn.execute(_hers(conn, for_).where(REPORT.c.id == id)).one_or_none()


def told_by(conn: Connection, person: str, limit: int = 10) -> Sequence[Row[Any]]:
    """What somebody told, in any of her records, the latest first."""
    mine = select(REPORT).where(REPORT.c.person_id.in_(merging.records(conn, person)))
    return conn.execute(mine.order_by(REPORT.c.claimed_at.desc(), REPORT.c.id.desc()).limit(limit)).all()


def answers(conn: Connection, reports: Sequence[Row[Any]]) -> Mapping[str, list[Row[Any]]]:
    """By report, the first answer first."""
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    theirs = select(ANSWER).where(ANSWER.c.report_id.in_([row.id for row in reports])).order_by(ANSWER.c.id)
    for row in conn.execute(theirs):
        found[row.report_id].append(row)
    return found
