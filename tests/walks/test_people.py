"""Several people on one phone: each her own work, whoever signs in or out in between."""

import pytest
from playwright.sync_api import Page, expect

from app.accounts.rules import FREE_GUESSES
from app.core import clock
from app.learning.models import LessonRead, QuestionResult
from courses.languages import language
from tests.cast import wrong
from tests.walks.conftest import NewPhone
from tests.walks.learner import Learner, until
from tests.walks.school import School

MY, GIANG = "Mỷ", "Giàng"


@pytest.fixture
def her(dt05: School, new_phone: NewPhone) -> Learner:
    return Learner(new_phone().new_page(), dt05.course)


def results(school: School, person: str) -> list[str]:
    return [str(row["question"]) for row in school.rows(QuestionResult, person_id=person)]


def register(learner: Learner, name: str, face: int) -> tuple[str, list[str]]:
    """A second profile on this phone: her id, her pictures."""
    learner.page.goto("/who/new")
    pictures = learner.register(name, face)
    return learner.me()["person"]["id"], pictures


def answer(school: School, learner: Learner, *places: int) -> None:
    """Answers these questions of the first lesson, and waits until they are recorded."""
    lesson = school.course.lessons[0]
    before = len(school.entries("answered"))
    learner.open(lesson, lesson.questions[places[0]].id)
    expect(learner.page.locator("main .card:visible")).to_have_count(1)
    for place in places:
        learner.page.goto(f"{learner.url(lesson)}#{lesson.questions[place].id}")
        learner.check(lesson.questions[place])
    until(lambda: len(school.entries("answered")) == before + len(places))


@pytest.mark.parametrize("lang", ["vi", "hmn", "blt"])
def test_what_a_guest_did_becomes_hers(dt05: School, new_phone: NewPhone, lang: str) -> None:
    learner, page = Learner(phone := new_phone().new_page(), dt05.course, lang), phone
    lesson = dt05.course.lessons[0]
    learner.choose_language()
    answer(dt05, learner, 0, 1)
    guest = learner.me()["guest"]
    assert learner.me()["person"] is None
    page.goto(f"{learner.url(lesson)}#_end")
    page.locator("#_end .keep .btn").click()
    page.wait_for_url("**/who/new")
    expect(page.locator("html")).to_have_attribute("lang", language(lang).tag)
    learner.register(MY)
    me = learner.me()
    assert me["person"]["id"] == guest and me["person"]["name"] == MY
    assert me["progress"][lesson.id] == 1
    expect(page.locator(".top .who")).to_contain_text(MY)
    (said,) = dt05.entries("person.registered", person=guest)
    assert (said["name"], said["lang"]) == (MY, lang)
    assert len(dt05.entries("pin.set", person=guest)) == 1


def test_nobody_agrees_by_default(dt05: School, her: Learner) -> None:
    """Neither by Enter on the keyboard nor without the button; and what was filled in stays."""
    page = her.page
    page.goto("/who/new")
    assert page.locator("[name=consent]:checked, input[name=consent]").count() == 0
    page.locator("label.tap").nth(2).click()
    page.locator("[name=name]").fill(MY)
    page.locator("[name=name]").press("Enter")
    page.wait_for_timeout(300)
    assert page.url.endswith("/who/new")
    assert her.me()["person"] is None
    page.evaluate("HTMLFormElement.prototype.submit.call(document.querySelector('main form'))")
    page.wait_for_load_state()
    expect(page.locator(".notice.mend")).to_contain_text("Tôi đồng ý")
    expect(page.locator("[name=name]")).to_have_value(MY)
    expect(page.locator("[name=face]").nth(2)).to_be_checked()
    assert her.me()["person"] is None
    page.locator(".btn", has_text="Không, tôi học thôi").click()
    page.wait_for_url("**/vi")


