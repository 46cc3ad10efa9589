"""Lists of staff and of classes as offices send them: read, held against what is here, and written once confirmed."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select

from app.accounts import actions, queries, rules
from app.accounts import staff as accounts
from app.accounts.permissions import Grant, Officer, Permission, Role
from app.accounts.queries import GRANT, STAFF
from app.admin import people_lists
from app.admin.people_imports import PEOPLE, note
from app.admin.people_lists import Columns, Known, NoHeader, Wrong, key
from app.core import sheets
from app.core.errors import MakesNoSense
from app.core.writer import Writer
from app.curriculum.shelf import Shelf
from app.places import queries as places
from app.programmes import class_actions, class_queries, class_rules
from courses.grading import fold

FOLDER = Path(__file__).resolve().parents[2] / "content/import"
STAFF_KIND, CLASSES = "staff", "classes"
PART = 50
MOST_SLIPS = 30
BETWEEN = re.compile(r"\s*[,;\n+/]\s*")
WRITTEN_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")


@dataclass(slots=True)
class Line:
    """One row, understood: `said` is what would be written, `told` what the preview shows of it beside the name.

    `state` is new, changed, same or wrong; `id` is what is here already.
    """

    number: int
    name: str
    place: str = ""
    said: dict[str, Any] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    state: str = ""
    id: str = ""
    wrong: list[Wrong] = field(default_factory=list)


@dataclass(slots=True)
class Listed:
    """`columns` are what a column was taken for, and what it is called there."""

    columns: list[tuple[str, str]]
    unknown: list[str]
    lines: list[Line]

    def count(self, *states: str) -> int:
        return sum(line.state in states for line in self.lines)

    def dumped(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))


def loaded(found: str) -> Listed:
    read = json.loads(found)
    lines = [Line(**(line | {"wrong": [Wrong(*one) for one in line["wrong"]]})) for line in read["lines"]]
    return Listed([(meaning, cell) for meaning, cell in read["columns"]], read["unknown"], lines)


@cache
def _terms(kind: str) -> Mapping[str, Mapping[str, str]]:
    """By table of the file, from the key of a word to what it means."""
    read = tomllib.loads((FOLDER / f"{kind}.toml").read_text("utf-8"))
    return {
        table: {key(word): meaning for meaning, words in some.items() for word in words}
        for table, some in read.items()
    }


def _read(kind: str, data: bytes) -> tuple[Columns, list[sheets.Row]]:
    """Raises `NotASheet`, and `NoHeader` where no row names the columns."""
    rows = sheets.read(data)
    for row in islice(rows, people_lists.HEADER_WITHIN):
        columns = Columns(row, _terms(kind)["columns"])
        if columns.names_people:
            return columns, [one for one in rows if not people_lists.is_beside(one)]
    raise NoHeader("No row names a column of names: write one above the list.")


def kind_of(data: bytes) -> str:
    """What a table lists: staff or classes where they know more of its columns than a list of people does, else people."""
    with suppress(sheets.NotASheet):
        for row in islice(sheets.read(data), people_lists.HEADER_WITHIN):
            read = {kind: Columns(row, _terms(kind)["columns"]) for kind in (PEOPLE, STAFF_KIND, CLASSES)}
            known = {kind: len(one.understood) for kind, one in read.items() if one.names_people}
            if known:
                return max(known, key=lambda kind: known[kind])
    return PEOPLE


def plan_staff(conn: Connection, data: bytes, place: str, officer: Officer, shelf: Shelf) -> Listed:
    """`place` is for rows that name none."""
    columns, rows = _read(STAFF_KIND, data)
    there = people_lists.known_places(conn, officer.places(Permission.ROLE_GRANT))
    lines = [_member(conn, row, columns, there, place, officer) for row in rows]
    _twice(lines, columns, lambda line: fold(line.name))
    for line in lines:
        _decide(line, *_known_staff(conn, line), cell=_cell(columns, line, "name"))
    return Listed(columns.understood, columns.unknown, lines)


def _member(
    conn: Connection, row: sheets.Row, columns: Columns, there: Known, place: str, officer: Officer
) -> Line:
    line = Line(row.number, columns.name(row))
    if not rules.is_name(line.name):
        line.wrong.append(Wrong("name", columns.where(row, "name")))
    line.place, wrong = people_lists.place_of(row, columns, there, place)
    line.wrong += wrong
    written = columns.cell(row, "role")
    role = _terms(STAFF_KIND)["roles"].get(key(written), "") if written else Role.HELPER.value
    if not role:
        line.wrong.append(Wrong("role", columns.where(row, "role")))
    elif line.place and not places.holds(conn, officer.granting(Role(role)), line.place):
        line.wrong.append(Wrong("not_yours", columns.where(row, "role" if written else "name")))
    line.said, line.told = {"role": role}, [f"role.{role}"] if role else []
    return line


def _known_staff(conn: Connection, line: Line) -> tuple[str, str]:
    """Whoever has this name and holds this role there is here; of the same name with another role it may be another."""
    row = queries.staff_named(conn, fold(line.name))
    if row is None:
        return "new", ""
    held = select(GRANT.c.id).where(GRANT.c.staff_id == row.id, GRANT.c.ended_at.is_(None))
    same = held.where(GRANT.c.role == line.said["role"], GRANT.c.place == line.place)
    return ("same", row.id) if conn.execute(same).first() else ("taken", "")


def take_member(conn: Connection, line: Line, officer: Officer) -> None:
    """An account with a role, and no passphrase until one is printed; who has come in meanwhile is not made again."""
    if queries.staff_named(conn, fold(line.name)) is None:
        made = actions.add_staff(conn, line.name, "")
        actions.grant(conn, made, Role(line.said["role"]), line.place, officer.id)


def plan_classes(conn: Connection, data: bytes, place: str, officer: Officer, shelf: Shelf) -> Listed:
    columns, rows = _read(CLASSES, data)
    there = people_lists.known_places(conn, officer.places(Permission.CLASS_RUN))
    helpers = {fold(row.name): row.id for row in class_queries.helpers(conn, officer)}
    named = {key(id): id for id in shelf.courses}
    named |= {key(one.course.title["vi"].text): id for id, one in shelf.courses.items()}
    lines = []
    for row in rows:
        line = Line(row.number, " ".join(columns.cell(row, "name").split())[: class_rules.NAME_LENGTH])
        if not any(map(str.isalnum, line.name)):
            line.wrong.append(Wrong("class", columns.where(row, "name")))
        line.place, wrong = people_lists.place_of(row, columns, there, place)
        line.wrong += wrong
        _days(line, row, columns)
        _courses(line, row, columns, named)
        _helper(conn, line, row, columns, helpers, officer)
        lines.append(line)
    _twice(lines, columns, lambda line: (key(line.name), line.place))
    here: dict[tuple[str, str], list[Row[Any]]] = {}
    for one in class_queries.classes(conn, officer):
        if not one.ended:
            here.setdefault((key(one.name), one.place), []).append(one)
    for line in lines:
        alike = here.get((key(line.name), line.place), [])
        _decide(line, *_known_class(line, alike), cell=_cell(columns, line, "name"))
    return Listed(columns.understood, columns.unknown, lines)


def _days(line: Line, row: sheets.Row, columns: Columns) -> None:
    for name in ("from", "to", "deadline"):
        written = columns.cell(row, name)
        line.said[name] = day(written)
        if not line.said[name] and (written or name == "from"):
            line.wrong.append(Wrong("day", columns.where(row, name)))
    if line.said["to"] and line.said["to"] < line.said["from"]:
        line.wrong.append(Wrong("ends_before", columns.where(row, "to")))
    line.told += [class_rules.written(one) for one in (line.said["from"], line.said["to"]) if one]


def day(written: str) -> str:
    """A day as a spreadsheet or a hand wrote it, as `YYYY-MM-DD`; "" where it is none."""
    found = WRITTEN_DAY.fullmatch(written.strip())
    text = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else written.strip()
    return text if class_rules.is_day(text) and date.fromisoformat(text).year >= rules.FIRST_YEAR else ""


def _courses(line: Line, row: sheets.Row, columns: Columns, named: Mapping[str, str]) -> None:
    """By id or by title, several between commas."""
    written = columns.cell(row, "courses")
    parts = [written] if key(written) in named else [one for one in BETWEEN.split(written) if one]
    found = [named.get(key(one)) or named.get(key(one).replace(" ", "")) for one in parts]
    line.said["courses"] = list(dict.fromkeys(one for one in found if one))
    if not found or not all(found) or len(found) > class_rules.MOST_COURSES:
        line.wrong.append(Wrong("courses", columns.where(row, "courses")))
    line.told += line.said["courses"]


def _helper(
    conn: Connection, line: Line, row: sheets.Row, columns: Columns, helpers: Mapping[str, str], officer: Officer
) -> None:  # fmt: skip
    """Named as she signs in; where nobody is, whoever sends the list."""
    written = columns.cell(row, "helper")
    line.said["helper"] = helpers.get(fold(written), "") if written else officer.id
    if not line.said["helper"] or (
        line.place and not class_queries.may_run(conn, line.said["helper"], line.place)
    ):
        line.wrong.append(Wrong("helper", columns.where(row, "helper" if written else "name")))
    line.told.append(written or officer.name)


def _known_class(line: Line, alike: Sequence[Row[Any]]) -> tuple[str, str]:
    if not alike:
        return "new", ""
    if len(alike) > 1:
        return "several_classes", ""
    row, said = alike[0], line.said
    courses = [list(one) for one in class_queries.courses_of(row)]
    now = (row.helper, row.from_day, row.to_day, courses)
    same = now == (said["helper"], said["from"], said["to"], [list(one) for one in _assigned(line)])
    return ("same" if same else "changed"), row.id


def _assigned(line: Line) -> list[tuple[str, str]]:
    return [(one, line.said["deadline"]) for one in line.said["courses"]]


def take_class(conn: Connection, line: Line, officer: Officer) -> None:
    if not line.id:
        alike = [
            one for one in class_queries.classes(conn, officer) if not one.ended and one.place == line.place
        ]
        if any(key(one.name) == key(line.name) for one in alike):
            return
    class_actions.set_class(
        conn, officer.id, id=line.id, name=line.name, place=line.place, helper=line.said["helper"],
        from_day=line.said["from"], to_day=line.said["to"], courses=_assigned(line),
    )  # fmt: skip


def _cell(columns: Columns, line: Line, name: str) -> str:
    return f"{sheets.column(columns.at.get(name, 0))}{line.number}"


def _twice(lines: Sequence[Line], columns: Columns, same: Callable[[Line], Any]) -> None:
    first: dict[Any, int] = {}
    for line in lines:
        if (seen := first.setdefault(same(line), line.number)) != line.number and not line.wrong:
            line.wrong.append(Wrong("twice", _cell(columns, line, "name"), seen))


def _decide(line: Line, state: str, id: str, cell: str) -> None:
    if not line.wrong and state not in ("new", "changed", "same"):
        line.wrong.append(Wrong(state, cell))
    line.state, line.id = ("wrong", "") if line.wrong else (state, id)


Plan = Callable[[Connection, bytes, str, Officer, Shelf], Listed]
Take = Callable[[Connection, Line, Officer], None]
PLANS: Mapping[str, Plan] = {STAFF_KIND: plan_staff, CLASSES: plan_classes}
TAKES: Mapping[str, Take] = {STAFF_KIND: take_member, CLASSES: take_class}


def tried(conn: Connection, kind: str, data: bytes, node: str, shelf: Shelf) -> dict[str, Any]:
    """What a list would do at this node by the operator's hand, as `people_lists.told`."""
    return dict(people_lists.told(_planned(conn, kind, data, node, shelf), kind))


