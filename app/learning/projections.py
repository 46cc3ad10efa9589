"""Results and reads from the ledger, whatever the order its entries come in.

A new answer raises its row in place. People between whom answers were moved are folded anew from the ledger instead, so
that an answer counts once, for whom the latest move says.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, case, delete, or_, select

from app.accounts import merging
from app.core import clock, erasing, ids, ledger
from app.core.db import Direct, in_parts, insert_or_ignore, table_of, upsert
from app.core.envelope import Received, compose
from app.core.envelope import fact as fact_of
from app.core.errors import Broken, MakesNoSense
from app.core.ledger import Fact
from app.core.models import Entry
from app.curriculum.shelf import Shelf
from app.learning.models import LessonRead, Moved, QuestionResult
from courses import grading
from courses.languages import LANGUAGES

ANSWERED, READ, MOVED = "answered/1", "read/1", "answers.moved/1"
LARGEST_MOVE = 500
SCORES = 16_384
OWN = frozenset({"id", "type", "person", "salt", "by"})
"""What a copy of an entry has of its own."""
Check = Callable[[Connection, Fact], None]
Fields = Callable[[Mapping[str, Any]], tuple[Any, ...]]
TAUGHT: Fields = itemgetter("course", "structure", "lesson")
ASKED: Fields = itemgetter("course", "structure", "lesson", "question")
TEXT = {str}
ENTRY, RESULT, LESSON_READ, MOVE = (table_of(model) for model in (Entry, QuestionResult, LessonRead, Moved))

_ANY_MOVE = Direct(select(MOVE.c.entry_id).limit(1))
_MOVES = (
    select(MOVE.c.entry_id, MOVE.c.to_id)
    .where(MOVE.c.entry_id.in_(bindparam("ids", expanding=True)))
    .order_by(MOVE.c.move_id)
)
_RECEIVERS = select(MOVE.c.to_id).where(MOVE.c.to_id.in_(bindparam("ids", expanding=True))).distinct()
_GIVERS = (
    select(ENTRY.c.person_id)
    .join(MOVE, MOVE.c.entry_id == ENTRY.c.id)
    .where(ENTRY.c.person_id.in_(bindparam("ids", expanding=True)))
    .distinct()
)
_WRITERS = select(ENTRY.c.person_id).where(ENTRY.c.id.in_(bindparam("ids", expanding=True))).distinct()
_THEIRS = (
    select(ENTRY.c.id, ENTRY.c.body, ENTRY.c.received_at)
    .where(
        or_(
            ENTRY.c.person_id.in_(bindparam("persons", expanding=True)),
            ENTRY.c.id.in_(select(MOVE.c.entry_id).where(MOVE.c.to_id.in_(bindparam("receivers", expanding=True)))),
        ),
        ENTRY.c.type.in_(["answered", "read"]),
        ENTRY.c.version == 1,
        ENTRY.c.body.is_not(None),
    )
)  # fmt: skip

_RECEIVERS_OF = (
    select(MOVE.c.to_id)
    .join(ENTRY, ENTRY.c.id == MOVE.c.entry_id)
    .where(ENTRY.c.person_id == bindparam("person"))
    .distinct()
)
_MOVED_OF = select(ENTRY.c.id, ENTRY.c.body).where(
    ENTRY.c.person_id == bindparam("person"),
    ENTRY.c.type.in_(["answered", "read"]),
    ENTRY.c.body.is_not(None),
    ENTRY.c.id.in_(select(MOVE.c.entry_id)),
)


class Owned(NamedTuple):
    """An entry and the person it counts for."""

    person: str
    fact: Fact


def nobody_may(conn: Connection, fact: Fact) -> None:
    raise MakesNoSense("not-her-own")


def register(shelf: Shelf, for_another: Check = nobody_may) -> None:
    """`for_another` refuses what somebody may not say on another's behalf: an entry that carries `by`."""
    projector = Projector(shelf, for_another)
    for model in (Moved, QuestionResult, LessonRead):
        ledger.projection(model)
    ledger.on(ANSWERED, projector.check_answer)(projector.project_answers)
    ledger.on(READ, projector.check_read)(projector.project_reads)
    ledger.on(MOVED, check_move, names_nobody=True)(projector.project_moves)
    merging.after("learning", projector.fold)
    erasing.room("learning", export, (QuestionResult, LessonRead), projector.let_go, hand_over)


