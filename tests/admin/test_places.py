"""Communes and villages through the staff's door: changed, merged and taken back, brought in from a list."""

from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection

from app.accounts import people
from app.accounts.permissions import Role
from app.core.sheets import REASONS
from app.places import queries
from tests.cast import STAFF, Phone, Staff, run
from tests.page import linted, opened

HERE, THERE = "03160", "03158"
LIST = (
    "DANH SÁCH BẢN NĂM 2026,,,\n"
    "STT,Xã/Phường,Tên bản/tổ dân phố,Điện lưới,Sóng di động\n"
    "1,{commune},Bản Nà Lốm,có,4G\n"
    "2,{commune},Bản Huổi Cấu,Không,không\n"
    "3,{commune},Bản Ho\u0301a H’Mông,chập chờn,cáp quang\n"
)


@pytest.fixture
def officer(app: FastAPI) -> Phone:
    """Of one commune."""

    def work(conn: Connection) -> None:
        people.add_staff(conn, "Sùng", STAFF[1], Role.OFFICER, HERE)

    app.state.writer.call(work)
    phone = Phone(app)
    phone.post("/staff/sign-in", {"name": "Sùng", "passphrase": STAFF[1]})
    return phone


def place(app: FastAPI, code: str) -> Any:
    return app.state.writer.call(lambda conn: queries.place(conn, code))


def commune(app: FastAPI) -> str:
    return str(place(app, HERE).name)


def sent(phone: Phone, text: str, status: int = 200, name: str = "list.csv") -> str:
    response = phone.client.post(
        "/admin/places/import", files={"file": (name, text.encode())}, headers={"Origin": "http://ban.test"}
    )
    assert response.status_code == status, response.text[:500]
    linted(response.text)
    return str(response.text)


def confirmed(phone: Phone, page: str) -> None:
    file = page.partition('name="file" value="')[2].partition('"')[0]
    phone.post("/admin/places/import/confirmation", {"file": file})


def test_it_works(app: FastAPI, staff: Staff, officer: Phone) -> None:
    page = opened(staff.client, "/admin/places")
    assert len(page.all("li")) > 45
    officer.post(f"/admin/places/{HERE}/villages", {"name": "Bản Nà Lốm"})
    officer.post(f"/admin/places/{HERE}-001", {"name": "Bản Nà Lốm 1", "signal": "2g", "power": "none"})
    page = opened(officer.client, f"/admin/places/{HERE}-001?done=1")
    assert "Tên trước đây: Bản Nà Lốm" in page.html and "Sùng" in page.html and "Sóng 2G" in page.html
    officer.post(f"/admin/places/{HERE}-001", {"name": "Bản Nà Lốm"})
    assert place(app, f"{HERE}-001").name == "Bản Nà Lốm"
    assert len(opened(officer.client, f"/admin/places/{HERE}").all("form")) >= 4


def test_a_commune_says_whom_help_names(app: FastAPI, officer: Phone, my: Phone) -> None:
    person = my.register("Mỷ")
    run(app, f"UPDATE person SET place = '{HERE}' WHERE id = '{person}'")
    said = {"contact": "Anh Pó, nhà văn hóa", "phone": "0215 3 123 456"}
    officer.post(f"/admin/places/{HERE}/contact", said)
    page = opened(my.client, "/help")
    assert page.all("a", href="tel:02153123456")[0].text == said["phone"] and said["contact"] in page.html
    wrong = officer.post(f"/admin/places/{HERE}/contact", {"contact": "Anh Pó", "phone": "gọi"}, 422)
    assert "không phải số điện thoại" in linted(wrong.text).html and 'value="gọi"' in wrong.text


