"""What is said of places; each change is an entry that names who said it, and the old stays to be read."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row

from app.core import clock, ledger
from app.core.db import replace, upsert
from app.core.errors import MakesNoSense, NotFound
from app.core.ledger import Received
from app.places import queries, rules
from app.places.models import PlaceShipped
from app.places.projections import MERGED, RESTORED, SET, fold


def bring_in(conn: Connection, file: Path) -> int:
    """Takes the places that come with the program from a CSV file; what was said of them here stays. How many they are."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [{**line, "parent": line["parent"] or None} for line in csv.DictReader(lines)]
    upsert(conn, PlaceShipped, rows, replace)
    fold(conn, [str(row["code"]) for row in rows])
    return len(rows)


def change(conn: Connection, code: str, by: str, said: Mapping[str, str]) -> bool:
    """Says what is new of a place; whether anything was."""
    place = _place(conn, code)
    new = {name: value for name, value in said.items() if getattr(place, name) != value}
    if not new:
        return False
    if "name" in new and queries.named(conn, place.parent, new["name"]) not in (None, code):
        raise MakesNoSense("name-taken")
    ledger.record(conn, SET, by, place=code, by=by, **new)
    return True


def add_villages(conn: Connection, commune: str, by: str, villages: Sequence[Mapping[str, str]]) -> list[str]:
    """Makes villages beneath a commune or ward, each with a `name` and what else is known; their codes."""
    if _place(conn, commune).kind not in ("commune", "ward"):
        raise MakesNoSense("not-a-commune")
    names = {key for _, key in queries.by_name(conn, [commune])}
    for village in villages:
        if (key := rules.key(village["name"])) in names:
            raise MakesNoSense("name-taken")
        names.add(key)
    first = queries.villages_ever(conn, commune) + 1
    codes = [rules.VILLAGE_CODE.format(commune=commune, number=first + n) for n in range(len(villages))]
    at = clock.now()
    bodies = [
        Received(ledger.compose(SET, by, place=code, by=by, kind="village", parent=commune, **village), at)
        for code, village in zip(codes, villages, strict=True)
    ]
    for outcome in ledger.append(conn, bodies):
        if outcome.state != "recorded":
            raise MakesNoSense(outcome.reason)
    return codes


def merge(conn: Connection, code: str, kept: str, by: str) -> str:
    """What is at `code` is at `kept` from now on; the id of the merger, to take it back."""
    place, into = _place(conn, code), _place(conn, kept)
    if (
        place.merged_into
        or into.merged_into
        or not _alike(place.kind, into.kind)
        or queries.holds(conn, [code], kept)
    ):
        raise MakesNoSense("not-to-be-merged")
    return ledger.record(conn, MERGED, by, place=code, by=by, kept=kept)


def restore(conn: Connection, code: str, by: str) -> None:
    """Takes the merger of a place back."""
    merge = queries.standing_merger(conn, code)
    if merge is None:
        raise NotFound("this place is not merged")
    ledger.record(conn, RESTORED, by, place=code, by=by, merge=merge)


def _alike(kind: str, other: str) -> bool:
    """Villages go into villages, communes and wards into each other, and the province stays."""
    return (kind == "village") == (other == "village") and "province" not in (kind, other)


def _place(conn: Connection, code: str) -> Row[Any]:
    place = queries.place(conn, code)
    if place is None:
        raise NotFound(f"there is no place {code}")
    return place
