"""The drawn kit: parts laid on a canvas, composed into small self-contained SVG scenes."""

import gzip
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from courses.drawing import NAMESPACE, PALETTE, Drawing, Unfit
from courses.model import Fault

LIMIT = 6 * 1024
"""Bytes of a composed scene under gzip."""

HAND = 'fill="none" stroke="#321" stroke-linecap="round" stroke-linejoin="round"'
STROKE = 3
SCENE_KEYS = frozenset({"size", "parts"})
PLACED_KEYS = frozenset({"part", "with", "at", "scale", "flip", "rotate", "color"})


@dataclass(frozen=True, slots=True)
class Placed:
    """Parts laid one on the other in the same place; `at` is where the first one's box begins."""

    parts: tuple[str, ...]
    at: tuple[float, float] = (0, 0)
    scale: float = 1
    flip: bool = False
    rotate: float = 0
    color: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    name: str
    placed: tuple[Placed, ...]
    size: tuple[float, float] = (320, 240)


def marks(file: bytes) -> dict[str, bytes]:
    """Faces of a shape in a colour by name, `faces/red-star`; `file` is content/pictures/marks.toml."""
    read = tomllib.loads(file.decode())
    return {
        f"faces/{colour}-{shape}": _mark(read["colours"][colour], read["shapes"][shape])
        for shape in read["shapes"]
        for colour in read["colours"]
    }


def _mark(colour: str, path: str) -> bytes:
    drawn = f'<path fill="{colour}" d="{path}"/>'
    head = f'<svg xmlns="{NAMESPACE.strip("{}")}" viewBox="0 0 96 96" {HAND} stroke-width="{STROKE}">'
    return f"{head}{drawn}</svg>".encode()


def compose(scene: Scene, parts: Mapping[str, Drawing]) -> bytes:
    """One SVG with nothing outside itself; Unfit for an unknown part or too many bytes."""
    for name in (name for placed in scene.placed for name in placed.parts):
        if name not in parts:
            raise Unfit(f"No part is called {name!r}.", "Take a name from content/pictures/parts/.")
    counts = Counter(name for placed in scene.placed for name in placed.parts)
    shared = {name: f"{scene.name}--{name}" for name, count in counts.items() if count > 1}
    body = _layers(scene, parts, shared)
    width, height = map(_number, scene.size)
    head = f'<svg xmlns="{NAMESPACE[1:-1]}" viewBox="0 0 {width} {height}" {HAND} stroke-width="{STROKE}">'
    picture = f"{head}{body}</svg>".encode()
    if (size := compressed(picture)) > LIMIT:
        raise Unfit(f"It takes {size} bytes compressed, more than {LIMIT}.", "Use fewer or simpler parts.")
    return picture


def compressed(picture: bytes) -> int:
    return len(gzip.compress(picture, 9, mtime=0))


