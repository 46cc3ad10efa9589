"""A class of the tests: in the village's commune, led by Sùng, with the people who come."""

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Connection

from app.accounts import consent, data_actions, people
from app.accounts.permissions import Role
from app.core import ids, ledger
from app.programmes import class_actions as actions
from app.programmes import class_queries as queries
from tests.cast import STAFF, Phone

HERE, ELSEWHERE = "03160", "03158"
"""Two communes."""
DAY = "2026-11-18"
"""The day the clock of the tests stands still on."""


def write(app: FastAPI, work: Callable[[Connection], Any]) -> Any:
    return app.state.writer.call(work)


def hire(app: FastAPI, name: str = "Sùng", role: Role = Role.HELPER, place: str = HERE) -> str:
    return str(write(app, lambda conn: people.add_staff(conn, name, STAFF[1], role, place)))


def sign_in(app: FastAPI, name: str = "Sùng") -> Phone:
    phone = Phone(app)
    phone.post("/staff/sign-in", {"name": name, "passphrase": STAFF[1]})
    return phone


def settle(app: FastAPI, name: str, place: str = HERE) -> str:
    return str(write(app, lambda conn: settled(conn, name, place)))


def agree(app: FastAPI, person: str, purpose: str) -> None:
    """She says yes to this, too."""
    words = consent.read("vi", purpose)
    assert words is not None
    write(app, lambda conn: data_actions.agree(conn, person, purpose, words.agreed))


def settled(conn: Connection, name: str, place: str) -> str:
    """Somebody without a phone, who lives in a place."""
    said = {"name": name, "face": "bun", "lang": "vi", "consent": "1", "place": place}
    person = ids.new()
    ledger.record(conn, "person.registered/1", person, **said)
    return person


def open_class(app: FastAPI, by: str, persons: Sequence[str] = ()) -> str:
    return str(write(app, lambda conn: opened(conn, by, persons, HERE)))


def opened(conn: Connection, by: str, persons: Sequence[str], place: str) -> str:
    said = {"name": "Lớp tối", "place": place, "helper": by, "from_day": DAY, "to_day": ""}
    id = actions.set_class(conn, by, **said, courses=[("small", "")])
    actions.add(conn, queries.class_row(conn, id), persons, by)
    return id
