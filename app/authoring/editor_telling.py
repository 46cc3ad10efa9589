"""Drafts as pages tell of them: what a part is, and what it says, in words a teacher reads."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from courses import parts
from courses.languages import LANGUAGES
from courses.model import SOURCE
from courses.tables import ID


class Said(NamedTuple):
    """One thing a part says: `name` ends the key of a catalogue's word, "" for words themselves; `word` is one too."""

    name: str
    text: str = ""
    word: str = ""


class Told(NamedTuple):
    """`what` ends the key `editor.part_…`; `lesson` is the title of the lesson, "" in the course's own."""

    part: str
    what: str
    lesson: str
    language: str
    before: Sequence[Said]
    after: Sequence[Said]


NAMES = {
    "minutes": "minutes", "blocks": "blocks", "questions": "questions", "lessons": "lessons", "pass": "pass",
    "picture": "picture", "media": "file", "seconds": "seconds", "poster": "poster", "practice": "practice",
    "answer": "answer", "tolerance": "tolerance", "accept": "accept", "choices": "list_choices",
    "items": "list_items", "groups": "list_groups", "targets": "list_targets", "spots": "list_spots",
    "steps": "list_steps", "size": "size",
}  # fmt: skip
"""What of a value a teacher is told, and the key of its name; the rest is told as one."""


def told(part: str, before: Any, after: Any, titles: Mapping[str, str]) -> Told:
    found = parts.name(part) or parts.Name("lesson")
    language = LANGUAGES[found.lang].vi_name if found.lang else ""
    lesson = titles.get(found.lesson, found.lesson)
    old, new = said(found.kind, before), said(found.kind, after)
    return Told(part, found.kind, lesson, language, old, new if new != old else [*new, Said("otherwise")])


def said(kind: str, value: Any) -> list[Said]:
    """What a part says, line by line; nothing for one that is not there."""
    if value is None:
        return []
    if "text" in value:
        return [Said("", str(value["text"]))]
    lines = []
    if "kind" in value:
        word = "text_answer" if kind == "question" and value["kind"] == "text" else value["kind"]
        lines.append(Said("sort", word=f"kind_{word}"))
    lines += [Said(name, _flat(value[key])) for key, name in NAMES.items() if key in value]
    return lines or [Said("otherwise")]


def _flat(value: Any) -> str:
    """Of a list how many there are, and which are right."""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, Mapping):
        return ", ".join(_flat(one) for one in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        if value and all(isinstance(one, str) for one in value) and not all(map(ID.fullmatch, value)):
            return ", ".join(value)
        rights = [str(n) for n, one in enumerate(value, 1) if isinstance(one, Mapping) and one.get("right")]
        return f"{len(value)}" + (f" (✓ {', '.join(rights)})" if rights else "")
    return str(value)


def titles(values: Mapping[str, Any]) -> dict[str, str]:
    """The Vietnamese titles of lessons by their ids."""
    ending = f"/words/{SOURCE}/title"
    return {
        part[: -len(ending)]: value["text"]
        for part, value in values.items()
        if part.endswith(ending) and value
    }
