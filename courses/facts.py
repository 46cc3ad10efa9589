"""Numbers, laws and addresses that words quote as {fact:<id>}, so that each ages in one place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from courses.model import Course, Fault
from courses.tables import ID, Faults, Table, parse

QUOTE = re.compile(r"\{fact:([^{}]*)\}")
FIELDS = ("value", "say", "source_url", "checked_on", "review_by", "owner", "verified")


@dataclass(frozen=True, slots=True)
class Fact:
    """`say` is how the value is read aloud; `line` is where it stands in facts.toml."""

    id: str
    value: str
    say: str
    source_url: str
    owner: str
    checked_on: date | None
    review_by: date | None
    verified: bool
    line: int


Facts = Mapping[str, Fact]


def read(data: bytes, file: str = "facts.toml") -> tuple[dict[str, Fact], list[Fault]]:
    """Facts by id, and what is wrong in the file."""
    faults = Faults()
    table = parse(file, data, faults)
    ids = [id for id in (table.values if table else ()) if ID.fullmatch(id)]
    facts = {id: _fact(id, table.table(id)) for id in ids if table}
    return facts, faults.found


def _fact(id: str, table: Table) -> Fact:
    table.known(*FIELDS)
    value, verified = table.text("value"), table.flag("verified")
    for key in ("value", "source_url", "owner") if verified else ("value",):
        if not table.text(key):
            table.fault(
                f"The fact `{id}` has no `{key}`.", "Write it; a fact without its source is not verified."
            )
    days = (_day(table, "checked_on"), _day(table, "review_by"))
    texts = (table.text("say", value), table.text("source_url"), table.text("owner"))
    return Fact(id, value, *texts, *days, verified, table.line)


def _day(table: Table, key: str) -> date | None:
    value: Any = table.values.get(key)
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    table.fault(f"`{key}` is not a day.", f"Write `{key} = 2026-11-21`.")
    return None


def resolve(text: str, facts: Facts, aloud: bool = False) -> str:
    """The text with its quotes put in; a quote of an unknown or unverified fact stays as it is written."""

    def put(found: re.Match[str]) -> str:
        fact = facts.get(found[1])
        if fact is None or not fact.verified:
            return found[0]
        return fact.say if aloud else fact.value

    return QUOTE.sub(put, text)


def quoted(course: Course) -> Iterator[tuple[str, int, str]]:
    """(file, line, fact id) for every quote in a course's words."""
    for words in (course.title, course.about):
        for unit in words.values():
            yield from (("course.toml", unit.line, id) for id in QUOTE.findall(unit.text))
    for lesson in course.all_lessons():
        for lang, units in lesson.words.items():
            for unit in units.values():
                yield from ((f"{lesson.id}/{lang}.md", unit.line, id) for id in QUOTE.findall(unit.text))


def check(course: Course, facts: Facts, today: date | None = None) -> Iterator[Fault]:
    """Quotes of facts that are not there, not verified, or overdue for review on `today`."""
    for file, line, id in quoted(course):
        fact = facts.get(id)
        if fact is None:
            yield Fault(
                file, line, f"The fact `{id}` is not in facts.toml.", "Write it there, or mend its id."
            )
        elif not fact.verified:
            yield Fault(
                file, line, f"The fact `{id}` is not verified.", "Let its owner confirm it, or take it out."
            )
        elif today and fact.review_by and fact.review_by < today:
            mend = f"Check it at {fact.source_url} and write the new `checked_on` and `review_by`."
            yield Fault(
                file, line, f"The fact `{id}` was to be reviewed by {fact.review_by}.", mend, "warning"
            )
