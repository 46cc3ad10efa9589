"""What every answer says about itself to the browser."""

import base64
import hashlib

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOSNIFF = ("x-content-type-options", "nosniff")


def style_hash(css: str) -> str:
    return base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()


def content_security_policy(style: str) -> str:
    """No script but our own files, no style but our own files and the one that is inlined."""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'sha256-{style}'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def security_headers(style: str) -> list[tuple[bytes, bytes]]:
    """For answers that pass by the middleware, such as published pages."""
    return [
        (b"content-security-policy", content_security_policy(style).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
    ]


class SecurityHeaders:
    """The policy goes with pages alone; every other answer says only that it is what it says."""

    def __init__(self, app: ASGIApp, style: str) -> None:
        self.app = app
        self.page = [(name.decode(), value.decode()) for name, value in security_headers(style)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_page = headers.get("content-type", "").startswith("text/html")
                for name, value in self.page if is_page else [NOSNIFF]:
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)
