"""No edit is lost: random schedules of typing, closing, losing the line and two authors; at length with a server killed."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.accounts import people
from app.authoring import draft_actions as actions
from app.authoring import draft_queries as queries
from app.core import ids
from app.core.db import Database
from tests.authoring import schedules
from tests.authoring.schedules import LESSON, Browser, Line, Lost
from tests.cast import STAFF, Staff, rows
from tests.page import Page

SECOND = ("Giàng Thị Thử", STAFF[1])
SHORT, LONG = 10, 200
KILLED_EVERY = 20
"""Schedules between two kills of the real server."""


def shown(html: str) -> str:
    """What a tab knows of the lesson it has open: heads and fields, as JSON."""
    page = Page(html)
    [told] = [one.text for one in page.all("script", id="draft")]
    data = json.loads(told)
    fields: dict[str, list[list[str]]] = {part: [] for part in data["heads"]}
    for one in page.elements:
        if one.tag not in ("input", "textarea") or not (name := one.attrs.get("name")):
            continue
        parts = [each.attrs["data-part"] for each in (*one.within, one) if "data-part" in each.attrs]
        value = one.text.removeprefix("\n") if one.tag == "textarea" else one.attrs.get("value", "")
        if parts and parts[-1] in fields:
            fields[parts[-1]].append([name, value])
    return json.dumps(data | {"fields": fields})


class Faulty:
    """A line that loses what is sent, or the answer to it, as the seed says."""

    def __init__(self, line: Line, chance: Random) -> None:
        self.line, self.chance = line, chance

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        fate = self.chance.random()
        if fate < 0.25:
            raise Lost
        answer = self.line.post(path, body)
        if fate < 0.5:
            raise Lost
        return answer

    def get(self, path: str) -> str:
        if self.chance.random() < 0.2:
            raise Lost
        return self.line.get(path)


class Inside:
    """Straight into the application."""

    def __init__(self, app: FastAPI, name: str) -> None:
        self.staff = Staff(app)
        self.staff.post("/staff/sign-in", {"name": name, "passphrase": STAFF[1]})

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        response = self.staff.client.post(path, json=body, headers={"Origin": "http://ban.test"})
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    def get(self, path: str) -> str:
        return shown(self.staff.get(path).text)


@pytest.mark.only_on("sqlite")
def test_no_edit_is_lost_in_some_random_schedules(app: FastAPI, staff: Staff) -> None:
    app.state.writer.call(lambda conn: people.add_staff(conn, *SECOND))
    inside = [Inside(app, name) for name in (STAFF[0], SECOND[0])]
    for seed in range(SHORT):
        browsers = [Browser(Faulty(line, Random(seed + at))) for at, line in enumerate(inside)]
        schedules.run(seed, browsers)
        assert app.state.writer.call(lambda conn, all_=browsers: schedules.lost(conn, all_)) == [], seed
        schedules.tidy(browsers[0])
    outcomes = {row["outcome"] for row in rows(app, queries.DraftEdit)}
    assert outcomes >= {"head", "merged", "conflict"}, "the schedules try everything"


@pytest.mark.only_on("sqlite")
def test_the_judge_sees_what_is_lost(app: FastAPI, staff: Staff) -> None:
    browser = Browser(Inside(app, STAFF[0]))
    tab = schedules.Tab(browser)
    tab.write("story", "Lời một")
    work = app.state.writer.call
    assert work(lambda conn: schedules.lost(conn, [browser]))[0].startswith("never arrived")
    tab.send()
    assert work(lambda conn: schedules.lost(conn, [browser])) == []
    part = f"{LESSON}/words/vi/story"
    over = actions.Edit(ids.new(), part, {"text": "Lời khác", "state": "approved"}, "")
    work(lambda conn: actions._become(conn, "small", over, ids.new()))
    assert work(lambda conn: schedules.lost(conn, [browser]))[0].startswith("written over unseen")


class Server:
    """The real server in a process of its own, killed without warning and started again."""

    def __init__(self, data: Path, url: str) -> None:
        self.data, self.url, self.port, self.kills = data, url, 0, -1
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.authoring.served", str(self.data), self.url, str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        self.kills += 1

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


class Outside:
    """Over HTTP; the server may be killed while it answers."""

    def __init__(self, server: Server, name: str, chance: Random) -> None:
        self.server, self.chance, self.due = server, chance, False
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=20)
        self.client.post("/staff/sign-in", data={"name": name, "passphrase": STAFF[1]})

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        killing = self._killing() if self.due else None
        try:
            response = self.client.post(path, json=body)
        except httpx.HTTPError:
            raise Lost from None
        finally:
            if killing:
                killing.join()
                self.server.start()
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    def _killing(self) -> Any:
        from threading import Thread

        self.due, wait = False, self.chance.uniform(0, 0.08)

        def kill() -> None:
            time.sleep(wait)
            self.server.kill()

        thread = Thread(target=kill)
        thread.start()
        return thread

    def get(self, path: str) -> str:
        try:
            return shown(self.client.get(path).text)
        except httpx.HTTPError:
            raise Lost from None


@pytest.fixture
def server(settings: Any, app: FastAPI, staff: Staff) -> Iterator[Server]:
    """On a database of its own, with two authors."""
    app.state.writer.call(lambda conn: people.add_staff(conn, *SECOND))
    app.state.writer.stop()
    app.state.database.close()
    server = Server(settings.data, settings.database)
    yield server
    server.kill()


@pytest.mark.long
def test_no_edit_is_lost_in_two_hundred_schedules_while_the_server_is_killed(server: Server) -> None:
    outside = [Outside(server, name, Random(at)) for at, name in enumerate((STAFF[0], SECOND[0]))]
    typed, lost = 0, list[str]()
    for seed in range(LONG):
        outside[seed % 2].due = seed % KILLED_EVERY == 0
        browsers = [Browser(Faulty(line, Random(seed + at))) for at, line in enumerate(outside)]
        schedules.run(seed, browsers)
        typed += sum(len(browser.typed) for browser in browsers)
        database = Database(server.url)
        with database.read() as session:
            lost += schedules.lost(session.connection(), browsers)
        database.close()
        schedules.tidy(browsers[0])
        print(seed, end=" ", flush=True)
    for one in outside:
        one.client.close()
    print(f"\n{LONG} schedules, {typed} edits, server killed {server.kills} times, lost {len(lost)}")
    assert lost == [] and server.kills >= LONG // KILLED_EVERY - 1
