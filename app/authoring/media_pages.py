"""Where voices are recorded and heard by their reviewers, and where a lesson's pictures and films come from."""

import hashlib
import tomllib
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, UploadFile
from sqlalchemy import Connection
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.authoring import draft_queries, drafting, editor_actions, media_rules
from app.authoring import media_actions as actions
from app.authoring import media_queries as queries
from app.authoring.media_actions import Sent
from app.authoring.media_queries import Read
from app.authoring.media_studio import Studio
from app.core import cleaning, ids
from app.core.cleaned import NotTaken
from app.core.errors import MakesNoSense, NotFound
from app.curriculum.shelf import TYPES
from app.curriculum.telling import size_words
from app.web.render import pages, render
from app.web.sessions import writer_of
from courses import parts, voices
from courses.languages import LANGUAGES
from courses.model import SOURCE, Lesson
from courses.report import AUTHORED
from courses.words import shown_of

router = APIRouter(prefix="/teach/courses/{course}")
Speaking = Annotated[
    Officer, may(Permission.COURSE_WRITE, Permission.WORDS_TRANSLATE, Permission.WORDS_APPROVE)
]
Teacher = Annotated[Officer, may(Permission.COURSE_WRITE)]
Reviewer = Annotated[Officer, may(Permission.WORDS_APPROVE)]
MB = 1 << 20
FORM = 64 * 1024
WHICH = ("todo", "review", "all")
PAGE = 15
LONGEST = 120
"""Characters of a speaker's name, and of a comment three times as many."""
CONSENT = "sound.consent"
"""The interface word that a speaker agrees to."""
GROUPS = tomllib.loads((Path(__file__).parents[2] / "content/groups.toml").read_text("utf-8"))
Words = Annotated[str, Form()]


# Voices


@router.get("/sound")
def sound(
    request: Request, officer: Speaking, conn: Reading, course: str, spoken: str = SOURCE, lesson: str = "",
    which: str = "todo", page: int = 1, was: str = "",
) -> Response:  # fmt: skip
    """What is still unvoiced, one text after the other; or what waits for a reviewer; or everything."""
    return _sound(request, officer, conn, course, spoken, lesson, which, page, was=was)


