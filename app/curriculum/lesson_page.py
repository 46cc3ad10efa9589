"""The lesson page: one page of cards, the same bytes for everyone."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from markupsafe import Markup

from app.curriculum.telling import Media, Teller, larger, size_words
from app.web.render import Pages
from courses import qr
from courses.facts import Facts
from courses.form import presented
from courses.grading import question_json
from courses.languages import Language
from courses.model import Block, Course, Lesson, Part, Practice, Screen, Step
from courses.words import shown_of, unit

BLANKS = re.compile(r"\s*\n\s*")
BEFORE_BLOCKS = re.compile(
    r"\n(?=</?(?:section|div|p|h1|h2|ol|li|form|nav|details|template|script|link|main)\b)"
)
"""Where a line's end means nothing."""
QUIZ_WORDS = ("quiz.right", "quiz.nearly", "quiz.try_again", "quiz.choose_first", "quiz.standing")
ORDER_WORDS = ("quiz.up", "quiz.down")
GESTURE_WORDS = ("practice.long", "practice.swipe")


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown at one time: a block with the heading above it, or one step of several."""

    id: str
    block: Block
    heading: Block | None = None
    step: Step | None = None
    number: int = 0


def cards(lesson: Lesson) -> Iterator[Card]:
    heading: Block | None = None
    for block in lesson.blocks:
        if block.kind == "heading" and heading is None:
            heading = block
            continue
        yield from _block_cards(block, heading)
        heading = None
    if heading:
        yield Card(heading.id, heading)


def _block_cards(block: Block, heading: Block | None) -> Iterator[Card]:
    if not block.steps:
        yield Card(block.id, block, heading)
    for number, step in enumerate(block.steps, 1):
        yield Card(f"{block.id}.{step.id}", block, heading if number == 1 else None, step, number)


def form_paths(lesson: Lesson) -> list[str]:
    """Where the pages of a lesson are found, behind its own address: a final quiz in forms has one for each."""
    return ["", *(f"/{form}" for form in list(lesson.forms)[1:])]


@dataclass(frozen=True, slots=True)
class Preview:
    """Where the pages of a course that nobody learns from yet are found: `base` with a language, and a lesson, behind it.

    `own` is the language of who looks, which stays hers.
    """

    base: str
    own: str

    def alternates(self, pages: Pages, behind: str) -> list[tuple[Language, str]]:
        return [(lang, f"{self.base}/{lang.slug}{behind}") for lang in pages.languages]


def lesson_html(
    pages: Pages,
    course: Course,
    lesson: Lesson,
    structure: str,
    lang: str,
    media: Media,
    facts: Facts,
    form: str = "",
    preview: Preview | None = None,
) -> str:
    """A page of a lesson in one language, whole and impersonal; `form` is one of its `form_paths`."""
    base = f"{preview.base}/{lang}" if preview else f"/{lang}/courses/{course.id}"
    path = f"{base}/{lesson.id}"
    behind = f"/{lesson.id}{form}"
    paths = form_paths(lesson)
    again = path + paths[(paths.index(form) + 1) % len(paths)] if lesson.forms else ""
    name = form.removeprefix("/") or next(iter(lesson.forms), "")
    after, lesson = _after(course, lesson), in_form(lesson, name)
    html = pages.html(
        "authoring/preview_lesson.html" if preview else "lesson/lesson.html",
        lang,
        **drawing(pages, lesson, lang, media, facts),
        alternates=preview.alternates(pages, behind) if preview else pages.alternates(path + form),
        base=base,
        course=course,
        course_title=shown_of(course.title, lang, pages.words.drafts),
        structure=structure,
        after=after,
        again=again,
        form=name,
        has_drafts=any_draft(lesson, lang, pages.words.drafts),
        keys=_keys(lesson),
        more_words=script_words(lesson),
        info=_info(course, lesson, structure, preview.own if preview else lang),
    )
    return BEFORE_BLOCKS.sub("", BLANKS.sub("\n", html))


def drawing(pages: Pages, lesson: Lesson, lang: str, media: Media, facts: Facts) -> dict[str, Any]:
    """What the macros of templates/lesson draw cards and questions from."""
    words = pages.words
    return {
        "lesson": lesson,
        "cards": list(cards(lesson)),
        "t": Teller(lesson, lang, words.drafts, media, facts, words.plain(lang, "lang.vietnamese_mark")),
        "media": media,
        "larger": partial(larger, media),
        "size_words": size_words,
        "presented": presented,
        "drawn": drawn,
        "qr": lambda payload: Markup(qr.svg(payload)),  # noqa: S704 - drawn by us
        "pattern": pattern,
        "numbers": dict(numbered(lesson)),
    }


def in_form(lesson: Lesson, form: str) -> Lesson:
    """The lesson with the questions of one form, in their order; the whole lesson where it has no such form."""
    if form not in lesson.forms:
        return lesson
    asked = [one for id in lesson.forms[form] if (one := lesson.question(id))]
    return replace(lesson, questions=tuple(asked), forms={})


def numbered(lesson: Lesson) -> Iterator[tuple[str, tuple[int, int]]]:
    """(question, its place and how many there are)."""
    for place, question in enumerate(lesson.questions, 1):
        yield question.id, (place, len(lesson.questions))


def script_words(lesson: Lesson) -> tuple[str, ...]:
    """The interface words the scripts of this lesson may show."""
    screens = [screen for practice in lesson.practices.values() for screen in practice.screens]
    gestures = {spot.gesture for screen in screens for spot in screen.hotspots}
    gestures |= {part.gesture for screen in screens for part in screen.parts}
    return (
        (QUIZ_WORDS if lesson.questions else ())
        + (ORDER_WORDS if any(question.kind == "order" for question in lesson.questions) else ())
        + (GESTURE_WORDS if gestures - {"tap"} else ())
    )


def _after(course: Course, lesson: Lesson) -> Lesson | None:
    lessons = list(course.all_lessons())
    place = [one.id for one in lessons].index(lesson.id)
    return lessons[place + 1] if place + 1 < len(lessons) else None


def any_draft(lesson: Lesson, lang: str, drafts: bool) -> bool:
    keys = lesson.words.get("vi", {})
    return drafts and any(
        found is not None and found.draft for key in keys if (found := unit(lesson, key, lang))
    )


def _keys(lesson: Lesson) -> Markup:
    """What grading needs, as JSON that may stand inside a script element."""
    return _json([question_json(question) for question in lesson.questions])


def _info(course: Course, lesson: Lesson, structure: str, lang: str) -> Markup:
    return _json({"course": course.id, "structure": structure, "lesson": lesson.id, "lang": lang})


def _json(value: object) -> Markup:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no tag can open


def drawn(practice: Practice) -> list[Screen]:
    """The screens with the first one last: style alone then shows it where no other is asked for."""
    return sorted(practice.screens, key=lambda screen: screen.id == practice.start)


def pattern(part: Part) -> str:
    return "|".join(re.escape(value) for value in part.values)
