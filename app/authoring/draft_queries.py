"""What a draft says now, what it said before, and who is at it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from app.accounts.models import Staff
from app.authoring.draft_models import DraftCourse, DraftEdit, DraftPart, DraftPresence
from app.core import clock
from app.core.db import table_of
from app.core.errors import NotFound
from app.curriculum import queries as curriculum

COURSE, EDIT = table_of(DraftCourse), table_of(DraftEdit)
PART, PRESENCE = table_of(DraftPart), table_of(DraftPresence)
STAFF = table_of(Staff)
TOGETHER_MS = 10 * 60 * 1000
"""Edits of one author no further apart than this are one revision."""
HERE_MS = 60 * 1000
IMPORT = "import"
"""The author of what came in with a folder."""
HEAD, SAME, MERGED, CONFLICT = "head", "same", "merged", "conflict"


class Part(NamedTuple):
    """`value` is None for what was removed; `head` is the edit it comes from."""

    value: Any
    head: str


class Change(NamedTuple):
    """A part that became something else: `by` is a member of staff or `IMPORT`."""

    seq: str
    id: str
    part: str
    by: str
    at: int


@dataclass(slots=True)
class Revision:
    """What one author did within a while; `id` is the last edit of it, `parts` the parts it changed."""

    id: str
    seq: str
    by: str
    began_at: int
    at: int
    parts: set[str]


class Waiting(NamedTuple):
    """An edit that met another: `value` is what `by` wrote upon the edit `base`, `head` and `theirs` what the part says."""

    id: str
    part: str
    by: str
    at: int
    value: Any
    head: str
    theirs: Any
    their_by: str
    base: str


class Present(NamedTuple):
    staff: str
    name: str
    lesson: str


def draft(conn: Connection, course: str) -> DraftCourse | None:
    row = conn.execute(select(COURSE).where(COURSE.c.course == course)).mappings().first()
    return DraftCourse(**row) if row else None


def courses(conn: Connection) -> list[str]:
    """Every course that can be written at: brought in, or begun here."""
    begun = conn.execute(select(COURSE.c.course)).scalars()
    return sorted({*begun, *curriculum.courses(conn)})


def titles(conn: Connection) -> dict[str, str]:
    """What the drafts are called in Vietnamese, by course."""
    wanted = select(PART.c.course, PART.c.value).where(PART.c.part == "course/words/vi/title")
    found = {row.course: json.loads(row.value) for row in conn.execute(wanted)}
    return {course: value["text"] for course, value in found.items() if value}


def is_behind(conn: Connection, course: str) -> bool:
    """Whether the draft has yet to be opened, or a revision came in since. Raises `NotFound` where there is no course."""
    held, revision = draft(conn, course), curriculum.latest_revision(conn, course)
    if held is None and revision is None:
        raise NotFound("there is no such course")
    return held is None or (revision is not None and revision.manifest != held.manifest)


def parts(conn: Connection, course: str, under: str = "") -> dict[str, Part]:
    """Every part, or those whose names begin with `under`; what was removed is there with None."""
    wanted = select(PART.c.part, PART.c.value, PART.c.head).where(PART.c.course == course)
    if under:
        wanted = wanted.where(PART.c.part.startswith(under, autoescape=True))
    rows = conn.execute(wanted.order_by(PART.c.part)).all()
    return {row.part: Part(json.loads(row.value), row.head) for row in rows}


def values(found: Mapping[str, Part]) -> dict[str, Any]:
    """For `courses.parts`: what there is, without what was removed."""
    return {name: part.value for name, part in found.items() if part.value is not None}


def part(conn: Connection, course: str, name: str) -> Part | None:
    wanted = select(PART.c.value, PART.c.head).where(PART.c.course == course, PART.c.part == name)
    row = conn.execute(wanted).first()
    return Part(json.loads(row.value), row.head) if row else None


def edit(conn: Connection, course: str, id: str) -> DraftEdit:
    """Raises `NotFound`."""
    row = conn.execute(select(EDIT).where(EDIT.c.course == course, EDIT.c.id == id)).mappings().first()
    if row is None:
        raise NotFound("there is no such edit")
    return DraftEdit(**row)


def part_history(conn: Connection, course: str, name: str) -> list[tuple[Change, Any]]:
    """What a part ever said, newest first, with the values."""
    wanted = _changes().add_columns(EDIT.c.value).where(EDIT.c.course == course, EDIT.c.part == name)
    rows = conn.execute(wanted.order_by(EDIT.c.seq.desc())).all()
    return [(Change(*row[:5]), json.loads(row.value)) for row in rows]


def _changes() -> Any:
    return select(EDIT.c.seq, EDIT.c.id, EDIT.c.part, EDIT.c.by, EDIT.c.at).where(EDIT.c.outcome == HEAD)


def changes(conn: Connection, course: str, since: str = "") -> list[Change]:
    """What became something else after the edit with this `seq`, oldest first."""
    wanted = _changes().where(EDIT.c.course == course, EDIT.c.seq > since).order_by(EDIT.c.seq)
    return [Change(*row) for row in conn.execute(wanted)]


def newest(conn: Connection, course: str) -> str:
    """The `seq` of the last edit, "" where there is none."""
    return conn.execute(select(func.max(EDIT.c.seq)).where(EDIT.c.course == course)).scalar_one() or ""


def history(conn: Connection, course: str) -> list[Revision]:
    """Newest first."""
    return revisions(changes(conn, course))


def revisions(changes: Iterable[Change]) -> list[Revision]:
    """Changes, oldest first, as revisions, newest first."""
    made: list[Revision] = []
    open_: dict[str, Revision] = {}
    for one in changes:
        last = open_.get(one.by)
        if last is None or one.at - last.at > TOGETHER_MS:
            last = open_[one.by] = Revision(one.id, one.seq, one.by, one.at, one.at, set())
            made.append(last)
        last.id, last.seq, last.at = one.id, one.seq, one.at
        last.parts.add(one.part)
    return sorted(made, key=lambda one: one.seq, reverse=True)


def parts_at(conn: Connection, course: str, id: str) -> dict[str, Part]:
    """The parts as they were right after an edit. Raises `NotFound`."""
    return parts_until(conn, course, edit(conn, course, id).seq)


def parts_before(conn: Connection, course: str, id: str) -> dict[str, Part]:
    """The parts as they were right before an edit, none before the first."""
    at = edit(conn, course, id).seq
    wanted = select(func.max(EDIT.c.seq)).where(EDIT.c.course == course, EDIT.c.seq < at)
    before = conn.execute(wanted).scalar_one()
    return parts_until(conn, course, before) if before else {}


def parts_until(conn: Connection, course: str, seq: str, under: str = "") -> dict[str, Part]:
    """The parts as they were when this was the `newest`; those whose names begin with `under`."""
    mine = (EDIT.c.course == course) & (EDIT.c.outcome == HEAD)
    if under:
        mine &= EDIT.c.part.startswith(under, autoescape=True)
    last = select(func.max(EDIT.c.seq)).where(mine, EDIT.c.seq <= seq).group_by(EDIT.c.part)
    wanted = select(EDIT.c.part, EDIT.c.value, EDIT.c.id).where(mine, EDIT.c.seq.in_(last))
    return {row.part: Part(json.loads(row.value), row.id) for row in conn.execute(wanted)}


def waiting(conn: Connection, course: str, by: str) -> list[Waiting]:
    """Her edits that met another's, and those of an import, until somebody chose."""
    other = EDIT.alias("other")
    joined = EDIT.join(PART, (PART.c.course == EDIT.c.course) & (PART.c.part == EDIT.c.part)).join(
        other, other.c.id == PART.c.head
    )
    wanted = select(EDIT, PART.c.head, PART.c.value.label("theirs"), other.c.by.label("their_by"))
    mine = EDIT.c.waiting & (EDIT.c.course == course) & EDIT.c.by.in_([by, IMPORT])
    rows = conn.execute(wanted.select_from(joined).where(mine).order_by(EDIT.c.seq)).all()
    return [
        Waiting(
            row.id,
            row.part,
            row.by,
            row.at,
            json.loads(row.value),
            row.head,
            json.loads(row.theirs),
            row.their_by,
            row.base,
        )
        for row in rows
    ]