def take_in(conn: Connection, kind: str, data: bytes, node: str, shelf: Shelf) -> dict[str, Any]:
    """Writes it; whoever names no place works for the province."""
    found = _planned(conn, kind, data, node, shelf)
    _take(conn, kind, [line for line in found.lines if line.state == "new"], _operator(conn, node))
    return dict(people_lists.told(found, kind))


def _planned(conn: Connection, kind: str, data: bytes, node: str, shelf: Shelf) -> Listed:
    return PLANS[kind](conn, data, places.province(conn), _operator(conn, node), shelf)


def _operator(conn: Connection, node: str) -> Officer:
    return Officer(node, node, (Grant(Role.ADMINISTRATOR, places.province(conn)),))


def write(writer: Writer, kind: str, id: str, found: Listed, officer: Officer) -> None:
    """In parts, so that others come between; a row refused meanwhile is told as one to mend."""
    lines, refused = [line for line in found.lines if line.state in ("new", "changed")], 0
    for start in range(0, len(lines), PART):
        part = lines[start : start + PART]
        refused += writer.call(partial(_take, kind=kind, lines=part, officer=officer))
    told = {state: found.count(state) for state in ("new", "changed", "same", "wrong")} | {"refused": refused}
    writer.call(lambda conn: note(conn, id, state="done", found=json.dumps(told)))


def _take(conn: Connection, kind: str, lines: Sequence[Line], officer: Officer) -> int:
    refused = 0
    for line in lines:
        try:
            with conn.begin_nested():
                TAKES[kind](conn, line, officer)
        except MakesNoSense:
            refused += 1
    return refused


def without_passphrase(conn: Connection, officer: Officer) -> list[accounts.Member]:
    """Whoever came by a list, cannot sign in yet and is hers to manage, by name; as many as are printed at once."""
    none = select(STAFF.c.id).where(STAFF.c.hash == "", STAFF.c.ended_at.is_(None), STAFF.c.id != officer.id)
    found: list[accounts.Member] = []
    for id in conn.execute(none.order_by(STAFF.c.folded, STAFF.c.id)).scalars():
        if queries.manages(conn, officer.id, id):
            found.append(accounts.member(conn, id, officer))
        if len(found) == MOST_SLIPS:
            break
    return found
