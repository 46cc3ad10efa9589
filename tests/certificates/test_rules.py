"""Who has earned a certificate is a pure function with its reasons; so is which rule holds."""

import pytest

from app.certificates import rules
from app.certificates.rules import Evidence, Reason, Rule, Way
from app.core import clock
from tests.conftest import NOON

WHOLE = Way("v1", ("a", "b"), frozenset({"a", "b", "z"}), final="z", score=75, pass_mark=70)
ANY = Rule("any")


def missing(evidence: Evidence, *every: Rule, programme: str = "", course: str = "dt05") -> list[Reason]:
    return list(rules.judge(every or (ANY,), programme, course, evidence).missing)


def her(*ways: Way, **other: object) -> Evidence:
    return Evidence(name="Mỷ", ways=ways, **other)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("evidence", "rule", "said"),
    [
        (her(WHOLE), ANY, []),
        (Evidence(), ANY, [("person", "")]),
        (her(), ANY, [("begun", "")]),
        (her(WHOLE, held="DB-2026-000001"), ANY, [("held", "DB-2026-000001")]),
        (her(WHOLE), Rule("r", score=80), [("score", "80")]),
        (her(WHOLE), Rule("r", score=60), []),
        (her(Way("v1", ("a", "b"), frozenset({"a"}), "z")), ANY, [("lesson", "b"), ("final", "")]),
        (her(Way("v1", ("a", "b"), frozenset({"a"}))), Rule("r", lessons=("a",)), []),
        (her(WHOLE), Rule("r", lessons=("a", "c")), [("lesson", "c")]),
        (her(WHOLE), Rule("r", structures=("v2",)), [("version", "")]),
        (her(WHOLE), Rule("r", structures=("v1",)), []),
        (her(WHOLE), Rule("r", supervised=True), [("supervised", "")]),
        (her(WHOLE, supervised=True), Rule("r", supervised=True), []),
        (her(WHOLE, skills=frozenset({"s"})), Rule("r", skills=("s", "t")), [("skill", "t")]),
        (her(WHOLE), Rule("r", course="dt09"), [("rule", "")]),
        (her(Way("v1", ("a",), frozenset({"a", "z"}), "z", 60, 70)), ANY, [("score", "70")]),
    ],
)
def test_what_is_missing_is_told(evidence: Evidence, rule: Rule, said: list[tuple[str, str]]) -> None:
    assert missing(evidence, rule) == said


def test_she_is_judged_by_the_version_she_lacks_least_of() -> None:
    old, new = Way("v1", ("a",), frozenset({"a"})), Way("v2", ("a", "b"), frozenset({"a"}))
    verdict = rules.judge([ANY], "", "dt05", her(new, old))
    assert verdict.earned and verdict.way == old


@pytest.mark.parametrize(
    ("programme", "group", "course", "wanted"),
    [
        ("", "", "dt01", "any"),
        ("", "trader", "dt01", "traders"),
        ("", "", "dt05", "course"),
        ("", "trader", "dt05", "traders"),
        ("ai", "", "dt05", "programme"),
        ("ai", "trader", "dt05", "programme"),
        ("ai", "official", "dt05", "both"),
    ],
)
def test_the_rule_that_says_most_holds(programme: str, group: str, course: str, wanted: str) -> None:
    every = [
        Rule("any"),
        Rule("course", course="dt05"),
        Rule("traders", audience="trader"),
        Rule("programme", programme="ai"),
        Rule("both", programme="ai", audience="official"),
    ]
    found = rules.rule_for(every, programme, group, course)
    assert found and found.id == wanted


def test_the_provinces_own_rule_goes_before_what_was_shipped() -> None:
    own = Rule("any", score=90, version="e1")
    assert rules.in_force([ANY], [own]) == {"any": own}
    assert rules.in_force([ANY], [Rule("any", ended=True)]) == {}
    assert Rule.from_json(own.to_json()) == own and own.name == "any@e1"


def test_a_number_is_read_as_it_is_written() -> None:
    assert rules.number("DB", 2026, 12) == "DB-2026-000012"
    assert rules.parted("DB-2026-000012") == ("DB", 2026, 12) and rules.parted("DB-2026-1") is None


def test_a_clock_may_go_back_a_little_and_no_more() -> None:
    assert rules.issuing_time(NOON, 0) == NOON
    assert rules.issuing_time(NOON - 60_000, NOON) == NOON
    with pytest.raises(rules.ClockBack, match=r"2026-11-17.*2026-11-18"):
        rules.issuing_time(NOON - clock.DAY, NOON)


def asked(evidence: Evidence, *every: Rule, now: Way = WHOLE) -> list[tuple[str, list[Reason]]]:
    told = rules.asks(every or (ANY,), "dt05", evidence, now)
    return [(one.programme, list(one.missing)) for one in told]


def test_a_learner_is_asked_for_what_she_can_learn_now() -> None:
    old = Way("v0", ("a", "gone"), frozenset({"a"}))
    new = Way("v1", ("a", "b"), frozenset({"a"}))
    assert asked(her(old), now=new) == [("", [("lesson", "b")])]
    assert asked(her(old), now=WHOLE) == [("", [("again", "")])]
    assert asked(her(old, WHOLE), now=WHOLE) == [("", [])]
    assert asked(her(WHOLE), now=new) == [("", [])], "what was whole once is asked for no more"
    assert asked(her(new), Rule("r", structures=("v0",)), now=new) == [("", [("version", "")])]


def test_a_programme_asks_for_what_the_course_does_not() -> None:
    skill = Rule("p", programme="p", skills=("s",))
    other = Rule("q", programme="q", audience="trader", skills=("t",))
    assert asked(her(WHOLE), ANY, skill, other) == [("", []), ("p", [("skill", "s")])]
    assert asked(her(WHOLE, skills=frozenset({"s"})), ANY, skill) == [("", [])]
    assert asked(her(WHOLE, group="trader"), ANY, other) == [("", []), ("q", [("skill", "t")])]
    assert asked(her(WHOLE), skill) == [("p", [("skill", "s")])]
    assert asked(her(WHOLE), Rule("r", course="dt09")) == [("", [("rule", "")])]
