"""Which words a lesson needs: the keys of docs/course-format.md, from its structure."""

from collections.abc import Iterator
from dataclasses import dataclass

from courses.model import PROSE_KINDS, Block, Choice, Course, Lesson, Part, Practice, Question, Screen

RESERVED = frozenset(["title", "alt", "feedback", "hint", "right", "wrong", "unit", "goal", "from"])
"""Ids no block, choice or screen may have: they are the last word of a key."""

PART_ALT = frozenset(["picture", "qr"])


@dataclass(frozen=True, slots=True)
class Key:
    """`instead` is the key that may stand in for this one; `line` is where its owner stands in `file`."""

    name: str
    file: str
    line: int
    required: bool = True
    prose: bool = False
    instead: str = ""
    question: str = ""
    practice: bool = False


def lesson_keys(lesson: Lesson) -> Iterator[Key]:
    file = f"{lesson.id}/lesson.toml"
    yield Key("title", file, 1)
    for block in lesson.blocks:
        yield from block_keys(lesson, block)
    for question in lesson.questions:
        yield from question_keys(question, file)


def block_keys(lesson: Lesson, block: Block) -> Iterator[Key]:
    file = f"{lesson.id}/lesson.toml"
    own_words = block.kind not in ("picture", "steps", "practice")
    yield Key(block.id, file, block.line, own_words, prose=block.kind in PROSE_KINDS)
    if block.picture or block.kind == "picture" or block.poster:
        yield Key(f"{block.id}.alt", file, block.line)
    for step in block.steps:
        yield Key(f"{block.id}.{step.id}", file, block.line)
        if step.picture:
            yield Key(f"{block.id}.{step.id}.alt", file, block.line)
    if block.kind == "practice":
        yield Key(f"{block.id}.goal", file, block.line, practice=True)
        yield from _practice_keys(lesson, block)


def _practice_keys(lesson: Lesson, block: Block) -> Iterator[Key]:
    practice: Practice | None = lesson.practices.get(block.practice)
    for screen in practice.screens if practice else ():
        yield from _screen_keys(f"{block.id}.{screen.id}", screen, f"{lesson.id}/{block.practice}")


def _screen_keys(at: str, screen: Screen, file: str) -> Iterator[Key]:
    yield Key(at, file, screen.line, practice=True)
    if screen.picture:
        yield Key(f"{at}.alt", file, screen.line, practice=True)
    for hotspot in screen.hotspots:
        yield Key(f"{at}.{hotspot.id}", file, screen.line, practice=True)
    for part in screen.parts:
        for ending, required in _part_endings(part):
            yield Key(f"{at}.{part.id}{ending}", file, part.line, required, practice=True)


def _part_endings(part: Part) -> Iterator[tuple[str, bool]]:
    yield "", part.kind not in PART_ALT
    if part.kind in PART_ALT or part.picture:
        yield ".alt", True
    if part.kind == "message":
        yield ".from", part.incoming
    if part.kind == "field":
        yield ".wrong", True


def question_keys(question: Question, file: str = "") -> Iterator[Key]:
    """Every key of the item, which is whole in one language or another."""
    for name, required, instead in _question_keys(question):
        yield Key(name, file, question.line, required, instead=instead, question=question.id)


def _question_keys(question: Question) -> Iterator[tuple[str, bool, str]]:
    id = question.id
    yield id, True, ""
    yield f"{id}.hint", False, ""
    if question.picture:
        yield f"{id}.alt", True, ""
    for choice in question.choices:
        if question.kind != "truefalse":
            yield from _choice_keys(id, choice)
        yield f"{id}.{choice.id}.feedback", True, ""
    for spot in question.spots:
        yield f"{id}.{spot.id}", True, ""
        yield f"{id}.{spot.id}.feedback", True, ""
    for item in (*question.groups, *question.items, *question.targets):
        yield from _choice_keys(id, item)
    if not question.choices and not question.spots:
        yield f"{id}.right", True, ""
        yield f"{id}.wrong", True, ""
    if question.kind == "number":
        yield f"{id}.unit", False, ""


def _choice_keys(question: str, choice: Choice) -> Iterator[tuple[str, bool, str]]:
    words, alt = f"{question}.{choice.id}", f"{question}.{choice.id}.alt"
    yield words, not choice.picture, ""
    if choice.picture:
        yield alt, True, words


def course_keys(course: Course) -> Iterator[tuple[Lesson, Key]]:
    for lesson in course.all_lessons():
        for key in lesson_keys(lesson):
            yield lesson, key
