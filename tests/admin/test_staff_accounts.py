"""Helpers made by officers, codes of the telephone at sign-in, and codes that are lost."""

import re
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, func, select

from app.accounts import people, queries, rules, staff, totp
from app.accounts.permissions import Grant, Role
from app.core import clock, ids, ledger
from app.core.errors import MakesNoSense
from app.core.models import Entry
from app.places import actions as places
from tests.cast import STAFF, Phone, Staff, rows
from tests.conftest import Ticker
from tests.page import linted, opened

HERE, THERE = "03160", "03158"
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def write(app: FastAPI, work: Any) -> Any:
    return app.state.writer.call(work)


def signed_in(app: FastAPI, name: str, role: Role, place: str) -> Phone:
    write(app, lambda conn: people.add_staff(conn, name, STAFF[1], role, place))
    phone = Phone(app)
    phone.post("/staff/sign-in", {"name": name, "passphrase": STAFF[1]})
    return phone


def staff_id(app: FastAPI, name: str) -> str:
    found = write(
        app,
        lambda conn: (
            conn.execute(select(queries.STAFF.c.id).where(queries.STAFF.c.name == name)).scalars().first()
        ),
    )
    return str(found)


@pytest.fixture
def officer(app: FastAPI) -> Phone:
    return signed_in(app, "Sùng", Role.OFFICER, HERE)


