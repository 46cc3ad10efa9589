"""The register of certificates for staff: what was issued, asking for more, what becomes of it afterwards."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.accounts import queries as accounts
from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.certificates import actions, giving, queries, rules, templates
from app.certificates.drawing import ROOT, file, is_sample, is_village, office_of, show, titles, word
from app.certificates.forms import Asking, Correction
from app.certificates.issuing import OWN
from app.certificates.queries import Batch, Found, Line, Wanted
from app.certificates.rules import Evidence, Verdict
from app.core import clock, workbook
from app.core.errors import NotFound
from app.core.signing import NoKey
from app.learning import queries as learning
from app.places import queries as places
from app.programmes import class_queries as classes
from app.programmes import programme_queries as programmes
from app.web.render import pages
from app.web.sessions import writer_of
from courses.languages import LANGUAGES
from courses.model import SOURCE

router = APIRouter(prefix=ROOT)
Text = Annotated[str, Form()]
Issuer = Annotated[Officer, may(Permission.CERTIFICATE_ISSUE)]
Approver = Annotated[Officer, may(Permission.CERTIFICATE_APPROVE)]
P = Permission
SHOWN = 200
"""People of a preview told by name; of more, how many."""
STATES = ("valid", "replaced", "revoked")
PDF = "application/pdf"


def wanted(q: str = "", course: str = "", state: str = "", batch: str = "") -> Wanted:
    return Wanted(q[:200], course, state, batch)


Looking = Annotated[Wanted, Depends(wanted)]


@router.get("")
def register(
    request: Request, staff: Issuer, conn: Reading, found: Looking, page: int = 1, told: int = 0
) -> Response:
    lines, last = queries.lines(conn, staff, found, page)
    return show(
        request, staff, "register", conn=conn, lines=lines, at=min(max(page, 1), last), last=last, wanted=found,
        states=STATES, asking=queries.waiting_for_word(conn, staff), earned=queries.earned_waiting(conn, staff),
        village=is_village(request), sample=is_sample(request), told_n=told,
    )  # fmt: skip


@router.get("/export")
def export(request: Request, staff: Issuer, conn: Reading, found: Looking, form: str = "xlsx") -> Response:
    """All that is found, as a table; every row says who issued it and where it stands."""
    rows = _table(request, conn, queries.every_line(conn, staff, found))
    if form == "csv":
        return file(workbook.comma(rows), workbook.CSV, "so-giay-chung-nhan.csv")
    return file(workbook.xlsx(rows), workbook.XLSX, "so-giay-chung-nhan.xlsx")


def _table(request: Request, conn: Connection, lines: Iterable[Line]) -> Iterator[list[str]]:
    yield [word(request, f"certificate.column.{one}") for one in COLUMNS]
    every, told = list(lines), titles(request)
    by = accounts.names_of_staff(conn, {one.by for one in every})
    for one in every:
        stands, reason = one.standing, one.standing.reason
        yield [
            one.number, one.name or word(request, "check.erased"), told.get(one.course, one.course), one.day, one.place,
            word(request, f"certificate.state.{one.state}"), stands.day,
            word(request, f"certificate.reason.{reason}") if reason else stands.by_number, by.get(one.by, one.by),
        ]  # fmt: skip


COLUMNS = ("number", "name", "course", "day", "place", "state", "since", "why", "by")


@router.get("/new")
def new(
    request: Request, staff: Issuer, conn: Reading, course: str = "", who: str = "", programme: str = "",
    lang: str = OWN, template: str = "", q: str = "", asked: str = "",
) -> Response:  # fmt: skip
    """Chooses for whom; once chosen, shows who has earned one and what the others lack. Nothing is written."""
    form = Asking(course=course, who=who, programme=programme, lang=lang, template=template)
    if not asked or (q.strip() and not who):
        return _new(request, staff, conn, form, q)
    _check(request, conn, staff, form)
    return _new(request, staff, conn, form, q, status=422 if form.errors else 200)


@router.post("/batches")
def make(
    request: Request, staff: Issuer, conn: Reading, course: Text = "", who: Text = "", programme: Text = "",
    lang: Text = "", template: Text = "", n: Text = "",
) -> Response:  # fmt: skip
    """Asks for what was shown; where that has changed since, it is shown again."""
    form = Asking(course=course, who=who, programme=programme, lang=lang, template=template)
    _check(request, conn, staff, form)
    if form.errors:
        return _new(request, staff, conn, form, status=422)
    preview = _preview(request, conn, staff, form)
    if str(len(preview.earned)) != n or not preview.earned:
        return _new(request, staff, conn, form, changed=True, status=409)
    source, id = form.choice
    persons = [one.person for one in preview.earned]
    if is_village(request):
        judged = {one.person: one.structure for one in preview.earned}
        new = writer_of(request).call(lambda conn: actions.tell_earned(conn, judged, course, staff))
        return RedirectResponse(f"{ROOT}?course={course}&told={new}", 303)
    batch = writer_of(request).call(
        lambda conn: actions.make_batch(
            conn, office_of(request), persons, staff, course=course, source=source, source_id=id,
            programme=programme, lang=lang, template=template,
        )
    )  # fmt: skip
    request.app.state.issuing.wake()
    return RedirectResponse(f"{ROOT}/batches/{batch}", 303)


class Person:
    """Somebody of a preview, with what she lacks."""

    def __init__(self, id: str, evidence: Evidence, verdict: Verdict) -> None:
        self.person, self.name, self.missing = id, evidence.name, verdict.missing
        self.structure = verdict.way.structure if verdict.way else ""


class Preview:
    """`told`: whose names a village told the province already."""

    def __init__(self, people: Sequence[Person], more: bool, told: Collection[str]) -> None:
        self.earned = [one for one in people if not one.missing]
        self.told = {one.person for one in self.earned if one.person in told}
        self.lacking = [one for one in people if one.missing]
        self.more = more


def _check(request: Request, conn: Connection, staff: Officer, form: Asking) -> Asking:
    """A class, a place or a person that is not hers is not there."""
    source, id = form.choice
    if source == "class":
        classes.class_(conn, id, staff)
    elif source == "place":
        programmes.chosen(conn, staff, (P.CERTIFICATE_ISSUE,), id or "-")
    elif source == "person":
        programmes.person(conn, id, staff, P.CERTIFICATE_ISSUE)
    return form.check(
        request.app.state.shelf.courses,
        request.app.state.programmes.programmes,
        templates.latest(conn).values(),
    )


def _preview(request: Request, conn: Connection, staff: Officer, form: Asking) -> Preview:
    office, (source, id) = office_of(request), form.choice
    listed = queries.listed_of(conn, staff, source, id, form.course)
    persons = listed[: queries.PREVIEWED]
    asked = queries.evidence(conn, office.shelf, office.programmes, persons, form.course, office.held_apart)
    own = list(queries.in_force(conn, office.shipped).values())
    people = [
        Person(one, asked[one], rules.judge(own, form.programme, form.course, asked[one])) for one in persons
    ]
    told = queries.earned(conn, persons, form.course) if is_village(request) else ()
    return Preview(people, len(listed) > len(persons), told)


def _new(
    request: Request, staff: Officer, conn: Connection, form: Asking, q: str = "", changed: bool = False,
    status: int = 200,
) -> Response:  # fmt: skip
    ready = form.course in request.app.state.shelf.courses and form.choice.source and not form.errors
    named = programmes.people(conn, staff, (P.CERTIFICATE_ISSUE,), q) if q.strip() else ()
    return show(
        request, staff, "new", conn=conn, status=status, form=form, q=q, named=named, changed=changed, shown=SHOWN,
        preview=_preview(request, conn, staff, form) if ready else None, classes=_classes(conn, staff),
        places=programmes.places_of(conn, staff, (P.CERTIFICATE_ISSUE,)), languages=_languages(request), own=OWN,
        earned=queries.earned_waiting(conn, staff), village=is_village(request), sample=is_sample(request),
        person=accounts.person(conn, form.choice.id) if form.choice.source == "person" else None,
        programmes=request.app.state.programmes.programmes.values(), templates=templates.latest(conn),
    )  # fmt: skip


def _classes(conn: Connection, staff: Officer) -> Sequence[Any]:
    return classes.classes(conn, staff) if staff.may(P.CLASS_RUN) else ()


def _languages(request: Request) -> list[Any]:
    return [one for one in pages(request).languages if one.slug != SOURCE and not LANGUAGES[one.slug].view_of]


@router.post("/slips")
def slips(
    request: Request, staff: Issuer, conn: Reading, course: Text = "", who: Text = "", programme: Text = ""
) -> Response:
    """Provisional slips for those who have earned one, to print in a village; they say that they are no certificates."""
    from app.certificates import paper

    form = _check(request, conn, staff, Asking(course=course, who=who, programme=programme))
    people = [] if form.errors else _preview(request, conn, staff, form).earned[:SHOWN]
    if not people:
        raise NotFound("nobody here has earned one")
    office = office_of(request)
    issuer = queries.issuer_of(queries.issuing(conn, office.shipped), office.url, True)
    place = places.place(conn, actions.home(conn, staff))
    told = {SOURCE: str(titles(request)[course])}
    today = _day(clock.now())
    finished = learning.of_people(conn, office.shelf, [one.person for one in people], course)
    made = [
        paper.Slip(
            name=one.name, titles=told, day=_day(finished[one.person].state.finished_at) or today,
            place=place.name if place else "", issuer=issuer, sample=office.demo,
        )
        for one in people
    ]  # fmt: skip
    template = templates.find(conn, office.shelf.blobs, actions.template_now(conn))
    return file(paper.slip(made, template), PDF, "giay-tam.pdf")


def _day(at: int | None) -> str:
    return clock.as_datetime(at).date().isoformat() if at else ""


@router.get("/batches")
def batches(request: Request, staff: Issuer, conn: Reading) -> Response:
    found = queries.batches(conn, staff)
    return show(
        request, staff, "batches", conn=conn, batches=found, who=_sources(conn, found), when=clock.as_datetime
    )


@router.get("/batches/{batch}")
def batch(request: Request, staff: Issuer, conn: Reading, batch: str) -> Response:
    return _batch(request, staff, conn, queries.batch(conn, batch, staff))


def _batch(
    request: Request, staff: Officer, conn: Connection, found: Batch, wrong: str = "", status: int = 200
) -> Response:
    able = places.holds(conn, staff.places(P.CERTIFICATE_APPROVE), found.row.place)
    lines, _ = queries.lines(conn, staff, Wanted(batch=found.row.id))
    return show(
        request, staff, "batch", conn=conn, status=status, batch=found, lines=lines, wrong=wrong,
        passed=queries.passed(conn, found.row.id), who=_sources(conn, [found]), reasons=rules.REASONS, languages=LANGUAGES,
        able=able and found.row.by != staff.id, sheets=_sheets(conn, found),
        decided=[(one, clock.as_datetime(one.at)) for one in found.decided], when=clock.as_datetime,
        by=accounts.names_of_staff(conn, {found.row.by, *(one.by for one in found.decided)}),
    )  # fmt: skip


def _sheets(conn: Connection, found: Batch) -> list[tuple[str, int]]:
    """What can be printed in one file: second languages, and how many each."""
    return [(lang, len(some)) for lang, some in giving.sheets(queries.standing_in(conn, found.row.id))]


def _sources(conn: Connection, found: Sequence[Batch]) -> dict[str, str]:
    """By batch, the name of the class, the place or the person it is for; "" where there is none, or it is gone."""
    names = {}
    for one in found:
        source, id = one.row.source, one.row.source_id
        row: Any = None
        if source == "class":
            row = classes.class_row(conn, id)
        elif source == "place":
            row = places.place(conn, id)
        elif source == "person":
            row = accounts.person(conn, id)
        names[one.row.id] = row.name if row else ""
    return names


@router.post("/batches/{batch}/approval")
def approve(request: Request, staff: Approver, batch: str) -> Response:
    writer_of(request).call(lambda conn: actions.approve(conn, queries.batch(conn, batch, staff), staff))
    request.app.state.issuing.wake()
    return _see_batch(batch)


@router.post("/batches/{batch}/end")
def stop(request: Request, staff: Issuer, batch: str) -> Response:
    writer_of(request).call(lambda conn: actions.stop(conn, queries.batch(conn, batch, staff), staff))
    return _see_batch(batch)


@router.post("/batches/{batch}/revocation")
def revoke_batch(request: Request, staff: Issuer, conn: Reading, batch: str, reason: Text = "") -> Response:
    found = queries.batch(conn, batch, staff)
    if reason not in rules.REASONS:
        return _batch(request, staff, conn, found, "certificate.choose_reason", 422)
    writer_of(request).call(lambda conn: actions.revoke_batch(conn, found, reason, staff))
    return _see_batch(batch)


@router.post("/batches/{batch}/work")
def go_on(request: Request, staff: Issuer, conn: Reading, batch: str) -> Response:
    """Tries again what did not go on."""
    queries.batch(conn, batch, staff)
    request.app.state.issuing.wake()
    return _see_batch(batch)


@router.get("/batches/{batch}/print")
def print_batch(
    request: Request, staff: Issuer, conn: Reading, batch: str, lang: str = "", form: str = "pdf"
) -> Response:
    found = queries.standing_in(conn, queries.batch(conn, batch, staff).row.id)
    these = next((some for one, some in giving.sheets(found) if one == lang), [])
    data = giving.to_print(conn, office_of(request), these, form)
    return file(data, PDF, giving.name(f"giay-chung-nhan-{these[0].number}-{len(these)}", form))


def _see_batch(id: str) -> Response:
    return RedirectResponse(f"{ROOT}/batches/{id}", 303)


@router.get("/doubts")
def doubts(request: Request, staff: Issuer, conn: Reading) -> Response:
    office = office_of(request)
    found = queries.doubts(conn, office.shelf, office.programmes, staff)
    return show(request, staff, "doubts", conn=conn, doubts=found)


@router.get("/issued/{id}")
def certificate(request: Request, staff: Issuer, conn: Reading, id: str) -> Response:
    return _certificate(request, staff, conn, queries.certificate(conn, id, staff))


def _certificate(
    request: Request, staff: Officer, conn: Connection, found: Found, form: Correction | None = None,
    wrong: str = "", status: int = 200,
) -> Response:  # fmt: skip
    office, history = office_of(request), queries.history(conn, found)
    now = accounts.person(conn, found.person_id) if found.person_id else None
    return show(
        request, staff, "certificate", conn=conn, status=status, found=found, said=found.snapshot, wrong=wrong,
        stands=queries.standing(conn, found.number), form=form or Correction(name=now.name if now else ""),
        missing=queries.still_missing(conn, office.shelf, office.programmes, found), reasons=rules.REASONS,
        history=[(one, clock.as_datetime(one.at)) for one in history],
        by=accounts.names_of_staff(conn, {one.by for one in history}), new=_number(conn, found),
        languages=LANGUAGES,
    )  # fmt: skip


def _number(conn: Connection, found: Found) -> str:
    """The id of the certificate that replaced this one, or ""."""
    number = queries.standing(conn, found.number).by_number
    new = queries.by_number(conn, number) if number else None
    return new.id if new else ""


@router.post("/issued/{id}/revocation")
def revoke(request: Request, staff: Issuer, conn: Reading, id: str, reason: Text = "") -> Response:
    found = queries.certificate(conn, id, staff)
    if reason not in rules.REASONS:
        return _certificate(request, staff, conn, found, wrong="certificate.choose_reason", status=422)
    writer_of(request).call(lambda conn: actions.revoke(conn, found, reason, staff))
    return RedirectResponse(f"{ROOT}/issued/{id}", 303)


@router.post("/issued/{id}/correction")
def correct(
    request: Request, staff: Issuer, conn: Reading, id: str, name: Text = "", reason: Text = ""
) -> Response:
    found = queries.certificate(conn, id, staff)
    form = Correction(name=name, reason=reason).check(found.snapshot.name)
    if form.errors:
        return _certificate(request, staff, conn, found, form, status=422)
    batch = writer_of(request).call(
        lambda conn: actions.correct(conn, office_of(request), found, form.name, form.reason, staff)
    )
    request.app.state.issuing.wake()
    return _see_batch(batch)


@router.post("/issued/{id}/prints")
def print_again(request: Request, staff: Issuer, id: str, form: Text = "pdf") -> Response:
    """The file itself; that it was given, and by whom, stands in the register."""
    database = request.app.state.database
    with database.read() as session:
        found = queries.certificate(session.connection(), id, staff)
    try:
        data = giving.give(database, writer_of(request), office_of(request), found, form, staff.id)
    except NoKey:
        with database.read() as session:
            return _certificate(
                request, staff, session.connection(), found, wrong="certificate.no_seal", status=503
            )
    return file(data, PDF, giving.name(found.number, form))
