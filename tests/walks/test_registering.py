"""A helper with a phone in a village: few taps to register somebody, a family's cards on one page, a class before one screen."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.accounts import people
from app.accounts.models import Household, Person
from app.accounts.permissions import Role
from app.places import actions as places
from app.programmes.class_rules import steps
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


def at_work(dt05: School, page: Page, role: Role, place: str) -> Page:
    """Somebody of the staff, with this role at this place, at her front page."""
    name = f"{NAME} {role.value} {place}"
    dt05.app.state.writer.call(lambda conn: people.add_staff(conn, name, STAFF[1], role, place))
    page.goto("/staff/sign-in")
    page.locator("[name=name]").fill(name)
    page.locator("[name=passphrase]").fill(STAFF[1])
    page.locator("form[action='/staff/sign-in'] .btn").click()
    page.wait_for_url("**/admin")
    return page


@pytest.fixture
def helper(dt05: School, new_phone: NewPhone) -> Page:
    def work(conn: Any) -> str:
        named = [{"name": f"Bản {len(dt05.rows(Person))} Phủ"}]
        [village] = places.add_villages(conn, COMMUNE, people._node(conn), named)
        return village

    return at_work(dt05, new_phone().new_page(), Role.HELPER, dt05.app.state.writer.call(work))


def register(helper: Page, household: str, names: Sequence[str]) -> None:
    """A family that says yes; their cards are on the page that answers."""
    helper.goto("/admin/people/new?family=1")
    helper.locator("[name=household]").fill(household)
    for n, name in enumerate(names):
        helper.locator("input[name^=name-]").nth(n).fill(name)
    helper.locator("label.tile", has=helper.locator("[value=vi]")).click()
    helper.locator(".btn", has_text="Tiếp").click()
    boxes = helper.locator("input[type=checkbox]")
    expect(boxes).to_have_count(len(names))
    assert not any(boxes.nth(n).is_checked() for n in range(len(names)))
    for n in range(len(names)):
        boxes.nth(n).check()
    assert violations(helper) == []
    helper.locator(".btn", has_text="Ghi tên những người").click()
    expect(helper.locator(".slip")).to_have_count(len(names))


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
    register(helper, "Nhà Pó", ["Vừ A Pó", "Giàng Thị Dở", "Vừ Thị Sua", "Vừ A Chứ", "Vừ Thị Mỷ Nhỏ"])
    assert violations(helper) == []
    assert helper.evaluate("document.documentElement.scrollWidth") <= 360
    pages = re.findall(rb"/Type\s*/Page\b", helper.pdf(prefer_css_page_size=True))
    assert len(pages) == 1
    assert len(dt05.rows(Household, name="Nhà Pó")) == 1
    helper.goto("/admin/people")
    assert violations(helper) == []
    assert helper.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_family_learns_before_one_screen_and_the_commune_sees_who_was_there(
    dt05: School, helper: Page, new_phone: NewPhone
) -> None:
    """The whole evening: a family of five, their cards, a class in group mode; the officer was not there."""
    family = ["Hạng A Giàng", "Sùng Thị Cở", "Hạng Thị Dợ", "Hạng A Tủa", "Hạng Thị Xay"]
    absent, there = family[-1], family[:-1]
    register(helper, "Nhà Giàng", family)
    helper.goto("/classes/new")
    helper.locator("[name=name]").fill("Lớp tối")
    helper.locator("label.tile", has=helper.locator("[value=dt05]")).click()
    helper.locator(".btn", has_text="Lưu").click()
    helper.locator("main a.btn.main").click()
    for name in family:
        helper.locator("label.tap", has_text=name).click()
    helper.locator(".btn", has_text="Thêm vào lớp").click()
    expect(helper.locator(".pupils li")).to_have_count(len(family))
    helper.locator("a", has_text="Lớp tối").click()
    helper.locator(".btn", has_text="Học cả nhóm").click()
    for name in there:
        helper.locator("label.tap", has_text=name).click()
    assert violations(helper) == []
    helper.locator(".btn", has_text="Bắt đầu").click()
    helper.locator(".lessons a").first.click()

    lesson = dt05.course.lessons[0]
    asked = lesson.questions[0]
    expect(helper.locator(".bar .next")).to_be_visible()
    helper.goto(f"{helper.url}?at={next(n for n, one in enumerate(steps(lesson)) if one.question)}")
    assert violations(helper) == []
    right = next(choice.id for choice in asked.choices if choice.right)
    for n in range(len(there)):
        helper.locator(".held-up").nth(n).locator(f"label:has([value={right}])").click()
    helper.locator(".btn", has_text="Ghi câu trả lời").click()
    expect(helper.locator("#_said")).to_contain_text("4 trên 4 người đã đúng")
    ids = {row["name"]: row["id"] for row in dt05.rows(Person)}
    answered = {one["person"] for one in dt05.entries("answered", question=asked.id) if one.get("class")}
    assert answered == {ids[name] for name in there}

    officer = at_work(dt05, new_phone().new_page(), Role.OFFICER, COMMUNE)
    officer.locator("nav a", has_text="Lớp học").click()
    officer.locator("a", has_text="Lớp tối").click()
    officer.locator("main li a", has_text=re.compile(r"\d\d/\d\d/\d{4}")).click()
    for name in family:
        tapped = officer.locator("label.tap", has_text=name).locator("input")
        assert tapped.is_checked() == (name != absent)
    assert officer.evaluate("document.documentElement.scrollWidth") <= 360
