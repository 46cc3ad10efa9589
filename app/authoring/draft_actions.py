"""Saving a draft part by part. Every edit is kept; nothing published changes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from app.authoring import draft_queries as queries
from app.authoring.draft_models import DraftCourse, DraftPart, DraftPresence
from app.authoring.draft_queries import CONFLICT, COURSE, EDIT, HEAD, IMPORT, MERGED, PART, SAME, Part
from app.core import clock, ids
from app.core.blobs import Blobs
from app.core.db import insert_or_ignore, replace, upsert
from app.core.errors import MakesNoSense, NotFound
from app.curriculum import actions as curriculum
from app.curriculum import queries as published
from app.curriculum.library import Library
from courses import manifest
from courses import parts as course_parts
from courses.folder import Files
from courses.parts import Clash

LARGEST_VALUE = 100_000
"""Characters of JSON in one part."""


class Edit(NamedTuple):
    """`id` is a UUIDv7 made where it was typed; `base` the edit it was made upon, "" for a new part."""

    id: str
    part: str
    value: Any
    base: str = ""


class Outcome(NamedTuple):
    """What became of an edit, and what the part says now.

    `result` is head, same, merged, conflict (kept; whoever wrote it chooses) or refused, for the reason `why`; what is
    refused is not kept. `by` wrote the `head`, at `at`.
    """

    id: str
    result: str
    head: str = ""
    value: Any = None
    by: str = ""
    at: int = 0
    why: str = ""


def open_course(conn: Connection, blobs: Blobs, course: str) -> None:
    """Begins the draft of a course that was brought in, or takes up what was brought in since.

    What an import changed and nobody else did becomes so here too; where somebody wrote meanwhile, both are kept and
    she chooses. Approved words stand, and what comes without a reviewer waits beside them. Raises `NotFound`.
    """
    if not queries.is_behind(conn, course):
        return
    revision = published.latest_revision(conn, course)
    assert revision is not None
    held = queries.draft(conn, course)
    new = _parts_of(blobs, revision.manifest)
    if held is None:
        _keep_course(conn, course, revision.manifest)
        _begin(conn, course, new)
        return
    _lock(conn, course)
    old = _parts_of(blobs, held.manifest) if held.manifest else {}
    _take_over(conn, course, old, new)
    _agreed(conn, course, revision.manifest)


def known(conn: Connection, blobs: Blobs, course: str) -> dict[str, Any]:
    """What the parts of a course say: those of its draft, else those it was brought in with, else none."""
    if queries.draft(conn, course):
        return queries.values(queries.parts(conn, course))
    revision = published.latest_revision(conn, course)
    return _parts_of(blobs, revision.manifest) if revision else {}


def _parts_of(blobs: Blobs, name: str) -> dict[str, Any]:
    held = manifest.load(blobs.get(name)).files
    own = {path: blobs.get(one.sha256) for path, one in held.items() if curriculum.is_own(path)}
    return course_parts.split(own)


def _keep_course(conn: Connection, course: str, manifest: str) -> None:
    row = {"course": course, "manifest": manifest, "made_at": clock.now()}
    insert_or_ignore(conn, DraftCourse, [row])
    _lock(conn, course)


def _lock(conn: Connection, course: str) -> None:
    """One after the other, whichever process saves."""
    conn.execute(select(COURSE.c.course).where(COURSE.c.course == course).with_for_update())


def _agreed(conn: Connection, course: str, manifest: str) -> None:
    conn.execute(update(COURSE).where(COURSE.c.course == course).values(manifest=manifest))


def _begin(conn: Connection, course: str, values: Mapping[str, Any], by: str = IMPORT) -> None:
    if queries.newest(conn, course):
        return
    now, edits = clock.now(), []
    for part, value in values.items():
        id = ids.new()
        edits.append({
            "id": id, "seq": id, "course": course, "part": part, "value": _json(value), "base": "", "by": by, "at": now,
            "outcome": HEAD, "into": "", "waiting": False,
        })  # fmt: skip
    conn.execute(insert(EDIT), edits)
    names = ("course", "part", "value")
    conn.execute(insert(PART), [{name: one[name] for name in names} | {"head": one["id"]} for one in edits])


def _take_over(conn: Connection, course: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    now = queries.parts(conn, course)
    for part in dict.fromkeys([*old, *new]):
        said = now.get(part, Part(None, ""))
        before, brought = old.get(part), new.get(part)
        if brought == before or brought == course_parts.plain(part, said.value):
            continue
        value = course_parts.beside(part, brought, said.value)
        if value != said.value:
            base = before if value is brought else said.value
            _save(conn, course, Edit(ids.new(), part, value), IMPORT, base=base)


def begin(conn: Connection, course: str, values: Mapping[str, Any], by: str) -> None:
    """A new course of these parts. Raises `MakesNoSense` where there is one of that id."""
    if course in queries.courses(conn):
        raise MakesNoSense("course-there")
    for part, value in values.items():
        if _refusal(part, value):
            raise MakesNoSense(f"no part: {part}")
    _keep_course(conn, course, "")
    waiting = {part: course_parts.unsigned(part, value, None) for part, value in values.items()}
    _begin(conn, course, waiting, by)


def save(conn: Connection, course: str, edits: Sequence[Edit], by: str, signs: bool = False) -> list[Outcome]:
    """Keeps edits, in their order; each once, however often it is sent. What each became.

    An edit made upon what the part says becomes what it says. One made upon something older is merged with what was
    written meanwhile where they changed different things, else kept as a conflict. Only who `signs`, a reviewer, approves
    translated words; from anybody else they wait for review. Raises `NotFound`.
    """
    _lock(conn, course)
    if queries.draft(conn, course) is None:
        raise NotFound("there is no such draft")
    taken = edits if signs else [_beside(conn, course, _unsigned(conn, course, one)) for one in edits]
    return [_known(conn, course, one) or _save(conn, course, one, by) for one in taken]


def _unsigned(conn: Connection, course: str, edit: Edit) -> Edit:
    """What was once approved is so again when it is brought back, unless the last word on it was to reject it."""
    if course_parts.unsigned(edit.part, edit.value, None) is edit.value:
        return edit
    once = (value for _, value in queries.part_history(conn, course, edit.part) if value)
    judged = (one for one in once if one.get("state") in ("approved", "rejected"))
    what = course_parts.signed(edit.part)
    last = next((one for one in judged if one[what] == edit.value[what]), None)
    return edit._replace(value=course_parts.unsigned(edit.part, edit.value, last))


def _beside(conn: Connection, course: str, edit: Edit) -> Edit:
    """What is approved stands; other words wait beside it."""
    if course_parts.signed(edit.part) != "text" or not isinstance(edit.value, dict):
        return edit
    head = queries.part(conn, course, edit.part)
    return edit._replace(value=course_parts.beside(edit.part, edit.value, head.value)) if head else edit


_UNKNOWN = object()


def _known(conn: Connection, course: str, edit: Edit) -> Outcome | None:
    row = conn.execute(select(EDIT).where(EDIT.c.id == edit.id)).first()
    if row is None:
        return None
    if (row.course, row.part, json.loads(row.value)) != (course, edit.part, edit.value):
        return Outcome(edit.id, "refused", why="id")
    return _outcome(conn, course, edit, row.outcome)


def _save(conn: Connection, course: str, edit: Edit, by: str, base: Any = _UNKNOWN) -> Outcome:
    """`base` is what the part said where there is no edit that says so."""
    if why := _refusal(edit.part, edit.value) or ("" if ids.is_id(edit.id) else "id"):
        return Outcome(edit.id, "refused", why=why)
    head = queries.part(conn, course, edit.part) or Part(None, "")
    _supersede(conn, course, edit, by)
    if edit.value == head.value:
        _keep(conn, course, edit, by, SAME, into=head.head)
        return _outcome(conn, course, edit, SAME)
    if base is _UNKNOWN:
        if edit.base == head.head:
            return _become(conn, course, edit, by)
        base = queries.begun_from(conn, course, edit.part, edit.base)
    try:
        merged = course_parts.merge(edit.part, base, edit.value, head.value)
    except Clash:
        _keep(conn, course, edit, by, CONFLICT, into=head.head)
        return _outcome(conn, course, edit, CONFLICT)
    if merged == edit.value:
        return _become(conn, course, edit, by)
    return _merge(conn, course, edit, by, merged, head)


def _refusal(part: str, value: Any) -> str:
    return course_parts.fault(part, value) or ("large" if len(_json(value)) > LARGEST_VALUE else "")


def _merge(conn: Connection, course: str, edit: Edit, by: str, merged: Any, head: Part) -> Outcome:
    if merged == head.value:
        _keep(conn, course, edit, by, SAME, into=head.head)
        return _outcome(conn, course, edit, SAME)
    made = Edit(ids.new(), edit.part, merged, head.head)
    _keep(conn, course, edit, by, MERGED, into=made.id)
    _become(conn, course, made, by)
    return _outcome(conn, course, edit, MERGED)


def _become(conn: Connection, course: str, edit: Edit, by: str) -> Outcome:
    _keep(conn, course, edit, by, HEAD)
    row = {"course": course, "part": edit.part, "head": edit.id, "value": _json(edit.value)}
    upsert(conn, DraftPart, [row], replace)
    return _outcome(conn, course, edit, HEAD)


def _keep(conn: Connection, course: str, edit: Edit, by: str, outcome: str, into: str = "") -> None:
    row = {
        "id": edit.id, "seq": ids.new(), "course": course, "part": edit.part, "value": _json(edit.value),
        "base": edit.base, "by": by, "at": clock.now(), "outcome": outcome, "into": into,
        "waiting": outcome == CONFLICT,
    }  # fmt: skip
    conn.execute(insert(EDIT), [row])


def _outcome(conn: Connection, course: str, edit: Edit, result: str) -> Outcome:
    head = queries.part(conn, course, edit.part) or Part(None, "")
    row = conn.execute(select(EDIT.c.by, EDIT.c.at).where(EDIT.c.id == head.head)).first()
    by, at = row or ("", 0)
    return Outcome(edit.id, result, head.head, head.value, by, at)


def choose(conn: Connection, course: str, id: str, by: str, mine: bool) -> None:
    """She takes her own edit, or leaves what the part says; both stay in the history. Chosen twice is chosen once."""
    _lock(conn, course)
    found = queries.edit(conn, course, id)
    if not found.waiting or found.by not in (by, IMPORT):
        return
    if mine:
        head = queries.part(conn, course, found.part) or Part(None, "")
        taken = Edit(ids.new(), found.part, json.loads(found.value), head.head)
        _become(conn, course, _beside(conn, course, taken), by)
    conn.execute(update(EDIT).where(EDIT.c.id == id).values(waiting=False))


def _supersede(conn: Connection, course: str, edit: Edit, by: str) -> None:
    """What she goes on typing stands for what waited."""
    before = (EDIT.c.course == course) & (EDIT.c.id == edit.base) & (EDIT.c.part == edit.part)
    conn.execute(update(EDIT).where(before, EDIT.c.by == by).values(waiting=False))


def bring_back(conn: Connection, course: str, id: str, by: str, only: str = "") -> list[Outcome]:
    """Makes the parts say again what they said right after an edit; `only` one of them where it is named."""
    then, now = queries.parts_at(conn, course, id), queries.parts(conn, course)
    changed = [part for part in now if then.get(part, Part(None, "")).value != now[part].value]
    edits = [
        Edit(ids.new(), part, then[part].value if part in then else None, now[part].head)
        for part in changed
        if only in ("", part)
    ]
    return save(conn, course, edits, by)


def files(conn: Connection, blobs: Blobs, course: str) -> dict[str, bytes]:
    """The draft as a course folder. Raises `NotParts` where there is no course in it."""
    return course_parts.join(queries.values(queries.parts(conn, course)), blobs.get)


def take_in(conn: Connection, blobs: Blobs, library: Library, course: str, by: str) -> Files:
    """The draft as a revision, which `app.curriculum.actions.publish` shows to learners. Raises `Refused`."""
    _lock(conn, course)
    made = files(conn, blobs, course)
    curriculum.take_in(conn, blobs, library, made, by)
    revision = published.latest_revision(conn, course)
    if revision is not None:
        _agreed(conn, course, revision.manifest)
    return made


def agreed(conn: Connection, course: str, manifest: str) -> None:
    """Says that this revision was made of the draft."""
    _agreed(conn, course, manifest)


def be_here(conn: Connection, course: str, staff: str, lesson: str) -> None:
    row = {"course": course, "staff": staff, "lesson": lesson, "at": clock.now()}
    upsert(conn, DraftPresence, [row], replace)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
