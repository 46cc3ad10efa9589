"""The lesson page: every block and question in every language, as HTML that works before any script."""

import json
import re
from dataclasses import replace
from functools import cache

import brotli
import pytest

from app.curriculum.lesson_page import form_paths, lesson_html
from app.curriculum.library import Library
from app.curriculum.press import ROUND_TRIP, packed
from app.curriculum.telling import Medium
from app.web.assets import Assets
from app.web.render import Pages
from courses.folder import from_dir, read
from courses.languages import LANGUAGES
from courses.manifest import Held, sha256
from courses.model import Course
from courses.structure import structure_version
from tests.page import Page, linted
from tests.web.everything import CONTENT, MONG, THAI, course, drawn, pages

LANGS = list(LANGUAGES)
WRITTEN = ("vi", "hmn", "blt")
"""Those with words of their own; a view is no heavier than what it is computed from."""
LIBRARY = Library(CONTENT)
QUICK = 5
"""Of brotli: no lighter than what is sent, so that most pages need no slower setting."""


@pytest.fixture(scope="module")
def shown() -> dict[str, Page]:
    return {lang: Page(drawn(lang)) for lang in LANGS}


@pytest.fixture(scope="module")
def drafts() -> Pages:
    return pages()


@cache
def course_of(id: str) -> Course:
    found = read(from_dir(CONTENT / "courses" / id)).course
    assert found
    return found


def held(name: str) -> Medium | None:
    kit = name.startswith("kit:")
    return Medium(f"/media/{Held('a.svg', sha256(name.encode()), 1).name}", 1) if kit else None


def sent(html: bytes) -> int:
    quickly = len(brotli.compress(html, quality=QUICK))
    return quickly if quickly <= ROUND_TRIP else len(packed(html))


def form_names(page: Page) -> set[str]:
    return {
        one.attrs["name"] for one in page.elements if one.tag in ("input", "select") and "name" in one.attrs
    }


@pytest.mark.parametrize("lang", LANGS)
def test_it_works_in_every_language(lang: str, shown: dict[str, Page]) -> None:
    page = shown[lang]
    assert page.faults() == []
    assert page.all("html")[0].attrs["lang"] == LANGUAGES[lang].tag
    assert len(page.with_class("screen")) == 3


def test_a_lesson_without_blocks_or_without_questions_is_a_page_too() -> None:
    final, second = course().final, course().lessons[1]
    assert final
    for lesson in (final, second):
        linted(drawn("vi", lesson=lesson))


def test_the_quiz_is_one_form_whose_fields_are_the_answers(shown: dict[str, Page]) -> None:
    page = shown["hmn"]
    form = page.all("form", method="post")
    assert [one.attrs["action"] for one in form] == ["/hmn/courses/dt99/01-hoi/answers"]
    assert form_names(page) == {
        *("structure", "one", "some", "tf", "row.a", "row.b", "row.c", "sort.a", "sort.b"),
        *("match.a", "match.b", "tap", "sum", "word"),
    }


def test_nothing_typed_in_a_practice_can_be_sent(shown: dict[str, Page]) -> None:
    practice = [
        one
        for one in shown["vi"].all("input")
        if any("practice" in up.attrs.get("class", "") for up in one.within)
    ]
    assert practice and all("name" not in one.attrs and one.attrs["pattern"] == "123456" for one in practice)


def test_every_pretend_screen_says_that_it_is_one(shown: dict[str, Page]) -> None:
    for page in shown.values():
        marks = [one for one in page.with_class("mark") if "BÀI TẬP – KHÔNG PHẢI THẬT" in one.text]
        assert len(marks) == len(page.with_class("screen"))


def test_a_draft_is_marked_and_stands_above_the_vietnamese(shown: dict[str, Page]) -> None:
    page = shown["hmn"]
    title = next(one for one in page.elements if one.tag == "h1")
    draft, beneath = (
        next(one for one in page.with_class(name) if title in one.within) for name in ("draft", "beneath")
    )
    assert draft.text.startswith(MONG) and draft.attrs["lang"] == "hmn-Latn-VN"
    assert beneath.text == "Lời của title" and beneath.attrs["lang"] == "vi"
    assert page.with_class("banner")


@pytest.mark.parametrize("lang", ["hmn", "hmn-x-rpa"])
def test_a_draft_that_says_the_vietnamese_word_for_word_stands_there_once(lang: str) -> None:
    """In a line, in prose and in a question; the mark of a draft stays, and it is read as Vietnamese."""
    one = course().lessons[0]
    source, mong = one.words["vi"], one.words["hmn"]
    same = {key: replace(mong[key], text="09xx xxx 112") for key in ("title", "story", "some.a")}
    said = {key: replace(source[key], text="09xx xxx 112") for key in same}
    page = Page(drawn(lang, lesson=replace(one, words={"vi": source | said, "hmn": mong | same})))
    told = [
        each
        for each in page.elements
        if each.text == "09xx xxx 112" and "draft" in each.attrs.get("class", "")
    ]
    assert {each.tag for each in told} == {"span", "div"} and len(told) == len(same)
    assert all(each.attrs["lang"] == "vi" for each in told)
    assert not [each for each in page.with_class("beneath") if "09xx" in each.text]
    assert page.faults() == [] and page.with_class("beneath")


