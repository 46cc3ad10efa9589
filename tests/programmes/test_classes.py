"""A class from its opening to its end, as the helper's plain forms make it."""

import json
import random
import re
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, delete, select

from app.accounts import consent
from app.accounts.permissions import Role
from app.core import envelope, erasing, ledger
from app.core.db import table_of
from app.core.errors import MakesNoSense
from app.core.models import Entry
from app.programmes import class_actions as actions
from app.programmes import class_projections as entries
from app.programmes import class_queries as queries
from app.programmes import class_rules as rules
from app.programmes.class_rules import Hard, Learning
from app.programmes.models import (
    Announcement,
    Attendance,
    Class,
    ClassMember,
    Confirmation,
    Withdrawal,
)
from tests.cast import Phone, rows
from tests.conftest import Ticker
from tests.programmes.class_stage import DAY, ELSEWHERE, HERE, agree, hire, open_class, settle, sign_in, write

FORM = {"name": "Lớp tối", "place": HERE, "from_day": DAY, "courses": "small", "deadline.small": "2026-12-20"}
PROJECTED = [
    table_of(model) for model in (Class, ClassMember, Attendance, Confirmation, Announcement, Withdrawal)
]


@pytest.fixture
def sung(app: FastAPI, ticker: Ticker) -> Phone:
    hire(app)
    return sign_in(app)


def made(sung: Phone, **fields: str) -> str:
    helper = re.search(r'<option value="([^"]+)" selected>Sùng', sung.get("/classes/new").text)
    assert helper
    location = sung.post("/classes", FORM | {"helper": helper[1]} | fields).headers["location"]
    return str(location.rpartition("/")[2])


def names(app: FastAPI, id: str) -> list[str]:
    with app.state.database.read() as session:
        return [face.name for face in queries.roll(session.connection(), id)]


def test_a_class_is_opened_changed_ended_and_opened_again(app: FastAPI, sung: Phone) -> None:
    assert "Chưa có lớp nào" in sung.get("/classes").text
    id = made(sung)
    assert "Lớp tối" in sung.get("/classes").text and "20/12/2026" in sung.get(f"/classes/{id}").text
    [row] = rows(app, Class)
    sung.post(f"/classes/{id}", FORM | {"helper": row["helper"], "name": "Lớp sáng"})
    sung.post(f"/classes/{id}/end", {"ended": "1"})
    assert [(one["name"], one["ended"]) for one in rows(app, Class)] == [("Lớp sáng", True)]
    sung.post(f"/classes/{id}/end", {"ended": "0"})
    assert [(one["name"], one["ended"]) for one in rows(app, Class)] == [("Lớp sáng", False)]


@pytest.mark.only_on("sqlite")
def test_paper_and_cameras_are_for_those_who_agreed(app: FastAPI, sung: Phone) -> None:
    my, giang = settle(app, "Mỷ"), settle(app, "Giàng")
    id = made(sung)
    sung.post(f"/classes/{id}/roll", {"person": [my, giang]})
    paper, page = f"/classes/{id}/print", f"/classes/{id}"
    assert "2 người chưa đồng ý ghi tên" in sung.get(paper).text
    assert "Chưa ai trong lớp đồng ý cho chụp hình" in sung.get(page).text
    agree(app, my, consent.LISTS)
    agree(app, giang, consent.PICTURES)
    assert ">Mỷ</th>" in sung.get(paper).text and "Giàng" not in sung.get(paper).text
    pictured = re.search("Chỉ chụp hình.*", sung.get(page).text)
    assert pictured and "Giàng" in pictured[0] and "Mỷ" not in pictured[0]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Hãy viết tên lớp"),
        ({"courses": ""}, "Hãy chọn ít nhất một khóa học"),
        ({"from_day": "hôm nay"}, "Hãy chọn ngày trên lịch"),
        ({"to_day": "2026-01-01"}, "đang đứng trước ngày bắt đầu"),
        ({"helper": "nobody"}, "không phụ trách lớp ở nơi đã chọn"),
        ({"place": ""}, "Hãy chọn nơi học"),
    ],
)
@pytest.mark.only_on("sqlite")
def test_what_is_missing_is_said_beside_its_field(sung: Phone, wrong: dict[str, str], said: str) -> None:
    page = sung.post("/classes", FORM | {"helper": "nobody"} | wrong, 422).text
    assert said in page and 'aria-invalid="true"' in page


