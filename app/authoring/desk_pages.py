"""The translation desk: source and target text by text, what reviewers said, words out to other programs and back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, UploadFile
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.authoring import desk_actions as actions
from app.authoring import desk_queries as queries
from app.authoring import desk_rules as rules
from app.authoring import draft_queries, drafting
from app.authoring.desk_actions import Coming, Seen, Words
from app.authoring.desk_queries import Desk, Text
from app.authoring.desk_rules import Author, Refused
from app.authoring.draft_actions import Outcome
from app.core import clock, workbook
from app.core.blobs import Blobs
from app.core.errors import NotFound
from app.curriculum.library import Library
from app.web.render import pages, render
from app.web.sessions import writer_of
from courses.exchange import carried, table
from courses.exchange.lines import Carried
from courses.exchange.refusal import NotTaken
from courses.glossary import Glossary, words_of
from courses.languages import LANGUAGES
from courses.model import SOURCE
from courses.parts import COURSE
from courses.scripts import taiviet, typing

router = APIRouter(prefix="/teach/courses/{course}/words/{into}")
reviews_router = APIRouter(prefix="/teach/reviews")
Looker = Annotated[
    Officer, may(Permission.WORDS_TRANSLATE, Permission.WORDS_APPROVE, Permission.COURSE_WRITE)
]
Translator = Annotated[Officer, may(Permission.WORDS_TRANSLATE)]
Reviewer = Annotated[Officer, may(Permission.WORDS_APPROVE)]
Field = Annotated[str, Form()]
Fields = Annotated[list[str], Form()]
PAGE = 12
ANCHOR = re.compile(r"u-[A-Za-z0-9_-]+")
LARGEST_FORM = carried.LARGEST + 64 * 1024
HEAD = ("place", "source", "words", "state", "notes")
SHOWN = 200
AT_ONCE = 40
"""Texts of a file that are written in one transaction: learners' answers wait for no longer."""
SCRIPT_WORDS = ("desk.saving", "desk.saved", "desk.unsent", "desk.restored", "desk.candidates")
TAI = "blt"


@dataclass(frozen=True, slots=True)
class View:
    """Which texts are on the page."""

    state: str = ""
    lesson: str = ""
    page: int = 1

    def query(self, **other: Any) -> str:
        told = replace(self, page=1, **other) if "page" not in other else replace(self, **other)
        said = {name: getattr(told, name) for name in ("state", "lesson") if getattr(told, name)}
        return "?" + urlencode(said | ({"page": told.page} if told.page > 1 else {}))

    @property
    def here(self) -> str:
        return self.query(page=self.page)

    def of(self, texts: Sequence[Text]) -> list[Text]:
        return [
            one
            for one in texts
            if (not self.state or one.state == self.state) and (not self.lesson or one.lesson == self.lesson)
        ]


@dataclass(frozen=True, slots=True)
class Told:
    """What a page says of one text beside the text: words somebody typed that are not kept, and why."""

    typed: str | None = None
    why: str = ""
    met: str = ""
    by: str = ""
    comment: str = ""


def _view(state: str, lesson: str, page: str) -> View:
    number = int(page) if page.isdecimal() and len(page) < 6 else 1
    return View(state if state in rules.STATES else "", lesson, max(1, number))


