"""First answers out of the ledger: of each person to each question the earliest, in the language it was given in."""

import json
from collections.abc import Iterator
from threading import Lock
from typing import NamedTuple

from sqlalchemy import Connection, select

from app.authoring import quality_rules as rules
from app.authoring.quality_rules import First, Key, Tally
from app.core import clock
from app.core.chain import ENTRY
from app.core.db import Database
from app.curriculum.shelf import Shelf

KEPT = 10 * 60_000
"""Milliseconds a count is shown before it is made anew."""
SOME = 2_000


class Counted(NamedTuple):
    """`manifest` names the publication whose questions were counted; `at` is when."""

    tally: Tally
    manifest: str
    at: int


class Tallies:
    """By course; reading every answer of a course takes a while, so a count is kept for some minutes."""

    def __init__(self) -> None:
        self._kept: dict[str, Counted] = {}
        self._lock = Lock()

    def of(self, database: Database, shelf: Shelf, course: str, anew: bool = False) -> Counted:
        with self._lock:
            kept, manifest, now = self._kept.get(course), shelf.current[course], clock.now()
            if kept is None or anew or kept.manifest != manifest or now - kept.at >= KEPT:
                with database.read() as session:
                    kept = Counted(count(session.connection(), shelf, course), manifest, now)
                self._kept[course] = kept
            return kept


def count(conn: Connection, shelf: Shelf, course: str) -> Tally:
    """Counts for whoever gave an answer, also where it was moved to another since."""
    published = shelf.courses[course]
    wanted = {
        (lesson.id, one.id): key
        for lesson in published.course.all_lessons()
        for one in lesson.questions
        if (key := shelf.key(course, published.structure, lesson.id, one.id)) is not None
    }

    def is_same(structure: str, key: Key) -> bool:
        """Whether that structure asked it with the same right answers."""
        return key in wanted and shelf.key(course, structure, *key) == wanted[key]

    firsts = (
        First(key, lang, answer)
        for structure, key, lang, answer in firsts_of(conn, course)
        if is_same(structure, key)
    )
    return rules.tally(firsts, wanted)


Given = tuple[str, Key, str, object]
"""Structure, lesson and question, language, answer."""


def firsts_of(conn: Connection, course: str) -> Iterator[Given]:
    """Person by person, so that only one person's answers are held at a time."""
    answers = (
        select(ENTRY.c.person_id, ENTRY.c.id, ENTRY.c.claimed_at, ENTRY.c.body)
        .where(
            ENTRY.c.type == "answered", ENTRY.c.version == 1, ENTRY.c.body.contains(course, autoescape=True)
        )
        .order_by(ENTRY.c.person_id)
        .execution_options(yield_per=SOME)
    )
    person, first = "", dict[Key, tuple[tuple[int, str], Given]]()
    for row in conn.execute(answers):
        if row.person_id != person:
            yield from (given for _, given in first.values())
            person, first = row.person_id, {}
        said = json.loads(row.body)
        if said.get("course") == course:
            key, at = (said["lesson"], said["question"]), (row.claimed_at, row.id)
            if key not in first or at < first[key][0]:
                first[key] = at, (said["structure"], key, said["lang"], said.get("answer"))
    yield from (given for _, given in first.values())
