"""A teacher's file: sent, shown item by item, confirmed; refused with a sentence, and then nothing is written."""

import io
import zipfile
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.authoring import exchange
from app.authoring.models import MaterialImport
from app.core.models import Entry
from app.curriculum.models import Publication, Revision
from app.main import CONTENT, restock
from app.web import words as interface
from courses import folder
from courses.exchange import archive
from courses.exchange.refusal import FILES, ITEMS
from courses.exchange.writing import REASONS
from tests.cast import COURSE, Phone, Staff, rows
from tests.exchange.files import answer, drawn, picture, question, quiz, word, zipped
from tests.page import opened

QUESTIONS = ["Câu 1. Thủ đô?", "A. Huế", "*B. Hà Nội", "Câu 2. Kể lại một lần."]


def send(staff: Phone, data: bytes, name: str = "cau-hoi.docx") -> str:
    """The address of the page that shows what was read."""
    origin = {"Origin": "http://ban.test"}
    response = staff.client.post("/teach/imports", files={"file": (name, data)}, headers=origin)
    assert response.status_code == 303, response.text[:500]
    return str(response.headers["location"])


def test_a_file_is_shown_confirmed_and_comes_in_as_a_draft_nobody_sees(app: FastAPI, staff: Staff) -> None:
    before = (rows(app, Revision), rows(app, Entry))
    at = send(staff, word(*QUESTIONS))
    page = opened(staff.client, at)
    assert "hiểu được 1, không hiểu được 1" in page.html and "Kể lại một lần." in page.html
    assert "Không có lựa chọn, cũng không có đáp án." in page.html
    all_ = opened(staff.client, f"{at}?all=1")
    assert "Hà Nội" in all_.html and len(all_.with_class("is-right")) == 1
    assert (rows(app, Revision), rows(app, Entry)) == before
    staff.post(f"{at}/confirmation")
    [row] = rows(app, MaterialImport)
    assert row["state"] == "done" and row["brought"] and row["course"].startswith(exchange.IMPORTED)
    assert [one["course"] for one in rows(app, Revision)] == ["small", row["course"]]
    assert [one["course"] for one in rows(app, Publication)] == ["small"]
    restock(app)
    assert row["course"] not in app.state.shelf.courses
    assert row["course"] in opened(staff.client, at).html
    staff.post(f"{at}/confirmation", status=404)
    made = zipfile.ZipFile(io.BytesIO(staff.get(f"{at}/folder.zip").content))
    assert "Hà Nội" in made.read("01-bai/vi.md").decode()


@pytest.mark.only_on("sqlite")
def test_what_is_forgotten_leaves_no_file(app: FastAPI, staff: Staff) -> None:
    data = word(*QUESTIONS)
    first, second = send(staff, data), send(staff, data)
    [file] = {one["file"] for one in rows(app, MaterialImport)}
    staff.post(f"{first}/removal")
    assert app.state.shelf.blobs.get(file) == data
    staff.post(f"{second}/removal")
    assert rows(app, MaterialImport) == [] and not app.state.shelf.blobs.path(file).exists()
    staff.get(first, 404)


@pytest.mark.only_on("sqlite")
def test_what_teaches_a_number_without_a_source_is_kept_for_mending(app: FastAPI, staff: Staff) -> None:
    at = send(
        staff,
        quiz(question("truefalse", "Đất tròn", answer("true", 100, "Từ năm 1522.") + answer("false", 0))),
    )
    staff.post(f"{at}/confirmation")
    [row] = rows(app, MaterialImport)
    assert (row["state"], row["brought"]) == ("done", False) and len(rows(app, Revision)) == 1
    page = opened(staff.client, at)
    assert "1522" in page.html and page.all("a", href=f"{at}/folder.zip")
    staff.get(f"{at}/folder.zip")
    assert page.all("a", href=f"/teach/courses/{row['course']}"), "it is mended in the editor"
    assert "Đất tròn" in staff.get(f"/teach/courses/{row['course']}/01-bai").text
    assert "còn 1 chỗ phải sửa" in staff.get(f"/teach/courses/{row['course']}/publishing").text


@pytest.mark.only_on("sqlite")
def test_single_items_are_taken_and_others_left_out(app: FastAPI, staff: Staff) -> None:
    at = send(staff, word(*QUESTIONS[:3], "Câu 2. Sông?", "*A. Đà", "B. Hồng"))
    page = opened(staff.client, at)
    assert [one.attrs["value"] for one in page.all("input", name="shown")] == ["1", "2"]
    staff.post(f"{at}/choice", {"shown": ["1", "2"], "take": ["2"]})
    page = opened(staff.client, at)
    assert [one.attrs["value"] for one in page.all("input", name="take") if "checked" in one.attrs] == ["2"]
    assert "chưa chọn câu nào" in staff.post(f"{at}/confirmation", {"shown": ["1", "2"]}, 422).text.lower()
    staff.post(f"{at}/confirmation", {"shown": ["1", "2"], "take": ["2"]})
    made = zipfile.ZipFile(io.BytesIO(staff.get(f"{at}/folder.zip").content)).read("01-bai/vi.md").decode()
    assert "Sông?" in made and "Thủ đô?" not in made


