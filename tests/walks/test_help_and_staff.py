"""Help in the same corner of every page, what is told there, and what waits for staff."""

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from app.core.models import SetAside
from courses.languages import LANGUAGES
from tests.cast import STAFF
from tests.walks.conftest import NewPhone
from tests.walks.learner import Learner, until
from tests.walks.lesson_stage import violations
from tests.walks.school import School

LESSON = "/vi/courses/dt05/02-gia-cong-an"
PAGES = (
    "/",
    "/hmn",
    "/blt/courses/dt05",
    LESSON,
    "/who",
    "/who/new",
    "/me",
    "/me/moves",
    "/help",
    "/vi/none/x",
)


def test_help_stands_in_the_same_corner_of_every_page(dt05: School, new_phone: NewPhone) -> None:
    page = new_phone().new_page()
    for path in PAGES:
        page.goto(path)
        box = page.locator(".top .help").bounding_box()
        assert box and box["y"] < 60 and box["x"] + box["width"] > 345, path
        page.locator(".top .help").click()
        page.wait_for_url("**/help")
        expect(page.locator("main")).to_contain_text("Hỏi không mất tiền")


def test_help_keeps_its_corner_beside_a_name_in_every_language(dt05: School, new_phone: NewPhone) -> None:
    page = new_phone().new_page()
    page.goto("/who/new")
    Learner(page, dt05.course).register("Vàng A Páo")
    for lang in LANGUAGES:
        page.goto(f"/{lang}/courses/dt05/01-ba-cau-hoi")
        expect(page.locator(".top .who")).to_contain_text("Vàng A Páo")
        for width in (320, 360):
            page.set_viewport_size({"width": width, "height": 640})
            box = page.locator(".top .help").bounding_box()
            assert box and box["y"] < 60 and box["x"] + box["width"] > width - 15, (lang, width)


def test_something_is_wrong_here_becomes_an_entry(dt05: School, plain: Page, new_phone: NewPhone) -> None:
    plain.goto(LESSON)
    plain.locator(".top .help").click()
    plain.locator("form .btn", has_text="Gửi").click()
    expect(plain.locator(".error")).to_contain_text("Hãy viết vài chữ")
    plain.locator("textarea").fill("Câu 2 chữ nhỏ quá")
    plain.locator("form .btn", has_text="Gửi").click()
    expect(plain.locator(".notice.good")).to_contain_text("Đã nhận được")
    (said,) = dt05.entries("report.made", words="Câu 2 chữ nhỏ quá")
    assert (said["course"], said["lesson"], said["lang"]) == ("dt05", "02-gia-cong-an", "vi")
    page = signed_in(new_phone)
    page.goto("/admin/reports")
    expect(page.locator("main")).to_contain_text("Câu 2 chữ nhỏ quá")


def test_a_report_can_be_spoken(dt05: School, plain: Page, tmp_path: Path) -> None:
    voice = tmp_path / "voice.ogg"
    voice.write_bytes(b"OggS" + bytes(2000))
    plain.goto("/help")
    plain.locator("[name=voice]").set_input_files(voice)
    plain.locator("form .btn", has_text="Gửi").click()
    expect(plain.locator(".notice.good")).to_contain_text("Đã nhận được")
    said = dt05.entries("report.made", words="")[-1]
    assert dt05.app.state.shelf.blobs.get(said["voice"]) == voice.read_bytes()


def signed_in(new_phone: NewPhone) -> Page:
    page = new_phone().new_page()
    page.goto("/admin")
    page.wait_for_url("**/staff/sign-in")
    page.locator("[name=name]").fill(STAFF[0])
    page.locator("[name=passphrase]").fill(STAFF[1])
    page.locator("form .btn").first.click()
    page.wait_for_url("**/admin")
    return page


def test_staff_see_what_was_set_aside_and_say_they_looked(dt05: School, new_phone: NewPhone) -> None:
    learner = Learner(new_phone().new_page(), dt05.course)
    learner.page.goto("/vi")
    body = json.dumps({"id": "not-an-id", "type": "answered/1", "why": "chuyện lạ"}, ensure_ascii=False)
    sent = learner.page.request.post("/outbox", data=json.dumps({"entries": [body]}))
    assert sent.json()["at_province"] == []
    page = signed_in(new_phone)
    assert violations(page) == []
    page.locator("main a", has_text="1 bản ghi").click()
    expect(page.locator("main")).to_contain_text("chuyện lạ")
    assert violations(page) == []
    page.locator("main .btn", has_text="Đã xem").first.click()
    until(lambda: all(row["resolved_by"] for row in dt05.rows(SetAside)))
    expect(page.locator("main")).to_contain_text("Không có gì đang chờ")
    assert violations(page) == []
