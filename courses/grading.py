"""Is an answer right? `app/static/js/grading.js` is the twin; both run tests/vectors/grading.json.

Everything is decided on the compact form of a question (`question_json`), which a page embeds and a structure
keeps, so that an answer to an older version is graded by that version's key.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from courses.model import Question

SETS = ("one", "truefalse", "several", "spot")
MARKS = re.compile("[\u0300-\u036f]")
SPACES = re.compile("[ \t\r\n]+")
NUMBER = re.compile(
    r"(-?)([1-9][0-9]{0,2}([., ])[0-9]{3}(?:\3[0-9]{3}){0,2}|[0-9]{1,12})(?:[.,]([0-9]{1,3})0*)?"
)
CURRENCY = "đ₫%"
TAI_TONE_BEFORE_GLIDE = re.compile("([꪿-ꫂ])ꪫ(?=[ꪀ-ꪺꪽꪾ])")
TAI_RUN = re.compile("[ꪰꪲ-ꪴꪷꪸꪾ-ꫂꪱꪺꪽ]+")
TAI_NO_VOWEL_MARK = re.compile("[꪿-ꫂꪱꪺꪽ]")
TAI_NO_TONE = re.compile("[^꪿-ꫂ]")
TAI_NO_VOWEL_AFTER = re.compile("[^ꪱꪺꪽ]")
TAI_TONE_AT_END = re.compile("([ꪀ-ꪯ][ꪰꪲ-ꪴꪷꪸꪾ]*)([ꪱꪺꪽꪮꪯ]?[ꪀꪒꪚꪉꪙꪣꪥꪫ]?)([ꫀꫂ])")
TAI_TONE_AFTER_O = re.compile("([ꪀ-ꪭ])ꪮ([꪿-ꫂ])")
TAI_SPACING = str.maketrans("ꫀꫂ", "꪿꫁")


class NotAnAnswer(ValueError):
    """An answer that cannot be graded; `reason` is empty, unknown, twice, incomplete or shape."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"This is not an answer to the question: {reason}.")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Grade:
    """`score` is a whole number from 0 to 100; `feedback` holds the keys of the words that answer."""

    score: int
    right: bool
    feedback: tuple[str, ...]


def question_json(question: Question) -> dict[str, Any]:
    """What grading needs to know: id, kind, `ids` that may be chosen, `right`, and a kind's own fields."""
    return {"id": question.id, "kind": question.kind, **_KEYS[question.kind](question)}


def _ids(choices: Iterable[Any]) -> list[str]:
    return [choice.id for choice in choices]


def _set_key(question: Question) -> dict[str, Any]:
    choices: tuple[Any, ...] = question.spots if question.kind == "spot" else question.choices
    return {"ids": _ids(choices), "right": [choice.id for choice in choices if choice.right]}


def _number_key(question: Question) -> dict[str, Any]:
    return {"right": question.answer, "within": question.tolerance}


def _text_key(question: Question) -> dict[str, Any]:
    accepted = {fold(text, question.diacritics) for texts in question.accept.values() for text in texts}
    return {"right": sorted(accepted), "marks": question.diacritics}


_KEYS: Mapping[str, Callable[[Question], dict[str, Any]]] = {
    **dict.fromkeys(SETS, _set_key),
    "order": lambda question: {"right": _ids(question.items)},
    "groups": lambda q: {"ids": _ids(q.groups), "right": {item.id: item.group for item in q.items}},
    "pairs": lambda q: {"ids": _ids(q.targets), "right": {item.id: item.match for item in q.items}},
    "number": _number_key,
    "text": _text_key,
}


def grade(question: Question, answer: object) -> Grade:
    """Raises NotAnAnswer where the answer's shape makes no sense."""
    return grade_json(question_json(question), answer)


def grade_json(key: Mapping[str, Any], answer: object) -> Grade:
    score, chosen = _GRADERS[key["kind"]](key, answer)
    if key["kind"] in SETS:
        said = [f"{id}.feedback" for id in key["ids"] if id in chosen]
    else:
        said = ["right" if score == 100 else "wrong"]
    return Grade(score, score == 100, tuple(f"{key['id']}.{word}" for word in said))


Score = tuple[int, list[str]]


def _one(key: Mapping[str, Any], answer: object) -> Score:
    if not isinstance(answer, str):
        raise NotAnAnswer("shape")
    return _several(key, [answer] if answer else [])