def test_people_of_her_places_are_found_by_a_folded_name_and_join(app: FastAPI, sung: Phone) -> None:
    mo = settle(app, "Hờ A Mỏ")
    for name, place in (("Giàng Thị H’Mông", HERE), ("Lò Văn Xa", ELSEWHERE)):
        settle(app, name, place)
    id = made(sung)
    assert "Hờ A Mỏ" in sung.get(f"/classes/{id}/roll").text
    found = sung.get(f"/classes/{id}/roll?q=hmong").text
    assert "H’Mông" in found and "Hờ A Mỏ" not in found
    assert "Không tìm thấy ai" in sung.get(f"/classes/{id}/roll?q=xa").text
    sung.post(f"/classes/{id}/roll", {"person": mo})
    assert names(app, id) == ["Hờ A Mỏ"]
    gone = sung.post(f"/classes/{id}/roll/{mo}/removal").headers["location"]
    assert names(app, id) == [] and mo in sung.get(gone).text
    sung.post(f"/classes/{id}/roll", {"person": mo})
    assert names(app, id) == ["Hờ A Mỏ"]


def test_nobody_of_another_place_is_put_into_a_class(app: FastAPI, sung: Phone) -> None:
    stranger = settle(app, "Lò Văn Xa", ELSEWHERE)
    id = made(sung)
    sung.post(f"/classes/{id}/roll", {"person": stranger}, 422)
    assert names(app, id) == []


def test_a_learner_comes_by_her_own_face(app: FastAPI, sung: Phone, my: Phone) -> None:
    id = made(sung)
    assert "Chưa có khuôn mặt" in my.get(f"/classes/{id}/join").text
    my.post(f"/classes/{id}/join")
    assert names(app, id) == []
    my.register("Mỷ")
    my.post(f"/classes/{id}/join")
    my.post(f"/classes/{id}/join")
    assert names(app, id) == ["Mỷ"] and len(rows(app, ClassMember)) == 1
    assert "Bạn đã ở trong lớp này" in my.get(f"/classes/{id}/join").text
    sung.post(f"/classes/{id}/end", {"ended": "1"})
    my.get(f"/classes/{id}/join", 404)


def test_the_code_of_a_class_that_is_over_lets_nobody_in(
    app: FastAPI, sung: Phone, my: Phone, ticker: Ticker
) -> None:
    id = made(sung, to_day=DAY)
    person = my.register("Mỷ")
    my.get(f"/classes/{id}/join")
    ticker.advance(24 * 60 * 60 * 1000)
    my.get(f"/classes/{id}/join", 404)
    my.post(f"/classes/{id}/join", status=404)
    with pytest.raises(MakesNoSense, match="class-ended"):
        write(app, lambda conn: ledger.record(conn, entries.JOINED, person, **{"class": id}))


def test_another_commune_has_no_such_class(app: FastAPI, sung: Phone) -> None:
    id = made(sung)
    hire(app, "Xa", place=ELSEWHERE)
    xa = sign_in(app, "Xa")
    xa.get(f"/classes/{id}", 404)
    assert "Lớp tối" not in xa.get("/classes").text
    xa.post("/classes", FORM | {"helper": "x"}, 404)


def test_faces_tapped_were_there_and_can_be_taken_back(app: FastAPI, sung: Phone) -> None:
    first, second = settle(app, "Mỷ"), settle(app, "Pà")
    id = open_class(app, staff_id(app), [first, second])
    page = f"/classes/{id}/attendance"
    sung.post(page, {"day": DAY, "shown": [first, second], "there": [first, second]})
    assert "có 2 người" in sung.get(f"{page}?day={DAY}&saved=1").text
    sung.post(page, {"day": DAY, "shown": [first, second], "there": [second]})
    present = {one["person_id"]: one["present"] for one in rows(app, Attendance)}
    assert present == {first: False, second: True}
    before = len(rows(app, Entry))
    sung.post(page, {"day": DAY, "shown": [first, second], "there": [second]})
    assert len(rows(app, Entry)) == before, "what is already so is not written again"
    sung.post(page, {"day": "ngày mai"}, 422)


def test_what_was_shown_by_hand_is_confirmed_and_taken_back(app: FastAPI, sung: Phone) -> None:
    my = settle(app, "Mỷ")
    id = open_class(app, staff_id(app), [my])
    page = f"/classes/{id}/confirmations"
    assert "Hãy chọn một việc" in sung.post(page, {"person": my}, 422).text
    assert "Hãy chạm khuôn mặt" in sung.post(page, {"what": "skill:vneid-open"}, 422).text
    sung.post(page, {"what": "test:dt99", "person": my}, 422)
    for what in ("skill:vneid-open", "test:small"):
        sung.post(page, {"what": what, "person": my})
    shown = write(app, lambda conn: queries.confirmed(conn, my))
    assert [(one.kind, one.what, one.day) for one in shown] == [
        ("skill", "vneid-open", DAY),
        ("test", "small", DAY),
    ]
    sung.post(f"{page}/{shown[0].id}/withdrawal")
    assert [one.what for one in write(app, lambda conn: queries.confirmed(conn, my))] == ["small"]
    sung.post(f"{page}/{shown[0].id}/withdrawal", status=404)


