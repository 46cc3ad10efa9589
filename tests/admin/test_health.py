"""Whether a node is well, and what it says where its database is gone."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.accounts.models import Throttle
from app.core.db import Database
from app.core.settings import Settings
from tests.cast import LESSON, Phone, rows
from tests.page import opened

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"


@pytest.fixture
def cut_off(app: FastAPI) -> Iterator[Database]:
    """The application with its database out of reach."""
    kept, app.state.database = app.state.database, Database(NOWHERE)
    yield app.state.database
    app.state.database.close()
    app.state.database = kept


def test_it_works(my: Phone) -> None:
    told = my.get("/healthz").json()
    assert (told["status"], told["role"], set(told)) == ("ok", "hub", {"status", "role", "version"})


def test_asking_leaves_nothing_behind(app: FastAPI, my: Phone) -> None:
    my.get("/healthz")
    assert rows(app, Throttle) == []


@pytest.fixture
def full(app: FastAPI, settings: Settings) -> Iterator[None]:
    """No file of this process grows any more, as on a full disk."""
    with closing(sqlite3.connect(settings.data / "banhoc.db")) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.only_on("sqlite")
def test_a_node_that_cannot_write_says_so_and_lessons_are_still_read(full: None, my: Phone) -> None:
    told = my.get("/healthz", 503).json()
    assert "nothing was saved" in told["reason"]
    my.get(LESSON)


@pytest.mark.only_on("postgresql")
def test_a_database_that_only_reads_is_not_well(app: FastAPI, my: Phone) -> None:
    app.state.writer.call(lambda conn: conn.execute(text("SET default_transaction_read_only = on")))
    assert my.get("/healthz", 503).json()["status"] == "unavailable"


def test_a_node_without_its_database_says_why(cut_off: Database, my: Phone) -> None:
    told = my.get("/healthz", 503).json()
    assert told["status"] != "ok" and "database" in told["reason"]


@pytest.mark.parametrize("path", ["/vi", "/hmn/courses/small", "/me", "/help"])
def test_pages_say_to_come_back_and_lessons_are_still_read(cut_off: Database, my: Phone, path: str) -> None:
    page = opened(my.client, path, 503)
    assert my.app.state.pages.words.plain("vi", "error.503") in page.html
    assert my.client.get(path).headers["retry-after"] == "60"
    my.get(LESSON)
