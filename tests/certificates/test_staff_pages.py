"""The register's pages as staff use them: look, ask, agree, correct, revoke, print, take away."""

import io
import re
import shutil
from dataclasses import replace
from typing import Any
from unicodedata import normalize

import pytest
from fastapi import FastAPI

from app.accounts.permissions import Officer, Role
from app.certificates import actions, cose, paper, queries
from app.certificates import projections as kinds
from app.certificates.forged import Forged
from app.core import clock, sheets
from tests.cast import STAFF, Phone, rows
from tests.certificates.examples import (
    HERE,
    batch,
    graduate,
    hire,
    issue,
    learn,
    learner,
    make,
    numbers,
    office,
    read,
    with_key,
    work,
    write,
)
from tests.conftest import NOON, Ticker
from tests.page import Page

pytestmark = pytest.mark.only_on("sqlite")
ROOT = "/admin/certificates"
ASK = {"course": "small", "who": f"place:{HERE}", "lang": "own"}


@pytest.fixture
def sung(app: FastAPI, ticker: Ticker) -> Officer:
    with_key(app)
    return hire(app, "Sùng")


@pytest.fixture
def desk(app: FastAPI, sung: Officer) -> Phone:
    return sign_in(app, "Sùng")


def sign_in(app: FastAPI, name: str) -> Phone:
    phone = Phone(app)
    phone.post("/staff/sign-in", {"name": name, "passphrase": STAFF[1]})
    return phone


def page(desk: Phone, path: str, status: int = 200) -> str:
    """A page of the staff that has no fault."""
    text = desk.get(f"{ROOT}{path}", status).text
    assert Page(text).faults() == []
    return text


def finish(app: FastAPI) -> None:
    app.state.issuing.wait()


def test_from_who_has_earned_one_to_a_certificate_in_the_register(app: FastAPI, desk: Phone) -> None:
    graduate(app, "Lò Thị Mỷ")
    learner(app, "Chưa")
    assert "Không có giấy nào" in page(desk, "")
    page(desk, "/new")
    named = page(desk, "/new?asked=1&course=small&who=&q=my")
    assert "who=person:" in named and 'id="who-error"' not in named
    said = page(desk, f"/new?asked=1&course=small&who=place:{HERE}&lang=own")
    assert "Đủ điều kiện: 1 người" in said and "Lò Thị Mỷ" in said and numbers(app) == []
    sent = desk.post(f"{ROOT}/batches", ASK | {"n": "1"})
    finish(app)
    shown = page(desk, sent.headers["location"].removeprefix(ROOT))
    assert "Đã xong" in shown and "MAU-2026-000001" in shown
    assert "BẢN MẪU" in page(desk, "") and "Lò Thị Mỷ" in page(desk, "?q=lo thi my")
    assert "Không có giấy nào" in page(desk, "?state=revoked")
    assert "Các đợt cấp giấy" in page(desk, "/batches")


def test_what_changed_since_it_was_shown_is_shown_again(app: FastAPI, desk: Phone) -> None:
    graduate(app, "Một")
    response = desk.post(f"{ROOT}/batches", ASK | {"n": "2"}, 409)
    assert "Danh sách vừa thay đổi" in response.text and rows(app, kinds.CertificateBatch) == []
    desk.post(f"{ROOT}/batches", ASK | {"n": "1", "course": "none"}, 422)
    desk.post(f"{ROOT}/batches", ASK | {"n": "1", "who": "person:x"}, 422)


def test_who_lacks_what_is_told_in_words(app: FastAPI, desk: Phone) -> None:
    half = learner(app, "Nửa")
    learn(app, half, "second", "test")
    said = page(desk, f"/new?asked=1&course=small&who=place:{HERE}")
    assert "Còn thiếu: 1 người" in said and "Thiếu bài: Bài thứ hai" in said
    assert "Thiếu bài kiểm tra cuối khóa" in said
    named = page(desk, "/new?course=small&q=nua")
    assert f"who=person:{half}" in named
    assert "Nửa" in page(desk, f"/new?asked=1&course=small&who=person:{half}")


