"""A festival: joining by the address, a device everybody uses in turn, and the wall."""

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection

from app.accounts import cookies
from app.accounts.models import DevicePerson, StaffSession
from app.programmes import programme_actions as actions
from app.programmes.models import EventJoined
from tests.cast import RIGHT, Phone, rows, run
from tests.conftest import Ticker
from tests.programmes.class_stage import DAY, ELSEWHERE, HERE, hire, settle, sign_in, write
from tests.programmes.programme_examples import event, officer

VILLAGES = {"03160-1": "Bản Nậm Pố", "03160-2": "Bản Huổi Cấu"}


@pytest.fixture
def festival(app: FastAPI, ticker: Ticker) -> str:
    """On the day the clock stands still, in a commune with two villages."""
    for code, name in VILLAGES.items():
        run(
            app,
            "INSERT INTO place (code, name, folded, kind, parent, former_district_unverified, power, signal, contact, phone)"
            f" VALUES ('{code}', '{name}', 'x', 'village', '{HERE}', '', '', '', '', '')",
        )
    by = officer(app, HERE)
    return str(write(app, lambda conn: event(conn, HERE, by, course="small")))


def wall(phone: Phone, festival: str) -> str:
    return phone.get(f"/e/{festival}/wall").text


def test_who_comes_says_from_where_and_learns_at_once(app: FastAPI, festival: str, my: Phone) -> None:
    page = my.get(f"/e/{festival}").text
    assert all(name in page for name in VILLAGES.values())
    assert my.post(f"/e/{festival}", {"place": "03160-1"}).headers["location"] == "/vi/courses/small"
    my.send_form(**RIGHT)
    [joined] = rows(app, EventJoined)
    assert joined["place"] == "03160-1" and joined["person_id"] == my.me()["guest"]
    shown = wall(my, festival)
    assert "Bản Nậm Pố" in shown and "<b>1</b>bài" in shown


@pytest.mark.only_on("sqlite")
def test_who_lives_there_is_offered_her_village_first_and_joins_once(
    app: FastAPI, festival: str, my: Phone
) -> None:
    person = my.register("Mỷ")
    run(app, f"UPDATE person SET place = '03160-2' WHERE id = '{person}'")
    page = my.get(f"/e/{festival}").text
    assert page.index('value="03160-2"') < page.index('value="03160-1"')
    for place in ("03160-1", "03160-2", "03160-2"):
        my.post(f"/e/{festival}", {"place": place})
    [joined] = rows(app, EventJoined)
    assert (joined["person_id"], joined["place"]) == (person, "03160-2")


@pytest.mark.only_on("sqlite")
def test_nobody_joins_from_a_place_the_event_is_not_for(app: FastAPI, festival: str, my: Phone) -> None:
    for place in ("", ELSEWHERE, "11", "nowhere"):
        my.post(f"/e/{festival}", {"place": place}, 422)
    assert rows(app, EventJoined) == []


@pytest.mark.only_on("sqlite")
def test_a_code_of_yesterday_or_of_an_event_that_ended_opens_nothing(
    app: FastAPI, festival: str, my: Phone, ticker: Ticker
) -> None:
    hire(app)
    helper = sign_in(app)
    helper.post(f"/events/{festival}/end")
    assert "đã xong" in my.get(f"/e/{festival}", 410).text
    my.post(f"/e/{festival}", {"place": HERE}, 422)
    helper.post(f"/events/{festival}/end", {"again": "1"})
    my.get(f"/e/{festival}")
    ticker.advance(24 * 60 * 60 * 1000)
    my.get(f"/e/{festival}", 410)
    my.post(f"/e/{festival}", {"place": HERE}, 422)
    ticker.advance(-3 * 24 * 60 * 60 * 1000)
    assert "Ngày hội: 18/11/2026" in my.get(f"/e/{festival}", 410).text
    my.get("/e/0198c5a0-0000-7000-8000-000000000000", 404)


def test_a_device_everybody_uses_takes_each_as_somebody_new_and_rests(app: FastAPI, festival: str) -> None:
    hire(app)
    tablet = sign_in(app)
    tablet.post(f"/e/{festival}/kiosk")
    assert rows(app, StaffSession) == [] and tablet.client.cookies.get(cookies.KIOSK) == festival
    tablet.get("/admin", 303)
    guests = []
    for place in VILLAGES:
        assert "Bạn ở đâu?" in tablet.get("/kiosk").text
        assert tablet.post("/kiosk", {"place": place}).headers["location"] == "/vi/courses/small"
        guests.append(tablet.me()["guest"])
        assert tablet.get(tablet.me()["kiosk"]).headers["content-type"].startswith("text/javascript")
        tablet.send_form(**RIGHT)
    assert len(set(guests)) == 2
    tablet.post("/kiosk/rest")
    assert not tablet.me().get("guest") and tablet.me()["person"] is None
    assert all(row["removed_at"] for row in rows(app, DevicePerson))
    shown = wall(tablet, festival)
    assert "<b>2</b>người" in shown and "<b>2</b>bài" in shown


@pytest.mark.only_on("sqlite")
def test_a_name_given_on_the_device_is_not_seen_by_the_next(app: FastAPI, festival: str) -> None:
    tablet = Phone(app)
    tablet.post(f"/e/{festival}/kiosk")
    tablet.post("/kiosk", {"place": "03160-1"})
    tablet.register("Giàng A Mỷ")
    assert "Giàng A Mỷ" not in tablet.get("/kiosk").text
    assert "Giàng A Mỷ" not in wall(tablet, festival)
    tablet.post("/kiosk/rest")
    assert "Giàng A Mỷ" not in tablet.get("/who").text


@pytest.mark.only_on("sqlite")
def test_without_an_event_there_is_no_such_device(my: Phone) -> None:
    assert my.get("/kiosk", 303).headers["location"] == "/"
    my.post("/kiosk", {"place": HERE}, 404)
    assert my.post("/kiosk/rest").headers["location"] == "/"


def test_the_wall_counts_villages_and_names_nobody(app: FastAPI, festival: str, my: Phone) -> None:
    names = ["Sùng Thị Mỷ", "Lò Văn Pà", "Vàng A Dở"]

    def work(conn: Connection) -> None:
        for name, place in zip(names, ["03160-1", "03160-1", "03160-2"], strict=True):
            actions.join_event(conn, festival, persons[name], place)

    persons = {name: settle(app, name, HERE) for name in names}
    write(app, work)
    shown = wall(my, festival)
    assert "<b>3</b>người" in shown
    assert shown.index("Bản Nậm Pố") < shown.index("Bản Huổi Cấu")
    assert not any(name in shown for name in names)


@pytest.mark.only_on("sqlite")
def test_an_event_is_made_changed_and_its_code_leads_to_it(app: FastAPI, ticker: Ticker) -> None:
    hire(app)
    helper = sign_in(app)
    assert "Chưa có ngày hội" in helper.get("/events").text
    form = {"name": "AI Festival", "place": HERE, "from_day": DAY, "to_day": "2026-11-20"}
    id = helper.post("/events", form).headers["location"].rpartition("/")[2]
    page = helper.get(f"/events/{id}").text
    assert f"http://ban.test/e/{id}" in page and 'class="qr"' in page
    helper.post(f"/events/{id}", form | {"name": "Ngày hội", "to_day": "2026-11-01"}, 422)
    helper.post(f"/events/{id}", form | {"name": "Ngày hội"})
    assert "Ngày hội" in helper.get(f"/events/{id}").text
    helper.post("/events", form | {"place": ELSEWHERE}, 404)
