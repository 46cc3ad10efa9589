"""Whom to ask, and “something is wrong here”."""

import re

import pytest
from fastapi import FastAPI

from app.me.models import Report
from tests.cast import Phone, Staff, rows, run

OGG = b"OggS" + bytes(2000)
ORIGIN = {"Origin": "http://ban.test"}


def test_it_works(app: FastAPI, my: Phone, staff: Staff) -> None:
    person = my.register("Mỷ")
    said = {"words": "Câu 2 <b>sai</b>", "course": "small", "lesson": "first"}
    to = my.post("/help", said).headers["location"]
    assert "Cảm ơn bạn" in my.get(to).text
    [row] = rows(app, Report)
    assert (row["person_id"], row["lesson"], row["words"], row["voice"]) == (
        person,
        "first",
        "Câu 2 <b>sai</b>",
        "",
    )
    assert "Câu 2 &lt;b&gt;sai&lt;/b&gt;" in staff.get("/admin/reports").text


def test_a_voice_is_kept_and_comes_only_as_a_file_for_staff(app: FastAPI, my: Phone, staff: Staff) -> None:
    my.client.post("/help", data={"words": ""}, files={"voice": ("x.html", OGG, "text/html")}, headers=ORIGIN)
    [row] = rows(app, Report)
    heard = staff.get(f"/admin/reports/{row['id']}/voice")
    assert heard.content == OGG
    assert heard.headers["content-disposition"].startswith("attachment")
    assert heard.headers["content-type"] == "application/octet-stream"
    assert heard.headers["content-security-policy"].startswith("sandbox")
    assert heard.headers["x-content-type-options"] == "nosniff"
    staff.get("/admin/reports/019a0000-0000-7000-8000-000000000001/voice", 404)


@pytest.mark.parametrize(
    ("voice", "word"),
    [
        (b"", "Hãy viết vài chữ"),
        (b"<script>", "không phải ghi âm"),
        (b"OggS" + bytes(1024 * 1024), "lớn quá 1 MB"),
        (b"OggS" + bytes(3 * 1024 * 1024), "lớn quá 1 MB"),
    ],
)
def test_what_cannot_be_taken_is_said(app: FastAPI, my: Phone, voice: bytes, word: str) -> None:
    reply = my.client.post("/help", data={"words": " "}, files={"voice": ("a.ogg", voice)}, headers=ORIGIN)
    assert reply.status_code == 422 and word in reply.text
    assert rows(app, Report) == []


def test_it_knows_which_lesson_she_came_from(my: Phone) -> None:
    page = my.client.get("/help", headers={"Referer": "http://ban.test/vi/courses/small/first?x=1#q2"}).text
    assert 'name="course" value="small"' in page and 'name="lesson" value="first"' in page
    assert 'name="course" value=""' in my.client.get("/help", headers={"Referer": "http://[x"}).text


def test_what_no_keyboard_writes_is_left_out(app: FastAPI, my: Phone) -> None:
    my.post("/help", {"words": "Sai\0 chỗ\u202e này"})
    my.post("/help", {"words": "\0"}, 422)
    assert [row["words"] for row in rows(app, Report)] == ["Sai chỗ này"]


def test_help_names_no_number_nobody_checked(my: Phone) -> None:
    page = my.get("/help").text
    assert "tổ công nghệ số cộng đồng" in page
    assert not re.search(r"\d{3}[ .]?\d{3}", page.partition("<main")[2].partition("</main>")[0])


def test_a_commune_says_whom_to_ask(app: FastAPI, my: Phone) -> None:
    person = my.register("Mỷ")
    run(app, "UPDATE place SET contact = 'Anh Pó, nhà văn hóa' WHERE code = '03160'")
    run(app, f"UPDATE person SET place = '03160' WHERE id = '{person}'")
    assert "Anh Pó, nhà văn hóa" in my.get("/help").text


def test_my_page_shows_what_i_began(my: Phone) -> None:
    assert "Bạn chưa học bài nào" in my.get("/me").text
    my.register("Mỷ")
    my.send_form(q1="b")
    page = my.get("/me").text
    assert "Khóa nhỏ" in page and "/who/pin" in page
