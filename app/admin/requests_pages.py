"""What people ask about their data, for those who answer where they live; and consent read aloud to somebody."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.accounts import consent, data_actions, data_queries, data_rules, rules
from app.accounts.data_queries import Choice
from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.core import clock
from app.core.errors import MakesNoSense, NotFound
from app.me import taking
from app.me.data_forms import asked_words
from app.web.render import marked, pages, render
from app.web.sessions import writer_of
from courses.languages import LANGUAGES

router = APIRouter()
Text = Annotated[str, Form()]
Handler = Annotated[Officer, may(Permission.REQUEST_HANDLE)]
Changer = Annotated[Officer, may(Permission.PERSON_CHANGE)]
MONTH = 30 * clock.DAY + 10 * clock.HOUR + 30 * 60 * 1000
"""The mean of a year's months."""


@router.get("/admin/requests")
def requests(request: Request, officer: Handler, conn: Reading, done: str = "") -> Response:
    months = request.app.state.settings.keep_months
    answered = data_queries.queue(conn, officer, done=True)
    return render(
        request, "admin/requests.html", staff=officer, waiting=data_queries.queue(conn, officer), answered=answered,
        silent=data_queries.silent_since(conn, _long_ago(request), officer), months=months, when=clock.as_datetime,
        names=_names(conn, [one.row for one in answered]), done=done,
    )  # fmt: skip


def _long_ago(request: Request) -> int:
    months: int = request.app.state.settings.keep_months
    return clock.now() - months * MONTH


def _names(conn: Connection, rows: list[Any]) -> dict[str, str]:
    return data_queries.staff_names(conn, {id for row in rows for id in (row.by, row.answered_by) if id})


@router.get("/admin/requests/{id}")
def show(request: Request, officer: Handler, conn: Reading, id: str, done: str = "") -> Response:
    return _show(request, officer, conn, id, done=done)


def _show(
    request: Request, officer: Officer, conn: Connection, id: str, done: str = "", mend: str = "", status: int = 200
) -> Response:  # fmt: skip
    found = data_queries.request(conn, id, officer)
    if found is None:
        raise NotFound("there is no such request in her places")
    return render(
        request, "admin/request.html", status=status, staff=officer, one=found, outcomes=data_rules.BY_STAFF,
        names=_names(conn, [found.row]), when=clock.as_datetime, done=done, mend=mend,
    )  # fmt: skip


@router.post("/admin/requests/{id}/answer")
def answer(
    request: Request, officer: Handler, conn: Reading, id: str, outcome: Text = "", words: Text = ""
) -> Response:
    said = asked_words(words)
    if data_queries.request(conn, id, officer) is None or outcome not in data_rules.BY_STAFF:
        raise NotFound("there is no such request in her places")
    if outcome == "refused" and not said:
        return _show(request, officer, conn, id, mend="requests.say_why", status=422)
    writer_of(request).call(lambda conn: data_actions.answer(conn, id, outcome, said, officer.id))
    return RedirectResponse(f"/admin/requests/{id}?done=answered", 303)


@router.post("/admin/requests/{id}/erasure")
def erase(request: Request, officer: Handler, conn: Reading, id: str, sure: Text = "") -> Response:
    """Only where she asked for it, and somebody has asked her again."""
    found = data_queries.request(conn, id, officer)
    if found is None or found.row.kind != "delete" or not found.waits:
        raise NotFound("there is no such request in her places")
    if sure != "1":
        return _show(request, officer, conn, id, mend="requests.erase_sure", status=422)
    return _erased(request, found.row.who, officer)


@router.get("/admin/requests/{id}/file")
def take(request: Request, officer: Handler, conn: Reading, id: str) -> Response:
    """For somebody without a phone, who asked for it: to be handed to her."""
    found = data_queries.request(conn, id, officer)
    if found is None or found.row.kind not in ("see", "take") or not found.waits:
        raise NotFound("there is no such request in her places")
    return taking.file_of(request, conn, found.row.who, pages(request).language_of(request).slug)


