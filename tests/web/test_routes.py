"""A request is held against the routes of its first word, then against those open to any."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.web.routes import ByFirstWord


def _told(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.url.path} {dict(request.path_params)}")


ROUTES = ByFirstWord(
    [
        Route("/", _told),
        Route("/{lang}", lambda _: PlainTextResponse("any")),
        Route("/who/new", _told),
        Route("/who/{person}", _told, methods=["POST"]),
        Route("/{lang}/courses/{course}", _told),
    ]
)
CLIENT = TestClient(Starlette(routes=[ROUTES]))


@pytest.mark.parametrize(
    ("method", "path", "status", "told"),
    [
        ("GET", "/", 200, "/ {}"),
        ("GET", "/who", 200, "any"),
        ("GET", "/who/new", 200, "/who/new {}"),
        ("POST", "/who/lan", 200, "{'person': 'lan'}"),
        ("GET", "/who/lan", 405, "Method Not Allowed"),
        ("GET", "/who/courses/dt05", 200, "{'lang': 'who', 'course': 'dt05'}"),
        ("GET", "/vi/courses/dt05", 200, "{'lang': 'vi', 'course': 'dt05'}"),
        ("GET", "/vi/other/dt05", 404, "Not Found"),
    ],
)
def test_the_first_word_says_which(method: str, path: str, status: int, told: str) -> None:
    answer = CLIENT.request(method, path)
    assert answer.status_code == status
    assert told in answer.text
