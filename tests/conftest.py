"""What every test may ask for. A test that touches the database runs on SQLite and on PostgreSQL.

The migrated schema is made once a run and copied for each test, so that commits are real commits.
"""

import gc
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import argon2
import hypothesis
import psycopg
import pytest
from sqlalchemy import Dialect, Engine, create_engine, event, make_url

from app.accounts import hashing
from app.core import clock, db, ids
from app.core.db import Database
from app.core.migrate import upgrade
from app.core.settings import Settings
from app.core.writer import Writer

HERE = ("127.0.0.1", "::1", "localhost")
POSTGRESQL = os.environ.get("BANHOC_TEST_DATABASE_URL", "postgresql+psycopg://postgres@127.0.0.1/postgres")
pytest_plugins = ["tests.stage"]
DIALECTS = ("sqlite", "postgresql")
NOON = 1_795_000_000_000

hypothesis.settings.register_profile("every run", deadline=None, derandomize=True)
hypothesis.settings.load_profile("every run")


class Ticker:
    """A clock that stands still until it is told to move."""

    def __init__(self, at: int = NOON) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at

    def advance(self, milliseconds: int) -> None:
        self.at += milliseconds


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=("both", "sqlite", "postgresql"), default="both")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "dialect" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("only_on")
        chosen = only.args[0] if only else metafunc.config.getoption("--db")
        metafunc.parametrize("dialect", DIALECTS if chosen == "both" else (chosen,), scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Walks first: they are long and wait for the browser, and the others fill the time."""
    items.sort(key=lambda item: "walks" not in item.path.parts)


def pytest_collection_finish() -> None:
    """What was imported stays until the end: no later collection of garbage need walk it."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    return _skipping_fails((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Any:
    return _skipping_fails((yield))


def _skipping_fails(
    report: pytest.TestReport | pytest.CollectReport,
) -> pytest.TestReport | pytest.CollectReport:
    """In CI what a test needs is there, so a skipped test is a failed one."""
    if os.environ.get("CI") and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, which in CI is failed: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test speaks to another machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in HERE:
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Every test has a database of its own, and all are asked the same: a statement is compiled for the first alone.

    A dialect knows its server once it is connected; only then do other engines take it.
    """
    connected: dict[str, Dialect] = {}
    compiled: dict[Any, Any] = {}

    def engine(*given: Any, **options: Any) -> Engine:
        made = create_engine(*given, execution_options={"compiled_cache": compiled}, **options)
        own = made.dialect
        made.dialect = connected.get(own.name, own)
        event.listen(made, "connect", lambda *_: connected.setdefault(own.name, own))
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "create_engine", engine)
        yield


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(hashing, "hasher", cheap)


@pytest.fixture
def ticker(monkeypatch: pytest.MonkeyPatch) -> Ticker:
    """The clock of the test: stands at `NOON`, moves with `advance`."""
    ticker = Ticker()
    monkeypatch.setattr(clock, "source", ticker)
    return ticker


@pytest.fixture(scope="session")
def migrated(dialect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a migrated database nobody writes to."""
    if dialect == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('migrated') / 'banhoc.db'}"
        _migrate(url)
        yield url
        return
    with _postgresql_database() as url:
        _migrate(url)
        yield url


@pytest.fixture
def database_url(migrated: str, tmp_path: Path) -> Iterator[str]:
    with copied(migrated, tmp_path) as url:
        yield url


@contextmanager
def copied(url: str, to: Path) -> Iterator[str]:
    """A copy of a database nobody is connected to; gives its address."""
    if url.startswith("sqlite"):
        path = to / "banhoc.db"
        shutil.copyfile(make_url(url).database or "", path)
        yield f"sqlite:///{path}"
        return
    with _postgresql_database(make_url(url).database) as url:
        yield url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, database_url=database_url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    writer = Writer(database).start()
    yield writer
    writer.stop()


def _migrate(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


@contextmanager
def _postgresql_database(template: str | None = None) -> Iterator[str]:
    """A database of its own, dropped when the block ends; gives its address."""
    name = f"banhoc_test_{ids.new().replace('-', '')}"
    _at_server(f"CREATE DATABASE {name}" + (f" TEMPLATE {template} {_by_files()}" if template else ""))
    try:
        yield make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
    finally:
        _at_server(f"DROP DATABASE {name} WITH (FORCE)")


@cache
def _by_files() -> str:
    """Copying its files makes a small database three times as fast as copying its blocks; before 15 nothing else was done."""
    with _server() as server:
        return "STRATEGY FILE_COPY" if server.info.server_version >= 150000 else ""


def _at_server(statement: str) -> None:
    with _server() as server:
        server.execute(statement)


def _server() -> psycopg.Connection[Any]:
    plain = make_url(POSTGRESQL).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, connect_timeout=5)
