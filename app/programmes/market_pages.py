"""Markets: which stall takes cashless payment."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy import Row
from starlette.responses import RedirectResponse, Response

from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.programmes import programme_actions as actions
from app.programmes import programme_queries as queries
from app.programmes.drawing import draw
from app.programmes.programme_forms import MarketForm, StallForm
from app.web.sessions import writer_of

router = APIRouter()
Text = Annotated[str, Form()]
Confirmer = Annotated[Officer, may(Permission.SKILL_CONFIRM)]
CONFIRMS = (Permission.SKILL_CONFIRM,)


@router.get("/markets")
def markets(request: Request, staff: Confirmer, conn: Reading) -> Response:
    return _markets(request, staff, conn, MarketForm.asked(request.query_params))


@router.post("/markets")
def make(request: Request, staff: Confirmer, conn: Reading, name: Text = "", place: Text = "") -> Response:
    form = MarketForm(name=name, place=place).check(queries.chosen(conn, staff, CONFIRMS, place))
    if form.errors:
        return _markets(request, staff, conn, form, 422)
    said = {"name": form.name, "place": form.place, "ended": False}
    id = writer_of(request).call(lambda conn: actions.set_market(conn, "", said, by=staff))
    return RedirectResponse(f"/markets/{id}", 303)


def _markets(
    request: Request, staff: Officer, conn: Reading, form: MarketForm, status: int = 200
) -> Response:
    choices = queries.places_of(conn, staff, CONFIRMS, form.place)
    context: dict[str, Any] = {"form": form, "places": choices, "markets": queries.markets(conn, staff)}
    return draw(request, "programmes/markets.html", status=status, staff=staff, **context)


@router.get("/markets/{market}")
def market(request: Request, staff: Confirmer, conn: Reading, market: str, gone: str = "") -> Response:
    return _market(request, staff, conn, queries.market(conn, market, staff), StallForm(), gone=gone)


@router.post("/markets/{market}/end")
def end(request: Request, staff: Confirmer, conn: Reading, market: str, again: Text = "") -> Response:
    """A market written down by mistake, or closed; it can be taken up `again`."""
    row = queries.market(conn, market, staff)
    said = {"name": row.name, "place": row.place, "ended": not again}
    writer_of(request).call(lambda conn: actions.set_market(conn, row.id, said, by=staff))
    return RedirectResponse(f"/markets/{row.id}", 303)


@router.post("/markets/{market}/stalls")
def add(
    request: Request, staff: Confirmer, conn: Reading, market: str,
    name: Text = "", sells: Text = "", cashless: Text = "",
) -> Response:  # fmt: skip
    row = queries.market(conn, market, staff)
    form = StallForm(name=name, sells=sells, cashless=cashless == "1").check()
    if form.errors:
        return _market(request, staff, conn, row, form, 422)
    said = {"name": form.name, "sells": form.sells, "cashless": form.cashless, "ended": False}
    writer_of(request).call(lambda conn: actions.set_stall(conn, row, "", said, by=staff))
    return RedirectResponse(f"/markets/{row.id}", 303)


@router.post("/markets/{market}/stalls/{stall}")
def change(
    request: Request, staff: Confirmer, conn: Reading, market: str, stall: str,
    cashless: Text = "", ended: Text = "",
) -> Response:  # fmt: skip
    """Whether it takes cashless payment, or whether it is there at all; what is not sent stays as it was."""
    row = queries.market(conn, market, staff)
    was = queries.stall(conn, row.id, stall)
    said = {
        "name": was.name,
        "sells": was.sells,
        "cashless": cashless == "1" if cashless else was.cashless,
        "ended": ended == "1" if ended else was.ended,
    }
    writer_of(request).call(lambda conn: actions.set_stall(conn, row, was.id, said, by=staff))
    gone = f"?gone={was.id}" if said["ended"] else ""
    return RedirectResponse(f"/markets/{row.id}{gone}", 303)


def _market(
    request: Request,
    staff: Officer,
    conn: Reading,
    row: Row[Any],
    form: StallForm,
    status: int = 200,
    gone: str = "",
) -> Response:
    stalls = queries.stalls(conn, row.id)
    taken_down = queries.stall(conn, row.id, gone) if gone else None
    context: dict[str, Any] = {
        "market": row, "form": form, "stalls": stalls, "cashless": sum(one.cashless for one in stalls),
        "gone": taken_down,
    }  # fmt: skip
    return draw(request, "programmes/market.html", status=status, staff=staff, **context)
