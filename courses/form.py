"""The quiz as a plain form: the order things are drawn in, and the answer that comes back from its fields."""

import hashlib
from collections.abc import Callable

from courses.grading import NotAnAnswer
from courses.model import Choice, Question

GetList = Callable[[str], list[str]]


def presented(question: Question) -> tuple[Choice, ...]:
    """The items in the order every learner sees them: fixed, and not the order that is right."""
    drawn = sorted(
        question.items, key=lambda item: hashlib.sha256(f"{question.id}/{item.id}".encode()).digest()
    )
    if len(drawn) > 1 and _gives_away(question, drawn):
        drawn.append(drawn.pop(0))
    return tuple(drawn)


def _gives_away(question: Question, drawn: list[Choice]) -> bool:
    places = [place.id for place in (*question.items, *question.groups, *question.targets)]
    at = [places.index(one) for item in drawn if (one := item.match or item.group or item.id) in places]
    return at == sorted(at)


def answer_from_form(question: Question, get_list: GetList) -> object:
    """Fields: `<question>` for choices, spots, numbers and text; `<question>.<item>` for a place, 1 to n in order.

    Raises NotAnAnswer where a field is missing, or stands twice where one is wanted.
    """
    if question.kind in ("several", "spot"):
        return _some(get_list(question.id))
    if question.kind in ("one", "truefalse", "number", "text"):
        return _single(get_list(question.id))
    placed = {item.id: _single(get_list(f"{question.id}.{item.id}")) for item in question.items}
    return _in_order(placed) if question.kind == "order" else placed


def _some(values: list[str]) -> list[str]:
    if not values:
        raise NotAnAnswer("empty")
    return values


def _single(values: list[str]) -> str:
    given = [value for value in values if value.strip()]
    if len(given) > 1:
        raise NotAnAnswer("twice")
    if not given:
        raise NotAnAnswer("empty")
    return given[0]


def _in_order(placed: dict[str, str]) -> list[str]:
    positions = {str(n): n for n in range(1, len(placed) + 1)}
    if not set(placed.values()) <= positions.keys():
        raise NotAnAnswer("unknown")
    if len(set(placed.values())) < len(placed):
        raise NotAnAnswer("twice")
    return sorted(placed, key=lambda item: positions[placed[item]])
