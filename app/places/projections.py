"""Places from the ledger: each is folded anew from all its changes, so arrival order means nothing."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from app.core import ids, ledger
from app.core.db import in_parts, insert_or_ignore, replace, upsert
from app.core.errors import MakesNoSense
from app.core.ledger import Fact
from app.places import rules
from app.places.models import Place, PlaceChange
from app.places.queries import CHANGE, SHIPPED

SET, MERGED, RESTORED = "place.set/1", "place.merged/1", "place.restored/1"
ENVELOPE = frozenset({"id", "type", "person", "claimed_at", "salt", "place", "by"})
DEFAULTS = {
    "parent": None,
    "former_district_unverified": "",
    "power": "",
    "signal": "",
    "contact": "",
    "phone": "",
}


def register() -> None:
    """`place` itself is folded anew and never emptied: what was shipped is no entry."""
    ledger.projection(PlaceChange)
    ledger.on(SET, check_set)(project)
    ledger.on(MERGED, check_merged)(project)
    ledger.on(RESTORED, check_restored)(project)


def said(fact: Fact) -> dict[str, Any]:
    return {name: value for name, value in fact.data.items() if name not in ENVELOPE}


def check_set(conn: Connection, fact: Fact) -> None:
    _check(fact, rules.fits(said(fact)))


def check_merged(conn: Connection, fact: Fact) -> None:
    kept = fact.data.get("kept")
    _check(fact, isinstance(kept, str) and kept != fact.data.get("place"))


def check_restored(conn: Connection, fact: Fact) -> None:
    _check(fact, ids.is_id(fact.data.get("merge")))


def _check(fact: Fact, makes_sense: bool) -> None:
    if not makes_sense or not isinstance(fact.data.get("by"), str) or "place" not in fact.data:
        raise MakesNoSense("no-place")


def project(conn: Connection, facts: list[Fact]) -> None:
    insert_or_ignore(conn, PlaceChange, [_row(fact) for fact in facts])
    fold(conn, {fact.data["place"] for fact in facts})


def _row(fact: Fact) -> dict[str, Any]:
    words = json.dumps(said(fact), ensure_ascii=False, sort_keys=True)
    return {
        "id": fact.id, "code": fact.data["place"], "type": fact.type, "by": fact.data["by"], "said": words,
        "made_at": fact.claimed_at,
    }  # fmt: skip


def fold(conn: Connection, codes: Iterable[str]) -> None:
    """Writes these places anew from what was shipped and what was said of them."""
    for some in in_parts(sorted(codes)):
        upsert(conn, Place, _folded(conn, some), replace)


def _folded(conn: Connection, codes: Sequence[str]) -> list[dict[str, Any]]:
    shipped = {
        row["code"]: {name: row[name] for name in rules.SHIPPED_FIELDS}
        for row in conn.execute(select(SHIPPED).where(SHIPPED.c.code.in_(codes))).mappings()
    }
    changes = defaultdict(list)
    for row in conn.execute(select(CHANGE).where(CHANGE.c.code.in_(codes))):
        changes[row.code].append((row.id, row.type, rules.read(row.said)))
    found = {code: rules.folded(shipped.get(code, {}), changes[code]) for code in codes}
    return [DEFAULTS | place | {"code": code} for code, place in found.items() if place is not None]
