"""Courses on paper: a booklet, also in large print, and a poster with the code that leads to the course."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from app.accounts.guards import may
from app.accounts.permissions import Officer, Permission
from app.authoring.exchange_pages import published
from app.curriculum import lesson_page
from app.learning import showing
from app.web.render import pages, render
from courses import qr

router = APIRouter(prefix="/teach/courses")
Printer = Annotated[Officer, may(Permission.COURSE_WRITE, Permission.CLASS_RUN)]


@router.get("/{course}/booklet")
def booklet(request: Request, officer: Printer, course: str, large: str = "", lesson: str = "") -> Response:
    """Every lesson, or one; the right answers stand on the last page."""
    published(request, course)
    shelf, doorway = request.app.state.shelf, pages(request)
    held, lang = shelf.whole(course), doorway.language_of(request).slug
    lessons = [
        lesson_page.drawing(doorway, one, lang, partial(held.medium, one.id), held.facts)
        for one in held.course.all_lessons()
        if lesson in ("", one.id)
    ]
    return render(
        request, "exchange/booklet.html", staff=officer, course=held.course, lessons=lessons, large=bool(large),
        address=_address(request, course), letters="ABCDEFGHIJKLMNOPQRSTUVWXYZ", tell=showing.tell(request),
    )  # fmt: skip


@router.get("/{course}/poster")
def poster(request: Request, officer: Printer, course: str) -> Response:
    held, address = published(request, course), _address(request, course)
    picture = held.medium("", held.course.picture) if held.course.picture else None
    return render(
        request, "exchange/poster.html", staff=officer, course=held.course, picture_of=picture, address=address,
        code=Markup(qr.svg(address)), tell=showing.tell(request),  # noqa: S704 - drawn by us
    )  # fmt: skip


def _address(request: Request, course: str) -> str:
    base = str(request.app.state.settings.public_url or request.base_url).rstrip("/")
    return f"{base}/{pages(request).language_of(request).slug}/courses/{course}"
