import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.form import answer_from_form, presented
from courses.grading import NotAnAnswer
from courses.model import Choice, Question
from tests.courses import cast

Fields = dict[str, list[str]]


def answered(id: str, fields: Fields) -> object:
    return answer_from_form(cast.question(id), lambda name: fields.get(name, []))


@pytest.mark.parametrize(
    ("id", "fields", "answer"),
    [
        ("one", {"one": ["b"]}, "b"),
        ("tf", {"tf": ["true"]}, "true"),
        ("some", {"some": ["a", "c"]}, ["a", "c"]),
        ("tap", {"tap": ["s1"]}, ["s1"]),
        ("row", {"row.a": ["2"], "row.b": ["3"], "row.c": ["1"]}, ["c", "a", "b"]),
        ("sort", {"sort.a": ["g2"], "sort.b": ["g1"]}, {"a": "g2", "b": "g1"}),
        ("match", {"match.a": ["t1"], "match.b": ["t1"]}, {"a": "t1", "b": "t1"}),
        ("sum", {"sum": ["200.000"]}, "200.000"),
        ("word", {"word": [" công an "]}, " công an "),
    ],
)
def test_each_kind_comes_back(id: str, fields: Fields, answer: object) -> None:
    assert answered(id, fields) == answer


@pytest.mark.parametrize(
    ("id", "fields", "reason"),
    [
        ("one", {}, "empty"),
        ("one", {"one": ["a", "b"]}, "twice"),
        ("some", {}, "empty"),
        ("row", {"row.a": ["1"], "row.b": ["2"]}, "empty"),
        ("row", {"row.a": ["1"], "row.b": ["1"], "row.c": ["2"]}, "twice"),
        ("row", {"row.a": ["1"], "row.b": ["2"], "row.c": ["4"]}, "unknown"),
        ("sum", {"sum": ["  "]}, "empty"),
    ],
)
def test_refusals(id: str, fields: Fields, reason: str) -> None:
    with pytest.raises(NotAnAnswer) as refused:
        answered(id, fields)
    assert refused.value.reason == reason


@given(st.lists(st.text("abcdefgh0123", min_size=1, max_size=3), min_size=2, max_size=7, unique=True))
def test_presented_never_gives_the_order_away(right: list[str]) -> None:
    order = Question("q", "order", items=tuple(map(Choice, right)))
    pairs = Question("q", "pairs", items=tuple(Choice(id, match=id) for id in right), targets=order.items)
    for question in (order, pairs):
        drawn = [item.id for item in presented(question)]
        assert sorted(drawn) == sorted(right)
        assert drawn != right
        assert drawn == [item.id for item in presented(question)]
