"""How each route about the register is called, for the test that calls every staff route as every role."""

from typing import Any

from fastapi import FastAPI

from app.accounts.permissions import Role
from app.certificates import queries
from app.core import clock, ids
from tests.certificates.examples import graduate, hire, make, office, read, work

ROOT = "/admin/certificates"
NOT_AT_A_COMMUNE = frozenset({404})
"""What holds in the whole province is for who may at the province; `test_staff_pages` calls it there."""


def asked(app: FastAPI, place: str) -> dict[str, str]:
    """Somebody at a place who has earned a certificate, and a batch for her that waits for a second person's word."""
    person, by = graduate(app, "Mỷ", place), hire(app, ids.new(), Role.OFFICER, place)
    other = graduate(app, "Mỷ", place)
    batch = make(app, [other], by, source="person", source_id=other)
    return {"person": person, "batch": batch}


def issued(app: FastAPI, place: str) -> dict[str, str]:
    """A certificate issued at a place, with its batch."""
    year = clock.as_datetime(clock.now()).year
    if not office(app).keys.all():
        office(app).keys.make(year)
    by = hire(app, ids.new(), Role.ADMINISTRATOR, place)
    batch = make(app, [graduate(app, "Mỷ", place)], by)
    work(app)
    [found] = read(app, lambda conn: queries.of_batch(conn, batch))
    return {"batch": batch, "id": found.id}


def same(app: FastAPI, place: str) -> dict[str, str]:
    """One of each a place, for what leaves them as they were."""
    if not hasattr(app.state, "certificate_examples"):
        app.state.certificate_examples = {}
    known: dict[str, dict[str, str]] = app.state.certificate_examples
    if place not in known:
        known[place] = asked(app, place) | issued(app, place)
    return known[place]


def at(**form: Any) -> dict[str, Any]:
    return {"make": same, "form": form, "placed": True}


def province(**form: Any) -> dict[str, Any]:
    return {"form": form, "ok": NOT_AT_A_COMMUNE}


ASK = {"course": "small", "who": "person:{person}", "n": "1"}
CERTIFICATE_EXAMPLES: dict[str, dict[str, Any]] = {
    f"GET {ROOT}": {},
    f"GET {ROOT}/export": {},
    f"GET {ROOT}/new": at(asked="1", **ASK),
    f"GET {ROOT}/batches": {},
    f"GET {ROOT}/doubts": {},
    f"GET {ROOT}/rules": {},
    f"POST {ROOT}/batches": at(**ASK) | {"make": asked},
    f"POST {ROOT}/slips": at(**ASK) | {"make": asked},
    f"GET {ROOT}/batches/{{batch}}": at(),
    f"GET {ROOT}/batches/{{batch}}/print": at(),
    f"POST {ROOT}/batches/{{batch}}/work": at(),
    f"POST {ROOT}/batches/{{batch}}/approval": at() | {"make": asked},
    f"POST {ROOT}/batches/{{batch}}/end": at() | {"make": asked},
    f"POST {ROOT}/batches/{{batch}}/revocation": at(reason="mistake") | {"make": issued},
    f"GET {ROOT}/issued/{{id}}": at(),
    f"POST {ROOT}/issued/{{id}}/prints": at(form="pdf"),
    f"POST {ROOT}/issued/{{id}}/revocation": at(reason="mistake") | {"make": issued},
    f"POST {ROOT}/issued/{{id}}/correction": at(name="Mỷ Hai", reason="wrong_data") | {"make": issued},
    f"GET {ROOT}/rules/edit": province(),
    f"POST {ROOT}/rules": province(id="small"),
    f"POST {ROOT}/issuer": province(code="DBN", name="Sở"),
    f"GET {ROOT}/templates": province(),
    f"GET {ROOT}/templates/edit": province(),
    f"GET {ROOT}/templates/preview.png": province(),
    f"POST {ROOT}/templates": province(id="x"),
    f"GET {ROOT}/batches/{{batch}}/signatures": at(),
    f"GET {ROOT}/batches/{{batch}}/signatures/files.zip": at(),
    f"POST {ROOT}/batches/{{batch}}/signatures": at() | {"ok": frozenset({422})},
    f"GET {ROOT}/keys": province(),
    f"POST {ROOT}/keys": province(),
    f"POST {ROOT}/keys/{{key}}/retirement": province() | {"make": lambda app, place: {"key": "2026-1"}},
    f"POST {ROOT}/keys/{{key}}/exposure": province(reason="x")
    | {"make": lambda app, place: {"key": "2026-1"}},
}
