"""What anybody is told of a certificate: by its QR code, its number, its files; at the province and in a village."""

import asyncio
import gzip
import io
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import brotli
import pytest
import segno
from fastapi import FastAPI

from app.accounts import actions as accounts
from app.certificates import badge, baking, cose, paper, public_pages, public_queries, queries, status
from app.certificates.snapshot import Issuer
from app.certificates.telling import Record
from app.certificates.templates import shipped
from app.core import ids
from app.core.settings import Settings
from app.web.assets import Assets
from courses.languages import LANGUAGES
from tests.cast import Phone
from tests.certificates.public_examples import PLACE, Register, address, snapshot
from tests.conftest import Ticker
from tests.page import Page, linted

HOST, LIGHT = "https://ban.test", 8 * 1024
SQLITE = pytest.mark.only_on("sqlite")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, public_url=HOST)


@pytest.fixture
def register(app: FastAPI) -> Iterator[Register]:
    yield Register(app)


def village(app: FastAPI) -> None:
    app.state.settings = replace(app.state.settings, role="village")


def state(page: Page) -> str:
    return page.with_class("standing")[0].attrs["data-state"]


def claim(page: Page, label: int) -> str:
    [found] = [one for one in page.elements if one.attrs.get("data-claim") == str(label)]
    return found.text.strip()


def shown(phone: Phone, path: str, status: int = 200) -> Page:
    return linted(phone.get(path, status).text)


def brought(phone: Phone, name: str, data: bytes, status: int = 200) -> Page:
    response = phone.client.post("/c", files={"file": (name, data)}, headers={"Origin": "http://ban.test"})
    assert response.status_code == status, (name, response.status_code)
    return linted(response.text)


def test_the_register_is_asked_in_one_question_what_it_says_in_many(
    app: FastAPI, register: Register, ticker: Ticker
) -> None:
    """On both databases, on the spot and at leisure."""
    said = [snapshot(seq) for seq in range(1, 5)]
    said[3] = replace(said[3], replaces=said[2].number)
    for one in said:
        register.issue(one)
    register.revoke(said[1])
    asked = public_queries.question(app.state.database)

    def on_the_spot(number: str) -> Record | None:
        return asyncio.run(public_queries.valid_record(asked, number))

    with app.state.database.read() as session:
        conn = session.connection()
        for one in [*said, snapshot(9)]:
            known, found = public_queries.record(conn, one.number), queries.by_number(conn, one.number)
            assert (known is None) == (found is None)
            if known is None or found is None:
                continue
            assert known.snapshot == found.snapshot == one
            standing = queries.standing(conn, one.number)
            assert (known.standing.state, known.standing.by_number) == (standing.state, standing.by_number)
            if standing.state == "valid":
                assert on_the_spot(one.number) == known
            else:
                with pytest.raises(public_queries.Ended):
                    on_the_spot(one.number)
        assert on_the_spot("DB-2026-000009") is None
    register.revoke_batch()
    with pytest.raises(public_queries.Ended):
        on_the_spot(said[0].number)


@SQLITE
def test_a_scanned_code_tells_all_and_how_it_stands(register: Register, my: Phone) -> None:
    first, second, third = snapshot(1), snapshot(2), snapshot(3, sample=True)
    fourth = snapshot(4, name="Lò Thị Mỵ", replaces=first.number)
    made = {one.number: register.issue(one) for one in (first, second, third)}
    path = address(made[first.number])
    page = shown(my, path)
    assert state(page) == "valid"
    assert [claim(page, label) for label in (1, 2, 4, 5, 6)] == [
        first.number, "Lò Thị Mỷ", "Khóa nhỏ", "18/11/2026", "90/100",
    ]  # fmt: skip
    assert "Tỉnh thử" in page.html and not page.with_class("notice warning")
    assert page.with_class("checked")[0].attrs["data-credential"] == path[3:]
    assert state(shown(my, address(made[third.number]))) == "valid"
    assert "không có giá trị" in my.get(address(made[third.number])).text

    register.issue(fourth)
    page = shown(my, path)
    assert state(page) == "replaced" and page.all("a", href=f"/c/{fourth.number}")
    register.revoke(second, "not_earned")
    page = shown(my, address(made[second.number]))
    assert state(page) == "revoked"
    assert my.app.state.pages.words.plain("vi", "certificate.reason.not_earned") in page.html
    unissued = cose.sign(snapshot(77), register.key)
    assert state(shown(my, f"/C/{cose.to_text(unissued)}")) == "unknown"
    other = cose.sign(replace(first, name="Người khác"), register.key)
    assert state(shown(my, f"/C/{cose.to_text(other)}")) == "forged"


