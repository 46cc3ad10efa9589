"""What stands between a course and its learners, as reasons the interface has sentences for."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from app.authoring import editor_findings
from app.authoring.editor_findings import Finding
from courses.folder import Read
from courses.languages import LANGUAGES
from courses.model import SOURCE, Course
from courses.structure import Outline, outline, vanished
from courses.words import coverage, unvoiced

LONGEST_REASON = 200
FIRST = 5
"""Findings of one lesson that are told at once; the others unfold."""


class Reason(NamedTuple):
    """A sentence `publishing.<word>` with its values, and where it is mended, beneath the course's own page."""

    word: str
    values: Mapping[str, Any] = {}
    where: str = ""
    findings: Sequence[Finding] = ()


class Ready(NamedTuple):
    """`must` keeps it from being published; `may` does not, by language; `notes` are to be known."""

    must: Sequence[Reason]
    may: Mapping[str, Sequence[Reason]]
    notes: Sequence[Reason]


def ready(read: Read, published: Outline | None, waiting: int) -> Ready:
    """`published` is what learners have now; `waiting` the edits of two people at one place nobody chose between."""
    course, findings = read.course, editor_findings.told(read.faults, read.course)
    if course is None:
        return Ready([Reason("unreadable", findings=findings)], {}, [])
    may = {slug: reasons for slug in LANGUAGES if (reasons := _carried(course, slug))}
    notes = [Reason("waiting", {"n": waiting})] if waiting else []
    if published is not None:
        notes += _gone(published, course)
    must = _by_lesson(course, [one for one in findings if one.mends], "mend")
    look = _by_lesson(course, [one for one in findings if not one.mends], "look")
    return Ready(must, may, [*notes, *look])


def _by_lesson(course: Course, findings: Sequence[Finding], word: str) -> list[Reason]:
    found: dict[str, list[Finding]] = defaultdict(list)
    for one in findings:
        found[one.lesson].append(one)
    return [
        Reason(
            f"{word}_lesson" if id else f"{word}_course",
            {"n": len(some), "lesson": title(course, id)},
            id,
            some,
        )
        for id, some in found.items()
    ]


def title(course: Course, lesson: str) -> str:
    found = course.lesson(lesson)
    unit = found.unit(SOURCE, "title") if found else None
    return unit.text if unit and unit.text else lesson


def _carried(course: Course, slug: str) -> list[Reason]:
    """What learners of a language would miss: they are shown Vietnamese there, or hear nothing."""
    if LANGUAGES[slug].view_of:
        return []
    counts, silent = Counter(coverage(course, slug)), len(unvoiced(course, slug))
    found = [] if slug == SOURCE else [
        Reason(name, {"n": counts[name]}, f"words/{slug}") for name in ("missing", "draft", "outdated") if counts[name]
    ]  # fmt: skip
    return [*found, Reason("unvoiced", {"n": silent}, f"sound?spoken={slug}")] if silent else found


def _gone(published: Outline, course: Course) -> list[Reason]:
    """What learners have answered and would not be asked any more."""
    gone = len(vanished(published, outline(course)))
    return [Reason("gone", {"n": gone})] if gone else []
