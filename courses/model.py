"""What a course is once read: frozen values, no behaviour beyond looking something up."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

SOURCE = "vi"

BLOCK_KINDS = frozenset(
    [
        "heading",
        "text",
        "picture",
        "audio",
        "video",
        "steps",
        "note",
        "warning",
        "talk",
        "practice",
        "takeaway",
    ]
)
PROSE_KINDS = frozenset(["text", "note", "warning", "talk", "takeaway"])
QUESTION_KINDS = frozenset(
    ["one", "several", "truefalse", "order", "groups", "pairs", "spot", "number", "text"]
)
LOOKS = frozenset(["phone", "call", "sms", "bank", "form", "paper"])
PART_KINDS = frozenset(["message", "text", "caller", "button", "link", "field", "switch", "picture", "qr"])
GESTURES = frozenset(["tap", "long", "swipe-left", "swipe-right", "swipe-up", "swipe-down"])
STATES = frozenset(["missing", "machine_draft", "needs_review", "approved", "rejected"])
DRAFTS = frozenset({"machine_draft", "needs_review"})
ORIGINS = frozenset(["human", "llm", "import", "translit"])

Level = Literal["error", "warning"]
Box = tuple[int, int, int, int]
"""x, y, width, height in per cent of the picture."""


def source_hash(text: str) -> str:
    """The first eight hexadecimal digits a translation keeps of the words it was made from."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Fault:
    file: str
    line: int
    what: str
    mend: str
    level: Level = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.level}: {self.what} {self.mend}"


@dataclass(frozen=True, slots=True)
class Unit:
    """The words of one key in one language."""

    text: str
    state: str = "approved"
    origin: str = ""
    source: str = ""
    author: str = ""
    reviewer: str = ""
    from_hash: str = ""
    line: int = field(default=0, compare=False)

    @property
    def approved(self) -> bool:
        return self.state == "approved" and bool(self.text)

    @property
    def draft(self) -> bool:
        return self.state in DRAFTS and bool(self.text)

    def outdated(self, source: str) -> bool:
        return bool(self.from_hash) and self.from_hash != source_hash(source)


Words = Mapping[str, Unit]
"""By key."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A recording of words: `from_hash` is of the words it speaks, `consent` names what its speaker agreed to."""

    seconds: int = 0
    speaker: str = ""
    group: str = ""
    consent: str = ""
    state: str = "needs_review"
    author: str = ""
    reviewer: str = ""
    from_hash: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    id: str
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    id: str
    kind: str
    picture: str = ""
    steps: tuple[Step, ...] = ()
    media: str = ""
    seconds: int = 0
    poster: str = ""
    practice: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose, order, sort or match; `group` and `match` hold where an item belongs."""

    id: str
    right: bool = False
    picture: str = ""
    group: str = ""
    match: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    id: str
    at: Box
    right: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One dataclass for every kind; the parts a kind does not use stay empty.

    `choices` holds what one, several and truefalse choose from; `items` what order, groups and pairs
    place, into `groups` or onto `targets`. `answer` and `tolerance` of a number are in thousandths.
    """

    id: str
    kind: str
    picture: str = ""
    choices: tuple[Choice, ...] = ()
    items: tuple[Choice, ...] = ()
    groups: tuple[Choice, ...] = ()
    targets: tuple[Choice, ...] = ()
    spots: tuple[Spot, ...] = ()
    answer: int = 0
    tolerance: int = 0
    accept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    diacritics: bool = False
    outcome: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Hotspot:
    id: str
    at: Box
    gesture: str = "tap"
    to: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing on a pretend screen; `incoming` is a message that came in (`from = true`)."""

    id: str
    kind: str
    incoming: bool = False
    gesture: str = "tap"
    to: str = ""
    values: tuple[str, ...] = ()
    payload: str = ""
    picture: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Screen:
    """`end` is "", "right" or "wrong"."""

    id: str
    look: str = "phone"
    picture: str = ""
    hotspots: tuple[Hotspot, ...] = ()
    parts: tuple[Part, ...] = ()
    end: str = ""
    back: str = ""
    line: int = field(default=0, compare=False)

    def ways(self) -> tuple[str, ...]:
        """The screens an action of this one leads to, `back` among them."""
        targets = [spot.to for spot in self.hotspots] + [part.to for part in self.parts]
        return tuple(to for to in (*targets, self.back) if to)


@dataclass(frozen=True, slots=True)
class Practice:
    file: str
    start: str
    screens: tuple[Screen, ...]

    def screen(self, id: str) -> Screen | None:
        return next((screen for screen in self.screens if screen.id == id), None)


@dataclass(frozen=True, slots=True)
class Lesson:
    """`practices` by file name, `words` by language, `media` the file names in media/, `voices` what is
    known of some of them.

    `codes` are what of the frameworks it teaches, as `NLS:4.2`.
    `forms` are the sets of question ids a final quiz comes in, by name; without any it is all its questions.
    """

    id: str
    minutes: int = 0
    codes: tuple[str, ...] = ()
    final: bool = False
    blocks: tuple[Block, ...] = ()
    questions: tuple[Question, ...] = ()
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    practices: Mapping[str, Practice] = field(default_factory=dict)
    words: Mapping[str, Words] = field(default_factory=dict)
    media: frozenset[str] = frozenset()
    voices: Mapping[str, Voice] = field(default_factory=dict)

    def block(self, id: str) -> Block | None:
        return next((block for block in self.blocks if block.id == id), None)

    def question(self, id: str) -> Question | None:
        return next((question for question in self.questions if question.id == id), None)

    def unit(self, lang: str, key: str) -> Unit | None:
        return self.words.get(lang, {}).get(key)


@dataclass(frozen=True, slots=True)
class Course:
    """`lessons` in order, without the `final` quiz; `title` and `about` by language.

    `flagship` names the practice that brings the course together, as `<lesson>/<file>`.
    """

    id: str
    order: int = 0
    audience: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    picture: str = ""
    lessons: tuple[Lesson, ...] = ()
    final: Lesson | None = None
    flagship: str = ""
    pass_mark: int = 70
    title: Mapping[str, Unit] = field(default_factory=dict)
    about: Mapping[str, Unit] = field(default_factory=dict)

    def all_lessons(self) -> Iterator[Lesson]:
        """Every lesson in order, the final quiz last."""
        yield from self.lessons
        if self.final:
            yield self.final

    def lesson(self, id: str) -> Lesson | None:
        return next((lesson for lesson in self.all_lessons() if lesson.id == id), None)
