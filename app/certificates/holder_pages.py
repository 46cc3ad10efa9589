"""My certificates: to look at, to show to others, to take along."""

import io
import json
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.accounts import merging
from app.accounts.guards import Reading, Viewing, seen, viewer_of
from app.certificates import cose, giving, queries, telling
from app.certificates.drawing import office_of
from app.certificates.queries import Ahead, Found
from app.certificates.snapshot import Carriers
from app.core.errors import NotFound
from app.core.signing import NoKey
from app.learning import showing
from app.programmes import class_queries as classes
from app.programmes import programme_queries as programmes
from app.web.render import pages, render
from app.web.sessions import writer_of

router = APIRouter()

PICTURES = {"png": "image/png", "svg": "image/svg+xml"}
JSON = "application/vc+ld+json"
SCALE, BORDER = 6, 4
"""Pixels and modules: as large as a telephone shows it, with the white around it that readers want."""


@router.get("/me/certificates")
def mine(request: Request, viewed: Viewing, conn: Reading) -> Response:
    if viewed.registered is None:
        return RedirectResponse("/me", 303)
    return _mine(request, viewed, conn)


def _mine(
    request: Request, viewed: Viewing, conn: Connection, wrong: str = "", status: int = 200
) -> Response:
    found = queries.of_person(conn, merging.records(conn, viewed.person))
    standings = queries.standings(conn, found)
    lang = pages(request).language_of(request).slug
    context: dict[str, Any] = {
        "found": found, "standings": standings, "lang_slug": lang, "day": telling.date, "tell": showing.tell(request),
        "no_home": not programmes.home(conn, viewed.person), "ahead": _ahead(request, conn, viewed.person),
        "programmes": request.app.state.programmes.programmes, "helpers": _helpers(conn, viewed.person),
        "wrong": wrong,
        "address": lambda one: f"/C/{cose.to_text(one.carriers.cose)}",
    }  # fmt: skip
    return seen(request, render(request, "certificates/mine.html", status=status, **context))


def _ahead(request: Request, conn: Connection, person: str) -> list[Ahead]:
    office = office_of(request)
    every = queries.in_force(conn, office.shipped).values()
    her = queries.standing_of(conn, person)
    return queries.ahead(conn, office.shelf, office.programmes, every, her, office.held_apart)


def _helpers(conn: Connection, person: str) -> dict[str, str]:
    """By course, who leads her class in it."""
    hers = classes.of_learner(conn, person, classes.today())
    return {one.course: each.row.helper_name or "" for each in hers for one in each.courses}


@router.get("/me/certificates/{id}/{what}")
def take(request: Request, viewed: Viewing, id: str, what: str) -> Response:
    """`what` is pdf, card, png, svg or json. What is printed is noted in the register."""
    with request.app.state.database.read() as session:
        found = _hers(session.connection(), request, id)
    carriers = found.carriers
    if carriers is None or what not in (*giving.FORMS, *PICTURES, "json"):
        raise NotFound("there is no such file of this certificate")
    if what in giving.FORMS:
        state = request.app.state
        try:
            data = giving.give(state.database, writer_of(request), office_of(request), found, what)
        except NoKey:
            with state.database.read() as session:
                return _mine(request, viewed, session.connection(), wrong="check.no_pdf", status=503)
        return _file(data, "application/pdf", giving.name(found.number, what))
    if what == "json":
        data = json.dumps(carriers.badge, ensure_ascii=False, indent=1).encode()
        return _file(data, JSON, f"{found.number}.json")
    return _file(picture(found, carriers, what), PICTURES[what], f"{found.number}.{what}")


def _hers(conn: Connection, request: Request, id: str) -> Found:
    viewed = viewer_of(request)
    hers = merging.records(conn, viewed.person) if viewed.registered else []
    for one in queries.of_person(conn, hers):
        if one.id == id:
            return one
    raise NotFound("there is no such certificate of hers")


def picture(found: Found, carriers: Carriers, kind: str) -> bytes:
    """The QR code, as `png` or `svg`, with the badge inside the file."""
    import segno

    from app.certificates import baking

    drawn = io.BytesIO()
    code = segno.make(cose.url(found.snapshot.issuer.url, carriers.cose), error="m", micro=False)
    code.save(drawn, kind=kind, scale=SCALE, border=BORDER)
    return baking.bake(drawn.getvalue(), carriers.badge)


def _file(data: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type=media_type, headers=headers)
