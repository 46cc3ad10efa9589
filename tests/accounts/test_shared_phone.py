"""Several people on one phone: nobody's work is lost by another's coming or going."""

import re

import pytest
from fastapi import FastAPI

from app.learning.models import QuestionResult
from tests.cast import Phone, id_of, rows


@pytest.fixture
def family(my: Phone) -> tuple[Phone, str, str, list[str]]:
    """Mỷ's phone with Giàng on it too, who is there now; and Mỷ's pictures."""
    me = my.register("Mỷ")
    pictures = my.keep_pin()
    my.post("/who/leave")
    giang = my.register("Giàng", face="cap")
    return my, me, giang, pictures


def test_it_works(family: tuple[Phone, str, str, list[str]]) -> None:
    phone, me, giang, pictures = family
    assert [face["name"] for face in phone.me()["faces"]] == ["Mỷ", "Giàng"]
    phone.send_form(q1="b")
    phone.enter(me, pictures)
    phone.send_form(q3="false")
    scores = {(row["person_id"], row["question"]): row["score"] for row in rows(phone.app, QuestionResult)}
    assert scores == {(giang, "q1"): 100, (me, "q3"): 0}


def test_not_me_is_one_tap(family: tuple[Phone, str, str, list[str]]) -> None:
    phone, *_ = family
    assert 'action="/who/leave"' in phone.get("/who").text
    phone.post("/who/leave")
    assert phone.me()["person"] is None and phone.me()["asked"] is False


def test_what_waits_on_the_phone_is_taken_after_she_left(family: tuple[Phone, str, str, list[str]]) -> None:
    phone, me, _giang, _ = family
    body = phone.answered(me)
    phone.post(f"/who/{me}/removal")
    phone.post("/who/leave")
    assert phone.outbox(body)["recorded"] == [id_of(body)]


def test_after_ten_minutes_it_asks_who_is_there(family: tuple[Phone, str, str, list[str]]) -> None:
    phone, *_ = family
    assert phone.me()["asked"] is False
    phone.rest()
    said = phone.me()
    assert said["asked"] is True and said["person"] is None
    assert "Ai đang học?" in phone.get("/vi").text
    assert phone.me()["asked"] is True


def test_one_face_is_never_asked(my: Phone) -> None:
    person = my.register("Mỷ")
    my.rest()
    assert my.me()["asked"] is False and my.me()["person"]["id"] == person


def test_a_form_posted_after_the_rest_is_nobodys_until_a_face_is_tapped(
    app: FastAPI, family: tuple[Phone, str, str, list[str]]
) -> None:
    phone, me, giang, pictures = family
    phone.rest()
    page = phone.send_form(q1="b", q3="true").text
    assert "Bài này của ai?" in page
    assert not {row["person_id"] for row in rows(app, QuestionResult)} & {me, giang}
    entries = re.findall(r'name="entries" value="([^"]+)"', page)
    assert len(entries) == 2
    moved = phone.post("/me/moves", {"entries": entries, "to": me})
    assert moved.headers["location"] == f"/who/{me}"
    assert {row["person_id"] for row in rows(app, QuestionResult)} == {me}
    phone.enter(me, pictures)
    assert phone.me()["progress"]["first"] == 1


def test_a_face_is_taken_off_and_comes_back_with_its_pictures(
    family: tuple[Phone, str, str, list[str]],
) -> None:
    phone, me, _giang, pictures = family
    to = phone.post(f"/who/{me}/removal").headers["location"]
    assert [face["name"] for face in phone.me()["faces"]] == ["Giàng"]
    assert f'action="/who/{me}/return"' in phone.get(to).text
    assert phone.post(f"/who/{me}/return").headers["location"] == f"/who/{me}"
    assert len(phone.me()["faces"]) == 1
    phone.enter(me, pictures)
    assert {face["name"] for face in phone.me()["faces"]} == {"Mỷ", "Giàng"}


def test_a_face_without_pictures_comes_back_by_undo(family: tuple[Phone, str, str, list[str]]) -> None:
    phone, _me, giang, _ = family
    phone.post(f"/who/{giang}/removal")
    assert phone.me()["person"] is None
    phone.post(f"/who/{giang}/return")
    assert phone.me()["person"]["id"] == giang


def test_only_a_face_of_this_phone_is_taken_off(
    stranger: Phone, family: tuple[Phone, str, str, list[str]]
) -> None:
    phone, me, *_ = family
    stranger.post(f"/who/{me}/removal", status=404)
    stranger.post(f"/who/{me}/return", status=303)
    assert len(phone.me()["faces"]) == 2
    assert stranger.me()["faces"] == []


def test_what_a_guest_left_is_found_again(app: FastAPI, my: Phone) -> None:
    my.send_form(q1="b")
    guest = my.me()["guest"]
    my.register("Giàng", guest="")
    assert my.me()["person"]["id"] == guest, "registering at once makes it hers"


def test_another_coming_leaves_a_guests_work_within_reach(
    app: FastAPI, family: tuple[Phone, str, str, list[str]]
) -> None:
    phone, me, _giang, pictures = family
    phone.post("/who/leave")
    phone.send_form(q1="b")
    guest = phone.me()["guest"]
    phone.post(f"/who/{me}", {"pin": pictures})
    assert f'action="/who/{guest}"' in phone.get("/who").text
    phone.post(f"/who/{guest}")
    assert phone.me()["guest"] == guest


def test_a_guest_whose_work_was_given_away_is_not_offered(family: tuple[Phone, str, str, list[str]]) -> None:
    phone, me, *_ = family
    phone.rest()
    entries = re.findall(r'name="entries" value="([^"]+)"', phone.send_form(q1="b").text)
    phone.post("/me/moves", {"entries": entries, "to": me})
    assert "Bài chưa ghi tên" not in phone.get("/who").text
