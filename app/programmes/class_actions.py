"""Every write about classes: entries of the ledger, each saying who of the staff made it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row

from app.core import clock, ids, ledger
from app.core.errors import MakesNoSense, NotFound
from app.core.ledger import Received
from app.learning.projections import ANSWERED, READ
from app.programmes import class_projections as entries
from app.programmes import class_queries as queries
from app.programmes import class_rules as rules


def set_class(
    conn: Connection,
    by: str,
    *,
    id: str = "",
    name: str,
    place: str,
    helper: str,
    from_day: str,
    to_day: str,
    courses: Sequence[tuple[str, str]],
    ended: bool = False,
) -> str:
    """Says what a class is, a new one without `id`; its id."""
    id = id or ids.new()
    said = {"name": name, "place": place, "helper": helper, "from": from_day, "to": to_day, "ended": ended}
    assigned = [{"course": course, "deadline": deadline} for course, deadline in courses]
    ledger.record(conn, entries.SET, by, **{"class": id}, **said, courses=assigned, by=by)
    return id


def end(conn: Connection, row: Row[Any], by: str, ended: bool) -> None:
    """Ends a class, or takes that back; everything else of it stays."""
    said = {"name": row.name, "place": row.place, "helper": row.helper, "from_day": row.from_day}
    courses = queries.courses_of(row)
    set_class(conn, by, id=row.id, **said, to_day=row.to_day, courses=courses, ended=ended)


def add(conn: Connection, row: Row[Any], persons: Iterable[str], by: str) -> None:
    _record(conn, (ledger.compose(entries.JOINED, one, **_at(row), by=by) for one in persons))


def join(conn: Connection, row: Row[Any], person: str) -> None:
    """She comes herself."""
    if not queries.records(conn, row.id, person):
        ledger.record(conn, entries.JOINED, person, **_at(row))


def remove(conn: Connection, row: Row[Any], person: str, by: str) -> None:
    found = queries.records(conn, row.id, person)
    if not found:
        raise NotFound("she is not of this class")
    _record(conn, (ledger.compose(entries.LEFT, one, **_at(row), by=by) for one in found))


def take_attendance(
    conn: Connection, row: Row[Any], day: str, shown: Collection[str], there: Collection[str], by: str
) -> None:
    """Of the faces `shown`, those tapped were `there` and the others were not; only what is new is written.

    Of whom nobody has asked yet nothing is.
    """
    known = {face.id for face in queries.asked(conn, row.id).faces}
    before = queries.present(conn, row.id, day)
    changed = {
        entries.ATTENDED: sorted(known & set(there) - before),
        entries.CORRECTED: sorted(known & set(shown) & before - set(there)),
    }
    _record(
        conn,
        (
            ledger.compose(kind, one, **_at(row), day=day, by=by)
            for kind, persons in changed.items()
            for person in persons
            for one in _marked(conn, row.id, person, kind)
        ),
    )


def _marked(conn: Connection, class_id: str, person: str, kind: str) -> Sequence[str]:
    """Somebody found to be two records is marked there once, and taken back under each."""
    return [person] if kind == entries.ATTENDED else queries.records(conn, class_id, person)


def confirm(
    conn: Connection, row: Row[Any], kind: str, what: str, persons: Iterable[str], day: str, by: str
) -> None:
    """Says that each of these showed a skill, or took the test of a course, before the helper's eyes."""
    known = {face.id for face in queries.asked(conn, row.id).faces}
    entry, field = (entries.SHOWN, "skill") if kind == rules.SKILL else (entries.SUPERVISED, "course")
    said = {**_at(row), field: what, "day": day, "by": by}
    _record(conn, (ledger.compose(entry, one, **said) for one in sorted(known & set(persons))))


def take_back(conn: Connection, row: Row[Any], confirmation: str, by: str) -> None:
    found = next((one for one in queries.confirmations(conn, row.id) if one.id == confirmation), None)
    if found is None:
        raise NotFound("there is no such confirmation")
    ledger.record(conn, entries.UNCONFIRMED, found.person_id, entry=confirmation, place=row.place, by=by)


def announce(conn: Connection, row: Row[Any], words: str, lang: str, until: str, by: str) -> None:
    ledger.record(conn, entries.ANNOUNCED, by, **_at(row), words=words, lang=lang, until=until, by=by)


def end_announcement(conn: Connection, row: Row[Any], announcement: str, by: str) -> None:
    if announcement not in {one.id for one in queries.announcements(conn, [row.id])}:
        raise NotFound("there is no such announcement")
    ledger.record(conn, entries.UNANNOUNCED, by, entry=announcement, place=row.place, by=by)


def answer_for(
    conn: Connection,
    row: Row[Any],
    where: Mapping[str, str],
    question: str,
    answers: Mapping[str, Any],
    by: str,
) -> None:
    """Writes down what people of a class answered, by person; `where` names course, structure, lesson and lang."""
    _record(
        conn,
        (
            ledger.compose(ANSWERED, one, **where, question=question, answer=answer, **_at(row), by=by)
            for one, answer in sorted(answers.items())
        ),
    )


def read_for(
    conn: Connection, row: Row[Any], where: Mapping[str, str], persons: Iterable[str], by: str
) -> None:
    """Writes down that people of a class came to the end of a lesson."""
    _record(conn, (ledger.compose(READ, one, **where, **_at(row), by=by) for one in sorted(persons)))


def _at(row: Row[Any]) -> dict[str, str]:
    return {"class": row.id, "place": row.place}


def _record(conn: Connection, bodies: Iterable[str]) -> None:
    """All or none."""
    outcomes = ledger.append(conn, [Received(body, clock.now()) for body in bodies])
    if refused := [one.reason for one in outcomes if one.state != "recorded"]:
        raise MakesNoSense(refused[0])
