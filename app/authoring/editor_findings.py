"""What the checks say of a course being written, in teachers' words, each with the place it is about."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from app.authoring import desk_rules
from app.curriculum import reading
from app.curriculum.library import Library
from courses import parts, tomlfile, voices
from courses.model import Course, Fault, Lesson

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
    (r"Only the final quiz comes in forms\.", "forms"),
    (r"The forms do not cover .+", "forms"),
    (r"The lesson is empty\.", "empty"),
    (r"Question `(?P<question>[^`]+)` accepts an answer in an unknown language\.", "no_right"),
    (r"The question has no right answer\.", "no_right"),
    (r"The course has no lesson\.", "no_lesson"),
    (r"`title` has no Vietnamese\.", "course_title"),
    (r"`about` has no Vietnamese\.", "course_about"),
    (r"No block shows the flagship `(?P<detail>[^`]+)`\.", "flagship"),
    (r"Only the final quiz says `final = true`\.", "final"),
    (r"The code `(?P<detail>[^`]+)` is in no framework\.", "code"),
    (r"The id `(?P<detail>[^`]+)` (?:stands|in) .+", "id"),
    (r"Nothing in the lesson is called `(?P<detail>[^`]+)`\.", "left_words"),
    (r"The published (?:lesson|question) `(?P<detail>[^`]+)` is gone\.", "gone"),
    (r"A drawing of one's own may run a script\.", "drawing"),
    (r"This recording speaks no key of the lesson\.", "left_voice"),
    (
        r"`(?P<key>[^`]+)` has other \w+ than the Vietnamese: too many: (?P<detail>.+); missing: (?P<more>.+)\.",
        "differs",
    ),
    (r"`(?P<key>[^`]+)` has other \w+ than the Vietnamese: too many: (?P<detail>.+)\.", "differs_more"),
    (r"`(?P<key>[^`]+)` has other \w+ than the Vietnamese: missing: (?P<detail>.+)\.", "differs_fewer"),
    (r"`(?P<key>[^`]+)` is the Vietnamese itself\.", "untranslated"),
    (r"`(?P<key>[^`]+)` is approved, and nobody is named who did\.", "unsigned"),
    (r"`(?P<key>[^`]+)` is approved by its own author\.", "unsigned"),
    (r"(?P<detail>\d+) approved keys do not say .+", "unstamped"),
    (r"Only .+ % of the words can be syllables of the language; not: (?P<detail>.+)\.", "syllables"),
    (r"`(?P<key>[^`]+)` looks like (?P<detail>.+), not .+\.", "other_language"),
)
"""How the checks say it, and the ending of the catalogue's key that says it to a teacher."""
OF_BLOCK = ("", "alt", "goal")
"""Words of a block of practice that stand in the lesson; all others stand on its screens."""


class Finding(NamedTuple):
    """`said` ends the key `editor.find_…`; `other` is for what has no sentence of its own.

    `lesson` is "" of the course's own. `open` names the section of the lesson's page (`block.x`, `question.x`) and `at` is
    its number there, `field` the id of the field; `where` leads to it from the course's own page.
    """

    said: str
    detail: str
    more: str
    lesson: str
    open: str
    at: int
    field: str
    where: str
    mends: bool


def findings(values: Mapping[str, object], lesson: str, library: Library) -> list[Finding]:
    """Of one lesson as it is written now; what must be mended before publishing comes first."""
    read = reading.read_files(_alone(values, lesson), library)
    here = [one for one in read.faults if one.file.startswith(f"{lesson}/") and not _translated(one)]
    return told(here, read.course)


def told(faults: Iterable[Fault], course: Course | None) -> list[Finding]:
    """The same sentence about the same place once; what must be mended comes first."""
    return sorted(dict.fromkeys(_finding(one, course) for one in faults), key=lambda one: not one.mends)


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


def _finding(fault: Fault, course: Course | None) -> Finding:
    lesson, file = fault.file.split("/", 1) if "/" in fault.file else ("", fault.file)
    of = course.lesson(lesson) if course and lesson else None
    line = f"{fault.file}:{fault.line}"
    found = Finding("other", line, "", lesson, "", 0, "", lesson, fault.level == "error")
    if file.endswith(".toml") and file not in ("lesson.toml", "course.toml", voices.FILE):
        return found._replace(said="practice", detail=file, where=f"{lesson}/practice/{file}")
    for pattern, said in WHATS:
        if match := re.fullmatch(pattern, fault.what, re.S):
            named = match.groupdict()
            found = found._replace(said=said, detail=named.get("detail") or "", more=named.get("more") or "")
            return _placed(found, file, named, of)
    return found


def _placed(found: Finding, file: str, named: Mapping[str, str | None], lesson: Lesson | None) -> Finding:
    key = named.get("key") or ""
    if lesson is None:
        return found
    if file.startswith("media/"):
        return found._replace(where=f"media?lesson={lesson.id}")
    lang = file.removesuffix(".md")
    if lang in desk_rules.LANGS:
        desk, part = f"words/{lang}?lesson={lesson.id}", str(parts.Name("words", lesson.id, key, lang))
        return found._replace(where=f"{desk}&part={part}#{desk_rules.anchor(part)}" if key else desk)
    first, _, rest = key.partition(".")
    block = lesson.block(first)
    if block is not None and block.practice in lesson.practices and rest not in OF_BLOCK:
        screen = rest.partition(".")[0]
        return found._replace(where=f"{lesson.id}/practice/{block.practice}?screen={screen}")
    open, at = _section(lesson, named.get("block") or named.get("question") or first)
    field = f"w.{key}" if key else ""
    where = (
        f"{lesson.id}?open={open}#{field or open}" if open else f"{lesson.id}#{field}" if field else lesson.id
    )
    return found._replace(open=open, at=at, field=field, where=where)


def _section(lesson: Lesson, id: str) -> tuple[str, int]:
    ids = {"block": [one.id for one in lesson.blocks], "question": [one.id for one in lesson.questions]}
    return next(((f"{sort}.{id}", here.index(id) + 1) for sort, here in ids.items() if id in here), ("", 0))


def unsaid(faults: Iterable[Fault]) -> Iterator[str]:
    """What the checks say that has no sentence for teachers."""
    for fault in faults:
        if _finding(fault, None).said == "other":
            yield fault.what
