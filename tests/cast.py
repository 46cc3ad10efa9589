"""The people of the tests, and the small course they take.

Mỷ learns on her own phone. Giàng, of her family, shares it. The stranger has another phone.
"""

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Connection, select, text

from app.accounts import cookies, people
from app.core import clock, ids
from app.core.db import table_of
from app.core.settings import Settings
from app.curriculum import actions as curriculum
from app.main import CONTENT, create_app, restock
from app.places import actions as places

COURSE = Path(__file__).parent / "small-course"
STAFF = ("Lò Văn Thử", "bốn con trâu qua suối")
LESSON = "/vi/courses/small/first"
RIGHT = {"q1": "b", "q2": ["a", "c"], "q3": "true"}


@contextmanager
def running(settings: Settings, pages: Path) -> Iterator[FastAPI]:
    """The whole application on a database that may already be stocked; printed pages are shared between tests."""
    (settings.data / "pages").symlink_to(pages)
    app = create_app(settings)
    with TestClient(app) as started:
        app.state.portal = started.portal
        if not app.state.shelf.courses:
            publish(app, COURSE)
        yield app


def publish(app: FastAPI, folder: Path) -> None:
    state = app.state

    def work(conn: Connection) -> None:
        places.bring_in(conn, CONTENT / "places.csv")
        course = curriculum.bring_in(conn, state.shelf.blobs, state.library, folder, ids.new())
        curriculum.publish(conn, course, ids.new())

    state.writer.call(work)
    restock(app)


def changed_course(to: Path, file: str, old: str, new: str) -> Path:
    """A copy of the small course with one change."""
    shutil.copytree(COURSE, to)
    path = to / file
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new), "utf-8")
    return to


class Phone:
    """A browser: cookies, and the script's outbox. All speak to the one event loop of the application that runs."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.client = TestClient(app, base_url="http://ban.test", follow_redirects=False)
        self.client.portal = app.state.portal

    @property
    def structure(self) -> str:
        return str(self.app.state.shelf.courses["small"].structure)

    def get(self, path: str, status: int = 200) -> Response:
        response = self.client.get(path)
        assert response.status_code == status, (path, response.status_code, response.text[:400])
        return response

    def post(self, path: str, data: dict[str, Any] | None = None, status: int = 303) -> Response:
        response = self.client.post(path, data=data or {}, headers={"Origin": "http://ban.test"})
        assert response.status_code == status, (path, response.status_code, response.text[:1500])
        return response

    def me(self, course: str = "small") -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/me.json?course={course}").json()
        return found

    def rest(self) -> None:
        """Ten minutes in nobody's hands: the browser forgets a cookie."""
        self.client.cookies.delete(cookies.AWAKE)

    def register(self, name: str, face: str = "bun", guest: str = "") -> str:
        """A new profile; returns the person's id."""
        said = re.search(r'name="consent" value="([^"]+)"', self.get("/who/new").text)
        assert said
        self.post("/who/new", {"name": name, "face": face, "consent": said[1], "guest": guest})
        return str(self.me()["person"]["id"])

    def keep_pin(self) -> list[str]:
        pictures = re.findall(r'name="pin" value="([^"]+)"', self.get("/who/pin").text)
        self.post("/who/pin", {"pin": pictures})
        return pictures

    def enter(self, person: str, pictures: list[str], status: int = 303) -> Response:
        """Three posts of the plain form, as three taps make them."""
        self.post(f"/who/{person}", {"press": pictures[0]}, 200)
        self.post(f"/who/{person}", {"pin": pictures[:1], "press": pictures[1]}, 200)
        return self.post(f"/who/{person}", {"pin": pictures[:2], "press": pictures[2]}, status)

    def send_form(self, status: int = 200, **answers: Any) -> Response:
        return self.post(f"{LESSON}/answers", {"structure": self.structure, **answers}, status)

    def answered(self, person: str, question: str = "q1", answer: Any = "b", **other: Any) -> str:
        """The body of an entry as the script writes it."""
        entry = {
            "id": ids.new(), "type": "answered/1", "person": person, "claimed_at": clock.now(),
            "salt": secrets.token_hex(8), "course": "small", "structure": self.structure, "lesson": "first",
            "question": question, "lang": "vi", "answer": answer,
        }  # fmt: skip
        return json.dumps(entry | other, ensure_ascii=False)

    def outbox(self, *bodies: str, status: int = 200) -> dict[str, Any]:
        response = self.client.post("/outbox", json={"entries": bodies})
        assert response.status_code == status, response.text
        said: dict[str, Any] = response.json()
        return said


class Staff(Phone):
    def sign_in(self, status: int = 303) -> "Staff":
        self.post("/staff/sign-in", {"name": STAFF[0], "passphrase": STAFF[1]}, status)
        return self


def hire(app: FastAPI) -> None:
    app.state.writer.call(lambda conn: people.add_staff(conn, *STAFF))


def id_of(body: str) -> str:
    return str(json.loads(body)["id"])


def rows(app: FastAPI, model: Any) -> list[dict[str, Any]]:
    """Everything in a table, in the order of its key."""
    table = table_of(model)
    with app.state.database.read() as session:
        query = select(table).order_by(*table.primary_key.columns)
        return [dict(row) for row in session.connection().execute(query).mappings()]


def run(app: FastAPI, statement: str) -> None:
    app.state.writer.call(lambda conn: conn.execute(text(statement)))


def wrong(pictures: list[str]) -> list[str]:
    """Three pictures that are not these."""
    return [*pictures[1:], pictures[0]]


CORES = len(os.sched_getaffinity(0))
