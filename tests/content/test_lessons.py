"""Every lesson has the shape its readers need: story, steps, practice, questions, one line to take home."""

import re
from collections import Counter

import pytest

from courses.model import SOURCE, Course, Lesson
from tests.content import measures
from tests.content.measures import courses, lessons

STORY = range(60, 91)
"""Syllables that take 20 to 30 seconds to say, at three a second."""

MINUTES, STEPS, QUESTIONS = range(3, 7), range(3, 6), range(3, 6)
EXPLAINED = {
    "ứng dụng": r"ứng dụng",
    "VNeID": r"VNeID",
    "OTP": r"OTP",
    "passcode": r"passcode",
    "mã QR": r"mã QR",
    "link": r"link",
    "Wi-Fi": r"Wi-Fi|hình cái quạt",
    "mật khẩu": r"mật khẩu",
    "AI": r"AI\b|trợ lý AI",
}
"""Words a villager may never have heard, and how the bold word reads that explains them."""

OFFICE = {"dt06", "dt09", "dt10"}
"""Courses for staff, who come with a telephone of their own."""

every_lesson = pytest.mark.parametrize(("course", "lesson"), lessons(), ids=lambda one: one.id)


@every_lesson
def test_it_says_who_and_why_then_how_then_lets_hands_do(course: Course, lesson: Lesson) -> None:
    kinds = [block.kind for block in lesson.blocks]
    assert lesson.blocks[0].id == "story"
    assert len(measures.spoken(lesson, "story").split()) in STORY
    assert kinds.index("steps") < kinds.index("practice")
    assert {"talk", "takeaway"} <= {*kinds}
    assert lesson.minutes in MINUTES


@every_lesson
def test_a_step_is_one_picture_and_one_sentence(course: Course, lesson: Lesson) -> None:
    for block in lesson.blocks:
        if block.kind == "steps":
            assert len(block.steps) in STEPS
            assert all(step.picture for step in block.steps)
            said = [measures.spoken(lesson, f"{block.id}.{step.id}") for step in block.steps]
            assert [one for one in said if len(measures.split(one)) != 1] == []


@every_lesson
def test_what_is_taken_home_is_one_line(course: Course, lesson: Lesson) -> None:
    for block in lesson.blocks:
        assert block.kind != "takeaway" or "\n" not in measures.spoken(lesson, block.id)


@every_lesson
def test_it_asks_three_to_five_times_for_its_outcome(course: Course, lesson: Lesson) -> None:
    assert len(lesson.questions) in QUESTIONS
    assert all(question.outcome for question in lesson.questions)


@every_lesson
def test_the_practice_has_people_of_its_own(course: Course, lesson: Lesson) -> None:
    """Only where a turn ends may it recall the story."""
    told = _people(measures.spoken(lesson, "story"))
    screens = [
        f"{block.id}.{screen.id}"
        for block in lesson.blocks
        if block.practice
        for screen in lesson.practices[block.practice].screens
        if not screen.end
    ]
    keys = [key for key in lesson.words[SOURCE] if ".".join(key.split(".")[:2]) in screens]
    assert keys
    assert not told & {name for key in keys for name in _people(measures.spoken(lesson, key))}


@pytest.mark.parametrize("course", courses(), ids=lambda course: course.id)
def test_the_forms_of_the_final_quiz_ask_for_each_outcome_equally(course: Course) -> None:
    final = course.final
    assert final
    asked = {question.id: question.outcome for question in final.questions}
    covered = [Counter(asked[id] for id in ids) for ids in final.forms.values()]
    assert all(one == covered[0] for one in covered)
    assert {id for ids in final.forms.values() for id in ids} == {*asked}
    assert {*covered[0]} == {question.outcome for lesson in course.lessons for question in lesson.questions}


@pytest.mark.parametrize(
    "course", [one for one in courses() if one.id not in OFFICE], ids=lambda course: course.id
)
@pytest.mark.parametrize("word", EXPLAINED)
def test_a_new_word_is_explained_where_it_first_comes(course: Course, word: str) -> None:
    used, explained = (
        re.compile(rf"\b{word}\b"),
        re.compile(rf"\*\*[^*]*\b(?:{EXPLAINED[word]})[^*]*\*\*", re.I),
    )
    for lesson in course.lessons:
        said = [unit.text for key, unit in lesson.words[SOURCE].items() if not key.endswith(".alt")]
        if any(explained.search(one) for one in said):
            return
        assert [one for one in said if used.search(one)] == [], lesson.id


def test_no_two_choices_are_drawn_alike() -> None:
    alike = [
        (lesson.id, question.id)
        for lesson, question in measures.all_questions()
        if any(n > 1 for n in Counter(one.picture for one in question.choices if one.picture).values())
    ]
    assert alike == []


def test_the_pictures_of_choices_are_of_one_size() -> None:
    chosen = {
        one.picture for _, question in measures.all_questions() for one in question.choices if one.picture
    }
    assert {measures.scenes()[name.removeprefix("kit:")].size for name in chosen} == {(320, 240)}


def _people(said: str) -> set[str]:
    return {*re.findall(r"\b(?:[Aa]nh|[Cc]hị|[Ôô]ng|[Bb]à|[Bb]ác|[Cc]hú|[Cc]ô|[Cc]ụ) ([A-ZĐ]\w+)", said)}
