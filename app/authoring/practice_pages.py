"""Building a practice by clicking: a screen at a time, what may be done on it, and where each leads."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.authoring import draft_queries as drafts
from app.authoring import drafting, practice_actions, practice_rules
from app.authoring.draft_queries import Part
from app.authoring.editor_rules import fresh
from app.core import ids
from app.core.errors import NotFound
from app.curriculum.library import KIT
from app.web.headers import content_security_policy
from app.web.render import pages, render
from app.web.sessions import writer_of
from courses import parts
from courses.model import SOURCE, Block, Lesson
from courses.tables import ID

router = APIRouter(prefix="/teach")
Teacher = Annotated[Officer, may(Permission.COURSE_WRITE)]
MOST_FIELDS = 1000


async def posted(request: Request) -> FormData:
    return await request.form(max_fields=MOST_FIELDS)


Posted = Annotated[FormData, Depends(posted)]


@router.get("/courses/{course}/{lesson}/practice")
def new(request: Request, officer: Teacher, course: str, lesson: str, block: str = "") -> Response:
    return render(
        request, "build/new.html", staff=officer, course=course, lesson=lesson,
        block=block if ID.fullmatch(block) else fresh("block"),
    )  # fmt: skip


@router.post("/courses/{course}/{lesson}/practice")
def begin(
    request: Request, officer: Teacher, course: str, lesson: str, block: Annotated[str, Form()] = ""
) -> Response:
    _opened(request, course)
    file = writer_of(request).call(lambda conn: practice_actions.begin(conn, course, lesson, block, officer))
    return RedirectResponse(f"/teach/courses/{course}/{lesson}/practice/{file}", 303)


@router.get("/courses/{course}/{lesson}/practice/{file}")
def show(
    request: Request,
    officer: Teacher,
    conn: Reading,
    course: str,
    lesson: str,
    file: str,
    screen: str = "",
    was: str = "",
    both: str = "",
) -> Response:
    held = drafting.opened(request, conn, course)
    seq = drafts.newest(conn, course)
    return _show(request, officer, course, lesson, file, screen, held, seq, was=was, both=bool(both))


@router.post("/courses/{course}/{lesson}/practice/{file}")
def change(request: Request, officer: Teacher, course: str, lesson: str, file: str, form: Posted) -> Response:
    """What stands in the fields is saved, then the button does what it says."""
    _opened(request, course)
    pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    said = dict(pairs)
    since, screen, at = said.get("since", ""), said.get("screen", ""), f"{lesson}/practice/{file}"
    here = f"/teach/courses/{course}/{lesson}/practice/{file}"

    def work(conn: Connection) -> tuple[practice_actions.Saved, dict[str, Part], str]:
        begun = since if ids.is_id(since) else ""
        saved = practice_actions.submit(conn, course, at, screen, pairs, begun, officer)
        return saved, drafts.parts(conn, course), drafts.newest(conn, course)

    saved, now, seq = writer_of(request).call(work)
    if saved.wrong:
        typed = {name: value for name, value in pairs if name in saved.wrong}
        return _show(request, officer, course, lesson, file, screen, now, seq, wrong=saved.wrong, typed=typed)
    return RedirectResponse(f"{here}?screen={saved.screen}{'&both=1' if saved.both else ''}#screen", 303)


def _opened(request: Request, course: str) -> None:
    with request.app.state.database.read() as session:
        drafting.opened(request, session.connection(), course)


def _show(
    request: Request,
    officer: Officer,
    course: str,
    lesson: str,
    file: str,
    screen: str,
    held: Mapping[str, Part],
    seq: str,
    wrong: Mapping[str, str] | None = None,
    **said: Any,
) -> Response:
    values = drafts.values(held)
    told, whole = values.get(f"{lesson}/practice/{file}"), parts.lesson_of(values, lesson)
    if told is None or whole is None:
        raise NotFound("there is no such practice")
    block = _block(whole, file)
    screens = told.get("screens", [])
    current = practice_rules.screen_of(told, screen) or practice_rules.screen_of(told, told.get("start", ""))
    troubles = practice_rules.troubles(practice_rules.read(file, told), block, whole)
    context: dict[str, Any] = {
        "staff": officer, "course": course, "lesson": lesson, "file": file, "told": told, "screens": screens,
        "current": current or (screens[0] if screens else None), "block": block.id, "troubles": troubles, "seq": seq,
        "number": {one["id"]: n for n, one in enumerate(screens, 1)}, "rules": practice_rules,
        "title": _text(whole, "title"), "texts": lambda key: _text(whole, key),
        "source": _sources(request, course, lesson, whole), "wrong": wrong or {}, "typed": {}, "both": False,
    }  # fmt: skip
    response = render(request, "build/practice.html", status=422 if wrong else 200, **context | said)
    policy = content_security_policy(pages(request).style_hash)
    response.headers["Content-Security-Policy"] = f"{policy}; frame-src 'self'"
    return response


def _block(lesson: Lesson, file: str) -> Block:
    """The block whose words the practice has. Raises `NotFound`."""
    found = next((one for one in lesson.blocks if one.practice == file), None)
    if found is None:
        raise NotFound("no block of the lesson shows this practice")
    return found


def _text(lesson: Lesson, key: str) -> str:
    unit = lesson.unit(SOURCE, key)
    return unit.text if unit else ""


def _sources(request: Request, course: str, lesson: str, whole: Lesson) -> Any:
    """The address of a picture by the name a screen gives it, "" where there is none."""
    scenes, doorway = request.app.state.library.scenes, pages(request)

    def source(name: str) -> str:
        if name.startswith(KIT):
            scene = name.removeprefix(KIT)
            return doorway.picture(scene) if scene in scenes else ""
        return f"/teach/courses/{course}/preview-files/{lesson}/{name}" if name in whole.media else ""

    return source
