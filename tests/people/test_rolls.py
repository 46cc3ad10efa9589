"""A device opened by a helper shows the faces of a village; it closes by itself."""

import re

import brotli
from fastapi import FastAPI

from app.accounts import actions, rolls
from app.accounts.rules import FACES
from app.core import clock, ids
from tests.cast import Phone, wrong
from tests.conftest import Ticker
from tests.page import linted
from tests.people.conftest import Helper

NAMES = (
    "Lò Văn",
    "Quàng Thị",
    "Vừ A",
    "Giàng Thị",
    "Sùng A",
    "Cà Văn",
    "Lường Thị",
    "Tòng Văn",
    "Thào A",
    "Hạng Thị",
)
GIVEN = (
    "Mỷ",
    "Pó",
    "Dung",
    "Chứ",
    "Sua",
    "Hạnh",
    "Inh",
    "Ổn",
    "Phương",
    "Tủa",
    "Nhìa",
    "Vàng",
    "Xôm",
    "Ánh",
    "Thương",
)
ROLL_WEIGHT = 30 * 1024


def opened(helper: Helper, hours: int = 2) -> str:
    page = helper.post("/admin/rolls", {"place": helper.village, "hours": hours}, 200).text
    found = re.search(r'action="/r/([^"]+)"', page)
    assert found and 'class="qr"' in page
    return found[1]


def test_it_works(ticker: Ticker, helper: Helper, stranger: Phone) -> None:
    [person] = helper.register("Mỷ")
    secret = opened(helper)
    assert "Bản Sùng Thị Dung" in stranger.get(f"/r/{secret}").text
    stranger.post(f"/r/{secret}")
    assert "Mỷ" in stranger.get("/roll").text
    assert "Mỷ" in stranger.get(f"/who/{person}").text
    stranger.enter(person, helper.pictures())
    assert stranger.me()["person"]["id"] == person
    stranger.send_form(q1="b")
    assert stranger.outbox(stranger.answered(person, "q2", ["a"]))["set_aside"] == []


def test_it_passes_from_hand_to_hand(ticker: Ticker, helper: Helper, stranger: Phone) -> None:
    first, second = helper.register("Mỷ")[0], ""
    mine = helper.pictures()
    [second] = helper.register("Dở")
    stranger.post(f"/r/{opened(helper)}")
    stranger.enter(first, mine)
    assert stranger.me()["faces"] == []
    stranger.rest()
    assert stranger.me()["asked"] and stranger.me()["person"] is None
    assert stranger.get("/who", 303).headers["location"] == "/roll"
    stranger.enter(second, helper.pictures())
    assert stranger.me()["person"]["id"] == second


def test_it_ends_by_itself_and_whoever_was_there_is_gone(
    ticker: Ticker, helper: Helper, stranger: Phone
) -> None:
    [person] = helper.register("Mỷ")
    secret = opened(helper, 1)
    stranger.post(f"/r/{secret}")
    stranger.enter(person, helper.pictures())
    ticker.advance(clock.HOUR)
    assert stranger.me()["person"] is None
    assert "hết giờ" in stranger.get("/roll", 410).text
    assert "hết giờ" in stranger.get(f"/r/{secret}", 410).text
    assert "Mỷ" not in Phone(stranger.app).post(f"/r/{secret}", status=410).text
    Phone(stranger.app).get("/roll", 410)


def test_the_helper_ends_it_and_nobody_else_does(
    app: FastAPI, helper: Helper, another: Helper, my: Phone
) -> None:
    secret = opened(helper)
    my.post(f"/r/{secret}")
    [sha] = re.findall(r'action="/admin/rolls/(\w+)/end"', helper.get("/admin/rolls").text)
    another.post(f"/admin/rolls/{sha}/end", status=404)
    my.get("/roll")
    helper.post(f"/admin/rolls/{sha}/end")
    my.get("/roll", 410)
    another.post("/admin/rolls", {"place": helper.village}, 404)


def test_a_class_is_of_those_named(app: FastAPI, helper: Helper, my: Phone) -> None:
    [person] = helper.register("Mỷ")
    helper.register("Dở")
    given = {"place": helper.village, "name": "Lớp tối", "by": person, "hours": 2, "persons": [person]}
    app.state.writer.call(lambda conn: rolls.open_roll(conn, "s", **given))
    with app.state.database.read() as session:
        conn = session.connection()
        roll = rolls.opened(conn, "s")
        assert roll is not None
        assert [face.name for face in rolls.faces(conn, roll)] == ["Mỷ"]


def test_three_hundred_faces_weigh_little(app: FastAPI, helper: Helper, my: Phone) -> None:
    def work(conn: object) -> None:
        for n in range(rolls.MOST_FACES + 1):
            name = f"{NAMES[n % 10]} {GIVEN[n * 7 % 15]} {GIVEN[n // 15 % 15]}"
            actions.enrol(
                conn, ids.new(), by=ids.new(), name=name, face=FACES[n * 11 % 24], lang="vi", place=helper.village,
                consent="",
            )  # type: ignore[arg-type]  # fmt: skip

    app.state.writer.call(work)
    my.post(f"/r/{opened(helper)}")
    page = my.get("/roll").text
    assert page.count('href="/who/') >= rolls.MOST_FACES
    size = len(brotli.compress(page.encode(), quality=5))
    assert size <= ROLL_WEIGHT, f"{size} bytes under brotli"
    linted(
        page.replace(
            page[page.index('<div class="faces">') : page.index("</div>", page.index('<div class="faces">'))],
            "<div>",
        )
    )


def test_a_village_where_many_guess_is_told_of_by_its_name(
    app: FastAPI, helper: Helper, staff: Phone
) -> None:
    [person] = helper.register("Mỷ")
    pictures = wrong(helper.pictures())
    Phone(app).post(f"/who/{person}", {"pin": pictures}, 422)
    app.state.writer.call(
        lambda conn: conn.exec_driver_sql(
            f"UPDATE throttle SET failures = 200 WHERE bucket = 'village {helper.village}'"
        )
    )
    assert "Bản Sùng Thị Dung: hôm nay" in staff.get("/admin").text