class Projector:
    def __init__(self, shelf: Shelf, for_another: Check) -> None:
        self.shelf, self._for_another = shelf, for_another
        self._known = lru_cache(maxsize=SCORES)(self._grade)

    def check_answer(self, conn: Connection, fact: Fact) -> None:
        _check_lang(fact)
        course, structure, _ = _texts(fact, TAUGHT)
        self._take_up(conn, course, structure)
        self.score(fact)
        self._check_by(conn, fact)

    def check_read(self, conn: Connection, fact: Fact) -> None:
        _check_lang(fact)
        course, structure, lesson = _texts(fact, TAUGHT)
        self._take_up(conn, course, structure)
        published = self.shelf.structure(course, structure)
        if published is None or published.course.lesson(lesson) is None:
            raise MakesNoSense("unknown-lesson")
        self._check_by(conn, fact)

    def _check_by(self, conn: Connection, fact: Fact) -> None:
        if "by" in fact.data:
            self._for_another(conn, fact)

    def score(self, fact: Fact) -> int:
        """A structure never changes, so neither does what an answer to it is worth."""
        where, answer = _texts(fact, ASKED), fact.data.get("answer")
        return self._known(where, answer) if isinstance(answer, str) else self._grade(where, answer)

    def _grade(self, where: tuple[str, ...], answer: object) -> int:
        key = self.shelf.key(*where)
        if key is None:
            raise MakesNoSense("unknown-question")
        try:
            return grading.grade_json(key, answer).score
        except grading.NotAnAnswer as error:
            raise MakesNoSense(f"answer-{error.reason}") from None

    def project_answers(self, conn: Connection, facts: list[Fact]) -> None:
        for named in {TAUGHT(fact.data)[:2] for fact in facts}:
            self._take_up(conn, *named)
        upsert(conn, QuestionResult, [self._result(one) for one in self._unmoved(conn, facts)], _better)

    def project_reads(self, conn: Connection, facts: list[Fact]) -> None:
        upsert(conn, LessonRead, [_read(one) for one in self._unmoved(conn, facts)], _earlier)

    def project_moves(self, conn: Connection, facts: list[Fact]) -> None:
        rows = [
            {"entry_id": entry, "move_id": fact.id, "to_id": fact.data["to"]}
            for fact in facts
            for entry in dict.fromkeys(fact.data["entries"])
        ]
        insert_or_ignore(conn, Moved, rows)
        moved = [row["entry_id"] for row in rows]
        receivers = {to for _, to in _chunked(conn, _MOVES, moved)}
        self.fold(conn, receivers | {writer for (writer,) in _chunked(conn, _WRITERS, moved)})

    def _take_up(self, conn: Connection, course: str, structure: str) -> None:
        """It may have been published since the shelf was filled: by another process, or earlier in a replay."""
        if self.shelf.structure(course, structure) is None and self.shelf.is_behind(conn):
            self.shelf.load(conn)

    def _unmoved(self, conn: Connection, facts: list[Fact]) -> list[Owned]:
        """Facts that only add to their own person's rows; the people of all others are folded anew."""
        to = dict(_chunked(conn, _MOVES, [fact.id for fact in facts])) if _any_move(conn) else {}
        given = {fact.id: to.get(fact.id, fact.person) for fact in facts}
        tangled = self._tangled(conn, sorted(set(given.values())))
        if tangled:
            self.fold(conn, tangled)
        return [Owned(given[fact.id], fact) for fact in facts if given[fact.id] not in tangled]

    def _tangled(self, conn: Connection, persons: list[str]) -> set[str]:
        """Those between whom answers were moved, or whose records were merged, whether or not they still are."""
        moved = (_RECEIVERS, _GIVERS) if _any_move(conn) else ()
        found = {person for query in moved for (person,) in _chunked(conn, query, persons)}
        return found | merging.ever_merged(conn, persons)

    def fold(self, conn: Connection, persons: Collection[str]) -> None:
        circle = sorted(merging.circle_of(conn, persons))
        stands = merging.standing(conn, circle)
        gone = erasing.gone(conn, {*circle, *stands.values()})
        for some in in_parts(circle):
            for table in (RESULT, LESSON_READ):
                conn.execute(delete(table).where(table.c.person_id.in_(some)))
        for some in in_parts(circle):
            owned = [Owned(stands.get(one.person, one.person), one.fact) for one in _owned_by(conn, some)]
            theirs = [one for one in owned if one.person not in gone]
            answers = [self._result(one) for one in theirs if one.fact.type == "answered"]
            upsert(conn, QuestionResult, answers, _better)
            upsert(conn, LessonRead, [_read(one) for one in theirs if one.fact.type == "read"], _earlier)

    def let_go(self, conn: Connection, person: str) -> None:
        """Counts anew those to whom answers of hers were given."""
        self.fold(conn, {person, *conn.execute(_RECEIVERS_OF, {"person": person}).scalars()})

    def _result(self, one: Owned) -> dict[str, Any]:
        course, structure, lesson, question = _texts(one.fact, ASKED)
        try:
            score = self.score(one.fact)
        except MakesNoSense as error:
            raise Broken(
                f"entry {one.fact.id} cannot be graded any more ({error}): import its course again"
            ) from None
        return {
            "person_id": one.person, "course": course, "structure": structure, "lesson": lesson, "question": question,
            "score": score, "best_at": one.fact.claimed_at, "tries": 1,
        }  # fmt: skip


