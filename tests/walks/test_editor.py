"""A teacher writes a lesson on her phone; the line goes, the tab is closed, she comes back, and nothing is lost."""

from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from app.authoring import draft_queries as queries
from tests.page import linted
from tests.walks.conftest import NewPhone
from tests.walks.learner import until
from tests.walks.school import School
from tests.walks.test_help_and_staff import signed_in
from tests.walks.test_open_to_all import faults

COURSE = "/teach/courses/nuoi-lon"
LESSON = f"{COURSE}/01-lam-chuong"
BLOCKS = ("text", "note", "steps", "takeaway")


def add(page: Page, sort: str, kind: str) -> Any:
    """A new section, open."""
    page.select_option(f"[id='kind.{sort}']", kind)
    page.locator(f"button[value='add {sort}']").click()
    section = page.locator(f".secs[data-sort={sort}] > section").last
    expect(section.locator("textarea").first).to_be_focused()
    return section


def write(section: Any, *texts: str) -> None:
    """Into its fields for words that can be seen, in order."""
    fields = section.locator("textarea:visible")
    for at, text in enumerate(texts):
        fields.nth(at).fill(text)


def waiting(page: Page) -> int:
    return int(page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('edit:')).length"))


def saved(page: Page) -> None:
    until(lambda: waiting(page) == 0)


def draft(school: School) -> dict[str, Any]:
    with school.app.state.database.read() as session:
        return queries.values(queries.parts(session.connection(), "nuoi-lon"))


def texts(school: School) -> set[str]:
    return {value["text"] for part, value in draft(school).items() if "/words/vi/" in part}


def looked_at(page: Page) -> list[str]:
    linted(page.request.get(page.url).text())
    return faults(page)


