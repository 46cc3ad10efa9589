"""The first start of a real installation: asked once, by whoever may; and what a demonstration leaves behind: nothing."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app import main, opening
from app.accounts import queries
from app.accounts.permissions import Grant, Role
from app.core.db import Database
from app.core.errors import Misconfigured
from app.core.settings import CHOSEN, Settings, choose, from_environment
from tests.cast import Phone, hire
from tests.page import linted, opened

TOKEN = "a-token-that-serve-printed"
GIVEN = {
    "province": "11", "name": "Lò Thị Thật", "passphrase": "bốn con trâu qua suối", "again": "bốn con trâu qua suối",
    "address": "https://hoc.example/", "languages": ["vi", "hmn"],
}  # fmt: skip
HERE = {"Origin": "http://localhost:8000"}


@pytest.fixture
def machine(app: FastAPI) -> TestClient:
    """A browser on the machine itself."""
    return TestClient(
        app, base_url="http://localhost:8000", client=("127.0.0.1", 50000), follow_redirects=False
    )


def begin(browser: TestClient, query: str = "", **given: Any) -> Any:
    return browser.post(f"/start{query}", data=GIVEN | given, headers=HERE)


def test_it_works(app: FastAPI, machine: TestClient) -> None:
    page = opened(machine, "/start")
    assert [one.attrs["value"] for one in page.all("option")] == ["11"]
    assert begin(machine).headers["location"] == "/admin?begun=1"
    assert "Máy đã sẵn sàng" in opened(machine, "/admin?begun=1").html
    [name] = app.state.writer.call(queries.administrators)
    assert name == "Lò Thị Thật"
    assert [lang.slug for lang in app.state.pages.languages] == ["vi", "hmn"]
    assert machine.get("/start").status_code == 404
    assert begin(machine, name="Người Khác").status_code == 404
    kept = from_environment({"BANHOC_DATA": str(app.state.settings.data)})
    assert (kept.public_url, kept.languages) == ("https://hoc.example", ("vi", "hmn"))


def test_what_was_chosen_holds_without_another_start(app: FastAPI, machine: TestClient, my: Phone) -> None:
    """Behind a proxy that asks under another name; and the lesson pages of a language that was switched off are gone."""

    def post(origin: str) -> int:
        told = {"Host": "10.0.0.1:8000", "Origin": origin}
        return my.client.post("/help", data={"words": "Sai"}, headers=told).status_code

    assert post("https://hoc.example") == 403
    my.get("/blt/courses/small/first")
    begin(machine)
    assert post("https://hoc.example") == 303 and post("https://other.example") == 403
    main.follow(app)
    my.get("/blt/courses/small/first", 404)
    assert "Tiếng Việt" in my.get("/hmn/courses/small/first").text
    assert 'hreflang="blt-Tavt"' not in my.get("/hmn/courses/small/first").text
    assert not app.state.press.is_behind


def test_from_elsewhere_only_with_what_serve_printed(app: FastAPI, my: Phone, machine: TestClient) -> None:
    app.state.start_token = TOKEN
    my.get("/start", 404)
    my.get("/start?token=", 404)
    my.get("/start?token=another", 404)
    assert opened(my.client, f"/start?token={TOKEN}").all("form", action=f"/start?token={TOKEN}")
    my.post("/start", GIVEN, 404)
    my.post(f"/start?token={TOKEN}", GIVEN)
    my.get(f"/start?token={TOKEN}", 404)


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-For": "10.0.0.7"}, {"Via": "1.1 proxy"}, {"Host": "hoc.example"}, {"Host": "10.0.0.1"}],
)
def test_what_a_proxy_hands_on_is_not_from_the_machine(machine: TestClient, headers: dict[str, str]) -> None:
    assert machine.get("/start", headers=headers).status_code == 404


def test_where_somebody_administers_or_it_is_a_demonstration_there_is_no_such_page(
    app: FastAPI, machine: TestClient
) -> None:
    app.state.settings = replace(app.state.settings, demo=True)
    assert machine.get("/start").status_code == 404
    app.state.settings = replace(app.state.settings, demo=False)
    assert machine.get("/start").status_code == 200
    hire(app)
    assert machine.get("/start").status_code == 404


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("province", "99"),
        ("name", "-"),
        ("passphrase", "ngắn"),
        ("again", "khác"),
        ("address", "hoc.example"),
        ("address", "https://x/?q=1"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_begins(
    app: FastAPI, machine: TestClient, field: str, given: str
) -> None:
    answer = begin(machine, **{field: given})
    assert answer.status_code == 422 and GIVEN["passphrase"] not in linted(answer.text).html
    assert app.state.writer.call(queries.administrators) == []
    assert not (app.state.settings.data / CHOSEN).exists()


def test_the_environment_goes_before_what_was_chosen_and_nonsense_is_refused(tmp_path: Path) -> None:
    choose(tmp_path, {"BANHOC_LANGUAGES": "vi hmn"})
    given = {"BANHOC_DATA": str(tmp_path), "BANHOC_LANGUAGES": "vi"}
    assert from_environment(given).languages == ("vi",)
    with pytest.raises(Misconfigured):
        choose(tmp_path, {"BANHOC_LANGUAGES": "hmn"})
    (tmp_path / CHOSEN).write_text("{")
    with pytest.raises(Misconfigured, match="take it away"):
        from_environment({"BANHOC_DATA": str(tmp_path)})


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starts without courses and pages, which take longest and are the same for everybody."""
    for name in ("_stock_all", "print_pages", "create_app"):
        monkeypatch.setattr(opening, name, lambda *_: None)


def names(settings: Settings) -> list[str]:
    database = Database(settings.database)
    with database.read() as session:
        conn = session.connection()
        found = [*conn.execute(queries.PERSON.select()).all(), *queries.administrators(conn)]
    database.close()
    return [one if isinstance(one, str) else str(one.name) for one in found]


@pytest.mark.only_on("sqlite")
def test_what_was_a_demonstration_is_put_aside_and_counts_nowhere(tmp_path: Path, bare: None) -> None:
    shown = Settings(data=tmp_path / "data", demo=True)
    opening.prepare(shown)
    opening.prepare(shown)
    assert names(shown) == ["demo"] and not opening.awaits_first_start(shown)
    told: list[str] = []
    real = replace(shown, demo=False)
    opening.prepare(real, told.append)
    assert names(real) == [] and opening.awaits_first_start(real)
    [kept] = (tmp_path / "data").glob("banhoc.db.demonstration-*[0-9]")
    assert any(str(kept) in line for line in told)
    opening.prepare(real, told.append)
    assert len(list((tmp_path / "data").glob("banhoc.db.demonstration-*[0-9]"))) == 1


@pytest.mark.only_on("sqlite")
def test_what_somebody_real_administers_stays(tmp_path: Path, bare: None) -> None:
    shown = Settings(data=tmp_path / "data", demo=True)
    opening.prepare(shown)
    opening.write(shown, lambda conn: opening.people.add_staff(conn, "Lò", "bốn con trâu qua suối"))
    opening.prepare(replace(shown, demo=False))
    assert names(shown) == ["Lò"]
    grants = opening.write(shown, lambda conn: queries.officer(conn, queries.staff_named(conn, "lo").id))  # type: ignore[union-attr]
    assert grants is not None and grants.grants == (Grant(Role.ADMINISTRATOR, "11"),)
