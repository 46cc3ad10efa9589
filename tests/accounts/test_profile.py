"""A profile: a face, a name, a yes; then three pictures."""

import re
import unicodedata

import pytest
from fastapi import FastAPI

from app.accounts import consent, rules
from app.accounts.models import Credential, Person
from app.core.models import Entry
from app.curriculum.library import Library
from tests.cast import Phone, rows
from tests.page import opened


def test_it_works(app: FastAPI, my: Phone) -> None:
    person = my.register("  Vàng   Thị Mỷ ", face="turban")
    assert my.me()["person"]["name"] == "Vàng Thị Mỷ"
    [row] = rows(app, Person)
    assert row["id"] == person and row["face"] == "turban" and row["lang"] == "vi"
    assert row["consent"] == consent.sentences("vi", drafts=False)[0].agreed


def test_nothing_is_chosen_for_her(my: Phone) -> None:
    page = my.get("/who/new").text
    assert page.count('name="face"') == len(rules.FACES) + len(rules.MARKS)
    assert "checked" not in page


def test_a_name_a_face_and_a_yes_are_asked_for_in_words(app: FastAPI, my: Phone) -> None:
    page = my.post("/who/new", {"name": "<1>", "face": "dragon"}, 422).text
    assert page.count('class="error"') == 2 and "Tôi đồng ý" in page
    assert 'value="&lt;1&gt;"' in page
    assert rows(app, Person) == []


def test_a_yes_to_other_words_is_no_yes(app: FastAPI, my: Phone) -> None:
    my.post("/who/new", {"name": "Mỷ", "face": "bun", "consent": "1/vi/00000000"}, 422)
    assert rows(app, Person) == []


def test_what_a_guest_did_becomes_hers(my: Phone) -> None:
    my.send_form(q1="b")
    guest = my.me()["guest"]
    assert guest
    assert my.register("Mỷ") == guest
    assert my.me()["progress"]["first"] == 1
    assert my.me()["guest"] is None


def test_what_the_script_kept_for_a_guest_becomes_hers(my: Phone) -> None:
    guest = "019a0000-0000-7000-8000-000000000001"
    assert my.register("Mỷ", guest=guest) == guest


def test_nobody_registers_over_somebody(app: FastAPI, my: Phone, stranger: Phone) -> None:
    person = my.register("Mỷ")
    assert stranger.register("Kẻ lạ", guest=person) != person
    assert {row["name"] for row in rows(app, Person)} == {"Mỷ", "Kẻ lạ"}


def test_the_system_chooses_the_pictures(my: Phone) -> None:
    my.register("Mỷ")
    shown = [tuple(re.findall(r'name="pin" value="([^"]+)"', my.get("/who/pin").text)) for _ in range(8)]
    assert len(set(shown)) > 1
    assert all(rules.is_pin(one) for one in shown)


def test_a_pin_is_kept_as_a_hash_only(app: FastAPI, my: Phone) -> None:
    my.register("Mỷ")
    my.keep_pin()
    [row] = rows(app, Credential)
    assert row["hash"].startswith("$argon2id$")


def test_a_phone_left_lying_gives_nobody_a_new_pin(app: FastAPI, my: Phone) -> None:
    my.register("Mỷ")
    my.keep_pin()
    before = rows(app, Credential)
    my.get("/who/pin", 303)
    my.post("/who/pin", {"pin": ["sun", "fish", "corn"]})
    assert rows(app, Credential) == before


def test_a_pin_is_three_different_pictures_of_the_twelve(app: FastAPI, my: Phone) -> None:
    my.register("Mỷ")
    for pictures in (["sun", "sun", "fish"], ["sun", "fish"], ["sun", "fish", "dragon"], []):
        my.post("/who/pin", {"pin": pictures})
    assert rows(app, Credential) == []


def test_a_face_may_be_a_shape_in_a_colour(app: FastAPI, my: Phone) -> None:
    page = opened(my.client, "/who/new")
    [chosen] = page.all("input", name="face", value="red-star")
    shown = [one for one in page.all("img") if "/faces/red-star." in one.attrs["src"]]
    assert chosen and [one.attrs["alt"] for one in shown] == ["Ngôi sao, màu đỏ"]
    my.register("Mỷ", face="red-star")
    assert "/faces/red-star." in my.get("/me").text
    again = opened(my.client, "/me/data/profile").all("input", name="face", value="red-star")
    assert "checked" in again[0].attrs
    my.post("/who/new", {"name": "Dở", "face": "red-dragon", "consent": "x"}, 422)


def test_every_face_and_every_picture_is_drawn(app: FastAPI) -> None:
    drawn = Library(consent.CONTENT).pictures
    faces = {f"faces/{name}" for name in (*rules.FACES, *rules.MARKS)}
    assert faces == {name for name in drawn if name.startswith("faces/")}
    assert {f"pin/{name}" for name in rules.PIN_PICTURES} == {
        name for name in drawn if name.startswith("pin/")
    }
    assert len(rules.FACES) == 24 and len(rules.PIN_PICTURES) == 12


def test_the_later_knowledge_wins_whatever_arrives_first() -> None:
    old = {"name": "Mỷ", "face": "bun", "lang": "vi", "consent": "1"}
    bodies = {"b": old, "a": {"name": "Mỷ Vàng", "based_on": ["b"]}, "c": {"face": "cap", "based_on": ["b"]}}
    told = rules.folded(bodies)
    assert (told["name"], told["face"]) == ("Mỷ Vàng", "cap")
    assert rules.folded(dict(reversed(bodies.items()))) == told


def test_settings_she_changes_are_entries(app: FastAPI, my: Phone) -> None:
    my.register("Mỷ")
    my.post("/me/hear-first", {"on": "1"})
    assert my.me()["hear_first"] is True
    my.post("/me/hear-first", {"on": "0"})
    assert my.me()["hear_first"] is False
    assert [row["type"] for row in rows(app, Entry) if row["type"].startswith("person.")].count(
        "person.changed"
    ) == 2


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        (unicodedata.normalize("NFD", "Lò Thị Mỷ"), "lo thi my"),
        ("\uaa80\uaabf\uaab8", "\uaa80\uaab8\uaabf"),
        ("Vừ H’Mông", "vu hmong"),
        ("Vừ H'Mông", "vu hmong"),
        ("Ðèo Văn Long", "Đèo Văn Long"),
        ("ðèo văn long", "deo van long"),
        ("Á", "a"),
        ("Lò" * 100, "lo" * 100),
    ],
)
def test_a_name_is_kept_as_written_and_found_by_its_key(
    app: FastAPI, my: Phone, typed: str, sought: str
) -> None:
    my.register(typed)
    [row] = rows(app, Person)
    assert (row["name"], row["folded"]) == (typed, rules.name_key(sought))


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("0912 345.678", "0912345678"),
        ("+84912345678", "0912345678"),
        ("84912345678", "0912345678"),
        ("912345678", "0912345678"),
        ("12", None),
        ("không", None),
    ],
)
def test_a_number_is_read_as_people_write_it(written: str, phone: str | None) -> None:
    assert rules.clean_phone(written) == phone


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("1985", 1985),
        ("12/3/1985", 1985),
        ("1985-03-12", 1985),
        ("85", None),
        ("2999", None),
        ("1985-1990", None),
        ("11985", None),
    ],
)
def test_a_year_is_read_as_people_write_it(written: str, year: int | None) -> None:
    assert rules.clean_year(written, 2026) == year
