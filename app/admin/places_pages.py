"""Communes, their villages, and one place with all that was said of it."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, UploadFile
from sqlalchemy import Connection, Row
from starlette.responses import RedirectResponse, Response

from app.accounts import queries as people
from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.core import clock, sheets
from app.core.errors import MakesNoSense, NotFound
from app.places import actions, queries, rules, villages
from app.web.render import render
from app.web.sessions import writer_of

router = APIRouter(prefix="/admin/places")
PlaceOfficer = Annotated[Officer, may(Permission.PLACE_CHANGE)]
ContactOfficer = Annotated[Officer, may(Permission.CONTACT_CHANGE)]
Text = Annotated[str, Form()]
Maybe = Annotated[str | None, Form()]
LARGEST_FORM = sheets.LARGEST_FILE + 64 * 1024
SHOWN = 200
"""Rows of a preview that are shown; all are counted."""


@router.get("")
def communes(request: Request, staff: PlaceOfficer, conn: Reading) -> Response:
    rows = queries.communes(conn, staff.places(Permission.PLACE_CHANGE))
    return render(request, "admin/places.html", staff=staff, rows=rows, refused="", province=_province(conn, staff),
        written=request.query_params.get("written", ""),
    )  # fmt: skip


def _province(conn: Connection, staff: Officer) -> Row[Any] | None:
    return queries.place(conn, queries.province(conn), for_=staff.places(Permission.PLACE_CHANGE))


@router.post("/import", max_body_size=LARGEST_FORM)
def preview(
    request: Request, staff: PlaceOfficer, conn: Reading, file: UploadFile, commune: Text = ""
) -> Response:
    """What a list would do, row by row; nothing is written."""
    data = file.file.read(sheets.LARGEST_FILE + 1)
    try:
        planned = villages.plan(conn, data, staff.places(Permission.PLACE_CHANGE), commune)
    except (sheets.NotASheet, MakesNoSense) as refusal:
        return _refused(request, staff, conn, refusal)
    sha = request.app.state.shelf.blobs.put(data)
    counts = {
        state: sum(one.state == state for one in planned) for state in ("new", "change", "same", "error")
    }
    planned.sort(key=lambda one: (one.state != "error", one.number))
    return render(
        request,
        "admin/places_import.html",
        staff=staff,
        rows=planned[:SHOWN],
        counts=counts,
        file=sha,
        commune=commune,
    )


def _refused(request: Request, staff: Officer, conn: Connection, refusal: Exception) -> Response:
    rows = queries.communes(conn, staff.places(Permission.PLACE_CHANGE))
    word = f"places.sheet-{refusal.reason}" if isinstance(refusal, sheets.NotASheet) else str(refusal)
    cell = refusal.cell if isinstance(refusal, sheets.NotASheet) else ""
    return render(
        request, "admin/places.html", status=422, staff=staff, rows=rows, refused=word, cell=cell,
        province=_province(conn, staff), written="",
    )  # fmt: skip


@router.post("/import/confirmation")
def confirm(request: Request, staff: PlaceOfficer, file: Text = "", commune: Text = "") -> Response:
    """Writes what the preview told; rows with errors are left out, and the same list again changes nothing."""
    data = request.app.state.shelf.blobs.get(file)

    def work(conn: Connection) -> int:
        planned = villages.plan(conn, data, staff.places(Permission.PLACE_CHANGE), commune)
        return villages.carry_out(conn, planned, staff.id)

    return _see(f"/{commune}" if commune else "", f"?written={writer_of(request).call(work)}")


@router.get("/{code}")
def one(request: Request, staff: PlaceOfficer, conn: Reading, code: str) -> Response:
    return _one(request, staff, conn, code)


@router.post("/{code}")
def change(
    request: Request, staff: PlaceOfficer, conn: Reading, code: str,
    name: Maybe = None, power: Maybe = None, signal: Maybe = None,
) -> Response:  # fmt: skip
    place = _place(conn, staff, code)
    said = {key: value for key, value in {"power": power, "signal": signal}.items() if value is not None}
    if name is not None and _may_name(conn, staff, place):
        said["name"] = rules.clean_name(name)
    return _try(request, staff, conn, code, lambda conn: actions.change(conn, code, staff.id, said))


@router.post("/{code}/contact")
def contact(
    request: Request, staff: ContactOfficer, conn: Reading, code: str, contact: Text = "", phone: Text = ""
) -> Response:
    """Whom Help names there and beneath."""
    place = queries.place(conn, code, for_=staff.places(Permission.CONTACT_CHANGE))
    if place is None:
        raise NotFound("there is no such place for her")
    numbers = rules.clean_numbers(phone)
    if numbers is None:
        return _one(
            request,
            staff,
            conn,
            code,
            422,
            wrong="places.no_number",
            given={"contact": contact, "phone": phone},
        )
    said = {"contact": " ".join(contact.split())[: rules.CONTACT_LENGTH], "phone": numbers}
    return _try(request, staff, conn, code, lambda conn: actions.change(conn, code, staff.id, said))


@router.post("/{code}/villages")
def add(request: Request, staff: PlaceOfficer, conn: Reading, code: str, name: Text = "") -> Response:
    _place(conn, staff, code)
    village = {"name": rules.clean_name(name)}
    return _try(
        request, staff, conn, code, lambda conn: actions.add_villages(conn, code, staff.id, [village])
    )


@router.post("/{code}/merger")
def merge(request: Request, staff: PlaceOfficer, conn: Reading, code: str, kept: Text = "") -> Response:
    place = _place(conn, staff, code)
    _place(conn, staff, kept)
    if not _may_name(conn, staff, place):
        raise NotFound("this place is not hers to merge")
    return _try(request, staff, conn, code, lambda conn: actions.merge(conn, code, kept, staff.id))


@router.post("/{code}/restoration")
def restore(request: Request, staff: PlaceOfficer, conn: Reading, code: str) -> Response:
    if not _may_name(conn, staff, _place(conn, staff, code)):
        raise NotFound("this place is not hers to restore")
    return _try(request, staff, conn, code, lambda conn: actions.restore(conn, code, staff.id))


def _place(conn: Connection, staff: Officer, code: str) -> Row[Any]:
    place = queries.place(conn, code, for_=staff.places(Permission.PLACE_CHANGE))
    if place is None:
        raise NotFound("there is no such place for her")
    return place


def _may_name(conn: Connection, staff: Officer, place: Row[Any]) -> bool:
    """A village's name is its commune's to change; a commune's, the province's."""
    over = place.code if place.kind in ("village", "province") else place.parent
    return queries.holds(conn, staff.places(Permission.PLACE_CHANGE), over)


def _try(request: Request, staff: Officer, conn: Connection, code: str, work: Any) -> Response:
    try:
        writer_of(request).call(work)
    except MakesNoSense as refusal:
        return _one(request, staff, conn, code, 422, wrong=f"places.{refusal}".replace("-", "_"))
    return _see(f"/{code}", "?done=1")


def _see(path: str, query: str = "") -> Response:
    return RedirectResponse(f"/admin/places{path}{query}", 303)


def _one(
    request: Request, staff: Officer, conn: Connection, code: str, status: int = 200, wrong: str = "",
    given: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    place = _place(conn, staff, code)
    history = [(row, rules.read(row.said)) for row in queries.history(conn, code)]
    mine = staff.places(Permission.PLACE_CHANGE)
    kin = queries.beneath(conn, place.parent) if place.kind == "village" else queries.communes(conn, mine)
    context: dict[str, Any] = {
        "place": place,
        "above": queries.place(conn, place.parent, for_=mine) if place.parent else None,
        "beneath": queries.beneath(conn, code) if place.kind in ("commune", "ward") else [],
        "merged_here": queries.merged_here(conn, code),
        "kept": queries.place(conn, place.merged_into) if place.merged_into else None,
        "kin": [one for one in kin if one.code != code],
        "names": queries.names(conn, code)[:-1],
        "history": history,
        "who": people.names_of_staff(conn, {row.by for row, _ in history}),
        "name_of": lambda code: getattr(queries.place(conn, code), "name", code),
        "may_name": _may_name(conn, staff, place),
        "power": rules.POWER,
        "signal": rules.SIGNAL,
        "given": given or {"contact": place.contact, "phone": place.phone},
        "wrong": wrong,
        "done": request.query_params.get("done") == "1" or request.query_params.get("written"),
        "when": clock.as_datetime,
    }
    return render(request, "admin/place.html", status=status, staff=staff, **context)
