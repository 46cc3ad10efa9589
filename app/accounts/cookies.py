"""The phone's cookie, the cookie that lapses when the phone rests, and the staff's own."""

import re
import secrets
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from app.accounts import rules

DEVICE, AWAKE, STAFF, PATH = "bh", "bh_awake", "bh_staff", "bh_path"
KIOSK = "bh_kiosk"
"""On a device that everybody uses in turn at a festival: the id of the event."""
KEPT = 400 * 24 * 60 * 60
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def new_token() -> str:
    return secrets.token_urlsafe(16)


def hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def token(request: Request, name: str = DEVICE) -> str:
    """The token sent, or "" for none that we could have made."""
    sent = request.cookies.get(name, "")
    return sent if TOKEN.fullmatch(sent) else ""


def awake(request: Request) -> bool:
    return AWAKE in request.cookies


def remember(request: Request, response: Response, token: str) -> None:
    _set(request, response, DEVICE, token, KEPT)


def stay_awake(request: Request, response: Response) -> None:
    """The browser forgets this cookie when the phone has rested, whatever its clock says."""
    _set(request, response, AWAKE, "1", rules.REST // 1000)


def path(request: Request) -> str:
    """The order of courses a guest of this phone chose, or ""."""
    return request.cookies.get(PATH, "")


def remember_path(request: Request, response: Response, path: str) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(PATH, path, max_age=KEPT, httponly=True, samesite="lax", secure=secure)


def forget_path(response: Response) -> None:
    response.delete_cookie(PATH)


def open_staff(request: Request, response: Response, token: str) -> None:
    response.set_cookie(STAFF, token, httponly=True, samesite="strict", secure=request.url.scheme == "https")


def close_staff(response: Response) -> None:
    response.delete_cookie(STAFF)


def _set(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    """Every answer passes here: what we make ourselves needs no quoting."""
    secure = "; Secure" if request.scope["scheme"] == "https" else ""
    cookie = f"{name}={value}; HttpOnly; Max-Age={seconds}; Path=/; SameSite=lax{secure}"
    response.raw_headers.append((b"set-cookie", cookie.encode()))