def test_the_three_pictures_are_shown_until_they_are_kept(dt05: School, her: Learner) -> None:
    page = her.page
    page.goto("/who/new")
    page.locator("label.tap").nth(0).click()
    page.locator("[name=name]").fill(MY)
    page.locator("button[name=consent]").click()
    for _ in range(2):
        page.goto("/who/pin")
        expect(page.locator(".shown img")).to_have_count(3)
    page.goto("/me")
    expect(page.locator(".notice.warning")).to_be_visible()
    page.locator(".btn", has_text="Ba hình bí mật của bạn").click()
    shown = page.locator("input[name=pin]").evaluate_all("all => all.map(one => one.value)")
    page.locator("form[action='/who/pin'] .btn").click()
    page.wait_for_url("**/vi")
    page.goto("/who/pin")
    page.wait_for_url("**/who")
    assert len(dt05.entries("pin.set", person=her.me()["person"]["id"])) == 1
    her.sign_in(MY, shown)


def test_two_people_take_turns_and_each_keeps_her_own(dt05: School, her: Learner) -> None:
    page = her.page
    my, my_pictures = register(her, MY, 0)
    answer(dt05, her, 0)
    page.goto("/who")
    page.locator(".btn", has_text="Không phải tôi").click()
    expect(page.locator(".top .who")).not_to_contain_text(MY)
    giang, giang_pictures = register(her, GIANG, 3)
    answer(dt05, her, 1, 2)
    assert (results(dt05, my), results(dt05, giang)) == (["q1"], ["q2", "q3"])

    her.tap_face(MY)
    her.press(wrong(my_pictures))
    expect(page.locator(".notice.mend")).to_contain_text("Chưa đúng")
    assert her.me()["person"]["id"] == giang
    her.press(my_pictures)
    page.wait_for_url("**/vi")
    expect(page.locator(".top .who")).to_contain_text(MY)
    answer(dt05, her, 3)
    her.sign_in(GIANG, giang_pictures)
    assert (results(dt05, my), results(dt05, giang)) == (["q1", "q4"], ["q2", "q3"])
    assert her.me()["progress"]["01-ba-cau-hoi"] == 1


def test_what_waits_for_one_is_hers_though_another_is_there_when_it_is_sent(
    dt05: School, her: Learner
) -> None:
    page, lesson = her.page, dt05.course.lessons[0]
    my, _ = register(her, MY, 0)
    her.open(lesson, "q1")
    expect(page.locator(".top .who")).to_contain_text(MY)
    page.route("**/outbox", lambda route: route.abort())
    her.check(lesson.questions[0])
    expect(page.locator(".waiting")).to_contain_text("1 câu trả lời đang chờ")
    giang, _ = register(her, GIANG, 3)
    expect(page.locator(".waiting")).to_contain_text("1 câu trả lời đang chờ")
    page.unroute("**/outbox")
    page.goto("/vi")
    until(lambda: results(dt05, my) == ["q1"])
    assert results(dt05, giang) == []
    assert her.me()["person"]["id"] == giang
    expect(page.locator(".waiting")).to_be_hidden()


def test_guessing_is_slowed_and_the_page_says_for_how_long(dt05: School, her: Learner) -> None:
    _, pictures = register(her, MY, 0)
    her.tap_face(MY)
    for _ in range(FREE_GUESSES):
        her.press(wrong(pictures))
        expect(her.page.locator(".notice.mend")).to_contain_text("Chưa đúng")
    her.press(pictures)
    expect(her.page.locator(".notice.mend")).to_contain_text("đợi 1 phút")


