"""Translating, approving and rejecting words of a course's draft."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, insert

from app.accounts.permissions import Officer
from app.authoring import desk_queries as queries
from app.authoring import desk_rules as rules
from app.authoring import draft_actions, draft_queries
from app.authoring.desk_queries import REVIEW, Desk, Text
from app.authoring.desk_rules import Author, Refused
from app.authoring.draft_actions import Edit, Outcome
from app.core import clock, ids
from courses.exchange.lines import Carried, Line
from courses.glossary import Glossary
from courses.languages import comparison_key
from courses.model import source_hash


class Words(NamedTuple):
    """What somebody typed: `base` is the edit she saw, `made_from` the hash of the Vietnamese she saw."""

    part: str
    text: str
    base: str
    made_from: str


def write(
    conn: Connection, course: str, lang: str, words: Words, by: Author, id: str = "", origin: str = "human"
) -> Outcome:
    """Keeps what she typed; a conflict where somebody else wrote there since. `id` is of the edit, for sending it again."""
    now = draft_queries.part(conn, course, words.part)
    before = now.value if now else None
    value = rules.typed(before, lang, words.text, words.made_from, by, origin)
    if value is None:
        return Outcome(id, "same", now.head if now else "", before)
    base = now.head if now and _is_hers(conn, course, now.head, by) else words.base
    edit = Edit(id or ids.new(), words.part, value, base)
    [outcome] = draft_actions.save(conn, course, [edit], by.id)
    return outcome


def _is_hers(conn: Connection, course: str, head: str, by: Author) -> bool:
    """What she writes follows what she wrote herself, though the answer to that was lost on the way."""
    return draft_queries.edit(conn, course, head).by == by.id


def settle(conn: Connection, course: str, met: str, by: Author) -> None:
    """She saw what her edit met and wrote on: what is said now stands."""
    draft_actions.choose(conn, course, met, by.id, mine=False)


class Seen(NamedTuple):
    """What a reviewer had before her: the edit the words come from, and the hash of the Vietnamese."""

    base: str
    made_from: str


def approve(
    conn: Connection, desk: Desk, text: Text, seen: Seen, officer: Officer, glossary: Glossary
) -> None:
    """Signs what she saw. Raises `Refused`."""
    _unchanged(conn, desk.course, text, seen)
    by = Author(officer.id, officer.name)
    hands = queries.authors(conn, desk.course, text.part)
    remarks = queries.remarks(text, text.words, desk.lang, glossary)
    value = rules.approved(text.value, text.source, by, hands, remarks)
    _judge(conn, desk, text, value, "approved", officer)


def reject(conn: Connection, desk: Desk, text: Text, seen: Seen, officer: Officer, comment: str) -> None:
    """Raises `Refused`."""
    _unchanged(conn, desk.course, text, seen)
    value = rules.rejected(text.value, comment, Author(officer.id, officer.name))
    _judge(conn, desk, text, value, "rejected", officer)


def _unchanged(conn: Connection, course: str, text: Text, seen: Seen) -> None:
    """Neither the words nor their Vietnamese; `text` may have been read before this transaction."""
    now = draft_queries.part(conn, course, text.part)
    source = draft_queries.part(conn, course, text.source_part)
    said = source_hash(source.value["text"]) if source and source.value else ""
    if now is None or not now.head == seen.base == text.head or not said == seen.made_from == text.made_from:
        raise Refused("changed")


def _judge(
    conn: Connection, desk: Desk, text: Text, value: dict[str, object], verdict: str, officer: Officer
) -> None:
    edit = Edit(ids.new(), text.part, value, text.head)
    [outcome] = draft_actions.save(conn, desk.course, [edit], officer.id, signs=True)
    if outcome.result != "head":
        raise Refused("changed")
    row = {
        "id": edit.id, "course": desk.course, "lang": desk.lang, "part": text.part, "verdict": verdict, "text": text.words,
        "source": source_hash(text.source), "author": text.author, "by": officer.id, "name": officer.name,
        "place": queries.place_of(conn, officer), "comment": str(value.get("comment", "")), "at": clock.now(),
    }  # fmt: skip
    conn.execute(insert(REVIEW), [row])


class Coming(NamedTuple):
    """What a line of a file would do: new, change, beside (approved words stand), same, empty, or unknown (no such text)."""

    what: str
    line: Line
    text: Text | None = None


def planned(desk: Desk, carried: Carried) -> list[Coming]:
    """What a file would do, line by line; of a place named twice the last line counts."""
    texts = {one.place: one for one in desk.texts}
    last = {line.place: line for line in carried.lines}
    return [
        Coming(_what(desk.lang, texts.get(line.place), line), line, texts.get(line.place))
        for line in last.values()
    ]


def _what(lang: str, text: Text | None, line: Line) -> str:
    if text is None:
        return "unknown"
    if not line.words.strip():
        return "empty"
    if comparison_key(lang, line.words) == comparison_key(lang, text.words):
        return "same"
    if text.value.get("state") == "approved" and text.value.get("text"):
        return "beside"
    return "change" if text.words else "new"


TAKEN = frozenset({"new", "change", "beside"})


def bring(conn: Connection, course: str, lang: str, coming: Iterable[Coming], by: Author) -> int:
    """Writes what a file brings; how many texts. What is approved stands, and the other waits beside it."""
    done = 0
    for one in coming:
        if one.text is None or one.what not in TAKEN:
            continue
        made_from = source_hash(one.line.source) if one.line.source.strip() else one.text.made_from
        words = Words(one.text.part, one.line.words, one.text.head, made_from)
        done += write(conn, course, lang, words, by, origin="import").result == "head"
    return done


def differing(coming: Sequence[Coming]) -> int:
    """How many lines were made from other Vietnamese than stands there now."""
    return sum(
        one.what in TAKEN
        and one.text is not None
        and one.line.source.strip() not in ("", one.text.source.strip())
        for one in coming
    )
