"""Imports of teachers' files; each sees her own."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from app.accounts.permissions import Officer
from app.authoring.models import MaterialImport
from app.core.db import table_of
from app.core.errors import NotFound

IMPORT = table_of(MaterialImport)
SOME = 30


def one(conn: Connection, id: str, for_: Officer) -> Row[Any]:
    row = conn.execute(select(IMPORT).where(IMPORT.c.id == id, IMPORT.c.by == for_.id)).one_or_none()
    if row is None:
        raise NotFound("there is no such import of yours")
    return row


def of(conn: Connection, officer: Officer) -> Sequence[Row[Any]]:
    mine = select(IMPORT).where(IMPORT.c.by == officer.id)
    return conn.execute(mine.order_by(IMPORT.c.made_at.desc(), IMPORT.c.id.desc()).limit(SOME)).all()


def found(row: Row[Any]) -> dict[str, Any]:
    """What was read of it, or why nothing was."""
    read: dict[str, Any] = json.loads(row.found)
    return read
