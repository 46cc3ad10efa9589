"""Refusing what another site's page sends, without a token, so that a page kept for weeks can still post."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.errors import error_page

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OURS = frozenset({"same-origin", "none"})
REFUSED = "error.foreign"
"""The interface word that says so."""
DEFAULT_PORTS = {"http": 80, "https": 443}


def from_here(headers: Headers, public_url: str = "") -> bool:
    """Browsers send `Sec-Fetch-Site` on https and localhost only; elsewhere `Origin` must be the host.

    Behind a proxy the host may be another than the one people ask for: then `Origin` is that of `public_url`. A request
    with neither comes from no browser's page: every browser names the origin of a foreign POST.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in OURS
    origin = headers.get("origin")
    return origin is None or _is_at(origin, headers.get("host")) or origin == origin_of(public_url)


def origin_of(url: str) -> str | None:
    """As browsers write it: without a path, and without the port that goes without saying."""
    parts = urlsplit(url)
    if not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = "" if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def _is_at(origin: str, host: str | None) -> bool:
    try:
        return urlsplit(origin).netloc == host
    except ValueError:
        return False


class SameOrigin:
    """`public_url` is asked at each request: the first start of an installation chooses it while the program runs."""

    def __init__(self, app: ASGIApp, public_url: Callable[[], str] = str) -> None:
        self.app, self.public_url = app, public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.app if self._may_pass(scope) else refusal(scope))(scope, receive, send)

    def _may_pass(self, scope: Scope) -> bool:
        safe = scope["type"] != "http" or scope["method"] in SAFE
        return safe or from_here(Headers(scope=scope), self.public_url())


def refusal(scope: Scope) -> Response:
    """In the language of the address: a foreign page's request brings no cookie along."""
    named = {"lang": scope["path"].split("/")[1]}
    return error_page(Request({**scope, "path_params": named}), HTTPStatus.FORBIDDEN, REFUSED)
