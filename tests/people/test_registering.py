"""A helper registers people of her village, finds them again, and helps who forgot."""

import json
import re
from typing import Any

import pytest
from fastapi import FastAPI

from app.accounts import consent, data_actions, queries, rules
from app.accounts.models import Household, HouseholdMember, Person
from app.accounts.permissions import Role
from app.admin import people_queries
from app.core import ids
from app.core.models import Entry
from tests.cast import STAFF, Phone, rows
from tests.people.conftest import ANOTHER, COMMUNE, Helper
from tests.programmes.class_stage import hire


def bodies(app: FastAPI, kind: str) -> list[dict[str, Any]]:
    return [json.loads(row["body"]) for row in rows(app, Entry) if row["type"] == kind]


def staff_id(app: FastAPI) -> str:
    with app.state.database.read() as session:
        row = queries.staff_named(session.connection(), "sung thi dung")
    assert row is not None
    return str(row.id)


def test_it_works(app: FastAPI, helper: Helper, my: Phone) -> None:
    [person] = helper.register("Vừ Thị Mỷ", year="12/3/1985", phone="912 345 678", gender="female")
    [row] = rows(app, Person)
    assert (row["name"], row["place"], row["year"]) == ("Vừ Thị Mỷ", helper.village, 1985)
    assert (row["phone"], row["gender"], row["by"]) == ("0912345678", "female", staff_id(app))
    assert len(helper.pictures()) == rules.PIN_LENGTH
    my.enter(person, helper.pictures())
    assert my.me()["person"]["name"] == "Vừ Thị Mỷ"


def test_what_was_done_for_her_says_by_whom_and_where(app: FastAPI, helper: Helper) -> None:
    [person] = helper.register("Mỷ")
    helper.post(f"/admin/people/{person}/pin", status=200)
    for kind in ("person.registered", "pin.set", "card.made"):
        assert {body["by"] for body in bodies(app, kind)} == {staff_id(app)}, kind
    [entry] = [row for row in rows(app, Entry) if row["type"] == "person.registered"]
    assert entry["place"] == helper.village


def test_nothing_is_written_before_she_says_yes(app: FastAPI, helper: Helper) -> None:
    page = helper.get("/admin/people/new").text
    [id] = re.findall(r'name="id" value="([^"]+)"', page)
    form = {"id": id, f"name-{id}": "Mỷ", f"face-{id}": "bun", "place": helper.village, "speaks": "vi"}
    asked = helper.post("/admin/people/new", form, 200).text
    assert "checked" not in asked and "Bản Học giữ tên" in asked
    helper.post("/admin/people", form, 422)
    helper.post("/admin/people", form | {f"yes-{id}": "1/vi/00000000"}, 422)
    assert rows(app, Person) == []


def test_what_is_wrong_is_said_at_its_field(app: FastAPI, helper: Helper) -> None:
    page = helper.get("/admin/people/new").text
    [id] = re.findall(r'name="id" value="([^"]+)"', page)
    form = {"id": id, f"name-{id}": "1", f"year-{id}": "85", f"phone-{id}": "12"}
    page = helper.post("/admin/people/new", form, 422).text
    assert page.count('class="error"') == 6
    assert rows(app, Person) == []


def test_of_too_many_villages_a_commune_chosen_first_brings_its_own_and_nothing_written_is_lost(
    app: FastAPI, helper: Helper, another: Helper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_queries, "MOST_PLACES", 1)
    hire(app, "Quản trị", Role.ADMINISTRATOR, "11")
    chief = Phone(app)
    chief.post("/staff/sign-in", {"name": "Quản trị", "passphrase": STAFF[1]})

    def villages(page: str) -> list[str]:
        return [one for one in (helper.village, another.village) if f'value="{one}"' in page]

    form = {
        "id": (id := ids.new()),
        f"name-{id}": "Mỷ",
        f"face-{id}": "bun",
        "speaks": "hmn",
        "place": COMMUNE,
    }
    assert villages(chief.get("/admin/people/new").text) == []
    page = chief.post("/admin/people/new", form | {"villages": "1"}, 200).text
    assert villages(page) == [helper.village] and 'value="Mỷ"' in page and 'class="error"' not in page
    [person] = helper.register("Mỷ")
    said = {
        "name": "Mỷ Mới",
        "face": "cap",
        "speaks": "hmn",
        "place": ANOTHER,
        "group": "chợ",
        "villages": "1",
    }
    page = chief.post(f"/admin/people/{person}", said, 200).text
    assert another.village in villages(page) and 'value="Mỷ Mới"' in page and 'value="chợ"' in page
    for path in ("/admin/people", "/admin/rolls", "/admin/imports", "/admin/lists/staff"):
        assert villages(chief.get(f"{path}?place={COMMUNE}").text) == [helper.village], path
    page = chief.post("/admin/households", {"name": "Nhà Mỷ", "place": COMMUNE, "villages": "1"}, 200).text
    assert villages(page) == [helper.village] and "Nhà Mỷ" in page
    assert "Bản Sùng Thị Dung" in chief.post("/admin/cards", {"person": person}, 200).text


