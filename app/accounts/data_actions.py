"""What is written when somebody agrees, takes it back, asks about her data, is answered, or is erased."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from app.accounts import consent, data_rules, merging
from app.accounts.data_projections import ANSWERED, ASKED, CONSENTING, GIVEN, WITHDRAWN
from app.accounts.data_queries import REQUEST, WAITS
from app.accounts.queries import ENTRY
from app.core import erasing, ledger
from app.core.errors import NotFound

KNOWN = 20


def agree(conn: Connection, person: str, purpose: str, version: str, **told: str) -> None:
    """`told`: `by` and `read_aloud` where a member of staff read it to her, `guardian` where one said yes for a child."""
    said = {name: text for name, text in told.items() if text}
    ledger.record(
        conn,
        GIVEN,
        person,
        purpose=purpose,
        version=version,
        based_on=_known(conn, person, CONSENTING),
        **said,
    )


def withdraw(conn: Connection, person: str, purpose: str, by: str = "") -> None:
    """Without the one consent that is needed nothing may be kept, so withdrawing it asks for deletion."""
    who = {"by": by} if by else {}
    known = _known(conn, person, CONSENTING)
    ledger.record(conn, WITHDRAWN, person, purpose=purpose, based_on=known, **who)
    if purpose == consent.KEEP and not _waiting(conn, person, "delete"):
        ask(conn, person, "delete", by=by)


def ask(conn: Connection, person: str, kind: str, words: str = "", by: str = "") -> str:
    who = {"by": by} if by else {}
    return ledger.record(conn, ASKED, person, kind=kind, words=words, **who)


def answer(conn: Connection, id: str, outcome: str, words: str, by: str) -> None:
    row = _open(conn, id)
    ledger.record(conn, ANSWERED, row.person_id, asked=id, outcome=outcome, words=words, by=by)


def take_back(conn: Connection, id: str, person: str) -> None:
    """She asked, and thinks better of it."""
    row = _open(conn, id)
    if row.person_id not in merging.records(conn, person):
        raise NotFound("there is no such request")
    ledger.record(conn, ANSWERED, row.person_id, asked=id, outcome=data_rules.TAKEN_BACK, by=row.person_id)


def erase(conn: Connection, person: str, by: str) -> None:
    """Takes her out, with every record that stands for her, on this node and on all that hear of it.

    The record that stands goes last: it says where she lives, and so who may.
    """
    records = merging.records(conn, person)
    for one in records:
        erasing.hand_over(conn, one)
    named = erasing.without(conn, _names(conn, records), records, by)
    for one in reversed(records):
        ledger.record(conn, erasing.ERASED, one, by=by, **({"entries": named} if named else {}))


def _names(conn: Connection, records: Sequence[str]) -> set[str]:
    """Every name she ever had."""
    kinds = ("person.registered", "person.changed")
    said = select(ENTRY.c.body).where(ENTRY.c.person_id.in_(records), ENTRY.c.type.in_(kinds))
    bodies = (json.loads(body) for body in conn.execute(said.where(ENTRY.c.body.is_not(None))).scalars())
    return {body["name"] for body in bodies if body.get("name")}


def _open(conn: Connection, id: str) -> Row[Any]:
    row = conn.execute(select(REQUEST).where(REQUEST.c.id == id)).one_or_none()
    if row is None or row.outcome not in data_rules.OPEN:
        raise NotFound("there is no such request that waits")
    return row


def _waiting(conn: Connection, person: str, kind: str) -> bool:
    asked = select(REQUEST.c.id).where(REQUEST.c.person_id == person, REQUEST.c.kind == kind)
    return conn.execute(asked.where(WAITS)).first() is not None


def _known(conn: Connection, person: str, types: Sequence[str]) -> list[str]:
    """The latest entries this one is made knowing."""
    mine = select(ENTRY.c.id).where(ENTRY.c.person_id == person, ENTRY.c.type.in_(types))
    return sorted(conn.execute(mine).scalars())[-KNOWN:]
