"""Tai Viet as it is drawn: by the font that is shipped, its marks one above the other and never on one spot."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.walks.conftest import NewPhone
from tests.walks.learner import Learner, until
from tests.walks.school import School

INK = """text => {
  const at = document.createElement('canvas').getContext('2d', {willReadFrequently: true})
  at.canvas.width = 400
  at.canvas.height = 300
  at.font = '120px "Tai Heritage Pro"'
  at.fillText(text, 40, 200)
  const data = at.getImageData(0, 0, 400, 300).data
  const ink = []
  for (let n = 3; n < data.length; n += 4) if (data[n] > 127) ink.push((n - 3) / 4)
  const rows = ink.map(one => Math.floor(one / 400))
  const columns = ink.map(one => one % 400)
  return {
    ink, top: Math.min(...rows), bottom: Math.max(...rows),
    left: Math.min(...columns), right: Math.max(...columns), advance: at.measureText(text).width,
  }
}"""
KO, VO = "ꪀ", "ꪫ"
HIGH_I, UE, UEA, AM = "\uaab2", "\uaab3", "\uaab7", "\uaabe"
TONES = ["\uaabf", "\uaac1"]
"""Mai ek and mai tho, which stand above, also above a vowel that stands there already."""


@pytest.fixture(scope="module")
def page(browser: Browser, dt05: School) -> Iterator[Page]:
    context = browser.new_context(base_url=dt05.address)
    page = context.new_page()
    page.goto("/blt")
    page.evaluate("document.fonts.load('120px \"Tai Heritage Pro\"', 'ꪼ')")
    yield page
    context.close()


def ink(page: Page, text: str) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(INK, text)
    return found


def test_the_font_that_is_shipped_draws_it(dt05: School, new_phone: NewPhone) -> None:
    page = new_phone().new_page()
    fonts: list[str] = []
    page.on("response", lambda reply: fonts.append(reply.url) if ".woff2" in reply.url else None)
    page.goto("/vi")
    page.goto(f"/blt/courses/dt05/{dt05.course.lessons[0].id}")
    until(lambda: page.evaluate("document.fonts.status === 'loaded'"))
    assert page.evaluate("document.fonts.check('20px \"Tai Heritage Pro\"', 'ꪼ')")
    assert [url.startswith(dt05.address) and "tai-heritage-pro" in url for url in fonts] == [True]
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    heading = session.send("DOM.querySelector", {"nodeId": root, "selector": "h1 [lang=blt-Tavt]"})["nodeId"]
    used = session.send("CSS.getPlatformFontsForNode", {"nodeId": heading})["fonts"]
    shipped = sum(font["glyphCount"] for font in used if font["isCustomFont"])
    elsewhere = sum(font["glyphCount"] for font in used) - shipped
    words = page.locator("h1 [lang=blt-Tavt]").inner_text()
    letters = sum("\uaa80" <= letter <= "\uaadf" for letter in words)
    assert letters > 10 and shipped >= letters
    assert elsewhere <= len(words) - letters + len("✎ ")


@pytest.mark.parametrize("vowel", [HIGH_I, UE, UEA, AM])
@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("consonant", [KO, VO])
def test_a_tone_stands_above_a_vowel_and_both_are_there(
    page: Page, consonant: str, vowel: str, tone: str
) -> None:
    bare, with_vowel, with_tone = (ink(page, consonant + marks) for marks in ("", vowel, tone))
    both = ink(page, consonant + vowel + tone)
    assert both["top"] < min(with_vowel["top"], with_tone["top"]), "the tone is not above the vowel"
    marks = len(with_vowel["ink"]) + len(with_tone["ink"]) - 2 * len(bare["ink"])
    there = len(both["ink"]) - len(bare["ink"])
    assert there > 0.85 * marks, f"{there} of {marks} points of ink: the marks cover each other"
    assert both["advance"] == with_vowel["advance"]


def test_no_square_stands_for_a_letter(dt05: School, page: Page) -> None:
    """Every letter and mark of the block is drawn, and no two alike; what no font has is drawn as a square."""
    letters = [chr(code) for code in [*range(0xAA80, 0xAAC3), *range(0xAADB, 0xAAE0)]]
    drawn = [str(ink(page, f"ꪀ{letter}")["ink"]) for letter in letters]
    assert str(ink(page, "ꪀ\uaac3")["ink"]) not in drawn
    assert len(set(drawn)) == len(letters)


def test_nothing_of_a_line_is_cut_off(dt05: School, new_phone: NewPhone) -> None:
    """The highest stack and the lowest tail of the script fit into one line of a heading and of a control."""
    page = new_phone().new_page()
    learner = Learner(page, dt05.course, "blt")
    learner.open(dt05.course.lessons[0])
    until(lambda: page.evaluate("document.fonts.status === 'loaded'"))
    for place in ("h1 [lang=blt-Tavt]", ".bar .next [lang=blt-Tavt]"):
        box = page.locator(place).first
        expect(box).to_be_visible()
        line, size = box.evaluate("""one => {
          const style = getComputedStyle(one)
          return [parseFloat(style.lineHeight), parseFloat(style.fontSize)]
        }""")
        tallest = ink(page, "ꪹꪫꪴꪷ꫁")
        assert line >= size * (tallest["bottom"] - tallest["top"]) / 120
