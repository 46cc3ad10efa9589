"""Somebody whom an office's list brought in is asked at her first sign-in; before she says yes nothing is kept."""

import json
import re
from typing import Any

import pytest
from fastapi import FastAPI

from app.accounts import actions, consent, data_actions, data_queries, households
from app.accounts.models import Consent, DevicePerson
from app.core import clock, ids
from app.core.models import Entry
from app.programmes import class_actions, class_queries
from app.programmes.models import Attendance, Confirmation
from tests.cast import Phone, rows
from tests.page import linted
from tests.people.conftest import Helper
from tests.people.test_rolls import opened

VI, HMN = (consent.sentences(lang, True)[0].agreed for lang in ("vi", "hmn"))


def imported(app: FastAPI, helper: Helper, name: str = "Mỷ", **told: Any) -> str:
    """As a list brings her: nobody has asked her anything."""
    person = ids.new()
    given = {"name": name, "face": "bun", "lang": "vi", "place": helper.village, "consent": ""} | told
    app.state.writer.call(lambda conn: actions.enrol(conn, person, by=ids.new(), **given))
    helper.printed = helper.post("/admin/cards", {"person": person}, 200).text
    return person


def kept(app: FastAPI, person: str) -> list[str]:
    """The types of her entries that nobody of the staff made."""
    bodies = [json.loads(row["body"]) for row in rows(app, Entry) if row["person_id"] == person]
    return [body["type"] for body in bodies if not body.get("by")]


def said(app: FastAPI) -> list[tuple[str, str, str]]:
    return [(row["purpose"], row["version"], row["guardian"]) for row in rows(app, Consent)]


def test_it_works(app: FastAPI, helper: Helper, my: Phone) -> None:
    person, [secret] = imported(app, helper), helper.secrets()
    asked = my.post(f"/k/{secret}", {"pin": helper.pictures()}, 200)
    page = linted(asked.text)
    assert "Bản Học giữ tên" in page.html and not page.all("input", type="checkbox")
    assert my.me()["person"] is None and kept(app, person) == []
    assert person not in {row["person_id"] for row in rows(app, DevicePerson)}
    form = {one.attrs["name"]: one.attrs["value"] for one in page.all("button", name="agreed")}
    form |= {"pin": [one.attrs["value"] for one in page.all("input", name="pin")]}
    assert form["agreed"] == VI
    my.post(f"/k/{secret}", form)
    assert my.me()["person"]["id"] == person and kept(app, person) == ["consent.given/1"]
    assert said(app) == [("keep-learning", VI, "")]
    my.post("/who/leave")
    my.post(f"/k/{secret}", {"pin": helper.pictures()})
    assert len(kept(app, person)) == 1


def test_a_family_brings_its_faces_once_they_were_asked(app: FastAPI, helper: Helper, my: Phone) -> None:
    [asked] = helper.register("Dở")
    pictures = helper.pictures()
    person = imported(app, helper)

    def work(conn: Any) -> None:
        house = households.make(conn, "Nhà Dở", helper.village, asked)
        for one in (asked, person):
            households.join(conn, house, one, asked)

    app.state.writer.call(work)
    my.enter(asked, pictures)
    my.post("/who/family")
    assert [face["id"] for face in my.me()["faces"]] == [asked]
    app.state.writer.call(lambda conn: data_actions.agree(conn, person, "keep-learning", VI))
    my.post("/who/family")
    assert {face["id"] for face in my.me()["faces"]} == {asked, person}


def test_by_her_face_on_the_device_of_a_class_too(app: FastAPI, helper: Helper, my: Phone) -> None:
    person = imported(app, helper)
    pictures = helper.pictures()
    my.post(f"/r/{opened(helper)}")
    assert "Bản Học giữ tên" in my.post(f"/who/{person}", {"pin": pictures, "next": "/me"}, 200).text
    assert my.me()["person"] is None
    to = my.post(f"/who/{person}", {"pin": pictures, "next": "/me", "agreed": VI}).headers["location"]
    assert to == "/me" and my.me()["person"]["id"] == person


