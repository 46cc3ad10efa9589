"""Runs migrations on the connection handed over in `attributes`, or else on the database of the settings."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from alembic import context
from sqlalchemy import Connection, String, Text
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from app.core.db import Database
from app.core.settings import from_environment

ROOT = Path(__file__).parents[1]


def import_tables() -> None:
    for path in sorted((ROOT / "app").glob("*/*models.py")):
        import_module(f"app.{path.parent.name}.{path.stem}")


def render(kind: str, thing: Any, _: Any) -> str | bool:
    """SQLModel's own string type is written as plain text."""
    return "sa.Text()" if kind == "type" and isinstance(thing, AutoString | Text) else False


def same_type(_: Any, __: Any, ___: Any, found: Any, wanted: Any) -> bool | None:
    """Text without a length is one type, whatever it is called."""
    both_text = isinstance(found, String) and isinstance(wanted, String | AutoString)
    return False if both_text else None


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        render_item=render,
        compare_type=same_type,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


import_tables()
given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    database = Database(from_environment(os.environ).database)
    with database.migrating() as own:
        run(own)
    database.close()
