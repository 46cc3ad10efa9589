"""What a reader gives: each thing of a file as a question or a block of ours, or named with why it is neither."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from string import ascii_lowercase
from typing import NamedTuple

from courses.exchange.encoding import PRIVATE
from courses.exchange.refusal import Why
from courses.grading import fold
from courses.model import SOURCE, Block, Choice, Question

LONGEST = 2_000
"""Signs of one line of words."""
EXCERPT = 160
LARGEST_PICTURE = 10 * 2**20
HTML = re.compile(r"<[A-Za-z/!?]")
GAP = "_____"
"""What is written where a word is to be filled in."""
GREATEST = 10**12
SIGNATURES = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
FALSE, TRUE = "false", "true"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the file. `words` are by key; `pictures` by the file name their question or block gives.

    Without a question or a block it was not understood and `why` says so; `notes` say what changed of one that was.
    """

    number: int
    name: str
    text: str
    question: Question | None = None
    block: Block | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    why: tuple[Why, ...] = ()
    notes: tuple[Why, ...] = ()
    group: str = ""

    @property
    def understood(self) -> bool:
        return self.question is not None or self.block is not None


@dataclass(frozen=True, slots=True)
class Found:
    """A file, read. `form` is what it is: word, sheet, moodle, gift, aiken, lesson, slides."""

    form: str
    items: tuple[Item, ...]
    title: str = ""
    unknown: tuple[str, ...] = ()
    """Columns of a sheet that mean nothing here."""


class Picture(NamedTuple):
    data: bytes
    alt: str = ""

    @property
    def ending(self) -> str:
        """Of its file name, by its first bytes; "" where browsers here do not show it."""
        if self.data[:4] == b"RIFF" and self.data[8:12] == b"WEBP":
            return "webp"
        return next((name for sign, name in SIGNATURES if self.data.startswith(sign)), "")


@dataclass(slots=True)
class Said:
    """Words as they stood in the file, with the pictures among them and what could not be kept."""

    text: str = ""
    pictures: list[Picture] = field(default_factory=list)
    wrong: list[Why] = field(default_factory=list)


class Offered(NamedTuple):
    said: Said
    right: bool = False
    feedback: str = ""


def tidy(text: str) -> str:
    """One line of visible letters, composed."""
    shown = "".join(
        one if (one.isprintable() and one != "\u00ad") or PRIVATE.match(one) else " "
        for one in text.replace("\u200b", "")
    )
    return unicodedata.normalize("NFC", " ".join(shown.split()))


