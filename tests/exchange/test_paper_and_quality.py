"""Courses on paper, and how well their questions ask."""

import pytest
from fastapi import FastAPI

from app.authoring import quality_rules as rules
from app.authoring.quality_queries import KEPT
from app.authoring.quality_rules import First, Share
from app.core import ids
from tests.cast import Phone, Staff
from tests.conftest import Ticker
from tests.page import opened

ONE = {"id": "q1", "kind": "one", "ids": ["a", "b", "c"], "right": ["b"]}
KEYS = {("first", "q1"): ONE}


@pytest.mark.only_on("sqlite")
def test_a_booklet_holds_every_lesson_and_its_answers(staff: Staff) -> None:
    page = opened(staff.client, "/teach/courses/small/booklet")
    assert len(page.with_class("chapter")) == 4 and len(page.with_class("asked")) >= 4
    assert page.with_class("answers")[0].text.split()[:2] == ["B", "A"]
    large = opened(staff.client, "/teach/courses/small/booklet?large=1&lesson=second&lang=hmn")
    assert "large" in large.all("body")[0].attrs["class"] and len(large.with_class("chapter")) == 2


@pytest.mark.only_on("sqlite")
def test_a_poster_leads_to_the_course(staff: Staff) -> None:
    page = opened(staff.client, "/teach/courses/small/poster")
    assert "http://ban.test/vi/courses/small" in page.html and page.with_class("qr")
    staff.get("/teach/courses/none/poster", 404)


def test_what_people_answered_first_is_counted_by_language(
    app: FastAPI, staff: Staff, my: Phone, ticker: Ticker
) -> None:
    late, early = ids.new(), ids.new()
    for person, answers in ((late, "ab"), (early, "b"), (ids.new(), "a"), (ids.new(), "c")):
        for answer in answers:
            ticker.advance(1000)
            lang = "hmn" if answer == "c" else "vi"
            my.outbox(my.answered(person, answer=answer if answer != "c" else "a", lang=lang))
    page = opened(staff.client, "/teach/courses/small/questions?all=1")
    rows = [[one.text for one in page.elements if one.tag == "td"]]
    assert rows[0][:4] == ["1", "0 %", "3", "33 %"]
    my.outbox(my.answered(ids.new(), answer="b"))
    assert "3" in [one.text for one in opened(staff.client, "/teach/courses/small/questions?all=1").all("td")]
    ticker.advance(KEPT)
    again = opened(staff.client, "/teach/courses/small/questions?all=1")
    assert [one.text for one in again.all("td")][2:4] == ["4", "50 %"]
    opened(staff.client, "/teach/courses/small/questions")
    staff.get("/teach/courses/none/questions", 404)


def test_the_first_by_its_time_counts_in_whatever_order_it_comes(
    app: FastAPI, staff: Staff, my: Phone, ticker: Ticker
) -> None:
    person = ids.new()
    first, second = my.answered(person, answer="a"), None
    ticker.advance(5000)
    second = my.answered(person, answer="b")
    my.outbox(second)
    my.outbox(first)
    page = opened(staff.client, "/teach/courses/small/questions?all=1")
    assert [one.text for one in page.all("td")][:2] == ["1", "0 %"]


def firsts(lang: str, **answers: int) -> list[First]:
    return [First(("first", "q1"), lang, id) for id, times in answers.items() for _ in range(times)]


def looks(*given: list[First]) -> list[tuple[str, str]]:
    shares = rules.tally([one for some in given for one in some], KEYS)[("first", "q1")]
    return rules.looks(shares, "one")


def test_what_makes_one_look() -> None:
    assert looks(firsts("vi", b=8, a=2)) == []
    assert looks(firsts("vi", b=3, a=2, c=3)) == [("hard", ""), ("draws", "c")]
    assert looks(firsts("vi", b=4, a=4)) == [("draws", "a")]
    assert looks(firsts("vi", a=7)) == [], "too few to say anything"
    assert looks(firsts("vi", b=9, a=1), firsts("hmn", b=5, a=3)) == [("language", "hmn")]
    assert looks(firsts("vi", b=9, a=1), firsts("hmn", b=6, a=2)) == []
    assert looks(firsts("vi", b=9, a=1), firsts("hmn", a=3)) == []


def test_what_drew_is_told_by_kind() -> None:
    cases = [
        (ONE, "a", ["a"]),
        ({"kind": "several", "ids": ["a", "b", "c"], "right": ["a"]}, ["a", "c"], ["c"]),
        ({"kind": "order", "right": ["a", "b", "c"]}, ["b", "a", "c"], ["b", "a"]),
        (
            {"kind": "pairs", "ids": ["t1", "t2"], "right": {"a": "t1", "b": "t2"}},
            {"a": "t1", "b": "t1"},
            ["b"],
        ),
        ({"kind": "text", "right": ["ha noi"], "marks": False}, "Huế", ["huế"]),
    ]
    for key, answer, told in cases:
        assert list(rules.drawn(key, answer)) == told
    share = Share(drawn=rules.Counter({"huế": 3, "0912 345 678": 1}))
    assert rules.typed(share) == [("huế", 3)]


def test_what_fits_no_question_is_not_counted() -> None:
    given = [
        First(("first", "q9"), "vi", "a"),
        First(("first", "q1"), "vi", "zz"),
        First(("first", "q1"), "vi", 4),
    ]
    assert rules.tally(given, KEYS) == {}
