"""A course as learners will have it, drawn from what is being edited: also while words, files and answers are missing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection

from app.authoring import draft_queries
from app.core.blobs import Blobs
from app.core.errors import NotFound
from app.curriculum import actions, queries
from app.curriculum.lesson_page import Preview, form_paths, lesson_html
from app.curriculum.library import KIT, Library
from app.curriculum.telling import Medium
from app.web.render import Pages
from courses import folder, manifest, parts
from courses.folder import Files
from courses.keys import lesson_keys
from courses.manifest import Held
from courses.model import SOURCE, Block, Course, Lesson, Unit
from courses.progress import CourseState

MEDIA = "/media/"
NOTHING = "…"
"""Stands where words are missing yet."""


class Folder(NamedTuple):
    """The files of a course folder, where those of `media` are empty and told of by their paths."""

    files: Files
    media: Mapping[str, Held]


@dataclass(frozen=True)
class Edited:
    """A course that is being edited; `base` is where its previews are found."""

    course: Course
    media: Mapping[str, Held]
    library: Library
    pages: Pages
    base: str

    def medium(self, lesson: str, ref: str) -> Medium | None:
        if ref.startswith(KIT):
            name = ref.removeprefix(KIT)
            scene = self.library.scenes.get(name)
            return Medium(self.pages.picture(name), len(scene)) if scene is not None else None
        held = self.media.get(f"{lesson}{MEDIA}{ref}")
        return Medium(f"{self.base}-files/{lesson}/{ref}", held.size) if held else None


@dataclass(frozen=True, slots=True)
class Unbegun:
    """What a course's page shows to somebody who has not begun it."""

    published: Edited
    last_at: int = 0

    @property
    def state(self) -> CourseState:
        return CourseState(False, "", 0, len([*self.published.course.all_lessons()]), None, None)

    @property
    def next(self) -> Lesson | None:
        return next(self.published.course.all_lessons(), None)

    def mark(self, lesson: str) -> int:
        return 0


def folder_of(conn: Connection, blobs: Blobs, course: str) -> Folder:
    """A course as it is edited now; as it was brought in, where nobody edits it. Raises `NotFound`."""
    if draft_queries.draft(conn, course) is not None:
        return _of_draft(draft_queries.values(draft_queries.parts(conn, course)))
    latest = queries.latest_revision(conn, course)
    if latest is None:
        raise NotFound(f"there is no course {course}")
    held = manifest.load(blobs.get(latest.manifest)).files
    own = {path: one for path, one in held.items() if actions.is_own(path)}
    media = {path: one for path, one in own.items() if MEDIA in path}
    return Folder({path: b"" if path in media else blobs.get(one.sha256) for path, one in own.items()}, media)


def _of_draft(values: Mapping[str, Any]) -> Folder:
    try:
        files = parts.join(values, lambda sha256: b"")
    except parts.NotParts as error:
        raise NotFound(str(error)) from None
    media = {}
    for path in files:
        value = values.get(path) if MEDIA in path else None
        if value is not None:
            media[path] = Held(path, value["sha256"], value.get("size", 0))
    return Folder(files, media)


def edited(found: Folder, library: Library, pages: Pages, base: str) -> Edited:
    """Raises `NotFound` where nothing can be drawn of the files."""
    course = folder.read(found.files).course
    if course is None:
        raise NotFound("the course's own file cannot be read")
    return Edited(drawable(course), found.media, library, pages, base)


def lesson(seen: Edited, lesson: str, lang: str, own: str, form: str = "") -> str:
    """The page of a lesson; `own` is the language of who looks. Raises `NotFound`."""
    found = seen.course.lesson(lesson)
    if found is None or form not in form_paths(found):
        raise NotFound("there is no such lesson")
    media = partial(seen.medium, lesson)
    return lesson_html(
        seen.pages, seen.course, found, "", lang, media, seen.library.facts, form, Preview(seen.base, own)
    )


def drawable(course: Course) -> Course:
    """With something in every place a page needs."""
    final = _drawable(course.final) if course.final else None
    lessons = tuple(map(_drawable, course.lessons))
    return replace(
        course, lessons=lessons, final=final, title=_named(course.title), about=_named(course.about)
    )


def _named(units: Mapping[str, Unit]) -> Mapping[str, Unit]:
    return units if SOURCE in units else {**units, SOURCE: Unit(NOTHING)}


def _drawable(lesson: Lesson) -> Lesson:
    blocks = tuple(block for block in lesson.blocks if _is_whole(lesson, block))
    held = replace(lesson, blocks=blocks)
    words = dict(lesson.words.get(SOURCE, {}))
    for key in lesson_keys(held):
        if key.required and not (key.name in words and words[key.name].text):
            words[key.name] = Unit(NOTHING)
    return replace(held, words={**lesson.words, SOURCE: words})


def _is_whole(lesson: Lesson, block: Block) -> bool:
    """Whether there is a practice where one is shown, and every way in it leads somewhere."""
    if block.kind != "practice":
        return True
    practice = lesson.practices.get(block.practice)
    return practice is not None and practice.screen(practice.start) is not None
