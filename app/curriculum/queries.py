"""Which courses there are; published courses are for everybody."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select, union_all

from app.core.db import table_of
from app.curriculum.models import CourseAsking, CourseWithdrawal, Publication, Revision

PUBLICATION, REVISION, WITHDRAWAL = table_of(Publication), table_of(Revision), table_of(CourseWithdrawal)
ASKING = table_of(CourseAsking)


class Stock(NamedTuple):
    """How many publications and withdrawals there are, and the id of the newest: other where there was one since."""

    number: int = 0
    newest: str = ""


def stock(conn: Connection) -> Stock:
    both = union_all(select(PUBLICATION.c.id), select(WITHDRAWAL.c.id)).subquery()
    number, newest = conn.execute(select(func.count(), func.max(both.c.id)).select_from(both)).one()
    return Stock(number, newest or "")


def publications(conn: Connection, course: str = "") -> Sequence[Row[Any]]:
    """Every publication, or those of one course, oldest first; ids are in the order of their making."""
    wanted = select(PUBLICATION).where(PUBLICATION.c.course == course) if course else select(PUBLICATION)
    return conn.execute(wanted.order_by(PUBLICATION.c.id)).all()


def resting(conn: Connection) -> dict[str, Row[Any]]:
    """By course: the withdrawal of each that was not published again since."""
    newest = select(PUBLICATION.c.course, func.max(PUBLICATION.c.id).label("id")).group_by(
        PUBLICATION.c.course
    )
    last = newest.subquery()
    ended = select(WITHDRAWAL).join(last, last.c.course == WITHDRAWAL.c.course)
    rows = conn.execute(ended.where(WITHDRAWAL.c.id > last.c.id).order_by(WITHDRAWAL.c.id))
    return {row.course: row for row in rows}


def of_course(conn: Connection, course: str) -> list[Publication | CourseWithdrawal]:
    """Everything that was published of a course and when it was withdrawn, the latest first."""
    found: list[Publication | CourseWithdrawal] = []
    for model, table in ((Publication, PUBLICATION), (CourseWithdrawal, WITHDRAWAL)):
        rows = conn.execute(select(table).where(table.c.course == course)).mappings()
        found += [model(**row) for row in rows]
    return sorted(found, key=lambda one: one.id, reverse=True)


def latest_revision(conn: Connection, course: str) -> Row[Any] | None:
    newest = select(REVISION).where(REVISION.c.course == course).order_by(REVISION.c.id.desc()).limit(1)
    return conn.execute(newest).first()


def latest_publication(conn: Connection, course: str) -> Row[Any] | None:
    newest = (
        select(PUBLICATION).where(PUBLICATION.c.course == course).order_by(PUBLICATION.c.id.desc()).limit(1)
    )
    return conn.execute(newest).first()


def asked(conn: Connection) -> dict[str, Row[Any]]:
    """By course, who asked last for a publication that has not come since."""
    last = {row.course: row.id for row in publications(conn)}
    rows = conn.execute(select(ASKING).order_by(ASKING.c.id))
    return {row.course: row for row in rows if row.id > last.get(row.course, "")}


def is_ours(conn: Connection, course: str, node: str) -> bool:
    """Whether a newer program may show its newer version: until somebody else publishes the course, or withdraws it."""
    latest = latest_publication(conn, course)
    return latest is None or (latest.by in ("", node) and course not in resting(conn))


def courses(conn: Connection) -> list[str]:
    """Every course that was ever brought in."""
    return list(conn.execute(select(REVISION.c.course).distinct().order_by(REVISION.c.course)).scalars())
