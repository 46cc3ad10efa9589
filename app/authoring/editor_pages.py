"""Writing courses in the browser: forms that work by themselves, and what the script saves while she types."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy import Connection
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.authoring import (
    draft_actions,
    drafting,
    editor_actions,
    editor_findings,
    editor_forms,
    editor_rules,
    editor_size,
    editor_telling,
    media_queries,
    media_rules,
    picture_rules,
)
from app.authoring import draft_queries as drafts
from app.authoring.draft_queries import Part
from app.authoring.editor_actions import Sent
from app.authoring.media_queries import Read
from app.authoring.picture_rules import Picture, Shown
from app.core import clock, ids
from app.core.errors import NotFound
from app.curriculum.library import KIT
from app.curriculum.telling import kilobytes
from app.web.headers import content_security_policy
from app.web.render import pages, render
from app.web.sessions import writer_of
from courses import parts
from courses.changes import pieces
from courses.grading import number
from courses.model import BLOCK_KINDS, PROSE_KINDS, QUESTION_KINDS, SOURCE
from courses.tables import ID

router = APIRouter(prefix="/teach")
Teacher = Annotated[Officer, may(Permission.COURSE_WRITE)]
Either = Annotated[
    Officer,
    may(
        Permission.COURSE_WRITE,
        Permission.COURSE_PUBLISH,
        Permission.WORDS_TRANSLATE,
        Permission.WORDS_APPROVE,
    ),
]
SAYS = {
    "saved": "saved", "saving": "saving", "waiting": "waiting", "full": "full", "signed_out": "signed_out",
    "undo": "undo", "removed": "removed", "old_letters": "old_letters", "preview": "preview",
    "language": "preview_language", "close": "close", "also": "also_here", "moved": "moved",
    "throw_away": "throw_away", "no_pictures": "pictures_lost", "out_of_reach": "out_of_reach",
}  # fmt: skip
LONGEST_TITLE = 200
MOST_EDITS = 200
MOST_FIELDS = 6000
PICTURES = (".webp", ".avif", ".png", ".jpg", ".jpeg")
EVERY = "*"
KINDS = {
    "block": ("text", "heading", "picture", "steps", "note", "warning", "talk", "practice", "audio", "video",
              "takeaway"),
    "question": ("one", "several", "truefalse", "order", "groups", "pairs", "spot", "number", "text"),
}  # fmt: skip
"""In the order in which they are offered."""
assert {*KINDS["block"]} == BLOCK_KINDS and {*KINDS["question"]} == QUESTION_KINDS


async def _pairs(request: Request) -> list[tuple[str, str]]:
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


Pairs = Annotated[list[tuple[str, str]], Depends(_pairs)]
Text = Annotated[str, Form(max_length=2000)]


@router.get("/courses/new")
def new(request: Request, officer: Teacher) -> Response:
    return render(request, "authoring/editor_new.html", staff=officer, title="", about="", error="")


@router.post("/courses")
def begin(request: Request, officer: Teacher, title: Text = "", about: Text = "") -> Response:
    title, about = " ".join(title.split()), " ".join(about.split())
    if not title or len(title) > LONGEST_TITLE:
        return render(
            request, "authoring/editor_new.html", staff=officer, status=422, title=title, about=about,
            error="editor.no_title",
        )  # fmt: skip

    def work(conn: Connection) -> str:
        id = editor_rules.free(editor_rules.slug(title), drafts.courses(conn))
        draft_actions.begin(conn, id, editor_rules.new_course(id, title, about), officer.id)
        return id

    return RedirectResponse(f"/teach/courses/{writer_of(request).call(work)}", 303)


@router.get("/courses/{course}")
def course(request: Request, officer: Either, conn: Reading, course: str, was: str = "") -> Response:
    return _course(request, officer, conn, course, was)


def _course(
    request: Request, officer: Officer, conn: Connection, course: str, was: str = "", error: str = ""
) -> Response:
    held = drafting.opened(request, conn, course)
    values = drafts.values(held)
    said = values.get(parts.COURSE, {})
    listed = [*said.get("lessons", []), *filter(None, [said.get("final")])]
    gone = sorted(one for one in editor_rules.lessons_of(values) if one not in listed)
    return render(
        request, "authoring/editor_course.html", status=422 if error else 200, staff=officer, id=course, said=said,
        values=values, titles=editor_telling.titles(values), gone=gone, was=was, error=error,
        present=drafts.editing_now(conn, course, officer.id), pieces=pieces,
        waiting=_waiting(conn, course, "", officer, values), counted=lambda one, what: len(values.get(f"{one}/lesson", {}).get(what, [])),
    )  # fmt: skip


@router.post("/courses/{course}")
def change_course(request: Request, officer: Teacher, conn: Reading, course: str, pairs: Pairs) -> Response:
    """A button of the course's page, and what stands in its fields."""
    values = drafts.values(drafting.opened(request, conn, course))
    sent = dict(pairs)
    do, _, id = sent.get("do", "").partition(" ")
    try:
        fields = _course_fields(values, pairs)
    except editor_forms.NotSo as wrong:
        return _course(request, officer, conn, course, error=wrong.reason)
    if do in ("add", "final") and not " ".join(sent.get("title", "").split()):
        return _course(request, officer, conn, course, error="title")

    def work(writing: Connection) -> tuple[str, str]:
        before = drafts.newest(writing, course)
        if do == "undo":
            editor_actions.undo(writing, course, sent.get("was", ""), officer)
            return "", ""
        editor_actions.change(writing, course, fields, officer)
        now = drafts.values(drafts.parts(writing, course))
        changed = _COURSE_BUTTONS[do](now, id, sent) if do in _COURSE_BUTTONS else {}
        editor_actions.change(writing, course, changed, officer)
        made = next((part.split("/")[0] for part in changed if part.endswith("/lesson")), "")
        return before, made if do in ("add", "final") else ""

    before, made = writer_of(request).call(work)
    onward = f"/{made}" if made else f"?was={before}" if before else ""
    return RedirectResponse(f"/teach/courses/{course}{onward}", 303)


