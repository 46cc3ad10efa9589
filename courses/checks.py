"""Everything that must hold before a course is published, as faults a teacher can mend."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from courses import anatomy, facts, frameworks, practice, translation
from courses.facts import Facts
from courses.folder import Read
from courses.keys import Key, lesson_keys
from courses.languages import LANGUAGES
from courses.model import SOURCE, Course, Fault, Lesson, Unit
from courses.structure import Outline, outline, vanished
from courses.words import coverage

RAW_HTML = re.compile(r"<[A-Za-z/!?][^>]*>?")
KIT = "kit:"
VOICE = re.compile(r"(.+)\.([A-Za-z-]+)\.opus")


def check(
    read: Read,
    scenes: Collection[str] | None = None,
    facts: Facts | None = None,
    today: date | None = None,
    published: Outline | None = None,
    codes: Collection[str] | None = None,
) -> list[Fault]:
    """All faults, those of reading among them, by file and line.

    `scenes` are the names in scenes.toml, `published` the outline last published, `codes` those of all
    frameworks; what is None is not checked.
    """
    found = list(read.faults)
    if read.course:
        found += _course(read.course, scenes, facts, today)
        found += frameworks.check(read.course, codes) if codes is not None else []
        found += vanished(published, outline(read.course)) if published else []
    return sorted(dict.fromkeys(found), key=lambda fault: (fault.file, fault.line))


def _course(
    course: Course, scenes: Collection[str] | None, known: Facts | None, today: date | None
) -> Iterator[Fault]:
    if not course.lessons:
        yield Fault("course.toml", 1, "The course has no lesson.", "Name its folders in `lessons`.")
    yield from _titles(course)
    yield from _pictures(course, scenes)
    yield from _flagship(course)
    for lesson in course.all_lessons():
        yield from _lesson(lesson, lesson is course.final)
    if known is not None:
        yield from facts.check(course, known, today)


def _titles(course: Course) -> Iterator[Fault]:
    for name, units in (("title", course.title), ("about", course.about)):
        source = units.get(SOURCE)
        if source is None or not source.text:
            yield Fault(
                "course.toml", 1, f"`{name}` has no Vietnamese.", f'Write `vi = "…"` beneath [{name}].'
            )
        for lang, unit in units.items():
            yield from _html("course.toml", name, unit)
            if lang != SOURCE:
                yield from translation.approval("course.toml", unit, name)
            if lang != SOURCE and source and unit.text:
                yield from translation.differences("course.toml", unit.line, name, unit.text, source.text)


def _flagship(course: Course) -> Iterator[Fault]:
    practices = {f"{lesson.id}/{block.practice}" for lesson in course.lessons for block in lesson.blocks}
    if course.flagship and course.flagship not in practices:
        what = f"No block shows the flagship `{course.flagship}`."
        yield Fault("course.toml", 1, what, "Name a practice of a lesson as `<lesson>/<file>`.")


def _lesson(lesson: Lesson, final: bool) -> Iterator[Fault]:
    file = f"{lesson.id}/lesson.toml"
    if lesson.final != final:
        yield Fault(
            file, 1, "Only the final quiz says `final = true`.", "Let course.toml and lesson.toml agree."
        )
    if final and not lesson.questions:
        yield Fault(file, 1, "The final quiz has no question.", "Write its [[questions]].")
    if not (final or lesson.blocks or lesson.questions):
        yield Fault(file, 1, "The lesson is empty.", "Write its [[blocks]] or its [[questions]].")
    yield from anatomy.check(file, lesson)
    for name, graph in lesson.practices.items():
        yield from practice.check(graph, f"{lesson.id}/{name}")
    yield from _words(lesson)
    yield from _voices(lesson)


def _pictures(course: Course, scenes: Collection[str] | None) -> Iterator[Fault]:
    for file, line, name, media in _named(course):
        if name.startswith(KIT):
            if scenes is not None and name.removeprefix(KIT) not in scenes:
                mend = "Draw it in content/pictures/scenes.toml, or mend the name."
                yield Fault(file, line, f"The picture `{name}` is not in the kit.", mend)
        elif name and name not in media:
            yield Fault(
                file, line, f"The picture `{name}` is not in media/.", "Put it there, or write `kit:<scene>`."
            )


Named = tuple[str, int, str, Collection[str]]


def pictures_of(course: Course) -> set[str]:
    """Every picture the course names, as it names it."""
    return {name for _, _, name, _ in _named(course) if name}


def _named(course: Course) -> Iterator[Named]:
    yield "course.toml", 1, course.picture, ()
    for lesson in course.all_lessons():
        file = f"{lesson.id}/lesson.toml"
        for block in lesson.blocks:
            for name in (block.picture, block.poster, *(step.picture for step in block.steps)):
                yield file, block.line, name, lesson.media
        for question in lesson.questions:
            parts = (*question.choices, *question.items, *question.groups, *question.targets)
            for name in (question.picture, *(part.picture for part in parts)):
                yield file, question.line, name, lesson.media
        for path, graph in lesson.practices.items():
            for screen in graph.screens:
                for name in (screen.picture, *(part.picture for part in screen.parts)):
                    yield f"{lesson.id}/{path}", screen.line, name, lesson.media


def _words(lesson: Lesson) -> Iterator[Fault]:
    keys = {key.name: key for key in lesson_keys(lesson)}
    for key in keys.values():
        if key.required and not _has(lesson, key.name) and not _has(lesson, key.instead):
            what = f"`{key.name}` has no Vietnamese words."
            yield Fault(
                key.file, key.line, what, f"Write `## {key.name}` and its words in {lesson.id}/vi.md."
            )
    for lang, units in lesson.words.items():
        for name, unit in units.items():
            yield from _unit(f"{lesson.id}/{lang}.md", name, unit, keys.get(name))
        if lang != SOURCE:
            yield from translation.check(lesson, lang)


def _has(lesson: Lesson, key: str) -> bool:
    unit = lesson.unit(SOURCE, key)
    return bool(unit and unit.text)


def _unit(file: str, name: str, unit: Unit, key: Key | None) -> Iterator[Fault]:
    if key is None:
        mend = "Mend the key, or remove the words."
        yield Fault(file, unit.line, f"Nothing in the lesson is called `{name}`.", mend)
        return
    yield from _html(file, name, unit)
    if not key.prose and "\n" in unit.text:
        yield Fault(file, unit.line, f"`{name}` is more than one line.", "Write it in one line.")
    for found in practice.unsafe_words(unit.text) if key.practice else ():
        mend = "Invent one: addresses end in .example, telephone numbers carry the letter x."
        yield Fault(file, unit.line, f"“{found}” in the practice could be real.", mend)


def _html(file: str, name: str, unit: Unit) -> Iterator[Fault]:
    found = RAW_HTML.search(unit.text)
    if found:
        yield Fault(
            file,
            unit.line,
            f"`{name}` holds HTML: {found[0]}",
            "Write plain words, **strong** or *emphasis*.",
        )


def _voices(lesson: Lesson) -> Iterator[Fault]:
    keys = {key.name for key in lesson_keys(lesson)}
    for name in sorted(lesson.media):
        if name.lower().endswith((".svg", ".svgz")):
            what, mend = (
                "A drawing of one's own may run a script.",
                "Name one of the kit, or send a photograph.",
            )
            yield Fault(f"{lesson.id}/media/{name}", 1, what, mend)
        voice = VOICE.fullmatch(name)
        if voice and (voice[1] not in keys or voice[2] not in LANGUAGES):
            what, mend = "This recording speaks no key of the lesson.", "Name it <key>.<language>.opus."
            yield Fault(f"{lesson.id}/media/{name}", 1, what, mend, "warning")


def counts(courses: Iterable[Course], faults: Iterable[Fault] = ()) -> dict[str, object]:
    """What `banhoc check --json` prints; final quizzes are not lessons, and words are counted by key."""
    courses = list(courses)
    lessons = [lesson for course in courses for lesson in course.all_lessons()]
    totals = {
        lang: sum((Counter(coverage(course, lang)) for course in courses), Counter()) for lang in LANGUAGES
    }
    levels = Counter(fault.level for fault in faults)
    return {
        "courses": len(courses),
        "lessons": sum(len(course.lessons) for course in courses),
        "finals": sum(course.final is not None for course in courses),
        "questions": sum(len(lesson.questions) for lesson in lessons),
        "practices": sum(len(lesson.practices) for lesson in lessons),
        "languages": {lang: {name: total[name] for name in STATES} for lang, total in totals.items()},
        "faults": {"errors": levels["error"], "warnings": levels["warning"]},
    }


STATES = ("missing", "draft", "approved", "outdated")