@SQLITE
def test_no_forged_code_is_believed_and_nothing_of_it_is_shown(register: Register, my: Phone) -> None:
    made = register.issue(snapshot())
    seeded = random.Random(4)
    for _ in range(60):
        forged = bytearray(made.cose)
        forged[seeded.randrange(len(forged))] ^= 1 << seeded.randrange(8)
        page = shown(my, f"/C/{cose.to_text(bytes(forged))}")
        assert state(page) in ("forged", "unread") and "Mỷ" not in page.html
    for text in ("", "A", "1", "ABC!", "A" * 9000, cose.to_text(made.cose) + "A"):
        assert state(shown(my, f"/C/{text}")) == "unread"


@SQLITE
def test_what_a_lost_key_signed_is_believed_where_the_register_says_the_same(
    register: Register, my: Phone
) -> None:
    made = register.issue(snapshot())
    forged = cose.sign(snapshot(name="Kẻ gian", seq=2), register.key)
    register.keys.compromise(register.key.id, "máy bị mất")
    page = shown(my, address(made))
    assert state(page) == "valid" and "bị lộ ngày" in page.html
    page = shown(my, f"/C/{cose.to_text(forged)}")
    assert state(page) == "forged" and "Kẻ gian" not in page.html


@SQLITE
def test_pages_are_light_in_every_language_and_the_same_however_they_travel(
    register: Register, my: Phone, ticker: Ticker
) -> None:
    said = snapshot(name="Nguyễn " * 17)
    path = address(register.issue(said))
    style = len(brotli.compress(Assets().text("css/more.css").encode()))
    for lang in LANGUAGES:
        for asked in (path, "/c", f"/c/{said.number}"):
            page = shown(my, f"{asked}?lang={lang}")
            assert len(gzip.compress(page.html.encode(), 6)) + style < LIGHT, (lang, asked)
    plain = my.client.get(path, headers={"accept-encoding": "identity"})
    assert plain.text == my.get(path).text and "content-encoding" not in plain.headers
    assert my.client.head(path).content == b""


@SQLITE
def test_another_host_is_named(register: Register, my: Phone) -> None:
    path = address(register.issue(snapshot()))
    page = linted(my.client.get(path, headers={"host": "ban-hoc.gia.example"}).text)
    assert "ban-hoc.gia.example" in page.html and "ban.test" in page.html


@SQLITE
def test_by_number_a_name_is_shortened(register: Register, my: Phone) -> None:
    said = snapshot()
    register.issue(said)
    page = shown(my, f"/c/{said.number}")
    assert state(page) == "valid" and claim(page, 2) == "Lò T… M…" and "Mỷ" not in page.html
    assert state(shown(my, "/c/DB-2026-000099", 404)) == "unknown"
    assert shown(my, "/c/nothing", 404).with_class("error")
    assert my.get("/c?number=+db 2026 - 000001 ", 303).headers["location"] == f"/c/{said.number}"
    pasted = f"/c?number=https://ban.test{address(register.issue(snapshot(2)))}"
    assert my.get(pasted, 303).headers["location"].startswith("/C/2K")
    register.issue(tai := replace(snapshot(3), name="ꪀꪱꪫ ꪶꪀꪙꫀ ꪹꪎ꫁ꪉ"))
    assert claim(shown(my, f"/c/{tai.number}"), 2) == "ꪀꪱꪫ ꪶꪀ… ꪹꪎ꫁…"
    assert shown(my, "/c?number=gì đó", 422).with_class("error")


