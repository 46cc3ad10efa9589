"""What learners say is wrong reaches whoever answers where they live, and the answer reaches them."""

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection

from app.accounts import people
from app.accounts.permissions import Role
from app.core import ids, ledger
from app.me.models import Report, ReportAnswer
from app.places import actions as places
from app.programmes import class_actions, class_queries
from tests.cast import STAFF, Phone, Staff, rows, run
from tests.page import linted, opened

HERE, THERE = "03160", "03158"
CLASS = ids.new()
WORDS = "Câu hỏi <b>hai</b> sai"


def officer(app: FastAPI, name: str, place: str, role: Role = Role.OFFICER) -> Phone:
    app.state.writer.call(lambda conn: people.add_staff(conn, name, STAFF[1], role, place))
    phone = Phone(app)
    phone.post("/staff/sign-in", {"name": name, "passphrase": STAFF[1]})
    return phone


@pytest.fixture
def report(app: FastAPI, my: Phone) -> str:
    """Told by Mỷ, who lives in a village of one commune."""
    [village] = app.state.writer.call(
        lambda conn: places.add_villages(conn, HERE, ids.new(), [{"name": "Bản Một"}])
    )
    person = my.register("Mỷ")
    run(app, f"UPDATE person SET place = '{village}' WHERE id = '{person}'")
    my.post("/help", {"words": WORDS, "course": "small", "lesson": "first"})
    [row] = rows(app, Report)
    return str(row["id"])


def test_it_works(app: FastAPI, my: Phone, report: str) -> None:
    assert "Đã nhận được" in opened(my.client, "/me").by_id("told").text
    here, there = officer(app, "Sùng", HERE), officer(app, "Thào", THERE)
    assert "1 báo lỗi" in here.get("/admin").text and "0 báo lỗi" in there.get("/admin").text
    page = opened(here.client, "/admin/reports")
    assert "&lt;b&gt;hai" in page.html and "Mỷ" in page.html
    assert WORDS[:7] not in there.get("/admin/reports").text
    there.post(f"/admin/reports/{report}/answer", {"words": "Không"}, 404)
    assert (
        "Hãy viết vài chữ"
        in linted(here.post(f"/admin/reports/{report}/answer", {"words": " "}, 422).text).html
    )
    here.post(f"/admin/reports/{report}/answer", {"words": "Đã sửa,\n cảm ơn Mỷ"})
    told = opened(my.client, "/me").by_id("told").text
    assert "Sùng: Đã sửa, cảm ơn Mỷ" in told and "Đã nhận được" not in told
    assert "0 báo lỗi" in here.get("/admin").text
    assert "Đã sửa" in opened(here.client, "/admin/reports").html


def test_a_helper_of_the_village_and_the_province_answer_too(app: FastAPI, report: str, staff: Staff) -> None:
    helper = officer(app, "Vàng", f"{HERE}-001", Role.HELPER)
    helper.post(f"/admin/reports/{report}/answer", {"words": "Để tôi xem"})
    staff.post(f"/admin/reports/{report}/answer", {"words": "Đã sửa"})
    assert [row["words"] for row in rows(app, ReportAnswer)] == ["Để tôi xem", "Đã sửa"]


def test_what_somebody_told_who_lives_nowhere_we_know_of_reaches_the_province(
    app: FastAPI, stranger: Phone, staff: Staff
) -> None:
    stranger.post("/help", {"words": "Không nghe được tiếng"})
    assert "Không nghe được" in staff.get("/admin/reports").text
    assert "Không nghe được" not in officer(app, "Sùng", HERE).get("/admin/reports").text
    assert "Không nghe được" in opened(stranger.client, "/me").by_id("told").text


def test_answers_are_made_anew_from_the_ledger(app: FastAPI, report: str, staff: Staff) -> None:
    staff.post(f"/admin/reports/{report}/answer", {"words": "Đã sửa"})
    before = rows(app, ReportAnswer)
    app.state.writer.call(ledger.rebuild)
    assert rows(app, ReportAnswer) == before != []


def test_erased_with_who_told_it(app: FastAPI, my: Phone, report: str, staff: Staff) -> None:
    staff.post(f"/admin/reports/{report}/answer", {"words": "Đã sửa"})
    person = my.me()["person"]["id"]
    app.state.writer.call(lambda conn: ledger.record(conn, "person.erased/1", person, by=people._node(conn)))
    assert rows(app, ReportAnswer) == []
    app.state.writer.call(ledger.rebuild)
    assert rows(app, ReportAnswer) == []


def test_about_a_lesson_it_reaches_who_answers_for_lessons_and_not_whose_it_is(
    app: FastAPI, my: Phone, report: str
) -> None:
    reviewer = officer(app, "Tòng", "11", Role.REVIEWER)
    assert "1 báo lỗi" in reviewer.get("/admin").text
    page = opened(reviewer.client, "/admin/reports").html
    assert WORDS[:7] in page and "Mỷ" not in page
    reviewer.post(f"/admin/reports/{report}/answer", {"words": "Đã sửa bài"})
    assert "Tòng: Đã sửa bài" in opened(my.client, "/me").by_id("told").text
    my.post("/help", {"words": "Nhà văn hóa đóng cửa"})
    assert "Nhà văn hóa" not in reviewer.get("/admin/reports").text
    elsewhere = officer(app, "Cà", THERE, Role.REVIEWER)
    assert WORDS[:7] not in elsewhere.get("/admin/reports").text


def test_it_reaches_who_leads_a_class_in_that_course(app: FastAPI, my: Phone, report: str) -> None:
    """Wherever she lives; of another course, or when the class is over, it does not."""
    teacher, person = officer(app, "Thào", THERE, Role.TEACHER), my.me()["person"]["id"]
    assert WORDS[:7] not in teacher.get("/admin/reports").text

    def set_class(courses: list[tuple[str, str]], ended: bool = False) -> None:
        def work(conn: Connection) -> None:
            by = str(people.queries.staff_named(conn, "thao").id)  # type: ignore[union-attr]
            given = {"name": "Lớp tối", "place": THERE, "helper": by, "from_day": "2026-11-01", "to_day": ""}
            id = class_actions.set_class(conn, by, id=CLASS, **given, courses=courses, ended=ended)  # type: ignore[arg-type]
            class_actions.join(conn, class_queries.class_row(conn, id), person)

        app.state.writer.call(work)

    set_class([("other", "")])
    assert WORDS[:7] not in teacher.get("/admin/reports").text
    set_class([("other", ""), ("small", "")])
    page = teacher.get("/admin/reports").text
    assert WORDS[:7] in page and "Mỷ" in page
    set_class([("small", "")], ended=True)
    assert WORDS[:7] not in teacher.get("/admin/reports").text
