"""What is due for those who write and translate: facts, translations, voices."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from app.authoring import rules
from app.core import clock
from app.curriculum.library import Library
from app.curriculum.shelf import Published, Shelf
from courses import facts
from courses.facts import Fact
from courses.model import Course
from courses.report import AUTHORED, Report, report


class Quote(NamedTuple):
    """`lesson` is "" in the course's own title or line."""

    course: str
    lesson: str


class Told(NamedTuple):
    """`quotes` are by fact."""

    reports: Sequence[Report]
    quotes: Mapping[str, Sequence[Quote]]


class Desk(NamedTuple):
    due: Sequence[Fact]
    unverified: Sequence[Fact]
    quotes: Mapping[str, Sequence[Quote]]
    translations: Sequence[tuple[Published, Sequence[Report]]]


def desk(shelf: Shelf, library: Library) -> Desk:
    told = {id: _told(shelf, library, id, manifest) for id, manifest in shelf.current.items()}
    quotes: dict[str, list[Quote]] = defaultdict(list)
    for id in shelf.courses:
        for fact, places in told[id].quotes.items():
            quotes[fact] += places
    today = clock.as_datetime(clock.now()).date()
    translations = [(published, told[id].reports) for id, published in shelf.courses.items()]
    return Desk(rules.due(library.facts, today), rules.unverified(library.facts), quotes, translations)


@lru_cache(maxsize=32)
def _told(shelf: Shelf, library: Library, course: str, manifest: str) -> Told:
    """Reads every word of a course, which takes a while; what a manifest names never changes."""
    whole = shelf.whole(course).course
    return Told([report(whole, lang, library.glossary(lang)) for lang in AUTHORED], _quotes(whole))


def _quotes(course: Course) -> dict[str, list[Quote]]:
    found: dict[str, list[Quote]] = {}
    for file, _, fact in facts.quoted(course):
        place = Quote(course.id, file.rpartition("/")[0])
        if place not in found.setdefault(fact, []):
            found[fact].append(place)
    return found
