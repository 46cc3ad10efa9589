"""The first start of a real installation: one page, for whoever stands at the machine or has what `serve` printed."""

import ipaddress
from dataclasses import dataclass, field, replace
from secrets import compare_digest
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from sqlalchemy import Connection
from starlette.responses import Response

from app.accounts import actions, cookies, hashing, people, queries, rules
from app.accounts.guards import Reading, phone_of
from app.core import settings as choosing
from app.core.errors import Misconfigured, NotFound
from app.places import queries as places
from app.web.render import pages, render
from app.web.sessions import writer_of
from courses.languages import LANGUAGES
from courses.model import SOURCE

router = APIRouter()
Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form(default_factory=list)]
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def first_start(request: Request, conn: Reading, token: str = "") -> str:
    """There is such a page only while nobody administers this node, and only for who may be the first; her token."""
    state = request.app.state
    known = getattr(state, "start_token", "")
    trusted = bool(known) and compare_digest(token.encode(), known.encode())
    if state.settings.demo or not (trusted or at_the_machine(request)) or queries.administrators(conn):
        raise HTTPException(404)
    return token


def at_the_machine(request: Request) -> bool:
    """Asked from this machine for this machine, and handed on by nobody."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    asked_by = request.client.host if request.client else ""
    named_here = host == "localhost" or _is_loopback(host)
    return named_here and _is_loopback(asked_by) and not any(name in request.headers for name in FORWARDED)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(slots=True)
class Start:
    """`errors` holds an interface word by field."""

    province: str = ""
    name: str = ""
    passphrase: str = ""
    again: str = ""
    address: str = ""
    languages: list[str] = field(default_factory=lambda: list(LANGUAGES))
    errors: dict[str, str] = field(default_factory=dict)

    def check(self, provinces: set[str]) -> "Start":
        self.name = rules.clean_name(self.name)
        self.languages = [slug for slug in LANGUAGES if slug == SOURCE or slug in self.languages]
        self.address = self.address.strip().rstrip("/")
        wrong = {
            "province": (self.province not in provinces, "start.no_province"),
            "name": (not rules.is_name(self.name), "who.write_name"),
            "passphrase": (len(self.passphrase) < rules.PASSPHRASE_LENGTH, "staff.short_passphrase"),
            "again": (self.again != self.passphrase, "start.not_the_same"),
            "address": (bool(self.address) and not _is_address(self.address), "start.no_address"),
        }
        self.errors = {name: word for name, (is_wrong, word) in wrong.items() if is_wrong}
        return self

    def chosen(self) -> dict[str, str]:
        return {"BANHOC_PUBLIC_URL": self.address, "BANHOC_LANGUAGES": " ".join(self.languages)}


def _is_address(text: str) -> bool:
    try:
        choosing.READERS["BANHOC_PUBLIC_URL"]("BANHOC_PUBLIC_URL", text)
    except Misconfigured:
        return False
    return True


@router.get("/start")
def ask(request: Request, conn: Reading, token: Annotated[str, Depends(first_start)]) -> Response:
    settings = request.app.state.settings
    return _page(request, conn, token, Start(address=settings.public_url, languages=list(settings.languages)))


def _page(request: Request, conn: Connection, token: str, form: Start, status: int = 200) -> Response:
    provinces = [row for row in places.places(conn) if row.kind == "province"]
    context: dict[str, Any] = {"form": form, "provinces": provinces, "token": token, "languages": LANGUAGES}
    return render(request, "admin/start.html", status=status, **context)


@router.post("/start")
def begin(
    request: Request, conn: Reading, token: Annotated[str, Depends(first_start)], languages: Texts,
    province: Text = "", name: Text = "", passphrase: Text = "", again: Text = "", address: Text = "",
) -> Response:  # fmt: skip
    """Makes the first administrator, keeps what was chosen, and lets her in."""
    provinces = {row.code for row in places.places(conn) if row.kind == "province"}
    form = Start(province, name, passphrase[: rules.LONGEST_PASSPHRASE], again, address, languages).check(
        provinces
    )
    if form.errors:
        return _page(request, conn, token, form, 422)
    hash, session = hashing.hash_secret(form.passphrase), cookies.new_token()

    def work(conn: Connection) -> None:
        if queries.administrators(conn):
            raise NotFound("somebody was first")
        staff = people.first_administrator(conn, form.name, hash, form.province)
        actions.open_session(conn, staff, cookies.hashed(session))

    writer_of(request).call(work)
    _keep(request, form)
    response = phone_of(request).see("/admin?begun=1")
    cookies.open_staff(request, response, session)
    return response


def _keep(request: Request, form: Start) -> None:
    """For this run and the next; `main.follow` prints the lesson pages in the languages chosen."""
    state, doorway = request.app.state, pages(request)
    choosing.choose(state.settings.data, form.chosen())
    state.settings = replace(state.settings, public_url=form.address, languages=tuple(form.languages))
    doorway.languages = [LANGUAGES[slug] for slug in form.languages]
    doorway.environment.cache_clear()