@dataclass
class Making:
    """One item while it is read; what is said of it is kept with it."""

    number: int
    name: str = ""
    text: str = ""
    group: str = ""
    words: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    why: list[Why] = field(default_factory=list)
    notes: list[Why] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"q{self.number:02}"

    def refuse(self, reason: str, detail: str = "") -> None:
        self.why.append(Why(reason, detail))

    def note(self, reason: str, detail: str = "") -> None:
        self.notes.append(Why(reason, detail))

    def say(self, ending: str, text: str) -> None:
        """Words beneath the question's key; none are left away."""
        if PRIVATE.search(text):
            self.refuse("symbols")
        text = tidy(text)
        if HTML.search(text):
            self.refuse("html-words")
        if len(text) > LONGEST:
            self.refuse("too-long")
        if text:
            self.words[f"{self.id}{ending}"] = text

    def ask(self, said: Said) -> str:
        """The words of the question; returns the name of its picture, or ""."""
        if not tidy(said.text) and not said.wrong:
            self.refuse("no-text")
        return self._tell("", said)

    def _tell(self, ending: str, said: Said) -> str:
        self.why += said.wrong
        self.say(ending, said.text)
        if len(said.pictures) > 1:
            self.refuse("more-pictures")
        return self._picture(ending, said.pictures[0]) if said.pictures else ""

    def _picture(self, ending: str, picture: Picture) -> str:
        if not picture.ending or len(picture.data) > LARGEST_PICTURE:
            self.refuse("picture-kind")
            return ""
        name = f"{self.id}{ending.replace('.', '-')}.{picture.ending}"
        self.pictures[name] = picture.data
        self.say(f"{ending}.alt", picture.alt)
        return name

    def choices(self, said: Said, offered: Sequence[Offered], several: bool = False) -> Item:
        """A question with answers to choose from; with exactly one right of kind `one` unless `several`."""
        picture = self.ask(said)
        made = [self._choice(id, one) for id, one in zip(ascii_lowercase, offered, strict=False)]
        if len(offered) > len(ascii_lowercase):
            self.refuse("too-long")
        if len(made) < 2:
            self.refuse("few-choices")
        rights = sum(one.right for one in made)
        if not rights:
            self.refuse("no-answer")
        texts = [tidy(one.said.text).casefold() for one in offered if not one.said.pictures]
        if len(set(texts)) < len(texts):
            self.refuse("same-choices")
        kind = "several" if several or rights > 1 else "one"
        return self.done(Question(self.id, kind, picture, choices=tuple(made)))

    def _choice(self, id: str, offered: Offered) -> Choice:
        picture = self._tell(f".{id}", offered.said)
        if not picture and not tidy(offered.said.text) and not offered.said.wrong:
            self.refuse("empty-choice")
        self.say(f".{id}.feedback", offered.feedback)
        return Choice(id, offered.right, picture)

    def true_or_false(self, said: Said, answer: bool, if_true: str = "", if_false: str = "") -> Item:
        picture = self.ask(said)
        self.say(".true.feedback", if_true)
        self.say(".false.feedback", if_false)
        choices = (Choice(TRUE, answer), Choice(FALSE, not answer))
        return self.done(Question(self.id, "truefalse", picture, choices=choices))

    def pairs(self, said: Said, pairs: Sequence[tuple[Said, Said]], more: Sequence[Said] = ()) -> Item:
        """`more` are targets nothing belongs to; targets that say the same are one."""
        picture = self.ask(said)
        targets: dict[str, str] = {}
        items = []
        for n, (item, target) in enumerate(pairs):
            id = ascii_lowercase[n % 26]
            items.append(Choice(id, picture=self._tell(f".{id}", item), match=self._target(target, targets)))
        for one in more:
            self._target(one, targets)
        if not 2 <= len(items) <= len(ascii_lowercase):
            self.refuse("no-pairs")
        held = tuple(Choice(id) for id in targets.values())
        return self.done(Question(self.id, "pairs", picture, items=tuple(items), targets=held))

    def _target(self, said: Said, known: dict[str, str]) -> str:
        text = tidy(said.text)
        if not text or said.pictures:
            self.refuse("more-pictures" if said.pictures else "empty-choice")
        if text not in known:
            known[text] = f"t{len(known) + 1}"
            self.why += said.wrong
            self.say(f".{known[text]}", text)
        return known[text]

    def order(self, said: Said, items: Sequence[Said]) -> Item:
        picture = self.ask(said)
        made = [
            Choice(id, picture=self._tell(f".{id}", one))
            for id, one in zip(ascii_lowercase, items, strict=False)
        ]
        if not 2 <= len(items) <= len(ascii_lowercase):
            self.refuse("few-choices")
        return self.done(Question(self.id, "order", picture, items=tuple(made)))

    def number_asked(self, said: Said, answer: Decimal, within: Decimal = Decimal(0), unit: str = "") -> Item:
        picture = self.ask(said)
        self.say(".unit", unit)
        whole = [value * 1000 for value in (answer, within)]
        if (
            any(value != value.to_integral_value() or abs(value) >= GREATEST * 1000 for value in whole)
            or within < 0
        ):
            self.refuse("too-precise")
            return self.done(None)
        return self.done(Question(self.id, "number", picture, answer=int(whole[0]), tolerance=int(whole[1])))

    def text_asked(self, said: Said, accepted: Sequence[str], marks: bool = True) -> Item:
        picture = self.ask(said)
        texts = tuple(dict.fromkeys(text for one in accepted if (text := tidy(one))))
        if not any(fold(text, marks) for text in texts):
            self.refuse("no-answer")
        return self.done(Question(self.id, "text", picture, accept={SOURCE: texts}, diacritics=marks))

    def answers(self, right: str, wrong: str) -> None:
        self.say(".right", right)
        self.say(".wrong", wrong)

    def done(self, question: Question | None = None) -> Item:
        """The item; nothing of it where anything speaks against it."""
        asked, why = self.words.get(self.id, ""), tuple(dict.fromkeys(self.why))
        understood = question is not None and not why
        excerpt = tidy((asked or self.text) if understood else (self.text or asked))[:EXCERPT]
        if not understood:
            return Item(self.number, self.name, excerpt, why=why, group=self.group)
        notes = tuple(dict.fromkeys(self.notes))
        return Item(
            self.number, self.name, excerpt, question, None, self.words, self.pictures, (), notes, self.group
        )


def decimal(text: str) -> Decimal | None:
    """A number as other systems write it: a dot before decimals, no groups."""
    if not re.fullmatch(
        r"\s*[-+]?(?:\d{1,15}(?:\.\d{0,12})?|\.\d{1,12})(?:[eE][-+]?\d{1,2})?\s*", text, re.ASCII
    ):
        return None
    return Decimal(text.strip())