def test_her_yes_counts_only_with_her_pictures_and_to_the_words_she_was_shown(
    app: FastAPI, helper: Helper, my: Phone
) -> None:
    person = imported(app, helper)
    my.post(f"/who/{person}", {"pin": helper.pictures()[::-1], "agreed": VI}, 422)
    my.post(f"/who/{person}", {"pin": helper.pictures(), "agreed": "1/vi/00000000"}, 422)
    my.post(f"/who/{person}", {"agreed": VI}, 404)
    assert said(app) == [] and my.me()["person"] is None


def test_it_is_asked_in_the_language_she_understands(
    app: FastAPI, helper: Helper, my: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state.pages.words, "drafts", True)
    person = imported(app, helper, lang="hmn")
    page = my.post(f"/who/{person}", {"pin": helper.pictures()}, 200).text
    assert 'lang="hmn-Latn-VN"' in page and f'value="{HMN}"' in page


def test_for_a_child_somebody_else_says_yes_too(app: FastAPI, helper: Helper, my: Phone) -> None:
    year = clock.as_datetime(clock.now()).year - 9
    person = imported(app, helper, year=year)
    form = {"pin": helper.pictures(), "agreed": VI}
    assert "người giám hộ" in linted(my.post(f"/who/{person}", form, 422).text).html
    my.post(f"/who/{person}", form | {"guardian": "Bà Dở"})
    assert said(app) == [("keep-learning", VI, "Bà Dở")]


def test_who_hands_over_the_card_may_read_it_to_her(app: FastAPI, helper: Helper, my: Phone) -> None:
    person = imported(app, helper, lang="hmn")
    assert f"/admin/people/{person}/data" in linted(helper.printed).html
    assert "Chưa ai hỏi" in linted(helper.get(f"/admin/people/{person}").text).html
    page = helper.get(f"/admin/people/{person}/data").text
    agreed = re.findall(r'name="agreed" value="([^"]+)"', page)[0]
    form = {"purpose": "keep-learning", "agreed": agreed, "aloud": "hmn"}
    helper.post(f"/admin/people/{person}/consents", form)
    [row] = rows(app, Consent)
    assert row["read_aloud"] == agreed.split("/")[1] and row["by"]
    assert "Chưa ai hỏi" not in helper.get(f"/admin/people/{person}").text
    my.enter(person, helper.pictures())
    assert my.me()["person"]["id"] == person


def test_nothing_of_a_class_is_kept_of_who_was_not_asked(app: FastAPI, helper: Helper) -> None:
    person, [asked] = imported(app, helper), helper.register("Dở")
    [by] = {row["by"] for row in rows(app, Consent)}
    day = class_queries.today()

    def work(conn: Any) -> str:
        given = {"name": "Lớp tối", "place": helper.village, "helper": by, "from_day": day, "to_day": ""}
        id = class_actions.set_class(conn, by, **given, courses=[("small", "")])
        class_actions.add(conn, class_queries.class_row(conn, id), [person, asked], by)
        assert data_queries.unasked(conn, [person, asked]) == {person}
        return id

    id = app.state.writer.call(work)
    page = linted(helper.get(f"/classes/{id}/attendance").text)
    assert [one.attrs["value"] for one in page.all("input", name="there")] == [asked]
    assert page.all("a", href=f"/admin/people/{person}/data")
    both = [person, asked]
    helper.post(f"/classes/{id}/attendance", {"day": day, "shown": both, "there": both})
    helper.post(f"/classes/{id}/confirmations", {"what": "test:small", "person": both})
    assert {row["person_id"] for row in [*rows(app, Attendance), *rows(app, Confirmation)]} == {asked}


def test_who_took_it_back_still_comes_to_her_data(app: FastAPI, my: Phone) -> None:
    """To see what became of what she asked, she signs in; she is not asked again and again."""
    person = my.register("Mỷ")
    pictures = my.keep_pin()
    my.post("/me/data/consents", {"purpose": "keep-learning", "agreed": ""})
    my.post("/who/leave")
    my.enter(person, pictures)
    assert my.me()["person"]["id"] == person
