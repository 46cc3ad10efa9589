"""A lesson from nothing to a learner who finishes it in Mông: four people, each on a phone of her own, all in the browser."""

from playwright.sync_api import Locator, Page, expect

from app.accounts import people
from app.accounts.permissions import Role
from tests.cast import STAFF
from tests.page import linted
from tests.walks.conftest import NewPhone
from tests.walks.learner import Learner, until
from tests.walks.lesson_stage import violations
from tests.walks.school import School
from tests.walks.test_editor import add, saved, write
from tests.walks.test_recording import SPOKEN_MS

COURSE = "/teach/courses/nuoi-lon"
LESSON = "01-lam-chuong"
MONG = [
    "Lul têz zaos.",
    "Muôx yav tsi tâu pâuz.",
    "Traor xeir đuôz.",
    "Ntu nor muôx đuôz.",
    "Luz meir hax heik.",
]
"""Sentences of the interface's own drafts."""
LISTEN = """
  window.played = []
  const play = HTMLMediaElement.prototype.play
  HTMLMediaElement.prototype.play = function () { window.played.push(this); return play.call(this) }
"""


def staff(school: School, new_phone: NewPhone, name: str, role: Role) -> Page:
    school.app.state.writer.call(lambda conn: people.add_staff(conn, name, STAFF[1], role))
    page: Page = new_phone().new_page()
    page.goto("/staff/sign-in")
    page.locator("[name=name]").fill(name)
    page.locator("[name=passphrase]").fill(STAFF[1])
    page.locator("form .btn").first.click()
    page.wait_for_url("**/admin")
    page.locator("a", has_text="Việc của người soạn bài").first.click()
    page.wait_for_url("**/teach")
    return page


def follow(page: Page, words: str, to: str) -> None:
    page.locator("main a:visible", has_text=words).first.click()
    page.wait_for_url(to)


def looked_at(page: Page) -> None:
    assert violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), page.url


def record(page: Page, name: str, group: str) -> None:
    """Who speaks, then the first text there is."""
    page.locator("#name").fill(name)
    page.locator("#group").fill(group)
    page.locator("[name=consent]").check()
    with page.expect_navigation():
        page.locator("form[action$=speaker] .btn").click()
    card = page.locator(".take-one").first
    card.locator("[data-do=begin]").click()
    page.wait_for_timeout(SPOKEN_MS)
    card.locator("[data-do=end]").click()
    expect(card.locator("audio")).to_be_visible()
    card.locator("[data-do=keep]").click()
    expect(page.locator(".kept")).to_contain_text("Đã gửi hết")


def write_lesson(page: Page) -> None:
    follow(page, "Soạn khóa học mới", "**/new")
    page.fill("#title", "Nuôi lợn")
    page.fill("#about", "Nuôi lợn cho khỏe.")
    page.locator(".card form .btn").click()
    page.wait_for_url(f"**{COURSE}")
    page.fill("#title", "Làm chuồng")
    page.locator("button[value=add]").click()
    page.wait_for_url(f"**/{LESSON}")
    expect(page.locator("#found")).to_contain_text("Cần sửa trước khi đăng: 1")
    write(add(page, "block", "text"), "Chuồng lợn phải khô.")
    write(add(page, "block", "note"), "Mùa đông che gió.")
    write(add(page, "block", "steps"), "Làm ba việc.", "Đóng cọc", "Lợp mái")
    write(add(page, "block", "takeaway"), "Chuồng khô, lợn khỏe.")
    one = add(page, "question", "one")
    write(
        one,
        "Chuồng phải thế nào?",
        "Khô",
        "Đúng, khô thì lợn khỏe.",
        "Ướt",
        "Ướt thì ốm.",
        "Tối",
        "Tối thì buồn.",
    )
    one.locator("[type=radio]").first.check()
    two = add(page, "question", "truefalse")
    write(two, "Chuồng ướt thì tốt.", "Chưa đúng, ướt thì ốm.")
    two.locator("[type=radio][value=false]").check()
    three = add(page, "question", "number")
    write(three, "Mấy con một chuồng?", "con", "Đúng rồi.", "Chưa đúng.")
    three.locator("[name$='.answer']").fill("3")
    saved(page)


def mend_what_is_said(page: Page) -> None:
    """One thing was forgotten: it is said on the page of publishing, and the way leads to its field."""
    page.goto(COURSE)
    follow(page, "Đăng khóa học", "**/publishing")
    said = page.locator("main a", has_text="Câu 2: Chưa ghi nói gì khi học viên trả lời.")
    expect(said).to_have_count(1)
    linted(page.request.get(page.url).text())
    looked_at(page)
    said.click()
    page.wait_for_url("**open=question.*")
    field = page.locator("[id='" + page.url.rpartition("#")[2] + "']")
    expect(field).to_be_visible()
    field.fill("Đúng, phải khô.")
    saved(page)
    expect(page.locator("#found")).to_have_text("Bài này đã đủ.")


