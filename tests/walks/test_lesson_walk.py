"""A lesson taken in a real Chromium, with script and without, in every language, near and out of reach."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from courses.languages import LANGUAGES
from tests.page import linted
from tests.walks.learner import until
from tests.walks.lesson_stage import LESSON, left_here, phone, served, to_card, violations

LANGS = list(LANGUAGES)
TOUCH = 48
"""CSS pixels a finger needs."""
EVERYTHING_OPEN = """() => {
  document.querySelectorAll('.card, .screen, .said [data-k], .check, .keep').forEach(one => {
    one.hidden = false
    one.classList.add('start')
  })
  document.querySelectorAll('details').forEach(one => { one.open = true })
}"""
TOO_SMALL = """least => [...document.querySelectorAll('a, button, .tile, summary, input:not([type=hidden]), select')]
  .filter(one => one.getClientRects().length && !one.closest('.tile input, .prose, svg') && !one.matches('.tile input, .langs summary, .prose a'))
  .filter(one => { const box = one.getBoundingClientRect(); return box.height < least - .5 || box.width < least - .5 })
  .map(one => one.outerHTML.slice(0, 120))"""
TOO_WIDE = """() => {
  const wide = document.documentElement.clientWidth
  return [...document.querySelectorAll('main *, .top *, .bar *')]
    .filter(one => !one.closest('.sr, svg') && one.getClientRects().length && one.getBoundingClientRect().right > wide + 1)
    .map(one => one.outerHTML.slice(0, 120))
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("walk")) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with phone(browser, address) as context:
        yield context.new_page()


@pytest.fixture
def plain(browser: Browser, address: str) -> Iterator[Page]:
    """A phone whose browser runs no script."""
    with phone(browser, address, java_script_enabled=False) as context:
        yield context.new_page()


def begin(page: Page, lang: str = "vi", card: str = "") -> Page:
    with page.expect_response("**/me.json*"):
        page.goto(f"/{lang}{LESSON}" + (f"#{card}" if card else ""))
    return page


def check(page: Page, card: str) -> None:
    page.locator(f"[id='{card}'] .check .btn").click()


def verdict(page: Page, card: str) -> Any:
    return page.locator(f"[id='{card}'] .verdict")


