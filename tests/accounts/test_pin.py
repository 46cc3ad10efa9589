"""Signing in with three pictures, and guessing them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI

from app.accounts import rules
from app.accounts.models import Device, Throttle
from tests.cast import Phone, rows, wrong
from tests.conftest import Ticker
from tests.page import opened

MINUTE = rules.MINUTE


def test_it_works(my: Phone) -> None:
    person = my.register("Mỷ")
    pictures = my.keep_pin()
    my.post("/who/leave")
    assert my.me()["person"] is None
    assert my.enter(person, pictures).headers["location"] == "/vi"
    assert my.me()["person"]["id"] == person


def test_all_three_at_once_do_too(my: Phone) -> None:
    person = my.register("Mỷ")
    pictures = my.keep_pin()
    my.post("/who/leave")
    my.post(f"/who/{person}", {"pin": pictures})
    assert my.me()["person"]["id"] == person


def test_the_order_is_shown_with_the_pictures(my: Phone) -> None:
    my.register("Mỷ")
    page = opened(my.client, "/who/pin")
    for place, shown in enumerate(page.with_class("shown"), 1):
        [number] = [one for one in page.with_class("n") if shown in one.within]
        assert number.text == str(place)


def test_the_order_counts(my: Phone) -> None:
    person = my.register("Mỷ")
    pictures = my.keep_pin()
    my.post("/who/leave")
    assert "Chưa đúng" in my.enter(person, wrong(pictures), 422).text
    assert my.me()["person"] is None


def test_a_picture_pressed_by_mistake_is_taken_back(my: Phone) -> None:
    person = my.register("Mỷ")
    pictures = my.keep_pin()
    page = my.post(f"/who/{person}", {"pin": pictures[:1], "press": "back"}, 200).text
    assert 'name="pin"' not in page


def test_without_a_pin_a_tap_on_the_face_is_enough_on_her_phone_alone(my: Phone, stranger: Phone) -> None:
    person = my.register("Mỷ")
    my.post("/who/leave")
    my.post(f"/who/{person}")
    assert my.me()["person"]["id"] == person
    stranger.post(f"/who/{person}", status=404)
    stranger.post(f"/who/{person}", {"pin": ["sun", "fish", "corn"]}, 422)


def test_with_a_pin_it_is_not(my: Phone) -> None:
    person = my.register("Mỷ")
    my.keep_pin()
    my.post("/who/leave")
    my.post(f"/who/{person}", status=404)
    assert my.me()["person"] is None


def test_a_stranger_is_not_told_whose_face_it_is(my: Phone, stranger: Phone) -> None:
    person = my.register("Mỷ Riêng")
    my.keep_pin()
    assert "Mỷ Riêng" in my.get(f"/who/{person}").text
    assert "Mỷ Riêng" not in stranger.get(f"/who/{person}").text
    stranger.get("/who/019a0000-0000-7000-8000-000000000009", 404)


def test_guesses_are_slowed_after_five(ticker: Ticker, my: Phone) -> None:
    person = my.register("Mỷ")
    pictures = my.keep_pin()
    bad = {"pin": wrong(pictures)}
    for _ in range(5):
        my.post(f"/who/{person}", bad, 422)
    for minutes in (1, 5, 15, 60, 60):
        assert f"{minutes} phút" in my.post(f"/who/{person}", {"pin": pictures}, 429).text
        ticker.advance(minutes * MINUTE - 1)
        my.post(f"/who/{person}", bad, 429)
        ticker.advance(1)
        my.post(f"/who/{person}", bad, 422)


def test_twenty_a_day_then_a_helper_and_tomorrow_again(ticker: Ticker, my: Phone) -> None:
    person = my.register("Mỷ")
    pictures = my.keep_pin()
    ticker.at = rules.next_day(ticker.at)
    for _ in range(20):
        my.post(f"/who/{person}", {"pin": wrong(pictures)}, 422)
        ticker.advance(60 * MINUTE)
    assert "người hướng dẫn" in my.post(f"/who/{person}", {"pin": pictures}, 429).text
    ticker.at = rules.next_day(ticker.at)
    my.post(f"/who/{person}", {"pin": pictures})


def test_the_right_pictures_start_the_count_anew(ticker: Ticker, my: Phone) -> None:
    person = my.register("Mỷ")
    pictures = my.keep_pin()
    for _ in range(3):
        for _ in range(4):
            my.post(f"/who/{person}", {"pin": wrong(pictures)}, 422)
        my.post(f"/who/{person}", {"pin": pictures})


def test_many_at_once_are_not_many_free_guesses(my: Phone) -> None:
    person = my.register("Mỷ")
    pictures = my.keep_pin()

    def guess(_: int) -> int:
        bad = {"pin": wrong(pictures)}
        return my.client.post(f"/who/{person}", data=bad, headers={"Origin": "http://ban.test"}).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(guess, range(16)))
    assert statuses.count(422) == 5


def test_a_stranger_locks_nobody_out_of_her_own_phone(ticker: Ticker, app: FastAPI, my: Phone) -> None:
    person = my.register("Mỷ")
    pictures = my.keep_pin()
    for _ in range(5):
        guesser = Phone(app)
        for _ in range(5):
            guesser.client.post(
                f"/who/{person}", data={"pin": wrong(pictures)}, headers={"Origin": "http://ban.test"}
            )
    assert "người hướng dẫn" in Phone(app).post(f"/who/{person}", {"pin": pictures}, 429).text
    my.post(f"/who/{person}", {"pin": pictures})


@pytest.mark.only_on("sqlite")
def test_forty_phones_behind_one_address(ticker: Ticker, app: FastAPI) -> None:
    """Guessing at forty people ends at the village's cap; every one still signs in on her own phone."""
    family = [Phone(app) for _ in range(40)]
    known = []
    for number, phone in enumerate(family):
        person = phone.register(f"Người {'abcdefghij'[number // 4]}")
        known.append((phone, person, phone.keep_pin()))
    statuses = []
    for _, person, pictures in known:
        guesser = Phone(app)
        for _ in range(6):
            reply = guesser.client.post(
                f"/who/{person}", data={"pin": wrong(pictures)}, headers={"Origin": "http://ban.test"}
            )
            statuses.append(reply.status_code)
    assert statuses.count(422) == rules.VILLAGE_A_DAY
    for phone, person, pictures in known:
        phone.post(f"/who/{person}", {"pin": pictures})
        assert phone.me()["person"]["id"] == person
    newcomer = Phone(app)
    newcomer.register("Người mới")
    newcomer.keep_pin()
    village = [row for row in rows(app, Throttle) if row["bucket"].startswith("village")]
    assert [row["failures"] for row in village] == [rules.VILLAGE_A_DAY]


def test_a_phone_that_never_wrote_anything_is_one_phone_too(
    ticker: Ticker, app: FastAPI, my: Phone, stranger: Phone
) -> None:
    person = my.register("Mỷ")
    pictures = my.keep_pin()
    for _ in range(rules.FREE_GUESSES):
        stranger.post(f"/who/{person}", {"pin": wrong(pictures)}, 422)
    stranger.post(f"/who/{person}", {"pin": pictures}, 429)
    assert len(rows(app, Device)) == 2


def test_a_form_to_be_mended_comes_from_the_same_phone_again(app: FastAPI, my: Phone) -> None:
    for path in ("/who/new", "/who/new", "/help", "/help"):
        my.post(path, {}, 422)
    assert len(rows(app, Device)) == 1
