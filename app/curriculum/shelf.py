"""The published courses, held in memory: what they say, what they ask, and where their files are."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from threading import Lock
from typing import Any

from sqlalchemy import Connection

from app.core.blobs import Blobs
from app.curriculum import queries
from app.curriculum.actions import FACTS, PICTURES, is_own
from app.curriculum.library import KIT
from app.curriculum.queries import Stock
from app.curriculum.telling import Medium
from courses import facts, folder, manifest
from courses.grading import question_json
from courses.keys import question_keys
from courses.manifest import Held, Manifest
from courses.model import SOURCE, Course, Lesson, Question
from courses.structure import Outline, outline

MEDIA = "/media/"
TYPES = {
    "svg": "image/svg+xml",
    "webp": "image/webp",
    "avif": "image/avif",
    "png": "image/png",
    "jpg": "image/jpeg",
    "opus": "audio/ogg",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "webm": "video/webm",
    "mp4": "video/mp4",
}
"""What is shown and played, by the ending of its name."""
TITLE, ALT = "title", ".alt"


@dataclass(frozen=True)
class Published:
    """One publication: the course as it was read from its own files."""

    course: Course
    manifest: Manifest
    facts: facts.Facts

    @property
    def structure(self) -> str:
        return self.manifest.structure

    @cached_property
    def outline(self) -> Outline:
        return outline(self.course)

    def held(self, lesson: str, ref: str) -> Held | None:
        """The file a lesson names: `kit:<scene>` or a name in its media/."""
        if ref.startswith(KIT):
            return self.manifest.files.get(f"{PICTURES}{ref.removeprefix(KIT)}.svg")
        return self.manifest.files.get(f"{lesson}/media/{ref}")

    def medium(self, lesson: str, ref: str) -> Medium | None:
        held = self.held(lesson, ref)
        return Medium(f"{MEDIA}{held.name}", held.size) if held else None


@dataclass(eq=False)
class Shelf:
    """`courses` are the current publications in their order; older structures stay to be graded against."""

    blobs: Blobs
    courses: Mapping[str, Published] = field(default_factory=dict)
    manifests: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """By course and structure: the first manifest published under it."""
    current: Mapping[str, str] = field(default_factory=dict)
    """By course: the manifest shown now."""
    resting: Mapping[str, Published] = field(default_factory=dict)
    """By course: what was shown last of those that were withdrawn."""
    announced: Mapping[str, int] = field(default_factory=dict)
    """By course: when learners were last told of something new."""
    media: Mapping[str, Held] = field(default_factory=dict)
    """By the name a file has on the web, of every publication there ever was."""
    stock: Stock = field(default_factory=Stock)
    """Of what it was filled from."""

    def __post_init__(self) -> None:
        self._loading = Lock()
        self._read = lru_cache(maxsize=256)(self._read_publication)
        self.question = lru_cache(maxsize=4096)(self._question)
        self.key = lru_cache(maxsize=4096)(self._key)

    def load(self, conn: Connection) -> None:
        """Reads everything first, since pages are answered from here meanwhile."""
        with self._loading:
            self._fill(conn)

    def _fill(self, conn: Connection) -> None:
        rows, resting, stock = queries.publications(conn), queries.resting(conn), queries.stock(conn)
        published = {row.manifest: self._read(row.manifest) for row in rows}
        last = {row.course: row.manifest for row in rows}
        latest = {course: name for course, name in last.items() if course not in resting}
        current = {course: published[name] for course, name in latest.items()}
        self.media = {held.name: held for one in published.values() for held in one.manifest.files.values()}
        self.manifests = {(row.course, row.structure): row.manifest for row in reversed(rows)}
        self.current = latest
        self.resting = {course: published[last[course]] for course in resting}
        self.announced = {row.course: row.published_at for row in rows if row.announced}
        self.courses = dict(sorted(current.items(), key=lambda item: (item[1].course.order, item[0])))
        self.question.cache_clear()
        self.key.cache_clear()
        self.stock = stock

    def is_behind(self, conn: Connection) -> bool:
        return queries.stock(conn) != self.stock

    def structure(self, course: str, structure: str) -> Published | None:
        """The publication an answer was given to."""
        current = self.courses.get(course)
        if current and current.structure == structure:
            return current
        name = self.manifests.get((course, structure))
        return self._read(name) if name else None

    def outlines(self, course: str) -> dict[str, Outline]:
        """By structure, every one ever published."""
        return {
            structure: self._read(name).outline
            for (named, structure), name in self.manifests.items()
            if named == course
        }

    def lesson(self, course: str, lesson: str) -> tuple[Published, Lesson] | None:
        published = self.courses.get(course)
        found = published.course.lesson(lesson) if published else None
        return (published, found) if published and found else None

    def _question(self, course: str, structure: str, lesson: str, question: str) -> Question | None:
        published = self.structure(course, structure)
        found = published.course.lesson(lesson) if published else None
        return found.question(question) if found else None

    def _key(self, course: str, structure: str, lesson: str, question: str) -> Mapping[str, Any] | None:
        """What grading needs of a question."""
        found = self.question(course, structure, lesson, question)
        return question_json(found) if found else None

    def whole(self, course: str) -> Published:
        """A current publication read again with every word of its lessons, for who draws or lists them."""
        return self._publication(self.current[course], whole=True)

    def _read_publication(self, name: str) -> Published:
        return self._publication(name, whole=False)

    def _publication(self, name: str, whole: bool) -> Published:
        made = manifest.load(self.blobs.get(name))
        own = {path: held for path, held in made.files.items() if is_own(path)}
        course = folder.read({path: self.blobs.get(held.sha256) for path, held in own.items()}).course
        assert course is not None, "only a course that could be read was ever published"
        return Published(
            course if whole else lean(course), made, quoted(self.blobs.get(made.files[FACTS].sha256))
        )


@lru_cache(maxsize=16)
def quoted(data: bytes) -> facts.Facts:
    """The facts a publication carries; most carry the same."""
    return facts.read(data)[0]


def lean(course: Course) -> Course:
    """Without the words that stand on printed pages alone, and what translations were made from.

    Those of titles and questions stay, and what is in pictures.
    """
    lessons = tuple(map(_lean, course.lessons))
    return replace(course, lessons=lessons, final=_lean(course.final) if course.final else None)


def _lean(lesson: Lesson) -> Lesson:
    kept = {TITLE, *(key.name for question in lesson.questions for key in question_keys(question))}
    words = {
        lang: {
            key: replace(unit, source="") if unit.source else unit
            for key, unit in units.items()
            if key in kept or (lang == SOURCE and key.endswith(ALT))
        }
        for lang, units in lesson.words.items()
    }
    return replace(lesson, words=words)
