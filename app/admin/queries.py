"""What staff look at today."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select

from app.accounts import data_queries, rules
from app.accounts import queries as people
from app.accounts.permissions import Officer
from app.core import clock
from app.core.db import table_of
from app.core.errors import NotFound
from app.core.models import SetAside
from app.curriculum.shelf import Shelf
from app.me import queries as me
from app.places import queries as places
from courses.report import AUTHORED
from courses.words import unvoiced

ASIDE = table_of(SetAside)


class Today(NamedTuple):
    people: int
    set_aside: int
    reports: int
    requests: int
    capped: Sequence[tuple[str, int]]
    """Villages where so many pictures were guessed today that a helper should look."""


def today(conn: Connection, for_: Officer) -> Today:
    waiting = select(func.count()).select_from(ASIDE).where(ASIDE.c.resolved_at.is_(None))
    capped = [
        (_village(conn, row.bucket), row.failures)
        for row in people.capped(conn, rules.day_of(clock.now()), rules.VILLAGE_A_DAY)
    ]
    reports, requests = me.waiting(conn, for_), data_queries.waiting(conn, for_)
    return Today(people.people(conn), conn.execute(waiting).scalar_one(), reports, requests, capped)


def _village(conn: Connection, bucket: str) -> str:
    """The name of the place guesses were counted for; of those who live nowhere yet, the province's."""
    row = places.place(conn, bucket.removeprefix("village ")) or places.place(conn, places.province(conn))
    return str(row.name) if row else ""


def set_aside(conn: Connection, limit: int = 200) -> Sequence[Row[Any]]:
    """What waits to be looked at, the latest first."""
    waiting = select(ASIDE).where(ASIDE.c.resolved_at.is_(None))
    return conn.execute(waiting.order_by(ASIDE.c.received_at.desc(), ASIDE.c.id.desc()).limit(limit)).all()


def recording(conn: Connection, report: str, for_: Officer) -> str:
    """The name of the blob a report was spoken in."""
    row = me.report(conn, report, for_)
    if row is None or not row.voice:
        raise NotFound("there is no recording with this report")
    return str(row.voice)


def without_voice(shelf: Shelf) -> dict[str, dict[str, int]]:
    """How many words no recording speaks, by course and authored language."""
    return {id: _unvoiced(shelf, id, shelf.current[id]) for id in shelf.courses}


@lru_cache(maxsize=64)
def _unvoiced(shelf: Shelf, course: str, manifest: str) -> dict[str, int]:
    """Of one publication, which never changes: to count, all of its words are read."""
    read = shelf.whole(course).course
    return {lang: len(unvoiced(read, lang)) for lang in AUTHORED}


def words_without_voice(shelf: Shelf, course: str, lang: str) -> Mapping[str, Sequence[str]]:
    """Their keys, by lesson."""
    if course not in shelf.courses or lang not in AUTHORED:
        raise NotFound("there is no such course, or nothing is written in this language")
    found: dict[str, list[str]] = defaultdict(list)
    for lesson, key in unvoiced(shelf.whole(course).course, lang):
        found[lesson].append(key)
    return found
