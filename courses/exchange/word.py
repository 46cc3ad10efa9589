"""Questions as teachers here keep them in Word: “Câu 1. … A. B. C. D.”, the right answer marked or in a key."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from courses.exchange.items import Found, Item, Making, Offered, Picture, Said, tidy
from courses.exchange.markup import plain
from courses.exchange.office import Paragraph, Run
from courses.exchange.refusal import Why
from courses.grading import number

QUESTION = re.compile(
    r"\s*(?:câu(?: hỏi)?|bài|question)\s*(?:số\s*)?(\d{1,4})\s*(?:[.:)\-–/]+|(?=[(\[])|$)\s*", re.I
)
NUMBERED = re.compile(r"\s*(\d{1,3})\s*[.)]\s*(?=\S)")
LABEL = re.compile(r"\s*(\*?)\s*([A-Ha-h])\s*(\*?)\s*[.)]\s*(\*?)\s*")
INLINE = r"(?:(?<=\s)|^)(\*?)\s*(%s)\s*[.)](?=\s*\S)\s*(\*?)"
ANSWER = re.compile(r"\s*(?:đáp án(?: đúng)?|đ/a|đa|answer|trả lời|key|chọn(?: đáp án)?)\s*(?:là\s*)?[:.]?\s+(?=\S)|\s*(?:đáp án|answer|key)\s*[:.]\s*(?=\S)", re.I)  # fmt: skip
LETTERS = re.compile(r"[\s(]*([A-Ha-h](?:\s*(?:[,;&]|và|\s)\s*[A-Ha-h]\b)*)[\s).]*")
TRUTHS = re.compile(r"\b(Đúng|Sai|Đ|S)\b", re.I)
EXPLAINED = re.compile(
    r"\s*(?:lời giải|hướng dẫn(?: giải)?|giải thích|giải chi tiết|explanation)\s*(?:[:.]\s*|$)", re.I
)
KEY = re.compile(r"\s*(?:bảng\s+)?(?:đáp\s*án|answer\s*key|hướng dẫn chấm)(?![^\W\d_])[^:]{0,60}:?\s*$", re.I)
PAIR = re.compile(r"(?:câu\s*)?(?<!\d)(\d{1,3})\s*[-.:)–]?\s*([A-H])(?!\w)", re.I)
SECTION = re.compile(r"\s*(?:(?:phần|chương|chủ đề|mục|dạng|bài)\s+(?:[IVX]+|\d+|thứ)\b|[IVX]{1,4}\s*[.)]\s|[-–—_*. ]*hết[-–—_*. ]*$)", re.I)  # fmt: skip
ABOUT_UNDERLINES = re.compile(r"gạch (?:chân|dưới)|underlin", re.I)
SURE, UNSURE = ("underline", "highlight", "colour"), ("bold", "italic")
MARKED = 0.6
"""Of a choice's letters, from which share on it counts as marked."""
TRUE_WORDS = {"đúng": True, "đ": True, "true": True, "sai": False, "s": False, "false": False}


@dataclass
class Line:
    """Part of a paragraph; `marks` of each sign of its text."""

    text: str
    marks: list[frozenset[str]]
    pictures: list[tuple[int, Picture]] = field(default_factory=list)
    wrong: list[Why] = field(default_factory=list)
    place: tuple[int, tuple[int, int]] = (0, (0, 0))
    level: int = 0

    def cut(self, start: int, end: int | None = None) -> "Line":
        end = len(self.text) if end is None else end
        last = end == len(self.text)
        inside = [(at - start, one) for at, one in self.pictures if start <= at < end or (last and at == end)]
        wrong = self.wrong if start == 0 or last else []
        return Line(self.text[start:end], self.marks[start:end], inside, wrong, self.place, self.level)

    def share(self, mark: str) -> float:
        letters = [marks for sign, marks in zip(self.text, self.marks, strict=True) if not sign.isspace()]
        return sum(mark in marks for marks in letters) / max(1, len(letters))


@dataclass
class Option:
    letter: str
    lines: list[Line]
    label: Line
    starred: bool = False

    def is_marked(self, mark: str, by_label: bool, by_text: bool) -> bool:
        text = [line for line in self.lines if line.text.strip()]
        told = by_text and bool(text) and min(line.share(mark) for line in text) >= MARKED
        return told or (by_label and self.label.share(mark) > 0)


