"""Signing in with what a helper made: a printed card, or the roll of a class on a device she opened."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection, Row
from starlette.responses import RedirectResponse, Response

from app.accounts import asking, cookies, guards, queries, rolls, rules, signin
from app.accounts.forms import pressed
from app.accounts.guards import Here, Public, Reading, Viewing
from app.core.errors import NotFound
from app.web.render import pages, render

router = APIRouter()
Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form(default_factory=list)]


@router.get("/k/{secret}", dependencies=[Public])
def card(request: Request, conn: Reading, secret: str) -> Response:
    """What the camera of a phone opens: her face, and the pictures to press."""
    row = queries.card(conn, cookies.hashed(secret))
    return _pad(request, row, secret) if row else _dead(request, "card")


@router.post("/k/{secret}", dependencies=[Public])
def enter(
    request: Request, secret: str, pin: Texts, press: Text = "", agreed: Text = "", guardian: Text = ""
) -> Response:
    here, chosen = guards.phone_of(request), pressed(pin, press)
    row = here.write(lambda conn: queries.card(conn, cookies.hashed(secret)))
    if row is None:
        return here.stamp(_dead(request, "card"))
    if len(chosen) < rules.PIN_LENGTH:
        return here.stamp(_pad(request, row, secret, chosen=chosen))
    outcome = signin.with_pin(here, row.id, chosen, asking.said(request, row, agreed, guardian))
    if outcome is None:
        return here.stamp(asking.ask(request, row, f"/k/{secret}", chosen, answered=bool(agreed)))
    if outcome is not True:
        refusal = outcome or None
        status = 429 if refusal else 422
        return here.stamp(_pad(request, row, secret, status, refusal=refusal, wrong=not refusal))
    return here.see(f"/{pages(request).language_of(request).slug}", said=True)


def _pad(request: Request, row: Row[Any], secret: str, status: int = 200, **context: object) -> Response:
    shown: dict[str, object] = {"chosen": [], "refusal": None, "wrong": False, "mine": True, "next": ""}
    shown |= {"to": f"/k/{secret}", "keeps_pin": True, "person": row, "pictures": rules.PIN_PICTURES}
    return render(request, "who/pad.html", status=status, **(shown | context))


def _dead(request: Request, what: str) -> Response:
    return render(request, "who/dead.html", status=410, what=what)


@router.get("/r/{secret}", dependencies=[Public])
def opening(request: Request, conn: Reading, secret: str) -> Response:
    """What the QR of a class opens on a device: whether it is to be one of the class's."""
    roll = rolls.opened(conn, cookies.hashed(secret))
    if roll is None:
        return _dead(request, "roll")
    return render(request, "who/opening.html", roll=roll, secret=secret)


@router.post("/r/{secret}", dependencies=[Public])
def open_here(request: Request, secret: str) -> Response:
    here = guards.phone_of(request)

    def work(conn: Connection) -> None:
        rolls.open_here(conn, here.id, cookies.hashed(secret))

    try:
        here.write(work)
    except NotFound:
        return here.stamp(_dead(request, "roll"))
    return here.see("/roll", said=True)


@router.get("/roll")
def faces(request: Request, viewed: Viewing, conn: Reading) -> Response:
    """The faces of the class, to tap, until its time is over."""
    roll = rolls.of_device(conn, viewed.device)
    if roll is None:
        return _dead(request, "roll")
    return render(request, "who/roll.html", roll=roll, faces=rolls.faces(conn, roll))


@router.post("/roll/end")
def end(here: Here) -> Response:
    """The device is no longer one of the class's."""
    here.write(lambda conn: rolls.close_here(conn, here.id))
    return RedirectResponse("/", 303)
