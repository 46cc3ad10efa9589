"""Looking at a course before anybody learns from it: the real pages, in every language, and nothing is recorded."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, HTMLResponse, Response

from app.accounts.guards import Reading, may
from app.accounts.permissions import Officer, Permission
from app.authoring import preview
from app.core.errors import NotFound
from app.curriculum.lesson_page import Preview
from app.curriculum.shelf import TYPES
from app.learning import showing
from app.web.headers import content_security_policy
from app.web.render import LANGUAGE_COOKIE, Pages, pages
from app.web.words import Words
from courses.languages import LANGUAGES
from courses.model import SOURCE

router = APIRouter(prefix="/teach/courses")
Looker = Annotated[
    Officer,
    may(
        Permission.COURSE_WRITE,
        Permission.COURSE_PUBLISH,
        Permission.WORDS_TRANSLATE,
        Permission.WORDS_APPROVE,
    ),
]
DRAFTS = "preview_drafts"
"""The cookie that says whether she looks with drafts; without it, as learners here have it."""


@router.get("/{course}/preview-files/{lesson}/{name}")
def medium(request: Request, officer: Looker, conn: Reading, course: str, lesson: str, name: str) -> Response:
    blobs = request.app.state.shelf.blobs
    held = preview.folder_of(conn, blobs, course).media.get(f"{lesson}/media/{name}")
    kind = TYPES.get(name.rpartition(".")[2].lower())
    if held is None or kind is None or kind == TYPES["svg"]:
        raise NotFound("there is no such file")
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return FileResponse(blobs.path(held.sha256), media_type=kind, headers=headers)


@router.get("/{course}/preview/{lang}")
def course(
    request: Request, officer: Looker, conn: Reading, course: str, lang: str, drafts: str = ""
) -> Response:
    seen = _seen(request, conn, course, lang, drafts)
    behind = Preview(seen.base, "").alternates(seen.pages, "")
    html = seen.pages.html(
        "authoring/preview_course.html", lang, course=preview.Unbegun(seen), base=f"{seen.base}/{lang}",
        alternates=behind, drafts=seen.pages.words.drafts, tell=showing.telling(seen.pages, lang),
    )  # fmt: skip
    return _answer(seen.pages, html, drafts)


@router.get("/{course}/preview/{lang}/{lesson}")
def lesson(
    request: Request, officer: Looker, conn: Reading, course: str, lang: str, lesson: str, drafts: str = ""
) -> Response:
    return _lesson(request, conn, course, lang, lesson, drafts)


@router.get("/{course}/preview/{lang}/{lesson}/{form}")
def in_form(
    request: Request,
    officer: Looker,
    conn: Reading,
    course: str,
    lang: str,
    lesson: str,
    form: str,
    drafts: str = "",
) -> Response:
    """One of the forms a final quiz comes in."""
    return _lesson(request, conn, course, lang, lesson, drafts, f"/{form}")


def _lesson(
    request: Request, conn: Reading, course: str, lang: str, lesson: str, drafts: str, form: str = ""
) -> Response:
    seen = _seen(request, conn, course, lang, drafts)
    own = request.cookies.get(LANGUAGE_COOKIE, "")
    html = preview.lesson(seen, lesson, lang, own if own in LANGUAGES else SOURCE, form)
    return _answer(seen.pages, html, drafts)


def _seen(request: Request, conn: Reading, course: str, lang: str, drafts: str) -> preview.Edited:
    state = request.app.state
    if lang not in LANGUAGES:
        raise NotFound("there is no such language")
    chosen = drafts or request.cookies.get(DRAFTS, "")
    doorway = _with_drafts(request, chosen == "1" if chosen else pages(request).words.drafts)
    found = preview.folder_of(conn, state.shelf.blobs, course)
    return preview.edited(found, state.library, doorway, f"/teach/courses/{course}/preview")


def _with_drafts(request: Request, drafts: bool) -> Pages:
    """The pages as they are here, or with the drafts turned the other way."""
    doorway, state = pages(request), request.app.state
    if doorway.words.drafts == drafts:
        return doorway
    if not hasattr(state, "turned_pages"):
        state.turned_pages = replace(doorway, words=Words(doorway.words.catalogues, drafts))
    turned: Pages = state.turned_pages
    turned.languages = doorway.languages
    return turned


def _answer(doorway: Pages, html: str, drafts: str) -> Response:
    """It may stand in a frame of our own editor."""
    policy = content_security_policy(doorway.style_hash).replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    )
    response = HTMLResponse(html, headers={"Cache-Control": "no-store", "Content-Security-Policy": policy})
    if drafts:
        response.set_cookie(
            DRAFTS, "1" if drafts == "1" else "0", path="/teach", samesite="lax", httponly=True
        )
    return response
