"""What the curriculum measures: sentences, questions, syllables, weights, all computed from content/."""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import brotli

from app.curriculum import press
from app.curriculum.lesson_page import lesson_html
from app.curriculum.library import KIT, Library
from app.curriculum.telling import Medium
from app.web import words
from app.web.render import Pages
from courses import text
from courses.folder import from_dir, read
from courses.keys import question_keys
from courses.languages import check
from courses.model import SOURCE, Choice, Course, Lesson, Question, Spot
from courses.pictures import Scene, scene
from courses.structure import structure_version

CONTENT = Path(__file__).parents[2] / "content"
LIBRARY = Library(CONTENT)
SENTENCE_END = re.compile(r"(?<=[.!?…])[”’\"')]*\s+|\n+")
WORD = re.compile(r"\w+")
TRANSLATED = ("hmn", "blt")
QUICK, SERVED = 5, press.QUALITY
"""Qualities of brotli; what is packed quickly is no lighter than what is sent."""


@cache
def courses() -> tuple[Course, ...]:
    found = [read(from_dir(path)).course for path in LIBRARY.courses()]
    return tuple(course for course in found if course)


def lessons() -> list[tuple[Course, Lesson]]:
    """Without the final quizzes."""
    return [(course, lesson) for course in courses() for lesson in course.lessons]


def all_questions() -> Iterator[tuple[Lesson, Question]]:
    for course in courses():
        for lesson in course.all_lessons():
            yield from ((lesson, question) for question in lesson.questions)


def sentences(lang: str, among: tuple[Course, ...] = ()) -> list[str]:
    """Of everything a learner hears in a lesson, screens and feedback among it, as it is spoken."""
    taken = among or courses()
    said = [one for course in taken for lesson in course.all_lessons() for one in _said(lesson, lang)]
    return [part for one in said for part in split(text.spoken(one, LIBRARY.facts))]


def split(said: str) -> list[str]:
    """The sentences of what is said."""
    return [part for part in SENTENCE_END.split(said) if WORD.search(part)]


def spoken(lesson: Lesson, key: str) -> str:
    """The Vietnamese words of a key as they are read aloud, "" where there are none."""
    unit = lesson.unit(SOURCE, key)
    return text.spoken(unit.text, LIBRARY.facts) if unit else ""


def _said(lesson: Lesson, lang: str) -> Iterator[str]:
    return (unit.text for key, unit in lesson.words.get(lang, {}).items() if not key.endswith(".alt"))


@cache
def scenes() -> dict[str, Scene]:
    folder = CONTENT / "pictures"
    files = (folder / "scenes.toml", *sorted((folder / "scenes").glob("*.toml")))
    return {
        name: scene(name, value)
        for file in files
        for name, value in tomllib.loads(file.read_text("utf-8")).items()
    }


def parts_of(picture: str) -> frozenset[str]:
    """The names of the parts a picture of the kit is composed of."""
    drawn = scenes().get(picture.removeprefix(KIT))
    return frozenset(part for placed in drawn.placed for part in placed.parts) if drawn else frozenset()


def feedback_keys(question: Question) -> list[str]:
    """One for each choice or place; for what is placed or typed, one for right and one for wrong."""
    chosen: list[Choice | Spot] = [*question.choices, *question.spots]
    ends = [f"{one.id}.feedback" for one in chosen] or ["right", "wrong"]
    return [f"{question.id}.{end}" for end in ends]


def picture_or_single_choice(question: Question) -> bool:
    parts = (*question.choices, *question.items, *question.groups, *question.targets)
    drawn = question.picture or any(part.picture for part in parts)
    return question.kind in ("one", "truefalse") or bool(drawn)


def is_drafted(lesson: Lesson, question: Question, lang: str) -> bool:
    """Whether every word the item has in Vietnamese is there in the language."""
    keys = [key.name for key in question_keys(question) if lesson.unit(SOURCE, key.name)]
    return all(lesson.unit(lang, key) for key in keys)


def syllables(course: Course, lang: str) -> tuple[int, int]:
    """Tokens the language's syllable grammar accepts, of all."""
    texts = [unit.text for lesson in course.all_lessons() for unit in lesson.words.get(lang, {}).values()]
    texts += [units[lang].text for units in (course.title, course.about) if lang in units]
    found = [check(lang, one) for one in texts]
    return sum(one.accepted for one in found), sum(one.total for one in found)


@cache
def pages() -> Pages:
    return Pages(words.read(CONTENT / "words", True), picture=lambda name: f"/media/{name}.svg")


def pack_is_within(most: int, course: Course, lesson: Lesson, lang: str) -> bool:
    """Whether the lesson's page and the pictures it names, all compressed, are at most so many bytes."""
    bodies = _bodies(course, lesson, lang)
    return any(sum(len(_packed(body, quality)) for body in bodies) <= most for quality in (QUICK, SERVED))


def _bodies(course: Course, lesson: Lesson, lang: str) -> list[bytes]:
    named: dict[str, bytes] = {}

    def media(name: str) -> Medium | None:
        body = LIBRARY.scenes.get(name.removeprefix(KIT))
        if body is None:
            return None
        named[name] = body
        return Medium(f"/media/{hashlib.sha256(body).hexdigest()}.svg", len(body))

    html = lesson_html(pages(), course, lesson, structure_version(course), lang, media, LIBRARY.facts)
    return [html.encode(), *named.values()]


@cache
def _packed(body: bytes, quality: int) -> bytes:
    return bytes(brotli.compress(body, quality=quality))