@dataclass
class Asked:
    """A question as it stands in the file."""

    name: str
    number: int
    place: tuple[int, tuple[int, int]]
    stem: list[Line] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    answer: str = ""
    explained: list[Line] = field(default_factory=list)
    explaining: bool = False
    in_table: bool = False
    joined: bool = False

    @property
    def text(self) -> str:
        lines = [*self.stem, *(line for one in self.options for line in (one.label, *one.lines))]
        return " ".join(line.text for line in lines)


Part = Asked | list[Line]


def lines_of(paragraphs: Sequence[Paragraph]) -> list[Line]:
    """A line for each line break; the labels Word counts stand before the text."""
    made = []
    for one in paragraphs:
        text, marks = one.label, [frozenset[str]()] * len(one.label)
        for run in one.runs:
            text += run.text
            marks += [run.marks] * len(run.text)
        pictures = [(at + len(one.label), picture) for at, picture in one.pictures]
        whole = Line(text, marks, pictures, one.wrong, (one.table, one.cell), one.level)
        start = 0
        for part in text.split("\n"):
            made.append(whole.cut(start, start + len(part)))
            start += len(part) + 1
    return [line for line in made if line.text.strip() or line.pictures or line.wrong]


def text_lines(text: str) -> list[Line]:
    return lines_of([Paragraph([]) if not line else _plain(line) for line in text.split("\n")])


def _plain(line: str) -> Paragraph:
    return Paragraph([Run(line)])


def has_questions(lines: Sequence[Line]) -> bool:
    """Whether a file is questions and not a lesson: some have answers to choose from, or an answer line."""
    parts = _parts(lines, _opening(lines))
    asked = [one for one in parts if isinstance(one, Asked)]
    return any(len(one.options) > 1 or one.answer for one in asked)


def read(lines: Sequence[Line]) -> Found:
    opening = _opening(lines)
    lines, key = _without_key(lines, opening)
    parts = _parts(lines, opening)
    numbers = [one.number for one in parts if isinstance(one, Asked)]
    items: list[Item] = []
    for part in parts:
        if isinstance(part, Asked):
            keyed = key.get(part.number, "") if numbers.count(part.number) == 1 else ""
            items.append(_item(Making(len(items) + 1, part.name), part, keyed))
        else:
            items.append(_outside(Making(len(items) + 1), part))
    return Found("word", tuple(items), _title(parts))


def _opening(lines: Sequence[Line]) -> re.Pattern[str]:
    """How a question begins in this file: `Câu 1.`, or where there is none a plain `1.`."""
    return QUESTION if any(QUESTION.match(line.text) for line in lines) else NUMBERED


def _title(parts: Sequence[Part]) -> str:
    first = parts[0] if parts else None
    return tidy(first[0].text)[:120] if isinstance(first, list) else ""


def _outside(making: Making, lines: Sequence[Line]) -> Item:
    making.text = " ".join(line.text for line in lines)
    making.refuse("outside")
    for line in lines:
        making.why += line.wrong
    if any(line.pictures for line in lines):
        making.refuse("drawing")
    return making.done()


# The key at the end


def _without_key(lines: Sequence[Line], opening: re.Pattern[str]) -> tuple[list[Line], dict[int, str]]:
    """The lines without those of the key, and the letter of each number it names."""
    start = next((n for n, line in enumerate(lines) if n and KEY.match(line.text) and _is_key(lines[n + 1 :], opening)), None)  # fmt: skip
    kept, held = list(lines), []
    if start is not None:
        kept, held = list(lines[:start]), list(lines[start + 1 :])
    else:
        tables = {line.place[0] for line in lines if line.place[0]}
        keys = {table for table in tables if _is_key_table([one for one in lines if one.place[0] == table])}
        kept = [line for line in lines if line.place[0] not in keys]
        held = [line for line in lines if line.place[0] in keys]
    key: dict[int, str] = {}
    cells = {line.place: line.text.strip() for line in held if line.place[0]}
    for line in held:
        found = PAIR.findall(line.text) or _beside(line, cells)
        if not found and not _is_of_key(line, cells):
            kept.append(line)
        key |= {int(name): letter.upper() for name, letter in found}
    return kept, key


def _is_key(after: Sequence[Line], opening: re.Pattern[str]) -> bool:
    """Whether what follows a heading is a key and not more questions."""
    asked = sum(bool(opening.match(line.text)) and not PAIR.match(line.text) for line in after)
    return bool(after) and not asked


