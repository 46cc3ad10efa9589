"""How the routes about people's data are called, for tests/house/test_permissions.py."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from app.accounts import consent, data_actions
from app.accounts.projections import REGISTERED
from app.core import ids, ledger

AGREED = consent.sentences("vi", False)[0].agreed


def person(app: FastAPI, place: str) -> dict[str, str]:
    """Somebody who lives there."""
    id = ids.new()
    said = {"name": "Mỷ", "face": "bun", "lang": "vi", "consent": AGREED, "place": place}
    app.state.writer.call(lambda conn: ledger.record(conn, REGISTERED, id, **said))
    return {"person": id}


def asked(kind: str) -> Callable[[FastAPI, str], dict[str, str]]:
    def make(app: FastAPI, place: str) -> dict[str, str]:
        who = person(app, place)["person"]
        return {"id": app.state.writer.call(lambda conn: data_actions.ask(conn, who, kind)), "person": who}

    return make


def silent(app: FastAPI, place: str) -> dict[str, str]:
    made = person(app, place)
    app.state.writer.call(lambda conn: conn.exec_driver_sql("UPDATE entry SET received_at = 1"))
    return made


DATA_EXAMPLES: dict[str, dict[str, Any]] = {
    "GET /admin/requests": {},
    "GET /admin/requests/{id}": {"make": asked("see"), "placed": True},
    "POST /admin/requests/{id}/answer": {
        "make": asked("see"),
        "form": {"outcome": "done"},
        "placed": True,
    },
    "POST /admin/requests/{id}/erasure": {"make": asked("delete"), "form": {"sure": "1"}, "placed": True},
    "GET /admin/requests/{id}/file": {"make": asked("take"), "placed": True},
    "POST /admin/people/{person}/erasure": {"make": silent, "form": {"sure": "1"}, "placed": True},
    "GET /admin/people/{person}/data": {"make": person, "placed": True},
    "POST /admin/people/{person}/consents": {
        "make": person,
        "form": {"purpose": "keep-learning", "agreed": AGREED, "aloud": "vi"},
        "placed": True,
    },
    "POST /admin/people/{person}/requests": {"make": person, "form": {"kind": "see"}, "placed": True},
}
