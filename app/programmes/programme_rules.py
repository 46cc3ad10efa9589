"""What counts towards a programme, and how far it has come; who of a household is recognised. Pure."""

import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from app.accounts.rules import name_key
from courses.paths import Paths

KINDS = ("finished", "shown", "held", "active", "cashless")
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    words: frozenset[str]
    path: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """One thing a programme counts. `share`: the target is per cent of those it is about; 0 is no target."""

    id: str
    kind: str
    name: str
    groups: tuple[str, ...] = ()
    courses: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    days: int = 0
    target: int = 0
    share: bool = False


@dataclass(frozen=True, slots=True)
class Programme:
    """`until` is `YYYY-MM-DD`, "" for no date; `source` where the target was read."""

    id: str
    name: str
    counts: tuple[Count, ...]
    until: str = ""
    source: str = ""

    @property
    def targets(self) -> dict[str, int]:
        return {one.id: one.target for one in self.counts}


@dataclass(frozen=True, slots=True)
class Criterion:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a household shows, and how many of them are enough."""

    criteria: tuple[Criterion, ...]
    needed: int

    def met(self, ids: Collection[str]) -> list[str]:
        """Those of these that are asked for now."""
        return [one.id for one in self.criteria if one.id in ids]

    def recognises(self, ids: Collection[str]) -> bool:
        return bool(self.criteria) and len(self.met(ids)) >= min(self.needed, len(self.criteria))


@dataclass(frozen=True, slots=True)
class Shipped:
    """What content/programmes.toml says."""

    programmes: Mapping[str, Programme]
    groups: tuple[Group, ...]
    criteria: Criteria
    sources: tuple[str, ...]

    def group_of(self, group: str, path: str) -> str:
        """The group somebody's record names, else the one her path leads to, else ""."""
        key = name_key(group)
        if key:
            return next((one.id for one in self.groups if key in one.words), "")
        chosen = Paths.path_of(path)
        return next((one.id for one in self.groups if chosen and one.path == chosen), "")


def read(toml: bytes) -> Shipped:
    said = tomllib.loads(toml.decode())
    household = said["household"]
    criteria = tuple(Criterion(**one) for one in household["criteria"])
    return Shipped(
        {one["id"]: _programme(one) for one in said["programmes"]},
        tuple(_group(one) for one in said["groups"]),
        Criteria(criteria, household["needed"]),
        tuple(said["elsewhere"]["sources"]),
    )


def _programme(said: Mapping[str, Any]) -> Programme:
    counts = tuple(_count(one) for one in said["counts"])
    until = said["until"].isoformat() if "until" in said else ""
    return Programme(said["id"], said["name"], counts, until, said.get("source", ""))


def _count(said: Mapping[str, Any]) -> Count:
    several = {name: tuple(said.get(name, ())) for name in ("groups", "courses", "skills")}
    return Count(**{**said, **several})


def _group(said: Mapping[str, Any]) -> Group:
    words = frozenset(map(name_key, [said["id"], *said["words"]]))
    return Group(said["id"], words, said.get("path", ""))


class Someone(NamedTuple):
    """A person as programmes count her; `commune` is "" where nobody said where she lives."""

    id: str
    commune: str
    group: str


class Held(NamedTuple):
    """A class that people came to; `last_day` is the latest day somebody was there."""

    id: str
    commune: str
    courses: frozenset[str]
    last_day: str


class Stall(NamedTuple):
    commune: str
    cashless: bool


class Figure(NamedTuple):
    """How many of how many; `of` is 0 where there is no whole to speak of."""

    done: int
    of: int = 0

    @property
    def share(self) -> int:
        """Per cent, rounded down, so that 100 means all."""
        return PERCENT * self.done // self.of if self.of else 0


Tally = Mapping[str, Figure]
"""By commune; "" for those of whom nobody said where."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that programmes count from. `took` and `shown`: courses finished and skills shown, by person."""

    people: Sequence[Someone] = ()
    took: Mapping[str, Collection[str]] = field(default_factory=dict)
    shown: Mapping[str, Collection[str]] = field(default_factory=dict)
    classes: Sequence[Held] = ()
    stalls: Sequence[Stall] = ()
    communes: Collection[str] = ()
    today: str = "1970-01-01"


def tally(count: Count, facts: Facts) -> Tally:
    """What counts, commune by commune."""
    counting = {
        "finished": _finished,
        "shown": _shown,
        "held": _held,
        "active": _active,
        "cashless": _cashless,
    }
    return counting[count.kind](count, facts)


def _finished(count: Count, facts: Facts) -> Tally:
    return _people(count, facts.people, count.courses, facts.took)


def _shown(count: Count, facts: Facts) -> Tally:
    return _people(count, facts.people, count.skills, facts.shown)


def _people(
    count: Count, people: Iterable[Someone], wanted: Sequence[str], done: Mapping[str, Collection[str]]
) -> Tally:
    """Each person once, among those of the groups, or among all where no group is named."""
    meant = {one.id: one for one in people if not count.groups or one.group in count.groups}
    able = [one.commune for one in meant.values() if set(wanted) <= set(done.get(one.id, ()))]
    return _figures(Counter(able), Counter(one.commune for one in meant.values()))


def _held(count: Count, facts: Facts) -> Tally:
    about = {one.id: one.commune for one in facts.classes if one.courses & set(count.courses)}
    return _figures(Counter(about.values()), Counter())


def _active(count: Count, facts: Facts) -> Tally:
    since = (date.fromisoformat(facts.today) - timedelta(days=count.days)).isoformat()
    lively = {one.commune for one in facts.classes if since <= one.last_day <= facts.today}
    return {commune: Figure(int(commune in lively), 1) for commune in facts.communes}


def _cashless(count: Count, facts: Facts) -> Tally:
    taking = Counter(one.commune for one in facts.stalls if one.cashless)
    return _figures(taking, Counter(one.commune for one in facts.stalls))


def _figures(done: Mapping[str, int], of: Mapping[str, int]) -> Tally:
    return {commune: Figure(done.get(commune, 0), of.get(commune, 0)) for commune in {*done, *of}}


def total(tally: Tally) -> Figure:
    return Figure(sum(one.done for one in tally.values()), sum(one.of for one in tally.values()))


def goal(target: int, share: bool, of: int) -> int:
    """The number to reach; a share of a whole is rounded up. 0 where there is no target."""
    return -(-of * target // PERCENT) if share else target


def targets(programme: Programme, said: Mapping[str, object]) -> dict[str, int]:
    """The province's own target of each count, where it has said one."""
    own = {id: said.get(id) for id in programme.targets}
    return {
        id: value if isinstance(value := own[id], int) and value >= 0 else default
        for id, default in programme.targets.items()
    }
