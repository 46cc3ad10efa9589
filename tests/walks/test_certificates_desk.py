"""An administrator issues certificates on her phone: from no key at all to a name corrected and a paper printed."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Connection

from app.certificates import queries
from app.certificates.models import CertificatePrinted
from app.core import clock
from app.core.db import insert_or_ignore
from app.learning.models import LessonRead, QuestionResult
from tests.page import linted
from tests.programmes.class_stage import settled
from tests.walks.conftest import NewPhone
from tests.walks.learner import until
from tests.walks.school import School
from tests.walks.test_help_and_staff import signed_in
from tests.walks.test_open_to_all import faults

ROOT, HERE = "/admin/certificates", "03160"
LONG = "Hoàng Thị Nguyễn Phương Thảo Lường " * 3 + "Mỷ"
"""As long as a certificate holds."""


@pytest.fixture
def taught(dt05: School) -> School:
    """Two finished the course, and one only began it."""
    outline = dt05.app.state.shelf.courses["dt05"].outline

    def work(conn: Connection) -> None:
        for name, lessons in (
            (LONG, outline.lessons),
            ("Vừ A Chứ", outline.lessons),
            ("Giàng", outline.lessons[:1]),
        ):
            own = {"person_id": settled(conn, name, HERE), "course": "dt05", "structure": outline.structure}
            at = {"best_at": clock.now(), "tries": 1, "score": 100}
            answered = [
                own | at | {"lesson": one.id, "question": asked} for one in lessons for asked in one.ways[0]
            ]
            insert_or_ignore(conn, QuestionResult, answered)
            insert_or_ignore(
                conn, LessonRead, [own | {"lesson": one.id, "at": clock.now()} for one in lessons]
            )

    dt05.app.state.writer.call(work)
    return dt05


def looked_at(page: Page, seen: dict[str, list[str]]) -> None:
    linted(page.content())
    seen[page.url] = faults(page)


def test_from_no_key_to_a_corrected_name(taught: School, new_phone: NewPhone) -> None:
    page, seen = signed_in(new_phone), dict[str, list[str]]()
    page.goto(f"{ROOT}/new")
    page.select_option("#course", "dt05")
    page.select_option("#who", f"place:{HERE}")
    page.click("text=Xem ai đủ điều kiện")
    expect(page.locator("main")).to_contain_text("Đủ điều kiện: 2 người")
    looked_at(page, seen)
    page.click("text=Cấp 2 giấy chứng nhận")
    page.wait_for_url("**/batches/*")
    batch = page.url
    until(lambda: waiting(page, batch))
    looked_at(page, seen)
    page.goto(f"{ROOT}/keys")
    page.click(f"form[action='{ROOT}/keys'] button")
    expect(page.locator("main")).to_contain_text("Đang dùng")
    looked_at(page, seen)
    page.goto(batch)
    until(lambda: done(page, batch))
    looked_at(page, seen)
    page.click("text=MAU-")
    page.wait_for_url("**/issued/*")
    looked_at(page, seen)
    page.fill("#name", "Lò Thị Mỷ")
    page.click("main form button >> text=Sửa tên")
    page.wait_for_url("**/batches/*")
    until(lambda: done(page, page.url))
    page.goto(f"{ROOT}?q=lo+thi+my")
    looked_at(page, seen)
    page.click("text=MAU-")
    page.wait_for_url("**/issued/*")
    with page.expect_download() as paper:
        page.click("text=Tờ A4")
    until(lambda: bool(taught.rows(CertificatePrinted)))
    assert paper.value.suggested_filename.startswith("MAU-")
    for path in ("/rules", "/rules/edit?rule=vneid", "/batches", "/doubts"):
        page.goto(f"{ROOT}{path}")
        looked_at(page, seen)
    assert {url: found for url, found in seen.items() if found} == {}
    assert named(taught) == {LONG, "Vừ A Chứ", "Lò Thị Mỷ"}


def waiting(page: Page, batch: str) -> bool:
    page.goto(batch)
    return page.locator("text=Chưa có khóa để ký").count() > 0


def done(page: Page, batch: str) -> bool:
    page.goto(batch)
    return page.locator("main >> text=Đã xong").count() > 0


def named(school: School) -> set[Any]:
    with school.app.state.database.read() as session:
        conn = session.connection()
        numbers = conn.exec_driver_sql("SELECT number FROM certificate").scalars()
        return {found.snapshot.name for one in numbers if (found := queries.by_number(conn, one))}