def test_cards_come_one_at_a_time_and_back_is_back(page: Page) -> None:
    begin(page)
    shown = page.locator("main .card:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_have_id("story")
    for id in ("know", "care"):
        page.locator(".bar .next").click()
        expect(shown).to_have_id(id)
    assert page.evaluate("scrollY") == 0
    page.go_back()
    expect(shown).to_have_id("know")
    page.locator(".bar .back").click()
    expect(shown).to_have_id("story")
    expect(page.locator(".bar .back")).to_be_hidden()


def test_another_language_opens_the_same_card(page: Page) -> None:
    begin(page, card="do.s2")
    page.locator(".langs summary").click()
    page.locator(".langs nav a[hreflang=hmn-Latn-VN]").click()
    page.wait_for_url(f"**/hmn{LESSON}#do.s2")
    expect(page.locator("main .card:visible")).to_have_id("do.s2")
    assert page.evaluate("document.cookie").count("lang=hmn") == 1


def test_a_wrong_answer_is_met_gently_and_tried_again(page: Page) -> None:
    begin(page, card="one")
    check(page, "one")
    expect(verdict(page, "one")).to_contain_text("Hãy chọn")
    assert left_here(page) == []
    page.locator("#one .tile").nth(0).click()
    check(page, "one")
    expect(verdict(page, "one")).to_have_class("verdict mend")
    expect(page.locator("#one .said")).to_contain_text("Lời của one a feedback")
    page.locator("#one .tile").nth(1).click()
    check(page, "one")
    expect(verdict(page, "one")).to_have_class("verdict good")
    expect(page.locator("#one .said p:visible")).to_have_count(1)


def test_every_kind_of_question_can_be_answered_and_is_recorded(page: Page) -> None:
    begin(page, card="one")
    page.locator("#one .tile").nth(1).click()
    to_card(page, "some")
    for n in (0, 2):
        page.locator("#some .tile").nth(n).click()
    page.locator("#tf input[value=false]").evaluate("one => { one.checked = true }")
    to_card(page, "row")
    put_in_order(page, ["a", "b", "c"])
    for item, place in {"sort.a": "g1", "sort.b": "g2", "match.a": "t1", "match.b": "t2"}.items():
        to_card(page, item.partition(".")[0])
        page.locator(f"[name='{item}'][value={place}]").check()
    to_card(page, "tap")
    page.locator("#tap rect").first.click()
    expect(page.locator("#tap input[value=s1]")).to_be_checked()
    to_card(page, "sum")
    page.locator("[id='sum.in']").fill("200.000")
    to_card(page, "word")
    page.locator("[id='word.in']").fill("Công  An")
    for card in ("one", "some", "tf", "row", "sort", "match", "tap", "sum", "word"):
        to_card(page, card)
        check(page, card)
        expect(verdict(page, card)).to_have_class("verdict good")
    to_card(page, "_end")
    expect(page.locator(".result")).to_contain_text("9 trên 9")
    expect(page.locator(".finished")).to_be_visible()
    expect(page.locator("#_end .left")).to_be_hidden()
    until(lambda: not left_here(page))
    assert page.request.get("/me.json?course=dt99").json()["progress"]["01-hoi"] == 2


def test_the_last_card_tells_what_is_answered_and_what_is_left(page: Page) -> None:
    begin(page, card="_end")
    standing, left, done = (page.locator(f"#_end {one}") for one in (".result p", ".left", ".finished"))
    expect(standing).to_have_text("Bạn đã trả lời 0 trên 9 câu, đúng 0 câu.")
    expect(done).to_be_hidden()
    left.click()
    expect(page.locator("#one")).to_be_visible()
    page.locator("#one .tile").nth(0).click()
    check(page, "one")
    to_card(page, "tf")
    page.locator("#tf .tile").nth(1).click()
    with page.expect_response("**/outbox"):
        check(page, "tf")
    until(lambda: not left_here(page))
    told = "Bạn đã trả lời 2 trên 9 câu, đúng 1 câu."
    to_card(page, "_end")
    page.reload()
    expect(standing).to_have_text(told)
    expect(left).to_have_attribute("href", re.compile("#some$"))


def test_what_waits_on_the_phone_is_told_on_the_last_card_too(page: Page) -> None:
    begin(page, card="tf")
    page.route("**/outbox", lambda route: route.abort())
    page.locator("#tf .tile").nth(1).click()
    check(page, "tf")
    page.route("**/me.json*", lambda route: route.abort())
    page.goto(f"/vi{LESSON}#_end")
    page.reload()
    expect(page.locator("#_end .result p")).to_have_text("Bạn đã trả lời 1 trên 9 câu, đúng 1 câu.")


def put_in_order(page: Page, wanted: list[str]) -> None:
    for place, id in enumerate(wanted):
        item = page.locator(f"#row li[data-id={id}]")
        while page.locator("#row li").nth(place).get_attribute("data-id") != id:
            item.locator(".move").first.click()


def test_answers_wait_on_the_phone_while_it_is_out_of_reach(page: Page) -> None:
    begin(page, card="tf")
    page.context.set_offline(True)
    page.locator("#tf .tile").nth(1).click()
    check(page, "tf")
    expect(verdict(page, "tf")).to_have_class("verdict good")
    expect(page.locator(".waiting")).to_contain_text("1 câu trả lời đang chờ")
    first = page.evaluate("key => localStorage.getItem(key)", left_here(page)[0])
    to_card(page, "one")
    page.locator("#one .tile").nth(0).click()
    check(page, "one")
    expect(page.locator(".waiting")).to_contain_text("2 câu")
    assert first in page.evaluate("() => Object.values(localStorage)")
    with page.expect_response("**/outbox") as sent:
        page.context.set_offline(False)
    assert len(sent.value.json()["at_province"]) == 2
    assert first in (sent.value.request.post_data_json or {})["entries"]
    expect(page.locator(".waiting")).to_be_hidden()


def test_what_waits_survives_a_reload_and_another_page(page: Page) -> None:
    begin(page, card="tf")
    page.route("**/outbox", lambda route: route.abort())
    page.locator("#tf .tile").nth(0).click()
    check(page, "tf")
    expect(page.locator(".waiting")).to_be_visible()
    page.reload()
    expect(page.locator(".waiting")).to_be_visible()
    page.goto("/who")
    expect(page.locator(".waiting")).to_contain_text("1 câu")
    page.unroute("**/outbox")
    page.goto("/vi")
    until(lambda: not left_here(page))
    expect(page.locator(".waiting")).to_be_hidden()


def test_where_nothing_can_be_kept_the_form_is_posted(browser: Browser, address: str) -> None:
    with phone(browser, address) as context:
        context.add_init_script(
            "Object.defineProperty(window, 'localStorage', {get() { throw new Error('denied') }})"
        )
        page = begin(context.new_page(), card="tf")
        page.locator("#tf .tile").nth(1).click()
        expect(page.locator("#tf .check")).to_be_hidden()
        to_card(page, "_end")
        page.locator(".send .btn").click()
        expect(page.locator("h1")).to_contain_text("Lời của title")
        assert page.request.get("/me.json?course=dt99").json()["progress"]["01-hoi"] == 1


def test_without_script_every_card_is_there_and_the_form_is_answered(plain: Page) -> None:
    plain.goto(f"/hmn{LESSON}")
    assert plain.locator("main .card:visible").count() == plain.locator("main .card").count()
    expect(plain.locator(".bar")).to_be_hidden()
    expect(plain.locator(".s")).to_have_count(0)
    plain.locator("#one input").nth(1).check()
    plain.locator("[name='row.a']").select_option("1")
    plain.locator("[name='row.b']").select_option("2")
    plain.locator("[name='row.c']").select_option("3")
    plain.locator("[name=sum]").fill("1")
    plain.locator(".send .btn").click()
    expect(plain.locator(".verdict.good")).to_have_count(2)
    linted(plain.content())


def test_without_script_the_pretend_phone_works_by_its_links(plain: Page) -> None:
    plain.goto(f"/vi{LESSON}")
    screen = plain.locator(".screen:visible")
    expect(screen).to_have_id("try.inbox")
    plain.locator("[id='try.inbox'] a.message").click()
    expect(screen).to_have_id("try.safe")
    plain.locator("[id='try.safe'] .btn").click()
    expect(screen).to_have_id("try.inbox")
    plain.locator("[id='try.inbox.code']").fill("999")
    plain.locator("[id='try.inbox'] form .btn").click()
    expect(screen).to_have_id("try.inbox")
    plain.locator("[id='try.inbox.code']").fill("123456")
    plain.locator("[id='try.inbox'] form .btn").click()
    expect(screen).to_have_id("try.caught")
    assert "123456" not in plain.url
    plain.locator("[id='try.caught'] .btn").click()
    expect(screen).to_have_id("try.inbox")


def test_a_pretend_phone_is_held_swiped_and_typed_on(page: Page) -> None:
    begin(page, card="try.inbox")
    screen = page.locator(".screen:visible")
    message = page.locator("[id='try.inbox'] a.message")
    message.click()
    expect(page.locator(".say")).to_contain_text("giữ")
    message.click(delay=700)
    expect(screen).to_have_id("try.safe")
    expect(page.locator(".say")).to_have_count(0)
    page.locator("[id='try.safe'] .btn").click()
    swipe(page, "[id='try.inbox'] a.link", -90)
    expect(screen).to_have_id("try.caught")
    page.locator("[id='try.caught'] .btn").click()
    page.locator("[id='try.inbox.code']").fill("1")
    page.locator("[id='try.inbox'] form .btn").click()
    expect(page.locator("[id='try.inbox'] .wrong")).to_be_visible()
    page.locator("[id='try.inbox.code']").fill("123456")
    page.locator("[id='try.inbox'] form .btn").click()
    expect(screen).to_have_id("try.caught")
    assert (
        page.evaluate("() => Object.values(localStorage).concat(document.cookie).join()").count("123456") == 0
    )


def swipe(page: Page, selector: str, along: int) -> None:
    link = page.locator(selector)
    link.evaluate("one => one.scrollIntoView({block: 'center'})")
    box = link.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + along, y, steps=4)
    page.mouse.up()


