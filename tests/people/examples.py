"""How each route about people is called, for the test that calls every staff route as every role."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from app.accounts import actions, consent, households
from app.admin import people_imports as imports
from app.core import ids

AGREED = consent.sentences("vi", drafts=False)[0].agreed


def settled(app: FastAPI, place: str) -> dict[str, str]:
    """Somebody of a place who has a card and lives in a household; and an id for somebody new."""
    person, by = ids.new(), ids.new()

    def work(conn: Any) -> str:
        told = {"name": "Mỷ", "face": "bun", "lang": "vi", "consent": AGREED, "place": place}
        actions.enrol(conn, person, by=by, **told)
        actions.make_card(conn, person, "0" * 64, by)
        household = households.make(conn, "Nhà Mỷ", place, by)
        households.join(conn, household, person, by)
        return household

    return {"person": person, "household": app.state.writer.call(work), "new": ids.new()}


def at(make: Callable[[FastAPI, str], dict[str, str]] = settled, **form: Any) -> dict[str, Any]:
    return {"make": make, "form": form, "placed": True}


TOLD = {"id": "{new}", "name-{new}": "Dở", "face-{new}": "bun", "speaks": "vi", "place": "{place}"}
PEOPLE_EXAMPLES: dict[str, dict[str, Any]] = {
    "GET /admin/people": {},
    "GET /admin/people/new": {},
    "POST /admin/people/new": at(**TOLD),
    "POST /admin/people": at(**TOLD, **{"yes-{new}": AGREED}),
    "GET /admin/people/{person}": at(),
    "POST /admin/people/{person}": at(name="Dở", face="bun", speaks="vi", place="{place}"),
    "POST /admin/people/{person}/pin": at(),
    "POST /admin/people/{person}/card-end": at(),
    "POST /admin/cards": at(person="{person}"),
    "GET /admin/households": {},
    "POST /admin/households": at(name="Nhà Dở", place="{place}"),
    "GET /admin/households/{household}": at(),
    "POST /admin/households/{household}": at(name="Nhà Mỷ mới"),
    "POST /admin/households/{household}/people": at(person="{person}"),
    "POST /admin/households/{household}/people/{person}/leaving": at(),
    "GET /admin/rolls": {},
    "POST /admin/rolls": at(place="{place}", hours="2"),
    "POST /admin/rolls/{sha}/end": {"make": lambda app, place: {"sha": "0"}, "ok": frozenset({404})},
}


def anothers(app: FastAPI, place: str) -> dict[str, str]:
    """A list that somebody else sent."""
    return {"id": app.state.writer.call(lambda conn: imports.begin(conn, "a.csv", b"", place, ids.new()))}


def merged(app: FastAPI, place: str) -> dict[str, str]:
    one, other = settled(app, place)["person"], settled(app, place)["person"]
    return {"id": app.state.writer.call(lambda conn: actions.merge(conn, one, other, by=one))}


def two(app: FastAPI, place: str) -> dict[str, str]:
    return {"one": settled(app, place)["person"], "other": settled(app, place)["person"]}


HERS_ALONE = {"make": anothers, "ok": frozenset({404})}
PEOPLE_EXAMPLES |= {
    "GET /admin/imports": {},
    "POST /admin/imports": {"files": {"file": ("a.csv", b"Ho ten\nA\n")}},
    "GET /admin/imports/{id}": HERS_ALONE,
    "POST /admin/imports/{id}/confirmation": HERS_ALONE,
    "POST /admin/imports/{id}/removal": HERS_ALONE,
    "GET /admin/lists/staff": {},
    "POST /admin/lists/staff": {"files": {"file": ("a.csv", "Họ tên\nA\n".encode())}},
    "POST /admin/lists/staff/slips": {},
    "GET /admin/lists/staff/{id}": HERS_ALONE,
    "POST /admin/lists/staff/{id}/confirmation": HERS_ALONE,
    "POST /admin/lists/staff/{id}/removal": HERS_ALONE,
    "GET /admin/lists/classes": {},
    "POST /admin/lists/classes": {"files": {"file": ("a.csv", "Tên lớp\nA\n".encode())}},
    "GET /admin/lists/classes/{id}": HERS_ALONE,
    "POST /admin/lists/classes/{id}/confirmation": HERS_ALONE,
    "POST /admin/lists/classes/{id}/removal": HERS_ALONE,
    "GET /admin/doubles": {},
    "GET /admin/doubles/{one}/{other}": at(two),
    "POST /admin/doubles/{one}/{other}": at(two, keep="{one}"),
    "POST /admin/merges/{id}/undoing": at(merged),
}