@SQLITE
def test_files_are_checked_and_altered_ones_named(register: Register, my: Phone) -> None:
    said = snapshot()
    made = register.issue(said)
    doc = json.dumps(made.badge, ensure_ascii=False).encode()
    drawn = io.BytesIO()
    segno.make(cose.url(HOST, made.cose), error="m").save(drawn, kind="png", scale=4, border=4)
    photo = drawn.getvalue()
    pdf = paper.pdf(said, made, shipped()["default@1"], HOST, register.key)
    for name, data in (("a.json", doc), ("a.png", baking.bake(photo, made.badge))):
        page = brought(my, name, data)
        assert state(page) == "valid" and claim(page, 2) == "Lò T… M…", name
    for name, data in (("qr.png", photo), ("a.pdf", pdf)):
        page = brought(my, name, data)
        assert state(page) == "valid" and claim(page, 2) == "Lò Thị Mỷ", name
    for old, new in (
        (b"2026-11-18", b"2026-11-19"),
        (b'"90"', b'"99"'),
        (b'"name"', b'"title": "x", "name"'),
    ):
        assert old in doc
        assert state(brought(my, "b.json", doc.replace(old, new, 1))) == "forged"
    page = brought(my, "b.pdf", pdf.replace(b"/Lang", b"/LanG", 1))
    assert state(page) == "forged" and "đã bị sửa sau khi cấp" in page.html
    assert state(brought(my, "c.pdf", b"%PDF-1.7\n%%EOF")) == "forged"
    drawn = io.BytesIO()
    segno.make(cose.url("https://gia.example", made.cose), error="m").save(drawn, kind="png", scale=4)
    assert "gia.example" in brought(my, "qr.png", drawn.getvalue()).html
    register.revoke(said)
    assert {state(brought(my, *one)) for one in (("a.json", doc), ("qr.png", photo), ("a.pdf", pdf))} == {
        "revoked"
    }


@SQLITE
def test_what_was_issued_under_an_earlier_address_stays_ours(register: Register, my: Phone) -> None:
    said = snapshot(issuer=Issuer(code="DB", names={"vi": "Tỉnh thử"}, url=HOST))
    made, elsewhere = register.issue(said), badge.issue(snapshot(2), register.key, HOST)
    pdf = paper.pdf(said, made, shipped()["default@1"], HOST, register.key)
    my.app.state.settings = replace(my.app.state.settings, public_url="https://moi.test")
    for name, data in (("a.json", json.dumps(made.badge).encode()), ("a.pdf", pdf)):
        assert state(brought(my, name, data)) == "valid", name
    assert state(brought(my, "b.json", json.dumps(elsewhere).encode())) == "forged"


@SQLITE
def test_a_list_of_names_cannot_be_read_off_by_number(register: Register, my: Phone, ticker: Ticker) -> None:
    """One address is slowed, with a sentence; another is not, nor who scans; and it is soon over."""
    said = snapshot()
    path = address(register.issue(said))
    for _ in range(public_pages.LOOKUPS):
        my.get(f"/c/{said.number}")
    assert "chờ một phút" in shown(my, f"/c/{said.number}", 429).with_class("error")[0].text
    assert state(shown(my, path)) == "valid"
    ticker.advance(public_pages.SECOND)
    shown(my, f"/c/{said.number}")
    shown(my, f"/c/{said.number}", 429)


@SQLITE
def test_a_title_nobody_approved_looks_like_a_draft(register: Register, my: Phone) -> None:
    said = snapshot(drafts=("hmn",))
    register.issue(said)
    [title] = shown(my, f"/c/{said.number}?lang=hmn").all("span", class_="draft")
    assert title.text == "Yênhx nor me"
    register.issue(approved := snapshot(2))
    assert not shown(my, f"/c/{approved.number}?lang=hmn").all("span", class_="draft")


@SQLITE
def test_a_name_no_font_draws_is_told_in_a_sentence(register: Register, my: Phone) -> None:
    me = my.register("Mỷ")
    register.issue(said := snapshot(name="Mỷ 漢"), me)
    page = shown(my, f"/me/certificates/{said.id}/pdf", 422)
    assert "Máy không có chữ để in: 漢." in page.html


@SQLITE
@pytest.mark.parametrize(
    "data", [b"", b"hello", b"<svg/>", b"{}", b"[1]", b"\x89PNG\r\n\x1a\n...", b"\xff\xd8\xff", b"{" * 9]
)
def test_what_is_no_certificate_is_said_in_a_sentence(app: FastAPI, my: Phone, data: bytes) -> None:
    response = my.client.post("/c", files={"file": ("x", data)}, headers={"Origin": "http://ban.test"})
    assert response.status_code in (200, 422)
    page = linted(response.text)
    assert page.with_class("error") or state(page) in ("forged", "unread")


