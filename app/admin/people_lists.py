"""A list of people as an office sent it: which column says what, what is wrong in which cell, who is here already."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, select

from app.accounts import rules
from app.accounts.queries import MERGED, PERSON
from app.core import sheets
from app.core.errors import BanHocError
from app.core.sheets import Row
from app.places import queries as places
from app.places import rules as place_rules
from app.places.queries import PLACE

FILE = Path(__file__).resolve().parents[2] / "content/import/people.toml"
HEADER_WITHIN = 30
SIGNS = re.compile(r"[\W_]+")
BEFORE_NAMES = re.compile(r"^(?:xa|phuong|thi tran|ban|thon|khoi|to dan pho|tdp|to) (?=\S)")
NUMBERING = re.compile(r"\(?\d{1,2}\)?")
FIELDS = ("year", "gender", "phone", "group")
"""What may be added to somebody who is here already."""
Tell = Callable[[int], None]


class NoHeader(BanHocError):
    """There is no row that names a column of names."""


class Wrong(NamedTuple):
    """`word` ends the interface word `import.wrong.…`; `other` is another row it speaks of."""

    word: str
    cell: str
    other: int = 0


@dataclass(slots=True)
class Line:
    """One row of the list, understood; `state` is new, changed, same or wrong."""

    number: int
    name: str
    year: int | None = None
    gender: str = ""
    phone: str = ""
    group: str = ""
    lang: str = "vi"
    place: str = ""
    state: str = ""
    person: str = ""
    wrong: list[Wrong] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        return {key: value for key in FIELDS if (value := getattr(self, key))}


@dataclass(slots=True)
class Known:
    """Where an officer may bring people in, and who is there: villages and communes by key, people by place and key."""

    communes: dict[str, str] = field(default_factory=dict)
    villages: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """By name's key, codes with the commune each lies in."""
    people: dict[tuple[str, str], list[Any]] = field(default_factory=dict)


@dataclass(slots=True)
class List:
    columns: list[tuple[str, str]]
    """What a column was taken for, and what it is called there."""
    unknown: list[str]
    lines: list[Line]

    def count(self, state: str) -> int:
        return sum(1 for line in self.lines if line.state == state)


@cache
def terms() -> dict[str, dict[str, str]]:
    """By table of the file, from the key of a word to what it means."""
    read = tomllib.loads(FILE.read_text("utf-8"))
    return {
        table: {key(word): meaning for meaning, words in read[table].items() for word in words}
        for table in ("columns", "genders", "languages")
    }


@cache
def faces(gender: str) -> tuple[str, ...]:
    return tuple(tomllib.loads(FILE.read_text("utf-8"))["faces"].get(gender, rules.FACES))


def key(text: str) -> str:
    return SIGNS.sub(" ", rules.name_key(text)).strip()


def place_key(name: str) -> str:
    """A place with or without what it is before its name."""
    return BEFORE_NAMES.sub("", place_rules.key(name))


def known_places(conn: Connection, codes: Sequence[str]) -> Known:
    """The communes and villages at or beneath these places, and nobody who lives there."""
    found = Known()
    beneath = conn.execute(select(PLACE).where(PLACE.c.code.in_(places.within(conn, codes)))).all()
    for row in beneath:
        if row.merged_into is None and row.kind in ("commune", "ward"):
            found.communes[place_key(row.name)] = row.code
    parents = {row.parent for row in beneath if row.kind == "village"} | set(found.communes.values())
    allowed = {row.code for row in beneath}
    for (parent, name), code in places.by_name(conn, [one for one in parents if one]).items():
        if code in allowed:
            found.villages.setdefault(place_key(name), []).append((str(parent), code))
    return found


def known(conn: Connection, codes: Sequence[str]) -> Known:
    """What lies at or beneath these places, and who lives there."""
    found = known_places(conn, codes)
    standing = PERSON.c.id.not_in(select(MERGED.c.person_id))
    names = ("id", "place", "folded", *FIELDS)
    there = select(*(PERSON.c[name] for name in names)).where(
        standing, PERSON.c.place.in_(places.within(conn, codes))
    )
    for row in conn.execute(there):
        found.people.setdefault((row.place, row.folded), []).append(row)
    return found


