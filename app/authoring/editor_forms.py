"""What a form of the editor says, as the value of a part.

Fields are called `lesson.minutes`, `blocks`, `questions`, `block.{id}.{field}`, `question.{id}.{field}`, a row of a list
`block.{id}.steps.{row}.{field}` (its rows in order in `block.{id}.steps`), and words `w.{key}`; `prose` names the keys
that may have paragraphs. What the form does not know of a value stays as it was.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from courses import parts, typed
from courses.exchange.draft import plain
from courses.exchange.refusal import NotTaken
from courses.grading import number
from courses.model import PROSE_KINDS, SOURCE
from courses.tables import ID

ROWS: Mapping[str, tuple[str, ...]] = {
    "steps": ("steps",),
    "one": ("choices",),
    "several": ("choices",),
    "order": ("items",),
    "groups": ("groups", "items"),
    "pairs": ("targets", "items"),
    "spot": ("spots",),
}
"""The lists a kind of block or question has."""
PICTURED = PROSE_KINDS | {"picture"}
PLACES = {"groups": "group", "pairs": "match"}
"""Where an item belongs, by kind."""
SIDES = ("x", "y", "w", "h")
LONGEST = 20_000
Pairs = Iterable[tuple[str, str]]


class NotSo(ValueError):
    """A field that cannot be meant: `reason` is a word the catalogue has a sentence for, `field` its name."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(reason)
        self.reason, self.field = reason, field


class Fields:
    """A form's fields by name, those beneath `at`."""

    def __init__(self, pairs: Pairs, at: str = "") -> None:
        self.at = at
        self._held: dict[str, list[str]] = {}
        for name, value in pairs:
            if name.startswith(at):
                self._held.setdefault(name[len(at) :], []).append(value.strip())

    def __contains__(self, name: str) -> bool:
        return name in self._held

    def get(self, name: str) -> str:
        return self._held.get(name, [""])[-1]

    def ids(self, name: str) -> list[str]:
        return [one for one in dict.fromkeys(self._held.get(name, [])) if ID.fullmatch(one)]

    def whole(self, name: str, most: int = 10**6) -> int:
        found = number(self.get(name)) if self.get(name) else 0
        if found is None or found % 1000 or not 0 <= found <= most * 1000:
            raise NotSo("whole", f"{self.at}{name}")
        return found // 1000

    def number(self, name: str) -> int | float:
        found = number(self.get(name)) if self.get(name) else 0
        if found is None:
            raise NotSo("number", f"{self.at}{name}")
        return found / 1000 if found % 1000 else found // 1000


def value(part: str, pairs: Pairs, base: Any) -> Any:
    """What the fields make of a part that said `base` (None for a new one). Raises `NotSo`."""
    name = parts.name(part)
    if name is None:
        raise NotSo("name", "")
    pairs = list(pairs)
    if name.kind == "words":
        return _words(name, Fields(pairs), base)
    if name.kind == "lesson":
        return _lesson(Fields(pairs), base or {})
    if name.kind in ("block", "question"):
        fields = Fields(pairs, f"{name.kind}.{name.key}.")
        kind = str((base or {}).get("kind") or fields.get("kind"))
        told = {**(base or {}), "id": name.key, "kind": kind}
        return _without_empty(_block(told, fields) if name.kind == "block" else _question(told, fields))
    raise NotSo("name", "")


def _words(name: parts.Name, fields: Fields, base: Any) -> Any:
    field = f"w.{name.key}" if name.lesson else f"course.{name.key}"
    said = fields.get(field)
    if len(said) > LONGEST:
        raise NotSo("long", field)
    try:
        text = typed.clean(said, prose=name.key in fields.ids("prose"))
    except NotTaken as refused:
        raise NotSo(refused.reason, field) from None
    if not text:
        return None
    return {**(base or {}), "text": text, "state": "approved"}


def _lesson(fields: Fields, base: Mapping[str, Any]) -> dict[str, Any]:
    told = {**base, "blocks": fields.ids("blocks"), "questions": fields.ids("questions")}
    if "lesson.minutes" in fields:
        told |= {"minutes": fields.whole("lesson.minutes", 240)}
    return {key: one for key, one in told.items() if one or key in ("blocks", "questions")}


def _block(told: dict[str, Any], fields: Fields) -> dict[str, Any]:
    kind = told["kind"]
    if kind in PICTURED:
        told["picture"] = fields.get("picture")
    if kind in ("audio", "video"):
        told["media"] = fields.get("media")
    if kind == "video":
        told |= {"seconds": fields.whole("seconds"), "poster": fields.get("poster")}
    if kind == "practice":
        told["practice"] = fields.get("practice")
    return told | _rows(told, fields)


def _question(told: dict[str, Any], fields: Fields) -> dict[str, Any]:
    kind = told["kind"]
    told["picture"] = fields.get("picture")
    if kind == "truefalse":
        told["answer"] = fields.get("right") != "false"
    if kind == "number":
        told |= {"answer": fields.number("answer"), "tolerance": fields.number("tolerance")}
    if kind == "text":
        accepted = [line.strip() for line in fields.get("accept").split("\n") if line.strip()]
        others = {lang: texts for lang, texts in told.get("accept", {}).items() if lang != SOURCE}
        told |= {"accept": {SOURCE: accepted} | others, "diacritics": bool(fields.get("diacritics"))}
    return told | _rows(told, fields)


def _rows(told: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    return {listed: _listed(listed, told, fields) for listed in ROWS.get(told["kind"], ())}


def _listed(listed: str, told: Mapping[str, Any], fields: Fields) -> list[dict[str, Any]]:
    were = {one["id"]: one for one in told.get(listed, []) if isinstance(one, dict) and "id" in one}
    return [_row(were.get(id, {}), id, listed, told["kind"], fields) for id in fields.ids(listed)]


def _row(was: Mapping[str, Any], id: str, listed: str, kind: str, fields: Fields) -> dict[str, Any]:
    at, row = f"{listed}.{id}", {**was, "id": id}
    if listed == "spots":
        row["at"] = [min(100, fields.whole(f"{at}.{side}")) for side in SIDES]
    else:
        row["picture"] = fields.get(f"{at}.picture")
    if listed in ("choices", "spots"):
        row["right"] = bool(fields.get(f"{at}.right")) if kind != "one" else fields.get("right") == id
    if listed == "items" and kind in PLACES:
        row[PLACES[kind]] = fields.get(f"{at}.place")
    return {key: one for key, one in row.items() if one}


def _without_empty(told: dict[str, Any]) -> dict[str, Any]:
    kept = ("answer", "accept", *(one for rows in ROWS.values() for one in rows))
    return {key: one for key, one in told.items() if one or key in kept}


def parts_of(lesson: str, held: Mapping[str, Any], pairs: Pairs) -> list[str]:
    """The parts a whole form of a lesson is about: those it has fields of."""
    pairs = list(pairs)
    names = {name for name, _ in pairs}
    listed = Fields(pairs)
    found = [f"{lesson}/lesson"] if "lesson.minutes" in names else []
    for many, kind in (("blocks", "block"), ("questions", "question")):
        found += [f"{lesson}/{kind}/{id}" for id in listed.ids(many) if f"{kind}.{id}.kind" in names]
    words = [name.removeprefix("w.") for name in names if name.startswith("w.")]
    return found + [f"{lesson}/words/{SOURCE}/{key}" for key in words]


def said(value: int | float) -> str:
    """A number of a question as it is written in Viet Nam, without groups of thousands."""
    return plain(round(value * 1000)).replace(".", ",")
