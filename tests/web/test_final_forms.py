"""A final quiz in forms: a page for each, light enough for the first round trip, and "again" is another one."""

from dataclasses import replace

import pytest

from app.curriculum.lesson_page import form_paths
from courses.model import Lesson
from tests.page import Page, linted
from tests.web.everything import course, drawn

FINAL = "/vi/courses/dt99/01-hoi"


@pytest.fixture(scope="module")
def final() -> Lesson:
    return replace(course().lessons[0], blocks=(), forms={"a": ("tf", "one"), "b": ("sum",), "c": ("word",)})


def asked(page: Page) -> list[str]:
    return [one.attrs["id"] for one in page.with_class("q")]


def test_each_form_asks_its_questions_in_its_order_and_leads_to_the_next(final: Lesson) -> None:
    pages = {path: linted(drawn("vi", lesson=final, form=path)) for path in form_paths(final)}
    assert {path: asked(page) for path, page in pages.items()} == {
        "": ["tf", "one"],
        "/b": ["sum"],
        "/c": ["word"],
    }
    assert [page.all("input", name="form")[0].attrs["value"] for page in pages.values()] == ["a", "b", "c"]
    for path, following in {"": "/b", "/b": "/c", "/c": ""}.items():
        assert pages[path].all("a", href=FINAL + following), path


def test_another_language_is_the_same_form(final: Lesson) -> None:
    page = linted(drawn("vi", lesson=final, form="/b"))
    assert page.all("a", href="/hmn/courses/dt99/01-hoi/b")


def test_a_lesson_without_forms_is_one_page() -> None:
    assert form_paths(course().lessons[0]) == [""]
    assert not linted(drawn("vi")).all("input", name="form")
