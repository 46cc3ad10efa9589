"""Staff by name and passphrase, and what waits for them."""

import pytest
from fastapi import FastAPI

from app.accounts import cookies, people, rules
from app.accounts.models import Staff as StaffRow
from app.accounts.models import StaffSession
from app.core import ids
from app.core.errors import MakesNoSense
from app.core.models import SetAside
from tests.cast import STAFF, Phone, Staff, hire, rows
from tests.conftest import Ticker
from tests.page import opened

NAME, PASSPHRASE = STAFF


def test_it_works(staff: Staff) -> None:
    assert NAME in staff.get("/admin").text


def test_the_cookie_is_for_this_site_alone_and_no_script(app: FastAPI, my: Phone) -> None:
    hire(app)
    reply = my.post("/staff/sign-in", {"name": NAME.upper(), "passphrase": PASSPHRASE})
    [cookie] = [one for one in reply.headers.get_list("set-cookie") if one.startswith("bh_staff")]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie
    token = cookie.partition("=")[2].partition(";")[0]
    assert token not in str(rows(app, StaffSession))


@pytest.mark.parametrize("said", [(NAME, "sai rồi sai rồi"), ("Không ai", PASSPHRASE), ("", ""), (NAME, "")])
def test_nothing_else_opens_the_door(app: FastAPI, my: Phone, said: tuple[str, str]) -> None:
    hire(app)
    page = my.post("/staff/sign-in", {"name": said[0], "passphrase": said[1]}, 422).text
    assert "không khớp" in page and PASSPHRASE not in page
    assert rows(app, StaffSession) == []


def test_guesses_are_slowed_as_for_learners(ticker: Ticker, app: FastAPI, my: Phone, stranger: Phone) -> None:
    hire(app)
    my.post("/staff/sign-in", {"name": NAME, "passphrase": PASSPHRASE})
    for _ in range(5):
        stranger.post("/staff/sign-in", {"name": NAME, "passphrase": "x"}, 422)
    stranger.post("/staff/sign-in", {"name": NAME, "passphrase": PASSPHRASE}, 429)
    my.post("/staff/sign-in", {"name": NAME, "passphrase": PASSPHRASE})


def test_signing_out_ends_it(staff: Staff) -> None:
    kept = staff.client.cookies.get(cookies.STAFF)
    staff.post("/staff/sign-out")
    staff.client.cookies.set(cookies.STAFF, kept or "")
    staff.get("/admin", 303)


def test_a_session_ends_by_itself(ticker: Ticker, app: FastAPI) -> None:
    hire(app)
    staff = Staff(app).sign_in()
    ticker.advance(12 * 60 * rules.MINUTE)
    staff.get("/admin", 303)


def test_a_new_passphrase_or_an_end_closes_what_was_open(app: FastAPI, staff: Staff) -> None:
    write = app.state.writer.call
    write(lambda conn: people.set_passphrase(conn, NAME, "năm con trâu qua suối"))
    staff.get("/admin", 303)
    staff.post("/staff/sign-in", {"name": NAME, "passphrase": PASSPHRASE}, 422)
    staff.post("/staff/sign-in", {"name": NAME, "passphrase": "năm con trâu qua suối"})
    write(lambda conn: people.end_staff(conn, NAME))
    staff.get("/admin", 303)
    staff.post("/staff/sign-in", {"name": NAME, "passphrase": "năm con trâu qua suối"}, 422)


@pytest.mark.parametrize("said", [("Lò", "ngắn"), ("", PASSPHRASE), ("LÒ VĂN THỬ", PASSPHRASE)])
def test_staff_have_a_name_of_their_own_and_a_long_passphrase(app: FastAPI, said: tuple[str, str]) -> None:
    hire(app)
    with pytest.raises(MakesNoSense):
        app.state.writer.call(lambda conn: people.add_staff(conn, *said))
    assert len(rows(app, StaffRow)) == 1


def test_a_learner_who_forgot_gets_new_pictures_by_hand(app: FastAPI, my: Phone) -> None:
    person = my.register("Mỷ")
    old = my.keep_pin()
    new = list(app.state.writer.call(lambda conn: people.new_pin(conn, person)))
    my.post("/who/leave")
    if new != old:
        my.enter(person, old, 422)
    my.enter(person, new)


def test_what_made_no_sense_is_shown_as_it_came_and_ticked_off(app: FastAPI, my: Phone, staff: Staff) -> None:
    my.outbox(my.answered(ids.new(), answer="<script>alert(1)</script>"))
    page = staff.get("/admin/set-aside").text
    assert "answer-unknown" in page and "&lt;script&gt;alert(1)" in page and "<script>alert" not in page
    [row] = rows(app, SetAside)
    staff.post(f"/admin/set-aside/{row['id']}/resolution")
    assert "Không có gì đang chờ" in staff.get("/admin/set-aside").text
    staff.post(f"/admin/set-aside/{row['id']}/resolution", status=404)
    assert len(rows(app, SetAside)) == 1


def test_what_has_no_voice_is_listed(staff: Staff) -> None:
    index = staff.get("/admin/unvoiced").text
    assert "/admin/unvoiced/small/vi" in index and "q1.b.feedback" not in index
    page = opened(staff.client, "/admin/unvoiced/small/vi")
    keys = [one.text for one in page.elements if one.tag == "code"]
    assert "q1.b.feedback" in keys and f"{len(keys)} chỗ" in index
    for nowhere in ("none/vi", "small/th", "small/blt-Latn"):
        staff.get(f"/admin/unvoiced/{nowhere}", 404)


def test_people_are_counted(my: Phone, staff: Staff) -> None:
    my.register("Mỷ")
    assert "1 người học đã ghi tên" in staff.get("/admin").text
