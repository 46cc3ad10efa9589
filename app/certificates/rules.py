"""Who has earned a certificate, and why not; how numbers are written; what a clock may say. Pure."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, NamedTuple

from app.core import clock
from app.core.errors import Unavailable

REASONS = ("mistake", "not_earned", "wrong_person", "wrong_data", "asked", "key", "other")
"""Why a certificate was revoked; people read `certificate.reason.<one>`."""
NUMBER = re.compile(r"([A-Z]{2,6})-([0-9]{4})-([0-9]{6,9})")
CODE = re.compile(r"[A-Z]{2,6}")
RULE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
SOURCES = ("class", "place", "person", "earned", "correction")
SLACK = clock.HOUR
"""A clock that is set right goes back a little; more than this was set wrong, now or then."""
DEFAULT = "default"


class ClockBack(Unavailable):
    """Nothing was issued: this clock stands before the last certificate."""

    def __init__(self, now: int, last: int) -> None:
        self.now, self.last = _day(now), _day(last)
        super().__init__(
            f"This machine's clock says {self.now}, but the last certificate was issued on {self.last}: set the clock "
            "right, or revoke what was issued while it was wrong."
        )


def _day(at: int) -> str:
    return clock.as_datetime(at).date().isoformat()


def issuing_time(now: int, last: int) -> int:
    """When what is issued now was issued; never before what was issued last (0 for nothing). Raises `ClockBack`."""
    if now < last - SLACK:
        raise ClockBack(now, last)
    return max(now, last)


def number(code: str, year: int, seq: int) -> str:
    return f"{code}-{year}-{seq:06d}"


def parted(number: str) -> tuple[str, int, int] | None:
    """Code, year and running number; None where it is written otherwise."""
    found = NUMBER.fullmatch(number)
    return (found[1], int(found[2]), int(found[3])) if found else None


@dataclass(frozen=True, slots=True)
class Rule:
    """What is asked for. `programme`, `audience` and `course` say where it holds, "" for any; `version` is the entry's id."""

    id: str
    programme: str = ""
    audience: str = ""
    course: str = ""
    structures: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()
    score: int = 0
    supervised: bool = False
    skills: tuple[str, ...] = ()
    ended: bool = False
    version: str = DEFAULT

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Rule":
        """Raises `KeyError` or `TypeError` where a field is missing or unknown."""
        lists = {name: tuple(said.get(name, ())) for name in ("structures", "lessons", "skills")}
        return cls(**{**said, **lists})

    @property
    def name(self) -> str:
        return f"{self.id}@{self.version}"


RULE_FIELDS = frozenset(one.name for one in fields(Rule))


@dataclass(frozen=True, slots=True)
class Issuing:
    """Who issues: the code of numbers, that of samples, names by language, and whether a second person must agree."""

    code: str
    sample: str
    names: Mapping[str, str]
    second_person: bool = False

    def said(self, own: Mapping[str, Any]) -> "Issuing":
        """With what the province says of itself."""
        names = {**self.names, **own.get("names", {})}
        second = own.get("second_person", self.second_person)
        return Issuing(own.get("code", self.code), self.sample, names, second)


class Shipped(NamedTuple):
    """What content/certificates.toml says."""

    issuer: Issuing
    rules: tuple[Rule, ...]


def read(toml: bytes) -> Shipped:
    said = tomllib.loads(toml.decode())
    return Shipped(Issuing(**said["issuer"]), tuple(Rule.from_json(one) for one in said["rules"]))


def in_force(shipped: Iterable[Rule], own: Iterable[Rule]) -> dict[str, Rule]:
    """By id, the province's own before what was shipped; an ended one stands nowhere."""
    all = {one.id: one for one in shipped} | {one.id: one for one in own}
    return {id: one for id, one in all.items() if not one.ended}


def candidates(rules: Iterable[Rule], programme: str, course: str) -> list[Rule]:
    """Those that may hold for somebody of this programme and course, whatever her group."""
    return [one for one in rules if one.programme in ("", programme) and one.course in ("", course)]


def rule_for(rules: Iterable[Rule], programme: str, group: str, course: str) -> Rule | None:
    """The one that says most about where it holds."""
    fitting = [one for one in candidates(rules, programme, course) if one.audience in ("", group)]
    return max(fitting, key=_closeness, default=None)


def _closeness(rule: Rule) -> tuple[bool, bool, bool, str]:
    return bool(rule.programme), bool(rule.audience), bool(rule.course), rule.id


@dataclass(frozen=True, slots=True)
class Way:
    """How far somebody is under one version of a course; `final` is the lesson of its quiz or "", `score` per cent."""

    structure: str
    lessons: tuple[str, ...]
    done: frozenset[str]
    final: str = ""
    score: int | None = None
    pass_mark: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of one person and one course. `name` is "" where nobody is registered; `held` a number she has."""

    name: str = ""
    group: str = ""
    ways: Sequence[Way] = ()
    supervised: bool = False
    skills: frozenset[str] = frozenset()
    held: str = ""


class Reason(NamedTuple):
    """`word` ends the interface word `certificate.missing.…`; `what` is what it speaks of."""

    word: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`way` is the version she is judged by: the one she lacks least of."""

    rule: Rule | None
    way: Way | None
    missing: tuple[Reason, ...]

    @property
    def earned(self) -> bool:
        return not self.missing