def test_the_same_form_twice_is_one_person(app: FastAPI, helper: Helper) -> None:
    [person] = helper.register("Mỷ")
    helper.get = lambda path, status=200: _Page(f'name="id" value="{person}"')  # type: ignore[method-assign,assignment,misc]
    with pytest.raises(AssertionError, match="303"):
        helper.register("Mỷ")
    assert len(rows(app, Person)) == len(bodies(app, "card.made")) == 1


class _Page:
    def __init__(self, text: str) -> None:
        self.text = text


@pytest.mark.parametrize(
    ("name", "sought"),
    [
        ("Vừ H’Mông", "h'mong"),
        ("Ðèo Văn Long", "đèo long"),
        ("Lò Thị Hạnh", "thi hanh"),
        ("\uaa80\uaabf\uaab8", "\uaa80\uaab8\uaabf"),
    ],
)
def test_she_is_found_however_it_is_written(helper: Helper, name: str, sought: str) -> None:
    helper.register(name)
    helper.register("Ngải Xa")
    found = helper.get(f"/admin/people?q={sought}").text
    assert name in found and "Ngải Xa" not in found


def test_nobody_of_another_place_is_seen_or_touched(helper: Helper, another: Helper) -> None:
    [person] = helper.register("Mỷ Riêng")
    assert "Mỷ Riêng" not in another.get("/admin/people?q=my").text
    another.get(f"/admin/people/{person}", 404)
    another.post(f"/admin/people/{person}/pin", status=404)
    another.post(f"/admin/people/{person}", {"name": "X"}, 404)
    another.post("/admin/cards", {"person": person}, 404)


def test_she_moves_and_keeps_what_she_did(app: FastAPI, officer: Helper, helper: Helper, my: Phone) -> None:
    [person] = officer.register("Mỷ")
    my.enter(person, officer.pictures())
    my.send_form(q1="b")
    told = {"name": "Mỷ", "face": "bun", "place": helper.village, "speaks": "vi"}
    officer.post(f"/admin/people/{person}", told)
    [row] = rows(app, Person)
    assert row["place"] == helper.village and my.me()["progress"]["first"] == 1
    assert "Mỷ" in helper.get("/admin/people").text
    [changed] = bodies(app, "person.changed")
    assert changed["by"] and changed.keys() >= {"place"} and "name" not in changed


def test_she_may_not_be_moved_out_of_reach(helper: Helper, another: Helper) -> None:
    [person] = helper.register("Mỷ")
    told = {"name": "Mỷ", "face": "bun", "place": another.village, "speaks": "vi"}
    helper.post(f"/admin/people/{person}", told, 404)


def test_who_forgot_gets_new_pictures_and_the_old_ones_are_dead(helper: Helper, my: Phone) -> None:
    [person] = helper.register("Mỷ")
    old = helper.pictures()
    page = helper.post(f"/admin/people/{person}/pin", status=200).text
    new = re.findall(r"/static/pictures/pin/(\w+)\.", page)
    if new != old:
        my.enter(person, old, 422)
    my.enter(person, new)


def test_who_registers_herself_lives_where_her_phone_does(app: FastAPI, helper: Helper, my: Phone) -> None:
    [person] = helper.register("Mỷ")
    my.enter(person, helper.pictures())
    my.post("/who/leave")
    my.register("Giàng")
    assert {row["place"] for row in rows(app, Person)} == {helper.village}