def test_an_officer_does_not_rename_or_merge_her_own_commune(
    app: FastAPI, staff: Staff, officer: Phone
) -> None:
    before = commune(app)
    officer.post(f"/admin/places/{HERE}", {"name": "Xã Của Tôi", "power": "grid"})
    assert (commune(app), place(app, HERE).power) == (before, "grid")
    officer.post(f"/admin/places/{HERE}/merger", {"kept": THERE}, 404)
    officer.get(f"/admin/places/{THERE}", 404)
    staff.post(f"/admin/places/{HERE}/merger", {"kept": THERE})
    assert place(app, HERE).merged_into == THERE
    opened(staff.client, f"/admin/places/{HERE}")
    staff.post(f"/admin/places/{HERE}/restoration")
    assert place(app, HERE).merged_into is None


def test_what_cannot_be_is_said_on_the_page(officer: Phone) -> None:
    for _ in range(2):
        officer.client.post(
            f"/admin/places/{HERE}/villages", data={"name": "Bản Một"}, headers={"Origin": "http://ban.test"}
        )
    again = officer.post(f"/admin/places/{HERE}/villages", {"name": "bản một"}, 422)
    assert "mang tên này" in linted(again.text).html
    nothing = officer.post(f"/admin/places/{HERE}/villages", {"name": "-"}, 422)
    assert "Tên phải có chữ" in nothing.text


def test_a_list_is_told_first_and_twice_changes_nothing(app: FastAPI, officer: Phone) -> None:
    text = LIST.format(commune=commune(app))
    page = sent(officer, text)
    assert "3 bản mới" in page and place(app, f"{HERE}-001") is None
    confirmed(officer, page)
    kept = place(app, f"{HERE}-003")
    assert (kept.name, kept.power, kept.signal) == ("Bản Hóa H’Mông", "sometimes", "fibre")
    assert "3 bản giữ nguyên" in sent(officer, text.replace("H’Mông", "H'mông"))
    confirmed(officer, page)
    assert place(app, f"{HERE}-004") is None
    page = sent(officer, text.replace("có,4G", "có,2G"))
    assert "1 bản thay đổi, 2 bản giữ nguyên" in page
    confirmed(officer, page)
    assert place(app, f"{HERE}-001").signal == "2g"


def test_faults_are_told_by_cell_and_the_rest_is_written(app: FastAPI, officer: Phone) -> None:
    other = place(app, THERE).name
    text = (
        LIST.format(commune=commune(app))
        + f"4,{other},Bản Xa,có,có\n5,{commune(app)},Bản Nà Lốm,có,có\n6,{commune(app)},Bản Bốn,to,có\n"
    )
    page = sent(officer, text)
    assert "3 dòng có lỗi" in page
    assert all(f'<span translate="no">{cell}</span>' in page for cell in ("B6", "C7", "D8"))
    confirmed(officer, page)
    assert place(app, f"{HERE}-003") is not None and place(app, f"{HERE}-004") is None


@pytest.mark.parametrize(
    ("text", "said"), [("=1+1,b\n", "công thức"), ("", "trống"), ("một,hai\n1,2\n", "tên cột")]
)
def test_what_is_no_list_is_refused_with_a_sentence(officer: Phone, text: str, said: str) -> None:
    assert said in sent(officer, text, 422)


def test_there_is_a_sentence_for_every_refusal(app: FastAPI) -> None:
    assert all(f"places.sheet-{reason}" in app.state.pages.words for reason in REASONS)


def test_a_list_of_all_villages_of_the_province_is_quick(app: FastAPI, staff: Staff) -> None:
    names = [row.name for row in app.state.writer.call(lambda conn: queries.communes(conn, ["11"]))]
    rows = "".join(f"{name},Bản {n},có,4G\n" for name in names for n in range(33))
    page = sent(staff, "Xã,Bản,Điện,Sóng\n" + rows)
    assert "1485 bản mới" in page
    confirmed(staff, page)
    assert len(app.state.writer.call(queries.places)) == 46 + 1485
    assert app.state.writer.call(lambda conn: queries.holds(conn, ["11"], f"{HERE}-033"))
