"""What the staff's pages of certificates share."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.accounts.permissions import Officer
from app.certificates.issuing import Office
from app.certificates.rules import Reason
from app.core.signing import NoKey
from app.programmes.drawing import draw
from app.web.render import pages
from courses.model import SOURCE

ROOT = "/admin/certificates"


def office_of(request: Request) -> Office:
    found: Office = request.app.state.office
    return found


def show(request: Request, staff: Officer, page: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page of templates/certificates; `told(reason, course)` says what is missing, in words."""

    def told(reason: Reason, course: str = "") -> str:
        return tell(request, reason, course)

    own = {"titles": titles(request), "told": told, "root": ROOT}
    return draw(request, f"certificates/staff_{page}.html", status=status, staff=staff, **own, **context)


def file(data: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type=kind, headers=headers)


def titles(request: Request) -> Mapping[str, str]:
    """By course, its title in Vietnamese: what certificates are issued in."""
    courses = request.app.state.shelf.courses
    return {id: one.course.title[SOURCE].text for id, one in courses.items()}


def word(request: Request, key: str) -> str:
    """An interface word in Vietnamese, for files offices take away."""
    return pages(request).words.plain(SOURCE, key)


def tell(request: Request, reason: Reason, course: str) -> str:
    """What is missing, in words of the page's language."""
    doorway = pages(request)
    words, lang, what = doorway.words, doorway.language_of(request).slug, reason.what
    if reason.word == "skill" and f"skill.{what}" in words:
        what = words.plain(lang, f"skill.{what}")
    elif reason.word == "lesson":
        what = _lesson(request, course, what)
    return words.plain(lang, f"certificate.missing.{reason.word}").format(what=what)


def _lesson(request: Request, course: str, id: str) -> str:
    published = request.app.state.shelf.courses.get(course)
    lesson = published.course.lesson(id) if published else None
    unit = lesson.unit(SOURCE, "title") if lesson else None
    return unit.text if unit else id


def is_village(request: Request) -> bool:
    return bool(request.app.state.settings.role == "village")


def is_sample(request: Request) -> bool:
    """Whether what is issued now is a sample; without a key that can be read nothing is issued at all."""
    office = office_of(request)
    if office.demo or not office.url.startswith("https://"):
        return True
    try:
        return any(one.demo for one in office.keys.all()[-1:])
    except NoKey:
        return False