def _several(key: Mapping[str, Any], answer: object) -> Score:
    chosen = _distinct(answer, key["ids"])
    hits = len(set(chosen) & set(key["right"]))
    wrong = len(chosen) - hits
    return max(0, hits - wrong) * 100 // max(1, len(key["right"])), chosen


def _distinct(answer: object, known: Iterable[str]) -> list[str]:
    if not isinstance(answer, list) or not all(isinstance(id, str) for id in answer):
        raise NotAnAnswer("shape")
    if not answer:
        raise NotAnAnswer("empty")
    if not set(answer) <= set(known):
        raise NotAnAnswer("unknown")
    if len(set(answer)) < len(answer):
        raise NotAnAnswer("twice")
    return answer


def _order(key: Mapping[str, Any], answer: object) -> Score:
    right = key["right"]
    chosen = _distinct(answer, right)
    if len(chosen) < len(right):
        raise NotAnAnswer("incomplete")
    return _share(a == b for a, b in zip(chosen, right, strict=True)), chosen


def _placed(key: Mapping[str, Any], answer: object) -> Score:
    right = key["right"]
    if not isinstance(answer, dict) or not all(isinstance(place, str) for place in answer.values()):
        raise NotAnAnswer("shape")
    if not answer:
        raise NotAnAnswer("empty")
    if not answer.keys() <= right.keys() or not set(answer.values()) <= set(key["ids"]):
        raise NotAnAnswer("unknown")
    if len(answer) < len(right):
        raise NotAnAnswer("incomplete")
    return _share(answer[item] == place for item, place in right.items()), []


def _share(hits: Iterable[bool]) -> int:
    found = list(hits)
    return sum(found) * 100 // len(found)


def _number(key: Mapping[str, Any], answer: object) -> Score:
    value = number(_typed(answer))
    return 100 * (value is not None and abs(value - key["right"]) <= key["within"]), []


def _text(key: Mapping[str, Any], answer: object) -> Score:
    return 100 * (fold(_typed(answer), key["marks"]) in key["right"]), []


def _typed(answer: object) -> str:
    if not isinstance(answer, str):
        raise NotAnAnswer("shape")
    if not _tidy(answer):
        raise NotAnAnswer("empty")
    return answer


_GRADERS: Mapping[str, Callable[[Mapping[str, Any], object], Score]] = {
    "one": _one,
    "truefalse": _one,
    "several": _several,
    "spot": _several,
    "order": _order,
    "groups": _placed,
    "pairs": _placed,
    "number": _number,
    "text": _text,
}


def _tidy(text: str) -> str:
    return SPACES.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip(" ")


def fold(text: str, marks: bool = False) -> str:
    """Two texts are the same answer where their folds are: without case and, unless `marks`, without diacritics."""
    if not marks:
        text = MARKS.sub("", unicodedata.normalize("NFKD", text))
    tidy = _tidy(text) if marks else _tidy(text).replace("đ", "d")
    return unicodedata.normalize("NFC", _tai_viet(tidy))


def _tai_viet(text: str) -> str:
    """Marks in one order however they were typed: vowel mark, tone, vowel after; a spacing tone as a combining one.

    The same as `languages.comparison_key` says, by rules short enough for the twin; but whether a tone stands before or
    behind a glide that ends the word, only the grammar knows.
    """
    text = TAI_TONE_BEFORE_GLIDE.sub(r"ꪫ\1", TAI_TONE_AT_END.sub(r"\1\3\2", text))
    text = TAI_RUN.sub(_in_order, text)
    return TAI_TONE_AFTER_O.sub(r"\1\2ꪮ", text).translate(TAI_SPACING)


def _in_order(run: re.Match[str]) -> str:
    return "".join(others.sub("", run[0]) for others in (TAI_NO_VOWEL_MARK, TAI_NO_TONE, TAI_NO_VOWEL_AFTER))


def number(text: str) -> int | None:
    """Thousandths of a number in Vietnamese writing (200.000 or 200 000; 0,5), or None."""
    tidy = _tidy(text).replace("\u2212", "-").rstrip(CURRENCY).rstrip(" ")
    found = NUMBER.fullmatch(tidy)
    if not found:
        return None
    value = int(re.sub("[., ]", "", found[2])) * 1000 + int((found[4] or "").ljust(3, "0"))
    return -value if found[1] else value
