"""Words of courses and lessons as the pages about them show them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import Connection
from starlette.requests import Request

from app.accounts import guards
from app.core import clock
from app.curriculum.shelf import Published
from app.curriculum.telling import MARK, Teller
from app.learning import queries
from app.learning.queries import CourseProgress
from app.web.render import Pages, marked, pages
from courses.languages import Language
from courses.model import SOURCE, Course, Lesson
from courses.words import Shown, shown, shown_of

NEW_DAYS = 30


class View(NamedTuple):
    lang: Language
    href: str


class Choice(NamedTuple):
    """A language to choose, with other ways of writing it. `voice` is the address of its recorded name, or ""."""

    lang: Language
    href: str
    views: Sequence[View]
    voice: str = ""


def choices(offered: Sequence[Language]) -> list[Choice]:
    return [
        Choice(
            lang, f"/{lang.slug}", [View(one, f"/{one.slug}") for one in offered if one.view_of == lang.slug]
        )
        for lang in offered
        if not lang.view_of
    ]


Tell = Callable[..., Markup | str]


def tell(request: Request) -> Tell:
    """`tell(course)`, `tell(course, "about")`, `tell(lesson)`: its title, or that, in the page's language.

    What is not translated says that it is Vietnamese. `plain=True` gives it without marks, for what is no part of the
    page.
    """
    return telling(pages(request), pages(request).language_of(request).slug)


def telling(doorway: Pages, lang: str) -> Tell:
    """The same in a language."""
    interface = doorway.words
    mark = MARK.format(interface.plain(lang, "lang.vietnamese_mark"))

    def words(of: Course | Lesson, what: str = "title", plain: bool = False) -> Markup | str:
        found = _shown(of, what, lang, interface.drafts)
        if plain:
            return found.beneath or found.text
        told = marked(found, lang, {})
        return Markup("{}{}").format(told, mark) if found.lang == SOURCE != lang else told

    return words


def _shown(of: Course | Lesson, what: str, lang: str, drafts: bool) -> Shown:
    if isinstance(of, Lesson):
        return shown(of, what, lang, drafts)
    return shown_of(of.about if what == "about" else of.title, lang, drafts)


def is_new(request: Request, course: CourseProgress) -> bool:
    """Whether learners were told of something new here of late, and she has done nothing in the course since."""
    told: int = request.app.state.shelf.announced.get(course.published.course.id, 0)
    return told > max(course.last_at, clock.now() - NEW_DAYS * clock.DAY)


def teller(request: Request, published: Published, lesson: Lesson) -> Teller:
    """Tells the feedback of a lesson's questions."""
    doorway = pages(request)
    lang = doorway.language_of(request).slug

    mark = doorway.words.plain(lang, "lang.vietnamese_mark")
    return Teller(
        lesson, lang, doorway.words.drafts, partial(published.medium, lesson.id), published.facts, mark
    )


def ending(request: Request, conn: Connection, person: str, course: CourseProgress) -> dict[str, Any]:
    """What learning/ending.html says at the end of a final quiz: is the course finished, and what comes now."""
    path = request.app.state.paths.order(guards.path_of(request))
    following = None
    if course.state.finished:
        following = queries.first_unfinished(queries.courses(conn, request.app.state.shelf, person), path)
    return {"course": course, "following": following, "tell": tell(request)}


def after(course: Course, lesson: Lesson) -> Lesson | None:
    """The lesson that comes next, the final quiz last."""
    lessons = list(course.all_lessons())
    following = lessons[[one.id for one in lessons].index(lesson.id) + 1 :]
    return following[0] if following else None
