"""Error pages: one sentence that says what to do, in the page's language."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from app.core.errors import MakesNoSense, NotFound, Told, Unavailable
from app.web.headers import security_headers
from app.web.render import pages, render

MACHINE = ("/api/", "/outbox", "/me.json")
RETRY_SECONDS = "60"


def install(app: FastAPI) -> None:
    app.add_exception_handler(HTTPException, _told)
    app.add_exception_handler(RequestValidationError, lambda request, _: error_page(request, 422))
    app.add_exception_handler(MakesNoSense, lambda request, _: error_page(request, 422))
    app.add_exception_handler(NotFound, lambda request, _: error_page(request, 404))
    app.add_exception_handler(Unavailable, lambda request, _: error_page(request, 503))
    app.add_exception_handler(Told, _told_why)
    app.add_exception_handler(ClientDisconnect, lambda request, _: Response(status_code=400))
    app.add_exception_handler(500, _broken)


def error_page(request: Request, status: int, key: str = "", **said: str) -> Response:
    """`key` is an interface word that says it better than the status alone; `said` is filled into it."""
    words = pages(request).words
    general = "error.422" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "error.500"
    key = next(k for k in (key, f"error.{status}", general) if k in words)
    headers = {"Retry-After": RETRY_SECONDS} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    if request.url.path.startswith(MACHINE):
        return JSONResponse({"error": words.plain("vi", key)}, status, headers)
    response = _drawn(request, status, key, said)
    response.headers.update(headers)
    return response


def _drawn(request: Request, status: int, key: str, said: Mapping[str, str]) -> Response:
    """What failed may be the database itself: then nobody asks it who looks at the page; nor before any router."""
    if status < HTTPStatus.INTERNAL_SERVER_ERROR and "router" in request.scope:
        return render(request, "error.html", status=status, sentence_key=key, said=said)
    doorway = pages(request)
    lang, alternates = doorway.language_of(request).slug, doorway.alternates(request.url.path)
    html = doorway.html("error.html", lang, alternates=alternates, sentence_key=key, said=said)
    return HTMLResponse(html, status, {"Cache-Control": "no-store"})


def in_words(scope: Scope, receive: Receive, send: Send) -> Send:
    """Sends what an application says, but a page where a body was too large to be read: that is told outside every middleware."""
    told = False

    async def telling(message: Message) -> None:
        nonlocal told
        if message["type"] == "http.response.start" and _is_bare(message):
            told = True
            asked = Request({name: one for name, one in scope.items() if name != "router"})
            response = error_page(asked, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            response.raw_headers += security_headers(pages(asked).style_hash)
            await response(scope, receive, send)
        elif not told:
            await send(message)

    return telling


def _is_bare(message: Message) -> bool:
    kind = dict(message["headers"]).get(b"content-type", b"")
    too_large = message["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return bool(too_large and kind.startswith(b"text/plain"))


def _broken(request: Request, _: Exception) -> Response:
    """Answered outside every middleware, so that it brings its own headers."""
    response = error_page(request, 500)
    response.raw_headers += security_headers(pages(request).style_hash)
    return response


def _told_why(request: Request, error: Exception) -> Response:
    assert isinstance(error, Told)
    return error_page(request, 422, error.key, **error.said)


def _told(request: Request, error: Exception) -> Response:
    """An exception's detail may name an interface word."""
    assert isinstance(error, HTTPException)
    response = error_page(request, error.status_code, str(error.detail))
    response.headers.update(error.headers or {})
    return response
