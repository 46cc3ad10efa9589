"""How far a course is carried into a language, and how well its words are founded."""

from collections.abc import Iterator
from dataclasses import dataclass

from courses.glossary import Glossary, attested_words, words_of
from courses.keys import course_keys
from courses.languages import LANGUAGES, check
from courses.model import SOURCE, Course
from courses.words import coverage, unvoiced


@dataclass(frozen=True, slots=True)
class Report:
    """Counts are of keys; shares are whole per cent of tokens, None where there is no token."""

    course: str
    lang: str
    missing: int
    drafted: int
    approved: int
    outdated: int
    tokens: int
    attested: int | None
    """Found in the project's own glossary under a named source."""
    syllables: int | None
    """Accepted by the language's syllable grammar."""
    voiced: int
    unvoiced: int


AUTHORED = tuple(slug for slug, language in LANGUAGES.items() if not language.view_of)


def report(course: Course, lang: str, glossary: Glossary) -> Report:
    """`lang` is an authored language; the Vietnamese is held against its own syllables and no glossary."""
    counts, silent = coverage(course, lang), len(unvoiced(course, lang))
    keys = sum(lesson.unit(SOURCE, key.name) is not None for lesson, key in course_keys(course))
    texts = list(_texts(course, lang))
    words = [word for text in texts for word in words_of(text, lang)]
    known = attested_words(glossary, lang)
    tokens = [check(lang, text) for text in texts]
    return Report(
        course=course.id,
        lang=lang,
        missing=counts["missing"],
        drafted=counts["draft"],
        approved=counts["approved"],
        outdated=counts["outdated"],
        tokens=len(words),
        attested=_share(sum(word in known for word in words), len(words)) if lang != SOURCE else None,
        syllables=_share(sum(one.accepted for one in tokens), sum(one.total for one in tokens)),
        voiced=keys - silent,
        unvoiced=silent,
    )


def _texts(course: Course, lang: str) -> Iterator[str]:
    for units in (course.title, course.about):
        if lang in units:
            yield units[lang].text
    for lesson in course.all_lessons():
        yield from (unit.text for unit in lesson.words.get(lang, {}).values())


def _share(part: int, whole: int) -> int | None:
    return part * 100 // whole if whole else None