def test_a_lesson_is_written_through_a_lost_line_and_a_closed_tab(dt05: School, new_phone: NewPhone) -> None:
    page = signed_in(new_phone)
    phone: BrowserContext = page.context
    found: dict[str, list[str]] = {}
    page.goto("/teach/courses/new")
    page.fill("#title", "Nuôi lợn")
    page.locator(".card form .btn").click()
    page.wait_for_url(f"**{COURSE}")
    page.fill("#title", "Làm chuồng")
    page.locator("button[value=add]").click()
    page.wait_for_url(f"**{LESSON}")
    write(add(page, "block", BLOCKS[0]), "Chuồng lợn phải khô.")
    write(add(page, "block", BLOCKS[1]), "Mùa đông che gió.")
    one = add(page, "question", "one")
    write(one, "Chuồng phải thế nào?", "Khô", "Đúng rồi, khô thì lợn khỏe.", "Ướt")
    one.locator("[type=radio]").first.check()
    saved(page)
    assert {"Chuồng lợn phải khô.", "Mùa đông che gió.", "Khô", "Ướt"} <= texts(dt05)

    phone.set_offline(True)
    write(add(page, "block", BLOCKS[2]), "Ba bước", "Đóng cọc")
    write(add(page, "block", BLOCKS[3]), "Chuồng khô, lợn khỏe.")
    write(add(page, "question", "truefalse"), "Chuồng ướt thì tốt.")
    page.locator("[id='w.title']").fill("Làm chuồng lợn")
    page.locator(".secs[data-sort=block] > section").nth(1).locator("summary").first.click()
    moving = page.locator(".secs[data-sort=block] > section").nth(1).locator("button[value^='up']")
    if not moving.is_visible():
        page.locator(".secs[data-sort=block] > section").nth(1).locator("summary").first.click()
    moving.click()
    expect(page.locator("#line")).to_contain_text("Chưa gửi được")
    assert waiting(page) and "Đóng cọc" not in texts(dt05)
    page.close()

    phone.set_offline(False)
    session = [one for one in phone.cookies() if one["httpOnly"]]
    page = phone.new_page()
    page.goto(LESSON)
    saved(page)
    phone.clear_cookies()
    page.locator("[id='w.title']").fill("Làm chuồng lợn khô")
    expect(page.locator("#line")).to_contain_text("đăng nhập lại")
    assert waiting(page)
    phone.add_cookies(session)
    saved(page)
    write(add(page, "question", "number"), "Mấy con một chuồng?")
    page.locator("[name$='.answer']").fill("3")
    saved(page)
    kinds = [
        one.split(".")[0]
        for one in page.locator(".secs > section").evaluate_all("all => all.map(one => one.dataset.kind)")
    ]
    assert kinds == ["note", "text", "steps", "takeaway", "one", "truefalse", "number"]
    wanted = {"Ba bước", "Đóng cọc", "Chuồng khô, lợn khỏe.", "Chuồng ướt thì tốt.", "Làm chuồng lợn khô"}
    assert wanted | {"Mấy con một chuồng?"} <= texts(dt05)
    held = draft(dt05)
    listed = held["01-lam-chuong/lesson"]
    assert [held[f"01-lam-chuong/block/{id}"]["kind"] for id in listed["blocks"]] == kinds[:4]
    assert held[f"01-lam-chuong/question/{listed['questions'][2]}"]["answer"] == 3
    expect(page.locator("#found")).to_contain_text("Cần sửa trước khi đăng")

    page.locator(".secs[data-sort=block] > section").first.locator("summary").first.click()
    page.locator("button[value^='remove block']:visible").first.click()
    expect(page.locator(".secs[data-sort=block] > section")).to_have_count(3)
    page.locator(".toast .btn").click()
    expect(page.locator(".secs[data-sort=block] > section")).to_have_count(4)
    saved(page)
    page.locator("#looking summary").click()
    frame = page.frame_locator("#looking iframe")
    expect(frame.locator("h1")).to_contain_text("Làm chuồng lợn")
    page.locator("#looking summary").click()
    found[LESSON] = looked_at(page)
    for path in (COURSE, f"{COURSE}/history", f"{LESSON}/pictures"):
        page.goto(path)
        found[path] = looked_at(page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_two_authors_see_each_others_words_and_choose(dt05: School, new_phone: NewPhone) -> None:
    """Two browsers of one name are two authors as far as the draft goes."""
    hers, his = signed_in(new_phone), signed_in(new_phone)
    for page in (hers, his):
        page.goto("/teach/courses/dt05/02-gia-cong-an")
        page.locator(".secs[data-sort=question] summary").first.click()
    question = hers.locator(".secs[data-sort=question] > section").first
    first, second = (question.locator("textarea:visible").nth(at).get_attribute("id") for at in (0, 1))
    his.locator(f"[id='{second}']").fill("Câu trả lời của anh")
    saved(his)
    hers.locator(f"[id='{first}']").focus()
    hers.keyboard.type("Chị viết: ")
    expect(hers.locator(f"[id='{second}']")).to_have_value("Câu trả lời của anh")
    expect(hers.locator(f"[id='{first}']")).to_be_focused()
    hers.locator(f"[id='{second}']").fill("Chị đã thấy và sửa")
    his.context.set_offline(True)
    hers.locator("[id='w.title']").fill("Tên của chị")
    saved(hers)
    expect(hers.locator("#waiting .both")).to_have_count(0)
    his.locator("[id='w.title']").fill("Tên của anh")
    his.context.set_offline(False)
    saved(his)
    expect(his.locator("#waiting .both")).to_contain_text("Tên của chị")
    his.locator("#waiting form").first.locator("button").click()
    expect(his.locator("[id='w.title']")).to_have_value("Tên của anh")
    expect(his.locator("#waiting .both")).to_have_count(0)


def kinds(page: Page, sort: str = "block") -> list[str]:
    found = page.locator(f".secs[data-sort={sort}] > section")
    return [str(one) for one in found.evaluate_all("all => all.map(one => one.dataset.kind)")]


def dragged(page: Page, begin: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*begin)
    page.mouse.down()
    page.mouse.move((begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2)
    page.mouse.move(*end)
    page.mouse.up()


def middle(found: Any) -> tuple[float, float]:
    box = found.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def sides(section: Any, n: int) -> list[int]:
    fields = section.locator(".rws[data-list=spots] > .rw").nth(n).locator(".four input")
    return [int(one) for one in fields.evaluate_all("all => all.map(one => one.value)")]


def test_parts_are_moved_copied_and_taken_back_by_hand_and_by_keyboard(
    dt05: School, new_phone: NewPhone
) -> None:
    page = signed_in(new_phone)
    begun(page, "Trồng ngô", "Gieo hạt")
    for kind in ("text", "note", "heading", "takeaway"):
        write(add(page, "block", kind), f"Lời của {kind}")
    section = page.locator(".secs[data-sort=block] > section")
    section.nth(3).scroll_into_view_if_needed()
    grip = section.nth(3).locator(".drag")
    page.mouse.move(*middle(grip))
    page.mouse.down()
    expect(section.locator("summary:visible")).to_have_count(4)
    expect(section.locator("textarea:visible")).to_have_count(0)
    page.mouse.move(middle(grip)[0], 5)
    until(lambda: kinds(page) == ["takeaway", "text", "note", "heading"])
    page.mouse.up()
    expect(section.nth(1).locator("textarea").first).to_be_visible()
    section.nth(0).locator(".drag").focus()
    page.keyboard.press("ArrowDown")
    expect(section.nth(1).locator(".drag")).to_be_focused()
    assert kinds(page) == ["text", "takeaway", "note", "heading"]
    section.nth(2).locator("button[value^='up']").click()
    assert kinds(page) == ["text", "note", "takeaway", "heading"]
    section.nth(0).locator("button[value^='copy']").click()
    assert kinds(page) == ["text", "text", "note", "takeaway", "heading"]
    expect(section.nth(1).locator("textarea").first).to_have_value("Lời của text")
    section.nth(1).locator("textarea").first.fill("Lời khác")
    expect(section.nth(0).locator("textarea").first).to_have_value("Lời của text")
    saved(page)
    section.nth(2).locator("button[value^='remove']").click()
    assert kinds(page) == ["text", "text", "takeaway", "heading"]
    page.locator(".toast .btn").click()
    assert kinds(page) == ["text", "text", "note", "takeaway", "heading"]
    section.nth(3).locator("button[value^='remove']").click()
    saved(page)
    assert [one["kind"] for one in listed(dt05, "trong-ngo")] == ["text", "text", "note", "heading"]
    page.locator(".saving .undo").click()
    saved(page)
    assert [one["kind"] for one in listed(dt05, "trong-ngo")] == kinds(page)
    assert kinds(page) == ["text", "text", "note", "takeaway", "heading"]


def begun(page: Page, title: str, lesson: str) -> None:
    page.goto("/teach/courses/new")
    page.fill("#title", title)
    page.locator(".card form .btn").click()
    page.wait_for_url("**/teach/courses/*-*")
    page.fill("#title", lesson)
    page.locator("button[value=add]").click()
    page.wait_for_url("**/01-*")


def listed(school: School, course: str) -> list[dict[str, Any]]:
    with school.app.state.database.read() as session:
        held = queries.values(queries.parts(session.connection(), course))
    [lesson] = [part.partition("/")[0] for part in held if part.endswith("/lesson")]
    return [held[f"{lesson}/block/{id}"] for id in held[f"{lesson}/lesson"]["blocks"]]


def test_places_are_drawn_on_the_picture_and_what_is_refused_outlives_the_tab(
    dt05: School, new_phone: NewPhone
) -> None:
    page = signed_in(new_phone)
    begun(page, "Chăn trâu", "Chuồng trâu")
    lesson = page.url
    section = add(page, "question", "spot")
    section.locator(".pick").press("Enter")
    expect(page.locator(".picker > .btn")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("welcome village")
    page.locator(".picker [data-name='kit:welcome-village'] button").press("Enter")
    expect(section.locator(".pick")).to_be_focused()
    picture = section.locator(".draw svg")
    picture.scroll_into_view_if_needed()
    rects = picture.locator("rect")
    expect(rects).to_have_count(2)
    box = picture.bounding_box()
    assert box
    at = lambda x, y: (box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100)  # noqa: E731
    dragged(page, at(20, 60), at(50, 90))
    expect(rects).to_have_count(3)
    assert sides(section, 2) == [20, 60, 30, 30]
    dragged(page, at(30, 70), at(50, 60))
    assert sides(section, 2) == [40, 50, 30, 30]
    x, y = at(70, 80)
    dragged(page, (x + 8, y + 8), (x + 8 + box["width"] / 10, y + 8))
    assert sides(section, 2) == [40, 50, 40, 30]
    expect(rects.nth(2)).to_be_focused()
    for key in ("ArrowLeft", "ArrowDown", "Shift+ArrowRight", "Shift+ArrowUp"):
        page.keyboard.press(key)
    assert sides(section, 2) == [39, 51, 41, 29]
    for _ in range(60):
        page.keyboard.press("ArrowLeft")
    assert sides(section, 2)[0] == 0, "it stays on the picture"
    page.keyboard.press("Enter")
    expect(section.locator(".rws[data-list=spots] textarea").nth(4)).to_be_focused()
    page.keyboard.type("Con trâu")
    section.locator(".rw").nth(2).locator(".right input").check()
    expect(rects.nth(2)).to_have_class("right on")
    section.locator(".rw").nth(1).locator("summary").click()
    section.locator(".rw").nth(1).locator("[name$='.x']").fill("5")
    expect(rects.nth(1)).to_have_attribute("x", "5")
    section.locator(".rw").nth(0).locator("button[value^='row-remove']").click()
    expect(rects).to_have_count(2)
    saved(page)
    with dt05.app.state.database.read() as session:
        held = queries.values(queries.parts(session.connection(), "chan-trau"))
    [told] = [value for part, value in held.items() if "/question/" in part]
    assert [(one["at"][0], one.get("right", False)) for one in told["spots"]] == [(5, False), (0, True)]

    old = "Ch\u00b5o c\u00b8c b\u00b9n, h\u00aem nay"
    page.locator("[id='w.title']").fill(old)
    expect(page.locator("#unsaved")).to_contain_text(old)
    phone = page.context
    page.close()
    page = phone.new_page()
    page.goto(lesson)
    expect(page.locator("#unsaved li")).to_have_count(1)
    expect(page.locator("[id='w.title']")).to_have_value(old)
    expect(page.locator("[id='w.title-error']")).to_contain_text("TCVN3")
    found = {"lesson": looked_at(page)}
    page.locator("#unsaved a").click()
    expect(page.locator("[id='w.title']")).to_be_focused()
    page.locator("#unsaved button").click()
    expect(page.locator("[id='w.title']")).to_have_value("Chuồng trâu")
    expect(page.locator("#unsaved")).to_be_hidden()
    page.locator("[id='w.title']").fill(old)
    expect(page.locator("#unsaved")).to_contain_text(old)
    page.locator("[id='w.title']").fill("Chuồng trâu mới")
    expect(page.locator("#unsaved")).to_be_hidden()
    saved(page)

    page.goto(f"{lesson.partition('?')[0]}/practice")
    page.locator("main form .btn.main").click()
    page.wait_for_url("**/practice/*")
    built = page.url
    page.get_by_label("Việc phải làm").fill(old)
    expect(page.locator("strong.error", has_text="TCVN3")).to_have_count(1)
    page.close()
    page = phone.new_page()
    page.goto(built)
    expect(page.locator("strong.error", has_text="TCVN3")).to_have_count(1)
    expect(page.get_by_label("Việc phải làm")).to_have_value(old)
    found["practice"] = looked_at(page)
    phone.set_offline(True)
    page.get_by_label("Việc phải làm").fill("Tìm con trâu")
    expect(page.locator("#kept")).to_contain_text("sẽ gửi lại")
    page.close()
    phone.set_offline(False)
    page = phone.new_page()
    page.goto(built)
    expect(page.get_by_label("Việc phải làm")).to_have_value("Tìm con trâu")
    expect(page.locator("#kept")).to_contain_text("Đã lưu")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('screen:')).length") == 0
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


CORNERS = """field => {
  field.scrollIntoView({block: 'end'})
  const {left, right, top, bottom} = field.getBoundingClientRect()
  return [left + 4, right - 4].every(x => [top + 4, bottom - 4].every(y => document.elementFromPoint(x, y) === field))
}"""


def test_what_is_said_of_saving_covers_no_field(dt05: School, new_phone: NewPhone) -> None:
    page = signed_in(new_phone)
    begun(page, "Trồng ngô", "Chọn giống")
    section = add(page, "block", "text")
    field = section.locator("textarea").first
    field.fill("Ngô nếp nương")
    expect(page.locator("#saved")).to_contain_text("Đang lưu")
    expect(page.locator("#saved")).to_be_in_viewport()
    assert field.evaluate(CORNERS)
    saved(page)
    expect(page.locator("#saved")).to_contain_text("Đã lưu")
    assert field.evaluate(CORNERS)


def test_a_practice_begun_at_once_is_in_the_block_it_was_begun_from(
    dt05: School, new_phone: NewPhone
) -> None:
    page = signed_in(new_phone)
    begun(page, "Bán rau", "Cân rau")
    section = add(page, "block", "practice")
    page.context.set_offline(True)
    section.locator("a[href*='/practice']").click()
    expect(page.locator("#line")).to_contain_text("có mạng", ignore_case=True)
    page.context.set_offline(False)
    saved(page)
    page.context.set_offline(True)
    section.locator("a[href*='/practice']").click()
    expect(page.locator("#line")).to_contain_text("Chưa mở được")
    page.context.set_offline(False)
    section.locator("a[href*='/practice']").click()
    page.get_by_role("button", name="Dựng phần làm thử mới").click()
    page.wait_for_url("**/practice/practice.toml*")
    page.go_back()
    page.get_by_role("button", name="Dựng phần làm thử mới").click()
    page.wait_for_url("**/practice/practice.toml*")
    [block] = listed(dt05, "ban-rau")
    assert (block["kind"], block["practice"]) == ("practice", "practice.toml")
