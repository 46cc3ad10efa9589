"""The measures of each course as they stand in docs/curriculum-*.md: `python -m tests.content.tables` writes them anew."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from statistics import median

from courses.model import SOURCE, Course, Lesson
from courses.pictures import compressed
from courses.report import report
from tests.content import guessing, measures
from tests.content.measures import LIBRARY, TRANSLATED, courses

DOCS = Path(__file__).parents[2] / "docs"
TABLE = re.compile(r"(?<=\n\n)\| measure \| found \| bound \|\n(?:\|.*\n)+")


def rows(course: Course) -> Iterator[tuple[str, str, str]]:
    """What is measured, what was found, and the bound the tests hold it to."""
    said = [len(one.split()) for one in measures.sentences(SOURCE, (course,))]
    told = [len(measures.spoken(lesson, "story").split()) for lesson in course.lessons]
    asked = [(lesson, question) for lesson in course.all_lessons() for question in lesson.questions]
    plain = sum(measures.picture_or_single_choice(question) for _, question in asked)
    yield "syllables a sentence, median / longest", f"{median(said):g} / {max(said)}", "12 / 28"
    yield "story, syllables (three a second)", _span(told), "60–90"
    yield "steps, questions, minutes a lesson", _shape(course), "3–5, 3–5, 3–6"
    yield (
        "questions in lessons / in the final bank",
        f"{len(asked) - _bank(course)} / {_bank(course)}",
        "– / 20",
    )
    yield "single choice or with a picture", _share(Fraction(plain, len(asked))), "85 %"
    yield from _guesses(asked)
    screens = [screen for one in course.lessons for file in one.practices.values() for screen in file.screens]
    wrong = sum(screen.end == "wrong" for screen in screens)
    files = sum(len(lesson.practices) for lesson in course.lessons)
    yield "practices; screens, wrong turns among them", f"{files}; {len(screens)}, {wrong}", ""
    sizes = [compressed(LIBRARY.pictures[name]) for name in _pictures(course)]
    yield "pictures; the largest, compressed", f"{len(sizes)}; {max(sizes) / 1024:.1f} KB", "6 KB"
    for lang in TRANSLATED:
        found = report(course, lang, LIBRARY.glossary(lang))
        drafted = (
            f"{found.drafted} of {found.drafted + found.missing}; {found.attested} %, {found.syllables} %"
        )
        yield f"keys drafted in {lang}; tokens attested, in its syllables", drafted, "–; –, 98 %"


def _guesses(asked: list[guessing.Asked]) -> Iterator[tuple[str, str, str]]:
    bound = "chance 33 % + 10"

    def share(guesser: guessing.Guesser) -> str:
        return _share(guessing.guessed(guesser, asked))

    ends = f"{share(guessing.by_length)} / {share(guessing.by_shortness)}"
    yield "right answer is the longest / the shortest", ends, bound
    yield "right answer repeats most of the question's words", share(guessing.by_overlap), bound
    calm, official = share(guessing.by_calm_picture), share(guessing.by_official_picture)
    yield "its picture has the least alarm / the most office", f"{calm} / {official}", f"{bound}, all courses"
    places = " / ".join(share(guessing.by_position(place)) for place in range(3))
    yield "right answer stands first / second / third", places, bound


def _shape(course: Course) -> str:
    steps = [len(block.steps) for lesson in course.lessons for block in lesson.blocks if block.steps]
    asked = [len(lesson.questions) for lesson in course.lessons]
    minutes = [lesson.minutes for lesson in course.lessons]
    return ", ".join(_span(one) for one in (steps, asked, minutes))


def _bank(course: Course) -> int:
    return len(course.final.questions) if course.final else 0


def _pictures(course: Course) -> set[str]:
    drawn = {course.picture} | {name for lesson in course.all_lessons() for name in _of(lesson)}
    return {name.removeprefix("kit:") for name in drawn if name}


def _of(lesson: Lesson) -> Iterator[str]:
    for block in lesson.blocks:
        yield from (block.picture, block.poster, *(step.picture for step in block.steps))
    for question in lesson.questions:
        parts = (*question.choices, *question.items, *question.groups, *question.targets)
        yield from (question.picture, *(part.picture for part in parts))
    for practice in lesson.practices.values():
        for screen in practice.screens:
            yield from (screen.picture, *(part.picture for part in screen.parts))


def _span(found: Sequence[int]) -> str:
    least, most = min(found), max(found)
    return f"{least}–{most}" if least < most else f"{least}"


def _share(part: Fraction) -> str:
    return f"{float(part):.0%}".replace("%", " %")


def table(course: Course) -> str:
    lines = [f"| {what} | {found} | {bound} |" for what, found, bound in rows(course)]
    return "\n".join(["| measure | found | bound |", "|---|---|---|", *lines, ""])


def page(course: Course) -> Path:
    return DOCS / f"curriculum-{course.id}.md"


def renewed(course: Course) -> str:
    return TABLE.sub(lambda _: table(course), page(course).read_text("utf-8"), count=1)


if __name__ == "__main__":
    for one in courses():
        page(one).write_text(renewed(one), "utf-8")
