"""The curriculum's bounds, held against what content/ says today; no measured figure is written in here."""

import re
from fractions import Fraction
from statistics import median

import pytest

from courses import glossary
from courses.model import SOURCE, Course, Lesson
from courses.report import report
from tests.content import aloud, guessing, measures, tables
from tests.content.measures import TRANSLATED, courses, lessons

LESSONS, QUESTIONS, FLAGSHIPS = 64, 220, 10
BANK, BANKS = 20, 200
MEDIAN_SYLLABLES, LONGEST = 12, 28
PICTURE_OR_SINGLE = Fraction(85, 100)
ABOVE_CHANCE = Fraction(10, 100)
ACCEPTED = Fraction(98, 100)
TERMS = 150
DRAFTED_ITEMS = {"hmn": Fraction(1), "blt": Fraction(90, 100)}
"""Of the items of all quizzes; in Thái those are left out for which no words were found."""
WHOLE_IN_MONG = ("dt01", "dt02", "dt04", "dt05")
PACK = 60 * 1024
UNSAYABLE = re.compile(r"\d\s?(?:đ|d|k|VND)\b|[→&<>%|]|\.{3}|https?:")
GUESSERS = {
    "longest": guessing.by_length,
    "shortest": guessing.by_shortness,
    "word overlap": guessing.by_overlap,
    "calm picture": guessing.by_calm_picture,
    "official picture": guessing.by_official_picture,
    "first": guessing.by_position(0),
    "second": guessing.by_position(1),
    "third": guessing.by_position(2),
}


def test_the_courses_hold_all_lessons_questions_and_flagships() -> None:
    assert len(lessons()) == LESSONS
    assert sum(len(lesson.questions) for _, lesson in lessons()) >= QUESTIONS
    flagships = [course.flagship for course in courses()]
    assert len(flagships) == FLAGSHIPS
    assert all(flagships)


@pytest.mark.parametrize("course", courses(), ids=lambda course: course.id)
def test_the_final_bank_is_large_and_comes_in_four_forms(course: Course) -> None:
    assert course.final
    assert len(course.final.questions) >= BANK
    assert [*course.final.forms] == ["a", "b", "c", "d"]


def test_the_final_banks_together() -> None:
    assert sum(len(course.final.questions) for course in courses() if course.final) >= BANKS


def test_every_lesson_is_mapped_to_a_framework() -> None:
    assert [lesson.id for _, lesson in lessons() if not lesson.codes] == []


def test_sentences_are_short() -> None:
    sentences = measures.sentences(SOURCE)
    assert median(len(one.split()) for one in sentences) <= MEDIAN_SYLLABLES
    assert [one for one in sentences if len(one.split()) > LONGEST] == []


@pytest.mark.parametrize("course", courses(), ids=lambda course: course.id)
def test_a_voice_can_say_what_is_heard(course: Course) -> None:
    told = [one.words for lesson in course.all_lessons() for one in aloud.heard(course, lesson)]
    assert [words for words in told if UNSAYABLE.search(words)] == []


def test_every_choice_has_feedback() -> None:
    silent = [
        (lesson.id, key)
        for lesson, question in measures.all_questions()
        for key in measures.feedback_keys(question)
        if not (unit := lesson.unit(SOURCE, key)) or not unit.text
    ]
    assert silent == []


def test_most_questions_have_a_picture_or_a_single_choice() -> None:
    found = [measures.picture_or_single_choice(question) for _, question in measures.all_questions()]
    assert Fraction(sum(found), len(found)) >= PICTURE_OR_SINGLE


@pytest.mark.parametrize("name", GUESSERS)
def test_nobody_passes_by_guessing(name: str) -> None:
    assert guessing.guessed(GUESSERS[name]) <= guessing.chance() + ABOVE_CHANCE


def test_true_is_as_frequent_as_false() -> None:
    answers = [
        question.choices[0].right for _, question in measures.all_questions() if question.kind == "truefalse"
    ]
    assert abs(Fraction(sum(answers), len(answers)) - Fraction(1, 2)) <= ABOVE_CHANCE


@pytest.mark.parametrize("lang", TRANSLATED)
@pytest.mark.parametrize("course", courses(), ids=lambda course: course.id)
def test_translations_are_written_in_syllables_of_their_language(course: Course, lang: str) -> None:
    accepted, total = measures.syllables(course, lang)
    assert accepted >= ACCEPTED * total


@pytest.mark.parametrize("lang", TRANSLATED)
def test_titles_and_what_to_take_home_are_drafted(lang: str) -> None:
    missing = [course.id for course in courses() if lang not in course.title or lang not in course.about]
    for course in courses():
        for lesson in course.all_lessons():
            kept = [block.id for block in lesson.blocks if block.kind == "takeaway"]
            missing += [f"{lesson.id} {key}" for key in ("title", *kept) if not lesson.unit(lang, key)]
    assert missing == []


@pytest.mark.parametrize(("lang", "share"), DRAFTED_ITEMS.items())
def test_the_quizzes_are_drafted(lang: str, share: Fraction) -> None:
    found = [measures.is_drafted(lesson, question, lang) for lesson, question in measures.all_questions()]
    assert Fraction(sum(found), len(found)) >= share


@pytest.mark.parametrize("course", WHOLE_IN_MONG)
def test_some_courses_are_drafted_whole_in_mong(course: str) -> None:
    assert next(report(one, "hmn", {}).missing for one in courses() if one.id == course) == 0


@pytest.mark.parametrize("lang", TRANSLATED)
def test_the_glossaries(lang: str) -> None:
    terms = glossary.read((measures.CONTENT / "glossary" / f"{lang}.toml").read_bytes())
    assert len(terms) >= TERMS


@pytest.mark.parametrize("lang", [SOURCE, *TRANSLATED])
@pytest.mark.parametrize(("course", "lesson"), lessons(), ids=lambda one: one.id)
def test_a_lesson_is_light(course: Course, lesson: Lesson, lang: str) -> None:
    assert measures.pack_is_within(PACK, course, lesson, lang)


def test_the_guessers_can_be_told_from_chance() -> None:
    assert guessing.guessed(lambda lesson, question, choice: choice.right) == 1
    assert guessing.guessed(lambda lesson, question, choice: 0) == guessing.chance()
    assert len(guessing.single_choice()) > QUESTIONS


@pytest.mark.parametrize("course", courses(), ids=lambda course: course.id)
def test_the_documents_say_what_is_measured(course: Course) -> None:
    written = tables.page(course).read_text("utf-8")
    assert written == tables.renewed(course), "Run `python -m tests.content.tables`."
    assert tables.table(course) in written