@SQLITE
def test_a_village_goes_by_the_newest_list_it_was_brought(
    register: Register, my: Phone, ticker: Ticker
) -> None:
    far = [snapshot(seq) for seq in (5, 6)]
    codes = [f"/C/{cose.to_text(cose.sign(one, register.key))}" for one in far]
    old = status.credential({9}, register.key, HOST, ticker())
    ticker.advance(60 * 60 * 1000)
    new = status.credential({6, 9}, register.key, HOST, ticker())
    village(my.app)
    assert [state(shown(my, code)) for code in codes] == ["unknown", "unknown"]
    my.get("/status/1", 404)
    assert brought(my, "a.json", json.dumps(old).encode()).with_class("good")
    assert [state(shown(my, code)) for code in codes] == ["valid", "valid"]
    brought(my, "a.json", json.dumps(new).encode())
    assert [state(shown(my, code)) for code in codes] == ["valid", "ended"]
    replayed = brought(my, "a.json", json.dumps(old).encode(), 422)
    assert "cũ hơn danh sách đang giữ" in replayed.html
    forged = json.dumps(new).replace("T", "U", 1).encode()
    assert "không do nơi cấp ký" in brought(my, "a.json", forged, 422).html
    assert [state(shown(my, code)) for code in codes] == ["valid", "ended"]
    assert my.get("/status/1").json() == new


@SQLITE
def test_other_programs_are_given_keys_and_list(register: Register, my: Phone) -> None:
    said = snapshot(3)
    made = register.issue(said)
    did = my.get("/.well-known/did.json").json()
    assert did["id"] == "did:web:ban.test" and did["assertionMethod"] == [
        f"did:web:ban.test#{register.key.id}"
    ]
    place = badge.verify(made.badge, register.keys, HOST).status
    first = status.verify(my.get("/status/1").json(), register.keys, HOST)
    assert place not in first.revoked
    assert my.get("/status/1").content == my.get("/status/1").content
    register.revoke(said)
    assert place in status.verify(my.get("/status/1").json(), register.keys, HOST).revoked
    my.get("/status/2", 404)


@SQLITE
def test_she_takes_her_own_along_and_nobody_elses(register: Register, my: Phone, stranger: Phone) -> None:
    me = my.register("Mỷ")
    said = snapshot()
    made = register.issue(said, me)
    page = shown(my, "/me/certificates")
    assert page.all("a", href="/me/data/profile"), "nobody issues to who lives nowhere, and she is told"
    my.app.state.writer.call(lambda conn: accounts.change(conn, me, place=PLACE))
    page = shown(my, "/me/certificates")
    assert not page.all("a", href="/me/data/profile")
    assert page.all("a", href=address(made)) and shown(my, "/me").all("a", href="/me/certificates")
    files = {
        what: my.get(f"/me/certificates/{said.id}/{what}").content
        for what in ("pdf", "card", "png", "svg", "json")
    }
    for what in ("pdf", "png", "svg", "json"):
        assert state(brought(stranger, f"x.{what}", files[what])) == "valid", what
    assert json.loads(files["json"]) == made.badge == baking.unbake(files["svg"])
    stranger.register("Giàng")
    stranger.get(f"/me/certificates/{said.id}/pdf", 404)
    (register.keys.folder / f"{register.key.id}.pem").unlink()
    page = shown(my, f"/me/certificates/{said.id}/pdf", 503)
    assert "Lúc này chưa làm được tệp PDF" in page.html and page.all("a", href=address(made))
    assert my.get(f"/me/certificates/{said.id}/png").content == files["png"]
    register.revoke(said)
    assert not shown(my, "/me/certificates").all("a", href=f"/me/certificates/{said.id}/card")
    my.get(f"/me/certificates/{ids.new()}/pdf", 404)
    my.get(f"/me/certificates/{said.id}/exe", 404)
    assert Phone(my.app).get("/me/certificates", 303).headers["location"] == "/me"


@SQLITE
def test_of_who_was_erased_the_number_and_its_standing_stay(register: Register, my: Phone) -> None:
    me, said = ids.new(), snapshot()
    made = register.issue(said, me)
    register.write(lambda conn: _erase(conn, me))
    page = shown(my, f"/c/{said.number}")
    assert state(page) == "valid" and "Tên đã xóa" in page.html and "Mỷ" not in page.html
    assert state(shown(my, address(made))) == "valid"


def _erase(conn: Any, person: str) -> None:
    from app.core import erasing

    for one in erasing.rooms["certificates"].tables:
        conn.execute(one.delete().where(one.c.person_id == person))