def test_a_face_is_taken_off_the_phone_and_brought_back(dt05: School, her: Learner) -> None:
    page = her.page
    my, pictures = register(her, MY, 0)
    answer(dt05, her, 0)
    page.goto("/who")
    page.locator("summary", has_text="Bỏ bớt hình").click()
    page.locator(".btn", has_text=f"Bỏ hình của {MY}").click()
    expect(page.locator(".notice")).to_contain_text("Bài đã học vẫn còn")
    expect(page.locator(".faces")).to_have_count(0)
    expect(page.locator(".top .who")).not_to_contain_text(MY)
    page.locator(".btn", has_text="Lấy lại hình").click()
    page.wait_for_url(f"**/who/{my}")
    her.press(pictures)
    page.wait_for_url("**/vi")
    expect(page.locator(".top .who")).to_contain_text(MY)
    assert her.me()["progress"]["01-ba-cau-hoi"] == 1
    assert [face["name"] for face in her.me()["faces"]] == [MY]


def test_answers_under_the_wrong_face_are_moved_by_an_entry_that_says_so(dt05: School, her: Learner) -> None:
    page = her.page
    my, _ = register(her, MY, 0)
    giang, _ = register(her, GIANG, 3)
    answer(dt05, her, 0, 1)
    page.goto("/me")
    page.locator(".btn", has_text="Bài này của người khác").click()
    page.wait_for_url("**/me/moves")
    expect(page.locator("main .card").nth(1)).to_contain_text("Ba câu hỏi trước khi làm theo")
    page.locator("button[name=to]", has_text=MY).click()
    expect(page.locator("main")).to_contain_text("Không có bài nào để chuyển")
    assert (results(dt05, giang), results(dt05, my)) == ([], ["q1", "q2"])
    (moved,) = dt05.entries("answers.moved", **{"from": giang, "to": my})
    assert len(moved["entries"]) == 2


def rest(page: Page) -> None:
    """The browser forgets the cookie when its ten minutes are over."""
    page.wait_for_load_state("networkidle")
    (awake,) = (one for one in page.context.cookies() if one["name"] == "bh_awake")
    assert 570 < awake["expires"] - clock.now() / 1000 <= 601
    page.context.clear_cookies(name="bh_awake")


def test_after_a_rest_the_phone_asks_and_a_form_posted_meanwhile_is_not_lost(
    dt05: School, new_phone: NewPhone
) -> None:
    page = new_phone(java_script_enabled=False).new_page()
    her, lesson = Learner(page, dt05.course, script=False), dt05.course.lessons[0]
    my, pictures = register(her, MY, 0)
    giang, _ = register(her, GIANG, 3)
    her.open(lesson)
    rest(page)
    her.answer(lesson.questions[0])
    page.locator(".send .btn").click()
    expect(page.locator("h2", has_text="Bài này của ai?")).to_be_visible()
    assert results(dt05, my) == results(dt05, giang) == []
    page.locator("button[name=to]", has_text=MY).click()
    page.wait_for_url(f"**/who/{my}")
    her.press(pictures)
    page.wait_for_url("**/vi")
    assert (results(dt05, my), results(dt05, giang)) == (["q1"], [])
    page.goto("/vi")
    expect(page.locator("h2", has_text="Ai đang học?")).to_have_count(0)


def test_after_a_rest_home_and_lesson_ask_who_is_there(dt05: School, her: Learner) -> None:
    page, lesson = her.page, dt05.course.lessons[0]
    _, pictures = register(her, MY, 0)
    register(her, GIANG, 3)
    rest(page)
    page.goto("/vi")
    expect(page.locator("h2:visible", has_text="Ai đang học?")).to_have_count(1)
    expect(page.locator(".top .who")).not_to_contain_text(GIANG)
    her.open(lesson)
    asking = page.locator(".asking")
    expect(asking.locator("a .face")).to_have_count(2)
    asking.locator("a", has_text=MY).click()
    page.wait_for_url("**/who/*")
    expect(asking).to_have_count(0)
    her.press(pictures)
    page.wait_for_url("**/vi")
    her.open(lesson)
    expect(page.locator(".top .who")).to_contain_text(MY)
    expect(asking).to_have_count(0)
    assert dt05.rows(LessonRead, person_id=her.me()["person"]["id"]) == []