def _course_fields(values: Mapping[str, Any], pairs: list[tuple[str, str]]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for title in parts.TITLES:
        part = f"course/words/{SOURCE}/{title}"
        if any(name == f"course.{title}" for name, _ in pairs):
            said = editor_forms.value(part, pairs, values.get(part))
            changed |= {part: said} if said != values.get(part) else {}
    mark = dict(pairs).get("course.pass", "")
    if mark:
        found = number(mark)
        if found is None or found % 1000 or not 1000 <= found <= 100_000:
            raise editor_forms.NotSo("whole", "course.pass")
        told = values[parts.COURSE] | {"pass": found // 1000}
        changed |= {parts.COURSE: told} if told != values[parts.COURSE] else {}
    return changed


Button = Callable[[Mapping[str, Any], str, Mapping[str, str]], dict[str, Any]]


def _ordered(change: Callable[[list[str], str], list[str]]) -> Button:
    def button(values: Mapping[str, Any], id: str, sent: Mapping[str, str]) -> dict[str, Any]:
        said = values[parts.COURSE]
        return {parts.COURSE: said | {"lessons": change(said.get("lessons", []), id)}}

    return button


def _remove(values: Mapping[str, Any], id: str, sent: Mapping[str, str]) -> dict[str, Any]:
    said = {key: one for key, one in values[parts.COURSE].items() if key != "final" or one != id}
    return {parts.COURSE: said | {"lessons": editor_rules.without(said.get("lessons", []), id)}}


def _copy(values: Mapping[str, Any], id: str, sent: Mapping[str, str]) -> dict[str, Any]:
    return editor_rules.copy_lesson(values, id) if f"{id}/lesson" in values else {}


def _again(values: Mapping[str, Any], id: str, sent: Mapping[str, str]) -> dict[str, Any]:
    said = values[parts.COURSE]
    if f"{id}/lesson" not in values or id in said.get("lessons", []):
        return {}
    if values[f"{id}/lesson"].get("final"):
        return {} if said.get("final") else {parts.COURSE: said | {"final": id}}
    return {parts.COURSE: said | {"lessons": [*said.get("lessons", []), id]}}


def _new_final(values: Mapping[str, Any], id: str, sent: Mapping[str, str]) -> dict[str, Any]:
    return {} if values[parts.COURSE].get("final") else editor_rules.add_final(values, _title(sent))


def _title(sent: Mapping[str, str]) -> str:
    return " ".join(sent.get("title", "").split())[:LONGEST_TITLE]


_COURSE_BUTTONS: Mapping[str, Button] = {
    "add": lambda values, id, sent: editor_rules.add_lesson(values, _title(sent)),
    "final": _new_final,
    "up": _ordered(lambda listed, id: editor_rules.moved(listed, id, -1)),
    "down": _ordered(lambda listed, id: editor_rules.moved(listed, id, 1)),
    "copy": _copy,
    "remove": _remove,
    "again": _again,
}


@router.post("/courses/{course}/choices")
def choose(
    request: Request, officer: Either, conn: Reading, course: str, id: Text, mine: Text = "", back: Text = ""
) -> Response:
    """Which of two versions stands: the one she wrote, or the one that is there."""
    drafting.opened(request, conn, course)
    found = drafts.edit(conn, course, id)
    writer_of(request).call(
        lambda writing: draft_actions.choose(writing, course, id, officer.id, mine == "1")
    )
    lesson = found.part.partition("/")[0]
    onward = f"/{lesson}" if back == "lesson" and lesson != parts.COURSE else ""
    return RedirectResponse(f"/teach/courses/{course}{onward}", 303)


@router.get("/courses/{course}/history")
def history(request: Request, officer: Either, conn: Reading, course: str) -> Response:
    values = drafts.values(drafting.opened(request, conn, course))
    rows = drafts.history(conn, course)
    return render(
        request, "authoring/editor_history.html", staff=officer, id=course, rows=rows,
        names=drafts.names(conn, [one.by for one in rows]), titles=editor_telling.titles(values),
        when=_when,
    )  # fmt: skip


@router.get("/courses/{course}/history/{edit}")
def revision(
    request: Request, officer: Either, conn: Reading, course: str, edit: str, against: str = ""
) -> Response:
    """What was changed then, or (`against=now`) what is other than it was then."""
    now = drafting.opened(request, conn, course)
    found = next((one for one in drafts.history(conn, course) if one.id == edit), None)
    if found is None:
        raise NotFound("there is no such revision")
    then = drafts.parts_at(conn, course, edit)
    if against == "now":
        before, after, names = then, now, dict.fromkeys([*then, *now])
    else:
        before, after, names = _before(conn, course, found, then), then, dict.fromkeys(sorted(found.parts))
    was, became = drafts.values(before), drafts.values(after)
    told = editor_telling.told([one for one in names if was.get(one) != became.get(one)], was, became)
    return render(
        request, "authoring/editor_revision.html", staff=officer, id=course, row=found, told=told, against=against,
        by=drafts.names(conn, [found.by]).get(found.by, ""), when=_when, pieces=pieces,
    )  # fmt: skip


def _when(at: int) -> str:
    return clock.as_datetime(at).strftime("%H:%M %d/%m/%Y")


def _before(
    conn: Connection, course: str, found: drafts.Revision, then: Mapping[str, Part]
) -> dict[str, Part]:
    """What its parts said before its author began."""
    if found.by == drafts.IMPORT and len(drafts.history(conn, course)) == 1:
        return {}
    firsts = [one for one in drafts.changes(conn, course) if one.by == found.by and one.at >= found.began_at]
    return drafts.parts_before(conn, course, firsts[0].id) if firsts else {}


@router.post("/courses/{course}/history/{edit}")
def bring_back(
    request: Request, officer: Teacher, conn: Reading, course: str, edit: str, part: Text = ""
) -> Response:
    drafting.opened(request, conn, course)
    drafts.edit(conn, course, edit)

    def work(writing: Connection) -> str:
        before = drafts.newest(writing, course)
        draft_actions.bring_back(writing, course, edit, officer.id, part)
        return before

    return RedirectResponse(f"/teach/courses/{course}?was={writer_of(request).call(work)}", 303)


@router.post("/courses/{course}/edits")
async def save(request: Request, officer: Either, course: str) -> Response:
    """What the script saves: `edits` (id, part, base, and `fields` or `value`), answered one by one.

    An empty list is a sign of life. `since` is the newest edit the page knows of; what others changed behind it is
    named, so that the page can fetch it.
    """
    sent = await request.body()
    return await to_thread.run_sync(_saved, request, officer, course, sent)


def _saved(request: Request, officer: Officer, course: str, sent: bytes) -> Response:
    said = _read(sent)
    if said is None:
        return JSONResponse({"error": "not-understood"}, 422)
    edits, since, lesson = said

    def work(conn: Connection) -> dict[str, Any]:
        draft_actions.be_here(conn, course, officer.id, lesson)
        saved = editor_actions.save(conn, course, edits, officer)
        mine = {one.id for one in edits}
        others = [one for one in drafts.changes(conn, course, since) if since and one.id not in mine]
        return {
            "outcomes": [_outcome(request, one) for one in saved],
            "seq": drafts.newest(conn, course),
            "changed": sorted({one.part for one in others}),
            "present": [
                one.name for one in drafts.editing_now(conn, course, officer.id) if lesson in ("", one.lesson)
            ],
            "waiting": [one.part for one in drafts.waiting(conn, course, officer.id)],
        }

    with request.app.state.database.read() as session:
        drafting.opened(request, session.connection(), course)
    return JSONResponse(writer_of(request).call(work), headers={"Cache-Control": "no-store"})


def _read(sent: bytes) -> tuple[list[Sent], str, str] | None:
    try:
        said = json.loads(sent)
        edits = [_sent(one) for one in said["edits"]]
        since, lesson = str(said.get("since", "")), str(said.get("lesson", ""))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if len(edits) > MOST_EDITS or not (since == "" or ids.is_id(since)):
        return None
    return edits, since, lesson if ID.fullmatch(lesson) else ""


def _sent(one: Mapping[str, Any]) -> Sent:
    texts = [one["id"], one["part"], one.get("base", "")]
    if not all(isinstance(text, str) and "\0" not in text for text in texts):
        raise TypeError
    fields = one.get("fields")
    pairs = None if fields is None else [(str(name), str(value)) for name, value in fields]
    return Sent(texts[0], texts[1], texts[2], pairs, one.get("value"))


def _outcome(request: Request, saved: editor_actions.Saved) -> dict[str, Any]:
    outcome = saved.outcome
    told = {"id": outcome.id, "result": outcome.result, "head": outcome.head, "field": saved.field}
    why = _why(outcome.why) if outcome.why else ""
    shown = pages(request)
    return told | {"why": shown.words.plain(shown.language_of(request).slug, why) if why else ""}


def _why(reason: str) -> str:
    """The catalogue's key of why something was refused."""
    if reason in ("tcvn3", "vni", "legacy-font"):
        return f"exchange.file.{reason}"
    return (
        f"editor.not_{reason}"
        if reason in ("whole", "number", "long", "large", "may")
        else "editor.not_saved"
    )


@router.get("/courses/{course}/{lesson}/state")
def state(request: Request, officer: Teacher, conn: Reading, course: str, lesson: str) -> Response:
    """What stands beside a lesson while it is written: what waits to be chosen, what is to mend, what it costs."""
    held = drafting.opened(request, conn, course)
    return render(
        request, "authoring/editor_state.html", **_beside(request, officer, conn, course, lesson, held)
    )


@router.get("/courses/{course}/{lesson}/blanks")
def blanks(request: Request, officer: Teacher, conn: Reading, course: str, lesson: str) -> Response:
    """An empty section of every kind, and rows, for the script to add."""
    values = drafts.values(drafting.opened(request, conn, course))
    if f"{lesson}/lesson" not in values:
        raise NotFound("there is no such lesson")
    return render(
        request, "authoring/editor_blanks.html", staff=officer, id=course, lesson=lesson, texts={},
        **_drawn(request, course, lesson, values), wrong={}, typed={},
    )  # fmt: skip


@router.get("/courses/{course}/{lesson}/pictures")
def pictures(
    request: Request, officer: Teacher, conn: Reading, course: str, lesson: str, q: str = "", of: str = ""
) -> Response:
    """Every picture a lesson may show: its own, then the drawn kit in groups, of which `of` is open, or `EVERY` one.

    With `q` only those of these words.
    """
    draft = media_queries.read(drafting.opened(request, conn, course))
    values, held = draft.values, parts.lesson_of(draft.values, lesson)
    if held is None:
        raise NotFound("there is no such lesson")
    known = picture_rules.said([held])
    names = [name for name, _ in _files(values, lesson, "media") if name.endswith(PICTURES)]
    own = picture_rules.with_words(q, [Picture(name, known.get(name, "")) for name in names])
    kit = [f"{KIT}{name}" for name in sorted(request.app.state.library.scenes)]
    return render(
        request, "authoring/editor_pictures.html", staff=officer, id=course, lesson=lesson, own=own,
        groups=picture_rules.found(q, picture_rules.groups(kit, _showing(request, course, draft))), q=q,
        is_open=lambda group: bool(q) or of == EVERY or group == (of or course),
        source=_sources(request, course, lesson, values),
    )  # fmt: skip


def _showing(request: Request, course: str, draft: Read) -> Iterator[Shown]:
    """The course that is written, then those that are published."""
    title = draft.values.get(f"course/words/{SOURCE}/title", {}).get("text", "")
    yield Shown(course, title or course, [*draft.lessons.values()])
    for id, published in request.app.state.shelf.courses.items():
        if id != course:
            yield Shown(id, published.course.title[SOURCE].text, [*published.course.all_lessons()])


@router.get("/courses/{course}/{lesson}")
def lesson(
    request: Request, officer: Teacher, conn: Reading, course: str, lesson: str, was: str = "", open: str = ""
) -> Response:
    """Everything of a lesson as fields; `open` is the section to begin at."""
    held = drafting.opened(request, conn, course)
    return _lesson(request, officer, conn, course, lesson, held, was=was, open=open)


@router.post("/courses/{course}/{lesson}")
def change_lesson(
    request: Request, officer: Teacher, conn: Reading, course: str, lesson: str, pairs: Pairs
) -> Response:
    """The whole form: what stands in the fields is saved, then the button does what it says."""
    held = drafting.opened(request, conn, course)
    if _said(held, lesson) is None:
        raise NotFound("there is no such lesson")
    sent = dict(pairs)
    do, since = sent.get("do", ""), sent.get("since", "")

    def work(writing: Connection) -> tuple[editor_actions.Submitted, str, dict[str, Part]]:
        done = editor_actions.submit(
            writing, course, lesson, pairs, since if ids.is_id(since) else "", officer
        )
        at = sent.get("open", "")
        kind = do.split(" ")[1] if do.startswith("add ") else ""
        wanted = sent.get(f"kind.{kind}", "")
        if do == "undo":
            editor_actions.undo(writing, course, sent.get("was", ""), officer)
        elif do and (not kind or wanted in KINDS.get(kind, ())):
            at = editor_actions.act(writing, course, lesson, do, wanted, officer) or at
        return done, at, drafts.parts(writing, course)

    done, at, now = writer_of(request).call(work)
    if done.wrong:
        typed = {name: value for name, value in pairs if name in done.wrong}
        with request.app.state.database.read() as session:
            return _lesson(
                request, officer, session.connection(), course, lesson, now, open=at, wrong=done.wrong, typed=typed
            )  # fmt: skip
    onward = f"?was={done.before}" if do != "undo" else "?was="
    return RedirectResponse(f"/teach/courses/{course}/{lesson}{onward}&open={at}#{at or 'top'}", 303)


def _said(held: Mapping[str, Part], lesson: str) -> Any:
    found = held.get(f"{lesson}/lesson")
    return found.value if found else None


def _lesson(
    request: Request,
    officer: Officer,
    conn: Connection,
    course: str,
    lesson: str,
    held: Mapping[str, Part],
    was: str = "",
    open: str = "",
    wrong: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    said = _said(held, lesson)
    if said is None:
        raise NotFound("there is no such lesson")
    values = drafts.values(held)
    vi = f"{lesson}/words/{SOURCE}/"
    texts = {part[len(vi) :]: value["text"] for part, value in values.items() if part.startswith(vi)}
    heads = {
        part: one.head for part, one in held.items() if part.startswith(f"{lesson}/") and _is_shown(part)
    }
    data = {
        "course": course, "lesson": lesson, "staff": officer.id, "heads": heads, "seq": drafts.newest(conn, course),
    }  # fmt: skip
    wrong = {field: _why(reason) for field, reason in (wrong or {}).items()}
    response = render(
        request, "authoring/editor_lesson.html", status=422 if wrong else 200,
        **_beside(request, officer, conn, course, lesson, held), said=said, texts=texts, was=was, open=open,
        data=data, wrong=wrong, typed=typed or {}, says=_says(request), tongues=_tongues(request),
        **_drawn(request, course, lesson, values),
        present=drafts.editing_now(conn, course, officer.id),
    )  # fmt: skip
    policy = content_security_policy(pages(request).style_hash)
    response.headers["Content-Security-Policy"] = f"{policy}; frame-src 'self'"
    return response


def _drawn(request: Request, course: str, lesson: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the macros of the fields are drawn with."""
    return {
        "kinds": KINDS,
        "rows": editor_forms.ROWS,
        "prose": PROSE_KINDS,
        "pictured": editor_forms.PICTURED,
        "number": editor_forms.said,
        "blank": editor_rules.blank,
        "media": _files(values, lesson, "media"),
        "practices": _files(values, lesson, "practice"),
        "source": _sources(request, course, lesson, values),
    }


def _files(values: Mapping[str, Any], lesson: str, kind: str) -> list[tuple[str, str]]:
    """Each twice, as what is chosen and what is read."""
    at = f"{lesson}/{kind}/"
    names = sorted(part[len(at) :] for part in values if part.startswith(at))
    return [(one, one) for one in names if not (parts.VOICE.fullmatch(one) or media_rules.is_larger(one))]


def _sources(request: Request, course: str, lesson: str, values: Mapping[str, Any]) -> Callable[[str], str]:
    """The address of a picture by the name a lesson gives it, "" where there is none."""
    scenes, doorway = request.app.state.library.scenes, pages(request)

    def source(name: str) -> str:
        scene = name.removeprefix(KIT)
        if name.startswith(KIT):
            return str(doorway.picture(scene)) if scene in scenes else ""
        there = name and f"{lesson}/media/{name}" in values
        return f"/teach/courses/{course}/preview-files/{lesson}/{name}" if there else ""

    return source


def _says(request: Request) -> dict[str, str]:
    """The words the script shows, their {places} left for it to fill."""
    doorway = pages(request)
    lang = doorway.language_of(request).slug
    return {name: doorway.words.plain(lang, f"editor.{key}") for name, key in SAYS.items()}


def _tongues(request: Request) -> list[tuple[str, str]]:
    return [(lang.slug, lang.autonym) for lang in pages(request).languages]


def _is_shown(part: str) -> bool:
    found = parts.name(part)
    return found is not None and (found.kind in ("lesson", "block", "question") or found.lang == SOURCE)


def _beside(
    request: Request, officer: Officer, conn: Connection, course: str, lesson: str, held: Mapping[str, Part]
) -> dict[str, Any]:
    values, state = drafts.values(held), request.app.state
    if f"{lesson}/lesson" not in values:
        raise NotFound("there is no such lesson")
    return {
        "staff": officer,
        "id": course,
        "lesson": lesson,
        "values": values,
        "findings": editor_findings.findings(values, lesson, state.library),
        "size": editor_size.size(values, lesson, state.library, pages(request)),
        "kb": kilobytes,
        "pieces": pieces,
        "waiting": _waiting(conn, course, lesson, officer, values),
    }


def _sides(
    conn: Connection, course: str, one: drafts.Waiting, values: dict[str, Any]
) -> tuple[editor_telling.Told, editor_telling.Told]:
    """What she made of a part, and what the other did: of what they began from, else of what the other has."""
    base = drafts.begun_from(conn, course, one.part, one.base)

    def made(before: Any, after: Any) -> editor_telling.Told:
        was, now = (
            values | {one.part: said} if said else _without(values, one.part) for said in (before, after)
        )
        return editor_telling.told([one.part], was, now)[0]

    return made(base or one.theirs, one.value), made(base or one.value, one.theirs)


def _without(values: Mapping[str, Any], part: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != part}


def _waiting(
    conn: Connection, course: str, lesson: str, officer: Officer, values: dict[str, Any]
) -> list[dict[str, Any]]:
    """Her edits that met another's, those of a lesson where one is named."""
    found = [
        one
        for one in drafts.waiting(conn, course, officer.id)
        if one.part.startswith(f"{lesson}/") or not lesson
    ]
    names = drafts.names(conn, [one.their_by for one in found])
    return [
        {
            "id": one.id,
            "sides": _sides(conn, course, one, values),
            "by": names.get(one.their_by, ""),
            "imported": one.by == drafts.IMPORT,
        }
        for one in found
    ]
