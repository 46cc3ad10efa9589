"""The staff's front door: who they are, and what waits for them today."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.accounts import actions as accounts
from app.accounts import cookies, passkeys, rules, signin
from app.accounts import queries as people
from app.accounts.guards import Public, Reading, StaffMember, may, phone_of
from app.accounts.permissions import Officer, Permission
from app.accounts.staff import awaiting_code
from app.admin import actions, queries
from app.core import clock, ledger
from app.core.errors import NotFound
from app.me import queries as me
from app.me.projections import ANSWERED, MOST_WORDS
from app.web.render import render
from app.web.sessions import writer_of
from courses.languages import LANGUAGES

router = APIRouter()
Text = Annotated[str, Form()]
LONGEST_CODE = 20
EntryLooker = Annotated[Officer, may(Permission.ENTRY_LOOK)]
ReportAnswerer = Annotated[Officer, may(Permission.REPORT_ANSWER, Permission.LESSON_ANSWER)]


@router.get("/staff/sign-in", dependencies=[Public])
def door(request: Request, conn: Reading, again: str = "") -> Response:
    """Who has given her passphrase already is asked for her code, unless she would rather begin `again`."""
    if not again and awaiting_code(conn, _session(request)):
        return RedirectResponse("/staff/sign-in/code", 303)
    return _door(request, failed=request.query_params.get("failed") == "passkey")


def _door(request: Request, status: int = 200, **context: Any) -> Response:
    """Passkeys are offered where a browser has any."""
    shown = {"name": "", "refusal": None, "wrong": False, "failed": False}
    offered = passkeys.site(request.app.state.settings.public_url, str(request.base_url)) is not None
    return render(request, "admin/sign_in.html", status=status, offered=offered, **(shown | context))


@router.post("/staff/sign-in", dependencies=[Public])
def sign_in(request: Request, name: Text = "", passphrase: Text = "") -> Response:
    here = phone_of(request)
    outcome = signin.as_staff(here, name[: rules.NAME_LENGTH], passphrase[: rules.LONGEST_PASSPHRASE])
    if isinstance(outcome, rules.Refusal) or not outcome:
        refusal = outcome or None
        status = 429 if refusal else 422
        return here.stamp(_door(request, status, name=name, refusal=refusal, wrong=not refusal))
    response = here.see("/admin")
    cookies.open_staff(request, response, outcome)
    return response


@router.get("/staff/sign-in/code", dependencies=[Public])
def code(request: Request) -> Response:
    return render(request, "admin/code.html", refusal=None, wrong=False)


@router.post("/staff/sign-in/code", dependencies=[Public])
def give_code(request: Request, code: Text = "") -> Response:
    here = phone_of(request)
    outcome = signin.with_code(here, _session(request), code[:LONGEST_CODE])
    if isinstance(outcome, rules.Refusal) or not outcome:
        status = 429 if outcome else 422
        page = render(request, "admin/code.html", status=status, refusal=outcome or None, wrong=not outcome)
        return here.stamp(page)
    response = here.see("/admin")
    cookies.open_staff(request, response, outcome)
    return response


def _session(request: Request) -> str:
    return cookies.hashed(cookies.token(request, cookies.STAFF))


@router.post("/staff/sign-out")
def sign_out(request: Request, staff: StaffMember) -> Response:
    token_sha = _session(request)
    writer_of(request).call(lambda conn: accounts.close_session(conn, token_sha))
    response = RedirectResponse("/staff/sign-in", 303)
    cookies.close_staff(response)
    return response


@router.get("/admin")
def today(request: Request, staff: StaffMember, conn: Reading) -> Response:
    begun = request.query_params.get("begun") == "1"
    return render(request, "admin/index.html", staff=staff, today=queries.today(conn, staff), begun=begun)


@router.get("/admin/set-aside")
def set_aside(request: Request, staff: EntryLooker, conn: Reading) -> Response:
    rows = queries.set_aside(conn)
    return render(request, "admin/set_aside.html", staff=staff, rows=rows, when=clock.as_datetime)


@router.post("/admin/set-aside/{id}/resolution")
def resolve(request: Request, staff: EntryLooker, id: str) -> Response:
    writer_of(request).call(lambda conn: actions.resolve(conn, id, by=staff.id))
    return RedirectResponse("/admin/set-aside", 303)


@router.get("/admin/reports")
def reports(request: Request, staff: ReportAnswerer, conn: Reading) -> Response:
    return _reports(request, staff, conn)


def _reports(
    request: Request, staff: Officer, conn: Connection, status: int = 200, wrong: str = ""
) -> Response:
    """What waits for an answer, and beneath it what was answered."""
    waiting, answered = me.reports(conn, staff), me.reports(conn, staff, answered=True)
    answers = me.answers(conn, answered)
    by = people.names_of_staff(conn, {row.by for rows in answers.values() for row in rows})
    return render(
        request, "admin/reports.html", status=status, staff=staff, rows=waiting, answered=answered, answers=answers,
        staff_names=by, when=clock.as_datetime, wrong=wrong, done=request.query_params.get("done"),
    )  # fmt: skip


@router.post("/admin/reports/{id}/answer")
def answer(request: Request, staff: ReportAnswerer, conn: Reading, id: str, words: Text = "") -> Response:
    """Seen by who told it, on her page."""
    report = me.report(conn, id, staff)
    if report is None:
        raise NotFound("there is no such report for her")
    said = " ".join(words.split())[:MOST_WORDS]
    if not said:
        return _reports(request, staff, conn, 422, wrong=id)
    writer_of(request).call(
        lambda conn: ledger.record(conn, ANSWERED, report.person_id, report=id, words=said, by=staff.id)
    )
    return RedirectResponse("/admin/reports?done=1", 303)


@router.get("/admin/reports/{id}/voice")
def voice(request: Request, staff: ReportAnswerer, conn: Reading, id: str) -> Response:
    """As a file to keep, never as something a browser would run."""
    recording = request.app.state.shelf.blobs.get(queries.recording(conn, id, staff))
    headers = {
        "Content-Disposition": f'attachment; filename="{id}.audio"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(recording, media_type="application/octet-stream", headers=headers)


@router.get("/admin/unvoiced")
def unvoiced(request: Request, staff: Annotated[Officer, may(Permission.WORDS_TRANSLATE)]) -> Response:
    courses = queries.without_voice(request.app.state.shelf)
    return render(request, "admin/unvoiced.html", staff=staff, courses=courses, languages=LANGUAGES)


@router.get("/admin/unvoiced/{course}/{spoken}")
def unvoiced_words(
    request: Request,
    staff: Annotated[Officer, may(Permission.WORDS_TRANSLATE)],
    course: str,
    spoken: str,
) -> Response:
    lessons = queries.words_without_voice(request.app.state.shelf, course, spoken)
    where: dict[str, Any] = {"course": course, "spoken": LANGUAGES[spoken]}
    return render(request, "admin/unvoiced_words.html", staff=staff, lessons=lessons, **where)