def begun_from(conn: Connection, course: str, part: str, base: str) -> Any:
    """What an edit upon `base` began from: where that one itself met another, what that began from; None if unknown."""
    mine = (EDIT.c.course == course) & (EDIT.c.part == part)
    while base:
        row = conn.execute(select(EDIT).where(mine, EDIT.c.id == base)).first()
        if row is None:
            return None
        if row.outcome != CONFLICT:
            return json.loads(row.value)
        base = row.base
    return None


def editing_now(conn: Connection, course: str, but: str = "") -> list[Present]:
    """Who has the course open, `but` her who asks."""
    wanted = select(PRESENCE.c.staff, STAFF.c.name, PRESENCE.c.lesson).join_from(
        PRESENCE, STAFF, STAFF.c.id == PRESENCE.c.staff
    )
    here = (PRESENCE.c.course == course) & (PRESENCE.c.at > clock.now() - HERE_MS) & (PRESENCE.c.staff != but)
    return [Present(*row) for row in conn.execute(wanted.where(here).order_by(STAFF.c.name))]


def names(conn: Connection, staff: Sequence[str]) -> dict[str, str]:
    """The names of authors by their ids; `IMPORT` and the node have none."""
    rows = conn.execute(select(STAFF.c.id, STAFF.c.name).where(STAFF.c.id.in_(set(staff))))
    return {row.id: row.name for row in rows}
