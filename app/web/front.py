"""What every request meets first: hot paths are answered here, before any middleware or router."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.errors import in_words
from app.web.stored import Stored

GIVEN = frozenset({"GET", "HEAD"})
Find = Callable[[str], Stored | None]


class Application(FastAPI):
    """`find` gives what lies in memory for a URL's path; `direct` are bare applications by path, or by `/first/` of one."""

    def __init__(self, find: Find, direct: Mapping[str, ASGIApp], **settings: Any) -> None:
        super().__init__(**settings)
        self.find, self.direct = find, direct

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            stored = self.find(scope["path"]) if scope["method"] in GIVEN else None
            if stored is not None:
                await give(stored, scope, send)
                return
            direct = self.direct.get(scope["path"]) or self.direct.get(_first(scope["path"]))
            if direct is not None:
                scope["app"] = self
                await direct(scope, receive, send)
                return
            if scope["method"] == "HEAD":
                scope, send = {**scope, "method": "GET"}, _without_body(send)
            send = in_words(scope, receive, send)
        await super().__call__(scope, receive, send)


def _first(path: str) -> str:
    """`/C/` of `/C/ABC`; a path of one part has none."""
    return path[: path.find("/", 1) + 1]


def _without_body(send: Send) -> Send:
    async def headers_alone(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return headers_alone


async def give(stored: Stored, scope: Scope, send: Send) -> None:
    accepted = known = b""
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            accepted = value
        elif name == b"if-none-match":
            known = value
    status, headers, body = stored.answer(accepted, known)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
