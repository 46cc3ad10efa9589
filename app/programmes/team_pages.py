"""Teams that go from house to house: who is in them, where they were, whom they helped."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy import Row
from starlette.responses import RedirectResponse, Response

from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.core.errors import NotFound
from app.places import queries as places
from app.programmes import programme_actions as actions
from app.programmes import programme_queries
from app.programmes import team_queries as queries
from app.programmes.drawing import draw
from app.programmes.programme_forms import TeamForm, VisitForm
from app.programmes.programme_projections import MOST_MEMBERS, RUNS_CLASSES, TEAM_KINDS
from app.web.sessions import writer_of

router = APIRouter()
Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form(default_factory=list)]
Goer = Annotated[Officer, may(*RUNS_CLASSES)]
Changer = Annotated[Officer, may(Permission.TEAM_CHANGE)]
CHANGES = (Permission.TEAM_CHANGE,)


@router.get("/teams")
def teams(request: Request, staff: Goer, conn: Reading) -> Response:
    return draw(request, "programmes/teams.html", staff=staff, teams=queries.teams(conn, staff))


@router.get("/teams/new")
def new(request: Request, staff: Changer, conn: Reading) -> Response:
    return _form(request, staff, conn, TeamForm.asked(request.query_params))


@router.post("/teams")
def make(
    request: Request, staff: Changer, conn: Reading, name: Text = "", kind: Text = "", place: Text = ""
) -> Response:
    form = TeamForm(name=name, kind=kind, place=place).check(
        programme_queries.chosen(conn, staff, CHANGES, place)
    )
    if form.errors:
        return _form(request, staff, conn, form, 422)
    said = {"name": form.name, "kind": form.kind, "place": form.place, "members": [], "ended": False}
    id = writer_of(request).call(lambda conn: actions.set_team(conn, "", said, by=staff))
    return RedirectResponse(f"/teams/{id}", 303)


@router.get("/teams/{team}")
def team(request: Request, staff: Goer, conn: Reading, team: str, find: str = "", made: str = "") -> Response:
    row = queries.team(conn, team, staff)
    able = places.holds(conn, staff.places(Permission.TEAM_CHANGE), row.place)
    context: dict[str, Any] = {
        "team": row, "able": able, "members": queries.members(conn, row), "visits": queries.visits(conn, row.id),
        "find": find, "found": queries.to_add(conn, row, staff, find) if able else [], "made": made,
    }  # fmt: skip
    return draw(request, "programmes/team.html", staff=staff, **context)


@router.get("/teams/{team}/change")
def change(request: Request, staff: Changer, conn: Reading, team: str) -> Response:
    row = queries.team(conn, team, staff, CHANGES)
    return _form(request, staff, conn, TeamForm.asked({**row._mapping, **request.query_params}), team=row)


@router.post("/teams/{team}")
def set_team(
    request: Request,
    staff: Changer,
    conn: Reading,
    team: str,
    name: Text = "",
    kind: Text = "",
    place: Text = "",
) -> Response:
    row = queries.team(conn, team, staff, CHANGES)
    form = TeamForm(name=name, kind=kind, place=place).check(
        programme_queries.chosen(conn, staff, CHANGES, place)
    )
    if form.errors:
        return _form(request, staff, conn, form, 422, team=row)
    return _say(request, staff, row, name=form.name, kind=form.kind, place=form.place)


@router.post("/teams/{team}/end")
def end(request: Request, staff: Changer, conn: Reading, team: str, again: Text = "") -> Response:
    """A team that ended can be taken up `again`."""
    return _say(request, staff, queries.team(conn, team, staff, CHANGES), ended=not again)


@router.post("/teams/{team}/members")
def add(
    request: Request, staff: Changer, conn: Reading, team: str, member: Text = "", name: Text = ""
) -> Response:
    """`name` is what she was found by, and says again that she may be added."""
    row = queries.team(conn, team, staff, CHANGES)
    known = json.loads(row.members)
    if member not in {one.id for one in queries.to_add(conn, row, staff, name)} or len(known) >= MOST_MEMBERS:
        raise NotFound("there is nobody to add")
    return _say(request, staff, row, members=[*known, member])


@router.post("/teams/{team}/members/{member}/removal")
def remove(request: Request, staff: Changer, conn: Reading, team: str, member: str) -> Response:
    row = queries.team(conn, team, staff, CHANGES)
    return _say(request, staff, row, members=[one for one in json.loads(row.members) if one != member])


def _say(request: Request, staff: Officer, row: Row[Any], **changed: object) -> Response:
    """What was last said of the team, with this changed."""
    now = {"name": row.name, "kind": row.kind, "place": row.place, "ended": row.ended}
    said = {**now, "members": json.loads(row.members), **changed}
    writer_of(request).call(lambda conn: actions.set_team(conn, row.id, said, by=staff))
    return RedirectResponse(f"/teams/{row.id}", 303)


def _form(
    request: Request,
    staff: Officer,
    conn: Reading,
    form: TeamForm,
    status: int = 200,
    team: Row[Any] | None = None,
) -> Response:
    choices = programme_queries.places_of(conn, staff, CHANGES, form.place)
    context: dict[str, Any] = {"form": form, "team": team, "places": choices, "kinds": TEAM_KINDS}
    return draw(request, "programmes/team_form.html", status=status, staff=staff, **context)


@router.get("/teams/{team}/visit")
def visit(
    request: Request, staff: Goer, conn: Reading, team: str, place: str = "", find: str = ""
) -> Response:
    row = queries.team(conn, team, staff)
    form = VisitForm(place=place or row.place, day=programme_queries.today())
    return _visit(request, staff, conn, row, form, find=find)


@router.post("/teams/{team}/visits")
def record_visit(
    request: Request,
    staff: Goer,
    conn: Reading,
    team: str,
    helped: Texts,
    place: Text = "",
    day: Text = "",
    others: Text = "",
) -> Response:
    row = queries.team(conn, team, staff)
    form = VisitForm(place=place, day=day, helped=helped, others=others).check(programme_queries.today())
    there = places.holds(conn, [row.place], place) or place == row.place
    form.must("place", there, "programme.choose_place")
    if form.errors:
        return _visit(request, staff, conn, row, form, 422)
    met = programme_queries.hers_among(conn, staff, RUNS_CLASSES, form.helped)
    id = writer_of(request).call(
        lambda conn: actions.visit(conn, row, form.place, form.day, met, form.count, by=staff)
    )
    return RedirectResponse(f"/teams/{row.id}?made={id}", 303)


def _visit(
    request: Request,
    staff: Officer,
    conn: Reading,
    row: Row[Any],
    form: VisitForm,
    status: int = 200,
    find: str = "",
) -> Response:
    at = form.place if places.holds(conn, [row.place], form.place) else row.place
    people = programme_queries.people(conn, staff, RUNS_CLASSES, find, at)
    context: dict[str, Any] = {
        "team": row, "form": form, "here": places.place(conn, at), "villages": places.beneath(conn, row.place),
        "people": people, "find": find, "more": len(people) == programme_queries.MOST_FOUND,
    }  # fmt: skip
    return draw(request, "programmes/visit.html", status=status, staff=staff, **context)


@router.post("/teams/{team}/visits/{visit}/undoing")
def undo_visit(request: Request, staff: Goer, conn: Reading, team: str, visit: str) -> Response:
    row = queries.team(conn, team, staff)
    went = queries.visit(conn, row.id, visit)
    writer_of(request).call(lambda conn: actions.undo_visit(conn, went, by=staff))
    return RedirectResponse(f"/teams/{row.id}", 303)
