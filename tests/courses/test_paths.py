from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.curriculum.library import Library
from app.web import words
from courses.paths import Paths, read

CONTENT = Path(__file__).parents[2] / "content"
SHIPPED = (CONTENT / "paths.toml").read_bytes()
TOML = """
[paths]
seller = ["pay", "safe"]
farmer = ["safe", "phone"]

[[questions]]
id = "who"
choices = [
  { id = "seller", picture = "stall", path = "seller" },
  { id = "farmer", picture = "field", path = "farmer" },
]

[[questions]]
id = "phone"
choices = [{ id = "never", picture = "dark" }, { id = "daily", picture = "light" }]

[[rules]]
id = "new"
first = "phone"
when = { who = ["seller", "farmer"], phone = ["never"] }
"""
COURSES = {"pay", "safe", "phone"}
PICTURES = {"stall", "field", "dark", "light"}


def small() -> Paths:
    found, faults = read(TOML.encode(), COURSES, PICTURES)
    assert faults == []
    return found


def every_answer(paths: Paths) -> Iterator[dict[str, str]]:
    ids = [one.id for one in paths.questions]
    for chosen in product(*([choice.id for choice in one.choices] for one in paths.questions)):
        yield dict(zip(ids, chosen, strict=True))


def test_it_works() -> None:
    proposal = small().propose({"who": "seller", "phone": "daily"})
    assert (proposal.chosen, proposal.courses, proposal.why) == ("seller", ("pay", "safe"), "seller")


def test_a_rule_puts_a_course_before_all_others() -> None:
    proposal = small().propose({"who": "seller", "phone": "never"})
    assert (proposal.chosen, proposal.courses) == ("seller:phone", ("phone", "pay", "safe"))
    moved = small().propose({"who": "farmer", "phone": "never"})
    assert (moved.courses, moved.why) == (("phone", "safe"), "new")


def test_what_was_chosen_is_found_again() -> None:
    for answers in every_answer(small()):
        proposal = small().propose(answers)
        assert small().order(proposal.chosen) == proposal.courses


def test_a_question_without_one_of_its_answers_is_open() -> None:
    assert small().open({}) == ["who", "phone"]
    assert small().open({"who": "king", "phone": "daily", "more": "x"}) == ["who"]
    assert small().open({"who": "seller", "phone": "daily"}) == []


@given(st.text(alphabet="abcdefghilmnopqrstuwy:", max_size=20) | st.sampled_from(["seller:dt99", "x:phone"]))
def test_what_means_nothing_is_no_order(chosen: str) -> None:
    known = [f"{path}{first}" for path in ("seller", "farmer") for first in ("", ":", ":phone")]
    assert bool(small().order(chosen)) == (chosen in [*known, "seller:pay", "seller:safe", "farmer:safe"])


@pytest.mark.parametrize(
    ("old", "new", "what", "line"),
    [
        ('"pay", "safe"', '"pay", "gone"', "no course `gone`", 2),
        ('"pay", "safe"', '"pay", "pay"', "names a course twice", 2),
        ('"pay", "safe"', "", "is empty", 2),
        ('first = "phone"', 'first = "gone"', "no course `gone`", 17),
        ('first = "phone"', "", "decides nothing", 17),
        ('phone = ["never"]', 'phone = ["ever"]', "Nobody can answer `ever` to `phone`", 17),
        ('phone = ["never"]', 'shoe = ["never"]', "Nobody can answer `never` to `shoe`", 17),
        ('path = "seller"', 'path = "king"', '`path = "king"` is not known', 9),
        (', path = "seller"', "", "No question leads to a path", 1),
        ('picture = "stall"', 'picture = "void"', "`seller` has no picture", 9),
        (', picture = "dark"', "", "`never` has no picture", 15),
        ("[paths]", "[ways]", "`ways` means nothing", 1),
        ("[paths]", "[paths", "not TOML", 2),
    ],
)
def test_faults_say_where_and_what(old: str, new: str, what: str, line: int) -> None:
    assert old in TOML
    _, faults = read(TOML.replace(old, new, 1).encode(), COURSES, PICTURES)
    assert any(what in fault.what and fault.line == line for fault in faults), faults


def test_the_paths_of_this_checkout() -> None:
    library = Library(CONTENT)
    found, faults = read(SHIPPED, {path.name for path in library.courses()}, library.pictures)
    assert faults == []
    assert found.courses == {
        "villager": ("dt05", "dt01", "dt02", "dt04", "dt03", "dt08"),
        "staff": ("dt10", "dt06", "dt03", "dt09"),
        "trader": ("dt04", "dt05", "dt07"),
    }


def test_every_combination_of_answers_proposes_courses_that_exist() -> None:
    found, _ = read(SHIPPED)
    there = {path.name for path in Library(CONTENT).courses()}
    for answers in every_answer(found):
        assert set(found.propose(answers).courses) <= there, answers


def test_who_never_held_a_smartphone_begins_with_it_and_who_was_tricked_with_safety() -> None:
    found, _ = read(SHIPPED)
    for answers in every_answer(found):
        begin = found.propose(answers).courses[0]
        if answers["phone"] == "never":
            assert begin == "dt01"
        elif answers["tricked"] == "yes":
            assert begin == "dt05"


def test_every_question_choice_path_and_reason_has_its_words() -> None:
    found, catalogue = read(SHIPPED)[0], words.read(CONTENT / "words")
    asked = [f"begin.{one.id}" for one in found.questions]
    choices = [f"begin.{one.id}.{choice.id}" for one in found.questions for choice in one.choices]
    reasons = [f"begin.why.{id}" for id in (*found.courses, *(rule.id for rule in found.rules))]
    for key in [*asked, *choices, *reasons, *(f"path.{id}" for id in found.courses)]:
        assert key in catalogue, key
