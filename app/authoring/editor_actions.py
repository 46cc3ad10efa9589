"""What the editor's pages save: fields made values, values made edits."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from app.accounts.permissions import Officer
from app.authoring import draft_actions as drafts
from app.authoring import draft_queries as queries
from app.authoring import draft_rules, editor_forms, editor_rules
from app.authoring.draft_actions import Edit, Outcome
from app.authoring.draft_queries import EDIT, Part
from app.authoring.editor_forms import NotSo
from app.core import ids

NONE = Part(None, "")
Pairs = Sequence[tuple[str, str]]


class Sent(NamedTuple):
    """An edit as a page sends it: either the `fields` of its part, or its `value`."""

    id: str
    part: str
    base: str
    fields: Pairs | None = None
    value: Any = None


class Saved(NamedTuple):
    """`field` is the one that was refused, "" else."""

    outcome: Outcome
    field: str = ""


def save(conn: Connection, course: str, sent: Iterable[Sent], officer: Officer) -> list[Saved]:
    """Saves what a page sends, each by itself: what is refused keeps nothing else back."""
    return [_save(conn, course, one, officer) for one in sent]


def _save(conn: Connection, course: str, sent: Sent, officer: Officer) -> Saved:
    if not draft_rules.may_write(officer, sent.part):
        return Saved(Outcome(sent.id, "refused", why="may"))
    head = queries.part(conn, course, sent.part) or NONE
    base = head if sent.base == head.head else Part(_value_of(conn, course, sent), sent.base)
    try:
        value = _value(sent, base, officer)
    except NotSo as wrong:
        return Saved(Outcome(sent.id, "refused", head.head, why=wrong.reason), wrong.field)
    [outcome] = drafts.save(conn, course, [Edit(sent.id, sent.part, value, sent.base)], officer.id)
    return Saved(outcome)


def _value(sent: Sent, base: Part, officer: Officer) -> Any:
    if sent.fields is not None:
        return editor_forms.value(sent.part, sent.fields, base.value)
    return draft_rules.stamped(officer, sent.part, sent.value)


def _value_of(conn: Connection, course: str, sent: Sent) -> Any:
    mine = (EDIT.c.course == course) & (EDIT.c.part == sent.part) & (EDIT.c.id == sent.base)
    row = conn.execute(select(EDIT.c.value).where(mine)).first()
    return json.loads(row.value) if row else None


class Submitted(NamedTuple):
    """What became of a whole form: `before` is where the draft stood, `wrong` the fields that were refused and why."""

    before: str
    wrong: Mapping[str, str]


def submit(
    conn: Connection, course: str, lesson: str, pairs: Pairs, since: str, officer: Officer
) -> Submitted:
    """Saves what a form of a lesson changes of what stood there when the page was drawn."""
    before = queries.newest(conn, course)
    then = queries.parts_until(conn, course, since, f"{lesson}/") if since else {}
    wrong: dict[str, str] = {}
    edits = []
    for part in editor_forms.parts_of(lesson, then, pairs):
        base = then.get(part, NONE)
        try:
            value = editor_forms.value(part, pairs, base.value)
        except NotSo as refused:
            wrong[refused.field] = refused.reason
            continue
        if value != base.value:
            edits.append(Edit(ids.new(), part, value, base.head))
    drafts.save(conn, course, edits, officer.id)
    return Submitted(before, wrong)


def change(conn: Connection, course: str, changed: Mapping[str, Any], officer: Officer) -> None:
    """Writes parts anew, upon what they say now."""
    now = queries.parts(conn, course)
    edits = [Edit(ids.new(), part, value, now.get(part, NONE).head) for part, value in changed.items()]
    drafts.save(conn, course, edits, officer.id)


def act(conn: Connection, course: str, lesson: str, do: str, kind: str, officer: Officer) -> str:
    """What a button of a lesson's page does; the section it is about."""
    values = queries.values(queries.parts(conn, course, f"{lesson}/"))
    changed = editor_rules.act(values, lesson, do, kind)
    change(conn, course, changed, officer)
    new = [part for part in changed if part not in values and part.split("/")[1] in editor_rules.LISTS]
    if new:
        return ".".join(new[0].split("/")[1:])
    words = [*do.split(" "), "", ""]
    return f"{words[1]}.{words[2]}" if words[0] != "remove" else ""


def undo(conn: Connection, course: str, was: str, officer: Officer) -> int:
    """Takes back what she changed since the draft stood at `was`, where nobody wrote upon it; how many parts."""
    hers = {one.part: one.id for one in queries.changes(conn, course, was) if one.by == officer.id}
    then, now = queries.parts_until(conn, course, was), queries.parts(conn, course)
    edits = [
        Edit(ids.new(), part, then.get(part, NONE).value, id)
        for part, id in hers.items()
        if now[part].head == id
    ]
    drafts.save(conn, course, edits, officer.id)
    return len(edits)
