"""Where to begin: the placement, what it proposes, and the order it gives to the list of courses."""

import re
from copy import copy
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI

from app import opening
from app.accounts import cookies
from app.accounts.models import Person
from app.core import ledger
from app.core.models import Entry
from app.curriculum.library import Library
from courses.paths import read
from tests.cast import RIGHT, Phone, changed_course, publish, rows
from tests.page import linted, opened

TRADER = {"who": "trader", "phone": "daily", "money": "no", "tricked": "no"}
ALL_RIGHT: dict[str, dict[str, Any]] = {
    "first": {**RIGHT, "q4.a": "1", "q4.b": "2", "q4.c": "3"},
    "second": {},
    "test": {"k1": "a", "k2": "12"},
}
NOVICE = {"who": "trader", "phone": "never", "money": "no", "tricked": "no"}


@pytest.fixture(autouse=True)
def market(app: FastAPI, tmp_path: Path) -> None:
    """Three courses, `small` among them, and the shipped questions on two short paths."""
    for id in ("dt01", "dt04"):
        publish(app, changed_course(tmp_path / id, "course.toml", 'id = "small"', f'id = "{id}"'))
    shipped = Path(__file__).parents[2].joinpath("content/paths.toml").read_text("utf-8")
    trader = re.sub(r"(?m)^trader = .*", 'trader = ["small", "dt04", "dt98"]', shipped)
    app.state.paths = read(trader.encode())[0]


def ask(answers: dict[str, str], lang: str = "vi") -> str:
    return f"/{lang}/begin?{urlencode(answers)}"


def listed(phone: Phone) -> list[str]:
    """The courses of home in their order."""
    cards = re.findall(r'<article class="card link[^"]*">.*?</article>', phone.get("/vi").text, re.S)
    return [found[1] for card in cards if (found := re.search(r'href="/vi/courses/(\w+)"', card))]


def marked(phone: Phone) -> list[str]:
    return re.findall(r'class="card link going">.*?href="/vi/courses/(\w+)"', phone.get("/vi").text, re.S)


def finish(phone: Phone, course: str) -> None:
    """Every lesson and the final quiz, all of it right."""
    structure = phone.app.state.shelf.courses[course].structure
    for lesson, answers in ALL_RIGHT.items():
        phone.post(f"/vi/courses/{course}/{lesson}/answers", {"structure": structure, **answers}, 200)


def test_it_works(my: Phone) -> None:
    assert listed(my) == ["dt01", "dt04", "small"] and marked(my) == []
    assert 'href="/vi/begin"' in my.get("/vi").text
    form = opened(my.client, "/vi/begin")
    assert {one.attrs["name"] for one in form.all("input")} == set(TRADER)
    proposal = opened(my.client, ask(TRADER))
    [take] = [one for one in proposal.all("button") if one.attrs.get("name") == "path"]
    assert take.attrs["value"] == "trader"
    my.post("/vi/begin", {"path": "trader"})
    assert listed(my) == ["small", "dt04", "dt01"] and marked(my) == ["small"]
    assert 'href="/vi/begin"' not in my.get("/vi").text


def test_answering_keeps_nothing(app: FastAPI, my: Phone) -> None:
    my.get(ask(TRADER))
    assert cookies.PATH not in my.client.cookies
    assert listed(my) == ["dt01", "dt04", "small"] and rows(app, Person) == []


def test_the_proposal_says_why_and_shows_the_whole_path(my: Phone) -> None:
    page = linted(my.get(ask(NOVICE)).text)
    assert "Bạn chưa quen cầm điện thoại thông minh" in page.html
    path = [one.attrs["href"] for one in page.all("a") if one.inside("ol")]
    assert path == ["/vi/courses/dt01", "/vi/courses/small", "/vi/courses/dt04"]


def test_what_is_not_published_is_not_proposed(my: Phone) -> None:
    page = linted(my.get(ask(TRADER | {"who": "staff"})).text)
    assert "home.empty" not in page.html and "Chưa có khóa học nào ở đây" in page.html
    assert not page.all("button", name="path")


def test_a_question_left_open_is_asked_for_and_the_others_stay_answered(my: Phone) -> None:
    page = linted(my.get(ask({"who": "trader", "phone": "smoke"}), 422).text)
    assert len(page.with_class("error")) == 3
    [chosen] = [one for one in page.all("input") if "checked" in one.attrs]
    assert chosen.attrs["value"] == "trader"


def test_another_language_keeps_the_answers(my: Phone) -> None:
    page = linted(my.get(ask(TRADER)).text)
    [mong] = page.all("a", hreflang="hmn-Latn-VN")
    assert mong.attrs["href"] == ask(TRADER, "hmn")
    assert opened(my.client, mong.attrs["href"]).all("button", name="path")


def test_no_language_of_ours_is_no_page(my: Phone) -> None:
    my.get("/th/begin", 404)
    my.post("/th/begin", {"path": "trader"}, 404)


def test_a_path_that_means_nothing_is_refused_and_forgotten(my: Phone) -> None:
    my.post("/vi/begin", {"path": "king:dt01"}, 422)
    my.client.cookies.set(cookies.PATH, "king")
    assert listed(my) == ["dt01", "dt04", "small"] and 'href="/vi/begin"' in my.get("/vi").text
    my.register("Mỷ")
    assert rows(my.app, Person)[0]["path"] == ""


def test_the_next_course_is_the_first_not_finished(my: Phone) -> None:
    my.post("/vi/begin", {"path": "trader"})
    finish(my, "small")
    assert marked(my) == ["dt04"]
    finish(my, "dt04")
    assert marked(my) == []


def test_registering_takes_the_phones_path_along(app: FastAPI, my: Phone) -> None:
    my.post("/vi/begin", {"path": "trader:dt01"})
    my.register("Mỷ")
    assert rows(app, Person)[0]["path"] == "trader:dt01"
    assert listed(my) == ["dt01", "small", "dt04"]
    assert cookies.PATH not in my.client.cookies
    my.post("/who/leave")
    assert listed(my) == ["dt01", "dt04", "small"]


def test_a_person_keeps_hers_in_the_ledger_and_on_any_phone(app: FastAPI, my: Phone, stranger: Phone) -> None:
    person = my.register("Mỷ")
    pictures = my.keep_pin()
    my.post("/vi/begin", {"path": "trader"})
    assert "person.changed" in {row["type"] for row in rows(app, Entry)}
    stranger.enter(person, pictures)
    assert listed(stranger) == ["small", "dt04", "dt01"]
    before = rows(app, Person)
    app.state.writer.call(ledger.rebuild)
    assert rows(app, Person) == before


def test_she_takes_another_or_none_from_her_own_page(my: Phone) -> None:
    for register in (False, True):
        if register:
            my.register("Mỷ")
        assert "Bạn chưa chọn thứ tự học" in my.get("/me").text
        my.post("/vi/begin", {"path": "trader"})
        assert "Thứ tự học cho người bán hàng" in my.get("/me").text
        opened(my.client, "/me")
        my.post("/vi/begin", {"path": ""})
        assert listed(my) == ["dt01", "dt04", "small"]


def test_banhoc_check_names_a_course_of_a_path_that_is_not_there(tmp_path: Path, library: Library) -> None:
    held = copy(library)
    assert opening.path_faults(held) == []
    vars(held)["content"] = tmp_path
    assert opening.path_faults(held) == []
    (tmp_path / "paths.toml").write_text("[paths]\nvillager = ['dt99']\n")
    assert "There is no course `dt99`." in [fault.what for fault in opening.path_faults(held)]