def test_a_keyboard_needs_no_gesture(page: Page) -> None:
    begin(page, card="try.inbox")
    page.locator("[id='try.inbox'] a.message").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".screen:visible")).to_have_id("try.safe")


def test_what_has_no_voice_says_so_and_offers_the_vietnamese(page: Page) -> None:
    begin(page, "blt", "speak")
    page.locator("#speak > .s").click()
    expect(page.locator(".say")).to_contain_text("Chỗ này chưa có giọng đọc")
    begin(page, "hmn", "speak")
    page.locator("#speak > .s").click()
    expect(page.locator(".say")).to_contain_text("Lời của speak")
    page.locator(".say .btn").last.click()
    expect(page.locator(".say")).to_have_count(0)


def test_a_recording_is_played_and_stopped_by_the_same_control(page: Page) -> None:
    begin(page, card="story")
    control = page.locator("#story > .s").last
    expect(control).to_contain_text("40 KB")
    control.click()
    expect(control).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#story .prose")).to_have_class("prose speaking")
    other = page.locator("#story > .s").first
    other.click()
    expect(control).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".speaking")).to_have_count(0)


SPEECH = """
window.said = []
const speech = {
  getVoices: () => [{lang: 'vi-VN'}],
  cancel: () => {},
  speak: words => {
    said.push([words.text.trim(), document.querySelector('.speaking').textContent.trim()])
    setTimeout(() => words.onend && words.onend(), 20)
  },
}
Object.defineProperty(window, 'speechSynthesis', {value: speech})
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text } }
"""
"""A phone with a Vietnamese voice, which Chromium without a head has not; it notes what it says and what is marked then."""
ORDER = [
    "Câu hỏi 1 trên 9",
    "Lời của one",
    "Lời của one a alt",
    "Lời của one b",
]


