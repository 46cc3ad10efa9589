from fastapi import FastAPI

from app.accounts.consent import CONTENT
from app.admin import demo
from tests.cast import Phone

FILE = CONTENT / "demo.toml"


def prepare(app: FastAPI, wanted: bool) -> None:
    app.state.writer.call(lambda conn: demo.prepare(conn, FILE, wanted))


def test_it_works_and_is_gone_when_it_is_no_longer_wanted(app: FastAPI, my: Phone) -> None:
    for _ in range(2):
        prepare(app, wanted=True)
    [one] = demo.sign_ins(FILE)
    my.post("/staff/sign-in", one._asdict())
    my.get("/admin")
    prepare(app, wanted=False)
    my.get("/admin", 303)
    my.post("/staff/sign-in", one._asdict(), 422)
    prepare(app, wanted=True)
    my.post("/staff/sign-in", one._asdict())
