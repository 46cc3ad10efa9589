"""What is due for those who write: facts, translations, voices; for staff alone."""

from copy import copy
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.authoring import queries, rules
from app.authoring.queries import Quote
from app.core import clock
from courses import facts
from tests.cast import Phone, Staff, changed_course, publish
from tests.conftest import Ticker
from tests.page import opened

TODAY = date(2026, 11, 21)
FACTS = """
[far]
value = "1"
review_by = 2027-11-21
source_url = "https://far.example/a"
owner = "Sở A"
verified = true

[past]
value = "156"
review_by = 2026-11-20
source_url = "https://past.example/b"
owner = "Sở B"
verified = true

[near]
value = "900"
review_by = 2027-01-20
source_url = "https://near.example/c"
owner = "Sở C"
verified = true

[dayless]
value = "5"
source_url = "https://dayless.example/d"
owner = "Sở D"
verified = true

[guess]
value = "777"
verified = false
"""


@pytest.fixture
def quoting(tmp_path: Path, app: FastAPI, ticker: Ticker) -> None:
    """On the day `TODAY`, these facts, one of them quoted twice in one lesson."""
    ticker.at = 1795219200000
    assert clock.as_datetime(clock.now()).date() == TODAY
    known(app, FACTS)
    course = changed_course(
        tmp_path / "small", "second/vi.md", "## story\n", "## story\nGọi {fact:past} và {fact:past}. "
    )
    publish(app, course)


def known(app: FastAPI, said: str) -> None:
    """The library of the checkout with other facts."""
    library = copy(app.state.library)
    vars(library).update(facts_file=said.encode(), facts=facts.read(said.encode())[0])
    app.state.library = library


def test_it_works(quoting: None, staff: Staff) -> None:
    page = opened(staff.client, "/teach")
    assert "156" in page.html and "Quá hạn từ ngày 20/11/2026" in page.html and "Hỏi: Sở B" in page.html
    assert page.all("a", href="https://past.example/b")[0].text == "past.example"
    assert len(page.all("a", href="/vi/courses/small/second")) == 1


def test_what_is_past_soon_or_has_no_day_is_due_the_most_urgent_first() -> None:
    found, faults = facts.read(FACTS.encode())
    assert faults == []
    assert [one.id for one in rules.due(found, TODAY)] == ["dayless", "past", "near"]
    assert [one.id for one in rules.due(found, date(2026, 11, 20))] == ["dayless", "past"]
    assert [one.id for one in rules.unverified(found)] == ["guess"]


def test_every_quote_is_named_once_with_its_lesson(app: FastAPI, quoting: None) -> None:
    desk = queries.desk(app.state.shelf, app.state.library)
    assert desk.quotes == {"past": [Quote("small", "second")]}


def test_a_new_publication_is_read_anew(app: FastAPI, quoting: None, tmp_path: Path) -> None:
    queries.desk(app.state.shelf, app.state.library)
    publish(app, changed_course(tmp_path / "other", "course.toml", "Khóa nhỏ", "Khóa {fact:near}"))
    assert queries.desk(app.state.shelf, app.state.library).quotes == {"near": [Quote("small", "")]}


def test_translations_are_counted_by_course_and_language(app: FastAPI, staff: Staff) -> None:
    [(published, reports)] = queries.desk(app.state.shelf, app.state.library).translations
    vi, blt, _ = reports
    assert published.course.id == "small" and [one.lang for one in reports] == ["vi", "blt", "hmn"]
    assert (vi.missing, blt.missing) == (0, vi.approved)
    page = opened(staff.client, "/teach")
    assert [one.text for one in page.all("th", scope="col")][-3:] == [
        "Tiếng Việt",
        "Tiếng Thái",
        "Tiếng Mông",
    ]
    assert page.all("a", href="/admin/unvoiced")


def test_where_nothing_waits_it_says_so(app: FastAPI, quoting: None, staff: Staff) -> None:
    known(app, "")
    app.state.shelf.courses = {}
    page = opened(staff.client, "/teach")
    for words in ("Chưa có điều nào đến hạn", "Điều nào cũng đã có người xác nhận", "Chưa có khóa học nào"):
        assert words in page.html
    assert not page.all("table")


def test_nobody_else_sees_it(my: Phone) -> None:
    my.register("Mỷ")
    assert my.get("/teach", 303).headers["location"] == "/staff/sign-in"


def test_the_administrators_door_leads_to_it(staff: Staff) -> None:
    assert 'href="/teach"' in staff.get("/admin").text
