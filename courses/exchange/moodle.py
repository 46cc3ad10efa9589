"""Moodle XML: https://docs.moodle.org/en/Moodle_XML_format, as Moodle and those that write for it do."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from courses.exchange import markup
from courses.exchange.items import Found, Item, Making, Offered, Said, decimal, tidy
from courses.exchange.tree import Node

WHOLE = 100.0
HTML_FORMATS = frozenset(["", "html", "moodle_auto_format"])
CATEGORY = "category"


def read(quiz: Node) -> Found:
    """`quiz` is the file's outermost node. Every `<question>` but a category is one item."""
    items: list[Item] = []
    group = ""
    for node in quiz.all("question"):
        kind = node.get("type")
        if kind == CATEGORY:
            group = tidy(_text(node.first("category", "text"))).removeprefix("$course$/").removeprefix("top/")
            continue
        making = Making(len(items) + 1, tidy(_text(node.first("name", "text"))), group=group)
        items.append(_item(making, kind, node))
    return Found("moodle", tuple(items), items[0].group.rpartition("/")[2] if items else "")


def _item(making: Making, kind: str, node: Node) -> Item:
    question = _said(node.first("questiontext"))
    making.text = question.text
    if kind not in _READERS:
        making.refuse("kind", kind or "?")
        return making.done()
    if decimal(_text(node.first("defaultgrade")) or "1") not in (None, Decimal(1)):
        making.note("points")
    if node.first("tags", "tag"):
        making.note("tags")
    hints = [text for one in node.all("hint") if (text := _line(making, one))]
    making.say(".hint", " ".join(hints))
    return _READERS[kind](making, question, node)


def _text(node: Node | None) -> str:
    """Its own words, or those of a `<text>` or a `<unit_name>` beneath it."""
    if node is None:
        return ""
    inner = node.first("text")
    return inner.text if inner is not None else node.text


def _said(node: Node | None, above: str = "") -> Said:
    """`above` is the format of what it stands in, where it names none."""
    if node is None:
        return Said()
    text, form = _text(node), node.get("format") or above
    if form not in HTML_FORMATS and "<img" not in text:
        return markup.plain(text)
    files = {
        one.get("path").lstrip("/") + one.get("name"): one for one in node.within() if one.name == "file"
    }
    return markup.said(text, lambda name: _data(files.get(name)))


def _data(node: Node | None) -> bytes | None:
    if node is None:
        return None
    try:
        return base64.b64decode(node.text)
    except (binascii.Error, ValueError):
        return b""


def _line(making: Making, node: Node | None) -> str:
    """Words that answer: pictures in them are named, for there is no place for them."""
    said = _said(node)
    making.why += said.wrong
    if said.pictures:
        making.refuse("more-pictures")
    return tidy(said.text)


def _fraction(node: Node) -> float:
    found = decimal(node.get("fraction") or "0")
    return float(found) if found is not None else 0.0


def _joined(*texts: str) -> str:
    return " ".join(text for text in texts if text)


class _Feedback:
    """What is said for right and for wrong answers as a whole."""

    def __init__(self, making: Making, node: Node) -> None:
        self.general = _line(making, node.first("generalfeedback"))
        self.right = _line(making, node.first("correctfeedback"))
        self.wrong = _line(making, node.first("incorrectfeedback"))
        if _line(making, node.first("partiallycorrectfeedback")):
            making.note("marks")
        if sum(map(bool, (self.general, self.right, self.wrong))) > 1:
            making.note("marks")

    def of(self, own: str, right: bool) -> str:
        return _joined(own, self.right if right else self.wrong, self.general)


def _multichoice(making: Making, question: Said, node: Node) -> Item:
    single = _text(node.first("single")).strip().lower() not in ("false", "0")
    feedback = _Feedback(making, node)
    answers = node.all("answer")
    fractions = [_fraction(one) for one in answers]
    rights = [value >= WHOLE - 0.01 if single else value > 0 for value in fractions]
    if single and any(0 < value < WHOLE - 0.01 for value in fractions):
        making.note("partial")
    if not single and len({value for value, right in zip(fractions, rights, strict=True) if right}) > 1:
        making.note("weights")
    offered = [
        Offered(_said(one), right, feedback.of(_line(making, one.first("feedback")), right))
        for one, right in zip(answers, rights, strict=True)
    ]
    return making.choices(question, offered, several=not single)


