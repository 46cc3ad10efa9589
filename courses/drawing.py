"""One part of the drawn kit: an SVG that holds nothing a drawing does not need."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from courses.model import Fault

PALETTE = {
    "ink": "#321",
    "soot": "#444",
    "stone": "#998",
    "mist": "#ddd",
    "indigo": "#347",
    "sky": "#bcd",
    "madder": "#b43",
    "rose": "#e98",
    "turmeric": "#eb4",
    "paper": "#fed",
    "white": "#fff",
    "rice": "#9b5",
    "leaf": "#475",
    "clay": "#b74",
    "skin": "#eb9",
}
ELEMENTS = frozenset(["svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"])
ATTRIBUTES = frozenset(
    [
        "viewBox",
        "d",
        "x",
        "y",
        "width",
        "height",
        "rx",
        "ry",
        "cx",
        "cy",
        "r",
        "x1",
        "y1",
        "x2",
        "y2",
        "points",
        "fill",
        "stroke",
        "color",
        "fill-rule",
        "opacity",
        "transform",
        "stroke-width",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-dasharray",
        "stroke-dashoffset",
    ]
)
COLORS = frozenset({"none", "currentColor", *PALETTE.values()})

NAMESPACE = "{http://www.w3.org/2000/svg}"
LIMIT = 4096
"""Bytes of a part's file."""
PLAIN_VALUE = re.compile(r"[A-Za-z0-9 #.,()-]*")


class Unfit(ValueError):
    """What is wrong with a part or a scene, and how to mend it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what} {mend}")
        self.what, self.mend = what, mend


@dataclass(frozen=True, slots=True)
class Drawing:
    """A part after it was checked: `box` is its viewBox, `color` what currentColor stands for."""

    box: tuple[float, float, float, float]
    color: str
    markup: str


def read_parts(parts: Mapping[str, bytes]) -> tuple[dict[str, Drawing], list[Fault]]:
    drawings, faults = {}, []
    for name in sorted(parts):
        try:
            drawings[name] = drawing(parts[name])
        except Unfit as error:
            faults.append(Fault(f"parts/{name}.svg", 1, error.what, error.mend))
    return drawings, faults


def drawing(raw: bytes) -> Drawing:
    """A part from its file, or Unfit when it holds anything a drawing does not need."""
    if len(raw) > LIMIT:
        raise Unfit(f"It takes {len(raw)} bytes, more than {LIMIT}.", "Draw it with fewer points.")
    if b"<!" in raw or b"<?" in raw:
        raise Unfit("It holds a declaration or a comment.", "Leave only the drawing.")
    try:
        root = ElementTree.fromstring(raw)  # noqa: S314 — declarations, and so entities, were refused above
    except ElementTree.ParseError as error:
        raise Unfit(f"It is not well-formed XML ({error}).", "Save it as plain SVG.") from error
    for element in root.iter():
        _check(element)
    if _tag(root) != "svg":
        raise Unfit("Its root is not <svg>.", "Save it as plain SVG.")
    return Drawing(_box(root), root.get("color", ""), "".join(map(_markup, root)))


def _check(element: ElementTree.Element) -> None:
    tag = _tag(element)
    if not element.tag.startswith(NAMESPACE) or tag not in ELEMENTS:
        raise Unfit(f"<{tag}> may not stand in a part.", f"Draw with {' '.join(sorted(ELEMENTS))}.")
    if (element.text or "").strip() or (element.tail or "").strip():
        raise Unfit("It holds words, which nobody could translate.", "Draw without letters.")
    for key, value in element.items():
        _check_attribute(tag, key, value)


def _check_attribute(tag: str, key: str, value: str) -> None:
    if key not in ATTRIBUTES or not PLAIN_VALUE.fullmatch(value):
        raise Unfit(f'{key}="{value}" may not stand in a part.', f"Remove it from <{tag}>.")
    if key in {"fill", "stroke", "color"} and value not in COLORS:
        raise Unfit(f"{value} is not a colour of the kit.", f"Use {' '.join(sorted(COLORS))}.")


def _box(root: ElementTree.Element) -> tuple[float, float, float, float]:
    value = root.get("viewBox", "")
    if not re.fullmatch(r"(-?\d+(\.\d+)? ){3}-?\d+(\.\d+)?", value):
        raise Unfit("Its viewBox is not four numbers.", 'Write viewBox="0 0 100 100".')
    x, y, width, height = map(float, value.split())
    return x, y, width, height


def _tag(element: ElementTree.Element) -> str:
    return element.tag.removeprefix(NAMESPACE)


def _markup(element: ElementTree.Element) -> str:
    tag = _tag(element)
    attributes = "".join(f' {key}="{value}"' for key, value in element.items())
    inner = "".join(map(_markup, element))
    return f"<{tag}{attributes}>{inner}</{tag}>" if inner else f"<{tag}{attributes}/>"
