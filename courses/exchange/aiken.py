"""Aiken: https://docs.moodle.org/en/Aiken_format; a question, its answers by letter, and `ANSWER: B`."""

import re

from courses.exchange import markup
from courses.exchange.items import Found, Item, Making, Offered, tidy

CHOICE = re.compile(r"^\s*([A-Z])[.)]\s*(.*)$")
ANSWER = re.compile(r"^\s*ANSWER\s*:\s*(.*?)\s*$", re.I)


def looks_so(text: str) -> bool:
    return bool(re.search(r"^\s*ANSWER\s*:\s*[A-Za-z]", text, re.M | re.I)) and bool(
        re.search(r"^\s*A[.)]\s", text, re.M)
    )


def read(text: str) -> Found:
    """Everything up to an `ANSWER:` is one item, and so is what is left behind the last."""
    items: list[Item] = []
    held: list[str] = []
    start = 1
    for number, line in enumerate(text.split("\n"), 1):
        if not held and not line.strip():
            continue
        start = start if held else number
        answer = ANSWER.match(line)
        if answer or line.strip():
            held.append(line)
        if answer:
            items.append(_item(Making(len(items) + 1, f"{start}"), held[:-1], answer[1]))
            held = []
    if held:
        items.append(_item(Making(len(items) + 1, f"{start}"), held, ""))
    return Found("aiken", tuple(items))


def _item(making: Making, lines: list[str], answer: str) -> Item:
    question: list[str] = []
    choices: list[tuple[str, list[str]]] = []
    for line in lines:
        if found := CHOICE.match(line):
            choices.append((found[1], [found[2]]))
        elif choices:
            choices[-1][1].append(line)
            making.note("joined")
        else:
            question.append(line)
    making.text = tidy(" ".join(question)) or tidy(" ".join(lines))
    letters = [letter for letter, _ in choices]
    if letters != [chr(ord("A") + n) for n in range(len(letters))]:
        making.refuse("labels")
    rights = (
        re.findall(r"[A-Z]", answer.upper()) if re.fullmatch(r"[A-Za-z](\s*[,;]\s*[A-Za-z])*", answer) else []
    )
    if not set(rights) <= set(letters):
        making.refuse("no-answer")
    offered = [Offered(markup.plain(" ".join(words)), letter in rights) for letter, words in choices]
    return making.choices(markup.plain(" ".join(question)), offered)
