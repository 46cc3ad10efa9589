"""Answers given under a wrong face go to whom they belong, and count once, whatever arrives first."""

import re

import pytest
from fastapi import FastAPI

from app.core import ids
from app.core.models import Entry
from app.learning.models import QuestionResult
from tests.cast import Phone, rows

Family = tuple[Phone, str, str]


@pytest.fixture
def family(my: Phone) -> Family:
    """Mỷ and Giàng on one phone, neither with a PIN; Giàng is there."""
    me = my.register("Mỷ")
    my.post("/who/leave")
    return my, me, my.register("Giàng", face="cap")


def results(app: FastAPI) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (row["person_id"], row["question"]): (row["score"], row["tries"]) for row in rows(app, QuestionResult)
    }


def sittings(phone: Phone) -> list[list[str]]:
    forms = phone.get("/me/moves").text.split('action="/me/moves"')[1:]
    return [re.findall(r'name="entries" value="([^"]+)"', form) for form in forms]


def test_it_works(app: FastAPI, family: Family) -> None:
    phone, me, _giang = family
    phone.send_form(q1="b", q3="false")
    [entries] = sittings(phone)
    phone.post("/me/moves", {"entries": entries, "to": me})
    assert results(app) == {(me, "q1"): (100, 1), (me, "q3"): (0, 1)}
    assert sittings(phone) == []


def test_only_what_was_chosen_goes(app: FastAPI, family: Family) -> None:
    phone, me, giang = family
    phone.send_form(q1="a")
    phone.send_form(q1="b")
    [[_first, second]] = sittings(phone)
    phone.post("/me/moves", {"entries": [second], "to": me})
    assert results(app) == {(giang, "q1"): (0, 1), (me, "q1"): (100, 1)}
    phone.send_form(q1="a")
    assert results(app)[giang, "q1"] == (0, 2)


def test_a_move_can_be_moved_back(app: FastAPI, family: Family) -> None:
    phone, me, giang = family
    phone.send_form(q1="b")
    before = results(app)
    [entries] = sittings(phone)
    phone.post("/me/moves", {"entries": entries, "to": me})
    phone.post(f"/who/{me}")
    [entries] = sittings(phone)
    phone.post("/me/moves", {"entries": entries, "to": giang})
    assert results(app) == before


def test_nobody_takes_answers_from_another_phone(app: FastAPI, family: Family, stranger: Phone) -> None:
    phone, *_ = family
    phone.send_form(q1="b")
    [entries] = sittings(phone)
    thief = stranger.register("Kẻ lạ")
    stranger.post("/me/moves", {"entries": entries, "to": thief}, 404)
    assert thief not in {person for person, _ in results(app)}


def test_answers_go_only_to_a_face_of_this_phone(app: FastAPI, family: Family, stranger: Phone) -> None:
    phone, *_ = family
    phone.send_form(q1="b")
    before = results(app)
    [entries] = sittings(phone)
    for to in (stranger.register("Kẻ lạ"), ids.new(), ""):
        phone.post("/me/moves", {"entries": entries, "to": to}, 404)
    assert results(app) == before


def test_what_is_no_answer_is_not_moved(app: FastAPI, family: Family) -> None:
    phone, me, _giang = family
    others = [row["id"] for row in rows(app, Entry) if row["type"] == "person.registered"]
    phone.post("/me/moves", {"entries": [*others, "x", ids.new()], "to": me})
    assert "answers.moved" not in {row["type"] for row in rows(app, Entry)}
