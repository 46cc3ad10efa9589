"""A printed card opens her pictures on any phone; a new one kills the old."""

import re
from urllib.parse import urlsplit

from fastapi import FastAPI

from app.accounts import rules
from app.accounts.models import Card, Person
from app.core.db import table_of
from tests.cast import Phone, rows, wrong
from tests.people.conftest import Helper


def enter(phone: Phone, secret: str, pictures: list[str], status: int = 303) -> str:
    return phone.post(f"/k/{secret}", {"pin": pictures}, status).text


def test_it_works(app: FastAPI, helper: Helper, my: Phone) -> None:
    [person] = helper.register("Mỷ")
    [secret] = helper.secrets()
    page = my.get(f"/k/{secret}").text
    assert "Mỷ" in page and f'action="/k/{secret}"' in page
    my.post(f"/k/{secret}", {"press": helper.pictures()[0]}, 200)
    enter(my, secret, helper.pictures())
    assert my.me()["person"]["id"] == person
    assert secret not in str(rows(app, Card))


def test_the_card_alone_opens_nothing(helper: Helper, my: Phone) -> None:
    helper.register("Mỷ")
    [secret] = helper.secrets()
    assert "Chưa đúng" in enter(my, secret, wrong(helper.pictures()), 422)
    for _ in range(rules.FREE_GUESSES - 1):
        enter(my, secret, wrong(helper.pictures()), 422)
    enter(my, secret, helper.pictures(), 429)
    assert my.me()["person"] is None


def test_a_card_printed_again_kills_the_one_before(helper: Helper, my: Phone) -> None:
    [person] = helper.register("Mỷ")
    [old] = helper.secrets()
    page = helper.post("/admin/cards", {"person": person}, 200).text
    [new] = re.findall(r'data-card="([^"]+)"', page)
    assert "/static/pictures/pin/" not in page
    assert "không dùng được nữa" in my.get(f"/k/{old}", 410).text
    enter(my, old, helper.pictures(), 410)
    enter(my, new, helper.pictures())


def test_an_ended_card_and_that_of_a_removed_person_are_refused(
    app: FastAPI, helper: Helper, my: Phone
) -> None:
    ended, removed = helper.register("Mỷ")[0], None
    [dead] = helper.secrets()
    helper.post(f"/admin/people/{ended}/card-end")
    my.get(f"/k/{dead}", 410)
    [removed] = helper.register("Dở")
    [secret] = helper.secrets()
    person = table_of(Person)
    app.state.writer.call(lambda conn: conn.execute(person.delete().where(person.c.id == removed)))
    assert "Dở" not in my.get(f"/k/{secret}", 410).text
    enter(my, secret, helper.pictures(), 410)
    my.get("/k/none", 410)


def test_a_card_names_the_public_address(app: FastAPI, helper: Helper) -> None:
    helper.register("Mỷ")
    assert urlsplit(str(helper.client.base_url)).netloc == "ban.test"
    assert 'class="qr"' in helper.printed


def test_people_of_a_place_without_cards_get_them_together(app: FastAPI, officer: Helper) -> None:
    people = officer.register("Mỷ") + officer.register("Dở")
    officer.post(f"/admin/people/{people[0]}/card-end")
    page = officer.post("/admin/cards", {"place": officer.village}, 200).text
    assert page.count('class="slip"') == 1 and len(rows(app, Card)) == 2
    officer.post("/admin/cards", {"place": officer.village})