@pytest.mark.parametrize(
    ("second", "digits"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(second: int, digits: str) -> None:
    assert totp.code(RFC_SECRET, second // 30) == digits
    assert totp.step_of(RFC_SECRET, f" {digits[:3]} {digits[3:]}", second * 1000) == second // 30
    assert totp.step_of(RFC_SECRET, digits, second * 1000 + 90_000) is None
    assert totp.step_of(RFC_SECRET, digits, second * 1000, after=second // 30) is None
    assert totp.step_of(RFC_SECRET, "", second * 1000) is None
    assert totp.step_of(RFC_SECRET, "²٣", second * 1000) is None


def test_an_officer_makes_a_helper_who_signs_in_with_what_was_shown_once(
    app: FastAPI, officer: Phone
) -> None:
    page = linted(
        officer.post("/admin/staff", {"name": "Thào Mỷ", "role": "helper", "place": HERE}, 200).text
    )
    passphrase = re.findall(r"<code>([a-z2-9-]{19})</code>", page.html)[0]
    assert passphrase not in str(ledgered(app))
    helper = Phone(app)
    helper.post("/staff/sign-in", {"name": "thào mỷ", "passphrase": passphrase})
    opened(helper.client, "/staff/me")
    helper.get("/admin/staff", 404)
    assert "Thào Mỷ" in opened(officer.client, f"/admin/staff?place={HERE}").html
    again = officer.post("/admin/staff", {"name": "THÀO MỶ", "role": "helper", "place": HERE}, 422)
    assert "Đã có cán bộ tên này" in linted(again.text).html


def ledgered(app: FastAPI) -> list[str]:
    return [str(row["body"]) for row in rows(app, Entry)]


def test_a_long_name_signs_in_as_it_was_written(app: FastAPI, officer: Phone) -> None:
    name = "Lò Thị " + " ".join(["Xuân"] * 38)
    page = opened(officer.client, "/admin/staff")
    assert page.all("input", name="name")[0].attrs["maxlength"] == str(rules.NAME_LENGTH)
    shown = officer.post("/admin/staff", {"name": name, "role": "helper", "place": HERE}, 200).text
    passphrase = re.findall(r"<code>([a-z2-9-]{19})</code>", shown)[0]
    field = opened(Phone(app).client, "/staff/sign-in").all("input", name="name")[0]
    assert int(field.attrs["maxlength"]) >= len(name)
    Phone(app).post("/staff/sign-in", {"name": name, "passphrase": passphrase})


def test_what_is_not_hers_to_give_is_not_there(app: FastAPI, officer: Phone) -> None:
    for role, place in (("helper", THERE), ("officer", HERE), ("administrator", "11"), ("queen", HERE)):
        officer.post("/admin/staff", {"name": "Ai đó", "role": role, "place": place}, 404)
    assert not staff_id(app, "Ai đó").strip("None")


def test_an_officer_cannot_take_over_who_holds_more_than_she_gives(app: FastAPI, officer: Phone) -> None:
    """An administrator who is a helper in the commune too is seen there, and her passphrase is not the officer's to change."""
    signed_in(app, "Lò Thị Cả", Role.ADMINISTRATOR, "11")
    id = staff_id(app, "Lò Thị Cả")
    officer.get(f"/admin/staff/{id}", 404)
    by = write(app, lambda conn: conn.execute(select(queries.NODE.c.id)).scalar_one())
    write(app, lambda conn: staff.actions.grant(conn, id, Role.HELPER, HERE, by))
    page = opened(officer.client, f"/admin/staff/{id}")
    assert not page.all("form", action=f"/admin/staff/{id}/passphrase")
    officer.post(f"/admin/staff/{id}/passphrase", status=404)
    officer.post(f"/admin/staff/{id}/end", status=404)


def test_roles_come_and_go_and_an_account_ends(app: FastAPI, officer: Phone) -> None:
    helper = signed_in(app, "Thào", Role.HELPER, HERE)
    id = staff_id(app, "Thào")
    officer.post(f"/admin/staff/{id}/roles", {"role": "teacher", "place": HERE})
    held = write(app, lambda conn: queries.officer(conn, id))
    assert held.grants == (Grant(Role.HELPER, HERE), Grant(Role.TEACHER, HERE))
    first = re.findall(rf"/admin/staff/{id}/roles/([0-9a-f-]+)/end", officer.get(f"/admin/staff/{id}").text)[
        0
    ]
    officer.post(f"/admin/staff/{id}/roles/{first}/end")
    assert write(app, lambda conn: queries.officer(conn, id)).grants == (Grant(Role.TEACHER, HERE),)
    officer.post(f"/admin/staff/{id}/end")
    helper.get("/admin", 303)
    grants = write(app, lambda conn: conn.execute(queries.GRANT.select().order_by(queries.GRANT.c.id)).all())
    write(app, ledger.rebuild)
    assert (
        write(app, lambda conn: conn.execute(queries.GRANT.select().order_by(queries.GRANT.c.id)).all())
        == grants
    )
    assert all(row.ended_by for row in grants if row.staff_id == id)


def with_codes(app: FastAPI, phone: Phone) -> tuple[str, list[str]]:
    """Sets up the codes of a telephone; its secret, and the codes for its loss."""
    page = opened(phone.client, "/staff/me/codes")
    secret = page.all("input", name="secret")[0].attrs["value"]
    assert page.all("svg") and secret in page.html
    assert "không đúng" in phone.post("/staff/me/codes", {"secret": secret, "code": "000"}, 422).text
    shown = phone.post("/staff/me/codes", {"secret": secret, "code": now(secret)}, 200).text
    codes = re.findall(r"<code[^>]*>([a-z2-9]{4}-[a-z2-9]{4})</code>", linted(shown).html)
    assert len(set(codes)) == totp.RECOVERY_CODES
    return secret, codes


def now(secret: str) -> str:
    return totp.code(secret, clock.now() // totp.STEP)


def test_sign_in_asks_for_the_code_and_each_counts_once(ticker: Ticker, app: FastAPI, staff: Staff) -> None:
    secret, codes = with_codes(app, staff)
    staff.post("/staff/sign-out")
    staff.sign_in()
    staff.get("/admin", 303)
    assert staff.get("/staff/sign-in", 303).headers["location"] == "/staff/sign-in/code"
    opened(staff.client, "/staff/sign-in/code")
    staff.post("/staff/sign-in/code", {"code": now(secret)}, 422)
    ticker.advance(totp.STEP)
    staff.post("/staff/sign-in/code", {"code": now(secret)})
    staff.get("/admin")
    staff.post("/staff/sign-out")
    staff.sign_in()
    staff.post("/staff/sign-in/code", {"code": codes[0].upper().replace("-", " ")})
    staff.get("/admin")
    staff.post("/staff/sign-out")
    staff.sign_in()
    staff.post("/staff/sign-in/code", {"code": codes[0]}, 422)
    assert "Còn 7 mã" not in staff.get("/staff/sign-in?again=1").text


def test_a_passphrase_alone_opens_nothing_and_its_wait_ends(
    ticker: Ticker, app: FastAPI, staff: Staff
) -> None:
    secret, _ = with_codes(app, staff)
    staff.post("/staff/sign-out")
    staff.sign_in()
    ticker.advance(rules.REST)
    staff.post("/staff/sign-in/code", {"code": now(secret)}, 422)
    staff.sign_in()
    for _ in range(rules.FREE_GUESSES):
        staff.post("/staff/sign-in/code", {"code": "000000"}, 422)
    staff.post("/staff/sign-in/code", {"code": now(secret)}, 429)


def test_codes_end_only_with_a_code(ticker: Ticker, app: FastAPI, staff: Staff) -> None:
    secret, _ = with_codes(app, staff)
    staff.post("/staff/me/codes/end", {"code": "000000"}, 422)
    ticker.advance(totp.STEP)
    staff.post("/staff/me/codes/end", {"code": now(secret)})
    staff.post("/staff/sign-out")
    staff.sign_in()
    staff.get("/admin")


def test_lost_codes_end_when_two_administrators_say_so(app: FastAPI, staff: Staff) -> None:
    lost = signed_in(app, "Vàng", Role.ADMINISTRATOR, "11")
    with_codes(app, lost)
    id = staff_id(app, "Vàng")
    staff.post(f"/admin/staff/{id}/codes")
    assert "Phải một quản trị khác" in linted(staff.post(f"/admin/staff/{id}/codes", status=422).text).html
    lost.get("/admin")
    lost.get(f"/admin/staff/{id}", 404)
    other = signed_in(app, "Mùa", Role.ADMINISTRATOR, "11")
    assert "đã xin bỏ mã" in opened(other.client, f"/admin/staff/{id}").html
    other.post(f"/admin/staff/{id}/codes")
    lost.get("/admin", 303)
    lost.post("/staff/sign-in", {"name": "Vàng", "passphrase": STAFF[1]})
    lost.get("/admin")
    before = write(app, lambda conn: conn.execute(renewals()).all())
    write(app, ledger.rebuild)
    assert write(app, lambda conn: conn.execute(renewals()).all()) == before and before[0].confirmed_by


def renewals() -> Any:
    return staff.RENEWAL.select()


def test_nobody_confirms_what_she_asked_whatever_page_it_comes_from(app: FastAPI, officer: Phone) -> None:
    def work(conn: Connection) -> None:
        boss = people.add_staff(conn, "Chang", STAFF[1], Role.ADMINISTRATOR, "11")
        someone = people.add_staff(conn, "Hạng", STAFF[1], Role.ADMINISTRATOR, "11")
        asked = ledger.record(conn, "totp.lost/1", someone, by=boss)
        for by in (boss, someone, staff_id_in(conn, "Sùng")):
            with pytest.raises(MakesNoSense):
                ledger.record(conn, "totp.renewed/1", someone, asked=asked, by=by)

    write(app, work)


def staff_id_in(conn: Connection, name: str) -> str:
    return str(conn.execute(select(queries.STAFF.c.id).where(queries.STAFF.c.name == name)).scalar_one())


def test_ones_own_passphrase_is_changed_by_who_knows_it(app: FastAPI, staff: Staff) -> None:
    new = "sáu con gà trên nương"
    staff.post("/staff/me/passphrase", {"old": "x", "new": new}, 422)
    staff.post("/staff/me/passphrase", {"old": STAFF[1], "new": "ngắn"}, 422)
    staff.post("/staff/me/passphrase", {"old": STAFF[1], "new": new})
    staff.get("/admin", 303)
    staff.post("/staff/sign-in", {"name": STAFF[0], "passphrase": new})


def test_a_helper_of_one_village_is_made_by_her_commune(app: FastAPI, officer: Phone, staff: Staff) -> None:
    write(app, lambda conn: places.add_villages(conn, HERE, ids.new(), [{"name": "Bản Một"}]))
    village = f"{HERE}-001"

    def offered(phone: Phone, query: str = "") -> set[str]:
        page = opened(phone.client, f"/admin/staff{query}")
        return {one.attrs["value"] for one in page.all("option") if one.inside("form")}

    assert village in offered(officer) and THERE not in offered(officer)
    assert village not in offered(staff) and village in offered(staff, f"?place={HERE}")
    officer.post("/admin/staff", {"name": "Thào", "role": "helper", "place": village}, 200)
    assert write(app, lambda conn: queries.officer(conn, staff_id_in(conn, "Thào"))).grants == (
        Grant(Role.HELPER, village),
    )
    nothing = officer.post("/admin/staff", {"name": "Ai đó", "role": "helper", "place": ""}, 422)
    assert "Hãy chọn" in linted(nothing.text).html
    opened(officer.client, f"/admin/staff/{staff_id(app, 'Thào')}")


def test_the_list_has_pages(app: FastAPI, officer: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff, "PAGE", 2)
    for n in range(3):
        write(app, lambda conn, n=n: people.add_staff(conn, f"Người {n}", STAFF[1], Role.HELPER, HERE))
    first, second = (opened(officer.client, f"/admin/staff?page={page}").html for page in (0, 1))
    assert "Người 1" in first and "Người 2" not in first and "Người 2" in second
    assert (
        write(app, lambda conn: conn.execute(select(func.count()).select_from(queries.STAFF)).scalar_one())
        == 4
    )