def judge(rules: Iterable[Rule], programme: str, course: str, evidence: Evidence) -> Verdict:
    """Whether a certificate is hers now, and all that is missing."""
    rule = rule_for(rules, programme, evidence.group, course)
    if not evidence.name:
        return Verdict(rule, None, (Reason("person"),))
    if rule is None:
        return Verdict(None, None, (Reason("rule"),))
    way, missing = _best(rule, evidence.ways)
    held = (Reason("held", evidence.held),) if evidence.held else ()
    return Verdict(rule, way, (*held, *missing, *_seen(rule, evidence)))


def lacking(rule: Rule, evidence: Evidence) -> tuple[Reason, ...]:
    """What this one rule finds missing, whoever she is and whatever she holds."""
    return (*_best(rule, evidence.ways)[1], *_seen(rule, evidence))


SEEN = ("supervised", "skill")
"""What a helper confirms; all else that is missing somebody does herself."""


class Ask(NamedTuple):
    """What still stands between somebody and a certificate of a programme, "" for that of the course itself."""

    programme: str
    missing: tuple[Reason, ...]


def asks(rules: Iterable[Rule], course: str, evidence: Evidence, now: Way) -> list[Ask]:
    """What she is told to do: in the version `now`, the one she can learn, unless another is whole already.

    A programme with a rule of its own is told of by what it asks for beyond the course.
    """
    every = [one for one in rules if one.course in ("", course)]
    plain = rule_for(every, "", evidence.group, course)
    own = _to_do(plain, evidence, now) if plain else ()
    found = [Ask("", own)] if plain else []
    for programme in sorted({one.programme for one in every} - {""}):
        rule = rule_for(every, programme, evidence.group, course)
        if rule and rule.programme:
            more = tuple(one for one in _to_do(rule, evidence, now) if one not in own)
            found += [Ask(programme, more)] if more or not plain else []
    return found or [Ask("", (Reason("rule"),))]


def _to_do(rule: Rule, evidence: Evidence, now: Way) -> tuple[Reason, ...]:
    """`again`: all of `now` is done, but by answers to an older version alone, and one must be to this."""
    missing = lacking(rule, evidence)
    if _is_learnt(missing):
        return missing
    missing = lacking(rule, replace(evidence, ways=[now]))
    return (Reason("again"), *missing) if _is_learnt(missing) else missing


def _is_learnt(missing: Iterable[Reason]) -> bool:
    return all(one.word in SEEN for one in missing)


def _best(rule: Rule, ways: Sequence[Way]) -> tuple[Way | None, tuple[Reason, ...]]:
    if not ways:
        return None, (Reason("begun"),)
    allowed = [one for one in ways if not rule.structures or one.structure in rule.structures]
    if not allowed:
        return None, (Reason("version"),)
    judged = [(one, _lacking(rule, one)) for one in allowed]
    return min(judged, key=lambda one: (len(one[1]), -(one[0].score or 0), one[0].structure))


def _lacking(rule: Rule, way: Way) -> tuple[Reason, ...]:
    wanted = rule.lessons or way.lessons
    missing = [Reason("lesson", one) for one in wanted if one not in way.done and one != way.final]
    if way.final:
        needed = max(rule.score, way.pass_mark)
        if way.final not in way.done or way.score is None:
            missing.append(Reason("final"))
        elif way.score < needed:
            missing.append(Reason("score", str(needed)))
    return tuple(missing)


def _seen(rule: Rule, evidence: Evidence) -> tuple[Reason, ...]:
    """What a helper must have confirmed."""
    supervised = (Reason("supervised"),) if rule.supervised and not evidence.supervised else ()
    skills = tuple(Reason("skill", one) for one in rule.skills if one not in evidence.skills)
    return (*supervised, *skills)


def needs_second(issuer: Issuing, may_approve: bool) -> bool:
    return issuer.second_person or not may_approve


class Progress(NamedTuple):
    """How far a batch is: how many were listed, issued, passed over, and of those issued not yet signed."""

    listed: int
    issued: int
    passed: int
    unsigned: int

    @property
    def waiting(self) -> int:
        return self.listed - self.issued - self.passed


def state(decided: Iterable[str], second: bool, progress: Progress) -> str:
    """revoked, stopped, asking (for a second person), going or done."""
    kinds = set(decided)
    for kind in ("revoked", "stopped"):
        if kind in kinds:
            return kind
    if second and "approved" not in kinds:
        return "asking"
    return "going" if progress.waiting or progress.unsigned else "done"
