"""Revisions and publications, filled from the ledger."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from app.core import ledger
from app.core.db import insert_or_ignore
from app.core.ledger import Fact
from app.curriculum.models import Publication, Revision

IMPORTED = "course.imported/1"
PUBLISHED = "course.published/1"


def register() -> None:
    ledger.projection(Revision)
    ledger.projection(Publication)
    ledger.on(IMPORTED)(_filling(Revision, "made_at"))
    ledger.on(PUBLISHED)(_filling(Publication, "published_at"))


def _filling(model: type[Revision | Publication], time: str) -> Callable[[Connection, list[Fact]], None]:
    def project(conn: Connection, facts: list[Fact]) -> None:
        insert_or_ignore(conn, model, [_row(fact, time) for fact in facts])

    return project


def _row(fact: Fact, time: str) -> dict[str, Any]:
    named = {name: fact.data[name] for name in ("course", "structure", "manifest")}
    return {"id": fact.id, time: fact.claimed_at, **named}
