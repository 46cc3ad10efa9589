"""A route with a `Write` session answers after COMMIT, and a commit that fails is a request that fails."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event, func, select

from app.core import chain, ids, ledger
from app.core.db import Database
from app.core.errors import Unavailable
from app.core.writer import Writer
from app.web.sessions import Read, Write, attach
from tests.core.test_writer import failing_commit

__all__ = ["failing_commit"]


@pytest.fixture
def client(database: Database, writer: Writer) -> Iterator[TestClient]:
    app = FastAPI()
    attach(app, database, writer)

    @app.exception_handler(Unavailable)
    async def unavailable(*_: object):
        from fastapi.responses import PlainTextResponse

        return PlainTextResponse("not saved", 503)

    @app.post("/")
    def write(db: Write) -> str:
        return ledger.record(db.connection(), "danced/1", ids.new())

    @app.post("/wrong")
    def wrong(db: Write) -> None:
        ledger.record(db.connection(), "danced/1", ids.new())
        raise ZeroDivisionError

    @app.get("/")
    def read(db: Read) -> int:
        return db.connection().execute(select(func.count()).select_from(chain.ENTRY)).scalar_one()

    @app.post("/sly")
    def sly(db: Read) -> str:
        return ledger.record(db.connection(), "danced/1", ids.new())

    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_what_was_answered_can_be_read(client: TestClient) -> None:
    assert client.post("/").status_code == 200
    assert client.get("/").json() == 1


def test_a_commit_that_fails_is_a_request_that_fails(client: TestClient, failing_commit) -> None:
    assert client.post("/").status_code == 503
    assert client.get("/").json() == 0


def test_the_commit_comes_before_the_reply(client: TestClient, database: Database) -> None:
    order: list[str] = []
    event.listen(database.writing, "commit", lambda _: order.append("commit"))

    async def watched(scope, receive, send):
        async def sending(message):
            order.append(message["type"])
            await send(message)

        await app(scope, receive, sending)

    app, client.app = client.app, watched
    TestClient(watched).post("/")
    assert order[:2] == ["commit", "http.response.start"]


def test_a_handler_that_fails_leaves_nothing(client: TestClient) -> None:
    assert client.post("/wrong").status_code == 500
    assert client.get("/").json() == 0


def test_a_reading_handler_cannot_write(client: TestClient) -> None:
    assert client.post("/sly").status_code >= 500
    assert client.get("/").json() == 0


def test_forty_at_once_all_get_their_turn(client: TestClient) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(60) as pool:
        codes = list(pool.map(lambda _: client.post("/").status_code, range(60)))
    assert codes == [200] * 60
    assert client.get("/").json() == 60