def read(
    data: bytes, tell: Tell = lambda done: None
) -> tuple[list[tuple[str, str]], list[str], list[tuple[Row, "_Columns"]]]:
    """The columns understood, those that were not, and every row with people in it."""
    rows = sheets.read(data)
    columns, waiting = _header(rows)
    found: list[tuple[Row, _Columns]] = []
    for row in (*waiting, *rows):
        if not is_beside(row):
            found.append((row, columns))
        tell(len(found))
    return columns.understood, columns.unknown, found


class Columns:
    """Which column holds what, from the row that names them and the `words` they are named by."""

    def __init__(self, header: Row, words: Mapping[str, str]) -> None:
        self.at: dict[str, int] = {}
        self.understood: list[tuple[str, str]] = []
        self.unknown: list[str] = []
        for n, cell in enumerate(header.cells):
            meaning = words.get(key(cell))
            if meaning and meaning not in self.at:
                self.at[meaning] = n
                self.understood.append((meaning, cell))
            elif cell and not meaning:
                self.unknown.append(cell)

    def cell(self, row: Row, field: str) -> str:
        n = self.at.get(field, -1)
        return row.cells[n] if 0 <= n < len(row.cells) else ""

    def where(self, row: Row, field: str) -> str:
        return f"{sheets.column(self.at.get(field, 0))}{row.number}"

    def name(self, row: Row) -> str:
        """In one column, or the family's and the given name in two."""
        full = self.cell(row, "name") or f"{self.cell(row, 'family')} {self.cell(row, 'given')}"
        return rules.clean_name(full)

    @property
    def names_people(self) -> bool:
        return "name" in self.at or {"family", "given"} <= self.at.keys()


class _Columns(Columns):
    """Those of a list of people; `split` is a year of birth in one column a gender."""

    def __init__(self, header: Row) -> None:
        super().__init__(header, terms()["columns"])
        self.split: dict[str, int] = {}

    def divide(self, beneath: Row) -> bool:
        """Takes in a second row of names: Nam and Nữ beneath the year of birth."""
        named = {terms()["genders"].get(key(cell)): n for n, cell in enumerate(beneath.cells) if cell}
        self.split = {gender: n for gender, n in named.items() if gender}
        return bool(self.split) and all(
            terms()["genders"].get(key(c)) or key(c) in terms()["columns"] or key(c) in map(key, self.unknown)
            for c in beneath.cells
            if c
        )


def _header(rows: Iterator[Row]) -> tuple[_Columns, list[Row]]:
    """The columns, and rows read on to know them."""
    for row in islice(rows, HEADER_WITHIN):
        columns = _Columns(row)
        if columns.names_people:
            beneath = list(islice(rows, 1))
            if beneath and columns.divide(beneath[0]):
                beneath = []
            return columns, beneath
    raise NoHeader("No row names a column of names, such as Họ và tên: write one above the list.")


def is_beside(row: Row) -> bool:
    """A row of the columns' numbers, a number of a row alone, or one cell across all of it such as a total."""
    written = [cell for cell in row.cells if cell]
    numbers = all(NUMBERING.fullmatch(cell) for cell in written) or (
        len(written) == 1 and written[0].isdigit()
    )
    return numbers or (len(row.cells) > 2 and len(set(written)) == 1)


def understand(
    rows: Iterable[tuple[Row, _Columns]],
    there: Known | None,
    place: str,
    this_year: int,
    tell: Tell = lambda done: None,
) -> list[Line]:
    """What each row says, and what to do with it; `place` is for those that name none, `there` None for anywhere."""
    lines: list[Line] = []
    first: dict[tuple[str, str, int | None], int] = {}
    for n, (row, columns) in enumerate(rows, 1):
        line = _line(row, columns, there, place, this_year)
        same = (line.place, rules.name_key(line.name), line.year)
        if not line.wrong and same in first:
            line.wrong.append(Wrong("twice", columns.where(row, "name"), first[same]))
        first.setdefault(same, line.number)
        decide(line, there, columns.where(row, "name"))
        lines.append(line)
        tell(n)
    return lines


