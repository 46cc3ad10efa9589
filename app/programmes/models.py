"""What is done together, as projections of the ledger: classes, who was there, what was shown by hand."""

from typing import ClassVar

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from app.core.models import Record


class Class(Record, table=True):
    """What was last said of a class. Days are `YYYY-MM-DD`, "" where open; `courses` is JSON `[[course, deadline], …]`."""

    id: str = Field(primary_key=True)
    name: str
    place: str = Field(index=True)
    helper: str = Field(index=True)
    """The member of staff who leads it."""
    courses: str = Field(sa_type=Text)
    from_day: str
    to_day: str = ""
    ended: bool = False
    by: str
    set_id: str
    """The entry that said so; of several the greatest id counts."""


class ClassMember(Record, table=True):
    """Who joined a class; who left keeps her row."""

    __tablename__: ClassVar[str] = "class_member"

    class_id: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True, index=True)
    here: bool
    by: str = ""
    """Who of the staff put her there, "" where she came herself."""
    set_id: str


class Attendance(Record, table=True):
    """Who was there on a day; what was taken back keeps its row."""

    class_id: str = Field(primary_key=True)
    day: str = Field(primary_key=True, index=True)
    person_id: str = Field(primary_key=True, index=True)
    present: bool
    by: str
    set_id: str


class Confirmation(Record, table=True):
    """What a helper saw somebody do: `kind` is `skill` or `test`, `what` a skill of content/skills.toml or a course.

    In force unless a `Withdrawal` names it.
    """

    id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    kind: str
    what: str = Field(index=True)
    class_id: str = Field(default="", index=True)
    place: str
    day: str
    by: str
    at: int = Field(sa_type=BigInteger)


class Announcement(Record, table=True):
    """Words to the people of a class, shown until `until` or a `Withdrawal`."""

    id: str = Field(primary_key=True)
    class_id: str = Field(index=True)
    words: str = Field(sa_type=Text)
    lang: str
    until: str = ""
    by: str
    at: int = Field(sa_type=BigInteger)


class Withdrawal(Record, table=True):
    """Takes back a confirmation or an announcement: `entry_id` is its id."""

    id: str = Field(primary_key=True)
    entry_id: str = Field(index=True)
    by: str
    at: int = Field(sa_type=BigInteger)


class ProgrammeSet(Record, table=True):
    """The province's own figures of a programme; `targets` is JSON `{count: number}`, `until` a day or ""."""

    __tablename__: ClassVar[str] = "programme_set"

    id: str = Field(primary_key=True)
    targets: str = Field(sa_type=Text)
    until: str
    by: str
    set_id: str


class Team(Record, table=True):
    """What was last said of a team: `kind` is community, ambassadors or youth; `members` JSON ids of persons and staff."""

    id: str = Field(primary_key=True)
    kind: str
    name: str
    folded: str
    place: str = Field(index=True)
    members: str = Field(sa_type=Text)
    ended: bool = False
    by: str
    set_id: str


class Visit(Record, table=True):
    """A team came to a place and helped; `others` were helped and have no record. Stands unless a `Withdrawal` names it."""

    id: str = Field(primary_key=True)
    team_id: str = Field(index=True)
    place: str = Field(index=True)
    day: str
    others: int
    by: str
    at: int = Field(sa_type=BigInteger)


class VisitHelped(Record, table=True):
    __tablename__: ClassVar[str] = "visit_helped"

    visit_id: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True, index=True)


class CriteriaSet(Record, table=True):
    """What a household has to show since some day: `criteria` is JSON `[{id, text}, …]`; the greatest id holds."""

    __tablename__: ClassVar[str] = "criteria_set"

    id: str = Field(primary_key=True)
    criteria: str = Field(sa_type=Text)
    needed: int
    by: str
    at: int = Field(sa_type=BigInteger)


class HouseholdCheck(Record, table=True):
    """What a helper saw in a household: `met` is JSON ids of criteria. The latest that no `Withdrawal` names holds."""

    __tablename__: ClassVar[str] = "household_check"

    id: str = Field(primary_key=True)
    household_id: str = Field(index=True)
    met: str = Field(sa_type=Text)
    day: str
    by: str
    at: int = Field(sa_type=BigInteger)


class Market(Record, table=True):
    id: str = Field(primary_key=True)
    name: str
    place: str = Field(index=True)
    ended: bool = False
    by: str
    set_id: str


class Stall(Record, table=True):
    """A stall of a market, as last said: what it sells, and whether it takes cashless payment."""

    id: str = Field(primary_key=True)
    market_id: str = Field(index=True)
    name: str
    sells: str
    cashless: bool
    ended: bool = False
    by: str
    set_id: str


class Event(Record, table=True):
    """A festival at a place, from day to day; who joins begins with `course`, "" for all of them."""

    id: str = Field(primary_key=True)
    name: str
    place: str = Field(index=True)
    course: str
    from_day: str
    to_day: str
    ended: bool = False
    by: str
    set_id: str


class EventJoined(Record, table=True):
    """Who came to an event, and from which place; of several the greatest id says."""

    __tablename__: ClassVar[str] = "event_joined"

    event_id: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True, index=True)
    place: str
    at: int = Field(sa_type=BigInteger)
    set_id: str


class Elsewhere(Record, table=True):
    """What somebody learnt elsewhere; `course` is ours that it counts as, or "". Stands unless a `Withdrawal` names it."""

    id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    source: str
    title: str
    course: str = Field(default="", index=True)
    day: str
    by: str
    at: int = Field(sa_type=BigInteger)
