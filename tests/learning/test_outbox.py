"""What a phone sends: recorded once, or set aside and answered by its id; nothing blocks the queue."""

import json
from dataclasses import replace

import pytest
from fastapi import FastAPI

from app.core import ids
from app.core.models import Entry, SetAside
from app.learning.models import LessonRead, QuestionResult
from tests.cast import Phone, id_of, rows
from tests.conftest import Ticker


def test_it_works(app: FastAPI, my: Phone) -> None:
    guest = ids.new()
    body = my.answered(guest)
    assert my.outbox(body) == {"recorded": [id_of(body)], "at_province": [id_of(body)], "set_aside": []}
    assert my.me()["guest"] == guest
    assert my.me()["progress"]["first"] == 1
    [row] = [row for row in rows(app, Entry) if row["type"] == "answered"]
    assert row["body"] == body


def test_a_last_card_that_was_reached(app: FastAPI, my: Phone) -> None:
    body = my.answered(ids.new(), type="read/1", lesson="second")
    assert my.outbox(body)["recorded"] == [id_of(body)]
    assert [row["lesson"] for row in rows(app, LessonRead)] == ["second"]


def test_the_same_answer_twice_is_recorded_once(app: FastAPI, my: Phone) -> None:
    body = my.answered(ids.new())
    my.outbox(body, body)
    assert my.outbox(body)["recorded"] == [id_of(body)]
    [row] = rows(app, QuestionResult)
    assert row["tries"] == 1


def test_the_same_id_with_other_bytes_is_set_aside(app: FastAPI, my: Phone) -> None:
    body = my.answered(ids.new())
    my.outbox(body)
    assert my.outbox(body.replace('"b"', '"a"'))["set_aside"] == [{"id": id_of(body), "why": "other-bytes"}]
    assert rows(app, QuestionResult)[0]["score"] == 100


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"question": "q99"}, "unknown-question"),
        ({"structure": "000000000000"}, "unknown-question"),
        ({"lesson": "none"}, "unknown-question"),
        ({"course": "none"}, "unknown-question"),
        ({"course": None}, "no-place-in-course"),
        ({"answer": "dragon"}, "answer-unknown"),
        ({"answer": {"a": "b"}}, "answer-shape"),
        ({"lang": 7}, "no-lang"),
        ({"lang": "th"}, "unknown-lang"),
        ({"type": "read/1", "lang": "blt-Thai"}, "unknown-lang"),
        ({"type": "pin.set/1", "hash": "$argon2id$x"}, "not-from-a-phone"),
        ({"type": "answers.moved/1"}, "not-from-a-phone"),
        ({"type": "read/1", "lesson": "none"}, "unknown-lesson"),
    ],
)
def test_what_makes_no_sense_is_set_aside_and_the_rest_recorded(
    app: FastAPI, my: Phone, change: dict[str, object], why: str
) -> None:
    person = ids.new()
    good, bad = my.answered(person), my.answered(person, **change)
    said = my.outbox(bad, good)
    assert said["recorded"] == [id_of(good)]
    assert said["set_aside"] == [{"id": id_of(bad), "why": why}]
    assert [row["body"].decode() for row in rows(app, SetAside)] == [bad]


def test_what_is_no_entry_at_all_is_set_aside_too(my: Phone) -> None:
    said = my.outbox("[]", "", '{"id": 5}', "[" * 10_000)
    assert [one["why"] for one in said["set_aside"]] == ["not-an-object", "not-json", "no-id", "not-json"]


def test_somebody_registered_elsewhere_is_not_this_phones_to_speak_for(
    app: FastAPI, my: Phone, stranger: Phone
) -> None:
    person = my.register("Mỷ")
    forged, own = stranger.answered(person, answer="a"), stranger.answered(ids.new())
    said = stranger.outbox(forged, own)
    assert said["set_aside"] == [{"id": id_of(forged), "why": "not-of-this-phone"}]
    assert said["recorded"] == [id_of(own)]
    assert person not in {row["person_id"] for row in rows(app, QuestionResult)}


def test_a_phone_that_is_remembered_is_still_not_somebody_elses(my: Phone, stranger: Phone) -> None:
    stranger.outbox(stranger.answered(ids.new()))
    person = my.register("Mỷ")
    assert stranger.outbox(stranger.answered(person))["set_aside"]
    assert stranger.outbox(stranger.answered(person))["set_aside"]


def test_a_clock_three_years_off_is_kept_with_both_times(ticker: Ticker, app: FastAPI, my: Phone) -> None:
    claimed = ticker.at - 3 * 365 * 86_400_000
    my.outbox(my.answered(ids.new(), claimed_at=claimed))
    [entry] = [row for row in rows(app, Entry) if row["type"] == "answered"]
    assert (entry["claimed_at"], entry["received_at"]) == (claimed, ticker.at)


def test_too_many_or_too_much_is_refused_whole(app: FastAPI, my: Phone) -> None:
    my.outbox(*["x"] * 501, status=422)
    my.outbox("x" * 300_000, status=422)
    for raw in (b"", b"[]", b'{"entries": "x"}', b'{"entries": [1]}', b"\xff"):
        assert my.client.post("/outbox", content=raw).status_code == 422
    assert rows(app, SetAside) == []


def test_a_village_says_what_the_province_does_not_have_yet(app: FastAPI, my: Phone) -> None:
    app.state.settings = replace(app.state.settings, role="village")
    body = my.answered(ids.new())
    assert my.outbox(body) == {"recorded": [id_of(body)], "at_province": [], "set_aside": []}


def test_an_unreachable_database_is_never_a_success(app: FastAPI, my: Phone) -> None:
    body = my.answered(ids.new())
    app.state.writer.stop()
    assert my.client.post("/outbox", json={"entries": [body]}).status_code == 503
    app.state.writer.__init__(app.state.database)
    app.state.writer.start()
    assert my.outbox(body)["recorded"] == [id_of(body)]


def test_another_sites_page_cannot_send(app: FastAPI, my: Phone) -> None:
    sent = {"entries": [my.answered(ids.new())]}
    for headers in ({"Origin": "http://evil.test"}, {"Sec-Fetch-Site": "cross-site"}):
        assert my.client.post("/outbox", json=sent, headers=headers).status_code == 403
    assert rows(app, QuestionResult) == []


def test_behind_a_proxy_its_own_pages_can_send(app: FastAPI, my: Phone) -> None:
    app.state.settings = replace(app.state.settings, public_url="https://hoc.example")
    body = my.answered(ids.new())
    headers = {"Origin": "https://hoc.example"}
    said = my.client.post("/outbox", json={"entries": [body]}, headers=headers).json()
    assert said["recorded"] == [id_of(body)]


def test_it_is_only_posted_to(my: Phone) -> None:
    my.get("/outbox", 405)


def test_the_cookie_cannot_be_read_by_scripts(my: Phone) -> None:
    reply = my.client.post("/outbox", json={"entries": [my.answered(ids.new())]})
    [cookie] = [one for one in reply.headers.get_list("set-cookie") if one.startswith("bh=")]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    assert json.dumps(reply.json()).find(cookie[3:25]) == -1


def test_the_best_is_kept_with_the_earliest_time_it_was_reached(app: FastAPI, my: Phone) -> None:
    person = ids.new()
    for answer, claimed in (("b", 5000), ("a", 1000), ("b", 3000), ("b", 4000)):
        my.outbox(my.answered(person, answer=answer, claimed_at=claimed))
    [row] = rows(app, QuestionResult)
    assert (row["score"], row["best_at"], row["tries"]) == (100, 3000, 4)