def spoken(page: Page) -> list[list[str]]:
    until(lambda: page.evaluate("() => !document.querySelector('.speaking')"))
    found: list[list[str]] = page.evaluate("said")
    return found


def test_a_question_is_heard_whole_part_by_part(page: Page) -> None:
    page.add_init_script(SPEECH)
    begin(page, card="one")
    page.locator("#one > .s").first.click()
    assert spoken(page) == [[words, words] for words in ORDER]
    expect(page.locator("#one > .s").first).to_have_attribute("aria-pressed", "false")
    page.locator("#one .tile .s, #one .row > .s").first.click()
    assert spoken(page)[len(ORDER) :] == [[ORDER[2], ORDER[2]]]


def test_the_paragraphs_of_a_story_are_not_run_together(page: Page) -> None:
    page.add_init_script(SPEECH)
    begin(page, card="story")
    page.locator("#story .prose").evaluate(
        "el => { el.dataset.s = ''; el.innerHTML = '<p>Một.</p><p>Hai.</p>' }"
    )
    page.locator("#story > .s").last.click()
    assert [words for words, _ in spoken(page)] == ["Một.\n\nHai."]


def test_a_question_without_a_voice_is_offered_whole_in_vietnamese(page: Page) -> None:
    page.add_init_script(SPEECH)
    begin(page, "hmn", "one")
    page.locator("#one > .s").first.click()
    page.locator(".say .main").click()
    assert [words for words, _ in spoken(page)] == ORDER


def test_vietnamese_on_another_page_is_spoken_as_it_stands(page: Page) -> None:
    page.add_init_script(SPEECH)
    begin(page, "blt", "know")
    page.locator("#know > .s").last.click()
    assert [words for words, _ in spoken(page)] == ["Lời của know\n\n(tiếng Việt)"]


def test_a_hint_can_be_heard_before_it_is_opened(page: Page) -> None:
    page.add_init_script(SPEECH)
    begin(page, card="one")
    page.locator("#one .hint + .s").click()
    assert [words for words, _ in spoken(page)] == ["Gợi ý"]
    expect(page.locator("#one .hint")).not_to_have_attribute("open", "")


