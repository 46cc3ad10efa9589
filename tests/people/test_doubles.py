"""Two records of one person are found, compared, merged and told apart again by an officer of the place."""

import re

from fastapi import FastAPI

from app.accounts.models import Merged
from app.learning.models import QuestionResult
from tests.cast import Phone, rows
from tests.people.conftest import Helper


def pairs(officer: Helper) -> list[str]:
    return re.findall(r'href="(/admin/doubles/[^"]+)"', officer.get("/admin/doubles").text)


def test_it_works(app: FastAPI, officer: Helper, my: Phone) -> None:
    [first] = officer.register("Vừ Thị Mỷ", year="1985")
    [second] = officer.register("Vu Thi My")
    my.enter(second, officer.pictures())
    my.send_form(q1="b")
    [pair] = pairs(officer)
    page = officer.get(pair).text
    assert "Vừ Thị Mỷ" in page and "Vu Thi My" in page and "1985" in page
    assert officer.post(pair, {"keep": first}).headers["location"] == f"/admin/people/{first}"
    assert {row["person_id"] for row in rows(app, QuestionResult)} == {first}
    assert pairs(officer) == [] and "1 người" in officer.get("/admin/people").text
    [undoing] = re.findall(r'action="(/admin/merges/[^"]+)"', officer.get("/admin/doubles").text)
    assert undoing in officer.get(f"/admin/people/{first}").text
    assert officer.post(undoing).headers["location"] == pair
    assert rows(app, Merged) == []
    assert {row["person_id"] for row in rows(app, QuestionResult)} == {second}


def test_namesakes_that_were_told_apart_are_not_shown_again(officer: Helper) -> None:
    officer.register("Mỷ")
    officer.register("My")
    [pair] = pairs(officer)
    officer.post(pair)
    assert pairs(officer) == []


def test_another_year_or_another_village_is_another_person(officer: Helper, helper: Helper) -> None:
    officer.register("Mỷ", year="1985")
    officer.register("Mỷ", year="1990")
    helper.register("Mỷ")
    assert pairs(officer) == []


def test_only_records_of_her_places_are_merged(officer: Helper, another: Helper) -> None:
    [mine], [theirs] = officer.register("Mỷ"), another.register("Mỷ")
    officer.get(f"/admin/doubles/{mine}/{theirs}", 404)
    officer.post(f"/admin/doubles/{mine}/{theirs}", {"keep": mine}, 404)
    officer.post(f"/admin/doubles/{mine}/{mine}", {"keep": mine}, 404)
    officer.get(f"/admin/doubles/{mine}/{mine}", 303)
