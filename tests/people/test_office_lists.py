"""Lists of staff and of classes from an office: shown row by row, written once they are confirmed, and only once."""

import re
from typing import Any

import pytest
from fastapi import FastAPI

from app.accounts.models import Staff
from app.accounts.permissions import Role
from app.accounts.queries import staff_named
from app.admin.office_lists import day
from app.core.models import Entry
from app.programmes.models import Class
from courses.grading import fold
from tests import workbook
from tests.cast import Phone, rows
from tests.page import linted
from tests.people.conftest import COMMUNE, Helper, helper_of

STAFF_HEAD = ["TT", "Họ và tên", "Vai trò", "Bản", "Ghi chú"]
CLASS_HEAD = ["Tên lớp", "Bản", "Người phụ trách", "Từ ngày", "Đến ngày", "Khóa học", "Hạn học"]
BAN = "Cán bộ xã"


def send(officer: Helper, kind: str, data: bytes, place: str = "", status: int = 303) -> Any:
    return officer.client.post(
        f"/admin/lists/{kind}", data={"place": place}, files={"file": ("ds.xlsx", data)},
        headers={"Origin": "http://ban.test"},
    )  # fmt: skip


def sent(officer: Helper, kind: str, rows_: list[list[Any]], place: str = "") -> str:
    head = STAFF_HEAD if kind == "staff" else CLASS_HEAD
    reply = send(officer, kind, workbook.made([["DANH SÁCH"], head, *rows_]), place)
    assert reply.status_code == 303, reply.text[:500]
    return str(reply.headers["location"])


def shown(officer: Helper, path: str) -> str:
    return linted(officer.get(path).text).html


def confirmed(officer: Helper, path: str) -> str:
    officer.post(f"{path}/confirmation")
    return shown(officer, path)


def grants(app: FastAPI, name: str) -> list[tuple[str, str]]:
    with app.state.database.read() as session:
        row = staff_named(session.connection(), fold(name))
        assert row is not None
    bodies = [one for one in rows(app, Entry) if one["type"] == "role.granted" and one["person_id"] == row.id]
    return [(one["place"], one["body"]) for one in bodies]


def test_staff_come_in_and_sign_in_with_the_slip(app: FastAPI, officer: Helper, my: Phone) -> None:
    path = sent(
        officer,
        "staff",
        [[1, "Vừ A Pó", "Tổ trưởng", BAN, "x"], [2, "Lò Thị Inh", "Giáo viên", None, None]],
        COMMUNE,
    )
    page = shown(officer, path)
    assert "2 dòng mới" in page and "Dòng 3" in page and "Ghi chú" in page and "Giáo viên" in page
    assert "Bản Cán bộ xã" in page and "Mường Nhé" in page
    assert fold("Vừ A Pó") not in {row["folded"] for row in staff_rows(app)}
    assert "Đã ghi xong" in confirmed(officer, path)
    made = {row["name"]: row for row in staff_rows(app)}
    assert made["Vừ A Pó"]["hash"] == made["Lò Thị Inh"]["hash"] == ""
    my.post("/staff/sign-in", {"name": "Vừ A Pó", "passphrase": ""}, 422)
    assert "2 cán bộ chưa có mật khẩu" in shown(officer, "/admin/lists/staff")
    slips = linted(officer.post("/admin/lists/staff/slips", status=200).text).html
    names, codes = (
        re.findall(r'<b translate="no">([^<]+)</b></p>\s<p>', slips),
        re.findall(r"<code>([a-z2-9-]{19})<", slips),
    )
    slip = dict(zip(names, codes, strict=True))
    my.post("/staff/sign-in", {"name": "Vừ A Pó", "passphrase": slip["Vừ A Pó"]})
    my.get("/admin/people")
    assert "chưa có mật khẩu" not in shown(officer, "/admin/lists/staff")
    assert officer.post("/admin/lists/staff/slips", status=200).text.count("<code>") == 0


def staff_rows(app: FastAPI) -> list[dict[str, Any]]:
    return rows(app, Staff)


def test_the_same_files_twice_change_nothing(app: FastAPI, officer: Helper) -> None:
    staff = [[1, "Vừ A Pó", "đại sứ số", BAN, None]]
    classes = [["Lớp tối", BAN, None, workbook.Day(46348), "31/12/2026", "small", None]]
    confirmed(officer, sent(officer, "staff", staff))
    confirmed(officer, sent(officer, "classes", classes))
    before = rows(app, Entry), staff_rows(app), rows(app, Class)
    for kind, list_ in (("staff", staff), ("classes", classes)):
        path = sent(officer, kind, list_)
        assert "0 dòng mới, 0 dòng sửa, 1 dòng đã có" in shown(officer, path)
        assert "/confirmation" not in shown(officer, path)
        officer.post(f"{path}/confirmation")
    assert (rows(app, Entry), staff_rows(app), rows(app, Class)) == before


