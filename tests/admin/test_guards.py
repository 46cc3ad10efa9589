"""Every route of every router names who may, or says `public`."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from app.accounts import guards
from app.admin import machine, start_pages
from app.main import ROUTERS

STAFF_ONLY = ("/admin", "/teach", "/staff/sign-out")


def routes() -> Iterator[BaseRoute]:
    for router in ROUTERS:
        yield from router.routes


def named(route: BaseRoute) -> set[Any]:
    if not isinstance(route, APIRoute):
        return {getattr(route.endpoint, "guard", None)}  # type: ignore[attr-defined]
    return set(_calls(route.dependant))


def _calls(dependant: Any) -> Iterator[Any]:
    for one in dependant.dependencies:
        yield one.call
        yield from _calls(one)


def is_guarded(route: BaseRoute) -> bool:
    known = guards.GUARDS | {machine.staff_unless_demo, start_pages.first_start}
    return any(call in known or getattr(call, "__name__", "") == "public" for call in named(route))


def test_it_works() -> None:
    found = list(routes())
    assert len(found) > 25
    assert [route.path for route in found if not is_guarded(route)] == []  # type: ignore[attr-defined]


def test_a_forgotten_guard_is_found() -> None:
    router = APIRouter()
    router.add_api_route("/open", lambda: None)
    router.add_route("/bare", lambda request: None)  # type: ignore[arg-type, return-value]
    assert not any(is_guarded(route) for route in router.routes)


def test_what_is_for_staff_asks_for_staff() -> None:
    for route in routes():
        if route.path.startswith(STAFF_ONLY):  # type: ignore[attr-defined]
            assert guards.staff in named(route)
