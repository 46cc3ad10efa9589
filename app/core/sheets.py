"""Tables as offices send them, .xlsx and .csv, row by row, without trusting the file.

Cells come as text. A merged cell's value stands in every cell it covers. Refused with one sentence: formulas, TCVN3,
old Excel files, a zip bomb, a million empty rows. Read here and not by a library: see docs/decisions/0009.
"""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from xml.parsers import expat

from app.core.errors import BanHocError

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_PART = 96 * 1024 * 1024
"""Bytes a part of an .xlsx may unfold to; 10,000 people need six million."""
MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_EMPTY = 5_000
"""Empty rows one after the other, written out as rows."""
MOST_MERGES = 20_000
CHUNK = 256 * 1024
LARGEST_CELL = 128 * 1024
"""Characters; of our own, for `csv`'s limit is one of the whole process and others raise it."""

REASONS = {
    "not-a-sheet": "This is no .xlsx or .csv file: save the table as one of them and try again.",
    "old-excel": "This is an old or a locked Excel file: open it and save it as .xlsx without a password.",
    "too-large": "The file is larger than 10 MB: send only the sheet with the table.",
    "bomb": "The file unfolds to far more than a table needs: copy the rows into a new file.",
    "empty-rows": "The sheet has thousands of empty rows: copy the rows with words into a new file.",
    "too-many": "The sheet has more than 20,000 rows: split it.",
    "too-wide": "The sheet has more than 100 columns: keep only those that are needed.",
    "formula": "There is a formula in {cell}: copy all, paste as values, and save.",
    "tcvn3": "The words are written in a TCVN3 (ABC, .VnTime) font: convert them to Unicode, for instance with Unikey.",
    "nothing": "There is nothing in this table.",
}


class NotASheet(BanHocError):
    """`reason` is one of `REASONS`; `cell` the place, such as C3, where there is one."""

    def __init__(self, reason: str, cell: str = "") -> None:
        super().__init__(REASONS[reason].format(cell=cell))
        self.reason, self.cell = reason, cell


class Row(NamedTuple):
    """`number` as the sheet counts it, from 1."""

    number: int
    cells: tuple[str, ...]


def read(data: bytes) -> Iterator[Row]:
    """The rows with anything in them, of the first sheet that is shown. Raises `NotASheet`, maybe halfway."""
    if len(data) > LARGEST_FILE:
        raise NotASheet("too-large")
    rows = _xlsx(data) if data.startswith(b"PK") else _csv(data)
    seen = _Writing()
    count = 0
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise NotASheet("too-many")
        seen.look(row.cells)
        yield row
    if not count:
        raise NotASheet("nothing")
    if seen.is_tcvn3:
        raise NotASheet("tcvn3")


