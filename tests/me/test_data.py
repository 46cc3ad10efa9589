"""My data: seen, mended, taken away, asked about; what I allow, and take back as easily."""

import io
import json
import re
import zipfile

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection

from app.accounts import consent, data_actions, data_queries, data_rules
from app.accounts.models import Consent, DataRequest, Person
from app.core import clock, ids
from app.core.models import Entry, Erased
from tests.cast import Phone, Staff, rows, run
from tests.conftest import Ticker
from tests.page import Page

DAY = clock.DAY
MONDAY = 1_795_399_200_000
"""23 November 2026, 09:00 in Viet Nam."""


def say(purpose: str) -> str:
    return consent.sentences("vi", False, purpose)[0].agreed


def consents(app: FastAPI) -> dict[str, bool]:
    return {row["purpose"]: row["withdrawn_at"] is None for row in rows(app, Consent)}


def test_to_register_is_to_agree_to_one_thing_only(app: FastAPI, my: Phone) -> None:
    my.register("Mỷ")
    [row] = rows(app, Consent)
    assert (row["purpose"], row["version"], row["withdrawn_at"]) == (consent.KEEP, say(consent.KEEP), None)


def test_each_purpose_is_asked_by_itself_and_nothing_is_ticked(app: FastAPI, my: Phone) -> None:
    my.register("Mỷ")
    page = Page(my.get("/me/data/consents").text)
    assert "checked" not in page.html
    asked = [one.attrs["value"] for one in page.all("button", name="agreed")]
    assert asked == [say(purpose) for purpose in consent.purposes() if purpose != consent.KEEP]
    assert page.faults() == []


def test_withdrawn_as_easily_as_given(app: FastAPI, my: Phone) -> None:
    person = my.register("Mỷ")
    for _ in range(2):
        my.post("/me/data/consents", {"purpose": "lists", "agreed": say("lists")})
        assert consents(app)["lists"]
        my.post("/me/data/consents", {"purpose": "lists"})
        assert not consents(app)["lists"]
    with app.state.database.read() as session:
        conn = session.connection()
        assert data_queries.agrees(conn, person, consent.KEEP)
        assert not data_queries.agrees(conn, person, "lists")
        assert not data_queries.agrees(conn, person, "calls")


def test_a_yes_to_words_nobody_asked_is_none(app: FastAPI, my: Phone) -> None:
    my.register("Mỷ")
    for form in ({"purpose": "lists", "agreed": say("calls")}, {"purpose": "all", "agreed": say("lists")}):
        my.post("/me/data/consents", form, 422)
    assert set(consents(app)) == {consent.KEEP}


def test_to_withdraw_what_is_needed_asks_for_deletion_and_can_be_taken_back(app: FastAPI, my: Phone) -> None:
    my.register("Mỷ")
    my.post("/me/data/consents", {"purpose": consent.KEEP})
    my.post("/me/data/consents", {"purpose": consent.KEEP})
    [asked] = rows(app, DataRequest)
    assert asked["kind"] == "delete" and "chậm nhất" in my.get("/me/data").text.lower()
    my.post(f"/me/data/requests/{asked['id']}/return")
    assert [row["outcome"] for row in rows(app, DataRequest)] == ["taken-back"]
    my.post(f"/me/data/requests/{asked['id']}/return", status=404)
    my.post("/me/data/consents", {"purpose": consent.KEEP, "agreed": say(consent.KEEP)})
    assert consents(app)[consent.KEEP]


def test_nobody_takes_back_what_another_asked(app: FastAPI, my: Phone, stranger: Phone) -> None:
    my.register("Mỷ")
    my.post("/me/data/requests", {"kind": "see"})
    stranger.register("Kẻ lạ")
    stranger.post(f"/me/data/requests/{rows(app, DataRequest)[0]['id']}/return", status=404)


def test_for_a_child_a_guardian_says_yes_too(app: FastAPI, ticker: Ticker, my: Phone) -> None:
    my.register("Mỷ")
    my.post("/me/data/profile", {"name": "Mỷ", "face": "bun", "lang": "vi", "year": "2015"})
    yes = {"purpose": "lists", "agreed": say("lists")}
    assert my.post("/me/data/consents", yes).headers["location"].endswith("guardian")
    assert "lists" not in consents(app)
    my.post("/me/data/consents", yes | {"guardian": "Giàng A Pó"})
    assert {row["purpose"]: row["guardian"] for row in rows(app, Consent)}["lists"] == "Giàng A Pó"
    assert not data_rules.is_child(2000, ticker.at) and not data_rules.is_child(None, ticker.at)


