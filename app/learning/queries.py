"""How far somebody has come; always of the person given."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Table, bindparam, or_, select

from app.accounts import merging
from app.core.db import Direct
from app.curriculum.shelf import Published, Shelf
from app.learning.projections import ENTRY, LESSON_READ, MOVE, RESULT
from courses import progress
from courses.model import Lesson
from courses.progress import CourseState, LessonRead, LessonState, Result


def _of_one(table: Table, kind: type[Result] | type[LessonRead]) -> Direct:
    """Her rows in one course, or in all where none is named, in the order of the fields of `kind`."""
    columns = [table.c[field.name] for field in fields(kind)]
    course: BindParameter[str] = bindparam("course")
    hers = select(*columns).where(table.c.person_id == bindparam("person"))
    return Direct(hers.where(or_(course == "", table.c.course == course)))


_RESULTS, _READS = _of_one(RESULT, Result), _of_one(LESSON_READ, LessonRead)
PAUSE = 10 * 60 * 1000
LAST = 300


@dataclass(frozen=True, slots=True)
class CourseProgress:
    published: Published
    state: CourseState
    lessons: Mapping[str, LessonState]
    begun: frozenset[str]
    """Lessons she has read to the end or answered in."""
    last_at: int
    """The last time something counted here, 0 for never."""

    def mark(self, lesson: str) -> int:
        """0 not begun, 1 begun, 2 done."""
        return 2 if self.lessons[lesson].done else int(lesson in self.begun)

    @property
    def to_learn(self) -> list[Lesson]:
        """The lessons not done, without the final quiz."""
        return [one for one in self.published.course.lessons if not self.lessons[one.id].done]

    @property
    def next(self) -> Lesson | None:
        """The first lesson not done, in order; the final quiz until the course is finished."""
        waiting = (one for one in self.published.course.all_lessons() if not self.lessons[one.id].done)
        final = None if self.state.finished else self.published.course.final
        return None if self.state.finished else next(waiting, final)


def courses(conn: Connection, shelf: Shelf, person: str) -> list[CourseProgress]:
    """Every current course in order, with how far `person` has come; "" is nobody."""
    results, reads = _by_course(_results(conn, person)), _by_course(_reads(conn, person))
    return [_course(shelf, one, results[id], reads[id]) for id, one in shelf.courses.items()]


def resting(conn: Connection, shelf: Shelf, person: str) -> list[CourseProgress]:
    """The courses that were withdrawn in which something counts for her."""
    results, reads = _by_course(_results(conn, person)), _by_course(_reads(conn, person))
    found = [_course(shelf, one, results[id], reads[id]) for id, one in shelf.resting.items()]
    return [one for one in found if one.last_at]


def course(conn: Connection, shelf: Shelf, person: str, id: str) -> CourseProgress | None:
    published = shelf.courses.get(id)
    if published is None:
        return None
    return _course(shelf, published, _results(conn, person, id), _reads(conn, person, id))


def of_people(conn: Connection, shelf: Shelf, persons: Sequence[str], id: str) -> dict[str, CourseProgress]:
    """By person, how far each of many has come in one current course."""
    published = shelf.courses[id]
    results, reads = (
        _of_many(conn, table, persons, id, kind)
        for table, kind in ((RESULT, Result), (LESSON_READ, LessonRead))
    )
    return {one: _course(shelf, published, results[one], reads[one]) for one in persons}


def _of_many(
    conn: Connection, table: Table, persons: Sequence[str], course: str, kind: type[Any]
) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    query = select(table).where(table.c.person_id.in_(persons), table.c.course == course)
    for row in conn.execute(query).mappings():
        found[row["person_id"]].append(kind(**{name: row[name] for name in row if name != "person_id"}))
    return found


def counted(conn: Connection, person: str) -> bool:
    """Whether anything counts for her."""
    tables = (RESULT, LESSON_READ)
    return any(
        conn.execute(select(one.c.person_id).where(one.c.person_id == person)).first() for one in tables
    )


def scores(conn: Connection, person: str, course: str, lesson: str) -> dict[str, int]:
    """Her best in each question of a lesson she has answered, whatever structure it was given to."""
    best = progress.best_of(_results(conn, person, course))
    return {question: one.score for (of, question), one in best.items() if of == lesson}


def to_continue(all: Sequence[CourseProgress]) -> CourseProgress | None:
    """The unfinished course she was last in, if any."""
    begun = [one for one in all if one.last_at and not one.state.finished]
    return max(begun, key=lambda one: one.last_at, default=None)


def in_order(all: Sequence[CourseProgress], path: Sequence[str]) -> list[CourseProgress]:
    """The courses of a path in its order, then all others in theirs."""
    place = {course: n for n, course in enumerate(path)}
    return sorted(all, key=lambda one: place.get(one.published.course.id, len(place)))


def next_of(all: Sequence[CourseProgress], path: Sequence[str]) -> CourseProgress | None:
    """The first course of a path that is not finished."""
    waiting = (one for one in in_order(all, path) if not one.state.finished)
    return next((one for one in waiting if one.published.course.id in path), None)


def first_unfinished(all: Sequence[CourseProgress], path: Sequence[str]) -> CourseProgress | None:
    """What comes next: of her path, else of everybody's order."""
    return next((one for one in in_order(all, path) if not one.state.finished), None)


