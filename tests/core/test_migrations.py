import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import BigInteger, Boolean, Integer, Text, select
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from app.core import chain, migrate
from app.core.db import Database
from app.core.errors import Unavailable


def test_migrations_make_exactly_the_tables_of_the_rooms(database: Database) -> None:
    with database.migrating() as conn:
        try:
            command.check(migrate.config(conn))
        except CommandError as difference:
            pytest.fail(f"{difference}. Write it down: make migration M='…'")


def test_migrating_again_changes_nothing(database: Database) -> None:
    assert migrate.missing(database) == []
    with database.read() as db:
        before = db.connection().execute(select(chain.HEAD)).all()
    migrate.upgrade(database)
    with database.read() as db:
        assert db.connection().execute(select(chain.HEAD)).all() == before


def test_migrations_are_one_line_of_history_with_dated_names() -> None:
    script = ScriptDirectory(str(Path(migrate.INI).parent / "migrations"))
    assert len(script.get_heads()) == 1
    assert all(Path(step.path).name[:4].isdigit() for step in script.walk_revisions())


def test_every_table_is_strict_and_keeps_time_in_milliseconds(database: Database) -> None:
    for table in SQLModel.metadata.sorted_tables:
        assert table.dialect_options["sqlite"]["strict"], table
        for column in table.columns:
            named_as_time = column.name == "at" or column.name.endswith("_at")
            assert isinstance(column.type, BigInteger) or not named_as_time, column
            assert isinstance(column.type, Text | AutoString | Integer | Boolean) or column.name in (
                "body",
                "cose",
            ), column


@pytest.mark.only_on("sqlite")
def test_sqlite_refuses_what_is_not_of_the_type(database_url: str) -> None:
    with (
        sqlite3.connect(database_url.removeprefix("sqlite:///")) as raw,
        pytest.raises(sqlite3.IntegrityError),
    ):
        raw.execute("insert into log_head values ('a', 'b', 'many', 'c', 0, null)")
    raw.close()


@pytest.mark.only_on("sqlite")
def test_sqlite_is_set_up_to_lose_nothing(database: Database) -> None:
    def said(session, pragma: str):
        return session.connection().exec_driver_sql(f"PRAGMA {pragma}").scalar_one()

    with database.write() as db:
        wanted = {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "trusted_schema": 0,
            "mmap_size": 0,
        }
        assert {pragma: said(db, pragma) for pragma in wanted} == wanted
    with database.read() as db:
        assert said(db, "query_only") == 1
    assert database.check() == []


@pytest.mark.only_on("sqlite")
def test_a_second_writing_process_is_told_who_holds_the_file(database: Database, database_url: str) -> None:
    import subprocess
    import sys

    with database.write() as db:
        db.connection()
    other = (
        f"from app.core.db import Database\nwith Database({database_url!r}).write() as db: db.connection()"
    )
    done = subprocess.run([sys.executable, "-c", other], capture_output=True, text=True)
    assert Unavailable.__name__ in done.stderr and "stop it first" in done.stderr
