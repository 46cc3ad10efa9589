"""Has she finished? Pure functions of what was recorded; the order of entries and doubled ones change nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from courses.structure import LessonOutline, Outline


@dataclass(frozen=True, slots=True)
class Result:
    """One person's row: `score` her best (0 to 100), `best_at` the earliest claimed time of it, in UTC milliseconds."""

    course: str
    structure: str
    lesson: str
    question: str
    score: int
    best_at: int
    tries: int = 1


@dataclass(frozen=True, slots=True)
class LessonRead:
    """The last card of a lesson was reached, `at` in UTC milliseconds."""

    course: str
    structure: str
    lesson: str
    at: int


@dataclass(frozen=True, slots=True)
class LessonState:
    answered: int
    total: int
    right: int
    done: bool


@dataclass(frozen=True, slots=True)
class CourseState:
    """`structure` is the version she is judged by; `final_score` is None where there is no final quiz."""

    finished: bool
    structure: str
    lessons_done: int
    lessons_total: int
    final_score: int | None
    finished_at: int | None


def merge(a: Result, b: Result) -> Result:
    """Both of one question; the caller gives each entry once, since `tries` adds up."""
    best = min(a, b, key=lambda one: (-one.score, one.best_at, one.structure))
    return replace(best, tries=a.tries + b.tries)


Best = Mapping[tuple[str, str], Result]
"""The best of every structure, by lesson and question: an id never changes its meaning."""


def best_of(results: Iterable[Result]) -> dict[tuple[str, str], Result]:
    best: dict[tuple[str, str], Result] = {}
    for one in results:
        key = one.lesson, one.question
        best[key] = merge(best[key], one) if key in best else one
    return best


def lesson_state(
    lesson: LessonOutline, results: Iterable[Result], reads: Iterable[LessonRead]
) -> LessonState:
    """Done when every question is answered; without questions, when its last card was read.

    Of a quiz in forms, one form answered whole is enough, and the one she is furthest in is counted.
    """
    return _lesson_state(lesson, best_of(results), {one.lesson for one in reads})


def _lesson_state(lesson: LessonOutline, best: Best, read: Iterable[str]) -> LessonState:
    return max((_way_state(lesson.id, way, best, read) for way in lesson.ways), key=_advance)


def _advance(state: LessonState) -> tuple[bool, int, int]:
    return state.done, state.answered, state.right


def _way_state(lesson: str, questions: Sequence[str], best: Best, read: Iterable[str]) -> LessonState:
    found = [one for id in questions if (one := best.get((lesson, id)))]
    total = len(questions)
    done = len(found) == total if total else lesson in read
    return LessonState(len(found), total, sum(one.score == 100 for one in found), done)


def course_state(
    outlines: Sequence[Outline], results: Iterable[Result], reads: Iterable[LessonRead]
) -> CourseState:
    """Judge one person in one course.

    `outlines` are all structures the course was ever published with, the current one last. She has finished when
    she has under any structure she has an entry in; until then she is shown against the current one.
    """
    results, reads = list(results), list(reads)
    touched = {one.structure for one in results} | {one.structure for one in reads}
    judged = [_judge(outline, best_of(results), reads) for outline in outlines]
    finished = [state for state in judged if state.finished and state.structure in touched]
    if finished:
        return min(finished, key=lambda state: (state.finished_at or 0, state.structure))
    return replace(judged[-1], finished=False, finished_at=None)


def _judge(outline: Outline, best: Best, reads: Sequence[LessonRead]) -> CourseState:
    first = {one.lesson: min(other.at for other in reads if other.lesson == one.lesson) for one in reads}
    done = [_lesson_state(lesson, best, first).done for lesson in outline.lessons]
    ends = [_finished_at(lesson, best, first, outline.pass_mark) for lesson in outline.lessons]
    known = [at for at in ends if at is not None]
    at = max(known) if known and len(known) == len(ends) else None
    return CourseState(
        at is not None, outline.structure, sum(done), len(done), _final_score(outline, best), at
    )


def _final_score(outline: Outline, best: Best) -> int | None:
    ways = [(lesson.id, way) for lesson in outline.lessons if lesson.final for way in lesson.ways if way]
    return max((_score(lesson, way, best) for lesson, way in ways), default=None)


def _score(lesson: str, questions: Sequence[str], best: Best) -> int:
    return sum(best[lesson, id].score for id in questions if (lesson, id) in best) // len(questions)


def _finished_at(lesson: LessonOutline, best: Best, first: Mapping[str, int], pass_mark: int) -> int | None:
    """When the lesson was done, and passed if it is the final quiz; None while it is not."""
    ends = [
        max(best[lesson.id, id].best_at for id in way)
        for way in lesson.ways
        if way and all((lesson.id, id) in best for id in way)
        if not lesson.final or _score(lesson.id, way, best) >= pass_mark
    ]
    return min(ends, default=None) if lesson.questions else first.get(lesson.id)
