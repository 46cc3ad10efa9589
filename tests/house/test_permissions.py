"""Who may what where: every staff route, every role, in a place of hers and in another's.

A route for staff names its permission with `may(…)`, and stands in `EXAMPLES`: what to send it, and how to make what it
is about at a given place. A route that is not there fails the test; so does one that does more, or less, than its
permission says.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import Connection, select

from app.accounts import guards, people
from app.accounts.guards import May
from app.accounts.permissions import GIVES, MAY_GRANT, Grant, Officer, Permission, Role
from app.accounts.projections import REGISTERED
from app.accounts.queries import GRANT, NODE, officer
from app.authoring import draft_actions, media_actions
from app.authoring.media_actions import Sent
from app.core import ids, ledger
from app.core.errors import MakesNoSense
from app.main import ROUTERS
from app.me.projections import REPORT
from app.places import actions as changing_places
from app.places import queries as places
from courses.parts import media_value
from tests.authoring.desk_examples import DESK_EXAMPLES
from tests.authoring.editor_examples import EDITOR_EXAMPLES
from tests.cast import STAFF, Phone, run
from tests.certificates.staff_examples import CERTIFICATE_EXAMPLES
from tests.exchange.examples import EXCHANGE_EXAMPLES
from tests.me.examples import DATA_EXAMPLES
from tests.people.examples import PEOPLE_EXAMPLES
from tests.programmes.class_examples import CLASS_EXAMPLES
from tests.programmes.programme_examples import PROGRAMME_EXAMPLES

HERS, ANOTHERS = "03160", "03158"
"""Two communes; the roles of these tests are granted at the first."""
ANY_STAFF = {
    "GET /admin",
    "POST /staff/sign-out",
    "GET /staff/me",
    "POST /staff/me/passphrase",
    "GET /staff/me/codes",
    "POST /staff/me/codes",
    "POST /staff/me/codes/end",
    "POST /staff/me/passkeys/options",
    "POST /staff/me/passkeys",
    "POST /staff/me/passkeys/{id}/name",
    "POST /staff/me/passkeys/{id}/removal",
}
"""For whoever is signed in as staff, whatever her roles."""

Making = Callable[[FastAPI, str], dict[str, str]]


@dataclass(frozen=True)
class Example:
    """How a route is called: `make` gives the parts of its path, and what else `form` names as `{key}`.

    `placed`: what it is about lies at a place, so that the same role elsewhere does not find it.
    """

    make: Making = lambda app, place: {}
    form: Mapping[str, Any] = field(default_factory=dict)
    placed: bool = False
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    ok: frozenset[int] = frozenset({200, 303})


def write(app: FastAPI, work: Callable[[Connection], Any]) -> Any:
    return app.state.writer.call(work)


def aside(app: FastAPI, place: str) -> dict[str, str]:
    body = ledger.Received(ids.new(), 0)
    write(app, lambda conn: ledger.set_aside(conn, body, "not-json"))
    [id] = write(
        app,
        lambda conn: conn.exec_driver_sql("SELECT id FROM set_aside WHERE resolved_at IS NULL LIMIT 1").one(),
    )
    return {"id": id}


def spoken(app: FastAPI, place: str) -> dict[str, str]:
    """A report of somebody who lives there, about a lesson."""
    voice, teller = app.state.shelf.blobs.put(b"OggS"), ids.new()
    said = {"name": "Mỷ", "face": "bun", "lang": "vi", "consent": "1", "place": place}
    write(app, lambda conn: ledger.record(conn, REGISTERED, teller, **said))
    return {
        "id": write(
            app, lambda conn: ledger.record(conn, REPORT, teller, words="", voice=voice, course="small")
        )
    }


def village(app: FastAPI, place: str) -> dict[str, str]:
    name = {"name": f"Bản {ids.new()}"}
    [code] = write(app, lambda conn: changing_places.add_villages(conn, place, ids.new(), [name]))
    return {"code": code}


def two_villages(app: FastAPI, place: str) -> dict[str, str]:
    return {"code": village(app, place)["code"], "kept": village(app, place)["code"]}


def merged_village(app: FastAPI, place: str) -> dict[str, str]:
    two = two_villages(app, place)
    write(app, lambda conn: changing_places.merge(conn, two["code"], two["kept"], ids.new()))
    return two


def listed(app: FastAPI, place: str) -> dict[str, str]:
    return {"file": app.state.shelf.blobs.put("Xã,Bản\n".encode())}


def helper(app: FastAPI, place: str) -> dict[str, str]:
    def work(conn: Connection) -> dict[str, str]:
        staff = people.add_staff(conn, f"Thào {ids.new()}", STAFF[1], Role.HELPER, place)
        [grant] = conn.execute(select(GRANT.c.id).where(GRANT.c.staff_id == staff)).scalars()
        return {"id": staff, "grant": grant}

    return dict(write(app, work))


def small(app: FastAPI, place: str) -> dict[str, str]:
    return {"course": "small", "id": ids.new()}


def sent_picture(app: FastAPI, place: str) -> dict[str, str]:
    """A file that waits to be worked on."""
    made, held = small(app, place), {"sent": "anh.jpg"}
    sent = Sent(made["id"], made["course"], "first", "none", "anh", held)
    write(app, lambda conn: media_actions.begin(conn, sent, ids.new()))
    return made


def drawn_picture(app: FastAPI, place: str) -> dict[str, str]:
    blobs, value = app.state.shelf.blobs, media_value("anh.webp", b"RIFF")

    def work(conn: Connection) -> None:
        draft_actions.open_course(conn, blobs, "small")
        edit = media_actions.edit_of(conn, "small", "first/media/anh.webp", value)
        draft_actions.save(conn, "small", [edit], ids.new())

    blobs.put(b"RIFF")
    write(app, work)
    return {"course": "small", "lesson": "first", "name": "anh.webp"}


SPOKEN = {
    "id": "{id}",
    "lang": "vi",
    "lesson": "first",
    "key": "title",
    "hash": "0" * 8,
    "verdict": "approve",
    "base": "x",
}
OR_NOT = frozenset({200, 303, 404, 422})
"""Of what is refused for another reason than who asks."""


EXAMPLES: dict[str, Example] = {
    "GET /admin/staff": Example(),
    "POST /admin/staff": Example(
        lambda app, place: {"new": ids.new()},
        {"name": "Thào {new}", "role": "helper", "place": "{place}"},
        placed=True,
    ),
    "GET /admin/staff/{id}": Example(helper, placed=True),
    "POST /admin/staff/{id}/roles": Example(helper, {"role": "teacher", "place": "{place}"}, placed=True),
    "POST /admin/staff/{id}/roles/{grant}/end": Example(helper, placed=True),
    "POST /admin/staff/{id}/passphrase": Example(helper, placed=True),
    "POST /admin/staff/{id}/end": Example(helper, placed=True),
    "POST /admin/staff/{id}/codes": Example(helper, placed=True),
    "GET /admin/places": Example(),
    "GET /admin/places/{code}": Example(village, placed=True),
    "POST /admin/places/{code}": Example(village, {"power": "grid"}, placed=True),
    "POST /admin/places/{code}/contact": Example(village, {"contact": "Anh Pó"}, placed=True),
    "POST /admin/places/{code}/villages": Example(
        lambda app, place: {"code": place, "new": ids.new()}, {"name": "Bản {new}"}, placed=True
    ),
    "POST /admin/places/{code}/merger": Example(two_villages, {"kept": "{kept}"}, placed=True),
    "POST /admin/places/{code}/restoration": Example(merged_village, placed=True),
    "POST /admin/places/import": Example(files={"file": ("x.csv", b"Xa,Ban\n")}),
    "POST /admin/places/import/confirmation": Example(listed, {"file": "{file}"}),
    "GET /admin/set-aside": Example(),
    "POST /admin/set-aside/{id}/resolution": Example(aside),
    "GET /admin/reports": Example(),
    "GET /admin/reports/{id}/voice": Example(spoken, placed=True),
    "POST /admin/reports/{id}/answer": Example(spoken, {"words": "Cảm ơn"}, placed=True),
    "GET /admin/unvoiced": Example(),
    "GET /admin/unvoiced/{course}/{spoken}": Example(lambda app, place: {"course": "small", "spoken": "vi"}),
    "GET /teach": Example(),
    "GET /teach/courses/{course}/sound": Example(small),
    "POST /teach/courses/{course}/sound": Example(small, SPOKEN, ok=OR_NOT),
    "POST /teach/courses/{course}/sound/speaker": Example(small, SPOKEN, ok=OR_NOT),
    "POST /teach/courses/{course}/sound/review": Example(small, SPOKEN, ok=OR_NOT),
    "POST /teach/courses/{course}/sound/removal": Example(small, SPOKEN, ok=OR_NOT),
    "POST /teach/courses/{course}/sound/undoing": Example(small, SPOKEN | {"was": "{id}"}, ok=OR_NOT),
    "POST /teach/courses/{course}/sound/fit": Example(small, SPOKEN, ok=OR_NOT),
    "GET /teach/courses/{course}/media": Example(small),
    "POST /teach/courses/{course}/media": Example(small, SPOKEN, ok=OR_NOT),
    "POST /teach/courses/{course}/media/removal": Example(small, SPOKEN, ok=OR_NOT),
    "POST /teach/courses/{course}/media/undoing": Example(small, {"was": "{id}"}, ok=OR_NOT),
    "POST /teach/courses/{course}/media/work/{id}/cancellation": Example(sent_picture),
    "GET /teach/courses/{course}/media/work.json": Example(small),
    "GET /teach/courses/{course}/media/{lesson}/{name}": Example(drawn_picture),
    **{name: Example(**one) for name, one in EXCHANGE_EXAMPLES.items()},
    **{name: Example(**one) for name, one in DESK_EXAMPLES.items()},
    **{name: Example(**one) for name, one in EDITOR_EXAMPLES.items()},
    **{name: Example(**one) for name, one in DATA_EXAMPLES.items()},
    **{name: Example(**one) for name, one in PEOPLE_EXAMPLES.items()},
    **{name: Example(**one) for name, one in CLASS_EXAMPLES.items()},
    **{name: Example(**one) for name, one in PROGRAMME_EXAMPLES.items()},
    **{name: Example(**one) for name, one in CERTIFICATE_EXAMPLES.items()},
}


def staff_routes() -> Iterator[tuple[str, APIRoute]]:
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and guards.staff in _calls(route.dependant):
                yield from ((f"{method} {route.path}", route) for method in sorted(route.methods))


def _calls(dependant: Any) -> list[Any]:
    return [call for one in dependant.dependencies for call in (one.call, *_calls(one))]


def permissions(route: APIRoute) -> frozenset[Permission]:
    declared = [call for call in _calls(route.dependant) if isinstance(call, May)]
    return frozenset(permission for one in declared for permission in one.permissions)


ROUTES = dict(staff_routes())


def sign_in(app: FastAPI, role: Role, place: str) -> Phone:
    write(app, lambda conn: people.add_staff(conn, role.value, STAFF[1], role, place))
    phone = Phone(app)
    phone.post("/staff/sign-in", {"name": role.value, "passphrase": STAFF[1]})
    return phone


def call(phone: Phone, name: str, place: str, made: Mapping[str, str]) -> int:
    """The status of a call about what was made at `place`."""
    method, path = name.split(" ")
    example = EXAMPLES[name]
    form = {
        key.format(**made): value.format(**made, place=place) if isinstance(value, str) else value
        for key, value in example.form.items()
    }
    origin = {"Origin": "http://ban.test"}
    sent = (
        {"data": form, "files": example.files or None, "headers": origin}
        if method == "POST"
        else {"params": form}
    )
    response = phone.client.request(method, path.format(**made, place=place), **sent)  # type: ignore[arg-type]
    to_the_door = response.headers.get("location") == "/staff/sign-in"
    assert not to_the_door, name
    return int(response.status_code)


def test_every_staff_route_says_what_one_must_be_allowed_and_is_called_here() -> None:
    silent = {name for name, route in ROUTES.items() if not permissions(route)}
    assert silent == ANY_STAFF
    assert set(EXAMPLES) == set(ROUTES) - ANY_STAFF


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("place", [HERS, ANOTHERS])
def test_each_role_does_what_it_gives_where_it_is_given_and_nothing_else(app: FastAPI, place: str) -> None:
    """Who may nothing of the kind is told so before it is known where: that is asked at her own place only."""
    phones, wrong = {role: sign_in(app, role, HERS) for role in Role}, []
    for name, example in EXAMPLES.items():
        able = {role for role in Role if permissions(ROUTES[name]) & GIVES[role]}
        allowed = able if place == HERS or not example.placed else set()
        made: dict[str, str] = {}
        for role in sorted(Role if place == HERS else able, key=lambda role: role in allowed):
            made = made or example.make(app, place)
            found = call(phones[role], name, place, made)
            if role in allowed:
                made = {}
            if not (found in example.ok if role in allowed else found == 404):
                wrong.append((role, name, found))
    assert wrong == []


@pytest.mark.only_on("sqlite")
def test_who_is_not_staff_is_led_to_the_door(app: FastAPI) -> None:
    phone = Phone(app)
    phone.register("Mỷ")
    for name in ROUTES:
        method, path = name.split(" ")
        response = phone.client.request(method, path, headers={"Origin": "http://ban.test"})
        assert (response.status_code, response.headers.get("location")) == (303, "/staff/sign-in"), name


@pytest.mark.only_on("sqlite")
def test_a_role_that_ended_opens_nothing(app: FastAPI) -> None:
    phone = sign_in(app, Role.ADMINISTRATOR, HERS)
    phone.get("/admin/set-aside")
    run(app, "UPDATE role_grant SET ended_at = 1")
    phone.get("/admin/set-aside", 404)
    phone.get("/admin")


def test_what_a_place_holds(app: FastAPI) -> None:
    def holds(code: str, place: str) -> bool:
        return bool(write(app, lambda conn: places.holds(conn, [code], place)))

    assert holds("11", HERS) and holds(HERS, HERS) and holds("11", "11")
    assert not holds(HERS, ANOTHERS) and not holds(HERS, "11") and not holds("none", HERS)


def test_every_permission_is_given_by_a_role_and_only_two_roles_give_roles() -> None:
    assert frozenset().union(*GIVES.values()) == frozenset(Permission)
    assert {role for role in Role if Permission.ROLE_GRANT in GIVES[role]} == set(MAY_GRANT)
    officer = Officer("", "", (Grant(Role.OFFICER, HERS),))
    assert officer.grantable == (Role.HELPER, Role.TEACHER) and officer.granting(Role.HELPER) == (HERS,)


@pytest.mark.parametrize(
    ("role", "place", "given"),
    [
        (Role.HELPER, HERS, True),
        (Role.TEACHER, HERS, True),
        (Role.HELPER, ANOTHERS, False),
        (Role.HELPER, "11", False),
        (Role.OFFICER, HERS, False),
        (Role.ADMINISTRATOR, HERS, False),
    ],
)
def test_an_officer_makes_helpers_in_her_commune_and_nobody_elsewhere(
    app: FastAPI, role: Role, place: str, given: bool
) -> None:
    def work(conn: Connection) -> list[Grant]:
        by = people.add_staff(conn, "Sùng", STAFF[1], Role.OFFICER, HERS)
        new = people.add_staff(conn, "Thào", STAFF[1], role, place, by)
        made = officer(conn, new)
        assert made is not None
        return list(made.grants)

    if given:
        assert write(app, work) == [Grant(role, place)]
    else:
        with pytest.raises(MakesNoSense, match="not-hers-to-give"):
            write(app, work)


def test_administrators_of_before_there_were_roles_are_given_one(app: FastAPI) -> None:
    def work(conn: Connection) -> Officer | None:
        node = conn.execute(NODE.select()).one().id
        conn.exec_driver_sql(
            "INSERT INTO staff (id, name, folded, hash, permissions, made_at)"
            f" VALUES ('{node}', 'Lò', 'lo', 'x', 'administrator', 0)"
        )
        people.give_roles(conn)
        people.give_roles(conn)
        return officer(conn, str(node))

    found = write(app, work)
    assert found.grants == (Grant(Role.ADMINISTRATOR, "11"),)
