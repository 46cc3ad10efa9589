"""Tables as offices send them are read; what is no plain table is refused with one sentence."""

import csv
import io
import tracemalloc
import zipfile

import pytest

from app.core import sheets
from app.core import workbook as made_here
from app.core.sheets import NotASheet
from tests import workbook

TABLE = [["Họ và tên", "Năm sinh"], ["Lò Thị Ẩn", "1985"], ["Giàng A Pháo", "1990"]]
ABC = "Hä vµ tªn;N¨m sinh\nLß ThÞ Èn;1985\nNguyÔn V¨n §øc;1990\n"


def read(data: bytes) -> list[list[str]]:
    return [list(row.cells) for row in sheets.read(data)]


def refused(data: bytes) -> NotASheet:
    with pytest.raises(NotASheet) as refusal:
        read(data)
    return refusal.value


def test_a_workbook_is_read() -> None:
    assert read(workbook.made(TABLE)) == TABLE


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_is_read_whatever_separates_and_encodes(separator: str, encoding: str) -> None:
    text = "\r\n".join(separator.join(row) for row in TABLE)
    assert read(text.encode(encoding)) == TABLE


def test_windows_1258_is_read() -> None:
    """It writes the tone as a letter of its own."""
    told = "Họ tên;Năm\nĐặng Thị Hường;1985\n"
    split = {"ọ": "o\u0323", "ê": "ê", "ặ": "ă\u0323", "ị": "i\u0323", "ờ": "ơ\u0300"}
    raw = "".join(split.get(one, one) for one in told).encode("cp1258")
    assert read(raw) == [["Họ tên", "Năm"], ["Đặng Thị Hường", "1985"]]


def test_numbers_days_and_what_stands_in_the_cell_come_as_text() -> None:
    cells = [[1985, 1985.5, 912345678, workbook.Day(31118), True], ["  hai \n dòng ", None, "x"]]
    assert read(workbook.made(cells)) == [
        ["1985", "1985.5", "912345678", "1985-03-12", "1"],
        ["hai dòng", "", "x"],
    ]


def test_a_merged_cell_speaks_for_all_it_covers() -> None:
    rows = [["Danh sách", None, None], ["Tên", "Bản", None], ["A", "Bản Phủ"], ["B", None]]
    data = workbook.made(rows, merges=["A1:C1", "B3:B4"])
    assert read(data) == [["Danh sách"] * 3, ["Tên", "Bản"], ["A", "Bản Phủ"], ["B", "Bản Phủ"]]


def test_a_row_is_called_by_its_number_in_the_sheet() -> None:
    rows = [["a"], [None], [None], ["b"]]
    assert [row.number for row in sheets.read(workbook.made(rows))] == [1, 4]
    assert [row.number for row in sheets.read(b"a\n\n\nb\n")] == [1, 4]


def test_only_the_first_sheet_that_is_shown_is_read() -> None:
    assert read(workbook.made(TABLE, hidden_first=True)) == TABLE


@pytest.mark.parametrize(
    "data",
    [workbook.made([["a", "b"], ["1", workbook.Formula("A1+1", "2")]]), b"a,b\n1,=A1+1\n"],
    ids=["xlsx", "csv"],
)
def test_a_formula_is_refused_by_its_cell(data: bytes) -> None:
    refusal = refused(data)
    assert (refusal.reason, refusal.cell) == ("formula", "B2")


@pytest.mark.parametrize(
    "data",
    [ABC.encode("latin-1"), ABC.encode(), workbook.made([line.split(";") for line in ABC.splitlines()])],
    ids=["bytes", "utf-8", "xlsx"],
)
def test_tcvn3_is_refused_and_the_sentence_says_how_to_mend_it(data: bytes) -> None:
    assert refused(data).reason == "tcvn3"


def test_signs_in_good_vietnamese_are_not_tcvn3() -> None:
    rows = [["Họ tên", "Ghi chú"], ["Đặng Thị Hường", "cơ sở 2·B«x»y, ®"]]
    assert read(workbook.made(rows)) == rows


def test_a_million_empty_rows_are_refused() -> None:
    assert refused(workbook.made(TABLE, empty_after=1_000_000)).reason == "empty-rows"


def test_a_zip_bomb_is_refused_in_little_memory() -> None:
    for data in (workbook.bomb(), workbook.bomb(lying=True)):
        tracemalloc.start()
        assert refused(data).reason in ("bomb", "not-a-sheet")
        assert tracemalloc.get_traced_memory()[1] < 20e6
        tracemalloc.stop()


def test_two_cells_at_the_ends_of_the_sheet_need_no_memory_in_between() -> None:
    data = workbook.made([["a"]], far=("XFD1048576", "b"))
    assert refused(data).reason == "too-wide"
    assert read(workbook.made([["a"]], far=("A1048576", "b"))) == [["a"], ["b"]]


def test_no_entity_unfolds() -> None:
    laughing = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    assert refused(workbook.made([["a"]], before=laughing)).reason == "bomb"


def _zip(**parts: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return held.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "nothing"),
        (b"\n\n,,\n", "nothing"),
        (b"PK\x03\x04 broken", "not-a-sheet"),
        (_zip(doc=b"x"), "not-a-sheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "old-excel"),
        (b"\x89PNG\r\n\0\0", "not-a-sheet"),
        (b'"' + b"x" * 200_000, "not-a-sheet"),
        (b"a\n" * 20_001, "too-many"),
        (b"a," * 101 + b"a", "too-wide"),
        (b"a" * (10 * 1024 * 1024 + 1), "too-large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused(data: bytes, reason: str) -> None:
    assert refused(data).reason == reason


def test_a_table_without_an_end_is_refused_whatever_others_allow() -> None:
    allowed = csv.field_size_limit(10**9)
    try:
        assert refused(b'"' + b"x" * 200_000).reason == "not-a-sheet"
    finally:
        csv.field_size_limit(allowed)


def test_what_offices_take_away_comes_back_and_keeps_its_first_row_in_sight() -> None:
    data = made_here.xlsx([*TABLE, ["=1+1", "0912"]])
    assert read(data) == [*TABLE, ["=1+1", "0912"]]
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert sheet.index("<sheetViews>") < sheet.index("<sheetFormatPr ") < sheet.index("<sheetData>")
    assert 'ySplit="1"' in sheet and 'state="frozen"' in sheet
