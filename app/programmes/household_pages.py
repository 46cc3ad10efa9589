"""“Gia đình số”: what a household shows, seen by a helper; which are recognised; what is asked."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.accounts import households
from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.core.errors import NotFound
from app.programmes import programme_actions as actions
from app.programmes import programme_queries as queries
from app.programmes.drawing import draw
from app.programmes.programme_forms import NEW_LINES, CriteriaForm
from app.programmes.programme_pages import shipped
from app.web.sessions import writer_of

router = APIRouter()
Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form(default_factory=list)]
Helper = Annotated[Officer, may(*queries.HOUSEHOLDS)]
Recogniser = Annotated[Officer, may(Permission.HOUSEHOLD_RECOGNISE)]
Changer = Annotated[Officer, may(Permission.PROGRAMME_CHANGE)]
MOST = 200


@router.get("/families")
def families(request: Request, staff: Helper, conn: Reading, find: str = "") -> Response:
    found = queries.households(conn, staff, find, MOST + 1)
    context: dict[str, Any] = {
        "find": find, "families": found[:MOST], "more": len(found) > MOST,
        "able": queries.speaks_for_province(conn, staff),
    }  # fmt: skip
    asked = queries.criteria(conn, shipped(request))
    return draw(request, "programmes/families.html", staff=staff, asked=asked, **context)


@router.get("/families/recognised")
def recognised(request: Request, staff: Recogniser, conn: Reading) -> Response:
    """To be printed and signed: the people's committee recognises, not this program. It names who agreed to be named."""
    asked = queries.criteria(conn, shipped(request))
    found = [one for one in queries.households(conn, staff) if asked.recognises(one.met)]
    named = households.named(conn, [one.row.id for one in found])
    return draw(
        request, "programmes/recognised.html", staff=staff, asked=asked, today=queries.today(),
        families=[one for one in found if one.row.id in named],
        unnamed=[one for one in found if one.row.id not in named],
    )  # fmt: skip


@router.get("/families/criteria")
def criteria(request: Request, staff: Changer, conn: Reading) -> Response:
    queries.only_for_province(conn, staff)
    return _criteria(request, staff, CriteriaForm.of(queries.criteria(conn, shipped(request))))


@router.post("/families/criteria")
def set_criteria(
    request: Request, staff: Changer, conn: Reading, id: Texts, text: Texts, needed: Text = ""
) -> Response:
    queries.only_for_province(conn, staff)
    known = {one.id for one in queries.criteria(conn, shipped(request)).criteria}
    form = CriteriaForm(needed=needed).check(known, id, text)
    if form.errors:
        return _criteria(request, staff, form, 422)
    writer_of(request).call(lambda conn: actions.set_criteria(conn, form.criteria, by=staff))
    return RedirectResponse("/families/criteria", 303)


def _criteria(request: Request, staff: Officer, form: CriteriaForm, status: int = 200) -> Response:
    return draw(
        request, "programmes/criteria.html", status=status, staff=staff, form=form, new_lines=range(NEW_LINES)
    )


@router.get("/families/{household}")
def family(request: Request, staff: Helper, conn: Reading, household: str) -> Response:
    one = queries.household(conn, household, staff)
    asked = queries.criteria(conn, shipped(request))
    return draw(request, "programmes/family.html", staff=staff, family=one, asked=asked)


@router.post("/families/{household}/checks")
def check(request: Request, staff: Helper, conn: Reading, household: str, met: Texts) -> Response:
    row = queries.household(conn, household, staff).row
    seen = queries.criteria(conn, shipped(request)).met(met)
    writer_of(request).call(lambda conn: actions.check_household(conn, row, seen, queries.today(), by=staff))
    return RedirectResponse(f"/families/{row.id}", 303)


@router.post("/families/{household}/checks/{check}/undoing")
def undo(request: Request, staff: Helper, conn: Reading, household: str, check: str) -> Response:
    """Takes back the check in force; the one before it holds again."""
    one = queries.household(conn, household, staff)
    if one.check != check:
        raise NotFound("there is no such check")
    writer_of(request).call(lambda conn: actions.undo_check(conn, one.row, check, by=staff))
    return RedirectResponse(f"/families/{one.row.id}", 303)