def test_one_certificate_is_corrected_then_revoked(app: FastAPI, sung: Officer, desk: Phone) -> None:
    [old] = issue(app, [graduate(app, "Lo Thi My")], sung)
    path = f"/issued/{old.id}"
    assert "Đây là bản mẫu" in page(desk, path) and "Còn hiệu lực" not in page(desk, path)
    assert (
        "Tên này đang có"
        in desk.post(f"{ROOT}{path}/correction", {"name": "Lo  Thi My", "reason": "wrong_data"}, 422).text
    )
    assert "Hãy viết họ và tên" in desk.post(f"{ROOT}{path}/correction", {"name": "x" * 121}, 422).text
    decomposed = {"name": normalize("NFD", "Lò Thị Mỷ "), "reason": "wrong_data"}
    assert (
        "Hãy viết họ và tên"
        not in desk.post(f"{ROOT}{path}/correction", {"name": normalize("NFD", "ỷ" * 120)}, 422).text
    )
    desk.post(f"{ROOT}{path}/correction", decomposed)
    finish(app)
    assert "Đã thay bằng giấy khác" in page(desk, path) and numbers(app)[-1] == "MAU-2026-000002"
    new = read(app, lambda conn: queries.by_number(conn, "MAU-2026-000002"))
    assert "Lò Thị Mỷ" in page(desk, f"/issued/{new.id}")
    assert "Hãy chọn lý do" in desk.post(f"{ROOT}/issued/{new.id}/revocation", {}, 422).text
    assert f"/issued/{new.id}/prints" in page(desk, f"/issued/{new.id}")
    assert "/prints" not in page(desk, path), "what no longer stands is not printed again"
    desk.get(f"{ROOT}/batches/{old.batch}/print", 404)
    assert "In cả đợt" not in page(desk, f"/batches/{old.batch}")
    desk.post(f"{ROOT}/issued/{new.id}/revocation", {"reason": "asked"})
    said = page(desk, f"/issued/{new.id}")
    assert "Đã thu hồi" in said and "Người học yêu cầu" in said and "Sùng" in said
    desk.post(f"{ROOT}/issued/{new.id}/revocation", {"reason": "asked"}, 422)


def test_an_officer_asks_and_an_administrator_agrees(app: FastAPI, desk: Phone) -> None:
    hire(app, "Chu", Role.OFFICER, HERE)
    chu = sign_in(app, "Chu")
    graduate(app, "Mỷ")
    path = chu.post(f"{ROOT}/batches", ASK | {"n": "1"}).headers["location"].removeprefix(ROOT)
    finish(app)
    assert "Đợi người thứ hai" in page(chu, path) and numbers(app) == []
    chu.post(f"{ROOT}{path}/approval", status=404)
    assert "1 đợt đợi bạn đồng ý" in page(desk, "") and "Tôi đồng ý cấp" in page(desk, path)
    desk.post(f"{ROOT}{path}/approval")
    finish(app)
    assert numbers(app) == ["MAU-2026-000001"]
    desk.post(f"{ROOT}{path}/revocation", {}, 422)
    desk.post(f"{ROOT}{path}/revocation", {"reason": "mistake"})
    assert "Đã thu hồi cả đợt" in page(chu, path)


def test_without_a_key_the_page_says_so_and_goes_on_with_one(app: FastAPI, ticker: Ticker) -> None:
    hire(app, "Sùng")
    desk = sign_in(app, "Sùng")
    graduate(app, "Mỷ")
    path = desk.post(f"{ROOT}/batches", ASK | {"n": "1"}).headers["location"].removeprefix(ROOT)
    finish(app)
    assert "Chưa có khóa để ký giấy của năm 2026" in page(desk, path)
    assert "Chưa có khóa" in page(desk, "/keys")
    desk.post(f"{ROOT}/keys")
    finish(app)
    assert "Đã xong" in page(desk, path) and "2026-1" in page(desk, "/keys")


def test_a_key_is_retired_exposed_and_replaced(app: FastAPI, sung: Officer, desk: Phone) -> None:
    [found] = issue(app, [graduate(app, "Mỷ")], sung)
    assert "Hãy viết vì sao" in desk.post(f"{ROOT}/keys/2026-1/exposure", {"reason": " "}, 422).text
    desk.post(f"{ROOT}/keys/2026-1/exposure", {"reason": "mất máy"})
    finish(app)
    assert "Đã bị lộ" in page(desk, "/keys") and "đang đợi ký" in page(desk, f"/issued/{found.id}")
    desk.post(f"{ROOT}/keys")
    finish(app)
    assert "Ký bằng khóa 2026-2" in page(desk, f"/issued/{found.id}")
    desk.post(f"{ROOT}/keys/2026-2/retirement", {"reason": "hết năm"})
    desk.post(f"{ROOT}/keys/2026-9/retirement", {"reason": "hết năm"}, 404)
    states = [(row["key"], row["state"]) for row in rows(app, kinds.CertificateKey)]
    assert states == [("2026-1", "compromised"), ("2026-2", "active"), ("2026-2", "retired")]


def https(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.state, "office", replace(office(app), url="https://hoc.example"))


def test_a_key_whose_file_is_lost_is_told_where_keys_are(app: FastAPI, desk: Phone) -> None:
    assert "2026-1.pem" not in page(desk, "/keys")
    (office(app).keys.folder / "2026-1.pem").write_text("?")
    assert "Không đọc được tệp 2026-1.pem" in page(desk, "/keys")


