"""Revisions, publications, what is asked for and withdrawals, filled from the ledger."""

from sqlalchemy import Connection

from app.core import ledger
from app.core.db import insert_or_ignore
from app.core.errors import MakesNoSense
from app.core.ledger import Fact
from app.curriculum.models import CourseAsking, CourseWithdrawal, Publication, Revision
from courses.tables import ID

IMPORTED = "course.imported/1"
PUBLISHED = "course.published/1"
WITHDRAWN = "course.withdrawn/1"
ASKED = "course.asked/1"
LONGEST_REASON = 500


def register() -> None:
    for model in (Revision, Publication, CourseWithdrawal, CourseAsking):
        ledger.projection(model)
    ledger.on(IMPORTED)(_project_revisions)
    ledger.on(PUBLISHED)(_project_publications)
    ledger.on(WITHDRAWN, check_withdrawal)(_project_withdrawals)
    ledger.on(ASKED, check_asking)(_project_askings)


def _project_revisions(conn: Connection, facts: list[Fact]) -> None:
    insert_or_ignore(conn, Revision, [{**_named(one), "made_at": one.claimed_at} for one in facts])


def _project_publications(conn: Connection, facts: list[Fact]) -> None:
    said = [{"by": one.person, "announced": bool(one.data.get("announced"))} for one in facts]
    rows = [
        {**_named(one), "published_at": one.claimed_at, **more} for one, more in zip(facts, said, strict=True)
    ]
    insert_or_ignore(conn, Publication, rows)


def check_withdrawal(conn: Connection, fact: Fact) -> None:
    said = [fact.data.get(name) for name in ("course", "reason")]
    if not all(isinstance(one, str) and one and len(one) <= LONGEST_REASON for one in said):
        raise MakesNoSense("no-reason")


def _project_withdrawals(conn: Connection, facts: list[Fact]) -> None:
    rows = [
        {
            "id": one.id,
            "course": one.data["course"],
            "by": one.person,
            "reason": one.data["reason"],
            "withdrawn_at": one.claimed_at,
        }
        for one in facts
    ]
    insert_or_ignore(conn, CourseWithdrawal, rows)


def check_asking(conn: Connection, fact: Fact) -> None:
    course = fact.data.get("course")
    if not (isinstance(course, str) and ID.fullmatch(course)):
        raise MakesNoSense("no-course")


def _project_askings(conn: Connection, facts: list[Fact]) -> None:
    rows = [
        {"id": one.id, "course": one.data["course"], "by": one.person, "asked_at": one.claimed_at}
        for one in facts
    ]
    insert_or_ignore(conn, CourseAsking, rows)


def _named(fact: Fact) -> dict[str, str]:
    return {"id": fact.id, **{name: fact.data[name] for name in ("course", "structure", "manifest")}}