def test_confirmed_twice_or_two_of_the_same_it_is_written_once(app: FastAPI, officer: Helper) -> None:
    staff = [[1, "Vừ A Pó", None, BAN, None]]
    first, second = sent(officer, "staff", staff), sent(officer, "staff", staff)
    officer.post(f"{first}/confirmation")
    officer.post(f"{first}/confirmation", status=404)
    officer.post(f"{second}/confirmation")
    assert len(grants(app, "Vừ A Pó")) == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([1, None, "Giáo viên", BAN, "x"], "B3: chưa có họ tên"),
        ([1, "Pó", "Vua", BAN], "C3: chưa rõ vai trò"),
        ([1, "Pó", "Quản trị tỉnh", BAN], "C3: bạn không được giao"),
        ([1, "Pó", "Cán bộ xã", BAN], "C3: bạn không được giao"),
        ([1, "Pó", None, "Bản Đâu Đó"], "D3: không có bản"),
        ([1, "Pó", None, None], "B3: không có bản"),
        ([1, "Cán bộ xã", "Giáo viên", BAN], "B3: đã có cán bộ tên này"),
    ],
)
def test_what_is_wrong_with_staff_is_said_by_its_cell(
    app: FastAPI, officer: Helper, row: list[Any], said: str
) -> None:
    before = staff_rows(app)
    path = sent(officer, "staff", [row])
    page = shown(officer, path)
    assert said in page and "1 dòng phải sửa" in page and "/confirmation" not in page
    assert staff_rows(app) == before


def test_two_of_one_name_in_a_list_are_told_apart_by_hand(officer: Helper) -> None:
    path = sent(officer, "staff", [[1, "Vừ A Pó", None, BAN, None], [2, "VU A PO", None, BAN, None]])
    assert "B4: trùng với dòng 3" in shown(officer, path)


def test_classes_come_in_and_change(app: FastAPI, officer: Helper) -> None:
    row = ["Lớp tối", BAN, "cán bộ xã", "1/12/2026", None, "Khóa nhỏ", "15.1.2027"]
    path = sent(officer, "classes", [row])
    assert "1 dòng mới" in shown(officer, path)
    confirmed(officer, path)
    [made] = rows(app, Class)
    assert (made["name"], made["place"], made["from_day"], made["to_day"]) == (
        "Lớp tối",
        officer.village,
        "2026-12-01",
        "",
    )
    assert made["courses"] == '[["small", "2027-01-15"]]'
    row[4] = "2026-12-31"
    path = sent(officer, "classes", [row])
    assert "0 dòng mới, 1 dòng sửa" in shown(officer, path)
    confirmed(officer, path)
    [changed] = rows(app, Class)
    assert (changed["id"], changed["to_day"]) == (made["id"], "2026-12-31")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([None, BAN, None, "1/12/2026", None, "small"], "A3: chưa có tên lớp"),
        (["Lớp", "Bản Đâu Đó", None, "1/12/2026", None, "small"], "B3: không có bản"),
        (["Lớp", BAN, "Ông Nào", "1/12/2026", None, "small"], "C3: không có cán bộ tên này"),
        (["Lớp", BAN, None, "tháng sau", None, "small"], "D3: ngày chưa đúng"),
        (["Lớp", BAN, None, "31/2/2026", None, "small"], "D3: ngày chưa đúng"),
        (["Lớp", BAN, None, "1/12/2026", "1/11/2026", "small"], "E3: ngày kết thúc trước"),
        (["Lớp", BAN, None, "1/12/2026", None, "small, nấu ăn"], "F3: chưa rõ khóa học"),
        (["Lớp", BAN, None, "1/12/2026", None, None], "F3: chưa rõ khóa học"),
    ],
)
def test_what_is_wrong_with_a_class_is_said_by_its_cell(
    app: FastAPI, officer: Helper, row: list[Any], said: str
) -> None:
    page = shown(officer, sent(officer, "classes", [row]))
    assert said in page and "/confirmation" not in page and rows(app, Class) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "tệp"),
        (b"%PDF-1.7\0", "không phải Excel"),
        (workbook.made([STAFF_HEAD, [workbook.Formula("A1+1", "2"), "Mỷ"]]), "A2"),
        ("Hä vµ tªn,N¨m sinh\nLß V¨n ¸,1985\nVõ Mü,1990\n".encode("latin-1"), "TCVN3"),
        ("Cái gì,Đâu\n1,2\n".encode(), "Họ và tên"),
    ],
    ids=["nothing", "pdf", "formula", "tcvn3", "no header"],
)
def test_what_is_no_list_is_refused_with_a_sentence(officer: Helper, data: bytes, said: str) -> None:
    reply = send(officer, "staff", data)
    assert reply.status_code == 422 and said in linted(reply.text).html


def test_nobody_else_sees_it_and_it_is_dropped(app: FastAPI, officer: Helper) -> None:
    path = sent(officer, "staff", [[1, "Vừ A Pó", None, BAN, None]])
    other = helper_of(app, "Lò", COMMUNE, Role.OFFICER)
    other.get(path, 404)
    other.post(f"{path}/confirmation", status=404)
    officer.get(path.replace("staff", "classes"), 404)
    officer.post(f"{path}/removal")
    officer.get(path, 404)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("22/11/2026", "2026-11-22"),
        (" 1-2-2026 ", "2026-02-01"),
        ("2026-11-22", "2026-11-22"),
        ("22/13/2026", ""),
        ("11/2026", ""),
        ("1/1/0026", ""),
        ("", ""),
    ],
)
def test_days_as_offices_write_them(written: str, found: str) -> None:
    assert day(written) == found
