"""What was understood of a file, as a course folder of one lesson that a teacher goes on from."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from courses import wordfile
from courses.exchange.items import Found, Item
from courses.keys import question_keys
from courses.model import SOURCE, Block, Choice, Question, Unit

LESSON = "01-bai"


class Filling(NamedTuple):
    """Words in Vietnamese for what a file of another system need not have: feedback, and what is in a picture."""

    title: str
    about: str
    right: str
    wrong: str
    picture: str


def files(
    found: Found, course: str, filling: Filling, chosen: Collection[int] | None = None
) -> dict[str, bytes]:
    """The course folder; `chosen` are the numbers of the items to take, of those that were understood."""
    taken = [one for one in found.items if one.understood and (chosen is None or one.number in chosen)]
    words: dict[str, Unit] = {"title": Unit(filling.title)}
    for one in taken:
        words |= {key: Unit(text) for key, text in _words(one, filling).items()}
    made = {
        "course.toml": _course(course, filling).encode(),
        f"{LESSON}/lesson.toml": _lesson(taken).encode(),
        f"{LESSON}/{SOURCE}.md": wordfile.dump(words).encode(),
    }
    for one in taken:
        made |= {f"{LESSON}/media/{name}": data for name, data in one.pictures.items()}
    return made


def _words(item: Item, filling: Filling) -> dict[str, str]:
    """Its own, with those that our format asks for and the file had none of."""
    if item.question is None:
        words = dict(item.words)
        if item.block is not None and item.block.picture:
            words.setdefault(f"{item.block.id}.alt", filling.picture)
        return words
    words = {}
    rights = {f"{item.question.id}.{one.id}": one.right for one in item.question.choices}
    for key in question_keys(item.question):
        told = item.words.get(key.name, "")
        if not told and key.required and not item.words.get(key.instead):
            told = _filled(key.name, rights, filling)
        if told:
            words[key.name] = told
    return words


def _filled(key: str, rights: Mapping[str, bool], filling: Filling) -> str:
    owner, _, ending = key.rpartition(".")
    if ending == "alt":
        return filling.picture
    return filling.right if ending == "right" or rights.get(owner) else filling.wrong


def _course(id: str, filling: Filling) -> str:
    lines = [f"id = {_toml(id)}", "order = 900", f"lessons = [{_toml(LESSON)}]"]
    for name, text in (("title", filling.title), ("about", filling.about)):
        lines += ["", f"[{name}]", f"{SOURCE} = {_toml(text)}"]
    return "\n".join(lines) + "\n"


def _lesson(items: list[Item]) -> str:
    parts = [f"minutes = {max(3, min(60, len(items)))}"]
    parts += ["\n".join(_block(one.block)) for one in items if one.block]
    parts += ["\n".join(_question(one.question)) for one in items if one.question]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> Iterator[str]:
    yield "[[blocks]]"
    yield f"id = {_toml(block.id)}"
    yield f"kind = {_toml(block.kind)}"
    if block.picture:
        yield f"picture = {_toml(block.picture)}"


def _question(question: Question) -> Iterator[str]:
    yield "[[questions]]"
    yield f"id = {_toml(question.id)}"
    yield f"kind = {_toml(question.kind)}"
    if question.picture:
        yield f"picture = {_toml(question.picture)}"
    yield from _PARTS[question.kind](question)


def _listed(name: str, choices: tuple[Choice, ...]) -> Iterator[str]:
    yield f"{name} = ["
    for one in choices:
        told = {
            "id": one.id,
            "right": one.right,
            "picture": one.picture,
            "group": one.group,
            "match": one.match,
        }
        yield "  { " + ", ".join(f"{key} = {_toml(value)}" for key, value in told.items() if value) + " },"
    yield "]"


def _number(question: Question) -> Iterator[str]:
    yield f"answer = {plain(question.answer)}"
    if question.tolerance:
        yield f"tolerance = {plain(question.tolerance)}"


def plain(thousandths: int) -> str:
    """A number without needless zeros."""
    return f"{(Decimal(thousandths) / 1000).normalize():f}"


def _text(question: Question) -> Iterator[str]:
    accepted = ", ".join(
        f"{lang} = [{', '.join(map(_toml, texts))}]" for lang, texts in question.accept.items()
    )
    yield f"accept = {{ {accepted} }}"
    if question.diacritics:
        yield "diacritics = true"


def _places(question: Question) -> Iterator[str]:
    if question.targets:
        yield from _listed("targets", question.targets)
    yield from _listed("items", question.items)


_PARTS: Mapping[str, Callable[[Question], Iterator[str]]] = {
    "one": lambda question: _listed("choices", question.choices),
    "several": lambda question: _listed("choices", question.choices),
    "truefalse": lambda question: iter([f"answer = {_toml(question.choices[0].right)}"]),
    "order": _places,
    "pairs": _places,
    "number": _number,
    "text": _text,
}


def _toml(value: Any) -> str:
    """A string or a truth; both are written as in JSON."""
    return json.dumps(value, ensure_ascii=False)
