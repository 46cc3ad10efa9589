"""Reading TOML that a person wrote: typed access that collects faults instead of raising."""

import re
import tomllib
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from courses.model import Box, Fault, Level

ID = re.compile(r"[a-z0-9-]+")
MAX_TEXT_BYTES = 1_000_000


@dataclass
class Faults:
    """Collects what is wrong while one folder is read."""

    found: list[Fault] = field(default_factory=list)

    def add(self, file: str, line: int, what: str, mend: str, level: Level = "error") -> None:
        self.found.append(Fault(file, line, what, mend, level))


def decoded(file: str, data: bytes, faults: Faults) -> str | None:
    """The file as NFC text with plain newlines, or None where it cannot be read."""
    if len(data) > MAX_TEXT_BYTES:
        faults.add(file, 1, "The file is larger than 1 MB.", "Move sound and pictures to media/.")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        faults.add(file, line, "The file is not UTF-8.", "Save it with the encoding UTF-8.")
        return None
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def parse(file: str, data: bytes, faults: Faults) -> "Table | None":
    text = decoded(file, data, faults)
    if text is None:
        return None
    try:
        values = tomllib.loads(text)
    except (ValueError, OverflowError) as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else max(1, text.count("\n"))
        faults.add(file, line, f"This is not TOML: {error}.", "Mend the line, or the one before it.")
        return None
    except RecursionError:
        faults.add(file, 1, "The tables are nested too deep.", "Write them as docs/course-format.md shows.")
        return None
    return Table(file, 1, values, Lines.of(text), faults)


@dataclass(frozen=True)
class Lines:
    """The lines of a file, and on which of them (from 1) each header of a table stands."""

    all: list[str]
    headers: dict[str, list[int]]

    @classmethod
    def of(cls, text: str) -> "Lines":
        found = cls(text.split("\n"), {})
        for number, line in enumerate(found.all, 1):
            if line.lstrip().startswith("["):
                found.headers.setdefault(line.split("#")[0].replace(" ", ""), []).append(number)
        return found


@dataclass
class Table:
    """One table of a TOML file; every reading of a wrong type is a fault and gives the empty value."""

    file: str
    line: int
    values: dict[str, Any]
    lines: Lines
    faults: Faults
    path: str = ""

    def fault(self, what: str, mend: str, level: Level = "error") -> None:
        self.faults.add(self.file, self.line, what, mend, level)

    def _typed(self, key: str, types: type | tuple[type, ...], like: str) -> Any:
        value = self.values.get(key)
        if value is None or (isinstance(value, types) and (types is bool or not isinstance(value, bool))):
            return value
        self.fault(f"`{key}` is not {like}.", f"Write `{key} = {EXAMPLES[like]}`.")
        return None

    def text(self, key: str, default: str = "") -> str:
        value = self._typed(key, str, "a text in quotes")
        return default if value is None else str(value)

    def one_of(self, key: str, allowed: Iterable[str], default: str = "") -> str:
        value = self.text(key, default)
        if value in allowed or value == default:
            return value
        self.fault(f'`{key} = "{value}"` is not known.', f"Use one of: {', '.join(sorted(allowed))}.")
        return default

    def whole(self, key: str, default: int = 0, least: int = 0, most: int = 10**9) -> int:
        value: int | None = self._typed(key, int, "a whole number")
        if value is None:
            return default
        if least <= value <= most:
            return value
        self.fault(f"`{key}` is out of range.", f"Write a number from {least} to {most}.")
        return default

    def thousandths(self, key: str) -> int:
        value: float | None = self._typed(key, (int, float), "a number")
        if value is None:
            return 0
        if abs(value) <= 10**12:
            return round(value * 1000)
        self.fault(f"`{key}` is out of range.", "Write a number below a million million.")
        return 0

    def flag(self, key: str) -> bool:
        return bool(self._typed(key, bool, "true or false"))

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._typed(key, list, "a list of texts")
        if value is None:
            return ()
        if all(isinstance(item, str) for item in value):
            return tuple(value)
        self.fault(f"`{key}` is not a list of texts.", f"Write `{key} = {EXAMPLES['a list of texts']}`.")
        return ()

    def box(self, key: str) -> Box:
        value = self._typed(key, list, "a place")
        if value and len(value) == 4 and all(type(n) is int and 0 <= n <= 100 for n in value):
            return (value[0], value[1], value[2], value[3])
        self.fault(
            f"`{key}` is not a place on the picture.", f"Write `{key} = {EXAMPLES['a place']}`, in per cent."
        )
        return (0, 0, 0, 0)

    def id(self) -> str:
        """The table's own id, or "" and a fault."""
        value = self.text("id")
        if ID.fullmatch(value):
            return value
        what = f"The id `{value}` has other signs." if value else f"A table of `{self.path}` has no id."
        self.fault(what, "Give it an id of small letters a-z, digits and hyphens.")
        return ""

    def known(self, *keys: str) -> None:
        for key in self.values.keys() - set(keys):
            self.fault(f"`{key}` means nothing here.", f"Remove it, or use one of: {', '.join(keys)}.")

    def table(self, key: str) -> "Table":
        value = self._typed(key, dict, "a table")
        return self._child(key, value or {}, self._header(f"[{self._name(key)}]", 0) or self.line)

    def tables(self, key: str) -> list["Table"]:
        """The tables of a list, whether written `[[key]]` or `key = [{…}]`."""
        value = self._typed(key, list, "a list of tables")
        if value is None:
            return []
        if not all(isinstance(item, dict) for item in value):
            self.fault(f"`{key}` is not a list of tables.", f'Write `{key} = [{{ id = "a" }}]`.')
            return []
        header = f"[[{self._name(key)}]]"
        return [self._child(key, item, self._line_of(item, header, n)) for n, item in enumerate(value)]

    def _child(self, key: str, values: dict[str, Any], line: int) -> "Table":
        return Table(self.file, line, values, self.lines, self.faults, self._name(key))

    def _name(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _line_of(self, values: dict[str, Any], header: str, number: int) -> int:
        at = self._header(header, number)
        if at or not isinstance(values.get("id"), str):
            return at or self.line
        wanted = re.compile(rf"\bid\s*=\s*[\"']{re.escape(values['id'])}[\"']")
        lines = self.lines.all
        return next((n for n in range(self.line, len(lines) + 1) if wanted.search(lines[n - 1])), self.line)

    def _header(self, header: str, number: int) -> int | None:
        found = self.lines.headers.get(header.replace(" ", ""), [])
        at = bisect_left(found, self.line) + number
        return found[at] if at < len(found) else None


EXAMPLES = {
    "a text in quotes": '"…"',
    "a whole number": "5",
    "a number": "5",
    "true or false": "true",
    "a list of texts": '["…", "…"]',
    "a place": "[10, 20, 30, 15]",
    "a table": "{ … }",
    "a list of tables": '[{ id = "a" }]',
}