@router.get("")
def show(
    request: Request, officer: Looker, conn: Reading, course: str, into: str,
    state: str = "", lesson: str = "", page: str = "", part: str = "", done: str = "", told: str = "",
) -> Response:  # fmt: skip
    """With `part`, the page which that text stands on."""
    desk, view = _desk(request, conn, course, into), _view(state, lesson, page)
    among = [one.part for one in view.of(desk.texts)]
    if part in among:
        view = replace(view, page=among.index(part) // PAGE + 1)
    return _page(request, officer, conn, desk, view, done=done, told=told)


def _desk(request: Request, conn: Connection, course: str, into: str) -> Desk:
    return queries.desk(drafting.opened(request, conn, course), course, into)


def _page(
    request: Request, officer: Officer, conn: Connection, desk: Desk, view: View, status: int = 200,
    said: Mapping[str, Told] | None = None, done: str = "", told: str = "",
) -> Response:  # fmt: skip
    """`said` by part."""
    glossary, found = _glossary(request, desk.lang), view.of(desk.texts)
    last = max(1, -(-len(found) // PAGE))
    view = replace(view, page=min(view.page, last))
    shown = found[(view.page - 1) * PAGE : view.page * PAGE]
    return render(
        request, "authoring/desk.html", status=status, staff=officer, desk=desk, view=view, last=last,
        units=[_unit(conn, desk, one, glossary, (said or {}).get(one.part, Told())) for one in shown],
        found=len(found), states=rules.STATES, language=LANGUAGES[desk.lang], here=_path(desk),
        translates=rules.may_translate(officer), approves=rules.may_approve(officer),
        done=done if done.isdecimal() else "", told=told, more_words=SCRIPT_WORDS, typing=_typing(request, desk.lang),
    )  # fmt: skip


def _unit(conn: Connection, desk: Desk, text: Text, glossary: Glossary, told: Told) -> dict[str, Any]:
    words = text.words if told.typed is None else told.typed
    marks = queries.marked(text.source, glossary)
    terms = list({one.text.casefold(): one for one in marks if one.words}.values())
    older = queries.before(conn, desk.course, text)
    return {
        "text": text,
        "words": words,
        "marks": marks,
        "terms": [one for one in terms if not one.approved],
        "chosen": [one for one in terms if one.approved],
        "changed": queries.changed(older, text.source) if older else [],
        "remarks": queries.remarks(text, words, desk.lang, glossary),
        "told": told,
    }


def _typing(request: Request, into: str) -> dict[str, Any] | None:
    """Tables for typing Tai Viet in Latin letters, and the words of the glossary, which come first."""
    if into != TAI:
        return None
    terms = _glossary(request, into).values()
    words = {word for term in terms for word in words_of(term.words, into) if taiviet.is_syllable(word)}
    low = [letter for letter in taiviet.INITIALS if ord(letter) % 2 == 0]
    return {
        "tables": typing.tables() | {"known": sorted(words)},
        "keys": {
            "low": low,
            "high": [chr(ord(letter) + 1) for letter in low],
            "vowels": [*"ꪱꪴꪲꪳꪰꪷꪸꪺꪽꪾ", *"ꪵꪶꪹꪻꪼ"],
            "tones": [*"꪿꫁", *"ꫛꫜꫝ", *",.?!"],
        },
    }


def _glossary(request: Request, into: str) -> Glossary:
    return _terms(request.app.state.library, into)


@lru_cache(maxsize=8)
def _terms(library: Library, lang: str) -> Glossary:
    return library.glossary(lang)


def _path(desk: Desk) -> str:
    return f"/teach/courses/{desk.course}/words/{desk.lang}"


@router.post("/texts")
def write(
    request: Request, officer: Translator, conn: Reading, course: str, into: str,
    part: Field = "", text: Field = "", base: Field = "", made_from: Field = "", met: Field = "", how: Field = "",
    next: Field = "", state: Field = "", lesson: Field = "", page: Field = "", quiet: Field = "",
) -> Response:  # fmt: skip
    """Keeps what was typed. With `quiet` the script asks, and is told what stands beside the text alone."""
    desk, view = _desk(request, conn, course, into), _view(state, lesson, page)
    known = desk.text(part)
    if how == "latin" and into == TAI:
        turned = typing.typed(text, _known(request, into))
        return _page(request, officer, conn, desk, view, said={part: Told(turned)})
    by = Author(officer.id, officer.name)
    words = Words(part, text, base, made_from or known.made_from)

    def work(conn: Connection) -> Outcome:
        outcome = actions.write(conn, course, into, words, by)
        if met and outcome.result != "conflict":
            actions.settle(conn, course, met, by)
        return outcome

    outcome = writer_of(request).call(work)
    desk = desk.with_text(replace(known, value=outcome.value or {}, head=outcome.head))
    if outcome.result == "refused":
        raise NotFound("this text cannot be kept here")
    if outcome.result == "conflict":
        name = draft_queries.names(conn, [outcome.by]).get(outcome.by, "–")
        told = Told(text, "met", outcome.id, name)
    elif words.made_from != known.made_from:
        told = Told(None, "source_moved")
    else:
        told = Told()
    if quiet:
        unit = _unit(conn, desk, desk.text(part), _glossary(request, into), told)
        return render(request, "authoring/desk_said.html", unit=unit, language=LANGUAGES[into])
    if told.why:
        return _page(request, officer, conn, desk, view, 409, {part: told})
    anchor = f"#{next}" if ANCHOR.fullmatch(next) else ""
    return RedirectResponse(_path(desk) + view.here + anchor, 303)


def _known(request: Request, into: str) -> set[str]:
    return {word for term in _glossary(request, into).values() for word in words_of(term.words, into)}


@router.post("/approvals")
def approve(
    request: Request, officer: Reviewer, conn: Reading, course: str, into: str, pick: Fields = [],  # noqa: B006
    state: Field = "", lesson: Field = "", page: Field = "",
) -> Response:  # fmt: skip
    """Each `pick` is a part and the edit that was read, with a space between."""
    desk, view, glossary = (
        _desk(request, conn, course, into),
        _view(state, lesson, page),
        _glossary(request, into),
    )

    def work(conn: Connection) -> dict[str, Told]:
        refused = {}
        for part, base, made_from in (one.split(" ") for one in picked):
            try:
                actions.approve(conn, desk, desk.text(part), Seen(base, made_from), officer, glossary)
            except Refused as refusal:
                refused[part] = Told(why=f"not_{refusal.reason}")
        return refused

    picked = [one for one in dict.fromkeys(pick) if one.count(" ") == 2]
    refused = writer_of(request).call(work)
    done = len(picked) - len(refused)
    if refused:
        with request.app.state.database.read() as session:
            now = session.connection()
            desk, shown = _desk(request, now, course, into), str(done) if done else ""
            return _page(request, officer, now, desk, view, 422, refused, done=shown)
    return RedirectResponse(f"{_path(desk)}{view.here}&done={done}", 303)


@router.post("/rejections")
def reject(
    request: Request, officer: Reviewer, conn: Reading, course: str, into: str, part: Field = "", base: Field = "", made_from: Field = "",
    comment: Field = "", state: Field = "", lesson: Field = "", page: Field = "",
) -> Response:  # fmt: skip
    desk, view = _desk(request, conn, course, into), _view(state, lesson, page)
    text = desk.text(part)
    try:
        writer_of(request).call(
            lambda conn: actions.reject(conn, desk, text, Seen(base, made_from), officer, comment)
        )
    except Refused as refusal:
        told = {part: Told(why=f"not_{refusal.reason}", comment=comment)}
        return _page(request, officer, conn, desk, view, 422, told)
    return RedirectResponse(f"{_path(desk)}{view.here}&told=rejected", 303)


@router.get("/files")
def files(
    request: Request, officer: Looker, conn: Reading, course: str, into: str, done: str = ""
) -> Response:
    desk = _desk(request, conn, course, into)
    return _files(request, officer, desk, done=done if done.isdecimal() else "")


def _files(request: Request, officer: Officer, desk: Desk, error: str = "", **more: Any) -> Response:
    context = {"coming": (), "counts": {}, "older": 0, "file": "", "done": ""} | more
    return render(
        request, "authoring/desk_files.html", status=422 if error else 200, staff=officer, desk=desk, error=error,
        language=LANGUAGES[desk.lang], here=_path(desk), forms=(*carried.FORMS, "csv"),
        translates=rules.may_translate(officer), **context,
    )  # fmt: skip


@router.get("/files/{form}")
def take(request: Request, officer: Looker, conn: Reading, course: str, into: str, form: str) -> Response:
    desk, glossary = _desk(request, conn, course, into), _glossary(request, into)
    older = {one.part: was for one in desk.texts if one.older and (was := queries.before(conn, course, one))}
    lines = queries.lines(desk, glossary, older)
    if form == "csv":
        states = {state: _plain(request, f"desk.state_{state}") for state in rules.STATES}
        return _file(table.write(lines, _head(request), states), f"{course}.{into}.csv", workbook.CSV)
    if form not in carried.FORMS:
        raise NotFound("there is no such form")
    ending, media_type, written = carried.FORMS[form]
    return _file(written(lines, LANGUAGES[into].tag, course), f"{course}.{into}.{ending}", media_type)


def _plain(request: Request, key: str) -> str:
    return pages(request).words.plain(SOURCE, key)


def _head(request: Request) -> list[str]:
    return [_plain(request, f"desk.column_{name}") for name in HEAD]


def _file(data: bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type=media_type, headers=headers)


@router.post("/files", max_body_size=LARGEST_FORM)
def look(
    request: Request,
    officer: Translator,
    conn: Reading,
    course: str,
    into: str,
    file: UploadFile | None = None,
) -> Response:
    """What a file would do, text by text; nothing is written."""
    desk = _desk(request, conn, course, into)
    data = file.file.read(carried.LARGEST + 1) if file else b""
    try:
        coming = _coming(request, desk, data)
    except NotTaken as refusal:
        return _files(request, officer, desk, f"exchange.file.{refusal.reason}")
    except _Elsewhere:
        return _files(request, officer, desk, "desk.bring_wrong")
    counts = {
        what: sum(one.what == what for one in coming) for what in ("same", "empty", "unknown", *actions.TAKEN)
    }
    shown = [one for one in coming if one.what in ("unknown", *actions.TAKEN)][:SHOWN]
    kept = _blobs(request).put(data)
    return _files(
        request, officer, desk, coming=shown, counts=counts, older=actions.differing(coming), file=kept
    )


class _Elsewhere(ValueError):
    """A file of another course or another language."""


def _coming(request: Request, desk: Desk, data: bytes) -> list[Coming]:
    read: Carried = carried.read(data, _head(request))
    coming = actions.planned(desk, read)
    spoken = read.lang.lower().split("-")[0]
    if spoken not in ("", desk.lang) or (read.course not in ("", desk.course) and _strange(coming)):
        raise _Elsewhere
    if not coming or _strange(coming):
        raise _Elsewhere
    return coming


def _strange(coming: Sequence[Coming]) -> bool:
    return all(one.what == "unknown" for one in coming)


@router.post("/files/confirmation")
def bring(
    request: Request, officer: Translator, conn: Reading, course: str, into: str, file: Field = ""
) -> Response:
    """Writes what was shown; sent twice it changes nothing more."""
    desk, by = _desk(request, conn, course, into), Author(officer.id, officer.name)
    try:
        coming = _coming(request, desk, _blobs(request).get(file))
    except (NotTaken, _Elsewhere):
        raise NotFound("there is no such file for here") from None
    work, done = writer_of(request), 0
    for at in range(0, len(coming), AT_ONCE):
        some = coming[at : at + AT_ONCE]
        done += work.call(partial(actions.bring, course=course, lang=into, coming=some, by=by))
    return RedirectResponse(f"/teach/courses/{course}/words/{into}/files?done={done}", 303)


@router.get("/print")
def paper(
    request: Request,
    officer: Looker,
    conn: Reading,
    course: str,
    into: str,
    state: str = "",
    lesson: str = "",
) -> Response:
    desk, view = _desk(request, conn, course, into), _view(state, lesson, "")
    named = dict(desk.lessons)
    texts: dict[str, list[Text]] = {}
    for one in view.of(desk.texts):
        texts.setdefault(named.get(one.lesson, one.lesson), []).append(one)
    return render(
        request, "authoring/desk_print.html", staff=officer, desk=desk, texts=texts, language=LANGUAGES[into]
    )


@reviews_router.get("")
def reviews(
    request: Request, officer: Looker, conn: Reading, course: str = "", into: str = "", place: str = ""
) -> Response:
    courses, places = queries.reviewed(conn)
    chosen = {"course": course, "into": into, "place": place}
    return render(
        request, "authoring/desk_reviews.html", staff=officer, rows=queries.reviews(conn, **chosen)[:SHOWN],
        courses=courses, places=places, langs_of=rules.LANGS, languages=LANGUAGES, chosen=chosen,
        query=urlencode({name: one for name, one in chosen.items() if one}), day=_day, part_of=_part_of,
    )  # fmt: skip


@reviews_router.get("/{form}")
def take_reviews(
    request: Request,
    officer: Looker,
    conn: Reading,
    form: str,
    course: str = "",
    into: str = "",
    place: str = "",
) -> Response:
    if form not in ("csv", "xlsx"):
        raise NotFound("there is no such form")
    names = ("day", "name", "place", "verdict", "course", "into", "author")
    head = [_plain(request, f"desk.reviews_{name}") for name in names]
    head += [_plain(request, f"desk.column_{name}") for name in ("place", "words", "notes")]
    rows = [head]
    for row, place_name in queries.reviews(conn, course, into, place):
        verdict = _plain(request, f"desk.verdict_{row.verdict}")
        told = [
            _day(row.at),
            row.name,
            place_name,
            verdict,
            row.course,
            LANGUAGES[row.lang].vi_name,
            row.author,
        ]
        rows.append([*told, _part_of(row.part), row.text, row.comment])
    if form == "csv":
        return _file(workbook.comma(rows), "duyet.csv", workbook.CSV)
    return _file(workbook.xlsx(rows), "duyet.xlsx", workbook.XLSX)


def _day(at: int) -> str:
    return clock.as_datetime(at).strftime("%d/%m/%Y")


def _part_of(part: str) -> str:
    """The place of a part as people write it."""
    lesson, _, rest = part.partition("/words/")
    return f"{lesson or COURSE}/{rest.partition('/')[2]}" if rest else part


def _blobs(request: Request) -> Blobs:
    found: Blobs = request.app.state.shelf.blobs
    return found
