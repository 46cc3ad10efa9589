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
PATIENT = 30_000
"""Milliseconds: it is saved every few seconds, and the machine may be busy."""
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
    until(lambda: waiting(page) == 0, PATIENT / 1000)


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
    expect(page.locator("#line")).to_contain_text("Chưa gửi được", timeout=PATIENT)
    assert waiting(page) and "Đóng cọc" not in texts(dt05)
    page.close()

    phone.set_offline(False)
    session = [one for one in phone.cookies() if one["httpOnly"]]
    page = phone.new_page()
    page.goto(LESSON)
    saved(page)
    phone.clear_cookies()
    page.locator("[id='w.title']").fill("Làm chuồng lợn khô")
    expect(page.locator("#line")).to_contain_text("đăng nhập lại", timeout=PATIENT)
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
    expect(hers.locator(f"[id='{second}']")).to_have_value("Câu trả lời của anh", timeout=PATIENT)
    expect(hers.locator(f"[id='{first}']")).to_be_focused()
    hers.locator(f"[id='{second}']").fill("Chị đã thấy và sửa")
    his.context.set_offline(True)
    hers.locator("[id='w.title']").fill("Tên của chị")
    saved(hers)
    expect(hers.locator("#waiting .both")).to_have_count(0)
    his.locator("[id='w.title']").fill("Tên của anh")
    his.context.set_offline(False)
    saved(his)
    expect(his.locator("#waiting .both")).to_contain_text("Tên của chị", timeout=PATIENT)
    his.locator("#waiting form").first.locator("button").click()
    expect(his.locator("[id='w.title']")).to_have_value("Tên của anh")
    expect(his.locator("#waiting .both")).to_have_count(0)
