"""What the checks say of a lesson being written, in teachers' words, each with the field it is about."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from app.curriculum import reading
from app.curriculum.library import Library
from courses import parts, tomlfile
from courses.model import Fault

WHATS: tuple[tuple[str, str], ...] = (
    (r"`(?P<key>title)` has no Vietnamese words\.", "title"),
    (r"`(?P<key>[^`]+\.alt)` has no Vietnamese words\.", "alt"),
    (r"`(?P<key>[^`]+\.feedback)` has no Vietnamese words\.", "feedback"),
    (r"`(?P<key>[^`]+\.(?:right|wrong))` has no Vietnamese words\.", "feedback"),
    (r"`(?P<key>[^`]+)` has no Vietnamese words\.", "words"),
    (r"`(?P<key>[^`]+)` holds HTML: (?P<detail>.+)", "html"),
    (r"`(?P<key>[^`]+)` is more than one line\.", "line"),
    (r"“(?P<detail>.+)” in `(?P<key>[^`]+)` is stated without a fact\.", "claim"),
    (r"The fact `(?P<detail>[^`]+)` is not (?:in facts\.toml|verified)\.", "fact"),
    (r"The fact `(?P<detail>[^`]+)` was to be reviewed by .+", "fact_old"),
    (r"“(?P<detail>.+)” in the practice could be real\.", "real"),
    (r"Block `(?P<block>[^`]+)` has no picture\.", "no_picture"),
    (r"Question `(?P<question>[^`]+)` has no picture to tap on\.", "no_picture"),
    (r"Block `(?P<block>[^`]+)` has no steps\.", "no_steps"),
    (r"The file `[^`]*` of block `(?P<block>[^`]+)` is not in media/\.", "no_file"),
    (r"Video `(?P<block>[^`]+)` has no length or no poster\.", "no_poster"),
    (r"The practice `[^`]*` of block `(?P<block>[^`]+)` is not there\.", "no_practice"),
    (r"Question `(?P<question>[^`]+)` has \d+ right choices\.", "one_right"),
    (r"Question `(?P<question>[^`]+)` has no right answer\.", "no_right"),
    (r"Question `(?P<question>[^`]+)` has fewer than two (?:choices|items)\.", "two"),
    (r"Question `(?P<question>[^`]+)` (?:puts|matches) .+", "no_place"),
    (r"The picture `(?P<detail>[^`]*)` is not in (?:the kit|media/)\.", "unknown_picture"),
    (r"The final quiz has no question\.", "no_question"),
    (r"(?:Form|No form) .+", "forms"),
    (r"The forms do not cover .+", "forms"),
)
"""How the checks say it, and the ending of the catalogue's key that says it to a teacher."""


class Finding(NamedTuple):
    """`said` ends the key `editor.find_…`; `other` is for what has no sentence of its own, `what` its words.

    `open` names the section (`block.x`, `question.x`), `field` the id of the field, either may be "".
    """

    said: str
    detail: str
    open: str
    field: str
    what: str
    mends: bool


def findings(values: Mapping[str, object], lesson: str, library: Library) -> list[Finding]:
    """Of one lesson as it is written now; what must be mended before publishing comes first."""
    faults = reading.read_files(_alone(values, lesson), library).faults
    here = [fault for fault in faults if fault.file.startswith(f"{lesson}/") and not _translated(fault)]
    found = dict.fromkeys(_finding(fault, values, lesson) for fault in here)
    return sorted(found, key=lambda one: not one.mends)


def _alone(values: Mapping[str, object], lesson: str) -> dict[str, bytes]:
    """A course of this lesson alone: what others lack is theirs."""
    course = values.get("course")
    final = isinstance(course, dict) and course.get("final") == lesson
    told = {
        "id": course.get("id", "x") if isinstance(course, dict) else "x",
        "lessons": [] if final else [lesson],
    }
    head = tomlfile.dump(told | ({"final": lesson} if final else {})).encode()
    return {"course.toml": head, **parts.join_lesson(values, lesson, lambda _: b"")}


def _translated(fault: Fault) -> bool:
    return fault.file.endswith(".md") and not fault.file.endswith("/vi.md")


def _finding(fault: Fault, values: Mapping[str, object], lesson: str) -> Finding:
    mends = fault.level == "error"
    file = fault.file.partition("/")[2]
    if file.endswith(".toml") and file != "lesson.toml":
        return Finding("practice", file, "", "", fault.what, mends)
    for pattern, said in WHATS:
        if match := re.fullmatch(pattern, fault.what, re.S):
            named = match.groupdict()
            key = named.get("key") or ""
            section = _section(values, lesson, key.partition(".")[0], named)
            return Finding(said, named.get("detail") or "", section, f"w.{key}" if key else "", "", mends)
    return Finding("other", "", "", "", fault.what, mends)


def _section(values: Mapping[str, object], lesson: str, first: str, named: Mapping[str, str | None]) -> str:
    for kind in ("block", "question"):
        id = named.get(kind) or first
        if id and f"{lesson}/{kind}/{id}" in values:
            return f"{kind}.{id}"
    return ""


def unsaid(faults: Iterable[Fault]) -> Iterator[str]:
    """What the checks say that has no sentence for teachers."""
    for fault in faults:
        if not any(re.fullmatch(pattern, fault.what, re.S) for pattern, _ in WHATS):
            yield fault.what
