"""Taking a teacher's file in: kept as it was sent, told of item by item, made a course folder once that is confirmed."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from app.accounts.queries import names_of_staff
from app.authoring import draft_actions, exchange
from app.authoring.exchange_queries import IMPORT
from app.core import clock, ids
from app.core.blobs import Blobs
from app.core.errors import MakesNoSense, NotFound
from app.core.sheets import NotASheet
from app.curriculum import actions as curriculum
from app.curriculum import reading
from app.curriculum.library import Library
from courses import parts
from courses.exchange import archive
from courses.exchange.draft import Filling
from courses.exchange.items import Found, tidy
from courses.folder import Files
from courses.model import Fault

MOST_FAULTS = 30
SHOWN = ("file", "line", "what", "mend")
Fill = Callable[[Found], Filling]


class Looked(NamedTuple):
    """A file that was read before anything is written: `state` is refused or ready."""

    state: str
    form: str
    found: dict[str, Any]
    course: str = ""


def look(name: str, data: bytes, library: Library) -> Looked:
    try:
        material = exchange.read(name, data)
    except exchange.Refusals as refusal:
        cell = refusal.cell if isinstance(refusal, NotASheet) else ""
        kind = "sheet" if isinstance(refusal, NotASheet) else "file"
        return Looked("refused", "", {"kind": kind, "reason": refusal.reason, "cell": cell})
    if isinstance(material, Found):
        items, unknown = exchange.shown(material), list(material.unknown)
        return Looked("ready", material.form, {"items": items, "unknown": unknown, "title": material.title})
    read = exchange.checked(material, library)
    course = read.course.id if read.course else ""
    counts = reading.told(read)["understood"]
    return Looked("ready", "folder", {"counts": counts, "faults": _told(reading.broken(read.faults))}, course)


def _told(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    return [{key: getattr(fault, key) for key in SHOWN} for fault in faults[:MOST_FAULTS]]


def keep(conn: Connection, name: str, file: str, looked: Looked, by: str) -> str:
    """Notes a file that was read; `file` is the blob it is kept as, "" of one that was refused."""
    id = ids.new()
    row = {
        "id": id,
        "name": tidy(PurePath(name).name)[:200] or "–",
        "file": file,
        "by": by,
        "state": looked.state,
    }
    row |= {
        "form": looked.form,
        "found": json.dumps(looked.found, ensure_ascii=False),
        "course": looked.course,
    }
    conn.execute(insert(IMPORT), [row | {"folder": "", "brought": False, "made_at": clock.now()}])
    return id


class Made(NamedTuple):
    """A course folder; `faults` are what keeps it from coming in as a revision."""

    files: dict[str, bytes]
    packed: bytes
    faults: Sequence[Fault]


def choose(conn: Connection, row: Row[Any], shown: Collection[int], taken: Collection[int]) -> None:
    """Of the items `shown` takes those that are `taken`; what was chosen of others stays."""
    held = json.loads(row.found)
    left = ({*held.get("left", [])} - {*shown}) | ({*shown} - {*taken})
    found = json.dumps({**held, "left": sorted(left)}, ensure_ascii=False)
    conn.execute(update(IMPORT).where(IMPORT.c.id == row.id, IMPORT.c.state == "ready").values(found=found))


def is_any_taken(row: Row[Any]) -> bool:
    """Whether anything is left of an import once what was left out is."""
    held = json.loads(row.found)
    return any(not one["why"] and one["n"] not in held.get("left", []) for one in held.get("items", []))


def make(row: Row[Any], blobs: Blobs, library: Library, fill: Fill) -> Made:
    """Reads the file that was sent once more; what becomes of it is the same as was shown, without what was left out."""
    material = exchange.read(row.name, blobs.get(row.file))
    left = {*json.loads(row.found).get("left", [])}
    if isinstance(material, Found) and left:
        material = replace(material, items=tuple(one for one in material.items if one.number not in left))
    files = exchange.folder(material, course_of(row), fill)
    return Made(files, archive.pack(files), reading.broken(exchange.checked(files, library).faults))


def course_of(row: Row[Any]) -> str:
    return str(row.course or f"{exchange.IMPORTED}{row.id[-8:]}")


def confirm(conn: Connection, blobs: Blobs, library: Library, row: Row[Any], made: Made) -> bool:
    """Keeps the folder, and takes it in as a revision nobody sees yet; False if another did.

    Where something is to be mended first, it becomes a draft to be mended in the editor.
    """
    ready = update(IMPORT).where(IMPORT.c.id == row.id, IMPORT.c.state == "ready")
    drafted = bool(made.faults) and _is_drafted(conn, blobs, row, made.files)
    held = json.loads(row.found) | {"faults": _told(made.faults), "drafted": drafted}
    values = {"folder": blobs.put(made.packed), "brought": not made.faults, "course": course_of(row)}
    if (
        conn.execute(
            ready.values(state="done", found=json.dumps(held, ensure_ascii=False), **values)
        ).rowcount
        != 1
    ):
        return False
    if not made.faults:
        curriculum.take_in(conn, blobs, library, _signed_here(conn, blobs, made.files, row), row.by)
    return True


def _signed_here(conn: Connection, blobs: Blobs, files: Files, row: Row[Any]) -> Files:
    """Without approvals that nobody gave here."""
    known = draft_actions.known(conn, blobs, course_of(row))
    return parts.signed_here(files, known, names_of_staff(conn, [row.by]).get(row.by, ""))


def _is_drafted(conn: Connection, blobs: Blobs, row: Row[Any], files: Files) -> bool:
    """Begins a draft of a folder, unless there is a course of that name or a file of it cannot be read."""
    try:
        values = parts.split(_signed_here(conn, blobs, files, row))
        draft_actions.begin(conn, course_of(row), values, row.by)
    except (parts.NotParts, MakesNoSense):
        return False
    for path in files.keys() & values.keys():
        blobs.put(files[path])
    return True


def drop(conn: Connection, blobs: Blobs, row: Row[Any]) -> None:
    """Forgets an import, and its file where no other has it; what came in as a revision stays."""
    if conn.execute(delete(IMPORT).where(IMPORT.c.id == row.id)).rowcount != 1:
        raise NotFound("there is no such import")
    for name in (row.file, row.folder):
        if not name:
            continue
        other = (IMPORT.c.file == name) | (IMPORT.c.folder == name)
        if not conn.execute(select(func.count()).select_from(IMPORT).where(other)).scalar_one():
            blobs.drop(name)
