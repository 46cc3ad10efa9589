"""What anybody may ask of the register: one certificate by its number, in one question, for every scan of a QR code asks it."""

import json

from sqlalchemy import Connection, bindparam, func, or_, select

from app.certificates import queries
from app.certificates.queries import CERTIFICATE, DECISION, HOLDER, REVOKED
from app.certificates.snapshot import Snapshot, Standing
from app.certificates.telling import Record
from app.core import clock

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


def record(conn: Connection, number: str) -> Record | None:
    """As `queries.by_number` and `queries.standing` tell it."""
    row = conn.execute(_RECORD, {"number": number}).one_or_none()
    if row is None:
        return None
    standing = queries.standing(conn, number) if row.ended else Standing(state="valid", known_at=clock.now())
    said = {**json.loads(row.about), **(json.loads(row.hers) if row.hers else {"name": ""})}
    return Record(
        Snapshot.from_json({**said, "id": row.id, "number": row.number, "status": row.status}), standing
    )


def last_status(conn: Connection) -> int:
    """The greatest place in the status lists that was given; 0 before there is any."""
    return conn.execute(select(func.max(CERTIFICATE.c.status))).scalar_one() or 0