def test_what_the_drawn_mark_says_is_heard_once_a_card(shown: dict[str, Page]) -> None:
    for lang, page in shown.items():
        for card in page.with_class("card"):
            told = [one for one in page.with_class("sr") if card in one.within and one.text == "bản nháp"]
            drafts = [one for one in page.with_class("draft") if card in one.within and not one.inside("b")]
            own = [one for one in drafts if one.tag != "b" and card.attrs["id"] != "_end"]
            assert len(told) == bool(own), (lang, card)
            assert all(one.attrs["lang"] == "vi" for one in told)


def test_on_a_button_the_vietnamese_stands_beneath_the_draft(shown: dict[str, Page]) -> None:
    """What lies in a button by itself stands in one row with its neighbours."""
    for page in shown.values():
        told = [*page.with_class("draft"), *page.with_class("beneath")]
        assert not [one for one in told if "btn" in one.within[-1].attrs.get("class", "").split()]


def test_a_draft_item_carries_its_whole_vietnamese(shown: dict[str, Page]) -> None:
    page = shown["hmn"]
    card = page.by_id("some")
    vietnamese = " ".join(one.text for one in page.with_class("beneath") if card in one.within)
    for key in ("some", "some a", "some b", "some c", "some a feedback"):
        assert f"Lời của {key}" in vietnamese


def test_an_item_half_translated_is_whole_in_vietnamese(shown: dict[str, Page]) -> None:
    page = shown["blt"]
    card = page.by_id("one")
    assert THAI not in card.text and "Lời của one" in card.text


def test_what_is_not_translated_is_vietnamese_and_says_so(shown: dict[str, Page]) -> None:
    page = shown["blt"]
    words = page.by_id("know")
    fallback = [one for one in page.elements if words in one.within and one.attrs.get("lang") == "vi"]
    assert fallback and "(tiếng Việt)" in words.text


def test_an_approved_translation_has_no_marks(shown: dict[str, Page]) -> None:
    page = shown["blt"]
    title = page.all("h1")[0]
    assert title.text == THAI
    assert not [one for one in page.elements if title in one.within]


def test_without_drafts_nobody_sees_one() -> None:
    page = linted(drawn("hmn", drafts=False))
    assert not page.with_class("draft") and not page.with_class("banner")
    assert MONG not in page.html


def test_a_view_is_computed_and_still_a_draft(shown: dict[str, Page]) -> None:
    drafts = [one for one in shown["hmn-x-rpa"].with_class("draft") if one.inside("h1")]
    assert drafts and MONG not in drafts[0].text and drafts[0].attrs["lang"] == "hmn-Latn-x-rpa"


def test_the_cost_of_sound_is_said_before_it_is_paid(shown: dict[str, Page]) -> None:
    page = shown["vi"]
    assert [one.text.strip() for one in page.all("a", data_play="audio")] == ["Nghe · 12 KB"]
    voiced = [one.attrs["data-s"] for one in page.elements if "/" in one.attrs.get("data-s", "")]
    assert len(voiced) == 1 and re.fullmatch(r"/media/[0-9a-f]{12}\.opus 5", voiced[0])


def test_everything_with_words_can_be_heard(shown: dict[str, Page]) -> None:
    page = shown["vi"]
    heard = {one for one in page.elements if "data-s" in one.attrs}
    for told in [
        *page.with_class("ask"),
        *page.with_class("prose"),
        *page.with_class("btn"),
        *page.with_class("aloud"),
    ]:
        if "data-play" not in told.attrs:
            near = told in heard or any(up in heard for up in told.within)
            assert near, told
    for tile in page.with_class("tile"):
        assert [one for one in heard if tile in one.within], tile


def test_grading_knows_what_the_page_asks(shown: dict[str, Page]) -> None:
    page = shown["hmn"]
    keys = json.loads(next(one.text for one in page.with_class("keys")))
    assert [key["id"] for key in keys] == [question.id for question in course().lessons[0].questions]
    assert json.loads(next(one.text for one in page.with_class("info")))["lang"] == "hmn"


def test_the_page_is_the_same_for_everyone_and_every_time() -> None:
    assert drawn("hmn") == drawn("hmn")


@pytest.mark.parametrize("lang", WRITTEN)
@pytest.mark.parametrize("id", [path.name for path in LIBRARY.courses()])
def test_every_lesson_fits_the_first_round_trip(id: str, lang: str, drafts: Pages) -> None:
    found = course_of(id)
    structure = structure_version(found)
    heavy = {
        lesson.id + form: size
        for lesson in found.all_lessons()
        for form in form_paths(lesson)
        for html in [lesson_html(drafts, found, lesson, structure, lang, held, LIBRARY.facts, form)]
        if (size := sent(html.encode())) > ROUND_TRIP
    }
    assert not heavy


def test_the_scripts_of_a_lesson_are_light() -> None:
    assets = Assets()
    asked = re.findall(r'<script type="module" src="([^"]+)"', drawn("vi"))
    assert asked and sum(len(assets.files[url].brotli) for url in asked) <= 6 * 1024
    met = [assets.files[assets.url(f"js/{name}.js")] for name in ("page", "study")]
    assert sum(len(file.brotli) for file in met) <= 12 * 1024
    style = [assets.files[assets.url(f"css/{name}.css")] for name in ("page", "more")]
    assert sum(len(file.brotli) for file in style) <= 4 * 1024
    assert len(brotli.compress(assets.text("css/page.css").encode())) <= 1.5 * 1024
