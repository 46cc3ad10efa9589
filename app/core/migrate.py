"""Brings a database to the tables this program knows. Alembic is of no use to whoever only asks."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from app.core import chain
from app.core.db import Database, translated
from app.core.errors import Misconfigured

if TYPE_CHECKING:
    from alembic.config import Config

INI = Path(__file__).parents[2] / "alembic.ini"
VERSIONS = INI.parent / "migrations" / "versions"
NEWER = (
    "a newer version of Bản Học changed this database (to {}), and this version does not know it: update the program, "
    "or start the newer one again; nothing was touched"
)
_STEP = re.compile('^(down_)?revision = "(.+)"$', re.MULTILINE)


def upgrade(database: Database) -> None:
    """Runs what has not run yet, each migration in its own transaction; a new database gets its node."""
    from alembic import command

    refuse_newer(database)
    with database.migrating() as conn:
        command.upgrade(config(conn), "head")
    with database.write() as session:
        chain.new_node(session.connection())


def config(conn: Connection) -> "Config":
    from alembic.config import Config

    alembic = Config(INI)
    alembic.attributes["connection"] = conn
    return alembic


def missing(database: Database) -> list[str]:
    """What a person must do before this database can be used by this version."""
    here, (known, head) = _here(database), _history()
    if here == head:
        return []
    if here and here not in known:
        return [NEWER.format(here)]
    return [f"the database is at {here or 'nothing'}, not at {head}: run banhoc migrate"]


def refuse_newer(database: Database) -> None:
    """Raises `Misconfigured` where this program would not know what it reads, and spoil what it writes."""
    if (here := _here(database)) and here not in _history()[0]:
        raise Misconfigured(NEWER.format(here))


def refuse_unready(database: Database) -> None:
    """Raises `Misconfigured` where the tables are not those of this program."""
    if told := missing(database):
        raise Misconfigured(told[0])


def _here(database: Database) -> str | None:
    """The last migration that ran; None before the first."""
    if not database.is_there:
        return None
    with translated(), database.reading.connect() as conn:
        if not inspect(conn).has_table("alembic_version"):
            return None
        return conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _history() -> tuple[set[str], str]:
    """Every migration this program has, and the last."""
    steps = [step for path in VERSIONS.glob("*.py") for step in _STEP.findall(path.read_text("utf-8"))]
    known = {id for down, id in steps if not down}
    (head,) = known - {id for down, id in steps if down}
    return known, head