@pytest.mark.only_on("sqlite")
def test_the_list_says_when_and_what_became_of_each_and_drops_one(staff: Staff) -> None:
    at = send(staff, word(*QUESTIONS))
    page = opened(staff.client, "/teach/imports")
    assert "chờ xác nhận" in page.html and page.all("form", action=f"{at}/removal")
    staff.post(f"{at}/removal")
    assert "cau-hoi.docx" not in staff.get("/teach/imports").text


@pytest.mark.only_on("sqlite")
def test_a_course_folder_comes_in_as_it_went_out(app: FastAPI, staff: Staff, tmp_path: Path) -> None:
    data = staff.get("/teach/courses/small/exports/folder").content
    at = send(staff, data, "small.zip")
    assert "2 bài" in opened(staff.client, at).html
    staff.post(f"{at}/confirmation")
    assert len(rows(app, Revision)) == 1, "the same folder is the same revision"
    files = folder.from_dir(COURSE)
    at = send(
        staff,
        archive.pack({name: one for name, one in files.items() if name != "second/lesson.toml"}),
        "x.zip",
    )
    assert "second/lesson.toml:1" in opened(staff.client, at).html
    staff.post(f"{at}/confirmation")
    assert len(rows(app, Revision)) == 1


BAD = (
    (zipped({"../x": b"x", "course.toml": b""}), "dẫn ra ngoài thư mục"),
    (b"%PDF-1.7", "gửi tệp Word gốc"),
    ("Họ tên;Bản\nMỷ;Noong Bua".encode(), "ghi tên cột"),
    (b"Cau hoi;A;B;Dap an\n=1+1;1;2;A", "công thức"),
)


@pytest.mark.only_on("sqlite")
def test_a_bad_file_is_refused_with_a_sentence(app: FastAPI, staff: Staff) -> None:
    for data, said in BAD:
        at = send(staff, data, "x.csv")
        page = opened(staff.client, at)
        assert said in page.html and not page.all("form", action=f"{at}/confirmation")
        staff.post(f"{at}/confirmation", status=404)
    assert {one["file"] for one in rows(app, MaterialImport)} == {""} and len(rows(app, Revision)) == 1


@pytest.mark.only_on("sqlite")
def test_without_a_file_it_says_so_and_too_much_is_not_read(app: FastAPI, staff: Staff) -> None:
    staff.post("/teach/imports", status=422)
    origin = {"Origin": "http://ban.test"}
    huge = {"file": ("x.docx", b"x" * (exchange.LARGEST_FILE + 2**20))}
    assert staff.client.post("/teach/imports", files=huge, headers=origin).status_code == 413
    assert rows(app, MaterialImport) == []


@pytest.mark.only_on("sqlite")
def test_each_sees_her_own(app: FastAPI, staff: Staff) -> None:
    send(staff, word(*QUESTIONS))
    page = opened(staff.client, "/teach/imports")
    assert "cau-hoi.docx" in page.html and page.all("a", href="/teach/courses/small/exports")


@pytest.mark.only_on("sqlite")
def test_pictures_come_small_and_upright(staff: Staff) -> None:
    at = send(staff, word(drawn("Câu 1. Hình gì?", picture(form="JPEG"), "Biển báo"), *QUESTIONS[1:3]))
    staff.post(f"{at}/confirmation")
    made = zipfile.ZipFile(io.BytesIO(staff.get(f"{at}/folder.zip").content))
    assert made.read("01-bai/media/q01.webp")[8:12] == b"WEBP"


def test_what_is_no_picture_or_of_too_many_points_is_none() -> None:
    assert exchange.smaller(b"\x89PNG\r\n\x1a\n") is None
    png = bytearray(picture())
    png[16:24] = (30_000).to_bytes(4, "big") * 2
    assert exchange.smaller(bytes(png)) is None


def test_every_reason_kind_and_form_has_its_words() -> None:
    known = set(interface.read(CONTENT / "words"))
    wanted = {f"exchange.file.{one}" for one in FILES} | {f"exchange.why.{one}" for one in ITEMS}
    wanted |= {f"exchange.left.{one}" for one in REASONS}
    kinds = ("one", "several", "truefalse", "order", "pairs", "number", "text", "heading", "picture")
    wanted |= {f"exchange.kind_{one}" for one in kinds}
    wanted |= {
        f"exchange.form_{one}"
        for one in ("word", "sheet", "moodle", "gift", "aiken", "lesson", "slides", "folder")
    }
    assert wanted - known == set()


@pytest.mark.only_on("sqlite")
def test_courses_go_out(staff: Staff) -> None:
    page = opened(staff.client, "/teach/courses/small/exports")
    for form in ("moodle", "gift"):
        assert page.all("a", href=f"/teach/courses/small/exports/{form}")
        response = staff.get(f"/teach/courses/small/exports/{form}")
        assert "attachment" in response.headers["content-disposition"]
    staff.get("/teach/courses/none/exports", 404)
    staff.get("/teach/courses/small/exports/pdf", 404)
