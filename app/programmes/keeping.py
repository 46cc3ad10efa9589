"""What programmes keep of a person: handed to her, or taken away."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, select
from sqlmodel import SQLModel

from app.core import erasing
from app.core.chain import ENTRY
from app.core.db import table_of
from app.programmes.models import Attendance, ClassMember, Confirmation, Elsewhere, EventJoined, Withdrawal

OF_PERSONS: tuple[type[SQLModel], ...] = (ClassMember, Attendance, Confirmation, EventJoined, Elsewhere)
WITHDRAWAL = table_of(Withdrawal)


def register() -> None:
    erasing.room("programmes", export, OF_PERSONS, forget)


def export(conn: Connection, records: Sequence[str]) -> dict[str, Any]:
    """Her classes and who was there, what she was seen doing, the events she came to, what she learnt elsewhere."""
    tables = [table_of(model) for model in OF_PERSONS]
    return {table.name: _rows(conn, table, records) for table in tables}


def _rows(conn: Connection, table: Table, records: Sequence[str]) -> list[dict[str, Any]]:
    query = select(*(column for column in table.c if column.name not in ("person_id", "set_id")))
    found = conn.execute(query.where(table.c.person_id.in_(records)).order_by(*table.primary_key.columns))
    return [dict(row) for row in found.mappings()]


def forget(conn: Connection, person: str) -> None:
    """What was taken back of hers; that a team's visit helped somebody stays, as a number."""
    hers = select(ENTRY.c.id).where(ENTRY.c.person_id == person)
    conn.execute(delete(WITHDRAWAL).where(WITHDRAWAL.c.id.in_(hers)))