def test_a_family_of_five_in_one_go(app: FastAPI, helper: Helper, my: Phone) -> None:
    names = ["Pó", "Mỷ", "Dở", "Chứ", "Sua"]
    people = helper.register(*names, family="Nhà Pó")
    [household] = rows(app, Household)
    assert (household["name"], household["place"]) == ("Nhà Pó", helper.village)
    assert {row["person_id"] for row in rows(app, HouseholdMember)} == set(people)
    assert len(helper.secrets()) == 5 and len(helper.pictures()) == 15
    my.enter(people[1], helper.pictures()[3:6])
    assert [face["name"] for face in my.me()["faces"]] == ["Mỷ"]
    my.post("/who/family")
    assert {face["name"] for face in my.me()["faces"]} == set(names)
    assert my.me()["person"]["name"] == "Mỷ"
    my.post("/who/leave")
    my.post(f"/who/{people[0]}", status=404)
    my.enter(people[0], helper.pictures()[:3])


def test_who_said_no_is_not_registered_with_the_others(app: FastAPI, helper: Helper) -> None:
    page = helper.get("/admin/people/new?family=1").text
    ids = re.findall(r'name="id" value="([^"]+)"', page)[:2]
    form = {"id": ids, "place": helper.village, "speaks": "vi", "household": "Nhà Pó", "family": "1"}
    for id, name in zip(ids, ("Pó", "Mỷ"), strict=True):
        form |= {f"name-{id}": name, f"face-{id}": "bun"}
    asked = helper.post("/admin/people/new", form, 200).text
    agreed = re.findall(r'name="yes-[^"]+" value="([^"]+)"', asked)
    helper.post("/admin/people", form | {f"yes-{ids[1]}": agreed[1]}, 200)
    assert [row["name"] for row in rows(app, Person)] == ["Mỷ"]


def test_a_household_is_joined_and_left_and_the_leaving_undone(app: FastAPI, helper: Helper) -> None:
    [person] = helper.register("Mỷ")
    to = helper.post("/admin/households", {"name": "Nhà Mỷ", "place": helper.village}).headers["location"]
    helper.post(f"{to}/people", {"person": person})
    assert "Mỷ" in helper.get(to).text
    left = helper.post(f"{to}/people/{person}/leaving").headers["location"]
    assert rows(app, HouseholdMember) == []
    assert f'value="{person}"' in helper.get(left).text
    helper.post(f"{to}/people", {"person": person})
    assert len(rows(app, HouseholdMember)) == 1
    helper.post(f"{to}/people/{person}/leaving")
    helper.post(f"{to}/people/{person}/leaving", status=404)


def test_nobody_calls_her_who_did_not_agree_to_it(app: FastAPI, helper: Helper) -> None:
    [person] = helper.register("Vừ Thị Mỷ", phone="0912345678")
    page = f"/admin/people/{person}"
    assert "tel:" not in helper.get(page).text and "chưa đồng ý cho gọi" in helper.get(page).text
    words = consent.read("vi", consent.CALLS)
    assert words is not None
    app.state.writer.call(lambda conn: data_actions.agree(conn, person, consent.CALLS, words.agreed))
    assert "tel:0912345678" in helper.get(page).text


def test_a_family_loses_nothing_where_nobody_said_yes_and_a_house_needs_a_name(
    app: FastAPI, helper: Helper
) -> None:
    page = helper.get("/admin/people/new").text
    [id] = re.findall(r'name="id" value="([^"]+)"', page)
    form = {"id": id, "place": helper.village, "speaks": "vi", f"name-{id}": "Mỷ", f"face-{id}": "bun"}
    asked = helper.post("/admin/people", form | {"family": "1", "household": "Nhà Mỷ"}, 422).text
    assert "Chưa đánh dấu ai" in asked and 'value="Nhà Mỷ"' in asked
    assert "Hãy viết tên để nhận ra" in helper.post("/admin/households", {"name": "?", "place": ""}, 422).text
    assert rows(app, Household) == rows(app, Person) == []