def _sound(
    request: Request, officer: Officer, conn: Connection, course: str, lang: str, lesson: str = "",
    which: str = "todo", page: int = 1, error: str = "", status: int = 200, was: str = "",
) -> Response:  # fmt: skip
    if lang not in AUTHORED or which not in WHICH:
        raise NotFound("nothing is recorded in this language")
    held = drafting.opened(request, conn, course)
    every = queries.read(held)
    draft = every.of(lesson) if lesson else every
    texts = queries.texts(conn, draft, course, lang, request.app.state.library.facts)
    speaker = queries.speaker(conn, officer.id, lang)
    mine = [row for row in queries.works(conn, course) if row.by == officer.id and row.kind == "sound"]
    found = queries.wanted(texts, which)
    last = max(1, -(-len(found) // PAGE))
    page = min(max(page, 1), last)
    return render(
        request, "authoring/sound.html", status=status, staff=officer, course=course, draft=every, lesson=lesson,
        spoken=LANGUAGES[lang], languages=[LANGUAGES[one] for one in AUTHORED], which=which, whiches=WHICH,
        counts={one: len(queries.wanted(texts, one)) for one in WHICH}, page=page, last=last,
        texts=found[(page - 1) * PAGE : page * PAGE], number=(page - 1) * PAGE, speaker=speaker,
        groups=GROUPS.get(lang, []), may_record=_may_record(officer, lang), new=ids.new, error=error,
        may_review=officer.may(Permission.WORDS_APPROVE), title=_title(every), lesson_title=lesson_title,
        refused=[row.why for row in mine if row.state == "refused"], voice_of=voices.name, was=was,
        speakers=queries.names(conn, [one.voice.get("speaker", "") for one in found]),
        readers=queries.readers(conn, officer) if _may_record(officer, lang) else {},
    )  # fmt: skip


def _may_record(officer: Officer, lang: str) -> bool:
    """Who may write the words may speak them."""
    return officer.may(Permission.COURSE_WRITE if lang == SOURCE else Permission.WORDS_TRANSLATE)


def _title(draft: Read) -> str:
    words = draft.values.get(f"course/words/{SOURCE}/title", {})
    return str(words.get("text", ""))


def lesson_title(lesson: Lesson) -> str:
    return shown_of({SOURCE: unit} if (unit := lesson.unit(SOURCE, "title")) else {}, SOURCE, False).text


@router.post("/sound/speaker")
def speaker(
    request: Request, officer: Speaking, conn: Reading, course: str, lang: Words, name: Words = "", group: Words = "",
    consent: Words = "", lesson: Words = "", person: Words = "",
) -> Response:  # fmt: skip
    """Who is about to speak, asked once: nothing is recorded of somebody who did not agree."""
    _recorder(officer, lang)
    hers = queries.readers(conn, officer).get(person, "")
    name, group = hers or " ".join(name.split())[:LONGEST], " ".join(group.split())[:LONGEST]
    if not (name and group and consent):
        return _sound(request, officer, conn, course, lang, lesson, error="sound.speaker_first", status=422)
    agreed = _agreed(request)
    record = person if hers else ""
    writer_of(request).call(lambda conn: actions.speak(conn, officer.id, lang, name, group, agreed, record))
    return _back(course, lang, lesson)


def _recorder(officer: Officer, lang: str) -> None:
    if lang not in AUTHORED or not _may_record(officer, lang):
        raise NotFound("she does not write in this language")


def _agreed(request: Request) -> str:
    """Names the words as those of content/consent are named."""
    words = pages(request).words.plain(SOURCE, CONSENT)
    return f"1/{SOURCE}/{hashlib.sha256(words.encode()).hexdigest()[:8]}"


def _back(course: str, lang: str, lesson: str = "", which: str = "todo", was: str = "") -> Response:
    of = (f"&lesson={lesson}" if lesson else "") + (f"&was={was}" if was else "")
    return RedirectResponse(f"/teach/courses/{course}/sound?spoken={lang}{of}&which={which}", 303)


@router.post("/sound", max_body_size=cleaning.LARGEST["sound"] * MB + FORM)
def record(
    request: Request, officer: Speaking, conn: Reading, course: str, id: Words, lang: Words, lesson: Words,
    key: Words, hash: Words, only: Words = "", file: UploadFile | None = None,
) -> Response:  # fmt: skip
    """A voice for one text; `hash` is of the words that were on the screen. A script asks for JSON."""
    _recorder(officer, lang)
    why = "" if file else "empty"
    said = queries.speaker(conn, officer.id, lang)
    there = draft_queries.part(conn, course, f"{lesson}/words/{lang}/{key}")
    if said is None:
        why = "speaker"
    elif there is None or not there.value:
        why = "gone"
    if not why and file and said:
        told = {"lang": lang, "key": key, "hash": hash[:8], "sent": file.filename or ""}
        told |= {"speaker": said.voice or said.name, "group": said.group, "consent": said.consent}
        sent = Sent(id, course, lesson, "sound", queries.voice_of(key, lang), told)
        why = _take(request, conn, officer, sent, file)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"id": id, "error": _sentence(request, why)}, 422 if why else 200)
    if why:
        return _sound(request, officer, conn, course, lang, only, error=f"sound.why_{why}", status=422)
    return _back(course, lang, only)


def _take(request: Request, conn: Connection, officer: Officer, sent: Sent, file: UploadFile) -> str:
    """Keeps a file and has it worked on; why not, or ""."""
    if not ids.is_id(sent.id):
        raise MakesNoSense("id")
    studio: Studio = request.app.state.studio
    if queries.is_known(conn, sent.id):
        return ""
    try:
        actions.keep(studio.folder, sent.id, file.file, cleaning.LARGEST[sent.kind] * MB)
    except NotTaken as refusal:
        return refusal.reason
    writer_of(request).call(lambda conn: actions.begin(conn, sent, officer.id))
    studio.wake()
    return ""


def _sentence(request: Request, why: str) -> str:
    return (
        pages(request).words.plain(pages(request).language_of(request).slug, f"sound.why_{why}")
        if why
        else ""
    )


