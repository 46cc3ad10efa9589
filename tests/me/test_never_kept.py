"""What must not be there: in the tables, in the forms, in the rows, in the logs."""

import logging
import re
import traceback
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import SQLModel

from app.accounts import rules
from tests.cast import STAFF, Phone, Staff, run, wrong
from tests.page import Page

ROOT = Path(__file__).parents[2]
NEVER = re.compile(
    r"cccd|cmnd|can_?cuoc|citizen|id_?card|identity|passport|vneid|bank|iban|account_?n|(^|_)otp|card_?number|cvv"
    r"|password|passphrase|pass_?code|(^|_)pin(_|$)|ethnic|religion|dan_?toc|ton_?giao|finger|selfie|latitude|gps|(^|_)ip(_|$)",
    re.I,
)
MAY = {"passphrase"}
"""The staff's own sign-in; the field is of a form, what is kept of it is a hash."""
NAME, NUMBER = "Vàng Thị Duy Nhất", "0912345678"
PICTURES = {"certificates/staff_template.html", "certificates/look.html", "authoring/media.html"}
"""An office's logo; a certificate's code, which is looked at and not kept; and what a lesson shows."""
OURS = ("app", "sqlalchemy", "uvicorn", "root", "alembic")


def forbidden(name: str) -> bool:
    return NEVER.search(name) is not None and name not in MAY


@pytest.fixture(autouse=True)
def loud(caplog: pytest.LogCaptureFixture) -> None:
    """Everything is logged, from before the database is opened."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, "sqlalchemy")


def test_no_table_has_a_column_for_it() -> None:
    named = [
        f"{table.name}.{column.name}" for table in SQLModel.metadata.sorted_tables for column in table.columns
    ]
    assert len(named) > 100
    assert [name for name in named if forbidden(name.partition(".")[2])] == []


def test_no_form_asks_for_it() -> None:
    asked = {
        (path.name, name)
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r"""(?:\bname=|\bfield\()["']([\w.-]+)["']""", path.read_text("utf-8"))
    }
    assert len(asked) > 50
    assert [one for one in asked if forbidden(one[1]) and one[1] != "pin"] == []


def test_no_form_takes_a_picture_of_anybody() -> None:
    """A voice, and a table of people: never a photograph."""
    templates = ROOT / "templates"
    for path in templates.rglob("*.html"):
        for field in re.findall(r"<input[^>]*type=.file.[^>]*>", path.read_text("utf-8")):
            taken = "image" in field
            assert taken == (str(path.relative_to(templates)) in PICTURES) and "accept=" in field, path


def test_the_lint_sees_what_it_looks_for() -> None:
    seen = [
        "cccd_image",
        "vneid_password",
        "bank_account",
        "pin",
        "pin_code",
        "ethnicity",
        "client_ip",
        "otp_code",
    ]
    assert [name for name in seen if not forbidden(name)] == []
    assert not any(map(forbidden, ["pinned", "description", "tip", "totp", "person_id", "card", "spinning"]))


def told(caplog: pytest.LogCaptureFixture) -> str:
    formatter = logging.Formatter()
    return "\n".join(formatter.format(one) for one in caplog.records if one.name.split(".")[0] in OURS)


def test_neither_logs_nor_rows_tell_a_secret(
    app: FastAPI, my: Phone, staff: Staff, stranger: Phone, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    person = my.register(NAME)
    pictures = my.keep_pin()
    my.post("/me/data/profile", {"name": NAME, "face": "bun", "lang": "vi", "phone": NUMBER})
    stranger.post(f"/who/{person}", {"pin": wrong(pictures)}, 422)
    stranger.post("/staff/sign-in", {"name": NAME, "passphrase": "sai mật khẩu rồi"}, 422)
    my.send_form(q1="b")
    pin = rules.pin_secret(pictures)
    rows = everything(app)
    assert NAME in rows and NUMBER in rows
    assert [secret for secret in (STAFF[1], pin, "sai mật khẩu rồi") if secret in rows] == []
    logged = told(caplog) + "".join(capfd.readouterr())
    assert "SELECT" in logged
    assert [secret for secret in (NAME, NUMBER, STAFF[1], pin, "$argon2id$") if secret in logged] == []


@pytest.mark.only_on("sqlite")
def test_what_breaks_does_not_tell_either(app: FastAPI, my: Phone, caplog: pytest.LogCaptureFixture) -> None:
    consent = Page(my.get("/who/new").text).all("button", name="consent")[0].attrs["value"]
    run(app, "ALTER TABLE person RENAME TO away")
    form = {"name": NAME, "face": "bun", "consent": consent}
    with pytest.raises(Exception) as broken:
        my.post("/who/new", form)
    said = told(caplog) + "".join(traceback.format_exception(broken.value))
    assert "no such table" in said and NAME not in said


def everything(app: FastAPI) -> str:
    """Every row of every table, as text."""
    with app.state.database.read() as session:
        conn = session.connection()
        tables = SQLModel.metadata.sorted_tables
        return "\n".join(str(tuple(row)) for table in tables for row in conn.execute(select(table)))
