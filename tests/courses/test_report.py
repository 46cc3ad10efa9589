"""The translation report counts what is there, and calls attested only what the glossary names a source for."""

from dataclasses import replace
from pathlib import Path

import pytest

from courses import folder, glossary
from courses.model import Course, Unit
from courses.report import report

CONTENT = Path(__file__).parents[2] / "content"
TERMS = """
[learn]
vi = "học"
words = "cơưv"
source = "seed: cơưv"
state = "machine_draft"

[screen]
vi = "màn hình"
words = "ntơưr"
source = "coined"
state = "machine_draft"
""".encode()


@pytest.fixture(scope="module")
def small() -> Course:
    course = folder.read(folder.from_dir(Path(__file__).parents[1] / "small-course")).course
    assert course is not None
    lesson = course.lessons[0]
    words = {
        "title": Unit("cơưv ntơưr", state="machine_draft"),
        "other": Unit("hmm 12", state="machine_draft"),
    }
    drafted = replace(lesson, words={**lesson.words, "hmn": words})
    return replace(course, lessons=(drafted, *course.lessons[1:]))


def test_only_words_with_a_named_source_are_attested(small: Course) -> None:
    found = report(small, "hmn", glossary.read(TERMS))
    assert (found.tokens, found.attested) == (3, 33)


def test_drafts_and_missing_words_are_counted_apart(small: Course) -> None:
    found = report(small, "hmn", {})
    assert found.drafted == 1
    assert found.missing > 0
    assert found.approved == 0


def test_words_without_a_recording_are_unvoiced(small: Course) -> None:
    found = report(small, "vi", {})
    assert found.voiced == 0
    assert found.unvoiced == found.approved - 2, "a course's own title and about have no recording's name"


@pytest.mark.parametrize("lang", ["hmn", "blt"])
def test_every_term_says_where_it_stands(lang: str) -> None:
    terms = glossary.read((CONTENT / "glossary" / f"{lang}.toml").read_bytes())
    assert len(terms) >= 150
    assert all(term.vi and term.words and term.source for term in terms.values())
    assert {term.state for term in terms.values()} == {"machine_draft"}
