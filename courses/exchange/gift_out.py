"""Questions as GIFT. It carries no pictures: what is seen in them is written in brackets instead, and named."""

import re
from collections.abc import Callable, Iterator, Mapping

from courses.exchange.draft import plain
from courses.exchange.writing import Left, Told, Written, title, told
from courses.facts import Facts
from courses.model import SOURCE, Choice, Course

SPECIAL = re.compile(r"([\\~=#{}:])")


def write(course: Course, facts: Facts, lang: str = SOURCE) -> Written:
    parts, left, changed, count, lesson = [], [], [], 0, ""
    for one in told(course, lang, facts):
        if one.question.kind not in _KINDS:
            left.append(Left(one.lesson.id, one.question.id, one.question.kind))
            continue
        if _is_pictured(one):
            changed.append(Left(one.lesson.id, one.question.id, "picture-told"))
        if one.lesson.id != lesson:
            lesson = one.lesson.id
            parts.append(f"$CATEGORY: $course$/top/{title(course, lang).replace('/', '//')}/{lesson}\n")
        name = escaped(f"{one.lesson.id} {one.question.id}")
        answers = "\n".join(f"    {line}" for line in _KINDS[one.question.kind](one))
        parts.append(f"::{name}::[plain]{_words(one, picture=one.question.picture)} {{\n{answers}\n}}\n")
        count += 1
    return Written("\n".join(parts).encode(), count, tuple(left), tuple(changed))


def _is_pictured(one: Told) -> bool:
    question = one.question
    parts: tuple[Choice, ...] = (*question.choices, *question.items, *question.targets, *question.groups)
    return bool(question.picture) or any(part.picture for part in parts)


def _words(one: Told, ending: str = "", picture: str = "") -> str:
    words, seen = one.words(ending), one.words(f"{ending}.alt") if picture else ""
    return escaped(f"{words} [{seen}]" if words and seen else words or seen)


def escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)


def _feedback(text: str) -> str:
    return f"#{escaped(text)}" if text else ""


def _choices(one: Told) -> Iterator[str]:
    choices, single = one.question.choices, one.question.kind == "one"
    each = 100 / max(1, sum(choice.right for choice in choices))
    for choice in choices:
        weight = "" if single else f"%{each if choice.right else -each:.5f}%"
        sign = "=" if single and choice.right else "~"
        ending = f".{choice.id}"
        yield f"{sign}{weight}{_words(one, ending, choice.picture)}{_feedback(one.words(f'{ending}.feedback'))}"


def _truefalse(one: Told) -> Iterator[str]:
    answer = one.question.choices[0].right
    right, wrong = (str(value).lower() for value in (answer, not answer))
    yield f"{str(answer).upper()}#{escaped(one.words(f'.{wrong}.feedback'))}#{escaped(one.words(f'.{right}.feedback'))}"


def _number(one: Told) -> Iterator[str]:
    question = one.question
    yield f"#={plain(question.answer)}:{plain(question.tolerance)}{_feedback(one.words('.right'))}"
    yield f"~{_feedback(one.words('.wrong'))}"


def _short(one: Told) -> Iterator[str]:
    for texts in one.question.accept.values():
        for text in texts:
            yield f"={escaped(text)}{_feedback(one.words('.right'))}"
    yield f"=%0%*{_feedback(one.words('.wrong'))}"


def _pairs(one: Told) -> Iterator[str]:
    question = one.question
    for item in question.items:
        yield f"={_words(one, f'.{item.id}', item.picture)} -> {escaped(one.words(f'.{item.match or item.group}'))}"
    used = {item.match or item.group for item in question.items}
    for target in (*question.targets, *question.groups):
        if target.id not in used:
            yield f"= -> {escaped(one.words(f'.{target.id}'))}"


_KINDS: Mapping[str, Callable[[Told], Iterator[str]]] = {
    "one": _choices,
    "several": _choices,
    "truefalse": _truefalse,
    "number": _number,
    "text": _short,
    "pairs": _pairs,
    "groups": _pairs,
}
