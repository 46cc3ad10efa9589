"""What certificates are given for, who issues them, and with which keys: for who speaks for the province."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.certificates import actions, queries, rules
from app.certificates.drawing import ROOT, is_sample, office_of, show, titles
from app.certificates.forms import IssuerForm, Known, RuleForm
from app.certificates.issuing import know_keys
from app.core import clock
from app.core.errors import NotFound
from app.core.signing import NoKey, Public
from app.places import queries as places
from app.web.sessions import writer_of

router = APIRouter(prefix=ROOT)
Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form(default_factory=list)]
Looker = Annotated[Officer, may(Permission.CERTIFICATE_ISSUE, Permission.CERTIFICATE_RULE)]
Ruler = Annotated[Officer, may(Permission.CERTIFICATE_RULE)]
Keeper = Annotated[Officer, may(Permission.CERTIFICATE_KEY)]
LONGEST_REASON = 200


def only_for_province(conn: Connection, officer: Officer, permission: Permission) -> None:
    if not speaks_for_province(conn, officer, permission):
        raise NotFound("this is for who speaks for the province")


def speaks_for_province(conn: Connection, officer: Officer, permission: Permission) -> bool:
    return places.holds(conn, officer.places(permission), places.province(conn))


@router.get("/rules")
def index(request: Request, staff: Looker, conn: Reading) -> Response:
    """What is asked for, and by whom it was said; anybody who issues may read it."""
    return _index(request, staff, conn)


def _index(
    request: Request, staff: Officer, conn: Connection, form: IssuerForm | None = None, status: int = 200
) -> Response:
    office = office_of(request)
    issuer = queries.issuing(conn, office.shipped)
    own = queries.own_rules(conn)
    return show(
        request, staff, "rules", status=status, rules=queries.in_force(conn, office.shipped).values(),
        ended=[one for one in own if one.ended], issuer=issuer, form=form or IssuerForm.of(issuer),
        able=speaks_for_province(conn, staff, Permission.CERTIFICATE_RULE), sample=is_sample(request),
        programmes=office.programmes.programmes,
    )  # fmt: skip


@router.get("/rules/edit")
def edit(request: Request, staff: Ruler, conn: Reading, rule: str = "") -> Response:
    only_for_province(conn, staff, Permission.CERTIFICATE_RULE)
    office = office_of(request)
    every = rules.in_force(office.shipped.rules, ()) | {one.id: one for one in queries.own_rules(conn)}
    return _edit(
        request, staff, conn, RuleForm.of(every[rule]) if rule in every else RuleForm(), known=rule in every
    )


@router.post("/rules")
def set_rule(
    request: Request, staff: Ruler, conn: Reading, skills: Texts, id: Text = "", programme: Text = "",
    audience: Text = "", course: Text = "", structures: Text = "", lessons: Text = "", score: Text = "",
    supervised: Text = "", ended: Text = "",
) -> Response:  # fmt: skip
    only_for_province(conn, staff, Permission.CERTIFICATE_RULE)
    form = RuleForm(
        id=id, programme=programme, audience=audience, course=course, structures=structures, lessons=lessons,
        score=score, supervised=bool(supervised), skills=skills, ended=bool(ended),
    )  # fmt: skip
    if form.check(_known(request, conn)).errors:
        return _edit(request, staff, conn, form, 422)
    writer_of(request).call(lambda conn: actions.set_rule(conn, form.rule, staff))
    return RedirectResponse(f"{ROOT}/rules", 303)


def _edit(
    request: Request, staff: Officer, conn: Connection, form: RuleForm, status: int = 200, known: bool = False
) -> Response:
    own = _known(request, conn)
    told = titles(request)
    courses = [(id, told.get(id, id)) for id in sorted(own.lessons)]
    return show(
        request, staff, "rule", status=status, form=form, known=known, can=own, courses=courses,
        programmes=office_of(request).programmes.programmes,
    )  # fmt: skip


def _known(request: Request, conn: Connection) -> Known:
    """A course that a rule names is known though nothing of it is published here."""
    state = request.app.state
    courses = state.shelf.courses
    every = [*office_of(request).shipped.rules, *queries.own_rules(conn)]
    return Known(
        programmes=state.programmes.programmes,
        groups=[one.id for one in state.programmes.groups],
        skills=state.skills,
        lessons={one.course: () for one in every if one.course}
        | {id: [lesson.id for lesson in one.course.all_lessons()] for id, one in courses.items()},
        structures={id: list(state.shelf.outlines(id)) for id in courses},
    )


@router.post("/issuer")
def set_issuer(
    request: Request, staff: Ruler, conn: Reading, code: Text = "", name: Text = "", second_person: Text = ""
) -> Response:
    only_for_province(conn, staff, Permission.CERTIFICATE_RULE)
    now = queries.issuing(conn, office_of(request).shipped)
    form = IssuerForm(code=code, name=name, second_person=bool(second_person)).check(now.sample)
    if form.errors:
        return _index(request, staff, conn, form, 422)
    writer_of(request).call(lambda conn: actions.set_issuer(conn, form.issuer(now), staff))
    return RedirectResponse(f"{ROOT}/rules", 303)


@router.get("/keys")
def keys(request: Request, staff: Keeper, conn: Reading) -> Response:
    return _keys(request, staff, conn)


def _keys(request: Request, staff: Officer, conn: Connection, wrong: str = "", status: int = 200) -> Response:
    only_for_province(conn, staff, Permission.CERTIFICATE_KEY)
    keys, year = office_of(request).keys, clock.as_datetime(clock.now()).year
    try:
        found: list[Public] | None = keys.all()
    except NoKey:
        found = None
    return show(
        request, staff, "keys", status=status, keys=list(reversed(found or ())), can_read=found is not None, wrong=wrong,
        year=year, current=found is not None and bool(keys.active(year)),
        lost={one.id for one in found or () if one.state == "active" and not keys.has_file(one)},
        signed=queries.signed_with(conn), sample=is_sample(request), longest=LONGEST_REASON,
    )  # fmt: skip


@router.post("/keys")
def make(request: Request, staff: Keeper, conn: Reading) -> Response:
    """A key for this year; the one before it signs no more."""
    year, office = clock.as_datetime(clock.now()).year, office_of(request)
    try:
        know_keys(conn, office.keys)
    except NoKey:
        return _keys(request, staff, conn, status=503)
    return _turn(request, staff, conn, lambda: office.keys.make(year, demo=office.demo).public)


@router.post("/keys/{key}/retirement")
def retire(request: Request, staff: Keeper, conn: Reading, key: str, reason: Text = "") -> Response:
    _known_key(request, key)
    return _turn(request, staff, conn, lambda: office_of(request).keys.retire(key, reason[:LONGEST_REASON]))


@router.post("/keys/{key}/exposure")
def compromise(request: Request, staff: Keeper, conn: Reading, key: str, reason: Text = "") -> Response:
    """Somebody else may hold it: what it signed is signed anew with the key made after it."""
    _known_key(request, key)
    if not reason.strip():
        return _keys(request, staff, conn, "key.write_reason", 422)
    return _turn(
        request, staff, conn, lambda: office_of(request).keys.compromise(key, reason[:LONGEST_REASON])
    )


def _known_key(request: Request, key: str) -> None:
    if office_of(request).keys.get(key) is None:
        raise NotFound("there is no such key")


def _turn(request: Request, staff: Officer, conn: Connection, work: Callable[[], Public]) -> Response:
    """Done on disk first: an entry never speaks of a key that is not there."""
    only_for_province(conn, staff, Permission.CERTIFICATE_KEY)
    key = work()
    writer_of(request).call(lambda conn: actions.note_key(conn, key, staff))
    request.app.state.issuing.wake()
    return RedirectResponse(f"{ROOT}/keys", 303)
