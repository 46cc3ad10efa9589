"""The quiz as a plain form."""

import json
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI

from app.core.models import Entry
from app.learning.models import QuestionResult
from tests.cast import LESSON, Phone, changed_course, publish, rows


def test_it_works(my: Phone) -> None:
    page = my.send_form(q1="b", q2=["a", "c"], q3="true").text
    assert "Đúng, chị có điện thoại." in page
    assert "Bạn làm đúng 3 trên 4 câu." in page
    assert my.me()["progress"] == {"first": 1, "second": 0, "test": 0}


def test_what_is_wrong_is_said_gently_and_can_be_done_again(app: FastAPI, my: Phone) -> None:
    page = my.send_form(q1="a").text
    assert "Chưa phải, chị chưa có xe." in page and f"{LESSON}#q1" in page
    my.send_form(q1="b")
    my.send_form(q1="a")
    [row] = rows(app, QuestionResult)
    assert (row["score"], row["tries"]) == (100, 3)


def test_the_other_answers_are_recorded_beside_a_bad_one(app: FastAPI, my: Phone) -> None:
    page = my.send_form(422, q1="b", q2="dragon", **{"q4.a": "1", "q4.b": "1", "q4.c": "2"}).text
    assert "Mỗi số chỉ dùng một lần" in page and "Bài này đã đổi" in page
    assert [row["question"] for row in rows(app, QuestionResult)] == ["q1"]


def test_an_order_left_half_done_is_asked_for_whole(my: Phone) -> None:
    assert 'role="alert"' in my.send_form(422, **{"q4.a": "1"}).text


def test_nothing_chosen_is_a_sentence_and_no_entry(app: FastAPI, my: Phone) -> None:
    assert "Hãy chọn một câu trả lời trước." in my.send_form(422, q1="").text
    assert "answered" not in {row["type"] for row in rows(app, Entry)}


def test_an_unknown_question_is_a_sentence(app: FastAPI, my: Phone) -> None:
    assert "Bài này đã đổi" in my.send_form(422, q1="b", q99="a").text
    assert [row["question"] for row in rows(app, QuestionResult)] == ["q1"]


def test_an_unknown_version_is_a_sentence(my: Phone) -> None:
    for data in ({"structure": "000000000000", "q1": "b"}, {"q1": "b"}):
        assert "Bài này đã đổi" in my.post(f"{LESSON}/answers", data, 422).text


def test_a_course_lesson_or_language_that_is_not_is_not_found(my: Phone) -> None:
    for path in ("/vi/courses/none/first", "/vi/courses/small/none", "/xx/courses/small/first"):
        my.post(f"{path}/answers", {"structure": my.structure, "q1": "b"}, 404)


def test_an_answer_is_graded_by_the_version_it_was_given_to(app: FastAPI, my: Phone, tmp_path) -> None:  # type: ignore[no-untyped-def]
    old = my.structure
    old_way, new_way = '{ id = "a" }, { id = "b", right = true }', '{ id = "a", right = true }, { id = "b" }'
    publish(app, changed_course(tmp_path / "small", "first/lesson.toml", old_way, new_way))
    assert my.structure != old
    my.post(f"{LESSON}/answers", {"structure": old, "q1": "b"}, 200)
    my.send_form(q1="b")
    assert {row["structure"]: row["score"] for row in rows(app, QuestionResult)} == {
        old: 100,
        my.structure: 0,
    }


def test_a_lesson_added_later_unfinishes_nobody(app: FastAPI, my: Phone, tmp_path) -> None:  # type: ignore[no-untyped-def]
    finish(my)
    assert my.me()["course"]["finished"] is True
    folder = changed_course(tmp_path / "small", "course.toml", '"second"]', '"second", "third"]')
    (folder / "third").mkdir()
    for name in ("lesson.toml", "vi.md"):
        (folder / "third" / name).write_text((folder / "second" / name).read_text("utf-8"), "utf-8")
    publish(app, folder)
    assert my.me()["course"]["finished"] is True
    assert "Bạn đã học xong" in my.get("/vi/courses/small").text
    newcomer = Phone(app)
    finish(newcomer)
    assert newcomer.me()["course"]["finished"] is False


def finish(phone: Phone) -> None:
    phone.send_form(q1="b", q2=["a", "c"], q3="true", **{"q4.a": "1", "q4.b": "2", "q4.c": "3"})
    for lesson, answers in (("second", {}), ("test", {"k1": "a", "k2": "12"})):
        phone.post(f"/vi/courses/small/{lesson}/answers", {"structure": phone.structure, **answers}, 200)


def test_finishing_is_lessons_and_the_quiz(my: Phone) -> None:
    finish(my)
    said = my.me()
    assert said["course"] == {"done": 3, "of": 3, "finished": True}
    assert said["progress"] == {"first": 2, "second": 2, "test": 2}


def test_languages_count_once(app: FastAPI, my: Phone) -> None:
    my.send_form(q1="b")
    my.post("/hmn/courses/small/first/answers", {"structure": my.structure, "q1": "b"}, 200)
    [row] = rows(app, QuestionResult)
    assert row["tries"] == 2
    langs = [json.loads(row["body"])["lang"] for row in rows(app, Entry) if row["type"] == "answered"]
    assert langs == ["vi", "hmn"]


def test_home_says_what_to_go_on_with(my: Phone) -> None:
    assert "Học tiếp" not in my.get("/vi").text
    my.send_form(q1="b", q2=["a"], q3="true", **{"q4.a": "1", "q4.b": "2", "q4.c": "3"})
    home = my.get("/vi").text
    assert "Học tiếp" in home and "/vi/courses/small/second" in home
    course = my.get("/vi/courses/small").text
    assert "Đã xong" in course and "Kiểm tra" in course


def test_the_language_is_chosen_first_and_remembered(app: FastAPI, my: Phone) -> None:
    assert "Tiếng Việt" in my.get("/").text
    my.get("/xx", 404)
    my.get("/vi")
    assert my.get("/", 303).headers["location"] == "/vi"
    my.get("/vi/courses/none", 404)


def test_an_address_of_no_lesson(my: Phone) -> None:
    assert "Chọn tiếng" in my.get("/xx/courses/small/first", 404).text
    my.get("/vi/courses/small/none", 404)
    assert my.get("/hmn/courses/small/first/answers", 303).headers["location"] == "/hmn/courses/small/first"


def test_another_sites_page_cannot_answer_for_her(app: FastAPI, my: Phone) -> None:
    reply = my.client.post(f"{LESSON}/answers", data={"q1": "b"}, headers={"Origin": "http://evil.test"})
    assert reply.status_code == 403


def test_a_whole_class_sends_at_once(app: FastAPI) -> None:
    """More phones than there are reading sessions: none waits for another in a ring."""
    phones = [Phone(app) for _ in range(24)]
    with ThreadPoolExecutor(24) as pool:
        list(pool.map(lambda phone: phone.send_form(q1="b"), phones))
    assert len(rows(app, QuestionResult)) == 24


def test_a_title_nobody_translated_says_that_it_is_vietnamese(my: Phone) -> None:
    assert "(tiếng Việt)" in my.get("/hmn").text
    assert "(tiếng Việt)" not in my.get("/vi").text
