"""Drafts as pages tell of them: what a part is, and what it says, in words a teacher reads."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from courses import parts
from courses.changes import Change, heading, listed, of_block, of_lesson, of_practice, of_question
from courses.languages import LANGUAGES
from courses.model import SOURCE, Lesson
from courses.tables import ID

Values = Mapping[str, Any]


class Said(NamedTuple):
    """One thing a part says: `name` ends the key of a catalogue's word, "" for words themselves; `word` is one too."""

    name: str
    text: str = ""
    word: str = ""


class Told(NamedTuple):
    """`what` ends the key `editor.part_…`; `lesson` is the title of the lesson, "" in the course's own.

    `sort` ends the key of what kind of block or question it is, `at` is what that is known by. `changes` say what became of it; where there are none, it is told as
    it was `before` and is `after`.
    """

    part: str
    what: str
    lesson: str
    language: str
    sort: str
    at: str
    changes: Sequence[Change]
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


def told(names: Iterable[str], before: Values, after: Values) -> list[Told]:
    """What these parts said `before` and say `after`, in the order of the course."""
    names = sorted(names, key=_places({**before, **after}).__getitem__)
    ids = {found.lesson for found in map(parts.name, names) if found and found.lesson}
    lessons = {id: (_lesson(before, id), _lesson(after, id)) for id in ids}
    return [_told(one, before, after, lessons) for one in names]


def _places(values: Values) -> Mapping[str, tuple[Any, ...]]:
    """By part where it is told: what is of the whole first, then block by block, each before its words."""
    ids = {
        part.partition("/")[0]: [*told.get("blocks", []), *told.get("questions", [])]
        for part, told in values.items()
        if part.endswith("/lesson") and told
    }
    found = {}
    for part in values:
        name = parts.name(part) or parts.Name("lesson")
        first, listed = name.key.partition(".")[0], ids.get(name.lesson, [])
        place = listed.index(first) + 1 if first in listed else 0 if name.kind != "media" else len(listed) + 1
        found[part] = (name.lesson, place, name.kind == "words", part)
    return found


def _lesson(values: Values, id: str) -> Lesson:
    return parts.lesson_of(values, id) or Lesson(id)


def _told(part: str, before: Values, after: Values, lessons: Mapping[str, tuple[Lesson, Lesson]]) -> Told:
    found = parts.name(part) or parts.Name("lesson")
    language = LANGUAGES[found.lang].vi_name if found.lang else ""
    old, new = lessons.get(found.lesson, (Lesson(""), Lesson("")))
    known = titles(before) | titles(after)
    then, now = said(found.kind, before.get(part)), said(found.kind, after.get(part))
    return Told(
        part,
        found.kind,
        known.get(found.lesson, found.lesson),
        language,
        _sort(found.kind, after.get(part) or before.get(part)),
        _at(found, old, new),
        list(_changes(found, before.get(part), after.get(part), old, new, known)),
        then,
        now if now != then else [*now, Said("otherwise")],
    )


def _sort(kind: str, value: Any) -> str:
    if kind not in ("block", "question"):
        return ""
    return "kind_text_answer" if (kind, value["kind"]) == ("question", "text") else f"kind_{value['kind']}"


def _at(found: parts.Name, old: Lesson, new: Lesson) -> str:
    if found.kind not in ("words", "block", "question"):
        return ""
    id = found.key.partition(".")[0]
    for lesson in (new, old):
        if lesson.block(id) or lesson.question(id):
            return heading(lesson, id)
    return ""


def _changes(
    found: parts.Name, before: Any, after: Any, old: Lesson, new: Lesson, known: Mapping[str, str]
) -> Iterator[Change]:
    if found.kind in ("block", "question") and not (before and after):
        yield Change("new" if after else "gone", found.kind)
    if found.kind == "words":
        yield from _of_words(before or {}, after or {})
    elif found.kind == "lesson":
        yield from of_lesson(old, new)
    elif found.kind == "block":
        yield from of_block(old, new, found.key)
    elif found.kind == "question":
        yield from of_question(old, new, found.key)
    elif found.kind == "practice":
        yield from of_practice(old, new, found.key)
    elif found.kind == "course":
        yield from _of_course(before or {}, after or {}, known)


def _of_words(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    then, now = before.get("text", ""), after.get("text", "")
    if then != now:
        yield Change("changed" if before and after else "new" if after else "gone", "text", then, now)
    if before and after and before.get("state") != after.get("state"):
        yield Change("changed", "state", before["state"], after["state"])


def _of_course(
    before: Mapping[str, Any], after: Mapping[str, Any], known: Mapping[str, str]
) -> Iterator[Change]:
    was, now = ([*one.get("lessons", []), *filter(None, [one.get("final")])] for one in (before, after))
    names = {id: known.get(id, id) for id in (*was, *now)}
    yield from listed("lesson", was, now, names, names)
    if before and before.get("pass") != after.get("pass"):
        yield Change("changed", "pass", str(before.get("pass", "")), str(after.get("pass", "")))


def said(kind: str, value: Any) -> list[Said]:
    """What a part says, line by line; nothing for one that is not there."""
    if value is None:
        return []
    if "text" in value:
        return [Said("", str(value["text"]))]
    lines = []
    if "kind" in value:
        lines.append(Said("sort", word=_sort(kind, value)))
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
