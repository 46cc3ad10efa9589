"""A certificate from its holder's phone to a stranger's: scanned, checked without a line, revoked, checked again."""

import random
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Connection

from app.accounts import actions as accounts
from app.certificates import queries
from app.certificates.brought import read
from app.certificates.cose import to_text
from app.certificates.models import CertificateRevoked
from app.core import ledger
from app.core.ledger import Received
from app.learning.projections import ANSWERED, READ
from app.web.press import bare
from courses.grading import question_json
from courses.model import Question
from tests.page import linted
from tests.walks.conftest import NewPhone
from tests.walks.learner import Learner, until
from tests.walks.school import School
from tests.walks.test_help_and_staff import signed_in
from tests.walks.test_open_to_all import faults

ROOT, HERE = "/admin/certificates", "03160"
SOURCE = Path(__file__).parents[2].joinpath("app/static/js/ed25519.js").read_text("utf-8")
VERIFY = """async ([source, all]) => {
  const { verified } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  return all.map(some => verified(...some.map(one => Uint8Array.from(one))));
}"""


def right(question: Question) -> Any:
    """The answer as an entry carries it."""
    found = question_json(question)["right"]
    if question.kind in ("one", "truefalse", "text"):
        return found[0]
    return str(found // 1000) if question.kind == "number" else found


def finish(school: School, person: str) -> None:
    """She lives in the commune, and her phone sends all of the course."""
    structure = school.app.state.shelf.courses["dt05"].structure
    own = {"course": "dt05", "structure": structure, "lang": "vi"}
    bodies = [
        ledger.compose(ANSWERED, person, **own, lesson=lesson.id, question=one.id, answer=right(one))
        for lesson in school.course.all_lessons()
        for one in lesson.questions
    ]
    bodies += [ledger.compose(READ, person, **own, lesson=one.id) for one in school.course.all_lessons()]

    def work(conn: Connection) -> None:
        accounts.change(conn, person, place=HERE)
        said = ledger.append(conn, [Received(body, 0) for body in bodies])
        assert {one.state for one in said} == {"recorded"}

    school.app.state.writer.call(work)


def issue(admin: Page) -> None:
    """A key, and a batch for the commune."""
    admin.goto(f"{ROOT}/keys")
    admin.click(f"form[action='{ROOT}/keys'] button")
    expect(admin.locator("main")).to_contain_text("Đang dùng")
    admin.goto(f"{ROOT}/new")
    admin.select_option("#course", "dt05")
    admin.select_option("#who", f"place:{HERE}")
    admin.click("text=Xem ai đủ điều kiện")
    admin.click("text=Cấp 1 giấy chứng nhận")
    admin.wait_for_url("**/batches/*")


def told(page: Page, words: str) -> None:
    expect(page.locator(".here")).to_contain_text(words)


def test_from_the_holder_to_a_stranger_and_back(dt05: School, new_phone: NewPhone, tmp_path: Path) -> None:
    page = new_phone().new_page()
    her = Learner(page, dt05.course)
    page.goto("/who/new")
    her.register("Lò Thị Mỷ")
    person = her.me()["person"]["id"]
    finish(dt05, person)
    admin = signed_in(new_phone)
    issue(admin)

    def hers() -> Any:
        with dt05.app.state.database.read() as session:
            found = queries.of_person(session.connection(), [person])
        return found and found[0].carriers and found[0]

    found = until(hers)
    page.goto("/me")
    page.click("a[href='/me/certificates']")
    page.wait_for_url("**/me/certificates")
    linted(page.content())
    assert faults(page) == []
    files = {what: downloaded(page, what, tmp_path) for what in ("png", "pdf")}
    code = read(files["png"].read_bytes())
    assert code.badge == found.carriers.badge
    address = f"/C/{to_text(found.carriers.cose)}"

    context = new_phone()
    other = context.new_page()
    other.goto(address)
    expect(other.locator("main")).to_contain_text("Lò Thị Mỷ")
    told(other, "chữ ký đúng với những gì ghi")
    linted(other.content())
    assert faults(other) == []
    context.set_offline(True)
    other.click(".again")
    told(other, "Không hỏi được máy chủ")
    told(other, "chữ ký đúng với những gì ghi")
    name = other.locator("[data-claim='2']")
    name.evaluate("one => { one.textContent = 'Lò Thị My' }")
    other.click(".again")
    told(other, "không khớp")
    name.evaluate("one => { one.textContent = 'Lò Thị Mỷ' }")
    context.set_offline(False)

    admin.goto(f"{ROOT}/issued/{found.id}")
    admin.select_option("form[action$='revocation'] select", "mistake")
    admin.click("form[action$='revocation'] button")
    until(lambda: dt05.rows(CertificateRevoked))
    other.click(".again")
    expect(other.locator(".standing[data-state=revoked]")).to_have_count(1)
    told(other, "chữ ký đúng với những gì ghi")
    other.evaluate("localStorage.setItem('standing', Date.now() + 864e5)")
    other.click(".again")
    told(other, "danh sách mới hơn")

    other.goto("/c")
    linted(other.content())
    assert faults(other) == []
    other.set_input_files("#file", files["pdf"])
    other.click("form[method=post] .btn")
    expect(other.locator(".standing[data-state=revoked]")).to_have_count(1)
    plain = new_phone(java_script_enabled=False).new_page()
    plain.goto(address)
    expect(plain.locator(".standing[data-state=revoked]")).to_have_count(1)
    expect(plain.locator(".again")).to_be_hidden()


def downloaded(page: Page, what: str, to: Path) -> Path:
    with page.expect_download() as file:
        page.click(f"a[href$='/{what}']")
    path = to / file.value.suggested_filename
    file.value.save_as(path)
    return path


@pytest.mark.parametrize("source", [SOURCE, bare(SOURCE)], ids=["as written", "as pressed"])
def test_the_browser_verifies_what_cryptography_signed_and_nothing_else(
    browser: Browser, source: str
) -> None:
    seeded, asked, expected = random.Random(8032), list[list[list[int]]](), list[bool]()
    for length in (0, 1, 47, 48, 63, 111, 112, 255, 400):
        secret = Ed25519PrivateKey.from_private_bytes(seeded.randbytes(32))
        key, message = secret.public_key().public_bytes_raw(), seeded.randbytes(length)
        genuine = [secret.sign(message), message, key]
        asked.append([list(one) for one in genuine])
        expected.append(True)
        for part in (0, 1, 2) if length else (0, 2):
            forged = [list(one) for one in genuine]
            forged[part][seeded.randrange(len(forged[part]))] ^= 1 << seeded.randrange(8)
            asked.append(forged)
            expected.append(False)
    page = browser.new_page()
    assert page.evaluate(VERIFY, [source, asked]) == expected
    page.close()
