"""A helper with a phone in a village: few taps to register somebody, a family's cards on one page, a roll of faces."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.accounts import people
from app.accounts.models import Household, Person
from app.accounts.permissions import Role
from app.places import actions as places
from tests.cast import STAFF
from tests.walks.conftest import NewPhone
from tests.walks.learner import Learner
from tests.walks.lesson_stage import violations
from tests.walks.school import School

NAME, COMMUNE = "Sùng Thị Dung", "03160"
MOST_TAPS = 6


class Taps:
    """Counts what a finger does."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, what: Locator) -> None:
        self.count += 1
        what.click()


@pytest.fixture
def helper(dt05: School, new_phone: NewPhone) -> Page:
    def work(conn: Any) -> None:
        [village] = places.add_villages(
            conn, COMMUNE, people._node(conn), [{"name": f"Bản {len(dt05.rows(Person))} Phủ"}]
        )
        people.add_staff(conn, f"{NAME} {village}", STAFF[1], Role.HELPER, village)
        names.append(f"{NAME} {village}")

    names: list[str] = []
    dt05.app.state.writer.call(work)
    page = new_phone().new_page()
    page.goto("/staff/sign-in")
    page.locator("[name=name]").fill(names[0])
    page.locator("[name=passphrase]").fill(STAFF[1])
    page.locator("form[action='/staff/sign-in'] .btn").click()
    page.wait_for_url("**/admin")
    return page


def test_she_registers_one_person_in_six_taps_and_the_name(
    dt05: School, helper: Page, new_phone: NewPhone
) -> None:
    """The person's yes is hers, and counted apart; the pictures are the system's."""
    tap = Taps()
    tap(helper.locator("nav a", has_text="Bà con"))
    tap(helper.locator(".btn", has_text="Ghi tên một người"))
    name = helper.locator("input[name^=name-]")
    tap(name)
    name.fill("Vừ Thị Mỷ")
    tap(helper.locator("label.tap").nth(3))
    tap(helper.locator("label.tile", has=helper.locator("[value=hmn]")))
    tap(helper.locator(".btn", has_text="Tiếp"))
    assert violations(helper) == []
    assert dt05.rows(Person, name="Vừ Thị Mỷ") == []
    helper.locator(".btn", has_text="Người này nói: đồng ý").click()
    expect(helper.locator(".slip")).to_have_count(1)
    assert tap.count <= MOST_TAPS
    [person] = dt05.rows(Person, name="Vừ Thị Mỷ")
    assert person["lang"] == "hmn" and person["by"]
    pictures = helper.locator(".slip-pin img").evaluate_all(
        "all => all.map(one => one.src.match(/pin.(\\w+)/)[1])"
    )
    secret = helper.locator(".slip").get_attribute("data-card")
    hers = Learner(new_phone().new_page(), dt05.course)
    hers.page.goto(f"/k/{secret}")
    expect(hers.page.locator("main")).to_contain_text("Vừ Thị Mỷ")
    hers.press(pictures)
    hers.page.wait_for_url("**/vi")
    assert hers.me()["person"]["id"] == person["id"]


def test_a_family_of_five_and_their_cards_on_one_page(dt05: School, helper: Page) -> None:
    helper.goto("/admin/people/new?family=1")
    helper.locator("[name=household]").fill("Nhà Pó")
    for n, name in enumerate(["Vừ A Pó", "Giàng Thị Dở", "Vừ Thị Sua", "Vừ A Chứ", "Vừ Thị Mỷ Nhỏ"]):
        helper.locator("input[name^=name-]").nth(n).fill(name)
    helper.locator("label.tile", has=helper.locator("[value=vi]")).click()
    helper.locator(".btn", has_text="Tiếp").click()
    boxes = helper.locator("input[type=checkbox]")
    expect(boxes).to_have_count(5)
    assert not any(boxes.nth(n).is_checked() for n in range(5))
    for n in range(5):
        boxes.nth(n).check()
    assert violations(helper) == []
    helper.locator(".btn", has_text="Ghi tên những người").click()
    expect(helper.locator(".slip")).to_have_count(5)
    assert violations(helper) == []
    assert helper.evaluate("document.documentElement.scrollWidth") <= 360
    pages = re.findall(rb"/Type\s*/Page\b", helper.pdf(prefer_css_page_size=True))
    assert len(pages) == 1
    assert len(dt05.rows(Household, name="Nhà Pó")) == 1
    helper.goto("/admin/people")
    assert violations(helper) == []
    assert helper.evaluate("document.documentElement.scrollWidth") <= 360