def _check_lang(fact: Fact) -> None:
    lang = fact.data.get("lang")
    if not isinstance(lang, str):
        raise MakesNoSense("no-lang")
    if lang not in LANGUAGES:
        raise MakesNoSense("unknown-lang")


def export(conn: Connection, records: Sequence[str]) -> dict[str, Any]:
    """Her best answer to each question, and the lessons she read to the end."""
    tables = {"results": RESULT, "lessons_read": LESSON_READ}
    return {
        name: [_without_person(row) for row in _rows_of(conn, table, records)]
        for name, table in tables.items()
    }


def _rows_of(conn: Connection, table: Any, records: Sequence[str]) -> Iterable[Any]:
    query = select(table).where(table.c.person_id.in_(records))
    return conn.execute(query.order_by(*table.primary_key.columns)).mappings()


def _without_person(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "person_id"}


def hand_over(conn: Connection, person: str) -> None:
    """What was answered under her face and counts for others is written down as theirs, before hers lose their bodies."""
    rows = conn.execute(_MOVED_OF, {"person": person}).all()
    to: dict[str, str] = {id: to for id, to in _chunked(conn, _MOVES, [row.id for row in rows])}
    stands = merging.standing(conn, {person, *to.values()})
    hers = stands.get(person, person)
    owners = {row.id: stands.get(to[row.id], to[row.id]) for row in rows}
    gone = erasing.gone(conn, set(owners.values())) | {hers}
    copies = [_copied(str(row.body), owners[row.id]) for row in rows if owners[row.id] not in gone]
    ledger.append(conn, [Received(body, clock.now()) for body in copies])


def _copied(body: str, owner: str) -> str:
    said = json.loads(body)
    kind = said["type"]
    return compose(kind, owner, **{name: value for name, value in said.items() if name not in OWN})


def check_move(conn: Connection, fact: Fact) -> None:
    entries = fact.data.get("entries")
    if (
        not isinstance(entries, list)
        or not 0 < len(entries) <= LARGEST_MOVE
        or not all(map(ids.is_id, entries))
    ):
        raise MakesNoSense("no-entries")
    if not ids.is_id(fact.data.get("from")) or not ids.is_id(fact.data.get("to")):
        raise MakesNoSense("no-person")


def _any_move(conn: Connection) -> bool:
    return bool(_ANY_MOVE.rows(conn))


def _owned_by(conn: Connection, persons: Sequence[str]) -> Iterator[Owned]:
    rows = conn.execute(_THEIRS, {"persons": persons, "receivers": persons}).all()
    to = dict(_chunked(conn, _MOVES, [row.id for row in rows]))
    for row in rows:
        fact = fact_of(json.loads(row.body), row.received_at)
        if (owner := to.get(fact.id, fact.person)) in persons:
            yield Owned(owner, fact)


def _chunked(conn: Connection, query: Any, wanted: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for some in in_parts(wanted):
        yield from conn.execute(query, {"ids": some})


def _texts(fact: Fact, fields: Fields) -> tuple[str, ...]:
    try:
        values = fields(fact.data)
    except KeyError:
        raise MakesNoSense("no-place-in-course") from None
    if {*map(type, values)} != TEXT:
        raise MakesNoSense("no-place-in-course")
    return values


def _read(one: Owned) -> dict[str, Any]:
    course, structure, lesson = _texts(one.fact, TAUGHT)
    return {
        "person_id": one.person, "course": course, "structure": structure, "lesson": lesson, "at": one.fact.claimed_at,
    }  # fmt: skip


def _better(table: Any, new: Any) -> dict[str, Any]:
    """The higher score wins; of equal ones the earlier."""
    better = or_(new.score > table.c.score, and_(new.score == table.c.score, new.best_at < table.c.best_at))
    return {
        "score": case((better, new.score), else_=table.c.score),
        "best_at": case((better, new.best_at), else_=table.c.best_at),
        "tries": table.c.tries + new.tries,
    }


def _earlier(table: Any, new: Any) -> dict[str, Any]:
    return {"at": case((new.at < table.c.at, new.at), else_=table.c.at)}
