"""Brings a database to the tables this program knows."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app.core import chain
from app.core.db import Database, translated

INI = Path(__file__).parents[2] / "alembic.ini"


def upgrade(database: Database) -> None:
    """Runs what has not run yet, each migration in its own transaction; a new database gets its node."""
    with database.migrating() as conn:
        command.upgrade(config(conn), "head")
    with database.write() as session:
        chain.new_node(session.connection())


def config(conn: Connection) -> Config:
    alembic = Config(INI)
    alembic.attributes["connection"] = conn
    return alembic


def missing(database: Database) -> list[str]:
    """What a person must do before this database can be used by this version."""
    head = ScriptDirectory.from_config(Config(INI)).get_current_head()
    with translated(), database.reading.connect() as conn:
        here = MigrationContext.configure(conn).get_current_revision()
    return (
        [] if here == head else [f"the database is at {here or 'nothing'}, not at {head}: run banhoc migrate"]
    )