def scenes(parts: Mapping[str, Drawing], toml: bytes) -> tuple[dict[str, bytes], list[Fault]]:
    """Every scene of scenes.toml that can be drawn, by name, and what is wrong with the rest."""
    pictures: dict[str, bytes] = {}
    faults: list[Fault] = []
    try:
        table = tomllib.loads(toml.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, [Fault("scenes.toml", 1, f"It is not TOML: {error}.", "Mend that place.")]
    for name, value in table.items():
        try:
            pictures[name] = compose(scene(name, value), parts)
        except Unfit as error:
            faults.append(Fault("scenes.toml", _line(toml, name), f"[{name}]: {error.what}", error.mend))
    return pictures, faults


def scene(name: str, table: Any) -> Scene:
    """A table of scenes.toml as a scene, or Unfit where it says something else."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise Unfit("Its name has other signs than a-z, 0-9 and the hyphen.", "Rename it.")
    if not isinstance(table, dict) or not isinstance(table.get("parts"), list):
        raise Unfit("It has no list of parts.", 'Write parts = [ { part = "…", at = [x, y] } ].')
    _known(table, SCENE_KEYS)
    size = _pair(table.get("size", [320, 240]))
    if min(size) <= 0:
        raise Unfit(f"A size of {size} holds nothing.", "Write it as [320, 240].")
    return Scene(name, tuple(map(_placed, table["parts"])), size)


def _placed(entry: Any) -> Placed:
    if not isinstance(entry, dict) or not isinstance(entry.get("part"), str):
        raise Unfit("An entry names no part.", 'Write { part = "…", at = [x, y] }.')
    _known(entry, PLACED_KEYS)
    color = entry.get("color", "")
    if color and color not in PALETTE:
        raise Unfit(f"No colour is called {color!r}.", f"Use one of {' '.join(PALETTE)}.")
    more = entry.get("with", [])
    if not isinstance(more, list):
        raise Unfit("`with` is not a list of parts.", 'Write with = ["…"].')
    scale, rotate = _real(entry.get("scale", 1)), _real(entry.get("rotate", 0))
    if not 0.05 <= scale <= 20:
        raise Unfit(f"A scale of {scale} cannot be seen.", "Use one from 0.05 to 20.")
    names = (entry["part"], *map(str, more))
    return Placed(names, _pair(entry.get("at", [0, 0])), scale, bool(entry.get("flip")), rotate, color)


def _known(table: Mapping[str, Any], keys: Iterable[str]) -> None:
    if strange := sorted(set(table) - set(keys)):
        raise Unfit(f"{strange[0]!r} is not known here.", f"Use {', '.join(sorted(keys))}.")


def _real(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 10_000:
        raise Unfit(f"{value!r} is not a number that fits a picture.", "Write one, such as 1.5.")
    return value


def _pair(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise Unfit(f"{value!r} is not two numbers.", "Write them as [40, 60].")
    return _real(value[0]), _real(value[1])


def _line(toml: bytes, name: str) -> int:
    before, found, _ = toml.partition(f"[{name}]".encode())
    return before.count(b"\n") + 1 if found else 1


def _layers(scene: Scene, parts: Mapping[str, Drawing], shared: Mapping[str, str]) -> str:
    drawn: set[str] = set()
    layers = []
    for placed in scene.placed:
        inner = "".join(_once(name, parts, shared, drawn) for name in placed.parts)
        layers.append(f"<g{_attributes(placed, parts[placed.parts[0]])}>{inner}</g>")
    return "".join(layers)


def _once(name: str, parts: Mapping[str, Drawing], shared: Mapping[str, str], drawn: set[str]) -> str:
    if name not in shared:
        return parts[name].markup
    if name in drawn:
        return f'<use href="#{shared[name]}"/>'
    drawn.add(name)
    return f'<g id="{shared[name]}">{parts[name].markup}</g>'


def _attributes(placed: Placed, first: Drawing) -> str:
    """Where and in what colour; lines of a small thing stay a little thicker than its scale says."""
    color = PALETTE.get(placed.color, first.color)
    stroke = _number(STROKE / placed.scale**0.5)
    return "".join(
        f' {key}="{value}"'
        for key, value in (
            ("transform", _transform(placed, first.box)),
            ("color", color),
            ("stroke-width", "" if stroke == str(STROKE) else stroke),
        )
        if value
    )


def _transform(placed: Placed, box: tuple[float, float, float, float]) -> str:
    x, y, width, height = box
    left = placed.at[0] + placed.scale * (x + width if placed.flip else -x)
    top = placed.at[1] - placed.scale * y
    scale = _number(placed.scale, 3)
    steps = [f"translate({_number(left)} {_number(top)})"] if left or top else []
    if placed.flip:
        steps.append(f"scale(-{scale} {scale})")
    elif scale != "1":
        steps.append(f"scale({scale})")
    if placed.rotate:
        middle = f"{_number(x + width / 2)} {_number(y + height / 2)}"
        steps.append(f"rotate({_number(placed.rotate)} {middle})")
    return "".join(steps)


def _number(value: float, digits: int = 1) -> str:
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
