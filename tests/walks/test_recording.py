"""A teacher reads a text aloud, out of reach for a while, and sends a photograph; a learner hears and sees them."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from playwright.sync_api import Page, expect
from sqlalchemy import Connection

from app.accounts import people
from app.accounts.permissions import Role
from app.authoring import draft_actions, draft_queries
from app.core import ids
from app.curriculum import actions as curriculum
from app.main import restock
from tests.cast import STAFF
from tests.core import files_of_phones as phones
from tests.walks.conftest import NewPhone
from tests.walks.learner import until
from tests.walks.lesson_stage import violations
from tests.walks.school import School

LESSON = "01-ba-cau-hoi"
AT = "/teach/courses/dt05"
SPOKEN_MS = 1200
"""The pretended microphone beeps each second."""


def signed_in(dt05: School, new_phone: NewPhone) -> Page:
    dt05.app.state.writer.call(lambda conn: people.add_staff(conn, "Lò Thị Mai", STAFF[1], Role.TEACHER))
    page = new_phone().new_page()
    page.goto("/staff/sign-in")
    page.locator("[name=name]").fill("Lò Thị Mai")
    page.locator("[name=passphrase]").fill(STAFF[1])
    page.locator("form .btn").first.click()
    page.wait_for_url("**/admin")
    return page


def part(app: FastAPI, name: str) -> Any:
    with app.state.database.read() as session:
        found = draft_queries.part(session.connection(), "dt05", f"{LESSON}/{name}")
    return found.value if found else None


def publish(app: FastAPI) -> None:
    state = app.state

    def work(conn: Connection) -> None:
        draft_actions.take_in(conn, state.shelf.blobs, state.library, "dt05", ids.new())
        curriculum.publish(conn, "dt05", ids.new())

    state.writer.call(work)
    restock(app)


def test_what_a_teacher_reads_and_photographs_reaches_a_learner(
    dt05: School, new_phone: NewPhone, tmp_path: Path
) -> None:
    page, app = signed_in(dt05, new_phone), dt05.app
    page.goto(f"{AT}/sound?lesson={LESSON}")
    page.locator("#name").fill("Lò Thị Mai")
    page.locator("#group").fill("Thái Đen")
    page.locator("[name=consent]").check()
    page.locator("form[action$=speaker] .btn").click()
    cards = page.locator(".take-one")
    first, second = cards.nth(0), cards.nth(1)
    expect(first).to_be_visible()
    expect(second).to_be_hidden()
    assert violations(page) == []
    first.locator("[data-do=begin]").click()
    expect(first.locator("meter")).to_be_visible()
    page.wait_for_timeout(SPOKEN_MS)
    first.locator("[data-do=end]").click()
    expect(first.locator("audio")).to_be_visible()
    page.context.set_offline(True)
    first.locator("[data-do=keep]").click()
    expect(second).to_be_visible()
    expect(page.locator(".kept")).to_contain_text("chờ gửi: 1")
    page.context.set_offline(False)
    expect(page.locator(".kept")).to_contain_text("Đã gửi hết")
    until(lambda: part(app, "media/title.vi.opus"))

    photo = tmp_path / "chợ.jpg"
    photo.write_bytes(phones.small_photo())
    page.goto(f"{AT}/media?lesson={LESSON}")
    assert violations(page) == []
    page.locator("#file").set_input_files(photo)
    page.locator("#alt").fill("Chợ phiên")
    page.locator("#place").select_option("picture:takeaway")
    page.locator("[name=consent]").check()
    page.locator(".upload .main").click()
    expect(page.locator("img[alt='Chợ phiên']")).to_be_visible()
    assert part(app, "block/takeaway")["picture"] == "cho.webp" and violations(page) == []

    publish(app)
    page.goto(f"/vi/courses/dt05/{LESSON}")
    title = page.locator("h1[data-s]")
    assert (title.get_attribute("data-s") or "").startswith("/media/")
    assert violations(page) == []
    page.locator("main .s").first.click()
    expect(title).to_have_class("speaking")
    page.goto(f"/vi/courses/dt05/{LESSON}#takeaway")
    card = page.locator("[id=takeaway]")
    small = card.locator("img").get_attribute("src")
    card.locator("[data-play=img]").click()
    until(lambda: card.locator("img").get_attribute("src") != small)
