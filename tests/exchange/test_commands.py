"""What an operator takes in and out by hand."""

import json
import os
from pathlib import Path

import pytest

from tests.cast import COURSE
from tests.exchange.files import slide, slides, word, zipped
from tests.house.test_commands import banhoc
from tests.workbook import made

QUESTIONS = word("Câu 1. Thủ đô?", "A. Huế", "*B. Hà Nội", "Câu 2. Kể lại một lần.")
FILES = {
    "cau-hoi.docx": (QUESTIONS, "word", 1, 1),
    "bai.pptx": (slides(slide("Mua bán", ["Xem kỹ"], notes="Hỏi lớp")), "slides", 2, 1),
    "cau-hoi.xlsx": (made([("Câu hỏi", "A", "B", "Đáp án"), ("Thủ đô?", "Huế", "Hà Nội", "B")]), "sheet", 1, 0),
    "cau-hoi.xml": (b'<quiz><question type="essay"><questiontext><text>K</text></questiontext></question></quiz>', "moodle", 0, 1),
    "cau-hoi.gift": ("Thủ đô?{=Hà Nội ~Huế}\n\nĐọc.".encode(), "gift", 1, 1),
    "cau-hoi.txt": ("Thủ đô?\nA. Huế\nB. Hà Nội\nANSWER: B".encode(), "aiken", 1, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_dry_run_tells_every_item_and_writes_nothing(tmp_path: Path, name: str) -> None:
    data, form, understood, not_understood = FILES[name]
    (tmp_path / name).write_bytes(data)
    done = banhoc("import", str(tmp_path / name), "--dry-run", "--json", data=tmp_path / "data")
    told = json.loads(done.stdout)
    assert done.exit_code == 0 and told["form"] == form
    assert (len(told["understood"]), len(told["not_understood"])) == (understood, not_understood)
    assert told["items"] == understood + not_understood
    assert all(one["why"] and one["item"] for one in told["not_understood"])
    assert not (tmp_path / "data").exists()


def test_questions_come_in_as_a_draft_that_is_published_by_name_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    banhoc("migrate", data=data)
    (tmp_path / "cau-hoi.docx").write_bytes(QUESTIONS)
    done = banhoc("import", str(tmp_path / "cau-hoi.docx"), data=data)
    assert done.exit_code == 0 and "2 items, 1 understood, 1 not" in done.stdout, done.stderr
    assert banhoc("publish", data=data).stdout == ""


def test_a_course_goes_out_as_one_file_and_comes_in_again(tmp_path: Path) -> None:
    data, to = tmp_path / "data", str(tmp_path / "small.zip")
    banhoc("migrate", data=data)
    banhoc("import", str(COURSE), data=data)
    banhoc("publish", data=data)
    assert banhoc("export", "small", to, data=data).exit_code == 0
    done = banhoc("import", to, "--dry-run", "--json", data=data)
    assert json.loads(done.stdout)["understood"]["lessons"] == 2 and done.exit_code == 0
    assert banhoc("import", to, data=data).exit_code == 0
    assert banhoc("publish", data=data).stdout == "small: unchanged\n"
    again = banhoc("export", "small", to, data=data)
    assert again.exit_code == 1 and "already" in again.stderr
    for form in ("moodle", "gift"):
        done = banhoc("export", "small", str(tmp_path / form), "--as", form, data=data)
        assert done.exit_code == 0 and "questions in" in done.stdout
        told = json.loads(banhoc("import", str(tmp_path / form), "--dry-run", "--json", data=data).stdout)
        assert told["form"] == form and told["not_understood"] == []


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.zip", zipped({"../x": b"", "course.toml": b""}), "leads out"),
        ("x.docx", b"\xd0\xcf\x11\xe0", "old"),
        ("x.pdf", b"%PDF-", "PDF"),
    ],
)
def test_a_bad_file_is_refused_in_words_and_in_json(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(data)
    for more in ((), ("--dry-run",), ("--json",)):
        done = banhoc("import", str(tmp_path / name), *more, data=tmp_path / "data")
        assert done.exit_code == 1 and said in done.stdout and done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ["x.docx", "x.xlsx", "x.mp4"])
def test_two_gigabytes_are_not_read(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as file:
        os.truncate(file.fileno(), 2 * 2**30)
    done = banhoc("import", str(tmp_path / name), "--dry-run", "--json", data=tmp_path / "data")
    [fault] = json.loads(done.stdout)["not_understood"]
    assert done.exit_code == 1 and "20 MB" in fault["what"]


def test_a_table_of_people_is_still_one(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Họ tên;Năm sinh\nLò Thị Mỷ;1990\n", "utf-8")
    told = json.loads(
        banhoc("import", str(tmp_path / "x.csv"), "--dry-run", "--json", data=tmp_path / "data").stdout
    )
    assert told["new"] == 1
