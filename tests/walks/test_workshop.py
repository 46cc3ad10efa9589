"""A practice is drawn on a picture and tried beside it; the course goes out, rests and comes back; a learner looks on."""

from playwright.sync_api import Page, expect

from tests.cast import STAFF
from tests.walks.conftest import NewPhone
from tests.walks.learner import until
from tests.walks.lesson_stage import violations
from tests.walks.school import School

LESSON = "02-gia-cong-an"
DESK = "/teach/courses/dt05"
PRINTED_WITHIN = 60
"""Seconds, where the machine is busy: all pages of a course are drawn anew."""
SEEN = f"/vi/courses/dt05/{LESSON}"


def test_a_practice_is_built_by_clicking_and_the_course_goes_out(dt05: School, new_phone: NewPhone) -> None:
    page, learner = signed_in(new_phone), new_phone().new_page()
    page.set_default_timeout(PRINTED_WITHIN * 1000)
    build(page)
    assert violations(page) == []

    page.goto(f"{DESK}/publishing")
    expect(page.locator("main")).to_contain_text("Không còn gì phải sửa")
    page.locator("[name=announce]").check()
    page.locator("form[action$=publishing] button").click()
    expect(page.locator(".notice.good")).to_contain_text("Đã đăng")
    assert violations(page) == []
    until(lambda: shows(learner, "Tìm ngôi nhà sàn"), PRINTED_WITHIN)
    expect(learner.locator("svg rect")).to_have_count(1)
    learner.goto("/vi")
    expect(learner.locator("main")).to_contain_text("Có bài mới")

    page.get_by_text("Cho khóa học nghỉ").click()
    page.locator("[name=reason]").fill("Hình chưa rõ")
    page.get_by_role("button", name="Cho nghỉ").click()
    until(lambda: shows(learner, "đang tạm nghỉ"), PRINTED_WITHIN)

    page.locator("a", has_text="Đăng ngày").last.click()
    assert violations(page) == []
    page.get_by_role("button", name="Đăng lại bản này").click()
    expect(page.locator(".notice.good")).to_contain_text("Đã đăng lại")
    until(lambda: not shows(learner, "đang tạm nghỉ"), PRINTED_WITHIN)
    expect(learner.locator("main")).not_to_contain_text("Tìm ngôi nhà sàn")


def build(page: Page) -> None:
    page.goto(f"{DESK}/{LESSON}/practice")
    page.get_by_role("button", name="Dựng phần làm thử mới").click()
    page.wait_for_url("**/practice/*")
    page.locator(".pick").click()
    page.fill("#find", "welcome")
    page.locator(".picker [data-name='kit:welcome-village'] button").click()
    drawing = page.locator(".draw svg")
    drawing.hover(position={"x": 30, "y": 30})
    page.mouse.down()
    drawing.hover(position={"x": 120, "y": 140})
    page.mouse.up()
    rect = page.locator(".draw rect")
    expect(rect).to_have_count(1)
    assert 28 <= int(rect.get_attribute("width") or 0) <= 32, "of 298 pixels"
    page.get_by_role("button", name="Bỏ thứ 1").click()
    fill(page, "Việc phải làm", "Tìm ngôi nhà sàn")
    fill(page, "Lời đọc", "Nhà sàn ở đâu?")
    fill(page, "Trong tranh có gì", "Một bản làng")
    fill(page, "Chỗ này là gì?", "Nhà sàn")
    page.get_by_label("Dẫn tới").select_option(label="2. (chưa có lời)")
    expect(page.locator("#kept")).to_contain_text("Đã lưu")
    expect(page.frame_locator(".looking iframe").locator("main")).to_contain_text("Nhà sàn ở đâu?")
    page.locator(".map a").nth(1).click()
    fill(page, "Lời đọc", "Đúng rồi, nhà sàn đây")
    expect(page.locator("#map")).to_contain_text("Đủ rồi")


def fill(page: Page, label: str, text: str) -> None:
    page.get_by_label(label).first.fill(text)


def shows(page: Page, words: str) -> bool:
    page.goto(SEEN)
    return words in page.locator("body").inner_text() or words in page.content()


def signed_in(new_phone: NewPhone) -> Page:
    page = new_phone().new_page()
    page.goto("/staff/sign-in")
    page.locator("[name=name]").fill(STAFF[0])
    page.locator("[name=passphrase]").fill(STAFF[1])
    page.locator("form .btn.main").first.click()
    page.wait_for_url("**/admin")
    return page
