"""What was understood of a file, as a course folder of one lesson that a teacher goes on from."""

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from courses import tomlfile, wordfile
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
        "course.toml": tomlfile.dump(_course(course, filling)).encode(),
        f"{LESSON}/lesson.toml": tomlfile.dump(_lesson(taken)).encode(),
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


def _course(id: str, filling: Filling) -> dict[str, Any]:
    titles = {name: {SOURCE: text} for name, text in (("title", filling.title), ("about", filling.about))}
    return {"id": id, "order": 900, "lessons": [LESSON], **titles}


def _lesson(items: list[Item]) -> dict[str, Any]:
    return {
        "minutes": max(3, min(60, len(items))),
        "blocks": [_block(one.block) for one in items if one.block],
        "questions": [question_table(one.question) for one in items if one.question],
    }


def _block(block: Block) -> dict[str, Any]:
    return _told({"id": block.id, "kind": block.kind, "picture": block.picture})


def question_table(question: Question) -> dict[str, Any]:
    """A question as lesson.toml has it."""
    told = _told({"id": question.id, "kind": question.kind, "picture": question.picture})
    return told | _PARTS[question.kind](question)


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _listed(choices: tuple[Choice, ...]) -> list[dict[str, Any]]:
    names = ("id", "right", "picture", "group", "match")
    return [_told({name: getattr(one, name) for name in names}) for one in choices]


def _choices(question: Question) -> dict[str, Any]:
    return {"choices": _listed(question.choices)}


def _number(question: Question) -> dict[str, Any]:
    answer = _number_of(question.answer)
    return {"answer": answer} | _told({"tolerance": _number_of(question.tolerance)})


def _number_of(thousandths: int) -> int | float:
    return thousandths / 1000 if thousandths % 1000 else thousandths // 1000


def plain(thousandths: int) -> str:
    """A number without needless zeros."""
    return f"{(Decimal(thousandths) / 1000).normalize():f}"


def _text(question: Question) -> dict[str, Any]:
    accepted = {lang: list(texts) for lang, texts in question.accept.items()}
    return {"accept": accepted} | _told({"diacritics": question.diacritics})


def _places(question: Question) -> dict[str, Any]:
    return _told({"targets": _listed(question.targets)}) | {"items": _listed(question.items)}


_PARTS: Mapping[str, Callable[[Question], dict[str, Any]]] = {
    "one": _choices,
    "several": _choices,
    "truefalse": lambda question: {"answer": question.choices[0].right},
    "order": _places,
    "pairs": _places,
    "number": _number,
    "text": _text,
}
