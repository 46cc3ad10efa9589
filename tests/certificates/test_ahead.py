"""What a learner is told she still lacks for a certificate, and the way to it; nothing of it that she has."""

from pathlib import Path

import pytest
from fastapi import FastAPI

from app.accounts import actions as accounts
from app.accounts.permissions import Officer
from app.certificates import actions
from app.certificates.rules import Rule
from app.programmes import class_actions
from app.programmes import class_queries as classes
from tests.cast import Phone, changed_course, publish
from tests.certificates.examples import hire, issue, learn, read, with_key, write
from tests.conftest import Ticker
from tests.page import Page, linted
from tests.programmes import class_stage

pytestmark = pytest.mark.only_on("sqlite")
BASE = "/vi/courses/small"
SKILL = "Mở VNeID"


@pytest.fixture
def sung(app: FastAPI, ticker: Ticker) -> Officer:
    with_key(app)
    return hire(app, "Sùng")


@pytest.fixture
def me(my: Phone) -> str:
    return my.register("Mỷ")


def rule(app: FastAPI, by: Officer, **said: object) -> None:
    write(app, lambda conn: actions.set_rule(conn, Rule(**({"id": "any"} | said)), by))  # type: ignore[arg-type]


def shown(phone: Phone, lang: str = "vi") -> Page:
    return linted(phone.get(f"/me/certificates?lang={lang}").text)


def told(phone: Phone) -> tuple[str, list[str]]:
    """What stands in the course's card, and where it leads."""
    page = shown(phone)
    card = page.by_id("lacking-small")
    return card.text, [one.attrs["href"] for one in page.all("a") if card in one.within]


def test_who_has_begun_nothing_is_told_how_to_begin(my: Phone, me: str) -> None:
    page = shown(my)
    assert not page.with_class("lacking") and "lacking-" not in page.html
    assert page.all("a", href="/vi")


def test_each_thing_she_lacks_is_a_sentence_with_the_way_to_it(app: FastAPI, my: Phone, me: str) -> None:
    learn(app, me, "second", "test")
    text, ways = told(my)
    assert "Còn 2 việc" in text and "Hãy học xong bài dưới đây" in text and "Hãy làm hết bài kiểm tra" in text
    assert ways == [f"{BASE}/second", f"{BASE}/test"], "and none to what she has done"
    learn(app, me, "first", "test")
    text, ways = told(my)
    assert ways == [f"{BASE}/test"] and "Hãy học xong" not in text and "Còn" not in text
    learn(app, me, "first", "second", k1="b", k2="1")
    text, ways = told(my)
    assert "chưa đến 50%" in text and ways == [f"{BASE}/test"] and "Hãy làm hết" not in text
    learn(app, me, "first", "second")
    text, ways = told(my)
    assert "Bạn đã đủ điều kiện" in text and ways == ["/help"] and "chưa" not in text


@pytest.mark.parametrize("lang", ["hmn", "blt", "hmn-x-rpa", "blt-Latn"])
def test_it_is_told_in_every_language(app: FastAPI, my: Phone, me: str, sung: Officer, lang: str) -> None:
    rule(app, sung, skills=("vneid-open",), supervised=True, score=80)
    learn(app, me, "second", k1="b", k2="1")
    page = shown(my, lang)
    assert page.all("a", href=f"/{lang}/courses/small/second") and page.by_id("lacking-small")


def test_what_a_helper_must_see_is_told_with_who_that_is(
    app: FastAPI, my: Phone, me: str, sung: Officer
) -> None:
    rule(app, sung, skills=("vneid-open",), supervised=True)
    learn(app, me)
    text, ways = told(my)
    assert "trước mặt người hướng dẫn" in text and SKILL in text and ways == ["/help"]
    helper = class_stage.hire(app, "Giúp")
    write(app, lambda conn: accounts.change(conn, me, place=class_stage.HERE))
    id = class_stage.open_class(app, helper, [me])
    text, ways = told(my)
    assert "Người hướng dẫn: Giúp" in text and ways == []
    row = read(app, lambda conn: classes.class_row(conn, id))
    day = classes.today()
    write(app, lambda conn: class_actions.confirm(conn, row, "skill", "vneid-open", [me], day, helper))
    assert SKILL not in told(my)[0]
    write(app, lambda conn: class_actions.confirm(conn, row, "test", "small", [me], day, helper))
    assert "Bạn đã đủ điều kiện" in told(my)[0]


def test_a_programme_is_told_of_by_what_it_asks_for_beyond_the_course(
    app: FastAPI, my: Phone, me: str, sung: Officer
) -> None:
    rule(app, sung, id="own", programme="cho-so", course="small", skills=("vneid-open",))
    learn(app, me)
    text, ways = told(my)
    assert "Bạn đã đủ điều kiện" in text and "Chợ số – Nông thôn số" in text and SKILL in text
    assert f"{BASE}/first" not in ways


def test_of_a_course_without_a_rule_it_says_so(app: FastAPI, my: Phone, me: str, sung: Officer) -> None:
    rule(app, sung, ended=True)
    learn(app, me)
    text, ways = told(my)
    assert " ".join(text.split()) == "Khóa nhỏ Khóa học này chưa được cấp giấy chứng nhận." and ways == []


def test_who_holds_one_lacks_nothing(app: FastAPI, my: Phone, me: str, sung: Officer) -> None:
    learn(app, me)
    issue(app, [me], sung)
    assert "lacking-" not in shown(my).html


def test_she_is_told_what_there_is_to_learn_now(app: FastAPI, my: Phone, me: str, tmp_path: Path) -> None:
    """Of a version she began and nobody can learn any more nothing is asked; one answer to the new one makes it count."""
    learn(app, me, "second")
    publish(app, changed_course(tmp_path / "new", "course.toml", '["first", "second"]', '["first"]'))
    text, ways = told(my)
    assert "Khóa học đã có bản mới" in text and ways == [BASE]
    learn(app, me, "second", "test")
    assert "Bạn đã đủ điều kiện" in told(my)[0]


def test_what_a_village_told_the_province_is_waited_for(
    app: FastAPI, my: Phone, me: str, sung: Officer
) -> None:
    learn(app, me)
    structure = app.state.shelf.courses["small"].structure
    write(app, lambda conn: actions.tell_earned(conn, {me: structure}, "small", sung))
    text, ways = told(my)
    assert "Bạn chờ cấp giấy" in text and ways == []


def test_nobody_elses_is_shown(app: FastAPI, my: Phone, me: str, stranger: Phone) -> None:
    learn(app, me, "second")
    stranger.register("Giàng")
    assert "lacking-" not in shown(stranger).html
