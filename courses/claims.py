"""Numbers, laws, addresses and telephone numbers that words state without quoting facts.toml.

What a pretend screen shows and what a question supposes is invented by rule; what teaches must stand on a fact.
"""

import re
from collections.abc import Iterator, Mapping

from courses.facts import QUOTE
from courses.model import SOURCE, Course, Fault, Lesson

Plain = Mapping[str, Mapping[str, Mapping[str, str]]]
"""By course, lesson and key: why a number there is no fact."""

NAMES = frozenset({"4G", "3G", "5G", "2G"})
PRETEND = re.compile(r"\b\d\dxx xxx \d{3}\b|\b[\w.-]+\.example\b")
CLAIM = re.compile(
    r"""
    (?P<address>https?://\S+ | www\.\S+ | \b[\w-]+(?:\.[\w-]+)*\.(?:vn|com|org|net|gov)\b)
  | (?P<law>\b(?:Luật|Nghị\ định|Nghị\ quyết|Quyết\ định|Thông\ tư|Chỉ\ thị)\ (?:số\ )?\d[\w/.-]* | \b\d+/\d{4}/[\w-]+)
  | (?P<number>\b\w*\d[\w.,]*)
    """,
    re.VERBOSE,
)


def check(course: Course, plain: Plain) -> Iterator[Fault]:
    allowed = plain.get(course.id, {})
    for lesson in course.all_lessons():
        yield from _lesson(lesson, allowed.get(lesson.id, {}))


def _lesson(lesson: Lesson, allowed: Mapping[str, str]) -> Iterator[Fault]:
    for key, unit in lesson.words.get(SOURCE, {}).items():
        if key in allowed or _is_supposed(lesson, key):
            continue
        for claim in claims(unit.text):
            yield Fault(
                f"{lesson.id}/{SOURCE}.md",
                unit.line,
                f"“{claim}” in `{key}` is stated without a fact.",
                "Quote it as {fact:<id>} from facts.toml, or say in plain.toml why it is none.",
            )


def claims(text: str) -> list[str]:
    bare = PRETEND.sub(" ", QUOTE.sub(" ", text))
    found = (match[0].rstrip(".,") for match in CLAIM.finditer(bare))
    return [claim for claim in found if claim not in NAMES]


def _is_supposed(lesson: Lesson, key: str) -> bool:
    """A pretend screen, or what a question supposes and offers; feedback, hints and right answers teach again."""
    first, _, rest = key.partition(".")
    block = lesson.block(first)
    if block is not None:
        return bool(block.practice)
    return lesson.question(first) is not None and rest.rpartition(".")[2] not in (
        "feedback",
        "hint",
        "right",
        "wrong",
    )
