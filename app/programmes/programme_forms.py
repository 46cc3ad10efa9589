"""What staff write in the forms of programmes, cleaned; what is wrong is said by an interface word a field."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Self

from app.accounts.rules import clean_name
from app.core import ids
from app.programmes.class_rules import is_day
from app.programmes.programme_projections import (
    LONGEST,
    MOST_CRITERIA,
    MOST_OTHERS,
    MOST_TARGET,
    TEAM_KINDS,
)
from app.programmes.programme_rules import Criteria, Criterion, Programme

NEW_LINES = 3
"""How many empty lines a form of criteria offers for new ones."""


def text(raw: str) -> str:
    return clean_name(raw)[:LONGEST]


def number(raw: str, most: int) -> int | None:
    """A whole number as people write it, `2.000` too; None where it is none."""
    digits = raw.replace(".", "").replace(" ", "")
    return (
        int(digits)
        if digits.isascii() and digits.isdigit() and len(digits) < 12 and int(digits) <= most
        else None
    )


@dataclass(slots=True)
class Form:
    """`errors` holds an interface word by field."""

    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def asked(cls, said: Mapping[str, Any]) -> Self:
        """As it stands before it is sent: what a row says, or what was written before the villages were asked for."""
        own = {one.name for one in fields(cls)} - {"errors"}
        return cls(**{name: value for name, value in said.items() if name in own})

    def must(self, name: str, holds: bool, word: str) -> None:
        if not holds:
            self.errors.setdefault(name, word)


@dataclass(slots=True)
class Targets(Form):
    """An empty field is no target."""

    targets: dict[str, int] = field(default_factory=dict)
    until: str = ""

    @classmethod
    def of(cls, programme: Programme, said: Mapping[str, str]) -> "Targets":
        form = cls(until=said.get("until", ""))
        for one in programme.counts:
            found = number(said.get(one.id) or "0", 100 if one.share else MOST_TARGET)
            form.must(one.id, found is not None, "programme.write_number")
            form.targets[one.id] = found or 0
        form.must("until", not form.until or is_day(form.until), "programme.write_day")
        return form


@dataclass(slots=True)
class TeamForm(Form):
    name: str = ""
    kind: str = TEAM_KINDS[0]
    place: str = ""

    def check(self, places: Collection[str]) -> "TeamForm":
        """`places` are the codes of those she may choose."""
        self.name = text(self.name)
        self.must("name", bool(self.name), "programme.write_name")
        self.must("kind", self.kind in TEAM_KINDS, "programme.choose")
        self.must("place", self.place in places, "programme.choose_place")
        return self


@dataclass(slots=True)
class VisitForm(Form):
    place: str = ""
    day: str = ""
    helped: Sequence[str] = ()
    others: str = ""

    def check(self, today: str) -> "VisitForm":
        self.helped = [one for one in dict.fromkeys(self.helped) if ids.is_id(one)]
        self.must("day", is_day(self.day) and self.day <= today, "programme.write_day_past")
        self.must("others", number(self.others or "0", MOST_OTHERS) is not None, "programme.write_number")
        if not self.errors:
            self.must("helped", bool(self.helped or self.count), "visit.whom")
        return self

    @property
    def count(self) -> int:
        return number(self.others or "0", MOST_OTHERS) or 0


@dataclass(slots=True)
class CriteriaForm(Form):
    """A line keeps its id, so that what was checked before still counts; an emptied line is asked for no more."""

    lines: Sequence[Criterion] = ()
    needed: str = ""

    @classmethod
    def of(cls, now: Criteria) -> "CriteriaForm":
        return cls(lines=now.criteria, needed=str(now.needed))

    def check(self, known: Collection[str], named: Sequence[str], texts: Sequence[str]) -> "CriteriaForm":
        given = [(id if id in known else "", text(words)) for id, words in zip(named, texts, strict=False)]
        kept = [Criterion(id or ids.new(), words) for id, words in given if words]
        self.lines = list({one.id: one for one in kept}.values())[:MOST_CRITERIA]
        found = number(self.needed, MOST_CRITERIA)
        self.must("lines", bool(self.lines), "criteria.write_one")
        self.must("needed", bool(found) and (found or 0) <= len(self.lines), "criteria.write_needed")
        return self

    @property
    def criteria(self) -> Criteria:
        return Criteria(tuple(self.lines), number(self.needed, MOST_CRITERIA) or 0)


@dataclass(slots=True)
class MarketForm(Form):
    name: str = ""
    place: str = ""

    def check(self, places: Collection[str]) -> "MarketForm":
        self.name = text(self.name)
        self.must("name", bool(self.name), "programme.write_name")
        self.must("place", self.place in places, "programme.choose_place")
        return self


@dataclass(slots=True)
class StallForm(Form):
    name: str = ""
    sells: str = ""
    cashless: bool = False

    def check(self) -> "StallForm":
        self.name, self.sells = text(self.name), text(self.sells)
        self.must("name", bool(self.name), "programme.write_name")
        return self


@dataclass(slots=True)
class EventForm(Form):
    name: str = ""
    place: str = ""
    course: str = ""
    from_day: str = ""
    to_day: str = ""

    def check(self, places: Collection[str], courses: Collection[str]) -> "EventForm":
        self.name = text(self.name)
        self.to_day = self.to_day or self.from_day
        self.must("name", bool(self.name), "programme.write_name")
        self.must("place", self.place in places, "programme.choose_place")
        self.must("course", not self.course or self.course in courses, "programme.choose")
        self.must("from_day", is_day(self.from_day), "programme.write_day")
        self.must("to_day", is_day(self.to_day) and self.from_day <= self.to_day, "event.ends_after")
        return self

    @property
    def said(self) -> dict[str, object]:
        own = {name: getattr(self, name) for name in ("name", "place", "course")}
        return own | {"from": self.from_day, "to": self.to_day}


@dataclass(slots=True)
class DoneForm(Form):
    """`other` is a source nobody offered."""

    source: str = ""
    other: str = ""
    title: str = ""
    course: str = ""
    day: str = ""

    def check(self, courses: Collection[str], today: str) -> "DoneForm":
        self.other, self.title = text(self.other), text(self.title)
        self.source = self.other or text(self.source)
        self.must("source", bool(self.source), "elsewhere.write_source")
        self.must("title", bool(self.title), "elsewhere.write_title")
        self.must("course", not self.course or self.course in courses, "programme.choose")
        self.must("day", is_day(self.day) and self.day <= today, "programme.write_day_past")
        return self

    @property
    def said(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in ("source", "title", "course", "day")}
