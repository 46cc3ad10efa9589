"""What the buttons of the editor do to the parts of a course; all pure: parts in, the parts that change out."""

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from string import ascii_lowercase, digits
from typing import Any

from app.authoring.editor_forms import ROWS
from courses import parts
from courses.model import SOURCE

Values = Mapping[str, Any]
Changed = dict[str, Any]
RESERVED = frozenset(["new", "course"])
LONGEST_ID = 40
FIRST_ROWS = {"choices": 3, "items": 3, "groups": 2, "targets": 3, "spots": 2, "steps": 2}
LETTERS = {"spots": "s", "steps": "s", "groups": "g", "targets": "t"}
"""With what the ids of rows begin; those of choices and items are letters."""
LISTS = {"block": "blocks", "question": "questions"}
FIRST_SPOTS = (
    [10, 10, 30, 20],
    [60, 10, 30, 20],
    [10, 40, 30, 20],
    [60, 40, 30, 20],
    [10, 70, 30, 20],
    [60, 70, 30, 20],
)
"""So that one does not lie upon another."""


def slug(text: str) -> str:
    """An id made of a title."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:LONGEST_ID].strip("-")


def free(wanted: str, taken: Iterable[str]) -> str:
    """`wanted`, or with a number behind it where there is one already."""
    taken = {*taken, *RESERVED}
    wanted = wanted or "bai"
    numbers = (f"{wanted}-{n}" for n in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(one for one in numbers if one not in taken)


def fresh(kind: str) -> str:
    """An id for a block or a question that nobody else makes at the same time."""
    return kind[0] + "".join(secrets.choice(ascii_lowercase + digits) for _ in range(6))


def words(text: str) -> dict[str, str]:
    return {"text": text, "state": "approved"}


def new_course(id: str, title: str, about: str) -> Changed:
    return {
        "course": {"id": id, "order": 900, "lessons": [], "pass": 70},
        "course/words/vi/title": words(title),
        **({"course/words/vi/about": words(about)} if about else {}),
    }


def lessons_of(values: Values) -> set[str]:
    """Every lesson there is or was."""
    found = (parts.name(one) for one in values)
    return {one.lesson for one in found if one and one.kind == "lesson"}


def add_lesson(values: Values, title: str) -> Changed:
    course, taken = values["course"], lessons_of(values)
    number = len(course.get("lessons", [])) + 1
    id = free(f"{number:02}-{slug(title)}".rstrip("-"), taken)
    return {
        "course": course | {"lessons": [*course.get("lessons", []), id]},
        f"{id}/lesson": {"minutes": 5, "blocks": [], "questions": []},
        f"{id}/words/{SOURCE}/title": words(title),
    }


def add_final(values: Values, title: str) -> Changed:
    course = values["course"]
    id = free("kiem-tra", lessons_of(values))
    return {
        "course": course | {"final": id},
        f"{id}/lesson": {"final": True, "blocks": [], "questions": []},
        f"{id}/words/{SOURCE}/title": words(title),
    }


def copy_lesson(values: Values, id: str) -> Changed:
    """With its words in every language and its files, behind it in the course."""
    course = values["course"]
    listed = course.get("lessons", [])
    new = free(f"{id}-2", lessons_of(values))
    after = listed.index(id) + 1 if id in listed else len(listed)
    made = {f"{new}{part[len(id) :]}": value for part, value in values.items() if part.startswith(f"{id}/")}
    table = {key: one for key, one in made[f"{new}/lesson"].items() if key not in ("final", "forms")}
    return {**made, f"{new}/lesson": table, "course": course | {"lessons": inserted(listed, new, after)}}


def inserted(listed: Sequence[str], id: str, at: int) -> list[str]:
    return [*listed[:at], id, *listed[at:]]


def moved(listed: Sequence[str], id: str, by: int) -> list[str]:
    """`by` -1 for up, 1 for down; at the end it stays."""
    if id not in listed:
        return list(listed)
    at = listed.index(id)
    to = min(max(at + by, 0), len(listed) - 1)
    rest = [one for one in listed if one != id]
    return inserted(rest, id, to)


def without(listed: Sequence[str], id: str) -> list[str]:
    return [one for one in listed if one != id]


def _list(values: Values, lesson: str, kind: str, change: Callable[[list[str]], list[str]]) -> Changed:
    part = f"{lesson}/lesson"
    told, many = values[part], LISTS[kind]
    return {part: told | {many: change(told.get(many, []))}}


def move(values: Values, lesson: str, kind: str, id: str, by: int) -> Changed:
    return _list(values, lesson, kind, lambda listed: moved(listed, id, by))


def remove(values: Values, lesson: str, kind: str, id: str) -> Changed:
    """Out of the lesson; what it said stays in the draft, for whoever takes it back."""
    return _list(values, lesson, kind, lambda listed: without(listed, id))


def add(values: Values, lesson: str, kind: str, of: str, id: str = "") -> Changed:
    """A new block or question of the kind `of`, at the end."""
    id = id or fresh(kind)
    made = {f"{lesson}/{kind}/{id}": blank(id, of, kind)}
    return made | _list(values, lesson, kind, lambda listed: [*listed, id])


def blank(id: str, kind: str, sort: str) -> dict[str, Any]:
    """A block or question (`sort`) of a kind, with its first rows."""
    told: dict[str, Any] = {"id": id, "kind": kind}
    for listed in ROWS.get(kind, ()):
        told[listed] = []
        for _ in range(FIRST_ROWS[listed]):
            told[listed].append(_new_row(listed, told[listed]))
    if kind == "truefalse":
        told["answer"] = True
    if kind == "number":
        told["answer"] = 0
    if kind == "text" and sort == "question":
        told["accept"] = {SOURCE: []}
    return told


def _new_row(listed: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    taken = {row["id"] for row in rows}
    begins = LETTERS.get(listed, "")
    ids = [f"{begins}{n}" for n in range(1, 100)] if begins else [*ascii_lowercase, *map(str, range(100))]
    row: dict[str, Any] = {"id": next(one for one in ids if one not in taken)}
    return row | {"at": [*FIRST_SPOTS[len(rows) % len(FIRST_SPOTS)]]} if listed == "spots" else row


def copy(values: Values, lesson: str, kind: str, id: str) -> Changed:
    """With its words in every language, behind it in the lesson."""
    new = fresh(kind)
    made: Changed = {f"{lesson}/{kind}/{new}": values[f"{lesson}/{kind}/{id}"] | {"id": new}}
    for part, value in values.items():
        found = parts.name(part)
        if (
            found
            and found.kind == "words"
            and found.lesson == lesson
            and f"{found.key}.".startswith(f"{id}.")
        ):
            made[str(found._replace(key=new + found.key[len(id) :]))] = value
    after = values[f"{lesson}/lesson"][LISTS[kind]].index(id) + 1
    return made | _list(values, lesson, kind, lambda listed: inserted(listed, new, after))


def rows(values: Values, lesson: str, kind: str, id: str, listed: str, do: str, row: str = "") -> Changed:
    """Adds, removes or moves a row of a list: `do` is add, remove, up or down."""
    part = f"{lesson}/{kind}/{id}"
    told = values[part]
    held = told.get(listed, [])
    if do == "add":
        return {part: told | {listed: [*held, _new_row(listed, held)]}}
    by_id = {one["id"]: one for one in held}
    order = without([*by_id], row) if do == "remove" else moved([*by_id], row, {"up": -1, "down": 1}[do])
    return {part: told | {listed: [by_id[one] for one in order]}}


def act(values: Values, lesson: str, said: str, kind_wanted: str = "") -> Changed:
    """What a button of a lesson's page does: `add block`, `up block x`, `row-add question x choices`, …

    `kind_wanted` is what was chosen beside `add`. {} for what is not there any more.
    """
    do, kind, id, *rest = [*said.split(" "), "", ""][: max(3, len(said.split(" ")))]
    if kind not in LISTS:
        return {}
    if do == "add":
        return add(values, lesson, kind, kind_wanted)
    if f"{lesson}/{kind}/{id}" not in values:
        return {}
    if do.startswith("row-") and rest:
        return rows(values, lesson, kind, id, rest[0], do[4:], rest[1] if len(rest) > 1 else "")
    if do in ("up", "down"):
        return move(values, lesson, kind, id, -1 if do == "up" else 1)
    return {"copy": copy, "remove": remove}[do](values, lesson, kind, id) if do in ("copy", "remove") else {}
