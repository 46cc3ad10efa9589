"""How well a question asks: what people answered it with at first, by language, and what that makes one look at."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from courses.grading import NotAnAnswer, fold, grade_json
from courses.model import SOURCE

ENOUGH = 8
"""People from whom on a share says anything."""
LOW = 50
BEHIND = 20
"""Points of a hundred that a language may lie behind the Vietnamese."""
TOLD_BY = 3
"""Typed words are shown once so many people typed the same."""
MOST_TYPED = 5
CHOSEN = ("one", "truefalse", "several", "spot")
Key = tuple[str, str]
"""Lesson and question."""


class First(NamedTuple):
    """The first answer of one person to one question."""

    key: Key
    lang: str
    answer: Any


@dataclass
class Share:
    """Of the people who tried in one language: how many were right at first, and what drew the others."""

    tried: int = 0
    right: int = 0
    drawn: Counter[str] = field(default_factory=Counter)

    @property
    def percent(self) -> int:
        return 100 * self.right // self.tried if self.tried else 0


Tally = Mapping[Key, Mapping[str, Share]]
"""By question, by language."""


def tally(firsts: Iterable[First], keys: Mapping[Key, Mapping[str, Any]]) -> Tally:
    """`keys` are the questions as they are now, in `grading.question_json`; what does not fit one is not counted."""
    found: dict[Key, dict[str, Share]] = {}
    for first in firsts:
        key = keys.get(first.key)
        if key is None:
            continue
        try:
            grade = grade_json(key, first.answer)
        except NotAnAnswer:
            continue
        share = found.setdefault(first.key, {}).setdefault(first.lang, Share())
        share.tried += 1
        share.right += grade.right
        if not grade.right:
            share.drawn.update(drawn(key, first.answer))
    return found


def drawn(key: Mapping[str, Any], answer: Any) -> Iterator[str]:
    """What of a wrong answer was wrong: the choices, the items out of place, or the words typed."""
    if key["kind"] in CHOSEN:
        chosen = [answer] if isinstance(answer, str) else answer
        yield from (id for id in chosen if id not in key["right"])
    elif key["kind"] == "order":
        yield from (given for given, right in zip(answer, key["right"], strict=True) if given != right)
    elif key["kind"] in ("groups", "pairs"):
        yield from (item for item, place in key["right"].items() if answer.get(item) != place)
    else:
        yield fold(answer, True)[:40]


def whole(shares: Mapping[str, Share]) -> Share:
    """All languages together."""
    sum_ = Share()
    for share in shares.values():
        sum_.tried += share.tried
        sum_.right += share.right
        sum_.drawn.update(share.drawn)
    return sum_


def looks(shares: Mapping[str, Share], kind: str) -> list[tuple[str, str]]:
    """What makes one look at a question again: a word, and the language or the choice it is about."""
    all_ = whole(shares)
    found = []
    if all_.tried >= ENOUGH and all_.percent < LOW:
        found.append(("hard", ""))
    most = all_.drawn.most_common(1)
    if kind in CHOSEN and all_.tried >= ENOUGH and most and most[0][1] >= max(1, all_.right):
        found.append(("draws", most[0][0]))
    source = shares.get(SOURCE, Share())
    for lang, share in sorted(shares.items()):
        if (
            lang != SOURCE
            and min(share.tried, source.tried) >= ENOUGH
            and source.percent - share.percent >= BEHIND
        ):
            found.append(("language", lang))
    return found


def typed(share: Share) -> list[tuple[str, int]]:
    """Words that several people typed; those of one person are hers."""
    return [(text, count) for text, count in share.drawn.most_common(MOST_TYPED) if count >= TOLD_BY]
