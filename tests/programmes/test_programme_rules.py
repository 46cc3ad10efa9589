"""What counts towards a programme: once a person, in her commune, and only what is meant."""

from pathlib import Path

import pytest

from app.programmes import programme_rules as rules
from app.programmes.programme_rules import Count, Criteria, Criterion, Facts, Figure, Held, Someone, Stall

CONTENT = Path(__file__).parents[2] / "content"
SHIPPED = rules.read((CONTENT / "programmes.toml").read_bytes())
NHE, THAU = "03160", "03158"


def count(kind: str, **more: object) -> Count:
    return Count(kind, kind, kind, **more)  # type: ignore[arg-type]


def test_who_finished_every_course_counts_once_in_her_commune_and_only_of_the_groups_meant() -> None:
    traders = count("finished", groups=("trader",), courses=("a", "b"))
    people = [
        Someone("1", NHE, "trader"), Someone("1", NHE, "trader"), Someone("2", NHE, "trader"),
        Someone("3", "", "trader"), Someone("4", NHE, "official"),
    ]  # fmt: skip
    took = {"1": {"a", "b", "c"}, "2": {"a"}, "3": {"b", "a"}, "4": {"a", "b"}}
    found = rules.tally(traders, Facts(people=people, took=took))
    assert found == {NHE: Figure(1, 2), "": Figure(1, 1)}
    assert rules.total(found) == Figure(2, 3)


def test_a_skill_shown_counts_for_everybody_where_no_group_is_named() -> None:
    people = [Someone("1", NHE, ""), Someone("2", THAU, "farmer")]
    found = rules.tally(count("shown", skills=("open",)), Facts(people=people, shown={"2": {"open"}}))
    assert found == {NHE: Figure(0, 1), THAU: Figure(1, 1)}


def test_a_class_counts_where_it_was_about_one_of_the_courses() -> None:
    classes = [
        Held("k", NHE, frozenset({"ai"}), "2026-01-01"),
        Held("l", NHE, frozenset({"b"}), "2026-01-01"),
    ]
    assert rules.tally(count("held", courses=("ai",)), Facts(classes=classes)) == {NHE: Figure(1, 0)}


@pytest.mark.parametrize(
    ("last_day", "active"),
    [("2026-11-22", 1), ("2026-08-24", 1), ("2026-08-23", 0), ("2026-11-23", 0), ("", 0)],
)
def test_a_commune_is_active_for_ninety_days_after_a_class(last_day: str, active: int) -> None:
    classes = [Held("k", NHE, frozenset(), last_day)]
    facts = Facts(classes=classes, communes=(NHE, THAU), today="2026-11-22")
    assert rules.tally(count("active", days=90), facts) == {NHE: Figure(active, 1), THAU: Figure(0, 1)}


def test_the_share_of_stalls_without_cash_is_full_only_when_all_do() -> None:
    stalls = [Stall(NHE, True)] * 199 + [Stall(NHE, False)]
    found = rules.tally(count("cashless"), Facts(stalls=stalls))
    assert found[NHE] == Figure(199, 200) and found[NHE].share == 99
    assert Figure(0, 0).share == 0


def test_a_share_is_a_share_of_what_there_is_and_a_number_is_itself() -> None:
    assert rules.goal(100, True, 45) == 45 and rules.goal(80, True, 3) == 3
    assert rules.goal(2000, False, 45) == 2000 and rules.goal(0, True, 45) == 0


def test_the_provinces_own_targets_stand_and_what_it_did_not_say_is_the_shipped_one() -> None:
    ai = SHIPPED.programmes["ai"]
    assert rules.targets(ai, {}) == {"classes": 20, "people": 2000}
    assert rules.targets(ai, {"people": 2500, "classes": -1, "other": 3}) == {"classes": 20, "people": 2500}


def test_a_group_is_what_the_record_says_as_people_write_it_else_the_path() -> None:
    assert SHIPPED.group_of("TIỂU  THƯƠNG", "staff") == "trader"
    assert SHIPPED.group_of("Trưởng bản", "") == "grassroots"
    assert SHIPPED.group_of("", "staff:dt01") == "official"
    assert SHIPPED.group_of("Học sinh", "trader") == "" and SHIPPED.group_of("", "") == ""


def test_a_household_is_recognised_for_enough_of_what_is_asked_now() -> None:
    asked = Criteria((Criterion("a", "A"), Criterion("b", "B"), Criterion("c", "C")), 2)
    assert asked.recognises({"a", "c"}) and not asked.recognises({"a", "gone"})
    assert Criteria(asked.criteria, 9).recognises({"a", "b", "c"})
    assert not Criteria((), 0).recognises({"a"})


def test_what_is_shipped_counts_by_courses_and_groups_there_are() -> None:
    courses = {path.parent.name for path in CONTENT.glob("courses/*/course.toml")}
    groups = {one.id for one in SHIPPED.groups}
    for programme in SHIPPED.programmes.values():
        assert len(programme.targets) == len(programme.counts)
        for one in programme.counts:
            assert one.kind in rules.KINDS
            assert set(one.courses) <= courses and set(one.groups) <= groups
            assert not one.target or programme.source or one.share, "a target is somebody's"
    ids = [one.id for one in SHIPPED.criteria.criteria]
    assert len(ids) == len(set(ids)) >= SHIPPED.criteria.needed > 0
