"""What a lesson's page reads aloud, in the order it is met: `python -m tests.content.aloud dt05` prints a course."""

import sys
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from app.curriculum.lesson_page import lesson_html
from courses.model import SOURCE, Course, Lesson
from courses.structure import structure_version
from tests.content.measures import LIBRARY, courses, pages
from tests.page import Element, Page

ENDING = "_end"


class Heard(NamedTuple):
    """`at` is the card or the screen; a practice begins on the screen that `first` marks, wherever it is drawn."""

    at: str
    words: str
    first: bool


def heard(course: Course, lesson: Lesson) -> Iterator[Heard]:
    """The lesson's own words, not the interface's."""
    html = lesson_html(
        pages(), course, lesson, structure_version(course), SOURCE, lambda name: None, LIBRARY.facts
    )
    interface = {entry.text for entry in pages().words.catalogues[SOURCE].values()}
    found = [one for one in map(_heard, Page(html).elements) if one and one.words not in interface]
    for _, part in groupby(found, lambda one: one.at.split(".")[0]):
        yield from sorted(part, key=lambda one: not one.first)


def _heard(element: Element) -> Heard | None:
    sections = [one for one in element.within if one.tag == "section"]
    words = " ".join(element.text.split())
    if "data-s" not in element.attrs or not words or not sections or sections[0].attrs["id"] == ENDING:
        return None
    screen = "screen" in sections[-1].attrs["class"].split()
    start = not screen or "start" in sections[-1].attrs["class"].split()
    return Heard(sections[-1].attrs["id"], words, start)


def main(*names: str) -> None:
    for course in courses():
        for lesson in course.all_lessons():
            if not names or course.id in names or lesson.id in names:
                print(f"\n# {course.id} {lesson.id}")
                for at, told in groupby(heard(course, lesson), lambda one: one.at):
                    print(f"{at}:", *(f"    {one.words}" for one in told), sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
