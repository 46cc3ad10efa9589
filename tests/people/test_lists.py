"""A list of people from an office: shown row by row, written once it is confirmed, and only once."""

import json
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi import FastAPI

from app import cli
from app.accounts.models import PeopleImport, Person
from app.core.models import Entry
from tests import workbook
from tests.cast import rows
from tests.people.conftest import Helper

HEAD = ["STT", "Họ và tên", "Năm sinh", "Giới tính", "Điện thoại", "Bản", "Ghi chú"]
GOOD = [
    [1, "Vừ Thị Mỷ", "1985", "Nữ", 912345678, "Cán bộ xã", "x"],
    [2, "Giàng A Pháo", workbook.Day(31118), "Nam", "0987 654 321", "Bản Cán bộ xã", None],
]


def settled(officer: Helper, path: str) -> str:
    """The page of an import once it stands still."""
    end = monotonic() + 20
    while 'http-equiv="refresh"' in (page := officer.get(path).text):
        assert monotonic() < end
        sleep(0.02)
    return page


def send(officer: Helper, data: bytes, name: str = "bà con.xlsx", place: str = "") -> str:
    sent = officer.client.post(
        "/admin/imports",
        data={"place": place},
        files={"file": (name, data)},
        headers={"Origin": "http://ban.test"},
    )
    assert sent.status_code == 303, sent.text[:300]
    return str(sent.headers["location"])


def confirm(officer: Helper, path: str, status: int = 303) -> str:
    settled(officer, path)
    officer.post(f"{path}/confirmation", status=status)
    return settled(officer, path)


def test_it_works(app: FastAPI, officer: Helper) -> None:
    title = [
        ["DANH SÁCH BÀ CON", *[None] * 6],
        [None] * 7,
        HEAD,
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
    ]
    total = [["Tổng cộng: 2 người", *[None] * 6]]
    path = send(officer, workbook.made([*title, *GOOD, *total], merges=["A1:G1", "A7:G7"]))
    page = settled(officer, path)
    assert "2 người mới" in page and "Dòng 5" in page and "Ghi chú" in page
    assert rows(app, Person) == []
    assert "Đã ghi xong" in confirm(officer, path)
    first, second = sorted(rows(app, Person), key=lambda row: row["name"])
    assert (first["name"], first["year"], first["gender"]) == ("Giàng A Pháo", 1985, "male")
    assert (second["phone"], second["place"]) == ("0912345678", officer.village)
    assert first["phone"] == "0987654321" and first["by"]
    assert {row["place"] for row in rows(app, Entry) if row["type"] == "person.registered"} == {
        officer.village
    }


def test_the_same_file_twice_changes_nothing(app: FastAPI, officer: Helper) -> None:
    data = workbook.made([HEAD, *GOOD])
    confirm(officer, send(officer, data))
    before = rows(app, Entry)
    path = send(officer, data)
    assert "0 người mới, 0 người được sửa, 2 người đã có sẵn" in settled(officer, path)
    confirm(officer, path)
    assert rows(app, Entry) == before


def test_confirmed_once_whatever_is_pressed(app: FastAPI, officer: Helper) -> None:
    data = workbook.made([HEAD, *GOOD])
    first, second = send(officer, data), send(officer, data)
    settled(officer, first), settled(officer, second)
    confirm(officer, first)
    confirm(officer, first, 404)
    confirm(officer, second)
    assert len(rows(app, Person)) == 2


def test_what_is_new_of_somebody_is_added(app: FastAPI, officer: Helper) -> None:
    confirm(officer, send(officer, "Họ và tên,Bản\nVu Thi My,Cán bộ xã\n".encode(), "a.csv"))
    path = send(officer, workbook.made([HEAD, *GOOD]))
    assert "1 người mới, 1 người được sửa" in settled(officer, path)
    confirm(officer, path)
    [row] = [row for row in rows(app, Person) if row["name"] == "Vu Thi My"]
    assert (row["year"], row["phone"], row["gender"]) == (1985, "0912345678", "female")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([1, None, "1985"], "B2: chưa có họ tên"),
        ([1, "Mỷ", "85"], "C2: năm sinh chưa đúng"),
        ([1, "Mỷ", "1985", "?"], "D2: chưa rõ nam hay nữ"),
        ([1, "Mỷ", "1985", None, "12"], "E2: số điện thoại chưa đúng"),
        ([1, "Mỷ", "1985", None, None, "Bản Đâu Đó"], "F2: không có bản"),
        ([1, "Mỷ", "1985"], "B2: không có bản"),
    ],
)
def test_what_is_wrong_is_said_by_its_cell_and_not_written(
    app: FastAPI, officer: Helper, row: list[Any], said: str
) -> None:
    path = send(officer, workbook.made([HEAD, row]))
    page = settled(officer, path)
    assert said in page and "1 dòng phải sửa" in page and "/confirmation" not in page


