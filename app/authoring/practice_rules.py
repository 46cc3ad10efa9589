"""What the practice builder makes of a form, what its buttons do to the screens, and what does not hold yet; all pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from app.authoring.editor_forms import SIDES, Fields, Pairs
from app.authoring.editor_rules import fresh
from courses import practice
from courses.keys import block_keys
from courses.model import GESTURES, LOOKS, PART_KINDS, Block, Lesson, Practice, Screen
from courses.tables import Faults, Lines, Table

NEW = "+"
"""Chosen where something is to lead to a screen that is still to be made."""
FIRST_BOX = (30, 30, 40, 20)
LEAST = 4
"""Per cent of a picture: what a thumb can still hit."""
QR = "BÀI TẬP"
ENDS = ("", "right", "wrong")
LISTS = ("hotspots", "parts")
LONGEST = 400
MOST_SCREENS, MOST_PARTS = 80, 12
LOOK_ORDER = ("phone", "call", "sms", "bank", "form", "paper")
PART_ORDER = ("button", "text", "message", "link", "field", "switch", "caller", "picture", "qr")
GESTURE_ORDER = ("tap", "long", "swipe-left", "swipe-right", "swipe-up", "swipe-down")
assert {*LOOK_ORDER} == LOOKS and {*PART_ORDER} == PART_KINDS and {*GESTURE_ORDER} == GESTURES

Told = dict[str, Any]
"""A practice as its part of the draft says it."""


class Trouble(NamedTuple):
    """A sentence `build.bad_<word>`; `screen` is "" for the whole."""

    word: str
    screen: str = ""
    detail: str = ""


def begun() -> Told:
    """A first screen and a right ending, so that something leads somewhere."""
    first, last = fresh("screen"), fresh("screen")
    button = {"id": fresh("part"), "kind": "button", "to": last}
    return {
        "start": first,
        "screens": [{"id": first, "look": "phone", "parts": [button]}, {"id": last, "end": "right"}],
    }


def read(file: str, told: Mapping[str, Any]) -> Practice:
    return practice.read(file, Table(file, 1, dict(told), Lines.of(""), Faults()))


def screen_of(told: Mapping[str, Any], id: str) -> Told | None:
    return next((one for one in told.get("screens", []) if one.get("id") == id), None)


def filled(told: Told, id: str, pairs: Pairs) -> Told:
    """With what a form says of one screen; what it does not know of stays."""
    made = deepcopy(told)
    screen = screen_of(made, id)
    if screen is None:
        return made
    pairs = list(pairs)
    fields = Fields(pairs)
    _choose(screen, "look", fields.get("look"), LOOKS)
    if "picture" in fields:
        screen["picture"] = fields.get("picture")[:LONGEST]
    if fields.get("end") in ENDS and "end" in fields:
        screen["end"] = fields.get("end")
    screen["back"] = _to(made, screen.get("back", ""), fields, "back") if screen.get("end") == "wrong" else ""
    for listed in LISTS:
        for row in screen.get(listed, []):
            own = Fields(pairs, f"{listed}.{row['id']}.")
            if "to" in own:
                _fill(made, row, own)
    return _tidy(made)


def _fill(made: Told, row: Told, fields: Fields) -> None:
    _choose(row, "gesture", fields.get("gesture"), GESTURES)
    row["to"] = _to(made, row.get("to", ""), fields, "to")
    if "x" in fields:
        row["at"] = _box(row["at"], fields)
    if "values" in fields:
        row["values"] = [line.strip() for line in fields.get("values")[:LONGEST].split("\n") if line.strip()]
    for name in ("payload", "picture"):
        if name in fields:
            row[name] = " ".join(fields.get(name).split())[:LONGEST]
    if row.get("kind") == "message":
        row["from"] = bool(fields.get("from"))


def _choose(row: Told, name: str, value: str, known: Iterable[str]) -> None:
    if value in known:
        row[name] = value


def _to(made: Told, was: str, fields: Fields, name: str) -> str:
    wanted = fields.get(name)
    if name not in fields or (wanted == NEW and len(made["screens"]) >= MOST_SCREENS):
        return was
    if wanted == NEW:
        return add_screen(made)
    return wanted if screen_of(made, wanted) else ""


def _box(was: list[int], fields: Fields) -> list[int]:
    """Within the picture, and not too small to hit."""
    said = [_within(fields.get(side), old) for side, old in zip(SIDES, was, strict=True)]
    x, y = min(said[0], 100 - LEAST), min(said[1], 100 - LEAST)
    return [x, y, min(max(said[2], LEAST), 100 - x), min(max(said[3], LEAST), 100 - y)]


def _within(text: str, old: int) -> int:
    return min(int(text), 100) if text.isascii() and text.isdigit() and len(text) < 4 else old


def _tidy(made: Told) -> Told:
    """Without what says nothing."""
    for screen in made["screens"]:
        for listed in LISTS:
            screen[listed] = [
                {
                    key: value
                    for key, value in row.items()
                    if value not in ("", [], False) and (key, value) != ("gesture", "tap")
                }
                for row in screen.get(listed, [])
            ]
        for key in [key for key, value in screen.items() if value in ("", [])]:
            del screen[key]
    return made


def add_screen(made: Told, look: str = "phone") -> str:
    id = fresh("screen")
    made["screens"].append({"id": id, "look": look})
    return id


def act(told: Told, id: str, do: str, pairs: Pairs) -> tuple[Told, str]:
    """What a button does; and the screen that is looked at afterwards."""
    verb, _, what = do.partition(" ")
    made = deepcopy(told)
    if verb not in _ACTS or screen_of(made, id) is None:
        return told, id
    shown = _ACTS[verb](made, id, what, list(pairs))
    return _tidy(made), shown


def _add_screen(made: Told, id: str, what: str, pairs: Pairs) -> str:
    return add_screen(made) if len(made["screens"]) < MOST_SCREENS else id


def _remove_screen(made: Told, id: str, what: str, pairs: Pairs) -> str:
    """What led to it leads nowhere; the first screen stays."""
    if made["start"] == id:
        return id
    made["screens"] = [one for one in made["screens"] if one["id"] != id]
    for screen in made["screens"]:
        for row in (screen, *screen.get("parts", []), *screen.get("hotspots", [])):
            for way in ("to", "back"):
                if row.get(way) == id:
                    row[way] = ""
    return str(made["start"])


def _start(made: Told, id: str, what: str, pairs: Pairs) -> str:
    made["start"] = id
    return id


def _add_spot(made: Told, id: str, what: str, pairs: Pairs) -> str:
    """Where it was drawn, else in the middle."""
    screen = screen_of(made, id) or {}
    spots = screen.setdefault("hotspots", [])
    if len(spots) < MOST_PARTS:
        at = _box(list(FIRST_BOX), Fields(pairs, "new."))
        spots.append({"id": fresh("hotspot"), "at": at})
    return id


def _add_part(made: Told, id: str, what: str, pairs: Pairs) -> str:
    screen = screen_of(made, id) or {}
    parts, kind = screen.setdefault("parts", []), Fields(pairs).get("kind")
    if kind in PART_KINDS and len(parts) < MOST_PARTS:
        part: Told = {"id": fresh("part"), "kind": kind}
        parts.append(
            part | ({"payload": QR} if kind == "qr" else {"from": True} if kind == "message" else {})
        )
    return id


def _remove_row(made: Told, id: str, what: str, pairs: Pairs) -> str:
    screen = screen_of(made, id) or {}
    for listed in LISTS:
        screen[listed] = [one for one in screen.get(listed, []) if one["id"] != what]
    return id


def _moving(by: int) -> "Act":
    def move(made: Told, id: str, what: str, pairs: Pairs) -> str:
        rows = (screen_of(made, id) or {}).get("parts", [])
        place = next((n for n, one in enumerate(rows) if one["id"] == what), None)
        if place is not None and 0 <= place + by < len(rows):
            rows.insert(place + by, rows.pop(place))
        return id

    return move


Act = Callable[[Told, str, str, Pairs], str]
_ACTS: Mapping[str, Act] = {
    "screen-add": _add_screen,
    "screen-remove": _remove_screen,
    "start": _start,
    "spot-add": _add_spot,
    "part-add": _add_part,
    "row-remove": _remove_row,
    "part-up": _moving(-1),
    "part-down": _moving(1),
}


def troubles(graph: Practice, block: Block, lesson: Lesson) -> list[Trouble]:
    """What has to hold before it may be published, in the order of the screens."""
    found = list(_of_graph(graph))
    for screen in graph.screens:
        found += _of_screen(screen)
    return list(dict.fromkeys([*found, *_of_words(graph, block, lesson)]))


def _of_graph(graph: Practice) -> Iterator[Trouble]:
    if graph.screen(graph.start) is None:
        yield Trouble("start")
        return
    if not any(screen.end == "right" for screen in graph.screens):
        yield Trouble("no_right")
        return
    ways = {screen.id: set(screen.ways()) for screen in graph.screens}
    reached, saved = practice.reached(graph), practice.saved(graph)
    for screen in graph.screens:
        if screen.id not in reached:
            yield Trouble("not_reached", screen.id)
        elif screen.id not in saved and (screen.end or ways[screen.id]):
            yield Trouble("no_way_out", screen.id)


def _of_screen(screen: Screen) -> Iterator[Trouble]:
    if screen.end == "wrong" and not screen.back:
        yield Trouble("no_back", screen.id)
    if not screen.end and not screen.ways():
        yield Trouble("nothing_to_do", screen.id)
    if screen.hotspots and not screen.picture:
        yield Trouble("no_picture", screen.id)
    for spot in screen.hotspots:
        if not spot.to:
            yield Trouble("nowhere", screen.id)
    for part in screen.parts:
        if part.kind in ("button", "link", "switch", "field") and not part.to:
            yield Trouble("nowhere", screen.id)
        if part.kind == "field" and not part.values:
            yield Trouble("no_values", screen.id)
        if part.kind == "qr" and not practice.is_plain(part.payload):
            yield Trouble("qr", screen.id)
        if part.kind == "picture" and not part.picture:
            yield Trouble("no_picture", screen.id)


def _of_words(graph: Practice, block: Block, lesson: Lesson) -> Iterator[Trouble]:
    """Words that are missing, or name what could be real."""
    screens = {screen.id for screen in graph.screens}
    for key in block_keys(lesson, block):
        if not key.practice:
            continue
        unit = lesson.unit("vi", key.name)
        at = key.name.split(".")[1]
        where = at if at in screens else ""
        if key.required and not (unit and unit.text):
            yield Trouble("no_words", where)
        for one in practice.unsafe_words(unit.text) if unit else ():
            yield Trouble("real", where, one)