@router.post("/sound/review")
def review(
    request: Request, officer: Reviewer, conn: Reading, course: str, lang: Words, lesson: Words, key: Words, verdict: Words,
    comment: Words = "", only: Words = "",
) -> Response:  # fmt: skip
    """A reviewer answers for a voice that is not hers."""
    part, approve = f"{lesson}/media/{voices.name(key, lang)}", verdict == "approve"
    comment = " ".join(comment.split())[: 3 * LONGEST]
    try:
        writer_of(request).call(lambda conn: actions.review(conn, course, part, officer, approve, comment))
    except MakesNoSense:
        return _sound(request, officer, conn, course, lang, only, "review", error="sound.own", status=422)
    return _back(course, lang, only, "review")


@router.post("/sound/fit")
def fit(
    request: Request, officer: Speaking, course: str, lang: Words, lesson: Words, key: Words, only: Words = ""
) -> Response:
    """The words changed a little, and the voice still says them."""
    _recorder(officer, lang)
    part = f"{lesson}/media/{voices.name(key, lang)}"
    writer_of(request).call(lambda conn: actions.fits(conn, course, part, officer.id))
    return _back(course, lang, only)


@router.post("/sound/removal")
def silence(
    request: Request, officer: Speaking, course: str, lang: Words, lesson: Words, key: Words, only: Words = ""
) -> Response:
    """Somebody does not want to be heard any more, or the voice is of something else."""
    _recorder(officer, lang)
    was = _removed(request, officer, course, lesson, voices.name(key, lang))
    return _back(course, lang, only, "all", was)


def _removed(request: Request, officer: Officer, course: str, lesson: str, base: str) -> str:
    """Where the draft stood before."""

    def work(conn: Connection) -> str:
        before = draft_queries.newest(conn, course)
        actions.remove(conn, course, lesson, base, officer.id)
        return before

    return writer_of(request).call(work)


@router.post("/sound/undoing")
def unsilence(
    request: Request, officer: Speaking, course: str, lang: Words, was: Words, only: Words = ""
) -> Response:
    _recorder(officer, lang)
    _undone(request, officer, course, was)
    return _back(course, lang, only, "all")


def _undone(request: Request, officer: Officer, course: str, was: str) -> None:
    if not ids.is_id(was):
        raise NotFound("the draft never stood there")
    writer_of(request).call(lambda conn: editor_actions.undo(conn, course, was, officer))


# Pictures, films, other sounds


@router.get("/media")
def media(
    request: Request, officer: Teacher, conn: Reading, course: str, lesson: str = "", was: str = ""
) -> Response:
    return _media(request, officer, conn, course, lesson, was=was)


def _media(
    request: Request, officer: Officer, conn: Connection, course: str, lesson: str, error: str = "", status: int = 200,
    said: dict[str, str] | None = None, was: str = "",
) -> Response:  # fmt: skip
    draft = queries.read(drafting.opened(request, conn, course))
    rows = [row for row in queries.works(conn, course) if "key" not in queries.told(row)]
    if lesson and lesson not in draft.lessons:
        raise NotFound("there is no such lesson")
    one = draft.lessons.get(lesson)
    return render(
        request, "authoring/media.html", status=status, staff=officer, course=course, draft=draft, lesson=lesson,
        title=_title(draft), lesson_title=lesson_title, files=queries.files(draft), works=rows, told=queries.told,
        places={kind: list(media_rules.places(one, kind)) for kind in cleaning.KINDS} if one else {},
        words=lambda key: (unit.text if one and (unit := one.unit(SOURCE, key)) else ""), new=ids.new,
        size_words=size_words, error=error, said=said or {}, largest=cleaning.LARGEST, parts_name=parts.name,
        unused=queries.unused(draft), was=was,
    )  # fmt: skip