def test_twice_in_a_file_and_namesakes_that_cannot_be_told_apart(app: FastAPI, officer: Helper) -> None:
    text = "Họ và tên,Năm sinh,Bản\nMỷ,1985,Cán bộ xã\nMY,1985,Cán bộ xã\nMỷ,1990,Cán bộ xã\n"
    path = send(officer, text.encode(), "a.csv")
    assert "A3: trùng với dòng 2" in settled(officer, path)
    confirm(officer, path)
    assert len(rows(app, Person)) == 2
    path = send(officer, "Họ và tên,Bản\nMỷ,Cán bộ xã\n".encode(), "b.csv")
    assert "đã có nhiều người cùng tên" in settled(officer, path)


def test_years_stand_in_a_column_a_gender_as_offices_write_them(app: FastAPI, officer: Helper) -> None:
    head = [["TT", "Họ và tên", "Năm sinh", None, "Xã"], [None, None, "Nam", "Nữ", None]]
    people = [[1, "Pháo", 1985, None, "Cán bộ xã"], [2, "Mỷ", None, "1990", None]]
    data = workbook.made([*head, *people], merges=["A1:A2", "B1:B2", "C1:D1", "E1:E2"])
    page = settled(officer, send(officer, data, place=officer.village))
    assert "E3: không có bản" in page
    people[0][4] = None
    data = workbook.made([*head, *people], merges=["A1:A2", "B1:B2", "C1:D1", "E1:E2"])
    confirm(officer, send(officer, data, place=officer.village))
    assert {(row["name"], row["year"], row["gender"]) for row in rows(app, Person)} == {
        ("Pháo", 1985, "male"),
        ("Mỷ", 1990, "female"),
    }


def test_family_and_given_names_in_two_columns(app: FastAPI, officer: Helper) -> None:
    text = "Họ và tên đệm\tTên\nVừ Thị\tMỷ\n"
    confirm(officer, send(officer, text.encode("utf-16"), "a.csv", officer.village))
    assert [row["name"] for row in rows(app, Person)] == ["Vừ Thị Mỷ"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7\0", "không phải Excel"),
        (workbook.made([HEAD, [workbook.Formula("A1+1", "2"), "Mỷ"]]), "A2"),
        ("Hä vµ tªn,N¨m sinh\nLß V¨n ¸,1985\nVõ Mü,1990\n".encode("latin-1"), "TCVN3"),
        ("Cái gì,Đâu\n1,2\n".encode(), "Họ và tên"),
    ],
    ids=["pdf", "formula", "tcvn3", "no header"],
)
def test_what_is_no_list_is_refused_with_a_sentence(
    app: FastAPI, officer: Helper, data: bytes, said: str
) -> None:
    page = settled(officer, send(officer, data, "a.csv"))
    assert "chưa đọc được" in page and said in page


def test_a_list_is_dropped_and_nothing_of_it_stays(app: FastAPI, officer: Helper) -> None:
    path = send(officer, workbook.made([HEAD, *GOOD]))
    settled(officer, path)
    officer.post(f"{path}/removal")
    officer.get(path, 404)
    assert rows(app, PeopleImport) == [] and rows(app, Person) == []


def test_what_was_written_is_not_kept_a_second_time(app: FastAPI, officer: Helper) -> None:
    confirm(officer, send(officer, workbook.made([HEAD, *GOOD])))
    [row] = rows(app, PeopleImport)
    assert json.loads(row["found"]) == {"new": 2, "changed": 0, "same": 0, "wrong": 0}


def test_nobody_else_sees_it(app: FastAPI, officer: Helper, helper: Helper) -> None:
    path = send(officer, workbook.made([HEAD, *GOOD]))
    settled(officer, path)
    helper.get(path, 404)
    helper.post(f"{path}/confirmation", status=404)


def test_the_command_line_tells_what_a_list_says_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Họ và tên,Năm sinh\nMỷ,1985\nDở,85\n", "utf-8")
    monkeypatch.setenv("BANHOC_DATA", str(tmp_path / "none"))
    said = CliRunner().invoke(cli.main, ["import", str(file), "--dry-run", "--json"])
    told = json.loads(said.output)
    assert (told["kind"], told["understood"], told["wrong"]) == ("people", 1, 1)
    assert told["faults"] == [{"row": 3, "cell": "B3", "why": "year"}]
    assert not (tmp_path / "none").exists()
    file.write_text("Cái gì\n1\n", "utf-8")
    told = json.loads(CliRunner().invoke(cli.main, ["import", str(file), "--dry-run", "--json"]).output)
    assert told["understood"] == 0 and "Họ và tên" in told["faults"][0]["why"]
