"""A translator types Thái in Latin letters, somebody else signs it, and a learner is shown it as approved."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.accounts import people
from app.accounts.permissions import Role
from app.authoring import draft_queries
from app.web.press import bare
from courses.scripts import typing
from tests.cast import STAFF
from tests.walks.conftest import NewPhone
from tests.walks.learner import until
from tests.walks.lesson_stage import violations
from tests.walks.school import School

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "tests/vectors/typing.json").read_text("utf-8"))
RUN = """async ([twin, tables, words]) => {
  const { candidates } = await import(URL.createObjectURL(new Blob([twin], { type: "text/javascript" })));
  return words.map(word => candidates(word, tables, new Set()));
}"""
DESK = "/teach/courses/dt05/words/blt"
LESSON = "01-ba-cau-hoi"
PART = f"{LESSON}/words/blt/takeaway"


def signed_in(dt05: School, new_phone: NewPhone, name: str, role: Role) -> Page:
    dt05.app.state.writer.call(lambda conn: people.add_staff(conn, name, STAFF[1], role))
    page = new_phone().new_page()
    page.goto("/staff/sign-in")
    page.locator("[name=name]").fill(name)
    page.locator("[name=passphrase]").fill(STAFF[1])
    page.locator("form .btn").first.click()
    page.wait_for_url("**/admin")
    return page


SAVED = "() => !Object.values(localStorage).some(one => one.includes('\"done\":false'))"
LAST = "ꪼꪕ ꪒꪾ, ꪝ꪿ꪱ OTP ꫛ ꪄꪱ ꪝ꪿ꪱ"


def said(dt05: School) -> str:
    """What the text says on the server."""
    found = dt05.app.state.writer.call(lambda conn: draft_queries.part(conn, "dt05", PART))
    return str(found.value["text"]) if found else ""


def unit(page: Page) -> str:
    """The address of the desk's page that the text stands on, found as a translator finds it: page after page."""
    page.goto(f"{DESK}?lesson={LESSON}")
    while not page.locator(f"input[name=part][value='{PART}']").count():
        page.locator("nav a.btn", has_text="Trang sau").click()
    return page.url


def test_a_text_in_thai_from_the_first_letter_to_the_learner(dt05: School, new_phone: NewPhone) -> None:
    page = signed_in(dt05, new_phone, "Lò Thị Dịch", Role.TRANSLATOR)
    unit(page)
    form = page.locator("form.typed", has=page.locator(f"input[name=part][value='{PART}']"))
    box = form.locator("textarea")
    box.focus()
    box.fill("")
    box.press_sequentially("tãy đằm, pa OTP ")
    expect(box).to_have_value("ꪼꪕ ꪒꪾ, ꪝ꪿ꪱ OTP ")
    box.press_sequentially("kỗn")
    form.locator(".candidates button", has_text="ꫛ").click()
    form.locator("[data-tool=keys]").click()
    form.locator(".keys [data-key=ꪄ]").click()
    form.locator(".keys [data-key=ꪱ]").click()
    expect(box).to_have_value("ꪼꪕ ꪒꪾ, ꪝ꪿ꪱ OTP ꫛ ꪄꪱ")
    assert violations(page) == []
    expect(form.locator(".said")).to_have_attribute("data-state", "needs_review")
    expect(form.locator(".kept")).to_have_text("Đã lưu.")

    page.context.set_offline(True)
    box.press_sequentially(" pa ")
    expect(form.locator(".kept")).to_contain_text("Chưa gửi được")
    page.context.set_offline(False)
    page.reload()
    expect(form.locator("textarea")).to_have_value(re.compile("ꫛ ꪄꪱ ꪝ꪿ꪱ ?$"))
    until(lambda: page.evaluate(SAVED))
    assert LAST in said(dt05)

    other = signed_in(dt05, new_phone, "Cà Văn Duyệt", Role.REVIEWER)
    other.goto(f"{DESK}?state=needs_review")
    card = other.locator(".unit", has_text="takeaway")
    expect(card.locator("textarea")).to_have_value(LAST)
    assert violations(other) == []
    card.locator(".judge .btn").click()
    expect(other.locator(".notice.good")).to_contain_text("Đã duyệt 1 chỗ")
    form.locator("textarea").press_sequentially("pa ")
    expect(form.locator(".notice")).to_contain_text("Cà Văn Duyệt đã đổi chỗ này")
    form.locator("textarea").press_sequentially("pa ")
    expect(form.locator(".said")).to_have_attribute("data-state", "approved")
    assert violations(page) == []
    other.goto("/teach/reviews")
    expect(other.locator("main")).to_contain_text("Cà Văn Duyệt")
    assert violations(other) == []

    other.goto(f"/teach/courses/dt05/preview/blt/{LESSON}")
    shown = other.locator("[id='takeaway'] .prose")
    assert LAST in (shown.text_content() or "")
    assert not shown.locator(".draft, [lang=vi]").count(), (
        "approved words carry no mark, and no Vietnamese beneath"
    )


@pytest.mark.parametrize("press", [str, bare], ids=["as written", "as pressed"])
def test_the_browser_proposes_what_the_program_proposes(
    browser: Browser, press: Callable[[str], str]
) -> None:
    page = browser.new_page()
    twin = press((ROOT / "app/static/js/tai.js").read_text("utf-8"))
    found = page.evaluate(RUN, [twin, typing.tables(), [latin for latin, _ in VECTORS]])
    page.close()
    assert found == [spelt for _, spelt in VECTORS]
