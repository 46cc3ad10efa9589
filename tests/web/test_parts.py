"""The parts that pages are made of."""

from courses.model import SOURCE
from tests.page import Page
from tests.web.everything import pages


def drawn(source: str) -> Page:
    return Page(pages().environment(SOURCE).from_string(source).render())


def test_each_text_of_a_card_has_a_row_of_its_own_for_its_listening_control() -> None:
    page = drawn(
        '{% from "parts/card.html" import link_card with context %}{{ link_card("/x", "A", line="B") }}'
    )
    rows = [
        next(up for up in reversed(one.within) if up.tag == "div")
        for one in page.elements
        if "data-s" in one.attrs
    ]
    assert len(rows) == 2 and rows[0] is not rows[1]
    assert all(one.attrs["class"] == "row" for one in rows)
    assert [one.attrs["href"] for one in page.all("a")] == ["/x"], "one link a card"
