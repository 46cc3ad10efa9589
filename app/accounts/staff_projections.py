"""Who asked that somebody's lost codes end, and which other administrator confirmed it."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from app.accounts import queries
from app.accounts.models import TotpRenewal
from app.core import ids, ledger
from app.core.db import replace, table_of, upsert
from app.core.errors import MakesNoSense
from app.core.ledger import Fact
from app.core.models import Entry
from app.places.rules import read

LOST, RENEWED = "totp.lost/1", "totp.renewed/1"
ENTRY, RENEWAL = table_of(Entry), table_of(TotpRenewal)


def register() -> None:
    ledger.projection(TotpRenewal)
    ledger.on(LOST, check_lost)(project)
    ledger.on(RENEWED, check_renewed)(project)


def check_lost(conn: Connection, fact: Fact) -> None:
    by = fact.data.get("by")
    if not ids.is_id(by) or by == fact.person or not queries.manages(conn, str(by), fact.person):
        raise MakesNoSense("not-hers-to-renew")


def check_renewed(conn: Connection, fact: Fact) -> None:
    check_lost(conn, fact)
    asked = conn.execute(select(RENEWAL).where(RENEWAL.c.id == str(fact.data.get("asked")))).one_or_none()
    if asked is None or asked.staff_id != fact.person:
        raise MakesNoSense("not-asked")
    if asked.asked_by == fact.data["by"]:
        raise MakesNoSense("another-administrator")


def project(conn: Connection, facts: list[Fact]) -> None:
    staff = sorted({fact.person for fact in facts})
    theirs = select(ENTRY).where(ENTRY.c.person_id.in_(staff), ENTRY.c.body.is_not(None))
    theirs = theirs.where(ENTRY.c.type.in_(("totp.lost", "totp.renewed"))).order_by(ENTRY.c.id)
    bodies: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in conn.execute(theirs):
        bodies[row.person_id].append(read(row.body))
    upsert(conn, TotpRenewal, [row for one in bodies.values() for row in _renewals(one)], replace)


def _renewals(bodies: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each asking, with the first confirmation by somebody else; takes one person's entries by id."""
    rows = {
        body["id"]: {
            "id": body["id"], "staff_id": body["person"], "asked_by": body["by"], "asked_at": body["claimed_at"],
            "confirmed_by": None, "confirmed_at": None,
        }
        for body in bodies
        if "asked" not in body
    }  # fmt: skip
    for body in bodies:
        row = rows.get(body.get("asked", ""))
        if row is not None and row["confirmed_by"] is None and body["by"] != row["asked_by"]:
            row |= {"confirmed_by": body["by"], "confirmed_at": body["claimed_at"]}
    return list(rows.values())
