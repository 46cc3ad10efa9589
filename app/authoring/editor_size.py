"""What a lesson being written will cost a learner in data, and what of it costs most."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import brotli

from app.authoring import preview
from app.curriculum.lesson_page import lesson_html
from app.curriculum.library import KIT, Library
from app.curriculum.telling import Medium
from app.web.render import Pages
from courses import parts
from courses.model import SOURCE, Block, Course, Lesson, Question

MOST_SHOWN = 3


class Cost(NamedTuple):
    """`kind` is page, picture, voice, film or sound; `section` is the id of its section, "" for the page."""

    kind: str
    section: str
    bytes: int


class Size(NamedTuple):
    """Bytes on the way: what opening the lesson in Vietnamese costs, what it costs to hear and see all of it, the dearest."""

    opened: int
    all: int
    dearest: tuple[Cost, ...]


def size(values: Mapping[str, Any], lesson: str, library: Library, pages: Pages) -> Size:
    found = parts.lesson_of(values, lesson)
    if found is None:
        return Size(0, 0, ())
    held = {one.key: value for part, value in values.items() if (one := _media(part, lesson)) and value}
    page = Cost("page", "", len(brotli.compress(_html(found, held, library, pages).encode(), quality=5)))
    pictures = _pictures(found, held, library)
    played = [_played(found, name, value["size"]) for name, value in held.items() if _is_played(found, name)]
    opened = [page, *pictures]
    dearest = sorted([*opened, *played], key=lambda one: -one.bytes)[:MOST_SHOWN]
    return Size(
        sum(one.bytes for one in opened), sum(one.bytes for one in [*opened, *played]), tuple(dearest)
    )


def _media(part: str, lesson: str) -> parts.Name | None:
    found = parts.name(part) if part.startswith(f"{lesson}/media/") else None
    return found


def _html(lesson: Lesson, held: Mapping[str, Any], library: Library, pages: Pages) -> str:
    def medium(ref: str) -> Medium | None:
        if ref.startswith(KIT):
            scene = library.scenes.get(ref.removeprefix(KIT))
            return Medium(pages.picture(ref.removeprefix(KIT)), len(scene)) if scene is not None else None
        return Medium(f"/media/{ref}", held[ref]["size"]) if ref in held else None

    alone = preview.drawable(Course("x", lessons=(lesson,)))
    return lesson_html(pages, alone, alone.lessons[0], "", SOURCE, medium, library.facts)


def _pictures(lesson: Lesson, held: Mapping[str, Any], library: Library) -> list[Cost]:
    """Each picture once, at its first place."""
    found: dict[str, str] = {}
    for block in lesson.blocks:
        for name in _of_block(block):
            found.setdefault(name, f"block.{block.id}")
    for question in lesson.questions:
        for name in _of_question(question):
            found.setdefault(name, f"question.{question.id}")
    return [Cost("picture", at, _weight(name, held, library)) for name, at in found.items() if name]


def _of_block(block: Block) -> list[str]:
    return [block.picture, block.poster, *(step.picture for step in block.steps)]


def _of_question(question: Question) -> list[str]:
    rows = (*question.choices, *question.items, *question.groups, *question.targets)
    return [question.picture, *(row.picture for row in rows)]


def _weight(name: str, held: Mapping[str, Any], library: Library) -> int:
    if name.startswith(KIT):
        return _packed(library.scenes.get(name.removeprefix(KIT), b""))
    return int(held[name]["size"]) if name in held else 0


@lru_cache(maxsize=1024)
def _packed(scene: bytes) -> int:
    return len(brotli.compress(scene, quality=5)) if scene else 0


def _is_played(lesson: Lesson, name: str) -> bool:
    """A voice in Vietnamese, or the sound or film of a block."""
    voice = parts.VOICE.fullmatch(name)
    return bool(voice and voice[2] == SOURCE) or any(block.media == name for block in lesson.blocks)


def _played(lesson: Lesson, name: str, size: int) -> Cost:
    voice = parts.VOICE.fullmatch(name)
    if voice and voice[2] == SOURCE:
        first = voice[1].partition(".")[0]
        kind = "block" if lesson.block(first) else "question"
        return Cost("voice", f"{kind}.{first}", size)
    block = next(block for block in lesson.blocks if block.media == name)
    return Cost("film" if block.kind == "video" else "sound", f"block.{block.id}", size)
