"""Taking a list of people in: read beside the requests, shown row by row, written in parts once it is confirmed."""

import json
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from app.accounts.models import PeopleImport
from app.accounts.permissions import Officer, Permission
from app.accounts.projections import CHANGED, REGISTERED
from app.admin import people_lists
from app.admin.people_forms import this_year
from app.admin.people_lists import Known, Line, List, NoHeader, Wrong
from app.core import clock, ids, ledger
from app.core.db import Database, table_of
from app.core.errors import NotFound
from app.core.ledger import Received
from app.core.sheets import NotASheet
from app.core.writer import Writer
from app.places import queries as places

IMPORT = table_of(PeopleImport)
PEOPLE = "people"
PART = 500
KEPT = clock.DAY
log = logging.getLogger(__name__)


def begin(conn: Connection, name: str, data: bytes, place: str, by: str, kind: str = PEOPLE) -> str:
    """Notes a file that is being read; those of yesterday are forgotten."""
    conn.execute(delete(IMPORT).where(IMPORT.c.made_at < clock.now() - KEPT, IMPORT.c.state != "done"))
    row = {
        "id": ids.new(),
        "kind": kind,
        "name": name[:200],
        "sha": sha256(data).hexdigest(),
        "place": place,
        "by": by,
    }
    conn.execute(
        insert(IMPORT),
        [row | {"state": "reading", "done": 0, "total": 0, "found": "", "made_at": clock.now()}],
    )
    return str(row["id"])


def one(conn: Connection, id: str, officer: Officer, kind: str = PEOPLE) -> Row[Any]:
    mine = select(IMPORT).where(IMPORT.c.id == id, IMPORT.c.by == officer.id, IMPORT.c.kind == kind)
    row = conn.execute(mine).one_or_none()
    if row is None:
        raise NotFound("there is no such import of yours")
    return row


def of(conn: Connection, officer: Officer, kind: str = PEOPLE) -> Sequence[Row[Any]]:
    mine = select(IMPORT).where(IMPORT.c.by == officer.id, IMPORT.c.kind == kind)
    return conn.execute(mine.order_by(IMPORT.c.made_at.desc(), IMPORT.c.id.desc()).limit(20)).all()


def drop(conn: Connection, id: str) -> None:
    conn.execute(delete(IMPORT).where(IMPORT.c.id == id))


def beside(work: Callable[[], None]) -> None:
    """Runs it in a thread of its own, so that the page can tell how far it is."""
    threading.Thread(target=work, name="import", daemon=True).start()


def read(database: Database, writer: Writer, id: str, data: bytes, officer: Officer) -> None:
    """Reads and understands a file; what it would do is kept with it."""
    place = _of(database, id).place

    def tell(done: int) -> None:
        if done % PART == 0:
            writer.call(lambda conn: note(conn, id, done=done, total=done))

    try:
        with database.read() as session:
            there = people_lists.known(session.connection(), officer.places(Permission.PERSON_IMPORT))
        found = people_lists.make(data, there, place, this_year(), tell)
    except (NotASheet, NoHeader) as refusal:
        reason = {"reason": getattr(refusal, "reason", "no-header"), "cell": getattr(refusal, "cell", "")}
        writer.call(lambda conn: note(conn, id, state="refused", found=json.dumps(reason)))
        return
    count = len(found.lines)
    writer.call(lambda conn: note(conn, id, state="ready", done=count, total=count, found=_dumped(found)))


def write(database: Database, writer: Writer, id: str, officer: Officer) -> None:
    """Writes what was shown, in parts; who has come in meanwhile is not made again."""
    found = loaded(_of(database, id))
    with database.read() as session:
        there = people_lists.known(session.connection(), officer.places(Permission.PERSON_IMPORT))
    lines = [
        again for line in found.lines if line.state in ("new", "changed") and (again := _again(line, there))
    ]
    writer.call(lambda conn: note(conn, id, done=0, total=len(lines)))
    for start in range(0, len(lines), PART):
        some = lines[start : start + PART]
        writer.call(partial(_take, id=id, lines=some, by=officer.id, done=start + len(some)))
    said = json.dumps({state: found.count(state) for state in ("new", "changed", "same", "wrong")})
    writer.call(lambda conn: note(conn, id, state="done", found=said))


def _again(line: Line, there: Known) -> Line | None:
    """The same line held against who is there now; None where nothing is left to do."""
    new = replace(line, person="", state="", wrong=[])
    people_lists.decide(new, there, "")
    return new if new.state in ("new", "changed") else None


def _take(conn: Connection, id: str, lines: Sequence[Line], by: str, done: int) -> None:
    at = clock.now()
    bodies = [Received(_body(line, by), at) for line in lines]
    outcomes = ledger.append(conn, bodies)
    if refused := [one.reason for one in outcomes if one.state != "recorded"]:
        log.error("%d people of an import were set aside: %s", len(refused), refused[0])
    note(conn, id, done=done)


def _body(line: Line, by: str) -> str:
    if line.state == "changed":
        return ledger.compose(CHANGED, line.person, **line.told(), by=by)
    faces = people_lists.faces(line.gender)
    face = faces[int(sha256(line.name.encode()).hexdigest()[:8], 16) % len(faces)]
    own = {"name": line.name, "face": face, "lang": line.lang, "consent": "", "place": line.place, "by": by}
    return ledger.compose(REGISTERED, ids.new(), **own, **line.told())


def note(conn: Connection, id: str, **values: object) -> None:
    conn.execute(update(IMPORT).where(IMPORT.c.id == id).values(**values))


def _of(database: Database, id: str) -> Row[Any]:
    with database.read() as session:
        return session.connection().execute(select(IMPORT).where(IMPORT.c.id == id)).one()


def _dumped(found: List) -> str:
    return json.dumps(asdict(found), ensure_ascii=False, separators=(",", ":"))


def loaded(row: Row[Any]) -> List:
    """What a file that was read would do."""
    read = json.loads(row.found)
    lines = [Line(**(line | {"wrong": [Wrong(*one) for one in line["wrong"]]})) for line in read["lines"]]
    return List([(meaning, cell) for meaning, cell in read["columns"]], read["unknown"], lines)


def confirm(conn: Connection, id: str) -> bool:
    """Whether it was this confirmation that starts the writing."""
    ready = update(IMPORT).where(IMPORT.c.id == id, IMPORT.c.state == "ready")
    return conn.execute(ready.values(state="writing", done=0)).rowcount == 1


def tried(conn: Connection | None, data: bytes) -> dict[str, Any]:
    """What a list would do at this node; without a database every place is believed."""
    there = people_lists.known(conn, [places.province(conn)]) if conn else None
    home = places.province(conn) if conn else places.PROVINCE
    try:
        return dict(people_lists.told(people_lists.make(data, there, home, this_year())))
    except (NotASheet, NoHeader) as refusal:
        fault = {"row": 0, "cell": getattr(refusal, "cell", ""), "why": str(refusal)}
        return dict(people_lists.told(List([], [], []))) | {"faults": [fault]}


def take_in(conn: Connection, data: bytes, by: str) -> dict[str, Any]:
    """Writes a list by the operator's hand; whoever names no place lives in the province."""
    province = places.province(conn)
    found = people_lists.make(data, people_lists.known(conn, [province]), province, this_year())
    lines = [line for line in found.lines if line.state in ("new", "changed")]
    for start in range(0, len(lines), PART):
        at = clock.now()
        ledger.append(conn, [Received(_body(line, by), at) for line in lines[start : start + PART]])
    return dict(people_lists.told(found))