@router.post("/admin/people/{person}/erasure")
def erase_silent(request: Request, officer: Handler, conn: Reading, person: str, sure: Text = "") -> Response:
    """Of somebody who has not learned for as long as things are kept."""
    row = data_queries.person(conn, person, officer, Permission.REQUEST_HANDLE)
    if sure != "1" or not data_queries.silent(conn, row.id, _long_ago(request)):
        raise NotFound("she is still learning, or nobody is sure")
    return _erased(request, row.id, officer)


def _erased(request: Request, person: str, officer: Officer) -> Response:
    writer_of(request).call(lambda conn: data_actions.erase(conn, person, officer.id))
    return RedirectResponse("/admin/requests?done=erased", 303)


@router.get("/admin/people/{person}/data")
def about(
    request: Request, officer: Changer, conn: Reading, person: str, aloud: str = "", done: str = ""
) -> Response:
    """To be read to her: every purpose in the language she understands, a yes for each."""
    row = data_queries.person(conn, person, officer, Permission.PERSON_CHANGE)
    lang = aloud if aloud in LANGUAGES else row.lang
    choices = data_queries.choices(conn, row.id)
    told = {
        "choices": choices, "words": {one.purpose: _words(request, one, lang) for one in choices},
        "child": data_rules.is_child(row.year, clock.now()), "age": data_rules.terms()["child"]["below"],
        "staff": data_queries.staff_names(conn, [one.given.by for one in choices if one.given]),
        "when": clock.as_datetime,
    }  # fmt: skip
    return render(
        request, "admin/person_data.html", staff=officer, row=row, told=told, aloud=lang, done=done,
        languages=[LANGUAGES[slug] for slug in LANGUAGES], kinds=data_rules.KINDS, langs_by=taking.autonyms(),
    )  # fmt: skip


def _words(request: Request, choice: Choice, lang: str) -> tuple[Any, str]:
    drafts = pages(request).words.drafts
    agreed = consent.sentences(lang, drafts, choice.purpose)[0].agreed
    return marked(
        consent.shown(lang, drafts, choice.purpose), pages(request).language_of(request).slug, {}
    ), agreed


@router.post("/admin/people/{person}/consents")
def choose(
    request: Request, officer: Changer, conn: Reading, person: str, purpose: Text = "", agreed: Text = "",
    guardian: Text = "", aloud: Text = "",
) -> Response:  # fmt: skip
    row = data_queries.person(conn, person, officer, Permission.PERSON_CHANGE)
    read = consent.language_of(agreed) if agreed else ""
    drafts = pages(request).words.drafts
    known = purpose in consent.purposes() and aloud in ("", *LANGUAGES)
    if not known or (agreed and agreed != consent.sentences(aloud or row.lang, drafts, purpose)[0].agreed):
        raise MakesNoSense("these are not words we asked")
    who = rules.clean_name(guardian)
    child = data_rules.is_child(row.year, clock.now())
    if agreed and child and not rules.is_name(who):
        return RedirectResponse(f"/admin/people/{row.id}/data?aloud={aloud}&done=guardian", 303)

    def work(conn: Connection) -> None:
        if agreed:
            told = {"by": officer.id, "read_aloud": read, "guardian": who if child else ""}
            data_actions.agree(conn, row.id, purpose, agreed, **told)
        else:
            data_actions.withdraw(conn, row.id, purpose, by=officer.id)

    writer_of(request).call(work)
    return RedirectResponse(f"/admin/people/{row.id}/data?aloud={aloud}&done=kept", 303)


@router.post("/admin/people/{person}/requests")
def ask(
    request: Request, officer: Changer, conn: Reading, person: str, kind: Text = "", words: Text = ""
) -> Response:
    row = data_queries.person(conn, person, officer, Permission.PERSON_CHANGE)
    writer_of(request).call(
        lambda conn: data_actions.ask(conn, row.id, kind, asked_words(words), by=officer.id)
    )
    return RedirectResponse(f"/admin/people/{row.id}/data?done=kept", 303)