def _is_key_table(lines: Sequence[Line]) -> bool:
    texts = [line.text.strip() for line in lines]
    plain = [text for text in texts if re.fullmatch(r"\d{1,3}|[A-H]|(?:câu|đáp án|đ/?a|key)", text, re.I)]
    numbers, letters = (
        sum(bool(re.fullmatch(form, text)) for text in texts) for form in (r"\d{1,3}", "[A-H]")
    )
    return len(plain) == len(texts) and numbers > 1 and letters > 1


def _beside(line: Line, cells: dict[tuple[int, tuple[int, int]], str]) -> list[tuple[str, str]]:
    """A number with the letter in the cell beneath it, or to its right."""
    text, (table, (y, x)) = line.text.strip(), line.place
    text = re.sub(r"^câu\s*", "", text, flags=re.I)
    if not table or not text.isdecimal():
        return []
    for there in ((table, (y + 1, x)), (table, (y, x + 1))):
        if re.fullmatch("[A-Ha-h]", cells.get(there, "")):
            return [(text, cells[there])]
    return []


def _is_of_key(line: Line, cells: dict[tuple[int, tuple[int, int]], str]) -> bool:
    """Letters and headings of a table of answers say nothing of their own."""
    return line.place in cells and bool(
        re.fullmatch(r"[A-H]|(?:câu|đáp án|đ/?a|key)", line.text.strip(), re.I)
    )


# Where one question ends and the next begins


def _parts(lines: Sequence[Line], opening: re.Pattern[str]) -> list[Part]:
    parts: list[Part] = []
    for line in lines:
        current = parts[-1] if parts else None
        if found := opening.match(line.text):
            asked = Asked(tidy(found[0]).rstrip(".:)-–/ "), int(found[1]), line.place)
            parts.append(asked)
            _take(asked, line.cut(found.end()))
        elif isinstance(current, Asked) and not _ends(current, line):
            _take(current, line)
        elif isinstance(current, list):
            current.append(line)
        else:
            parts.append([line])
    return parts


def _ends(asked: Asked, line: Line) -> bool:
    """A heading of a part, which belongs to no question."""
    told = bool(asked.options or asked.answer)
    capitals = line.text.isupper() and len(line.text.strip()) > 12 and not LABEL.match(line.text)
    return told and bool(SECTION.match(line.text) or line.level or capitals)


def _take(asked: Asked, line: Line) -> None:
    if found := ANSWER.match(line.text):
        rest = tidy(line.text[found.end() :])
        says_so = re.search("[:.]", found[0])
        truths = len(TRUTHS.findall(rest)) == len(asked.options)
        if LETTERS.fullmatch(rest) or (says_so and (not asked.options or truths)):
            asked.answer = rest
            return
    if found := EXPLAINED.match(line.text):
        asked.explaining = True
        line = line.cut(found.end())
    if asked.explaining:
        asked.explained.append(line)
        return
    before, options = _options(asked, line)
    if before.text.strip() or before.pictures or (before.wrong and not options):
        other_cell = line.place != asked.place and bool(line.place[0])
        asked.in_table = asked.in_table or other_cell
        if asked.options:
            asked.joined = True
            asked.options[-1].lines.append(before)
        else:
            asked.stem.append(before)
    asked.options += options


def _options(asked: Asked, line: Line) -> tuple[Line, list[Option]]:
    """What stands before the first label, and the answers of this line."""
    cuts = list(_labels(asked, line.text))
    if not cuts:
        return line, []
    ends = [start for start, _, _, _ in cuts[1:]] + [len(line.text)]
    made = []
    for (start, after, letter, starred), end in zip(cuts, ends, strict=True):
        text = line.cut(after, end)
        if stripped := re.fullmatch(r"(.*\S)\s*\*\s*", text.text, re.S):
            text, starred = text.cut(0, stripped.end(1)), True
        made.append(Option(letter, [text], line.cut(start, after), starred))
    return line.cut(0, cuts[0][0]), made