def test_she_takes_away_what_is_kept_of_her_and_it_goes_when_she_is_erased(app: FastAPI, sung: Phone) -> None:
    my, pa = settle(app, "Mỷ"), settle(app, "Pà")
    id = open_class(app, staff_id(app), [my, pa])
    sung.post(f"/classes/{id}/attendance", {"day": DAY, "shown": [my, pa], "there": [my, pa]})
    sung.post(f"/classes/{id}/confirmations", {"what": "skill:vneid-open", "person": my})
    told = write(app, lambda conn: erasing.export_person(conn, [my]))["programmes"]
    assert [len(told[name]) for name in ("class_member", "attendance", "confirmation")] == [1, 1, 1]
    officer = hire(app, "Lò", Role.OFFICER)
    write(app, lambda conn: ledger.record(conn, erasing.ERASED, my, by=officer))
    left = {row["person_id"] for model in (ClassMember, Attendance, Confirmation) for row in rows(app, model)}
    assert left == {pa} and names(app, id) == ["Pà"]


def test_words_to_a_class_are_shown_to_its_people_until_their_day(
    app: FastAPI, sung: Phone, my: Phone, ticker: Ticker
) -> None:
    id = made(sung)
    my.register("Mỷ")
    my.post(f"/classes/{id}/join")
    page = f"/classes/{id}/announcements"
    assert "Hãy viết lời nhắn" in sung.post(page, {"words": "  "}, 422).text
    sung.post(page, {"words": "Tối mai học lúc 7 giờ", "until": DAY})
    sung.post(page, {"words": "Mang theo căn cước"})
    told = my.get("/me").text
    assert "Tối mai học lúc 7 giờ" in told and "Mang theo căn cước" in told and "20/12/2026" in told
    ticker.advance(24 * 60 * 60 * 1000)
    later = my.get("/me").text
    assert "Tối mai" not in later and "Mang theo" in later
    [one] = [row for row in rows(app, Announcement) if not row["until"]]
    sung = sign_in(app)
    sung.post(f"{page}/{one['id']}/end")
    assert "Mang theo" not in my.get("/me").text
    sung.post(f"{page}/{one['id']}/end", status=404)


def test_who_tries_again_and_again_is_shown_as_stuck_and_at_what(
    app: FastAPI, sung: Phone, my: Phone
) -> None:
    other = settle(app, "Pà")
    id = open_class(app, staff_id(app), [other])
    person = my.register("Mỷ")
    my.post(f"/classes/{id}/join")
    for _ in range(rules.STUCK_TRIES):
        my.outbox(my.answered(person, "q1", "a"))
    page = sung.get(f"/classes/{id}").text
    assert '<li class="is-stuck">' in page and "first · q1" in page and "chưa xong bài nào" in page
    my.outbox(my.answered(person, "q1", "b"))
    assert '<li class="is-stuck">' not in sung.get(f"/classes/{id}").text


def test_how_one_stands_among_the_others() -> None:
    hard = Hard("small", "first", "q1", 3)
    others = [Learning("b", 1, 4), Learning("c", 1, 4)]
    said = {
        "finished": Learning("a", 4, 4, finished=True, late=True),
        "late": Learning("a", 1, 4, late=True, hard=hard),
        "stuck": Learning("a", 3, 4, hard=hard),
        "waiting": Learning("a", 0, 4),
        "ahead": Learning("a", 2, 4),
        "going": Learning("a", 1, 4),
    }
    assert {rules.standing(one, [one, *others]) for one in said.values()} == set(said)
    assert all(rules.standing(one, [one, *others]) == name for name, one in said.items())


def test_a_commune_is_active_for_ninety_days_after_a_class_met(app: FastAPI, sung: Phone) -> None:
    my, id = settle(app, "Mỷ"), ""
    id = open_class(app, staff_id(app), [my])
    sung.post(f"/classes/{id}/attendance", {"day": "2026-08-20", "shown": my, "there": my})

    def active(today: str) -> dict[str, bool]:
        found = write(app, lambda conn: queries.activity(conn, ["11"], today))
        return {one.code: one.active for one in found}

    assert active("2026-11-18") == {code: code == HERE for code in active("2026-11-18")}
    assert not active("2026-11-19")[HERE] and len(active(DAY)) == 45
    hire(app, "Tỉnh", Role.ADMINISTRATOR, "11")
    assert "44 trên 45 xã, phường chưa có lớp nào" in sign_in(app, "Tỉnh").get("/classes").text
    assert "xã, phường chưa có lớp nào" not in sung.get("/classes").text


