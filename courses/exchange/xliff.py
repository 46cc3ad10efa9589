"""XLIFF 1.2 and 2.0, as OmegaT, Weblate, Poedit and the agencies' programs open it."""

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from courses.exchange import tree
from courses.exchange.encoding import refuse_other_letters
from courses.exchange.lines import Carried, Line
from courses.exchange.refusal import NotTaken

NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
STATES = {
    "missing": "new",
    "machine_draft": "needs-review-translation",
    "needs_review": "translated",
    "approved": "final",
    "rejected": "needs-translation",
}
STATES_2 = {
    "missing": "initial",
    "machine_draft": "initial",
    "needs_review": "translated",
    "approved": "final",
    "rejected": "initial",
}
READ = {state: name for name, state in STATES.items()} | {
    "signed-off": "approved",
    "reviewed": "needs_review",
}
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write(lines: Iterable[Line], lang: str, course: str) -> bytes:
    """Version 1.2."""
    units = "".join(map(_unit, lines))
    return (
        f'{HEAD}<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">\n'
        f'<file original={quoteattr(course)} datatype="plaintext" source-language="vi" target-language={quoteattr(lang)}>\n'
        f"<body>\n{units}</body>\n</file>\n</xliff>\n"
    ).encode()


def _unit(line: Line) -> str:
    approved = ' approved="yes"' if line.words and line.state == "approved" else ""
    target = f'<target state="{STATES[line.state]}">{_text(line.words)}</target>\n' if line.words else ""
    notes = "".join(f"<note>{_text(note)}</note>\n" for note in line.notes)
    place = quoteattr(line.place)
    return (
        f'<trans-unit id={place} resname={place} xml:space="preserve"{approved}>\n'
        f"<source>{_text(line.source)}</source>\n{target}{notes}</trans-unit>\n"
    )


def write_2(lines: Iterable[Line], lang: str, course: str) -> bytes:
    """Version 2.0."""
    units = "".join(_unit_2(number, line) for number, line in enumerate(lines, 1))
    return (
        f'{HEAD}<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="vi" trgLang={quoteattr(lang)}>\n'
        f'<file id="f1" original={quoteattr(course)}>\n{units}</file>\n</xliff>\n'
    ).encode()


def _unit_2(number: int, line: Line) -> str:
    told = "".join(f"<note>{_text(note)}</note>" for note in line.notes)
    notes = f"<notes>{told}</notes>\n" if told else ""
    target = f'<target xml:space="preserve">{_text(line.words)}</target>\n' if line.words else ""
    return (
        f'<unit id="u{number}" name={quoteattr(line.place)}>\n{notes}<segment state="{STATES_2[line.state]}">\n'
        f'<source xml:space="preserve">{_text(line.source)}</source>\n{target}</segment>\n</unit>\n'
    )


def _text(text: str) -> str:
    return escape(NO_XML.sub("", text), {"\r": "&#13;"})


def read(data: bytes) -> Carried:
    """Either version; a proposal of a translation memory beside a target is no target. Raises `NotTaken`."""
    tree.parse(data)
    root = ElementTree.fromstring(data)  # noqa: S314 - a document type and a bomb were refused above
    files = [one for one in root.iter() if _name(one) == "file"]
    if _name(root) != "xliff" or not files:
        raise NotTaken("unknown")
    lines = tuple(line for file in files for line in _lines(file))
    refuse_other_letters("\n".join(line.words for line in lines))
    lang = root.get("trgLang") or files[0].get("target-language") or ""
    return Carried("xliff", lang, files[0].get("original") or "", lines)


def _lines(file: ElementTree.Element) -> Iterator[Line]:
    for one in file.iter():
        if _name(one) == "trans-unit":
            target = _first(one, "target")
            state = target.get("state", "") if target is not None else ""
            place = one.get("resname") or one.get("id") or ""
            yield _line(
                place, [_first(one, "source")], [target], "final" if one.get("approved") == "yes" else state
            )
        elif _name(one) == "unit":
            segments = [part for part in one if _name(part) in ("segment", "ignorable")]
            sources, targets = ([_first(part, name) for part in segments] for name in ("source", "target"))
            states = [part.get("state", "initial") for part in segments if _name(part) == "segment"]
            yield _line(
                one.get("name") or one.get("id") or "", sources, targets, min(states, key=_rank, default="")
            )


def _rank(state: str) -> int:
    order = ("initial", "translated", "reviewed", "final")
    return order.index(state) if state in order else 0


def _line(
    place: str,
    sources: Iterable[ElementTree.Element | None],
    targets: Iterable[ElementTree.Element | None],
    state: str,
) -> Line:
    source, words = _said(sources), _said(targets)
    return Line(place, source, words, READ.get(state, "needs_review") if words else "missing")


def _said(elements: Iterable[ElementTree.Element | None]) -> str:
    return "".join("".join(one.itertext()) for one in elements if one is not None)


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _first(element: ElementTree.Element, name: str) -> ElementTree.Element | None:
    return next((one for one in element if _name(one) == name), None)
