"""practice.toml: a graph of pretend screens, and what must hold so that nobody is lost or led astray in it."""

import re
from collections.abc import Callable, Iterable, Iterator

from courses.model import GESTURES, LOOKS, PART_KINDS, Fault, Hotspot, Part, Practice, Screen
from courses.tables import Table

URL = re.compile(
    r"(?i)\b(?:https?://|www\.)\S+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:vn|com|net|org|info|xyz|top|gov)\b\S*"
)
ADDRESS = re.compile(r"(?i)^(?:https?://)?[^/\s]*\.example(?:[/:?#]|[.,;!)”]*$)")
TELEPHONE = re.compile(r"(?<![\w.])(?:\+84|0)(?:[ .-]?\d){8,10}(?![\w])")
QR_BEGINS = "BÀI TẬP"


def read(file: str, table: Table) -> Practice:
    table.known("start", "screens")
    return Practice(file, table.text("start"), tuple(_screen(one) for one in table.tables("screens")))


def _screen(table: Table) -> Screen:
    table.known("id", "look", "picture", "hotspots", "parts", "end", "back")
    return Screen(
        id=table.id(),
        look=table.one_of("look", LOOKS, "phone"),
        picture=table.text("picture"),
        hotspots=tuple(_hotspot(one) for one in table.tables("hotspots")),
        parts=tuple(_part(one) for one in table.tables("parts")),
        end=table.one_of("end", ("right", "wrong")),
        back=table.text("back"),
        line=table.line,
    )


def _hotspot(table: Table) -> Hotspot:
    table.known("id", "at", "gesture", "to")
    return Hotspot(table.id(), table.box("at"), table.one_of("gesture", GESTURES, "tap"), table.text("to"))


def _part(table: Table) -> Part:
    table.known("id", "kind", "from", "gesture", "to", "values", "payload", "picture")
    return Part(
        id=table.id(),
        kind=table.one_of("kind", PART_KINDS, "text"),
        incoming=table.flag("from"),
        gesture=table.one_of("gesture", GESTURES, "tap"),
        to=table.text("to"),
        values=table.texts("values"),
        payload=table.text("payload"),
        picture=table.text("picture"),
        line=table.line,
    )


def check(practice: Practice, file: str) -> list[Fault]:
    """What is wrong with the graph itself; `file` is its path inside the course folder."""

    def fault(line: int, what: str, mend: str) -> Fault:
        return Fault(file, line, what, mend)

    screens = {screen.id: screen for screen in practice.screens}
    if practice.start not in screens:
        return [
            fault(
                1, f"The practice starts at `{practice.start}`, which is no screen.", "Name one in `start`."
            )
        ]
    faults = [
        fault(*found) for screen in practice.screens for found in _screen_faults(screen, screens.keys())
    ]
    if not any(screen.end == "right" for screen in practice.screens):
        return [*faults, fault(1, "No ending shows the right way.", 'Give one screen `end = "right"`.')]
    return faults + list(_paths(practice, fault))


Found = tuple[int, str, str]


def _screen_faults(screen: Screen, known: Iterable[str]) -> Iterator[Found]:
    for to in {*screen.ways()} - {*known}:
        yield (
            screen.line,
            f"Screen `{screen.id}` leads to `{to}`, which is no screen.",
            "Name a screen that is there.",
        )
    if screen.end == "wrong" and not screen.back:
        yield (
            screen.line,
            f"The wrong ending `{screen.id}` has no way back.",
            "Name in `back` where it is done again.",
        )
    if not screen.end and not screen.ways():
        yield (
            screen.line,
            f"Nothing can be done on screen `{screen.id}`.",
            "Give a part or a hotspot `to`, or `end`.",
        )
    for hotspot in screen.hotspots:
        if not hotspot.to:
            yield screen.line, f"Hotspot `{hotspot.id}` leads nowhere.", "Name a screen in `to`."
        if not screen.picture:
            yield (
                screen.line,
                f"Hotspot `{hotspot.id}` has no picture beneath it.",
                "Give the screen a `picture`.",
            )
    for part in screen.parts:
        yield from _part_faults(part)


def _part_faults(part: Part) -> Iterator[Found]:
    if part.kind == "field" and not (part.values and part.to):
        yield (
            part.line,
            f"Field `{part.id}` takes nothing.",
            "Give it `values` and, in `to`, the next screen.",
        )
    if part.kind in ("button", "link", "switch") and not part.to:
        yield part.line, f"The {part.kind} `{part.id}` leads nowhere.", "Name a screen in `to`."
    if part.kind == "qr" and not is_plain(part.payload):
        what = f"The QR picture `{part.id}` holds more than plain text for practice."
        yield part.line, what, f"Let `payload` begin with “{QR_BEGINS}” and hold no address or payment."
    if part.kind == "picture" and not part.picture:
        yield part.line, f"Part `{part.id}` has no picture.", "Name one in `picture`."


def is_plain(payload: str) -> bool:
    """Whether a QR code holds nothing but text that says it is for practice."""
    return payload.startswith(QR_BEGINS) and "000201" not in payload and not URL.search(payload)


def _paths(practice: Practice, fault: Callable[[int, str, str], Fault]) -> Iterator[Fault]:
    there, out = reached(practice), saved(practice)
    for screen in practice.screens:
        if screen.id not in there:
            yield fault(
                screen.line, f"Nothing leads to screen `{screen.id}`.", "Lead an action to it, or remove it."
            )
        elif screen.id not in out:
            what = f"From screen `{screen.id}` no right ending can be reached."
            yield fault(screen.line, what, "Lead one of its actions, or its `back`, to where it goes on.")


def _ways(practice: Practice) -> dict[str, set[str]]:
    return {screen.id: set(screen.ways()) for screen in practice.screens}


def reached(practice: Practice) -> set[str]:
    """The screens one can come to from the first."""
    return _closure({practice.start}, _ways(practice))


def saved(practice: Practice) -> set[str]:
    """The screens from which a right ending can be reached."""
    rights = {screen.id for screen in practice.screens if screen.end == "right"}
    return _closure(rights, _turned(_ways(practice)))


def _turned(ways: dict[str, set[str]]) -> dict[str, set[str]]:
    return {to: {one for one, targets in ways.items() if to in targets} for to in ways}


def _closure(seen: set[str], ways: dict[str, set[str]]) -> set[str]:
    waiting = list(seen)
    seen = set(seen)
    while waiting:
        new = ways.get(waiting.pop(), set()) - seen
        seen |= new
        waiting += new
    return seen


def unsafe_words(text: str) -> list[str]:
    """Addresses that do not end in .example and telephone numbers that could be somebody's."""
    addresses = [one for one in URL.findall(text) if not ADDRESS.match(one)]
    return addresses + TELEPHONE.findall(text)