def _line(row: Row, columns: _Columns, there: Known | None, place: str, this_year: int) -> Line:
    line = Line(row.number, columns.name(row), group=rules.clean_name(columns.cell(row, "group"))[:60])
    if not rules.is_name(line.name):
        line.wrong.append(Wrong("name", columns.where(row, "name")))
    _personal(line, row, columns, this_year)
    line.place, wrong = place_of(row, columns, there, place)
    line.wrong += wrong
    return line


def _personal(line: Line, row: Row, columns: _Columns, this_year: int) -> None:
    year, gender = columns.cell(row, "year"), columns.cell(row, "gender")
    for which, n in columns.split.items():
        if n < len(row.cells) and row.cells[n]:
            gender, year = gender or which, row.cells[n] if re.search(r"\d", row.cells[n]) else year
    line.year = rules.clean_year(year, this_year)
    line.gender = gender if gender in rules.GENDERS else terms()["genders"].get(key(gender), "")
    phone, lang = columns.cell(row, "phone"), columns.cell(row, "lang")
    line.phone = rules.clean_phone(phone) or ""
    line.lang = terms()["languages"].get(key(lang), "vi" if not lang else "")
    given = {"year": year, "gender": gender, "phone": phone, "lang": lang}
    line.wrong += [
        Wrong(name, columns.where(row, name))
        for name, text in given.items()
        if text and not getattr(line, name)
    ]


def place_of(row: Row, columns: "Columns", there: Known | None, place: str) -> tuple[str, list[Wrong]]:
    if there is None:
        return place, []
    village, commune = columns.cell(row, "village"), columns.cell(row, "commune")
    in_commune = there.communes.get(place_key(commune)) if commune else None
    if commune and in_commune is None:
        return "", [Wrong("place", columns.where(row, "commune"))]
    if not village:
        code = in_commune or place
        return code, [] if code else [Wrong("place", columns.where(row, "name"))]
    found = {
        code for parent, code in there.villages.get(place_key(village), ()) if in_commune in (None, parent)
    }
    if len(found) == 1:
        return found.pop(), []
    return "", [Wrong("place_unclear" if found else "place", columns.where(row, "village"))]


def decide(line: Line, there: Known | None, cell: str) -> None:
    """Who is here under this name already is not made again; the year of birth tells namesakes apart."""
    alike = there.people.get((line.place, rules.name_key(line.name)), []) if there else []
    if line.year:
        alike = [one for one in alike if one.year == line.year] or [one for one in alike if one.year is None]
    if len(alike) > 1 and not line.wrong:
        line.wrong.append(Wrong("several", cell))
    if line.wrong:
        line.state = "wrong"
    elif not alike:
        line.state = "new"
    else:
        line.person = alike[0].id
        differs = any(value != getattr(alike[0], key) for key, value in line.told().items())
        line.state = "changed" if differs else "same"


def make(
    data: bytes, there: Known | None, place: str, this_year: int, tell: Tell = lambda done: None
) -> List:
    columns, unknown, rows = read(data, tell)
    return List(columns, unknown, understand(rows, there, place, this_year))


class Counted(Protocol):
    columns: list[tuple[str, str]]
    unknown: list[str]

    @property
    def lines(self) -> Sequence[Any]: ...

    def count(self, state: str, /) -> int: ...


def told(found: Counted, kind: str = "people") -> Mapping[str, Any]:
    """For other programs."""
    faults = [
        {"row": line.number, "cell": one.cell, "why": one.word} | ({"other": one.other} if one.other else {})
        for line in found.lines
        for one in line.wrong
    ]
    counts = {state: found.count(state) for state in ("new", "changed", "same", "wrong")}
    columns: dict[str, list[str]] = defaultdict(list)
    for meaning, cell in found.columns:
        columns[meaning].append(cell)
    understood = len(found.lines) - counts["wrong"]
    return {
        "kind": kind, "understood": understood, **counts, "columns": columns, "not_used": found.unknown, "faults": faults,
    }  # fmt: skip