@router.post("/media", max_body_size=cleaning.LARGEST["video"] * MB + FORM)
def upload(
    request: Request, officer: Teacher, conn: Reading, course: str, id: Words, lesson: Words, alt: Words = "", place: Words = "",
    consent: Words = "", file: UploadFile | None = None,
) -> Response:  # fmt: skip
    """A picture, a film or a sound for a lesson, with what it shows in words, and where it stands if that is known."""
    said = {"alt": " ".join(alt.split())[: media_rules.ALT], "place": place, "consent": consent}
    name = file.filename or "" if file else ""
    kind = _kind(file)
    draft = queries.read(draft_queries.parts(conn, course))
    held = queries.files(draft).get(lesson)
    taken = {one.base for one in held or ()}
    taken |= {row.name for row in queries.works(conn, course) if row.lesson == lesson}
    if held is None:
        raise NotFound("there is no such lesson")
    of, _, key = place.partition(":")
    places = {one.key: one for one in media_rules.places(draft.lessons[lesson], kind)} if kind else {}
    why = _why(file, name, kind, said, of, key, places)
    if not why and file:
        told = {"sent": name, "alt": said["alt"]}
        told |= {"place": key, "of": places[key].kind} if key else {}
        sent = Sent(id, course, lesson, kind, media_rules.free_name(name, taken), told)
        why = _take(request, conn, officer, sent, file)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"id": id, "error": _sentence(request, why)}, 422 if why else 200)
    if why:
        return _media(request, officer, conn, course, lesson, f"sound.why_{why}", 422, said)
    return RedirectResponse(f"/teach/courses/{course}/media?lesson={lesson}", 303)


def _kind(file: UploadFile | None) -> str:
    """By what the telephone calls it; what it really is shows when it is cleaned."""
    first = (file.content_type or "").partition("/")[0] if file else ""
    return {"image": "picture", "audio": "sound", "video": "video"}.get(first, "")


def _why(
    file: UploadFile | None, name: str, kind: str, said: dict[str, str], of: str, key: str, places: Any
) -> str:
    """Why a file is not taken, before it is looked at."""
    if not file or not name:
        return "empty"
    if file.content_type == "image/svg+xml" or name.lower().endswith((".svg", ".svgz")):
        return "svg"
    if not kind:
        return "unreadable"
    if not said["consent"]:
        return "consent"
    if kind != "sound" and not said["alt"]:
        return "alt"
    return "place" if key and (of != kind or key not in places) else ""


@router.post("/media/removal")
def remove(
    request: Request, officer: Teacher, course: str, lesson: Words, base: Words, back: Words = ""
) -> Response:
    """`back` is the lesson whose page she was on."""
    was = _removed(request, officer, course, lesson, base)
    return RedirectResponse(f"/teach/courses/{course}/media?lesson={quote(back)}&was={was}", 303)


@router.post("/media/undoing")
def put_back(request: Request, officer: Teacher, course: str, was: Words, back: Words = "") -> Response:
    _undone(request, officer, course, was)
    return RedirectResponse(f"/teach/courses/{course}/media?lesson={quote(back)}", 303)


@router.post("/media/work/{id}/cancellation")
def cancel(request: Request, officer: Teacher, conn: Reading, course: str, id: str) -> Response:
    row = queries.work(conn, course, id)
    writer_of(request).call(lambda conn: actions.stop(conn, course, id))
    request.app.state.studio.forget(id)
    return RedirectResponse(f"/teach/courses/{course}/media?lesson={row.lesson}", 303)


@router.get("/media/work.json")
def work(request: Request, officer: Speaking, conn: Reading, course: str) -> Response:
    """How far each file is; what is done is not listed any more."""
    rows = [
        {"id": row.id, "state": row.state, "done": row.done, "error": _sentence(request, row.why)}
        for row in queries.works(conn, course)
    ]
    return JSONResponse(rows, headers={"Cache-Control": "no-store"})


@router.get("/media/{lesson}/{name}")
def file(request: Request, officer: Speaking, conn: Reading, course: str, lesson: str, name: str) -> Response:
    """A file of the draft, to be heard or seen before anybody publishes it."""
    held = draft_queries.part(conn, course, f"{lesson}/media/{name}")
    kind = TYPES.get(name.rpartition(".")[2].lower())
    if held is None or not held.value or kind is None or kind == TYPES["svg"]:
        raise NotFound("there is no such file")
    path = request.app.state.shelf.blobs.path(held.value["sha256"])
    return FileResponse(path, media_type=kind, headers={"Cache-Control": "no-store"})
