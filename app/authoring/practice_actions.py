"""What the practice builder saves: the screens as one part of the draft, each of their words as another."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection

from app.accounts.permissions import Officer
from app.authoring import draft_actions as drafts
from app.authoring import draft_queries as queries
from app.authoring import editor_actions, editor_forms, practice_rules
from app.authoring.draft_actions import Edit
from app.authoring.draft_queries import Part
from app.authoring.editor_forms import NotSo, Pairs
from app.authoring.editor_rules import fresh
from app.core import ids
from app.core.errors import NotFound
from courses.model import SOURCE
from courses.tables import ID

NONE = Part(None, "")


class Saved(NamedTuple):
    """`before` is where the draft stood, `wrong` the fields that were refused and why, `screen` what is looked at now.

    `both` says that somebody else changed the same meanwhile: both are kept, and the lesson's page asks.
    """

    before: str
    wrong: Mapping[str, str]
    screen: str
    both: bool


def begin(conn: Connection, course: str, lesson: str, block: str, officer: Officer) -> str:
    """The name of the file of a block's practice: a new one where it has none, once however often it is asked for.

    Without such a block a new one at the end has it.
    """
    values = queries.values(queries.parts(conn, course, f"{lesson}/"))
    told = values.get(f"{lesson}/lesson")
    if told is None:
        raise NotFound("there is no such lesson")
    held = values.get(f"{lesson}/block/{block}", {"kind": "practice"})
    if f"{lesson}/practice/{held.get('practice')}" in values:
        return str(held["practice"])
    if held["kind"] != "practice" or not ID.fullmatch(block):
        block, held = fresh("block"), {"kind": "practice"}
    file = next(one for n in range(1, 100) if f"{lesson}/practice/{(one := _file(n))}" not in values)
    changed: dict[str, Any] = {f"{lesson}/practice/{file}": practice_rules.begun()}
    if block not in told.get("blocks", []):
        changed[f"{lesson}/lesson"] = {**told, "blocks": [*told.get("blocks", []), block]}
    changed[f"{lesson}/block/{block}"] = {**held, "id": block, "practice": file}
    editor_actions.change(conn, course, changed, officer)
    return file


def _file(n: int) -> str:
    return "practice.toml" if n == 1 else f"practice-{n}.toml"


def submit(
    conn: Connection, course: str, at: str, screen: str, pairs: Pairs, since: str, officer: Officer
) -> Saved:
    """Saves what a form changes of a screen as it stood when the page was drawn, then does what its button says.

    `at` is the part of the practice.
    """
    pairs, lesson = list(pairs), at.partition("/")[0]
    before = queries.newest(conn, course)
    then = queries.parts_until(conn, course, since or before, f"{lesson}/")
    held = then.get(at, NONE)
    if held.value is None:
        raise NotFound("there is no such practice")
    edits, wrong = _words(lesson, then, pairs)
    made = practice_rules.filled(held.value, screen, pairs)
    if made != held.value:
        edits.append(Edit(ids.new(), at, made, held.head))
    outcomes = drafts.save(conn, course, edits, officer.id)
    do = dict(pairs).get("do", "")
    now = queries.part(conn, course, at) or NONE
    if do and not wrong and now.value is not None:
        made, screen = practice_rules.act(now.value, screen, do, pairs)
        if made != now.value:
            outcomes += drafts.save(conn, course, [Edit(ids.new(), at, made, now.head)], officer.id)
    return Saved(before, wrong, screen, any(one.result == "conflict" for one in outcomes))


def _words(lesson: str, then: Mapping[str, Part], pairs: Pairs) -> tuple[list[Edit], dict[str, str]]:
    edits: list[Edit] = []
    wrong: dict[str, str] = {}
    for name, _ in pairs:
        if not name.startswith("w."):
            continue
        part = f"{lesson}/words/{SOURCE}/{name.removeprefix('w.')}"
        base = then.get(part, NONE)
        try:
            value = editor_forms.value(part, pairs, base.value)
        except NotSo as refused:
            wrong[name] = refused.reason
            continue
        if value != base.value:
            edits.append(Edit(ids.new(), part, value, base.head))
    return edits, wrong