def column(index: int) -> str:
    """The letters of a column counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


# What a cell says


VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u0300-\u0309\u0323\u1ea0-\u1ef9]")
TCVN3 = re.compile("(?<=[A-Za-z])[¨©ª«¬\u00ad®µ¶·¸¹»¼½¾Æß×÷ö]|[¨©ª«¬\u00ad®µ¶·¸¹»¼½¾Æß×÷ö](?=[A-Za-z])")
"""Signs that stand within words only where a TCVN3 font draws them as letters."""
ENOUGH = 3


class _Writing:
    """Counts the two ways Vietnamese may be written."""

    def __init__(self) -> None:
        self.unicode = self.tcvn3 = 0

    def look(self, cells: Sequence[str]) -> None:
        for cell in cells:
            if not cell.isascii():
                self.unicode += len(VIETNAMESE.findall(cell))
                self.tcvn3 += len(TCVN3.findall(cell))

    @property
    def is_tcvn3(self) -> bool:
        return self.tcvn3 >= ENOUGH and self.tcvn3 > self.unicode


def _text(raw: str) -> str:
    """One line, as visible characters; composed only by whoever compares."""
    return " ".join("".join(one if one.isprintable() else " " for one in raw).split())


def _row(number: int, cells: Sequence[str]) -> Row | None:
    last = max((n for n, cell in enumerate(cells, 1) if cell), default=0)
    if last > MOST_COLUMNS:
        raise NotASheet("too-wide")
    return Row(number, tuple(cells[:last])) if last else None


# .csv


MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SEPARATORS = ",;\t"


def _csv(data: bytes) -> Iterator[Row]:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotASheet("old-excel")
    text = _decoded(data)
    if "\0" in text:
        raise NotASheet("not-a-sheet")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        for number, line in enumerate(lines, 1):
            cells = [_text(cell) for cell in line]
            for n, cell in enumerate(cells):
                if len(cell) > LARGEST_CELL:
                    raise NotASheet("not-a-sheet")
                if cell.startswith("="):
                    raise NotASheet("formula", f"{column(n)}{number}")
            if (row := _row(number, cells)) is not None:
                yield row
    except csv.Error as error:
        raise NotASheet("not-a-sheet") from error


def _decoded(data: bytes) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _decode(data, encoding)
    try:
        return data.decode()
    except UnicodeDecodeError:
        signs = data.decode("latin-1")
        if len(TCVN3.findall(signs)) >= ENOUGH:
            raise NotASheet("tcvn3") from None
        return unicodedata.normalize("NFC", _decode(data, "cp1258"))


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise NotASheet("not-a-sheet") from None


def _separator(text: str) -> str:
    """What separates most in the first lines; Excel writes a semicolon where the comma is for decimals."""
    head = text[:20_000]
    return max(SEPARATORS, key=head.count)


# .xlsx


WORKBOOK, LINKS, WORDS, STYLES = (
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
)
MERGE = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"', re.ASCII
)
CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)
DATES = frozenset([*range(14, 18), 22])
DAY_OR_YEAR = re.compile(r"[dy]", re.I)
QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
EPOCH = date(1899, 12, 30)
Start = Callable[[str, Mapping[str, str]], None]


def _xlsx(data: bytes) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            yield from _sheet(file)
    except (zipfile.BadZipFile, expat.ExpatError, KeyError, NotImplementedError, RuntimeError, zlib.error, EOFError, ValueError) as error:  # fmt: skip
        raise NotASheet("not-a-sheet") from error


def _sheet(file: zipfile.ZipFile) -> Iterator[Row]:
    name = _first_shown(file)
    words = _shared(file) if WORDS in file.namelist() else []
    dates = _dates(file) if STYLES in file.namelist() else frozenset()
    merges = _Merges(file, name)
    cells = _Cells(words, dates)
    for number, row in _parsed(file, name, cells):
        merges.fill(number, row)
        values = [row.get(n, "") for n in range(min(max(row, default=-1) + 1, MOST_COLUMNS + 1))]
        if max((n for n, value in row.items() if value), default=0) >= MOST_COLUMNS:
            raise NotASheet("too-wide")
        if (made := _row(number, values)) is not None:
            yield made


def _parsed(file: zipfile.ZipFile, name: str, cells: "_Cells") -> Iterator[tuple[int, dict[int, str]]]:
    parser = _parser(cells.start, cells.end, cells.said)
    for chunk in _chunks(file, name):
        parser.Parse(chunk)
        yield from cells.taken()
    parser.Parse(b"", True)
    yield from cells.taken()


def _chunks(file: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part of the file as it unfolds, as long as it is no bomb."""
    if file.getinfo(name).file_size > LARGEST_PART:
        raise NotASheet("bomb")
    with file.open(name) as part:
        size = 0
        while chunk := part.read(CHUNK):
            size += len(chunk)
            if size > LARGEST_PART:
                raise NotASheet("bomb")
            yield chunk