def test_a_helper_reads_it_aloud_and_it_says_so(
    app: FastAPI, my: Phone, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = my.register("Mỷ")
    drafted = consent.sentences("hmn", True, "lists")[0].agreed
    monkeypatch.setattr(app.state.pages.words, "drafts", True)
    staff.post(f"/admin/people/{person}/consents", {"purpose": "lists", "agreed": drafted, "aloud": "hmn"})
    row = next(row for row in rows(app, Consent) if row["purpose"] == "lists")
    assert row["read_aloud"] == "hmn" and row["version"] == drafted
    assert "Lò Văn Thử" in my.get("/me/data/consents").text


def test_a_helper_registers_a_child_only_with_a_guardian(app: FastAPI, staff: Staff) -> None:
    id, yes = ids.new(), say(consent.KEEP)
    form = {
        "id": id,
        f"name-{id}": "Dở",
        f"face-{id}": "bun",
        f"year-{id}": "2016",
        "speaks": "vi",
        "place": "03160",
    }
    assert f"guardian-{id}" in staff.post("/admin/people/new", form, 200).text
    staff.post("/admin/people", form | {f"yes-{id}": yes}, 422)
    assert rows(app, Person) == []
    staff.post("/admin/people", form | {f"yes-{id}": yes, f"guardian-{id}": "Giàng A Pó"}, 200)
    [row] = rows(app, Consent)
    assert (row["guardian"], row["read_aloud"]) == ("Giàng A Pó", "vi") and row["by"]


def test_what_is_wrong_is_mended(app: FastAPI, my: Phone) -> None:
    my.register("Mỷ")
    new = {
        "name": " Vàng  Mỷ",
        "face": "cap",
        "lang": "hmn",
        "place": "03160",
        "year": "1985",
        "phone": "84912345678",
    }
    assert my.post("/me/data/profile", new).headers["location"] == "/me/data?done=saved"
    [row] = rows(app, Person)
    assert [row[name] for name in ("name", "face", "lang", "place", "year", "phone")] == [
        "Vàng Mỷ", "cap", "hmn", "03160", 1985, "0912345678",
    ]  # fmt: skip
    page = Page(my.get("/me/data/profile").text)
    assert page.faults() == [] and 'value="03160" selected' in page.html


@pytest.mark.parametrize(
    "wrong", [{"name": "1"}, {"face": "x"}, {"lang": "th"}, {"place": "11"}, {"place": "x"}, {"year": "85"}, {"phone": "12"}]
)  # fmt: skip
def test_what_cannot_be_is_told(app: FastAPI, my: Phone, wrong: dict[str, str]) -> None:
    my.register("Mỷ")
    page = my.post("/me/data/profile", {"name": "Mỷ", "face": "bun", "lang": "vi"} | wrong, 422).text
    assert 'aria-invalid="true"' in page or 'id="face-error"' in page
    assert [row["face"] for row in rows(app, Person)] == ["bun"]


def test_one_file_has_everything(app: FastAPI, my: Phone) -> None:
    my.register("Mỷ <b>")
    my.keep_pin()
    my.send_form(q1="b")
    ogg = b"OggS" + bytes(99)
    my.client.post(
        "/help", files={"voice": ("a.ogg", ogg, "audio/ogg")}, headers={"Origin": "http://ban.test"}
    )
    reply = my.get("/me/data/file")
    assert reply.headers["cache-control"] == "no-store"
    file = zipfile.ZipFile(io.BytesIO(reply.content))
    told, html = json.loads(file.read("data.json")), file.read("data.html").decode()
    assert told["learning"]["results"][0]["score"] == 100 and "argon2" not in json.dumps(told)
    assert "Mỷ &lt;b&gt;" in html and "<script" not in html
    assert [file.read(name) for name in file.namelist() if name.startswith("voice/")] == [ogg]


def test_the_pages_hold_to_the_rules(my: Phone) -> None:
    my.register("Mỷ")
    my.post("/me/data/requests", {"kind": "see", "words": "?"})
    for path in ("", "/consents", "/requests", "/profile", "/keeping"):
        assert Page(my.get(f"/me/data{path}?lang=hmn").text).faults() == [], path


def test_who_has_no_name_is_told_that_nothing_bears_it(my: Phone) -> None:
    assert "chưa ghi tên" in my.get("/me/data").text
    assert my.get("/me/data/file", 303).headers["location"] == "/me/data"
    for path in ("profile", "consents", "requests"):
        my.post(f"/me/data/{path}")


def test_how_long_it_is_kept_can_be_read(my: Phone) -> None:
    page = Page(my.get("/me/data/keeping").text)
    assert "24 tháng" in page.html and "Nghị định 356/2025" in page.html and page.faults() == []


@pytest.mark.parametrize(
    ("asked", "first", "done"),
    [(MONDAY, 2, 10), (MONDAY + 3 * DAY, 4, 10), (MONDAY + 4 * DAY, 4, 10), (MONDAY + 5 * DAY, 3, 10)],
)
def test_until_when_the_law_gives(asked: int, first: int, done: int) -> None:
    due = data_rules.due("see", asked)
    assert (due.first_answer - asked) // DAY == first and (due.done - asked) // DAY == done
    assert data_rules.due("stop", asked).done - due.done == 5 * DAY


def test_the_queue_marks_what_is_late_and_tells_who_answered(
    app: FastAPI, ticker: Ticker, my: Phone, staff: Staff
) -> None:
    my.register("Mỷ")
    my.post("/me/data/requests", {"kind": "see", "words": "Có gì?"})
    [asked] = rows(app, DataRequest)
    at = f"/admin/requests/{asked['id']}"
    assert "Phải báo đã nhận chậm nhất" in staff.get("/admin/requests").text
    ticker.advance(5 * DAY)
    staff.sign_in()
    assert "Chưa báo đã nhận" in staff.get("/admin/requests").text
    staff.post(f"{at}/answer", {"outcome": "received"})
    assert "Chưa báo đã nhận" not in staff.get("/admin/requests").text
    ticker.advance(7 * DAY)
    staff.sign_in()
    assert "Quá hạn" in staff.get(at).text
    staff.post(f"{at}/answer", {"outcome": "refused"}, 422)
    staff.post(f"{at}/answer", {"outcome": "done", "words": "Đã đưa tệp"})
    staff.post(f"{at}/answer", {"outcome": "done"}, 404)
    page = my.get("/me/data").text
    assert "Đã làm xong" in page and "Đã đưa tệp" in page
    assert "Lò Văn Thử" in staff.get(at).text


def test_deletion_is_asked_again_done_and_named(app: FastAPI, my: Phone, staff: Staff) -> None:
    person = my.register("Mỷ")
    my.post("/me/data/requests", {"kind": "delete"})
    at = f"/admin/requests/{rows(app, DataRequest)[0]['id']}"
    staff.post(f"{at}/erasure", status=422)
    assert rows(app, Person)
    staff.post(f"{at}/erasure", {"sure": "1"})
    [gone] = rows(app, Erased)
    [entry] = [row for row in rows(app, Entry) if row["type"] == "person.erased"]
    assert gone["person_id"] == person and json.loads(entry["body"])["by"] == gone["by"]
    staff.get(at, 404)
    assert "chưa ghi tên" in my.get("/me/data").text


def test_who_is_silent_for_long_is_looked_at_and_nobody_else_can_be_erased_so(
    app: FastAPI, my: Phone, staff: Staff
) -> None:
    person = my.register("Mỷ Vắng")
    at = f"/admin/people/{person}/erasure"
    assert "Mỷ Vắng" not in staff.get("/admin/requests").text
    staff.post(at, {"sure": "1"}, 404)
    run(app, "UPDATE entry SET received_at = 1")
    assert "Mỷ Vắng" in staff.get("/admin/requests").text
    staff.post(at, status=404)
    staff.post(at, {"sure": "1"})
    assert rows(app, Person) == []


def test_what_one_agreed_to_is_told_whatever_comes_first(app: FastAPI, my: Phone) -> None:
    person = my.register("Mỷ")

    def work(conn: Connection) -> None:
        data_actions.agree(conn, person, "lists", say("lists"))
        data_actions.withdraw(conn, person, "lists")

    app.state.writer.call(work)
    known = [
        json.loads(row["body"])["based_on"] for row in rows(app, Entry) if row["type"] == "consent.withdrawn"
    ]
    given = [row["id"] for row in rows(app, Entry) if row["type"] == "consent.given"]
    assert set(given) <= set(known[0]) and not consents(app)["lists"]


def test_no_purpose_without_words_and_a_title(app: FastAPI) -> None:
    folders = {path.name for path in consent.FOLDER.iterdir() if path.is_dir()}
    assert set(consent.purposes()) == folders
    for purpose, title in consent.purposes().items():
        assert consent.read("vi", purpose) and title in app.state.pages.words
    assert re.fullmatch("https://.+", data_rules.terms()["source_url"])
