"""A course goes out to learners, rests and comes back; who is in it loses nothing."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, select

from app.accounts import people
from app.accounts.permissions import Role
from app.accounts.queries import STAFF
from app.authoring import draft_actions, draft_queries, editor_findings, publishing_rules
from app.core import ids, ledger
from app.curriculum.models import CourseAsking, CourseWithdrawal, Publication
from app.main import restock
from app.opening import _stock
from app.programmes import class_actions
from courses import folder
from courses.structure import outline
from tests.cast import COURSE, LESSON, Phone, Staff, changed_course, rows
from tests.page import opened

HERE = "/teach/courses/small/publishing"
PASSPHRASE = "binh dan hoc vu so"


def edit(app: FastAPI, part: str, **said: str) -> None:
    """Somebody changes words of the draft."""
    state = app.state

    def work(conn: Connection) -> None:
        draft_actions.open_course(conn, state.shelf.blobs, "small")
        found = draft_queries.part(conn, "small", part)
        assert found is not None
        made = draft_actions.Edit(ids.new(), part, {**found.value, **said}, found.head)
        [outcome] = draft_actions.save(conn, "small", [made], ids.new())
        assert outcome.result == "head"

    state.writer.call(work)


@pytest.fixture
def teacher(app: FastAPI) -> Phone:
    app.state.writer.call(lambda conn: people.add_staff(conn, "Lò Thị Mai", PASSPHRASE, Role.TEACHER))
    phone = Phone(app)
    phone.post("/staff/sign-in", {"name": "Lò Thị Mai", "passphrase": PASSPHRASE})
    return phone


def test_published_withdrawn_and_brought_back(app: FastAPI, staff: Staff, my: Phone) -> None:
    my.send_form(q1="b")
    first = rows(app, Publication)[-1]["id"]
    edit(app, "first/words/vi/title", text="Bài mới tinh")
    assert "Bài mới tinh" not in my.get(LESSON).text
    assert opened(staff.client, f"{HERE}/changes").all("ins")
    staff.post(HERE, {"announce": "1"})
    restock(app)
    assert "Bài mới tinh" in my.get(LESSON).text
    assert "Có bài mới" in my.get("/vi").text and "Có bài mới" in my.get("/vi/courses/small").text

    staff.post(f"{HERE}/withdrawal", {"reason": " "}, 422)
    structure = my.structure
    staff.post(f"{HERE}/withdrawal", {"reason": "Sửa lại số điện thoại"})
    restock(app)
    assert "Khóa nhỏ" not in my.get("/vi").text
    for path in (LESSON, "/vi/courses/small"):
        assert "đang tạm nghỉ" in my.get(path, 404).text
    kept = my.post(f"{LESSON}/answers", {"structure": structure, "q1": "b"}, 200).text
    assert "đã được ghi lại" in kept and "Khóa nhỏ" in my.get("/me").text
    [row] = rows(app, CourseWithdrawal)
    assert row["reason"] == "Sửa lại số điện thoại" and "Sửa lại số điện thoại" in staff.get(HERE).text

    staff.post(f"{HERE}/{first}/again")
    restock(app)
    assert "Bài mới tinh" not in my.get(LESSON).text
    assert "Bài mới tinh" in staff.get("/teach/courses/small/preview/vi/first").text, "the draft stays"
    staff.post(f"{HERE}/{first}/again")
    assert len(rows(app, Publication)) == 3, "what is shown is not published again"


def test_who_may_not_publish_asks_and_is_heard(app: FastAPI, staff: Staff, teacher: Phone) -> None:
    asking = f"{HERE}/asking"
    assert not opened(teacher.client, HERE).all("form", action=asking), "nothing is new"
    edit(app, "first/words/vi/title", text="Bài mới tinh")
    assert "Khóa học chờ đăng" not in staff.get("/teach").text
    assert opened(teacher.client, HERE).all("form", action=asking)
    for _ in range(2):
        said = opened(teacher.client, teacher.post(asking).headers["location"])
    assert "Đã gửi lời xin" in said.html and not said.all("form", action=asking)
    [row] = rows(app, CourseAsking)
    assert row["course"] == "small"
    teacher.post(HERE, {}, 404)

    assert opened(staff.client, "/teach").all("a", href=HERE)
    assert "Lò Thị Mai xin đăng ngày" in " ".join(opened(staff.client, HERE).html.split())
    assert "Khóa học chờ đăng" not in teacher.get("/teach").text
    app.state.writer.call(ledger.rebuild)
    assert rows(app, CourseAsking) == [row]
    staff.post(HERE)
    assert not opened(staff.client, "/teach").all("a", href=HERE)
    edit(app, "first/words/vi/title", text="Bài mới hơn")
    assert opened(teacher.client, HERE).all("form", action=asking), "for what is new since she may ask anew"


@pytest.mark.only_on("sqlite")
def test_nobody_is_asked_for_what_is_still_to_be_mended(app: FastAPI, teacher: Phone) -> None:
    edit(app, "first/words/vi/story", text="<b>dày</b>")
    assert not opened(teacher.client, HERE).all("form", action=f"{HERE}/asking")
    teacher.post("/teach/courses/none/publishing/asking", {}, 404)


@pytest.mark.only_on("sqlite")
def test_what_is_not_whole_is_not_published(app: FastAPI, staff: Staff, my: Phone) -> None:
    edit(app, "first/words/vi/story", text="<b>dày</b>")
    before = rows(app, Publication)
    page = opened(staff.client, HERE)
    assert "còn 1 chỗ phải sửa" in page.html
    [said] = page.all("a", href="/teach/courses/small/first?open=block.story#w.story")
    assert " ".join(said.text.split()) == "Phần 1: Có dấu lạ <b>. Chỉ viết chữ thường, không dán mã."
    assert not page.all("form", action=HERE)
    assert "Chưa đăng được" in staff.post(HERE, {}, 422).text
    assert rows(app, Publication) == before


@pytest.mark.only_on("sqlite")
def test_a_fault_of_a_translation_leads_to_its_place_on_the_desk(app: FastAPI, staff: Staff) -> None:
    edit(app, "first/words/vi/story", text="Chị có một cái.")
    part = "first/words/hmn/story"
    words = draft_actions.Edit(ids.new(), part, {"text": "Hu 3 jas", "state": "needs_review"}, "")
    app.state.writer.call(lambda conn: draft_actions.save(conn, "small", [words], ids.new()))
    [link] = [one for one in opened(staff.client, HERE).all("a") if "bản dịch thừa 3" in one.text]
    assert f"part={part}" in link.attrs["href"]
    desk, _, anchor = link.attrs["href"].partition("#")
    assert opened(staff.client, desk).all("section", id=anchor)


def test_each_sentence_about_a_fault_is_in_the_catalogue(app: FastAPI) -> None:
    said = {f"editor.find_{one}" for _, one in editor_findings.WHATS} | {"editor.find_other"}
    assert [one for one in said if one not in app.state.pages.words] == []


def test_classes_that_take_the_course_are_told(app: FastAPI, staff: Staff) -> None:
    def begin(conn: Connection) -> str:
        by: str = conn.execute(select(STAFF.c.id)).scalar_one()
        return class_actions.set_class(
            conn, by, name="Lớp tối", place="03160", helper=by, from_day="2026-11-01", to_day="2027-11-01",
            courses=[("small", "")],
        )  # fmt: skip

    id = app.state.writer.call(begin)
    edit(app, "first/words/vi/title", text="Bài mới tinh")
    staff.post(HERE, {"announce": "1"})
    assert "Khóa học “Khóa nhỏ” có bài mới." in staff.get(f"/classes/{id}/announcements").text


@pytest.mark.only_on("sqlite")
def test_a_newer_program_publishes_nothing_over_what_people_did(
    app: FastAPI, staff: Staff, tmp_path: Path
) -> None:
    state, told = app.state, list[str]()

    def start(title: str) -> None:
        newer = changed_course(tmp_path / title, "course.toml", "Khóa nhỏ", title)
        state.writer.call(lambda conn: _stock(conn, state.settings, state.library, newer, told.append))

    staff.post(f"{HERE}/withdrawal", {"reason": "Sửa"})
    start("Khóa bé")
    edit(app, "first/words/vi/title", text="Bài mới tinh")
    staff.post(HERE)
    start("Khóa tí")
    assert told == []


def test_what_is_missing_is_told_by_language() -> None:
    read = folder.read(folder.from_dir(COURSE))
    assert read.course is not None
    ready = publishing_rules.ready(read, outline(read.course), 2)
    assert ready.must == [] and [one.word for one in ready.notes] == ["waiting"]
    assert [one.word for one in ready.may["hmn"]] == ["missing", "unvoiced"]
    assert [one.word for one in ready.may["vi"]] == ["unvoiced"]
    assert ready.may["hmn"][0].where == "words/hmn"


@pytest.mark.parametrize("kept", ["first", "second"])
def test_what_learners_answered_and_is_gone_is_told(kept: str) -> None:
    files = folder.from_dir(COURSE)
    read = folder.read(files)
    less = {
        **files,
        "course.toml": files["course.toml"].replace(b'["first", "second"]', f'["{kept}"]'.encode()),
    }
    assert read.course is not None
    [*_, note] = publishing_rules.ready(folder.read(less), outline(read.course), 0).notes[:1]
    assert (note.word, note.values["n"]) == ("gone", 1)