def test_a_list_of_keys_that_cannot_be_read_shuts_no_page_and_is_told(
    app: FastAPI, desk: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    https(app, monkeypatch)
    graduate(app, "Mỷ")
    (office(app).keys.folder / "keys.json").write_text("{")
    page(desk, "")
    page(desk, "/new")
    said = page(desk, "/keys")
    assert "Không đọc được tệp keys.json" in said and "Tạo khóa" not in said
    assert "keys.json" in desk.post(f"{ROOT}/keys", status=503).text
    sent = desk.post(f"{ROOT}/batches", ASK | {"n": "1"})
    finish(app)
    waits = page(desk, sent.headers["location"].removeprefix(ROOT))
    assert "Không đọc được tệp keys.json" in waits and Page(waits).all("a", href=f"{ROOT}/keys")


@pytest.mark.parametrize("is_first", [True, False])
def test_keys_whose_folder_was_lost_verify_on_and_give_their_number_to_no_other(
    app: FastAPI, ticker: Ticker, is_first: bool
) -> None:
    sung = hire(app, "Sùng")
    desk = sign_in(app, "Sùng")
    desk.post(f"{ROOT}/keys")
    [found] = issue(app, [graduate(app, "Lò Thị Mỷ")], sung)
    assert found.carriers
    shutil.rmtree(office(app).keys.folder)
    with pytest.raises(Forged):
        cose.verify(found.carriers.cose, office(app).keys)
    if is_first:
        desk.post(f"{ROOT}/keys")
        assert [one.id for one in office(app).keys.all()] == ["2026-1", "2026-2"]
    else:
        work(app)
        said = page(desk, "/keys")
        assert "Chưa có khóa để ký giấy của năm 2026" in said and "lấy lại cả thư mục keys" in said
    assert cose.verify(found.carriers.cose, office(app).keys).number == found.number
    assert office(app).keys.get("2026-1").state == "retired"  # type: ignore[union-attr]


def test_a_rule_and_the_issuer_are_said_and_hold(app: FastAPI, desk: Phone) -> None:
    assert "không phải quy định của pháp luật" in page(desk, "/rules")
    page(desk, "/rules/edit")
    rule = {
        "id": "Small-Trader",
        "course": "small",
        "audience": "trader",
        "score": "80",
        "skills": ["vneid-open"],
    }
    desk.post(f"{ROOT}/rules", rule)
    said = page(desk, "/rules")
    assert "small-trader" in said and "từ 80% trở lên" in said and "Do tỉnh đặt" in said
    assert "80" in page(desk, "/rules/edit?rule=small-trader")
    for wrong in (
        {"id": "?"},
        {"score": "300"},
        {"lessons": "none"},
        {"structures": "none"},
        {"course": "none"},
    ):
        desk.post(f"{ROOT}/rules", rule | wrong, 422)
    desk.post(f"{ROOT}/rules", rule | {"ended": "1"})
    assert "không còn dùng" in page(desk, "/rules")
    desk.post(f"{ROOT}/issuer", {"code": "dbn", "name": "Sở thử", "second_person": "1"})
    assert "DBN-2026-000001" in page(desk, "/rules") and "Sở thử" in page(desk, "/rules")
    for wrong in ({"code": "MAU"}, {"code": "Đ1"}, {"name": ""}):
        desk.post(f"{ROOT}/issuer", {"code": "DBN", "name": "Sở thử"} | wrong, 422)


def test_what_holds_in_the_province_is_for_who_speaks_for_it(app: FastAPI, sung: Officer) -> None:
    hire(app, "Xã", Role.ADMINISTRATOR, HERE)
    commune = sign_in(app, "Xã")
    commune.get(f"{ROOT}/rules")
    commune.get(f"{ROOT}/rules/edit", 404)
    commune.get(f"{ROOT}/keys", 404)
    for path in ("/rules", "/issuer", "/keys", "/keys/2026-1/retirement", "/keys/2026-1/exposure"):
        commune.post(f"{ROOT}{path}", {"id": "x", "reason": "x"}, 404)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_register_is_taken_away_as_a_table(app: FastAPI, sung: Officer, desk: Phone, form: str) -> None:
    found = issue(app, [graduate(app, "Lò Thị Mỷ"), graduate(app, "=1+1")], sung)
    write(app, lambda conn: actions.revoke(conn, found[0], "mistake", sung))
    data = desk.get(f"{ROOT}/export?form={form}").content
    table = [row.cells for row in sheets.read(data)] if form == "xlsx" else lines_of(data)
    assert table[0][:3] == ("Số", "Họ và tên", "Khóa học") and len(table) == 3
    cells = {row[0]: row for row in table[1:]}
    assert set(cells) == set(numbers(app))
    assert {row[5] for row in table[1:]} == {"Đã thu hồi", "Bản mẫu, không có giá trị"}
    names = {row[1] for row in table[1:]}
    assert names == {"Lò Thị Mỷ", "=1+1" if form == "xlsx" else "'=1+1"}
    revoked = cells[found[0].number]
    assert revoked[5:9] == ("Đã thu hồi", "2026-11-18", "Cấp nhầm", "Sùng")
    only = desk.get(f"{ROOT}/export?form=csv&state=valid").content
    assert len(lines_of(only)) == 2


def lines_of(data: bytes) -> list[tuple[str, ...]]:
    import csv

    assert data.startswith(b"\xef\xbb\xbf")
    return [tuple(row) for row in csv.reader(io.StringIO(data.decode("utf-8-sig")))]


def test_printed_again_it_stands_in_its_history(app: FastAPI, sung: Officer, desk: Phone) -> None:
    id = make(app, [graduate(app, "Lò Thị Mỷ")], sung)
    work(app)
    [found] = read(app, lambda conn: queries.of_batch(conn, id))
    response = desk.post(f"{ROOT}/issued/{found.id}/prints", {"form": "pdf"}, 200)
    assert (
        response.content.startswith(b"%PDF")
        and "MAU-2026-000001.pdf" in response.headers["content-disposition"]
    )
    [row] = rows(app, kinds.CertificatePrinted)
    known = read(app, lambda conn: queries.with_file(conn, row["sha"]))
    assert known.number == found.number and known.pdfs == {"pdf": frozenset([row["sha"]])}
    assert re.search(r"Đưa ra</b>: Tờ A4", page(desk, f"/issued/{found.id}"))
    assert desk.get(f"{ROOT}/batches/{id}/print").content.startswith(b"%PDF")
    card = desk.get(f"{ROOT}/batches/{id}/print?form=card")
    assert card.content.startswith(b"%PDF") and '-1-the.pdf"' in card.headers["content-disposition"]
    desk.get(f"{ROOT}/batches/{id}/print?lang=hmn", 404)
    (office(app).keys.folder / "2026-1.pem").unlink()
    refused = desk.post(f"{ROOT}/issued/{found.id}/prints", {}, 503).text
    assert "không có khóa để đóng dấu" in refused and Page(refused).all("a", href=f"{ROOT}/keys")


def test_what_needs_a_second_look_is_listed(app: FastAPI, desk: Phone) -> None:
    assert "Không có giấy nào cần xem lại" in page(desk, "/doubts")


def test_a_village_tells_the_province_and_prints_slips(
    app: FastAPI, desk: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: Any = app.state.settings
    monkeypatch.setattr(app.state, "settings", settings.__class__(**{**vars(settings), "role": "village"}))
    my = graduate(app, "Lò Thị Mỷ")
    assert "Máy này ở xa tỉnh" in page(desk, f"/new?asked=1&course=small&who=place:{HERE}")
    sent = desk.post(f"{ROOT}/batches", ASK | {"n": "1"})
    assert [row["person_id"] for row in rows(app, kinds.CertificateEarned)] == [my]
    assert rows(app, kinds.CertificateBatch) == []
    said = page(desk, sent.headers["location"].removeprefix(ROOT))
    assert "Đã báo 1 người lên tỉnh" in said and "BẢN MẪU" not in said and f"{ROOT}/keys" not in said
    again = page(desk, f"/new?asked=1&course=small&who=place:{HERE}")
    assert "đã báo lên tỉnh" in again and "Báo 1 người" not in again and "In giấy tạm" in again
    learn(app, learner(app, "Vừ A Chứ"), at=NOON - 3 * clock.DAY)
    assert "Báo 1 người lên tỉnh" in page(desk, f"/new?asked=1&course=small&who=place:{HERE}")
    slips: list[paper.Slip] = []
    monkeypatch.setattr(paper, "slip", lambda some, template: slips.extend(some) or b"%PDF")
    desk.post(f"{ROOT}/slips", ASK, 200)
    said_days = [(one.name, one.day, one.sample) for one in slips]
    assert said_days == [("Lò Thị Mỷ", "2026-11-18", False), ("Vừ A Chứ", "2026-11-15", False)]


def test_more_than_a_page_is_turned(
    app: FastAPI, sung: Officer, desk: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [graduate(app, f"Mỷ {n}") for n in range(3)]
    id = make(app, people, sung)
    work(app)
    monkeypatch.setattr(queries, "PAGE", 2)
    monkeypatch.setattr(queries.lines, "__defaults__", (1, 2))
    assert "MAU-2026-000003" in page(desk, "") and "MAU-2026-000001" not in page(desk, "")
    assert "MAU-2026-000001" in page(desk, "?page=2") and "page=1" in page(desk, "?page=2")
    assert "Xem tất cả giấy" in page(desk, f"/batches/{id}")
    assert batch(app, id, sung).progress.issued == 3
