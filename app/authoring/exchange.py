"""Files of teachers, read and told of: what of them became questions and blocks of ours, and what did not and why."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.core import sheets
from app.curriculum import reading
from app.curriculum.library import Library
from courses.exchange import draft, opening
from courses.exchange.draft import Filling
from courses.exchange.items import Found, Item, tidy
from courses.exchange.refusal import NotTaken, Why
from courses.exchange.sheet import looks_so
from courses.folder import Files, Read
from courses.model import Choice, Question

LARGEST_FILE = opening.LARGEST_FILE
LARGEST_SIDE = 640
"""Pixels of a picture that comes with a question: twice what a small phone shows."""
MOST_PIXELS = 40_000_000
QUALITY = 60
IMPORTED = "nhap-"
"""How the ids of courses begin that were made of a teacher's file: they are published by name alone."""
Material = Found | dict[str, bytes]
Refusals = (NotTaken, sheets.NotASheet)


def read(name: str, data: bytes) -> Material:
    """Raises one of `Refusals`."""
    found = opening.read(name, data, sheets.read)
    return lighter(found) if isinstance(found, Found) else found


def is_of_questions(data: bytes) -> bool:
    """Whether a table is of questions and not of people; one that cannot be read is left to who reads people."""
    try:
        return looks_so(sheets.read(data))
    except sheets.NotASheet:
        return False


def size_of(path: Path) -> int:
    """Raises `NotTaken` for what is not worth reading into memory."""
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise NotTaken("too-large")
    return size


def filling(words: Callable[[str], str], name: str, found: Found) -> Filling:
    """`words` are the interface's in Vietnamese by key."""
    title = tidy(found.title) or tidy(Path(name).stem)[:120] or words("exchange.untitled")
    said = (words(f"exchange.fill_{key}") for key in ("right", "wrong", "picture"))
    return Filling(
        title.replace("<", "‹"), words("exchange.fill_about").format(name=tidy(name).replace("<", "‹")), *said
    )


def folder(found: Material, course: str, fill: Callable[[Found], Filling]) -> dict[str, bytes]:
    """The files of a course: those that were sent, or one of what was understood."""
    return draft.files(found, course, fill(found)) if isinstance(found, Found) else found


def checked(files: Files, library: Library) -> Read:
    return reading.read_files(files, library)


# Pictures


def lighter(found: Found) -> Found:
    """With pictures small enough for a phone, without what a camera wrote into them."""
    return replace(found, items=tuple(map(_lighter, found.items)))


def _lighter(item: Item) -> Item:
    made: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for name, data in item.pictures.items():
        small = smaller(data)
        if small is None:
            return Item(item.number, item.name, item.text, why=(Why("picture-kind"),), group=item.group)
        names[name] = f"{name.rpartition('.')[0]}.webp"
        made[names[name]] = small
    if not made:
        return item
    question, block = item.question, item.block
    if question:
        question = _renamed(question, names)
    if block:
        block = replace(block, picture=names.get(block.picture, block.picture))
    return replace(item, question=question, block=block, pictures=made)


def _renamed(question: Question, names: Mapping[str, str]) -> Question:
    def all(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        return tuple(replace(one, picture=names.get(one.picture, one.picture)) for one in choices)

    return replace(
        question,
        picture=names.get(question.picture, question.picture),
        choices=all(question.choices),
        items=all(question.items),
    )


def smaller(data: bytes) -> bytes | None:
    """As WebP, turned upright; None for what is no picture, or one of more than 40 million pixels."""
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return None
            opened.draft("RGB", (2 * LARGEST_SIDE, 2 * LARGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
            small = upright.convert("RGBA" if upright.mode in ("RGBA", "LA", "P", "PA") else "RGB")
        small.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        held = io.BytesIO()
        small.save(held, "WEBP", quality=QUALITY, method=4)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return None
    return held.getvalue()


# What is told of a file


def told(found: Found) -> dict[str, Any]:
    """For programs: every item is in one of the two lists."""
    understood = [one for one in found.items if one.understood]
    return {
        "form": found.form,
        "course": None,
        "items": len(found.items),
        "understood": [
            _named(one) | {"kind": kind(one), "notes": _sentences(one.notes)} for one in understood
        ],
        "not_understood": [
            _named(one) | {"why": _sentences(one.why)} for one in found.items if not one.understood
        ],
        "columns_not_used": list(found.unknown),
    }


def refused(name: str, refusal: Exception) -> dict[str, Any]:
    """The same for a file nothing is read from."""
    what = f"This is not a folder of a course, and not taken as another file: {refusal}"
    fault = {
        "file": name,
        "line": 1,
        "level": "error",
        "what": what,
        "mend": "Mend the file, or send another.",
    }
    return {"form": None, "course": None, "items": 0, "understood": [], "not_understood": [fault]}


def listed(found: Found) -> str:
    """In words: what was not understood, each on a line of its own, and the sum."""
    lines = [f"{one.number} {one.name}: {' '.join(_sentences(one.why))} “{one.text[:60]}”" for one in found.items if not one.understood]  # fmt: skip
    count = sum(one.understood for one in found.items)
    return "\n".join(
        [*lines, f"{found.form}: {len(found.items)} items, {count} understood, {len(lines)} not"]
    )


def _named(item: Item) -> dict[str, Any]:
    return {"item": item.number, "name": item.name, "text": item.text}


def _sentences(whys: tuple[Why, ...]) -> list[str]:
    return [str(why) for why in whys]


def kind(item: Item) -> str:
    return item.question.kind if item.question else item.block.kind if item.block else ""


def shown(found: Found) -> list[dict[str, Any]]:
    """For the page that shows an import before anything is written; plain enough to be kept as JSON."""
    return [
        {"n": one.number, "name": one.name, "text": one.text, "kind": kind(one), "group": one.group}
        | {"answers": list(_answers(one)), "pictures": len(one.pictures)}
        | {"why": [list(why) for why in one.why], "notes": [list(why) for why in one.notes]}
        for one in found.items
    ]


def _answers(item: Item) -> Iterator[tuple[str, bool]]:
    """What may be chosen or is right, and whether it is."""
    question = item.question
    if question is None:
        return
    for choice in question.choices:
        yield (
            item.words.get(f"{question.id}.{choice.id}", choice.id if question.kind == "truefalse" else "🖼"),
            choice.right,
        )
    for one in question.items:
        words = item.words.get(f"{question.id}.{one.id}", "🖼")
        yield f"{words} → {item.words[f'{question.id}.{one.match}']}" if one.match else words, True
    for texts in question.accept.values():
        yield from ((text, True) for text in texts)
    if question.kind == "number":
        within = f" ± {draft.plain(question.tolerance)}" if question.tolerance else ""
        yield f"{draft.plain(question.answer)}{within}".replace(".", ","), True