def _course(
    shelf: Shelf, published: Published, results: Sequence[Result], reads: Sequence[LessonRead]
) -> CourseProgress:
    outlines = shelf.outlines(published.course.id)
    current = outlines.pop(published.structure)
    state = progress.course_state([*outlines.values(), current], results, reads)
    lessons = {lesson.id: progress.lesson_state(lesson, results, reads) for lesson in current.lessons}
    begun = frozenset([one.lesson for one in results] + [one.lesson for one in reads])
    last = max([0, *(one.best_at for one in results), *(one.at for one in reads)])
    return CourseProgress(published, state, lessons, begun, last)


def _results(conn: Connection, person: str, course: str = "") -> list[Result]:
    return [Result(*row) for row in _rows(conn, _RESULTS, person, course)]


def _reads(conn: Connection, person: str, course: str = "") -> list[LessonRead]:
    return [LessonRead(*row) for row in _rows(conn, _READS, person, course)]


def _rows(conn: Connection, hers: Direct, person: str, course: str) -> list[tuple[Any, ...]]:
    return hers.rows(conn, person=person, course=course) if person else []


def _by_course(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.course].append(row)
    return found


class Sitting(NamedTuple):
    """What one person did in one lesson without a long pause."""

    course: str
    lesson: str
    from_at: int
    to_at: int
    entries: tuple[str, ...]


class _Done(NamedTuple):
    id: str
    at: int
    course: str
    lesson: str


def sittings(conn: Connection, person: str) -> list[Sitting]:
    """The last things that count for `person`, newest first, put together by lesson and time."""
    done = sorted(_done(conn, person), key=lambda one: (one.course, one.lesson, one.at))
    found = [
        sitting
        for (course, lesson), some in groupby(done, key=lambda one: (one.course, one.lesson))
        for sitting in _split(course, lesson, list(some))
    ]
    return sorted(found, key=lambda one: -one.to_at)


def _done(conn: Connection, person: str) -> list[_Done]:
    records = merging.records(conn, person)
    given = select(MOVE.c.entry_id).where(MOVE.c.to_id.in_(records))
    query = (
        select(ENTRY.c.id, ENTRY.c.person_id, ENTRY.c.claimed_at, ENTRY.c.body)
        .where(ENTRY.c.person_id.in_(records) | ENTRY.c.id.in_(given))
        .where(ENTRY.c.type.in_(["answered", "read"]), ENTRY.c.body.is_not(None))
        .order_by(ENTRY.c.received_at.desc(), ENTRY.c.id.desc())
        .limit(LAST)
    )
    rows = conn.execute(query).all()
    owner = owners(conn, {row.id: row.person_id for row in rows})
    mine = [(row, json.loads(row.body)) for row in rows if owner[row.id] == person]
    return [_Done(row.id, row.claimed_at, body["course"], body["lesson"]) for row, body in mine]


def owners(conn: Connection, writers: Mapping[str, str]) -> dict[str, str]:
    """For whom entries count; takes and gives persons by entry id."""
    moves = select(MOVE.c.entry_id, MOVE.c.to_id).where(MOVE.c.entry_id.in_(writers)).order_by(MOVE.c.move_id)
    owners: dict[str, str] = dict(writers) | {entry: to for entry, to in conn.execute(moves)}
    stands = merging.standing(conn, owners.values())
    return {entry: stands.get(owner, owner) for entry, owner in owners.items()}


def written_by(conn: Connection, entries: Sequence[str]) -> dict[str, str]:
    """The person each of these answers and reads was made under."""
    query = select(ENTRY.c.id, ENTRY.c.person_id)
    found = query.where(ENTRY.c.id.in_(entries), ENTRY.c.type.in_(["answered", "read"]))
    return {id: person for id, person in conn.execute(found)}


def _split(course: str, lesson: str, done: list[_Done]) -> list[Sitting]:
    parts: list[list[_Done]] = []
    for one in done:
        if parts and one.at - parts[-1][-1].at <= PAUSE:
            parts[-1].append(one)
        else:
            parts.append([one])
    return [Sitting(course, lesson, some[0].at, some[-1].at, tuple(one.id for one in some)) for some in parts]
