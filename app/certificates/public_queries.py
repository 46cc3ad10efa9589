"""What anybody may ask of the register: one certificate by its number, in one question, for every scan of a QR code asks it."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select

from app.certificates import queries
from app.certificates.queries import CERTIFICATE, DECISION, HOLDER, REVOKED
from app.certificates.snapshot import Snapshot, Standing
from app.certificates.telling import Record
from app.core import clock
from app.core.db import Database
from app.core.questions import Question

LATER = CERTIFICATE.alias("later")
_OWN = select(REVOKED.c.id).where(REVOKED.c.certificate_id == CERTIFICATE.c.id).exists()
_WITH_BATCH = (
    select(DECISION.c.id)
    .where(DECISION.c.batch_id == CERTIFICATE.c.batch_id, DECISION.c.kind == "revoked")
    .exists()
)
_REPLACED = select(LATER.c.id).where(LATER.c.replaces == CERTIFICATE.c.number).exists()
_RECORD = (
    select(
        CERTIFICATE.c.id, CERTIFICATE.c.number, CERTIFICATE.c.status, CERTIFICATE.c.about, HOLDER.c.hers,
        or_(_OWN, _WITH_BATCH, _REPLACED).label("ended"),
    )
    .outerjoin(HOLDER, HOLDER.c.id == CERTIFICATE.c.id)
    .where(CERTIFICATE.c.number == bindparam("number"))
)  # fmt: skip


class Ended(Exception):
    """It was revoked or replaced: how is asked at leisure."""


def question(database: Database) -> Question:
    return database.question(_RECORD)


def record(conn: Connection, number: str) -> Record | None:
    """As `queries.by_number` and `queries.standing` tell it."""
    row = conn.execute(_RECORD, {"number": number}).one_or_none()
    if row is None:
        return None
    return _record(row, queries.standing(conn, number) if row.ended else _valid())


async def valid_record(asked: Question, number: str) -> Record | None:
    """The same of one that stands. Raises `Ended` of any other, `Unavailable` where it cannot be told at once."""
    row = await asked.first(number=number)
    if row is not None and row[-1]:
        raise Ended
    return None if row is None else _record(row, _valid())


def _valid() -> Standing:
    return Standing(state="valid", known_at=clock.now())


def _record(row: Sequence[Any], standing: Standing) -> Record:
    id, number, status, about, hers, _ = row
    said = {**json.loads(about), **(json.loads(hers) if hers else {"name": ""})}
    return Record(Snapshot.from_json({**said, "id": id, "number": number, "status": status}), standing)


def last_status(conn: Connection) -> int:
    """The greatest place in the status lists that was given; 0 before there is any."""
    return conn.execute(select(func.max(CERTIFICATE.c.status))).scalar_one() or 0
