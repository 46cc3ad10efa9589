"""Lists of villages as offices send them: read, told row by row, and only then written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import Connection

from app.core import sheets
from app.core.errors import MakesNoSense
from app.core.sheets import Row
from app.places import actions, queries, rules

HEAD_WITHIN = 10
"""The rows a table's head is looked for in; titles and dates may stand above it."""
SHORT = 4
"""Words of a head that stands alone; a title has more."""
HEADS = {
    "commune": ("xa", "phuong"),
    "name": ("ban", "thon", "to dan pho"),
    "power": ("dien",),
    "signal": ("song", "mang", "tin hieu"),
}
POWER = {
    "none": ("khong", "chua co", "0"),
    "sometimes": ("chap chon", "luc co luc khong", "yeu", "thinh thoang"),
    "grid": ("co", "x", "dien luoi", "luoi", "1", "on dinh"),
}
SIGNAL = {
    "none": ("khong", "chua co", "0", "trang song", "lom song"),
    "2g": ("2g",),
    "4g": ("4g", "3g", "5g", "co"),
    "fibre": ("cap quang", "quang", "internet", "wifi"),
}
PREFIXES = ("xa ", "phuong ", "thi tran ")


@dataclass(slots=True)
class Planned:
    """What a row would do. `errors` holds an interface word by cell, such as C3."""

    number: int
    commune: str = ""
    commune_name: str = ""
    name: str = ""
    said: dict[str, str] = field(default_factory=dict)
    code: str = ""
    state: Literal["new", "change", "same", "error"] = "new"
    errors: dict[str, str] = field(default_factory=dict)


def plan(conn: Connection, data: bytes, places: Iterable[str], commune: str = "") -> list[Planned]:
    """Row by row what the file would do at or beneath `places`; rows that name no commune are of `commune`.

    Raises `sheets.NotASheet`, and `MakesNoSense` where no row names the columns.
    """
    rows = list(sheets.read(data))
    start, columns = _head(rows)
    known = _Known(conn, places, commune)
    return [known.plan(row, columns) for row in rows[start + 1 :] if _cell(row, columns["name"])]


def carry_out(conn: Connection, planned: Sequence[Planned], by: str) -> int:
    """Writes what is new or changed; the number of villages."""
    by_commune: dict[str, list[Mapping[str, str]]] = {}
    for one in planned:
        if one.state == "new":
            by_commune.setdefault(one.commune, []).append(one.said)
        elif one.state == "change":
            actions.change(conn, one.code, by, one.said)
    for commune, villages in by_commune.items():
        actions.add_villages(conn, commune, by, villages)
    return sum(one.state in ("new", "change") for one in planned)


def _head(rows: Sequence[Row]) -> tuple[int, dict[str, int]]:
    """Where the head stands, and the column of each thing it names."""
    for at, row in enumerate(rows[:HEAD_WITHIN]):
        found: dict[str, int] = {}
        for n, cell in enumerate(row.cells):
            if (name := _named(cell)) is not None:
                found.setdefault(name, n)
        alone = len(row.cells) == 1 and len(row.cells[0].split()) <= SHORT
        if "name" in found and (alone or len(found) > 1):
            return at, found
    raise MakesNoSense("places.no_head")


def _named(cell: str) -> str | None:
    words = f" {rules.key(cell).replace('/', ' ').replace(',', ' ')} "
    return next((name for name, keys in HEADS.items() if any(f" {key} " in words for key in keys)), None)


def _cell(row: Row, column: int | None) -> str:
    return row.cells[column] if column is not None and column < len(row.cells) else ""


class _Known:
    """The communes one may write to and their villages, asked once for the whole file."""

    def __init__(self, conn: Connection, places: Iterable[str], commune: str) -> None:
        self.communes = {row.code: row for row in queries.communes(conn, places)}
        self.by_key = {key: row for row in self.communes.values() for key in _keys(row.name)}
        self.default = self.communes.get(commune)
        self.villages = queries.by_name(conn, self.communes)
        self.now = {row.code: row for row in queries.places(conn) if row.parent in self.communes}
        self.seen: set[tuple[str, str]] = set()

    def plan(self, row: Row, columns: Mapping[str, int]) -> Planned:
        planned = Planned(row.number)
        self._commune(planned, row, columns.get("commune"))
        self._name(planned, row, columns["name"])
        self._choice(planned, row, columns, "power", POWER)
        self._choice(planned, row, columns, "signal", SIGNAL)
        planned.state = "error" if planned.errors else self._state(planned)
        return planned

    def _commune(self, planned: Planned, row: Row, column: int | None) -> None:
        written = _cell(row, column)
        found = self.by_key.get(rules.key(written)) or self.communes.get(written) if written else self.default
        if found is None:
            planned.errors[_at(row, column or 0)] = "places.no_commune"
            planned.commune_name = written
        else:
            planned.commune, planned.commune_name = found.code, found.name

    def _name(self, planned: Planned, row: Row, column: int) -> None:
        planned.name = planned.said["name"] = rules.clean_name(_cell(row, column))
        mine = (planned.commune, rules.key(planned.said["name"]))
        if not rules.is_name(planned.said["name"]):
            planned.errors[_at(row, column)] = "places.no_name"
        elif mine in self.seen:
            planned.errors[_at(row, column)] = "places.twice"
        self.seen.add(mine)

    def _choice(
        self,
        planned: Planned,
        row: Row,
        columns: Mapping[str, int],
        name: str,
        known: Mapping[str, Sequence[str]],
    ) -> None:
        written = rules.key(_cell(row, columns.get(name)))
        if not written:
            return
        found = next((value for value, said in known.items() if written in said), None)
        found = found or next(
            (value for value, said in known.items() if any(one in written for one in said if len(one) > 1)),
            None,
        )
        if found is None:
            planned.errors[_at(row, columns[name])] = f"places.no_{name}"
        else:
            planned.said[name] = found

    def _state(self, planned: Planned) -> Literal["new", "change", "same"]:
        code = self.villages.get((planned.commune, rules.key(planned.said["name"])))
        if code is None or code not in self.now:
            return "new"
        planned.code, now = code, self.now[code]
        planned.said.pop(
            "name"
        )  # found by a name it has or had: a list of before does not take a new name back
        return (
            "change" if any(getattr(now, name) != value for name, value in planned.said.items()) else "same"
        )


def _keys(name: str) -> list[str]:
    """A commune as lists call it: with what it is before its name, or without."""
    key = rules.key(name)
    return [key, *(key.removeprefix(prefix) for prefix in PREFIXES if key.startswith(prefix))]


def _at(row: Row, column: int) -> str:
    return f"{sheets.column(column)}{row.number}"