def _labels(asked: Asked, text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Where labels begin and end, their letters, and whether a star stands at them."""
    at, letter = 0, chr(ord(asked.options[-1].letter) + 1) if asked.options else "A"
    small = bool(asked.options) and asked.options[-1].letter.islower()
    if found := LABEL.match(text):
        if found[2].islower() and asked.options and not small:
            return
        yield found.start(), found.end(), found[2], bool(found[1] or found[3] or found[4])
        at, letter = found.end(), chr(ord(found[2]) + 1)
    elif not _runs_on(text, letter):
        return
    while found := re.compile(INLINE % letter).search(text, at):
        yield found.start(), found.end(), letter, bool(found[1] or found[3])
        at, letter = found.end(), chr(ord(letter) + 1)


def _runs_on(text: str, letter: str) -> bool:
    """Whether a line that begins with other words has this label and the next: one alone may be a word."""
    first = re.compile(INLINE % letter).search(text)
    return bool(first and re.compile(INLINE % chr(ord(letter) + 1)).search(text, first.end()))


# What a question says


def _said(lines: Sequence[Line]) -> Said:
    said = plain(" ".join(line.text for line in lines))
    for line in lines:
        said.pictures += [picture for _, picture in line.pictures]
        said.wrong += line.wrong
    return said


def _item(making: Making, asked: Asked, keyed: str) -> Item:
    making.text = asked.text
    stem = _said(asked.stem)
    for one in (*asked.stem, *(line for option in asked.options for line in option.lines)):
        if ABOUT_UNDERLINES.search(stem.text) and one.share("underline"):
            making.refuse("underline")
    if asked.in_table:
        making.refuse("table")
    if asked.joined:
        making.note("joined")
    explained = _said(asked.explained)
    making.why += explained.wrong
    if explained.pictures:
        making.refuse("more-pictures")
    if len(asked.options) < 2:
        return _without_options(making, stem, asked, keyed, tidy(explained.text))
    return _with_options(making, stem, asked, keyed, tidy(explained.text))


def _with_options(making: Making, stem: Said, asked: Asked, keyed: str, explained: str) -> Item:
    letters = [one.letter for one in asked.options]
    first = ord("a" if letters[0].islower() else "A")
    if letters != [chr(first + n) for n in range(len(letters))]:
        making.refuse("labels")
    marked = _marked(making, asked.options)
    told = _told(asked, letters) or {letter for letter in letters if letter.upper() == keyed}
    if told and marked and told != marked:
        making.refuse("key-differs")
    rights = told or marked
    if len(rights) > 1:
        making.note("several-right")
    offered = [
        Offered(_said(one.lines), one.letter in rights, explained if one.letter in rights else "")
        for one in asked.options
    ]
    return making.choices(stem, offered)


def _told(asked: Asked, letters: Sequence[str]) -> set[str]:
    """The letters its own line of the answer names."""
    if found := LETTERS.fullmatch(asked.answer):
        named = {one.upper() for one in re.findall("[A-Ha-h]", found[1])}
        return {letter for letter in letters if letter.upper() in named}
    truths = TRUTHS.findall(asked.answer)
    if len(truths) == len(letters):
        return {letter for letter, truth in zip(letters, truths, strict=True) if TRUE_WORDS[truth.lower()]}
    return set()


def _marked(making: Making, options: Sequence[Option]) -> set[str]:
    """The letters that stand out: by a star, else by one way of marking that not all of them have."""
    starred = {one.letter for one in options if one.starred}
    found = [starred] if starred else []
    found += [letters for mark in SURE if (letters := _standing_out(options, mark))]
    if len(found) > 1 and any(one != found[0] for one in found[1:]):
        making.refuse("key-differs")
    for mark in UNSURE:
        if not found and (letters := _standing_out(options, mark)):
            found = [letters]
    return found[0] if found else set()


def _standing_out(options: Sequence[Option], mark: str) -> set[str]:
    for by_label, by_text in ((True, True), (True, False), (False, True)):
        letters = {one.letter for one in options if one.is_marked(mark, by_label, by_text)}
        if 0 < len(letters) < len(options):
            return letters
    return set()


def _without_options(making: Making, stem: Said, asked: Asked, keyed: str, explained: str) -> Item:
    if asked.options:
        making.refuse("few-choices")
        return making.done()
    answer = asked.answer.rstrip(" .")
    if not answer:
        making.refuse("no-choices")
        return making.done()
    if (truth := TRUE_WORDS.get(answer.lower())) is not None:
        return making.true_or_false(stem, truth, explained if truth else "", "" if truth else explained)
    making.answers(explained, explained)
    if (value := number(answer)) is not None:
        return making.number_asked(stem, Decimal(value) / 1000)
    return making.text_asked(stem, [answer], marks=False)