def translate(page: Page) -> None:
    follow(page, "Nuôi lợn", f"**{COURSE}")
    follow(page, "Dịch sang tiếng Mông", "**/words/hmn")
    while page.locator("nav.states a", has_text="Chưa dịch").count():
        follow(page, "Chưa dịch", "**state=missing*")
        boxes = page.locator("form.typed")
        for at in range(boxes.count()):
            boxes.nth(at).locator("textarea").fill(MONG[at % len(MONG)])
            expect(boxes.nth(at).locator(".said")).to_have_attribute("data-state", "needs_review")
        page.goto(f"{COURSE}/words/hmn")
    looked_at(page)


def approve(page: Page) -> None:
    """From her own door to what waits for her, a page at a time."""
    follow(page, "Nuôi lợn", "**state=needs_review")
    while page.locator(".pick input").count():
        for box in page.locator(".pick input").all():
            box.check()
        with page.expect_navigation():
            page.locator("#many .btn").click()
        expect(page.locator(".notice.good")).to_contain_text("Đã duyệt")
    looked_at(page)
    expect(page.locator(".far")).to_contain_text("Đã duyệt 23 trên 23 chỗ")


def hear(page: Page, button: Locator) -> None:
    """The voice is really played."""
    button.click()
    until(lambda: page.evaluate("() => window.played.some(one => one.currentTime > 0)"))


def test_a_lesson_is_written_carried_over_signed_published_and_learned(
    dt05: School, new_phone: NewPhone
) -> None:
    teacher = staff(dt05, new_phone, "Lò Thị Soạn", Role.TEACHER)
    write_lesson(teacher)
    mend_what_is_said(teacher)
    teacher.goto(COURSE)
    follow(teacher, "Ghi âm bài học", "**/sound")
    record(teacher, "Lò Thị Soạn", "Thái Đen")

    translator = staff(dt05, new_phone, "Giàng Thị Dịch", Role.TRANSLATOR)
    translate(translator)
    reviewer = staff(dt05, new_phone, "Vàng A Duyệt", Role.REVIEWER)
    approve(reviewer)
    translator.goto(f"{COURSE}/sound?spoken=hmn")
    record(translator, "Giàng Thị Dịch", "Mông Lềnh")
    waits = f"{COURSE}/sound?spoken=hmn&which=review"
    until(lambda: reviewer.goto(waits) and reviewer.locator("button[value=approve]").count())
    reviewer.locator("button[value=approve]").click()
    expect(reviewer.locator("main")).to_contain_text("Không có tiếng nào chờ duyệt")

    publisher = staff(dt05, new_phone, "Quàng Văn Đăng", Role.ADMINISTRATOR)
    follow(publisher, "Đăng khóa học", "**/teach/publishing")
    follow(publisher, "Nuôi lợn", "**/nuoi-lon/publishing")
    expect(publisher.locator("main")).to_contain_text("Không còn gì phải sửa")
    publisher.locator("[name=announce]").check()
    publisher.locator("form .btn.good").click()
    publisher.wait_for_url("**done=published")
    looked_at(publisher)
    until(lambda: publisher.request.get("/vi/courses/nuoi-lon").ok)
    follow(publisher, "Mở trang của người học", "**/vi/courses/nuoi-lon")

    phone = new_phone()
    phone.add_init_script(LISTEN)
    page = phone.new_page()
    learner = Learner(page, dt05.app.state.shelf.courses["nuoi-lon"].course, "hmn").choose_language()
    [lesson] = learner.course.lessons
    card = page.locator("main .card", has=page.locator("a[href$='/courses/nuoi-lon']"))
    expect(card).to_contain_text("Có bài mới")
    card.locator("a").first.click()
    page.locator("main .btn.main").click()
    page.wait_for_url(f"**{learner.url(lesson)}")
    title = page.locator("h1[data-s]")
    assert (title.get_attribute("data-s") or "").startswith("/media/")
    hear(page, page.locator("main .s").first)
    for words in ("Nuôi lợn", "Chuồng lợn phải khô.", "Làm ba việc.", "Mùa đông che gió."):
        assert words not in page.content(), "approved words have no Vietnamese beneath"
    assert not title.locator(".draft").count()
    learner.walk(lesson, wrong_first=[lesson.questions[0].id])
    until(lambda: learner.me()["course"]["finished"])
    page.goto("/hmn/courses/nuoi-lon")
    expect(page.locator(".notice.good")).to_contain_text("Bạn đã học xong khóa học này")

    spoken = phone.new_page()
    spoken.goto(f"/vi/courses/nuoi-lon/{LESSON}")
    hear(spoken, spoken.locator("main .s").first)
    expect(spoken.locator("main")).to_contain_text("Làm ba việc.")