def test_two_on_one_phone_are_asked_after_a_rest_and_keep_their_own(page: Page) -> None:
    names = ("Mỷ", "Giàng")
    for name in names:
        page.goto("/who/new")
        page.locator("[name=face]").nth(names.index(name)).check(force=True)
        page.locator("[name=name]").fill(name)
        page.locator("[name=consent]").first.click()
        page.wait_for_url("**/who/pin")
        page.locator("form .btn").first.click()
    begin(page, card="tf")
    expect(page.locator(".top .who")).to_contain_text("Giàng")
    page.context.clear_cookies(name="bh_awake")
    begin(page)
    page.reload()
    asking = page.locator(".asking")
    for name in names:
        expect(asking).to_contain_text(name)
    assert violations(page) == []
    asking.locator("a", has_text="Mỷ").click()
    page.wait_for_url("**/who/*")


@pytest.mark.parametrize("lang", LANGS)
def test_nobody_is_shut_out(page: Page, lang: str) -> None:
    page.set_viewport_size({"width": 360, "height": 2000})
    begin(page, lang)
    assert violations(page) == []
    page.evaluate(EVERYTHING_OPEN)
    page.set_viewport_size({"width": 360, "height": 16000})
    assert violations(page) == []


@pytest.mark.parametrize("lang", ["vi", "hmn", "blt"])
@pytest.mark.parametrize(("width", "text"), [(320, 100), (360, 200)])
def test_nothing_is_cut_off(page: Page, lang: str, width: int, text: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    begin(page, lang)
    page.evaluate("text => { document.documentElement.style.fontSize = text * 1.25 + '%' }", text)
    page.evaluate(EVERYTHING_OPEN)
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("lang", ["vi", "hmn"])
def test_a_finger_finds_everything(page: Page, lang: str) -> None:
    begin(page, lang)
    page.evaluate(EVERYTHING_OPEN)
    assert page.evaluate(TOO_SMALL, TOUCH) == []


COVERED = """() => {
  const badge = getComputedStyle(document.querySelector('#row li'), ':before')
  const end = parseFloat(badge.left) + parseFloat(badge.width)
  return [...document.querySelectorAll('#row li')].filter(one =>
    one.querySelector('.what').getBoundingClientRect().left - one.getBoundingClientRect().left < end)
    .map(one => one.dataset.id)
}"""


def test_the_number_of_a_place_covers_no_word_and_none_is_given_where_places_are_chosen(
    page: Page, plain: Page
) -> None:
    begin(page, "hmn", "row")
    assert page.evaluate(COVERED) == []
    plain.goto(f"/vi{LESSON}")
    badge = "() => getComputedStyle(document.querySelector('#row li'), ':before').content"
    assert page.evaluate(badge) == "counter(n)" and plain.evaluate(badge) == "none"


@pytest.mark.parametrize("media", [{"forced_colors": "active"}, {"media": "print"}])
def test_the_mark_of_a_draft_is_drawn_in_forced_colours_and_in_print(
    page: Page, media: dict[str, Any]
) -> None:
    begin(page, "hmn")
    page.emulate_media(**media)
    mark = page.evaluate(
        """() => {
          const words = document.querySelector('main span.draft, main b.draft')
          const style = getComputedStyle(words, ':before')
          return [style.borderTopWidth, style.borderTopColor, style.clipPath]
        }"""
    )
    paper = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert float(mark[0].removesuffix("px")) > 4 and mark[1] != paper and mark[2].startswith("polygon")


def test_only_a_page_with_tai_viet_fetches_its_font(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    begin(page, "blt")
    until(lambda: page.evaluate("() => document.fonts.status === 'loaded'"))
    assert page.evaluate("document.fonts.check('20px \"Tai Heritage Pro\"', 'ꪼ')")
    assert [one.rpartition("/")[2].partition(".")[0] for one in asked if ".woff2" in one] == [
        "tai-heritage-pro"
    ]
