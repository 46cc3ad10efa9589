"""GIFT: https://docs.moodle.org/en/GIFT_format, read as Moodle reads it."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from courses.exchange import markup
from courses.exchange.items import GAP, Found, Item, Making, Offered, Said, decimal, tidy

ESCAPED = re.compile(r"\\([\\~=#{}:])")
HOLD = {sign: chr(0xE100 + n) for n, sign in enumerate("\\~=#{}:")}
"""Signs for escaped ones while the rest is taken apart; they are of no script."""
GIVE = str.maketrans({held: sign for sign, held in HOLD.items()})
TITLE = re.compile(r"^\s*::(.*?)::", re.S)
FORMAT = re.compile(r"^\s*\[(html|moodle|plain|markdown)\]", re.I)
COMMENT = re.compile(r"^\s*//")
CATEGORY = re.compile(r"^\s*\$CATEGORY:\s*(.*)$", re.I)
TRUTH = re.compile(r"^\s*(T|TRUE|F|FALSE)\s*(?:#(.*))?$", re.S | re.I)
PARTS = re.compile(r"(?=(?<!\\)[~=])")
WEIGHT = re.compile(r"^\s*%(-?\d{1,3}(?:\.\d+)?)%")
LOOKS = re.compile(r"(?<!\\)\{[^{}]*(?<!\\)\}", re.S)
GENERAL = "####"


class Answer(NamedTuple):
    """`sign` is = or ~; `weight` in per cent where one is given."""

    sign: str
    weight: float | None
    text: str
    feedback: str


def looks_so(text: str) -> bool:
    return bool(LOOKS.search(text)) or bool(re.search(r"^\s*::.+::", text, re.M))


def read(text: str) -> Found:
    """What blank lines part is one item."""
    items: list[Item] = []
    group = ""
    for said, line in _pieces(text):
        if isinstance(line, str):
            group = line
            continue
        making = Making(len(items) + 1, f"{line}", group=group)
        items.append(_item(making, said))
    return Found("gift", tuple(items), items[0].group.rpartition("/")[2] if items else "")


def _pieces(text: str) -> Iterator[tuple[str, int | str]]:
    """Each question with the line it begins on; a category as its name in place of the line."""
    held: list[str] = []
    start = 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if COMMENT.match(line):
            continue
        if found := CATEGORY.match(line):
            if held:
                yield "\n".join(held), start
                held = []
            yield "", tidy(found[1]).removeprefix("$course$/").removeprefix("top/")
        elif line.strip():
            start = start if held else number
            held.append(line)
        elif held:
            yield "\n".join(held), start
            held = []


def _item(making: Making, text: str) -> Item:
    making.text = ESCAPED.sub(r"\1", text)
    text = ESCAPED.sub(lambda found: HOLD[found[1]], text)
    if title := TITLE.match(text):
        making.name = tidy(_given(title[1])) or making.name
        text = text[title.end() :]
    form, text = _format(text, "moodle")
    opens, closes = text.find("{"), text.rfind("}")
    if opens < 0 and closes < 0:
        making.refuse("kind", "description")
        return making.done()
    if opens < 0 or closes < opens or text.count("{") != 1 or text.count("}") != 1:
        making.refuse("broken", "{ }")
        return making.done()
    before, inside, after = text[:opens], text[opens + 1 : closes], text[closes + 1 :]
    gap = f" {GAP} " if after.strip(' ";\n') else ""
    question = _said(before + gap + (after if gap else ""), form)
    inside, _, general = inside.partition(GENERAL)
    return _answered(making, question, inside.strip(), _line(making, general, form), form)


def _given(text: str) -> str:
    return text.translate(GIVE).replace("\\n", "\n")


def _format(text: str, otherwise: str) -> tuple[str, str]:
    found = FORMAT.match(text)
    return (found[1].lower(), text[found.end() :]) if found else (otherwise, text)


def _said(text: str, form: str) -> Said:
    form, text = _format(text, form)
    given = _given(text)
    return (
        markup.said(given)
        if form in ("html", "moodle") and re.search(r"<\w|&\w", given)
        else markup.plain(given)
    )


def _line(making: Making, text: str, form: str) -> str:
    said = _said(text, form)
    making.why += said.wrong
    if said.pictures:
        making.refuse("more-pictures")
    return tidy(said.text)


def _answered(making: Making, question: Said, inside: str, general: str, form: str) -> Item:
    if not inside:
        making.refuse("kind", "essay")
        return making.done()
    if inside.startswith("#"):
        return _number(making, question, inside[1:], general, form)
    if truth := TRUTH.match(inside):
        return _truth(making, question, truth, general, form)
    answers = [_answer(part) for part in PARTS.split(inside) if part.strip()]
    if any(one.sign not in "=~" for one in answers):
        making.refuse("broken", tidy(_given(inside)))
        return making.done()
    if all(one.sign == "=" and "->" in one.text for one in answers):
        return _match(making, question, answers, general, form)
    if all(one.sign == "=" for one in answers):
        return _short(making, question, answers, general, form)
    return _choices(making, question, answers, general, form)


def _answer(part: str) -> Answer:
    part = part.strip()
    sign, rest = part[0], part[1:]
    weight = None
    if found := WEIGHT.match(rest):
        weight, rest = float(found[1]), rest[found.end() :]
    text, _, feedback = rest.partition("#")
    return Answer(sign, weight, text.strip(), feedback.strip())


def _told(making: Making, own: str, general: str, form: str) -> str:
    return " ".join(text for text in (_line(making, own, form), general) if text)


def _choices(making: Making, question: Said, answers: list[Answer], general: str, form: str) -> Item:
    """Without an answer marked = the weights say which are right, and several may be."""
    several = not any(one.sign == "=" for one in answers)
    rights = [
        (one.weight or 0) > 0 if several else one.sign == "=" and one.weight in (None, 100) for one in answers
    ]
    if not several and any(0 < (one.weight or 0) < 100 for one in answers):
        making.note("partial")
    if several and len({one.weight for one, right in zip(answers, rights, strict=True) if right}) > 1:
        making.note("weights")
    offered = [
        Offered(_said(one.text, form), right, _told(making, one.feedback, general, form))
        for one, right in zip(answers, rights, strict=True)
    ]
    return making.choices(question, offered, several=several and sum(rights) > 1)


def _truth(making: Making, question: Said, truth: re.Match[str], general: str, form: str) -> Item:
    """The first feedback is for who answers wrongly, the second for who answers rightly."""
    answer = truth[1].upper().startswith("T")
    wrong, _, right = (truth[2] or "").partition("#")
    told = {not answer: _told(making, wrong, general, form), answer: _told(making, right, general, form)}
    return making.true_or_false(question, answer, told[True], told[False])


def _short(making: Making, question: Said, answers: list[Answer], general: str, form: str) -> Item:
    accepted, right, wrong = [], "", ""
    for one in answers:
        text = tidy(_given(_format(one.text, form)[1]))
        if text == "*" and one.weight == 0:
            wrong = _line(making, one.feedback, form)
        elif one.weight in (None, 100):
            if "*" in text:
                making.refuse("wildcard")
            accepted.append(text)
            right = right or _line(making, one.feedback, form)
        else:
            making.note("partial")
    making.answers(_told(making, right, general, form), _told(making, wrong, general, form))
    return making.text_asked(question, accepted)


def _match(making: Making, question: Said, answers: list[Answer], general: str, form: str) -> Item:
    pairs, more = [], []
    for one in answers:
        left, _, right = one.text.rpartition("->")
        if left.strip():
            pairs.append((_said(left, form), _said(right, form)))
        else:
            more.append(_said(right, form))
    making.answers(general, general)
    return making.pairs(question, pairs, more)


def _number(making: Making, question: Said, inside: str, general: str, form: str) -> Item:
    right = wrong = ""
    if re.search(r"(?<!\\)[=~]", inside):
        answers = [_answer(part if part.strip()[:1] in "=~" else f"={part}") for part in PARTS.split(inside) if part.strip()]  # fmt: skip
        whole = [one for one in answers if one.weight in (None, 100) and one.text]
        wrongs = [one.feedback for one in answers if one not in whole and one.text in ("", "*")]
        if len(whole) + len(wrongs) < len(answers):
            making.note("partial")
        if len(whole) != 1:
            making.refuse("several-numbers" if whole else "no-answer")
            return making.done()
        text, right, wrong = whole[0].text, whole[0].feedback, " ".join(wrongs)
    else:
        text, _, right = inside.partition("#")
    making.answers(_told(making, right, general, form), _told(making, wrong, general, form))
    found = _range(_given(text))
    if found is None:
        making.refuse("broken", tidy(_given(text)))
        return making.done()
    return making.number_asked(question, *found)


def _range(text: str) -> tuple[Decimal, Decimal] | None:
    """`5`, `5:0.5` or `4.5..5.5` as a number and how far off it may be."""
    ends = text.split("..") if ".." in text else text.replace(HOLD[":"], ":").split(":")
    values = [value for end in ends if (value := decimal(end)) is not None]
    if len(values) != len(ends) or len(ends) > 2:
        return None
    if ".." in text:
        low, high = sorted(values)
        return (low + high) / 2, (high - low) / 2
    return values[0], values[1] if len(values) > 1 else Decimal(0)