@pytest.mark.parametrize(
    ("kind", "fields", "why"),
    [
        (entries.JOINED, {"class": "none"}, "no-class"),
        (entries.JOINED, {"by": "nobody"}, "not-her-class"),
        (entries.ATTENDED, {"day": "2026-13-01"}, "no-day"),
        (entries.ATTENDED, {"day": DAY}, "not-of-this-class"),
        (entries.SHOWN, {"day": DAY, "skill": "vneid-open"}, "not-of-this-class"),
        (entries.ANNOUNCED, {"words": "x" * 1001, "lang": "vi"}, "no-words"),
        (entries.UNCONFIRMED, {"entry": "none"}, "no-entry"),
        ("answered/1", {"lesson": "first", "question": "q1", "answer": "b"}, "not-of-this-class"),
    ],
)
@pytest.mark.only_on("sqlite")
def test_what_nobody_may_say_is_refused(
    app: FastAPI, sung: Phone, my: Phone, kind: str, fields: dict[str, Any], why: str
) -> None:
    staff, person = staff_id(app), settle(app, "Mỷ")
    id = open_class(app, staff)
    said = {"class": id, "by": staff, "course": "small", "structure": my.structure, "lang": "vi"} | fields
    with pytest.raises(MakesNoSense, match=why):
        write(app, lambda conn: ledger.record(conn, kind, person, **said))


def test_a_phone_does_not_speak_for_the_helper(app: FastAPI, sung: Phone, my: Phone) -> None:
    person = my.register("Mỷ")
    id = open_class(app, staff_id(app))
    my.post(f"/classes/{id}/join")
    forged = my.answered(person, **{"class": id, "by": staff_id(app)})
    assert [one["why"] for one in my.outbox(forged)["set_aside"]] == ["not-from-a-phone"]


def history(app: FastAPI, dice: random.Random) -> None:
    """Everything one can do with a class, in some order."""
    staff, persons = staff_id(app), [settle(app, name) for name in ("Mỷ", "Pà", "Dở")]
    ids_ = [open_class(app, staff, persons), open_class(app, staff, persons[:1])]

    def step(conn: Connection) -> None:
        row = queries.class_row(conn, dice.choice(ids_))
        faces = [face.id for face in queries.roll(conn, row.id)]
        some = dice.sample(faces, dice.randint(0, len(faces)))
        seen, told = queries.confirmations(conn, row.id), queries.announcements(conn, [row.id])
        kind = dice.randrange(7)
        if kind == 0:
            actions.end(conn, row, staff, dice.random() < 0.5)
        elif kind == 1:
            actions.add(conn, row, dice.sample(persons, 1), staff)
        elif kind == 2 and faces:
            actions.remove(conn, row, dice.choice(faces), staff)
        elif kind == 3:
            actions.take_attendance(conn, row, DAY, faces, some, staff)
        elif kind == 4:
            actions.confirm(conn, row, "skill", "vneid-open", some, DAY, staff)
            actions.announce(conn, row, "Tối mai", "vi", "", staff)
        elif kind == 5 and seen:
            actions.take_back(conn, row, seen[0].id, staff)
        elif told:
            actions.end_announcement(conn, row, told[0].id, staff)

    for _ in range(40):
        write(app, step)


def tables(conn: Connection) -> list[Any]:
    return [conn.execute(select(one).order_by(*one.primary_key.columns)).all() for one in PROJECTED]


def test_rebuilt_shuffled_and_doubled_the_tables_are_the_same(app: FastAPI) -> None:
    hire(app)
    dice = random.Random(7)
    history(app, dice)

    def work(conn: Connection) -> None:
        first = tables(conn)
        assert all(first)
        ledger.rebuild(conn)
        assert tables(conn) == first
        bodies = [row.body for row in conn.execute(select(table_of(Entry)))]
        facts = [envelope.fact(json.loads(body), 7) for body in bodies]
        ours = [one for one in facts if f"{one.type}/{one.version}" in KINDS]
        assert {f"{one.type}/{one.version}" for one in ours} == KINDS - {entries.SUPERVISED}
        for table in PROJECTED:
            conn.execute(delete(table))
        for fact in dice.sample(ours, len(ours)) + dice.choices(ours, k=len(ours)):
            ledger._handlers[f"{fact.type}/{fact.version}"](conn, [fact])
        assert tables(conn) == first

    write(app, work)


KINDS = {
    entries.SET, entries.JOINED, entries.LEFT, entries.ATTENDED, entries.CORRECTED, entries.SHOWN,
    entries.SUPERVISED, entries.UNCONFIRMED, entries.ANNOUNCED, entries.UNANNOUNCED,
}  # fmt: skip


def staff_id(app: FastAPI, name: str = "Sùng") -> str:
    with app.state.database.read() as session:
        found = session.connection().exec_driver_sql(f"SELECT id FROM staff WHERE name = '{name}'")
        return str(found.scalar_one())
