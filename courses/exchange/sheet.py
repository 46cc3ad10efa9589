"""Questions in a table: a column of questions, columns of answers, and one that says which is right."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from courses.exchange.encoding import refuse_other_letters
from courses.exchange.items import Found, Item, Making, Offered, Said, tidy
from courses.exchange.markup import plain
from courses.exchange.refusal import NotTaken
from courses.grading import number

Rows = Iterable[tuple[int, tuple[str, ...]]]
HEADER_WITHIN = 30
NAMES: Mapping[str, tuple[str, ...]] = {
    "question": ("cau hoi", "noi dung cau hoi", "noi dung", "de bai", "question", "question text", "cau dan"),
    "right": (
        "dap an dung",
        "dap an",
        "dung",
        "da",
        "dap an chinh xac",
        "ket qua",
        "cau tra loi dung",
        "correct",
        "correct answer",
        "correct answers",
        "right answer",
        "answer key",
        "key",
        "answer",
        "correct answer s",
    ),
    "why": ("giai thich", "loi giai", "huong dan giai", "explanation", "answer explanation", "feedback"),
    "hint": ("goi y", "hint"),
    "number": ("stt", "tt", "so thu tu", "cau", "no", "id", "cau so"),
}
"""What the columns are called, folded."""
CHOICE = re.compile(
    r"(?:(?:dap an|phuong an|lua chon|cau tra loi|tra loi|option|choice|answer|pa|da)\s*)?(?:([a-h])|([1-8]))"
)
TAIL = re.compile(r"\s*(?: max \d+.*| choose at least.*|\(.*\)|\*)\s*$")
TRUE, FALSE = frozenset(["dung", "true", "d", "t", "co"]), frozenset(["sai", "false", "s", "f", "khong"])


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower().replace("đ", "d"))
    words = re.sub(r"[\W_]+", " ", "".join(one for one in plain if not unicodedata.combining(one)))
    return TAIL.sub("", words.strip()).strip()


@dataclass
class Columns:
    """Where each thing stands; `choices` in the order of their letters."""

    at: dict[str, int] = field(default_factory=dict)
    choices: list[int] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def header(cells: Sequence[str]) -> Columns | None:
    """The columns, where this row names a question and what is right or to be chosen."""
    found = Columns()
    lettered: dict[int, int] = {}
    for n, cell in enumerate(cells):
        name = folded(cell)
        kind = next((kind for kind, names in NAMES.items() if name in names), "")
        choice = CHOICE.fullmatch(name)
        if kind and kind not in found.at:
            found.at[kind] = n
        elif choice:
            lettered[ord(choice[1]) - ord("a") if choice[1] else int(choice[2]) - 1] = n
        elif name:
            found.unknown.append(tidy(cell))
    found.choices = [lettered[key] for key in sorted(lettered)]
    is_one = "question" in found.at and ("right" in found.at or len(found.choices) > 1)
    return found if is_one else None


def looks_so(rows: Rows) -> bool:
    """Whether a table is of questions; only its first rows are read."""
    for count, (_, cells) in enumerate(rows, 1):
        if header(cells):
            return True
        if count >= HEADER_WITHIN:
            break
    return False


def read(rows: Rows) -> Found:
    """Every row beneath the header is one item. Raises `NotTaken`: no-header."""
    columns: Columns | None = None
    items: list[Item] = []
    texts: list[str] = []
    for count, (row, cells) in enumerate(rows, 1):
        texts += cells
        if columns is None:
            columns = header(cells)
            if columns is None and count >= HEADER_WITHIN:
                break
        elif any(cells):
            items.append(_item(Making(len(items) + 1, f"{row}"), cells, columns))
    if columns is None:
        raise NotTaken("no-header")
    refuse_other_letters("\n".join(texts))
    return Found("sheet", tuple(items), unknown=tuple(columns.unknown))


def _item(making: Making, cells: Sequence[str], columns: Columns) -> Item:
    def cell(n: int | None) -> str:
        return tidy(cells[n]) if n is not None and n < len(cells) else ""

    at = columns.at.get
    making.text = cell(at("question")) or " ".join(cells)
    making.say(".hint", cell(at("hint")))
    right, why, stem = cell(at("right")), cell(at("why")), plain(cell(at("question")))
    choices = [cell(n) for n in columns.choices]
    while choices and not choices[-1]:
        choices.pop()
    if not choices:
        return _open(making, stem, right, why)
    rights = _rights(right, choices)
    if (
        [folded(one) in TRUE for one in choices] == [True, False]
        and folded(choices[1]) in FALSE
        and len(rights) == 1
    ):
        truth = rights == {0}
        return making.true_or_false(stem, truth, why if truth else "", "" if truth else why)
    if right and not rights:
        making.refuse("no-answer")
    offered = [Offered(plain(one), n in rights, why if n in rights else "") for n, one in enumerate(choices)]
    return making.choices(stem, offered)


def _rights(right: str, choices: Sequence[str]) -> set[int]:
    """Which choices a cell names: by letter, by number, or by their words."""
    same = {n for n, one in enumerate(choices) if one and one.casefold() == right.casefold()}
    if same:
        return same
    parts = [part for part in re.split(r"[,;/&\s]+|và", right.strip(" .)").upper()) if part]
    named = {
        ord(part) - ord("A") if part.isalpha() else int(part) - 1
        for part in parts
        if re.fullmatch("[A-H]|[1-8]", part)
    }
    if len(named) == len(parts) and named <= set(range(len(choices))):
        return named
    if re.fullmatch("[A-H]{2,}", right) and set(right) <= {chr(ord("A") + n) for n in range(len(choices))}:
        return {ord(letter) - ord("A") for letter in right}
    return set()


def _open(making: Making, stem: Said, right: str, why: str) -> Item:
    if not right:
        making.refuse("no-choices")
        return making.done()
    if folded(right) in TRUE | FALSE:
        truth = folded(right) in TRUE
        return making.true_or_false(stem, truth, why if truth else "", "" if truth else why)
    making.answers(why, why)
    if (value := number(right)) is not None:
        return making.number_asked(stem, Decimal(value) / 1000)
    return making.text_asked(stem, [right], marks=False)
