from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from courses.progress import CourseState, LessonRead, LessonState, Result, course_state, lesson_state, merge
from courses.structure import LessonOutline, Outline

A, B, QUIZ = (
    LessonOutline("a", ("q1", "q2")),
    LessonOutline("b", ()),
    LessonOutline("z", ("f1", "f2"), final=True),
)
OLD = Outline("0" * 12, 70, (A, B, QUIZ))
NEW = Outline("1" * 12, 70, (A, B, LessonOutline("c", ("q9",)), QUIZ))


def result(
    lesson: str, question: str, score: int = 100, at: int = 1, structure: str = OLD.structure
) -> Result:
    return Result("dt99", structure, lesson, question, score, at)


def read(lesson: str, at: int = 1, structure: str = OLD.structure) -> LessonRead:
    return LessonRead("dt99", structure, lesson, at)


ALL = [result("a", "q1", 0), result("a", "q2", 50, 7), result("z", "f1", 100, 9), result("z", "f2", 40)]

versions = st.sampled_from([OLD.structure, NEW.structure])
questions = st.sampled_from([("a", "q1"), ("a", "q2"), ("c", "q9"), ("z", "f1"), ("z", "f2")])
results = st.lists(
    st.builds(
        lambda at_, score, at, structure: result(*at_, score, at, structure),
        questions,
        st.sampled_from([0, 40, 70, 100]),
        st.integers(0, 9),
        versions,
    ),
    max_size=12,
)
reads = st.lists(st.builds(read, st.sampled_from(["a", "b", "z"]), st.integers(0, 9), versions), max_size=4)


def test_finished() -> None:
    state = course_state([OLD], ALL, [read("b", 3)])
    assert state == CourseState(True, OLD.structure, 3, 3, final_score=70, finished_at=9)


def test_not_finished_below_the_pass_mark() -> None:
    state = course_state([OLD], [*ALL[:3], result("z", "f2", 39)], [read("b")])
    assert (state.finished, state.final_score, state.finished_at) == (False, 69, None)


def test_not_finished_with_a_question_unanswered() -> None:
    state = course_state([OLD], [*ALL[:1], *ALL[2:]], [read("b")])
    assert (state.finished, state.lessons_done) == (False, 2)


def test_not_finished_with_a_lesson_unread() -> None:
    assert not course_state([OLD], ALL, []).finished


def test_nothing_done_is_shown_against_the_current_structure() -> None:
    assert course_state([OLD, NEW], [], []) == CourseState(False, NEW.structure, 0, 4, 0, None)


def test_course_without_final_quiz() -> None:
    state = course_state([replace(OLD, lessons=(A,))], ALL[:2], [])
    assert (state.finished, state.final_score) == (True, None)


def test_a_structure_she_never_answered_in_does_not_count() -> None:
    short = Outline("2" * 12, 70, (A,))
    assert not course_state([OLD, short], ALL[:2], []).finished
    assert course_state([OLD, short], [*ALL[:1], replace(ALL[1], structure=short.structure)], []).finished


FORMS = Outline("3" * 12, 70, (LessonOutline("z", ("f1", "f2", "f3"), True, (("f1", "f2"), ("f3", "f2"))),))


def form(scores: dict[str, int]) -> CourseState:
    return course_state(
        [FORMS], [result("z", id, score, structure=FORMS.structure) for id, score in scores.items()], []
    )


def test_one_form_answered_whole_and_passed_is_enough() -> None:
    assert form({"f2": 100, "f3": 40}) == CourseState(True, FORMS.structure, 1, 1, 70, 1)
    assert not form({"f1": 100, "f3": 100}).finished
    assert form({"f1": 100, "f3": 100}).final_score == 50
    assert not form({"f1": 39, "f2": 100}).finished
    assert lesson_state(FORMS.lessons[0], [result("z", "f2")], []) == LessonState(1, 2, 1, False)


def test_answers_to_both_versions_count_together() -> None:
    moved = [replace(one, structure=NEW.structure) for one in ALL[2:]]
    assert course_state([OLD, NEW], [*ALL[:2], *moved], [read("b")]).finished


def test_lesson_state() -> None:
    assert lesson_state(A, [result("a", "q1"), result("b", "q2")], []) == LessonState(1, 2, 1, False)
    assert lesson_state(A, [result("a", "q1", 0), result("a", "q2")], []) == LessonState(2, 2, 1, True)
    assert lesson_state(B, [], []) == LessonState(0, 0, 0, False)
    assert lesson_state(B, [], [read("b")]) == LessonState(0, 0, 0, True)


def test_merge_keeps_the_earliest_of_the_best() -> None:
    one, other = result("a", "q1", 50, at=1), result("a", "q1", 100, at=5)
    assert merge(one, other) == replace(other, tries=2)
    assert merge(other, replace(other, best_at=3)) == replace(other, best_at=3, tries=2)


same_question = st.builds(
    lambda score, at: result("a", "q1", score, at), st.integers(0, 100), st.integers(0, 9)
)


@given(same_question, same_question, same_question)
def test_merge_has_no_order(a: Result, b: Result, c: Result) -> None:
    assert merge(a, b) == merge(b, a)
    assert merge(merge(a, b), c) == merge(a, merge(b, c))
    assert replace(merge(a, a), tries=1) == a


@given(results, reads, st.randoms())
def test_order_and_doubling_change_nothing(
    found: list[Result], seen: list[LessonRead], random: object
) -> None:
    state = course_state([OLD, NEW], found, seen)
    doubled, seen_twice = found * 2, seen * 2
    random.shuffle(doubled)  # type: ignore[attr-defined]
    random.shuffle(seen_twice)  # type: ignore[attr-defined]
    assert course_state([OLD, NEW], doubled, seen_twice) == state


@given(results, reads, results, reads)
def test_more_entries_never_unfinish(
    found: list[Result], seen: list[LessonRead], more: list[Result], more_seen: list[LessonRead]
) -> None:
    before = course_state([OLD, NEW], found, seen)
    after = course_state([OLD, NEW], found + more, seen + more_seen)
    assert after.finished >= before.finished


@given(results, reads)
def test_forms_never_unfinish(found: list[Result], seen: list[LessonRead]) -> None:
    outlines = [FORMS, replace(OLD, lessons=(*OLD.lessons[:2], *FORMS.lessons))]
    for n in range(len(found)):
        assert (
            course_state(outlines, found[:n], seen).finished <= course_state(outlines, found, seen).finished
        )


@given(results, reads)
def test_a_new_structure_unfinishes_nobody(found: list[Result], seen: list[LessonRead]) -> None:
    later = Outline("2" * 12, 100, (*NEW.lessons, LessonOutline("d", ("q1",))))
    assert (
        course_state([OLD, NEW, later], found, seen).finished
        == course_state([OLD, NEW], found, seen).finished
    )
