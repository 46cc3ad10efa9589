"""A teacher chooses pictures on her phone: a group at a time, by words, without a line, and without a script."""

from playwright.sync_api import Page, expect

from app.authoring import draft_queries as queries
from tests.page import linted
from tests.walks.conftest import NewPhone
from tests.walks.lesson_stage import violations
from tests.walks.school import School
from tests.walks.test_help_and_staff import signed_in

LESSON = "/teach/courses/dt05/02-gia-cong-an"
WORDS = ("điện thoại", "dien thoai", "NGƯỜI gia", "kit", "ban rau", "khongco")
THUMB = 44


def chooser(page: Page) -> Page:
    """The editor of a lesson with the pictures laid over it."""
    page.goto(LESSON)
    page.locator(".secs[data-sort=block] summary").first.click()
    page.locator(".pick:visible").first.click()
    expect(page.locator(".picker > .btn")).to_be_focused()
    return page


def found(page: Page) -> list[str]:
    named: list[str] = page.locator("[data-name]:visible").evaluate_all(
        "all => all.map(one => one.dataset.name)"
    )
    return named


def test_pictures_are_found_by_their_words_as_the_page_finds_them(dt05: School, new_phone: NewPhone) -> None:
    page = chooser(signed_in(new_phone))
    asked = page.context.new_page()
    for words in WORDS:
        page.fill("#find", words)
        asked.goto(f"{LESSON}/pictures?q={words}")
        wanted = found(asked)
        none = page.get_by_text("Không có tranh nào có lời này")
        (expect(none).to_be_hidden if wanted else expect(none).to_be_visible)()
        expect(page.locator(".picker [data-name]:visible")).to_have_count(len(wanted))
        assert found(page) == wanted, words
    page.fill("#find", "")
    expect(page.locator(".picker details[open]")).to_have_count(1)
    assert violations(page) == []


def test_a_group_opens_by_a_tap_and_what_is_tapped_is_in_the_lesson(
    dt05: School, new_phone: NewPhone
) -> None:
    page = chooser(signed_in(new_phone))
    page.keyboard.press("Tab")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".picker")).to_have_count(0)
    expect(page.locator(".pick:visible").first).to_be_focused()

    page.locator(".pick:visible").first.click()
    rest = page.locator("details", has_text="Tranh chưa bài nào dùng")
    summary = rest.locator("summary")
    page.context.set_offline(True)
    summary.click()
    expect(page.get_by_text("Chưa lấy được tranh")).to_be_visible()
    page.context.set_offline(False)
    rest.get_by_text("Xem các tranh này").click()
    tile = rest.locator("li button").first
    expect(page.get_by_text("Chưa lấy được tranh")).to_be_hidden()
    for one in (page.locator(".picker > .btn"), summary, tile):
        box = one.bounding_box()
        assert box and box["height"] >= THUMB and box["x"] >= 0 and box["x"] + box["width"] <= 360
    name = str(rest.locator("li").first.get_attribute("data-name"))
    tile.click()
    pic = page.locator(".pic:visible").first
    expect(pic.locator("input")).to_have_value(name)
    expect(pic.locator("img")).to_have_count(1)
    expect(pic.locator(".pick")).to_be_focused()
    expect(page.locator("#saved")).to_contain_text("Đã lưu")
    with dt05.app.state.database.read() as session:
        values = queries.values(queries.parts(session.connection(), "dt05"))
    assert name in {value.get("picture") for part, value in values.items() if "/block/" in part}


def test_what_is_in_a_picture_is_proposed_and_what_she_wrote_stays(dt05: School, new_phone: NewPhone) -> None:
    page = signed_in(new_phone)
    page.goto(LESSON)
    page.select_option("[id='kind.block']", "picture")
    page.locator("button[value='add block']").click()
    section = page.locator(".secs[data-sort=block] > section").last
    said = section.get_by_label("Trong tranh có gì", exact=False)

    def tap(nth: int) -> str:
        section.locator(".pick").click()
        tile = page.locator(".picker details[open] li:has(span)").nth(nth)
        words = tile.locator("span").inner_text()
        tile.click()
        expect(page.locator(".picker")).to_have_count(0)
        return words

    expect(said).to_have_value("")
    first, second = tap(0), tap(1)
    assert first and second and first != second
    expect(said).to_have_value(second)
    said.fill("Chợ phiên Tủa Chùa")
    tap(0)
    expect(said).to_have_value("Chợ phiên Tủa Chùa")


def test_where_there_is_no_line_the_teacher_is_told(dt05: School, new_phone: NewPhone) -> None:
    page = signed_in(new_phone)
    page.goto(LESSON)
    page.locator(".secs[data-sort=block] summary").first.click()
    page.context.set_offline(True)
    page.locator(".pick:visible").first.click()
    expect(page.locator("#line")).to_contain_text("Chưa lấy được tranh")
    page.context.set_offline(False)


def test_without_a_script_a_group_is_a_page_and_so_is_what_is_found(
    dt05: School, new_phone: NewPhone
) -> None:
    page = signed_in(lambda: new_phone(java_script_enabled=False))
    page.goto(f"{LESSON}/pictures")
    page.locator("summary", has_text="Tranh chưa bài nào dùng").click()
    page.get_by_text("Xem các tranh này").locator("visible=true").click()
    assert len(found(page)) > 1
    page.fill("#find", "nguoi gia")
    page.get_by_role("button", name="Tìm").click()
    expect(page.locator("[data-name]").first).to_be_visible()
    linted(page.request.get(page.url).text())
