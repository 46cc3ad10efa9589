"""The pictures a teacher chooses from: in groups, called what lessons say is in them, found by their words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from courses.languages import fold
from courses.model import SOURCE, Block, Lesson, Question

WORD = re.compile(r"[^\W_]+")
REST = "_"


class Picture(NamedTuple):
    """`name` is what a lesson names it, `said` what lessons say is in it, "" where none does."""

    name: str
    said: str


class Shown(NamedTuple):
    """A course whose lessons show pictures."""

    id: str
    title: str
    lessons: Sequence[Lesson]


class Group(NamedTuple):
    """Pictures of a course; `id` is `REST` for those no lesson shows."""

    id: str
    title: str
    pictures: Sequence[Picture]


def groups(kit: Iterable[str], shown: Iterable[Shown]) -> list[Group]:
    """Each picture once: with the first course that shows it, else in the last group."""
    courses = list(shown)
    known = said(lesson for course in courses for lesson in course.lessons)
    left = {name: Picture(name, known.get(name, "")) for name in kit}
    made = []
    for course in courses:
        own = [left.pop(name) for name in said(course.lessons) if name in left]
        made.append(Group(course.id, course.title, own))
    return [one for one in (*made, Group(REST, "", [*left.values()])) if one.pictures]


def said(lessons: Iterable[Lesson]) -> dict[str, str]:
    """What is in the pictures they name, in the order in which they name them."""
    known: dict[str, str] = {}
    for lesson in lessons:
        for name, key in _named(lesson):
            if name and not known.get(name):
                unit = lesson.unit(SOURCE, f"{key}.alt")
                known[name] = unit.text if unit else ""
    return known


def _named(lesson: Lesson) -> Iterator[tuple[str, str]]:
    """Pictures, each with the key of what shows it."""
    for block in lesson.blocks:
        yield from _of_block(lesson, block)
    for question in lesson.questions:
        yield from _of_question(question)


def _of_block(lesson: Lesson, block: Block) -> Iterator[tuple[str, str]]:
    yield block.picture, block.id
    yield block.poster, block.id
    for step in block.steps:
        yield step.picture, f"{block.id}.{step.id}"
    held = lesson.practices.get(block.practice)
    for screen in held.screens if held else ():
        yield screen.picture, f"{block.id}.{screen.id}"
        for part in screen.parts:
            yield part.picture, f"{block.id}.{screen.id}.{part.id}"


def _of_question(question: Question) -> Iterator[tuple[str, str]]:
    yield question.picture, question.id
    for row in (*question.choices, *question.items, *question.groups, *question.targets):
        yield row.picture, f"{question.id}.{row.id}"


def found(wanted: str, groups: Iterable[Group]) -> list[Group]:
    """What of them has these words, without those that have none."""
    made = (one._replace(pictures=with_words(wanted, one.pictures)) for one in groups)
    return [one for one in made if one.pictures]


def with_words(wanted: str, pictures: Iterable[Picture]) -> list[Picture]:
    """Those of which each wanted word begins a word, with or without its marks; `pictures.js` finds the same."""
    begun = _words(wanted)
    return [
        one
        for one in pictures
        if all(any(word.startswith(each) for word in _words(f"{one.said} {one.name}")) for each in begun)
    ]


def _words(text: str) -> list[str]:
    return WORD.findall(fold(text))
