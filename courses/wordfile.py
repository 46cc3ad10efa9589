"""The words files: one Markdown file a language, a heading per key, plain enough for a text editor."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from courses import languages
from courses.model import ORIGINS, SOURCE, STATES, Unit
from courses.tables import Faults

KEY = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*")
HEADING = re.compile(r"## +(\S+)[ \t]*(?:\{(.*)\})?[ \t]*")
ATTRIBUTE = re.compile(r'\s*([a-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))')
HEAD_LINE = re.compile(r'([a-z]+):[ \t]*(?:"((?:[^"\\]|\\.)*)"|(.*?))[ \t]*(?:[ \t]#.*)?')
FIELDS = {
    "state": "state",
    "origin": "origin",
    "source": "source",
    "author": "author",
    "reviewer": "reviewer",
}
KEY_FIELDS = FIELDS | {"from": "from_hash"}
HEADING_IN_TEXT = re.compile(r"^## ", re.MULTILINE)
ESCAPED = r"\\## "
HASH = re.compile(r"[0-9a-f]{8}")


@dataclass
class _File:
    file: str
    lang: str
    faults: Faults

    def fault(self, line: int, what: str, mend: str) -> None:
        self.faults.add(self.file, line, what, mend)


def parse(file: str, lang: str, text: str, faults: Faults) -> dict[str, Unit]:
    """The words of one file by key."""
    at = _File(file, lang, faults)
    lines = text.split("\n")
    start, head = _head(lines, at)
    units: dict[str, Unit] = {}
    found = [n for n in range(start, len(lines)) if lines[n].startswith("## ")]
    for line in lines[start : found[0] if found else len(lines)]:
        if line.strip():
            at.fault(
                lines.index(line, start) + 1, "These words stand under no key.", "Put `## key` above them."
            )
            break
    for begin, end in zip(found, [*found[1:], len(lines)], strict=False):
        _read_unit(lines[begin:end], begin + 1, head, units, at)
    return units


def _head(lines: list[str], at: _File) -> tuple[int, Unit]:
    blank = Unit("", state="approved" if at.lang == SOURCE else "needs_review")
    if not lines or lines[0].strip() != "---":
        return 0, blank
    end = next((n for n in range(1, len(lines)) if lines[n].strip() == "---"), 0)
    if not end:
        at.fault(1, "The head of the file has no end.", "Close it with a line `---`.")
        return len(lines), blank
    values: dict[str, str] = {}
    for number, line in enumerate(lines[1:end], start=2):
        _read_head_line(line, number, values, at)
    return end + 1, replace(blank, **_fields(values, FIELDS, 1, at))


def _read_head_line(line: str, number: int, values: dict[str, str], at: _File) -> None:
    if not line.strip() or line.startswith("#"):
        return
    found = HEAD_LINE.fullmatch(line)
    if found is None:
        at.fault(number, "This line of the head is not `name: value`.", "Write it as `state: machine_draft`.")
    else:
        values[found[1]] = _value(found[2], found[3])


def _value(quoted: str | None, plain: str | None) -> str:
    return (plain or "").strip() if quoted is None else re.sub(r"\\(.)", r"\1", quoted)


def _read_unit(lines: list[str], number: int, head: Unit, units: dict[str, Unit], at: _File) -> None:
    found = HEADING.fullmatch(lines[0])
    if found is None or not KEY.fullmatch(found[1]):
        at.fault(
            number,
            f"`{lines[0][:60]}` is not a key.",
            "Write `## q1.a`, small letters a-z, digits, hyphens, dots.",
        )
        return
    key, text = found[1], "\n".join(lines[1:]).strip("\n \t")
    if key in units:
        at.fault(
            number,
            f"The key `{key}` stands twice.",
            f"Keep one of the two (the other is in line {units[key].line}).",
        )
        return
    attributes = _fields(_attributes(found[2] or "", number, at), KEY_FIELDS, number, at)
    unit = replace(head, text=languages.normalise(at.lang, text), line=number, **attributes)
    units[key] = unit if text else replace(unit, state="missing")


def _attributes(text: str, number: int, at: _File) -> dict[str, str]:
    values, position = {}, 0
    while found := ATTRIBUTE.match(text, position):
        values[found[1]] = _value(found[2], found[3])
        position = found.end()
    if text[position:].strip():
        at.fault(number, f"`{{{text}}}` cannot be read.", 'Write it as {state=approved reviewer="Lò Văn A"}.')
    return values


def _fields(values: Mapping[str, str], names: Mapping[str, str], number: int, at: _File) -> dict[str, Any]:
    for name in values.keys() - names.keys():
        at.fault(number, f"`{name}` means nothing here.", f"Use one of: {', '.join(names)}.")
    for name, allowed in (("state", STATES), ("origin", ORIGINS)):
        if values.get(name, "") and values[name] not in allowed:
            at.fault(
                number,
                f"The {name} `{values[name]}` is not known.",
                f"Use one of: {', '.join(sorted(allowed))}.",
            )
    if values.get("from", "") and not HASH.fullmatch(values["from"]):
        at.fault(
            number, f"`from={values['from']}` is no hash.", "Write eight hexadecimal digits, or leave it out."
        )
    return {names[name]: value for name, value in values.items() if name in names}


def dump(units: Mapping[str, Unit]) -> str:
    """The words file that `parse` reads back as these units; what most units share goes to its head."""
    head = {name: _commonest(units, field) for name, field in FIELDS.items()}
    shared = [f"{name}: {_quoted(value)}" for name, value in head.items() if value]
    parts = ["\n".join(["---", *shared, "---"])] if units else []
    return "\n\n".join([*parts, *(_dumped(key, unit, head) for key, unit in units.items())]) + "\n"


def _commonest(units: Mapping[str, Unit], field: str) -> str:
    counted = Counter(str(getattr(unit, field)) for unit in units.values() if unit.text)
    return counted.most_common(1)[0][0] if counted else ""


def _dumped(key: str, unit: Unit, head: Mapping[str, str]) -> str:
    values = {name: getattr(unit, field) for name, field in KEY_FIELDS.items()}
    own = [f"{name}={_quoted(value)}" for name, value in values.items() if value != head.get(name, "")]
    heading = f"## {key} {{{' '.join(own)}}}" if own else f"## {key}"
    return f"{heading}\n{HEADING_IN_TEXT.sub(ESCAPED, unit.text)}".rstrip("\n")


def _quoted(value: str) -> str:
    if re.fullmatch(r"[\w:./-]+", value):
        return value
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'