def _parser(
    start: Start, end: Callable[[str], None] | None = None, said: Callable[[str], None] | None = None
) -> expat.XMLParserType:
    """Names come without what stands before their colon; no document type, so no entity unfolds."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attrs: start(name.rpartition(":")[2], attrs)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    parser.CharacterDataHandler = said
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise NotASheet("bomb")


def _all(file: zipfile.ZipFile, name: str, parser: expat.XMLParserType) -> None:
    for chunk in _chunks(file, name):
        parser.Parse(chunk)
    parser.Parse(b"", True)


def _first_shown(file: zipfile.ZipFile) -> str:
    """The name of the part with the first sheet that is not hidden."""
    sheets: list[str] = []
    links: dict[str, str] = {}

    def sheet(name: str, attrs: Mapping[str, str]) -> None:
        if name == "sheet" and attrs.get("state", "visible") == "visible":
            sheets.extend(value for key, value in attrs.items() if key.rpartition(":")[2] == "id")

    def link(name: str, attrs: Mapping[str, str]) -> None:
        if name == "Relationship":
            links[attrs["Id"]] = attrs["Target"]

    _all(file, WORKBOOK, _parser(sheet))
    _all(file, LINKS, _parser(link))
    target = links[sheets[0]] if sheets else ""
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _shared(file: zipfile.ZipFile) -> list[str]:
    """The words that cells refer to by number; how they are read aloud (`rPh`) is left out."""
    words: list[str] = []
    parts: list[str] = []
    state = {"t": False, "rPh": False}

    def start(name: str, _: Mapping[str, str]) -> None:
        if name == "si":
            parts.clear()
        elif name in state:
            state[name] = True

    def end(name: str) -> None:
        if name == "si":
            words.append(_text("".join(parts)))
        elif name in state:
            state[name] = False

    def said(text: str) -> None:
        if state["t"] and not state["rPh"]:
            parts.append(text)

    _all(file, WORDS, _parser(start, end, said))
    return words


def _dates(file: zipfile.ZipFile) -> frozenset[int]:
    """Numbers of the cell styles that show a number as a day."""
    own: dict[int, bool] = {}
    formats: list[int] = []
    within = {"cellXfs": False}

    def start(name: str, attrs: Mapping[str, str]) -> None:
        if name == "numFmt":
            shown = QUOTED.sub("", attrs.get("formatCode", ""))
            own[int(attrs["numFmtId"])] = DAY_OR_YEAR.search(shown) is not None
        elif name == "cellXfs":
            within[name] = True
        elif name == "xf" and within["cellXfs"]:
            formats.append(int(attrs.get("numFmtId", "0")))

    def end(name: str) -> None:
        if name == "cellXfs":
            within[name] = False

    _all(file, STYLES, _parser(start, end))
    return frozenset(n for n, one in enumerate(formats) if own.get(one, one in DATES))


class _Merges:
    """Cells drawn as one; they are written behind the rows, so they are looked for first."""

    def __init__(self, file: zipfile.ZipFile, name: str) -> None:
        self.by_row: dict[int, list[tuple[int, int, int]]] = {}
        self.open: list[tuple[int, int, int, str]] = []
        tail, count = b"", 0
        for chunk in _chunks(file, name):
            text, tail = tail + chunk, b""
            end = 0
            for found in MERGE.finditer(text):
                left, top, right, bottom = found.groups()
                self._add(_index(left.decode()), int(top), _index(right.decode()), int(bottom))
                end, count = found.end(), count + 1
                if count > MOST_MERGES:
                    raise NotASheet("bomb")
            tail = text[max(end, len(text) - 200) :]

    def _add(self, left: int, top: int, right: int, bottom: int) -> None:
        self.by_row.setdefault(top, []).append((left, min(right, MOST_COLUMNS), bottom))

    def fill(self, number: int, row: dict[int, str]) -> None:
        self.open = [one for one in self.open if one[2] >= number]
        for left, right, bottom in self.by_row.get(number, ()):
            if row.get(left):
                self.open.append((left, right, bottom, row[left]))
        for left, right, _, value in self.open:
            row.update({n: value for n in range(left, right + 1) if not row.get(n)})


class _Cells:
    """Takes a sheet's elements and makes rows of text by column."""

    def __init__(self, words: Sequence[str], dates: frozenset[int]) -> None:
        self.words, self.dates = words, dates
        self.done: list[tuple[int, dict[int, str]]] = []
        self.row: dict[int, str] = {}
        self.number = self.column = self.empty = 0
        self.kind = self.style = ""
        self.value: list[str] = []
        self.hears = False

    def taken(self) -> list[tuple[int, dict[int, str]]]:
        done, self.done = self.done, []
        return done

    def start(self, name: str, attrs: Mapping[str, str]) -> None:
        if name == "row":
            self.number = int(attrs.get("r", self.number + 1))
            self.row, self.column = {}, -1
        elif name == "c":
            where = CELL.fullmatch(attrs.get("r", ""))
            self.column = _index(where[1]) if where else self.column + 1
            self.kind, self.style = attrs.get("t", "n"), attrs.get("s", "")
            self.value.clear()
        elif name == "f":
            raise NotASheet("formula", f"{column(self.column)}{self.number}")
        elif name in ("v", "t"):
            self.hears = True

    def said(self, text: str) -> None:
        if self.hears:
            self.value.append(text)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self.hears = False
        elif name == "c" and (text := self._text("".join(self.value))):
            self.row[self.column] = text
        elif name == "row":
            self._end_row()

    def _end_row(self) -> None:
        self.empty = 0 if self.row else self.empty + 1
        if self.empty > MOST_EMPTY:
            raise NotASheet("empty-rows")
        self.done.append((self.number, self.row))

    def _text(self, raw: str) -> str:
        if self.kind == "s":
            return self.words[int(raw)] if raw else ""
        if self.kind == "n" and raw:
            return self._number(float(raw))
        return "" if self.kind == "e" else _text(raw)

    def _number(self, value: float) -> str:
        if self.style and int(self.style) in self.dates and 0 < value < 2_958_466:
            return (EPOCH + timedelta(days=int(value))).isoformat()
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _index(letters: str) -> int:
    """Of a column's letters, from 0."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