def _truefalse(making: Making, question: Said, node: Node) -> Item:
    feedback = _Feedback(making, node)
    by_name = {tidy(_text(one)).lower(): one for one in node.all("answer")}
    if by_name.keys() != {"true", "false"}:
        making.refuse("no-answer")
        return making.done()
    answer = _fraction(by_name["true"]) > _fraction(by_name["false"])
    told = {
        name: feedback.of(_line(making, one.first("feedback")), answer == (name == "true"))
        for name, one in by_name.items()
    }
    return making.true_or_false(question, answer, told["true"], told["false"])


def _short(making: Making, question: Said, node: Node) -> Item:
    feedback = _Feedback(making, node)
    accepted, right, wrong = [], "", ""
    for one in node.all("answer"):
        text, said, worth = tidy(_text(one)), _line(making, one.first("feedback")), _fraction(one)
        if text == "*" and worth <= 0:
            wrong = _joined(wrong, said)
        elif worth >= WHOLE - 0.01:
            if "*" in text.replace("\\*", ""):
                making.refuse("wildcard")
            accepted.append(text.replace("\\*", "*"))
            right = _joined(right, said)
        else:
            making.note("partial")
    if _text(node.first("usecase")).strip() == "1":
        making.note("case")
    making.answers(feedback.of(right, True), feedback.of(wrong, False))
    return making.text_asked(question, accepted)


def _numerical(making: Making, question: Said, node: Node) -> Item:
    feedback = _Feedback(making, node)
    whole = [one for one in node.all("answer") if _fraction(one) >= WHOLE - 0.01]
    others = [one for one in node.all("answer") if one not in whole]
    if any(_fraction(one) > 0 or tidy(_text(one)) != "*" for one in others):
        making.note("partial")
    said = [_line(making, one.first("feedback")) for one in whole]
    wrong = [_line(making, one.first("feedback")) for one in others if tidy(_text(one)) == "*"]
    making.answers(feedback.of(_joined(*said), True), feedback.of(_joined(*wrong), False))
    units = [_text(one.first("unit_name")) for held in node.all("units") for one in held.all("unit")]
    if len(units) > 1:
        making.refuse("units")
    values = {(decimal(_text(one)), decimal(_text(one.first("tolerance")) or "0")) for one in whole}
    if len(values) != 1:
        making.refuse("several-numbers" if values else "no-answer")
        return making.done()
    answer, within = values.pop()
    if answer is None or within is None:
        making.refuse("broken", tidy(_text(whole[0])))
        return making.done()
    return making.number_asked(question, answer, within, units[0] if units else "")


def _matching(making: Making, question: Said, node: Node) -> Item:
    feedback = _Feedback(making, node)
    pairs, more = [], []
    for one in node.all("subquestion"):
        item, target = _said(one, "html"), _said(one.first("answer"), "plain_text")
        if tidy(item.text) or item.pictures:
            pairs.append((item, target))
        else:
            more.append(target)
    making.answers(feedback.of("", True), feedback.of("", False))
    return making.pairs(question, pairs, more)


def _ordering(making: Making, question: Said, node: Node) -> Item:
    feedback = _Feedback(making, node)
    making.answers(feedback.of("", True), feedback.of("", False))
    return making.order(question, [_said(one) for one in _in_order(node.all("answer"))])


def _in_order(answers: Sequence[Node]) -> list[Node]:
    return sorted(answers, key=_fraction)


_READERS: Mapping[str, Callable[[Making, Said, Node], Item]] = {
    "multichoice": _multichoice,
    "truefalse": _truefalse,
    "shortanswer": _short,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "ddmatch": _matching,
    "ordering": _ordering,
}
