"""DT05 as it is shipped, served by a real server on a data folder of its own, and what is in its database."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import uvicorn

from app.core.db import Database
from app.core.migrate import upgrade
from app.core.models import Entry
from app.core.settings import Settings
from app.main import CONTENT, create_app
from courses.model import Course
from tests.cast import hire, publish, rows

DT05 = CONTENT / "courses/dt05"
PATIENCE = 30


class School:
    """A server that can be stopped and started again at the same address."""

    def __init__(self, data: Path) -> None:
        self.settings = Settings(data=data, show_drafts=True)
        self.app = create_app(self.settings)
        self.port = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def course(self) -> Course:
        found: Course = self.app.state.shelf.courses["dt05"].course
        return found

    def start(self) -> "School":
        config = uvicorn.Config(self.app, port=self.port, log_level="error", timeout_graceful_shutdown=2)
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run)
        self._thread.start()
        end = monotonic() + PATIENCE
        while not self._server.started:
            assert monotonic() < end and self._thread.is_alive(), "the server did not start"
            sleep(0.02)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        return self

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()

    def rows(self, model: Any, **wanted: object) -> list[dict[str, Any]]:
        found = rows(self.app, model)
        return [row for row in found if wanted.items() <= row.items()]

    def entries(self, type: str, **wanted: object) -> list[Mapping[str, Any]]:
        """Bodies in the ledger, in the order of their ids."""
        bodies = [json.loads(row["body"]) for row in self.rows(Entry, type=type)]
        return [body for body in bodies if wanted.items() <= body.items()]


@contextmanager
def school(data: Path) -> Iterator[School]:
    found = School(data).start()
    try:
        yield found
    finally:
        found.stop()


def stocked(data: Path) -> Path:
    """A data folder with the course published and its pages printed."""
    settings = Settings(data=data)
    database = Database(settings.database)
    upgrade(database)
    database.close()
    with school(data) as made:
        publish(made.app, DT05)
        hire(made.app)
    return data


def copied(stock: Path, to: Path) -> Path:
    shutil.copytree(stock, to, dirs_exist_ok=True)
    return to
