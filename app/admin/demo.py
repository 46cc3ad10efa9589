"""A demonstration, where `BANHOC_DEMO=1`: its people are gone at the first start without it, and nothing of theirs counts."""

import tomllib
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, select

from app.accounts import people, queries
from app.core import clock
from app.core.db import Database
from app.core.errors import Misconfigured
from app.core.settings import Settings
from courses.grading import fold

MARK = "demonstration"
"""The file that says which database was a demonstration from its first day."""
ON_DISK = "sqlite:///"
BESIDE = ("", "-wal", "-shm")


class SignIn(NamedTuple):
    name: str
    passphrase: str


def sign_ins(file: Path) -> list[SignIn]:
    return [SignIn(**one) for one in tomllib.loads(file.read_text("utf-8"))["staff"]]


def prepare(conn: Connection, file: Path, wanted: bool) -> None:
    """Makes the staff named in the file, or ends them and all they have open."""
    for one in sign_ins(file):
        there = queries.staff_named(conn, fold(one.name)) is not None
        if wanted and not there:
            people.add_staff(conn, one.name, one.passphrase)
        elif there and not wanted:
            people.end_staff(conn, one.name)


def is_empty(conn: Connection) -> bool:
    """Whether nobody has learned or worked here yet."""
    return all(
        conn.execute(select(table).limit(1)).first() is None for table in (queries.STAFF, queries.PERSON)
    )


def mark(settings: Settings) -> None:
    (settings.data / MARK).write_text(_which(settings))


def leave(settings: Settings, file: Path) -> str:
    """Puts a database that was a demonstration from its first day aside, and says where; "" where there is none.

    Once somebody real administers it, it is no demonstration any more and stays.
    """
    seen = settings.data / MARK
    if not seen.exists() or seen.read_text() != _which(settings):
        return ""
    if _is_administered(settings, file):
        return ""
    if not settings.database.startswith(ON_DISK):
        raise Misconfigured("This database holds a demonstration: give an empty one in BANHOC_DATABASE_URL.")
    aside = f"{settings.database.removeprefix(ON_DISK)}.demonstration-{clock.now()}"
    for here, there in _files(settings.database.removeprefix(ON_DISK), aside):
        here.rename(there)
    seen.unlink()
    return aside


def _files(here: str, there: str) -> Iterator[tuple[Path, Path]]:
    for end in BESIDE:
        if Path(here + end).exists():
            yield Path(here + end), Path(there + end)


def _is_administered(settings: Settings, file: Path) -> bool:
    with closing(Database(settings.database)) as database, database.read() as session:
        real = set(queries.administrators(session.connection())) - {one.name for one in sign_ins(file)}
    return bool(real)


def _which(settings: Settings) -> str:
    return sha256(settings.database.encode()).hexdigest()
