import json
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.grading import Grade, NotAnAnswer, fold, grade, grade_json, number, question_json
from courses.languages import comparison_key
from courses.model import Choice, Question
from courses.scripts import taiviet
from tests.courses import cast

VECTORS = json.loads(Path(__file__).parent.parent.joinpath("vectors", "grading.json").read_text("utf-8"))
QUESTIONS = {question["id"]: question for question in VECTORS["questions"]}
KINDS = sorted({question["kind"] for question in QUESTIONS.values()})
ids = st.lists(st.text("abcdefgh", min_size=1, max_size=2), min_size=2, max_size=8, unique=True)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
)


def graded(key: dict[str, Any], answer: object) -> dict[str, Any] | None:
    try:
        found = grade_json(key, answer)
    except NotAnAnswer:
        return None
    return {"score": found.score, "right": found.right, "feedback": list(found.feedback)}


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda one: f"{one['question']}-{one['answer']!r}")
def test_vector(vector: dict[str, Any]) -> None:
    assert graded(QUESTIONS[vector["question"]], vector["answer"]) == vector["grade"]


def test_vectors_hold_every_kind() -> None:
    assert len(KINDS) == 9


@pytest.mark.parametrize(
    ("id", "answer", "feedback"),
    [
        ("one", "b", ("one.b.feedback",)),
        ("some", ["c", "a"], ("some.a.feedback", "some.c.feedback")),
        ("tf", "false", ("tf.false.feedback",)),
        ("row", ["a", "b", "c"], ("row.right",)),
        ("sort", {"a": "g1", "b": "g2"}, ("sort.right",)),
        ("match", {"a": "t1", "b": "t2"}, ("match.right",)),
        ("tap", ["s1"], ("tap.s1.feedback",)),
        ("sum", "200.000", ("sum.right",)),
        ("word", "Cong An", ("word.right",)),
    ],
)
def test_right_answer_of_each_kind(id: str, answer: object, feedback: tuple[str, ...]) -> None:
    assert grade(cast.question(id), answer) == Grade(100, True, feedback)


@pytest.mark.parametrize(
    ("id", "answer", "reason"),
    [
        ("one", "z", "unknown"),
        ("one", "", "empty"),
        ("some", ["a", "a"], "twice"),
        ("row", ["a"], "incomplete"),
        ("sort", {"a": "g1"}, "incomplete"),
        ("sort", [], "shape"),
        ("sum", 200000, "shape"),
    ],
)
def test_refusal_says_why(id: str, answer: object, reason: str) -> None:
    with pytest.raises(NotAnAnswer) as refused:
        grade(cast.question(id), answer)
    assert refused.value.reason == reason


@given(st.sampled_from(sorted(QUESTIONS)), json_values)
def test_any_json_is_graded_or_refused(id: str, answer: object) -> None:
    found = graded(QUESTIONS[id], answer)
    assert found is None or 0 <= found["score"] <= 100


@given(st.data(), ids)
def test_several_is_right_only_for_exactly_the_right_choices(data: st.DataObject, all_ids: list[str]) -> None:
    rights = data.draw(st.sets(st.sampled_from(all_ids), min_size=1))
    chosen = data.draw(st.lists(st.sampled_from(all_ids), min_size=1, unique=True))
    question = Question("q", "several", choices=tuple(Choice(id, right=id in rights) for id in all_ids))
    assert grade(question, chosen).right == (set(chosen) == rights)


@given(st.data(), ids)
def test_order_counts_places(data: st.DataObject, right: list[str]) -> None:
    answer = data.draw(st.permutations(right))
    found = grade(Question("q", "order", items=tuple(map(Choice, right))), answer)
    assert found.right == (list(answer) == right)
    assert found.score == sum(a == b for a, b in zip(answer, right, strict=True)) * 100 // len(right)


@given(st.integers(0, 10**12 - 1))
def test_numbers_in_every_writing(value: int) -> None:
    written = f"{value:,}"
    for writing in (str(value), written.replace(",", "."), written.replace(",", " "), f"{value},0"):
        assert number(writing) == value * 1000


@given(st.text())
def test_fold_is_settled_after_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def ways_to_type(before: str, glide: str, mark: str, after: str, final: str, tone: str) -> list[str]:
    """One syllable with its tone at every place the grammar reads."""
    spacing = next(sign for sign, combining in taiviet.SPACING.items() if combining == tone)
    start = before + "ꪀ"
    typed = [
        start + tone + glide + mark + after + final,
        start + glide + tone + mark + after + final,
        start + glide + mark + tone + after + final,
        start + glide + mark + after + tone + final,
        start + glide + mark + after + final + spacing,
    ]
    return [one for one in typed if taiviet.syllable(taiviet.normalise(one))]


@pytest.mark.parametrize("vowel", taiviet.VOWELS)
def test_tai_viet_is_compared_as_its_language_says(vowel: tuple[str, str, str]) -> None:
    before, mark, after = vowel
    for glide, final, tone in product(("", "ꪫ"), ("", *taiviet.FINALS), ("꪿", "꫁")):
        if glide and not (mark or after or final):
            continue  # whether its tone stands before or behind the glide needs the grammar
        for one, other in combinations(ways_to_type(before, glide, mark, after, final, tone), 2):
            same = comparison_key("blt", one) == comparison_key("blt", other)
            assert (fold(one) == fold(other)) == same, (one, other)


def test_keys_stand_alone_as_json() -> None:
    key = question_json(cast.question("sort"))
    assert json.loads(json.dumps(key)) == key
    assert key == {"id": "sort", "kind": "groups", "ids": ["g1", "g2"], "right": {"a": "g1", "b": "g2"}}
