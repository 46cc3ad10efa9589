"""How each route about classes is called, for the test that calls every staff route as every role."""

from typing import Any

from fastapi import FastAPI
from sqlalchemy import Connection

from app.accounts import people
from app.accounts.permissions import Role
from app.core import clock, ids
from app.programmes import class_actions as actions
from app.programmes import class_queries as queries
from tests.cast import STAFF
from tests.programmes.class_stage import DAY, opened, settled, write


def met(app: FastAPI, place: str) -> dict[str, str]:
    """A class at a place with somebody in it who is there today, of whom a skill was seen, and who was told something."""
    today = clock.as_datetime(clock.now()).date().isoformat()

    def work(conn: Connection) -> dict[str, str]:
        staff = people.add_staff(conn, ids.new(), STAFF[1], Role.HELPER, place)
        person = settled(conn, "Mỷ", place)
        id = opened(conn, staff, [person], place)
        row = queries.class_row(conn, id)
        actions.take_attendance(conn, row, today, [person], [person], staff)
        actions.confirm(conn, row, "skill", "vneid-open", [person], today, staff)
        actions.announce(conn, row, "Tối mai", "vi", "", staff)
        [shown], [told] = queries.confirmations(conn, id), queries.announcements(conn, [id])
        made = {"confirmation": shown.id, "announcement": told.id}
        return made | {"id": id, "person": person, "helper": staff}

    structure = app.state.shelf.courses["small"].structure
    made: dict[str, str] = write(app, work)
    return made | {"course": "small", "lesson": "first", "structure": structure}


def same(app: FastAPI, place: str) -> dict[str, str]:
    """One such class a place, for what leaves it as it was."""
    if not hasattr(app.state, "class_examples"):
        app.state.class_examples = {}
    known: dict[str, dict[str, str]] = app.state.class_examples
    if place not in known:
        known[place] = met(app, place)
    return known[place]


def at(**form: Any) -> dict[str, Any]:
    return {"make": same, "form": form, "placed": True}


def ending(**form: Any) -> dict[str, Any]:
    return at(**form) | {"make": met}


FORM = {
    "name": "Lớp", "place": "{place}", "helper": "{helper}", "from_day": DAY, "courses": "small",
}  # fmt: skip
CLASS_EXAMPLES: dict[str, dict[str, Any]] = {
    "GET /classes": {},
    "GET /classes/new": {},
    "GET /classes/cards": {},
    "POST /classes": at(**FORM),
    "GET /classes/{id}": at(),
    "POST /classes/{id}": at(**FORM),
    "GET /classes/{id}/edit": at(),
    "POST /classes/{id}/end": ending(ended="1"),
    "GET /classes/{id}/roll": at(),
    "POST /classes/{id}/roll": at(person="{person}"),
    "POST /classes/{id}/roll/{person}/removal": ending(),
    "GET /classes/{id}/attendance": at(),
    "POST /classes/{id}/attendance": at(day=DAY, shown="{person}", there="{person}"),
    "GET /classes/{id}/print": at(),
    "GET /classes/{id}/announcements": at(),
    "POST /classes/{id}/announcements": at(words="Tối mai"),
    "POST /classes/{id}/announcements/{announcement}/end": ending(),
    "GET /classes/{id}/confirmations": at(),
    "POST /classes/{id}/confirmations": at(what="skill:vneid-open", person="{person}"),
    "POST /classes/{id}/confirmations/{confirmation}/withdrawal": ending(),
    "GET /classes/{id}/group": at(),
    "GET /classes/{id}/group/{course}/{lesson}": at(at="1"),
    "POST /classes/{id}/group/{course}/{lesson}": at(
        at="1", structure="{structure}", **{"held.{person}": "b"}
    ),
}
