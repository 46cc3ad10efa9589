"""Programmes against their targets, for staff: numbers by commune, and nobody's name."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.core.errors import NotFound
from app.learning import showing
from app.programmes import programme_actions as actions
from app.programmes import programme_queries as queries
from app.programmes.drawing import draw
from app.programmes.programme_forms import Targets
from app.programmes.programme_rules import Programme, Shipped
from app.web.sessions import writer_of

router = APIRouter()
Looker = Annotated[
    Officer,
    may(
        Permission.PROGRAMME_CHANGE,
        Permission.TEAM_CHANGE,
        Permission.CLASS_RUN,
        Permission.HOUSEHOLD_CHANGE,
        Permission.RESULT_RECORD,
    ),
]
Changer = Annotated[Officer, may(Permission.PROGRAMME_CHANGE)]


async def posted(request: Request) -> FormData:
    return await request.form()


Posted = Annotated[FormData, Depends(posted)]


def texts(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def shipped(request: Request) -> Shipped:
    found: Shipped = request.app.state.programmes
    return found


@router.get("/programmes")
def programmes(request: Request, staff: Looker, conn: Reading) -> Response:
    said = shipped(request)
    all = queries.standings(conn, request.app.state.shelf, said, said.programmes.values())
    return draw(request, "programmes/index.html", staff=staff, standings=all)


@router.get("/programmes/{programme}")
def programme(request: Request, staff: Looker, conn: Reading, programme: str) -> Response:
    return _programme(request, staff, conn, _one(request, programme))


@router.post("/programmes/{programme}/targets")
def set_targets(request: Request, staff: Changer, conn: Reading, programme: str, form: Posted) -> Response:
    queries.only_for_province(conn, staff)
    one = _one(request, programme)
    given = Targets.of(one, texts(form))
    if given.errors:
        return _programme(request, staff, conn, one, given, 422)
    writer_of(request).call(
        lambda conn: actions.set_programme(conn, one.id, given.targets, given.until, by=staff)
    )
    return RedirectResponse(f"/programmes/{one.id}", 303)


def _one(request: Request, id: str) -> Programme:
    found = shipped(request).programmes.get(id)
    if found is None:
        raise NotFound("there is no such programme")
    return found


def _programme(
    request: Request,
    staff: Officer,
    conn: Reading,
    one: Programme,
    form: Targets | None = None,
    status: int = 200,
) -> Response:
    shelf = request.app.state.shelf
    [standing] = queries.standings(conn, shelf, shipped(request), [one])
    form = form or Targets(
        targets={reached.count.id: reached.target for reached in standing.counts}, until=standing.until
    )
    tell = showing.tell(request)
    titles = {id: tell(published.course) for id, published in shelf.courses.items()}
    return draw(
        request,
        "programmes/programme.html",
        status=status,
        staff=staff,
        standing=standing,
        form=form,
        titles=titles,
        able=queries.speaks_for_province(conn, staff),
    )
