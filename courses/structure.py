"""What of a course decides completion: lessons, questions, right answers. Words and pictures do not count."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from courses.grading import question_json
from courses.model import Course, Fault, Hotspot, Lesson, Part, Practice, Screen


@dataclass(frozen=True, slots=True)
class LessonOutline:
    id: str
    questions: tuple[str, ...]
    final: bool = False
    forms: tuple[tuple[str, ...], ...] = ()

    @property
    def ways(self) -> tuple[tuple[str, ...], ...]:
        """The sets of questions of which one, answered whole, does."""
        return self.forms or (self.questions,)


@dataclass(frozen=True, slots=True)
class Outline:
    """A structure as far as progress needs it; `structure` is its version."""

    structure: str
    pass_mark: int
    lessons: tuple[LessonOutline, ...]

    def lesson(self, id: str) -> LessonOutline | None:
        return next((lesson for lesson in self.lessons if lesson.id == id), None)


def structure(course: Course) -> dict[str, Any]:
    """Plain JSON; each question stands in it as `grading.grade_json` takes it."""
    lessons = [_lesson(lesson, lesson is course.final) for lesson in course.all_lessons()]
    return {"course": course.id, "pass": course.pass_mark, "lessons": lessons}


def _lesson(lesson: Lesson, final: bool) -> dict[str, Any]:
    return {
        "id": lesson.id,
        "final": final,
        "blocks": [[block.id, block.kind] for block in lesson.blocks],
        "questions": [question_json(question) for question in lesson.questions],
        "forms": {name: list(ids) for name, ids in lesson.forms.items()},
        "practices": {name: _graph(practice) for name, practice in sorted(lesson.practices.items())},
    }


def _graph(practice: Practice) -> dict[str, Any]:
    return {"start": practice.start, "screens": {screen.id: _screen(screen) for screen in practice.screens}}


def _screen(screen: Screen) -> dict[str, Any]:
    actions: list[Hotspot | Part] = [*screen.hotspots, *screen.parts]
    return {
        "end": screen.end,
        "back": screen.back,
        "ways": [[action.id, action.gesture, action.to] for action in actions if action.to],
        "values": {part.id: list(part.values) for part in screen.parts if part.values},
    }


def version_of(structure: Mapping[str, Any]) -> str:
    canonical = json.dumps(structure, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def structure_version(course: Course) -> str:
    """Twelve hexadecimal digits that change when, and only when, the structure does."""
    return version_of(structure(course))


def outline(course: Course) -> Outline:
    return outline_of(structure(course))


def outline_of(structure: Mapping[str, Any]) -> Outline:
    """The outline of a structure that was kept as JSON."""
    lessons = tuple(_lesson_outline(lesson) for lesson in structure["lessons"])
    return Outline(version_of(structure), structure["pass"], lessons)


def _lesson_outline(lesson: Mapping[str, Any]) -> LessonOutline:
    questions = tuple(question["id"] for question in lesson["questions"])
    return LessonOutline(
        lesson["id"], questions, lesson["final"], tuple(map(tuple, lesson.get("forms", {}).values()))
    )


def vanished(old: Outline, new: Outline) -> list[Fault]:
    """Lessons and questions learners have answered that a new publication would no longer show."""
    faults = []
    for lesson in old.lessons:
        there = new.lesson(lesson.id)
        if there is None:
            faults.append(_vanished("course.toml", f"lesson `{lesson.id}`"))
            continue
        gone = [id for id in lesson.questions if id not in there.questions]
        faults += [_vanished(f"{lesson.id}/lesson.toml", f"question `{id}`") for id in gone]
    return faults


def _vanished(file: str, what: str) -> Fault:
    mend = "Put it back under its id, or publish knowing that its id is never used again."
    return Fault(file, 1, f"The published {what} is gone.", mend, "warning")
