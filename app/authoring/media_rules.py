"""How files of a lesson are called, and where a picture may stand."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from courses.model import PROSE_KINDS, Lesson
from courses.parts import VOICE

LONGEST = 40
NOTHING = "tep"
"""What a file is called whose own name has no letter in it."""
SIZES = re.compile(
    r"(?P<base>.+?)(?:\.(?P<size>640|960|360))?\.(?P<ending>webp|opus|mp4|png|jpe?g|svg|webm|avif)"
)
PICTURED = PROSE_KINDS | {"picture"}
ALT = 300
"""Characters that say what a picture shows, at most."""


class Place(NamedTuple):
    """Where in a lesson a file may stand: `key` is a block, a step as `block.step`, or a question."""

    key: str
    kind: str
    part: str


def plain_name(sent: str) -> str:
    """What a telephone or a person called a file, as a name that is the same everywhere; never a path."""
    stem = PurePosixPath(sent.replace("\\", "/")).stem
    letters = unicodedata.normalize("NFD", stem.lower().replace("đ", "d"))
    plain = re.sub(r"[^a-z0-9]+", "-", "".join(one for one in letters if not unicodedata.combining(one)))
    return plain.strip("-")[:LONGEST].strip("-") or NOTHING


def free_name(sent: str, taken: Collection[str]) -> str:
    """The same, counted on where the lesson has it already."""
    name, number = plain_name(sent), 2
    made = name
    while made in taken:
        made, number = f"{name}-{number}", number + 1
    return made


def base(file: str) -> str:
    """The name that the sizes of one picture or film, and its poster, have in common; a voice has its own."""
    if VOICE.fullmatch(file):
        return file
    found = SIZES.fullmatch(file)
    return found["base"] if found else file


def is_larger(file: str) -> bool:
    """Whether it is a larger size of another file, which no lesson names."""
    found = SIZES.fullmatch(file)
    return bool(found and found["size"])


def places(lesson: Lesson, kind: str) -> Iterator[Place]:
    """Where a file of this kind may stand."""
    for block in lesson.blocks:
        part = f"{lesson.id}/block/{block.id}"
        if kind != "picture":
            if block.kind == {"video": "video", "sound": "audio"}[kind]:
                yield Place(block.id, block.kind, part)
        elif block.kind in PICTURED:
            yield Place(block.id, block.kind, part)
        for step in block.steps if kind == "picture" else ():
            yield Place(f"{block.id}.{step.id}", "steps", part)
    for question in lesson.questions if kind == "picture" else ():
        yield Place(question.id, "question", f"{lesson.id}/question/{question.id}")


def placed(value: Mapping[str, Any], key: str, file: Mapping[str, Any]) -> dict[str, Any]:
    """A block or a question with these fields of a file, in the step where the key names one."""
    _, _, step = key.partition(".")
    if not step:
        return {**value, **file}
    steps = [{**one, **file} if one["id"] == step else one for one in value.get("steps", [])]
    return {**value, "steps": steps}


def without(value: Any, names: Collection[str]) -> Any:
    """The same part, naming none of these files any more."""
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if not (isinstance(one, str) and one in names)}
        return {key: without(one, names) for key, one in kept.items()}
    return [without(one, names) for one in value] if isinstance(value, list) else value


def used(value: object, names: Collection[str]) -> bool:
    """Whether a part names one of these files, however deep."""
    if isinstance(value, dict):
        return any(used(one, names) for one in value.values())
    if isinstance(value, list):
        return any(used(one, names) for one in value)
    return isinstance(value, str) and value in names
