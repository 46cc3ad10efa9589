import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, event, func, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from app.core import chain, clock, ids, ledger
from app.core.db import Database
from app.core.errors import MakesNoSense, Unavailable
from app.core.ledger import Fact, Received
from app.core.models import Node
from app.core.writer import Writer

PERSON = ids.new()


def a_body(**fields: object) -> Received:
    return Received(ledger.compose("answered/1", PERSON, **fields), clock.now())


def add(conn: Connection) -> str:
    return ledger.record(conn, "answered/1", PERSON)


def stored(database: Database) -> int:
    with database.read() as db:
        return db.connection().execute(select(func.count()).select_from(chain.ENTRY)).scalar_one()


@pytest.fixture
def failing_commit(database: Database) -> Iterator[None]:
    """The database takes everything and fails at COMMIT, as a full disk does."""

    def fail(_: Connection) -> None:
        full = sqlite3.OperationalError("database or disk is full")
        full.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("COMMIT", None, full)

    event.listen(database.writing, "commit", fail)
    yield
    event.remove(database.writing, "commit", fail)


@pytest.fixture
def hold(writer: Writer) -> Iterator[threading.Event]:
    """Keeps the writer busy until it is set, so that what is sent meanwhile becomes one group."""
    busy, go = threading.Event(), threading.Event()

    def wait(_: Connection) -> None:
        busy.set()
        assert go.wait(5)

    threading.Thread(target=writer.call, args=[wait]).start()
    assert busy.wait(5)
    yield go
    go.set()


@pytest.fixture
def commits(database: Database) -> list[Connection]:
    seen: list[Connection] = []
    event.listen(database.writing, "commit", seen.append)
    return seen


def test_it_answers_with_what_the_work_returned_once_it_is_stored(database: Database, writer: Writer) -> None:
    entry_id = writer.call(add)
    with database.read() as db:
        assert db.connection().execute(select(chain.ENTRY.c.id)).scalars().all() == [entry_id]


def test_a_commit_that_fails_is_never_answered_as_saved(
    database: Database, writer: Writer, failing_commit
) -> None:
    async def every_way() -> list[object]:
        async def by_session() -> None:
            async with writer.session() as db:
                add(db.connection())

        return await asyncio.gather(
            writer.submit(add), writer.record([a_body()]), by_session(), return_exceptions=True
        )

    answers = asyncio.run(every_way())
    with pytest.raises(Unavailable):
        writer.call(add)
    with pytest.raises(Unavailable):
        writer.call(add)
    assert [type(answer) for answer in answers] == [Unavailable] * 3
    assert stored(database) == 0


def test_work_that_fails_undoes_only_itself(database: Database, writer: Writer, hold, commits) -> None:
    def half(conn: Connection) -> None:
        add(conn)
        conn.execute(insert(chain.NODE), [{"id": "x", "log_id": "x", "place": None, "made_at": 0}] * 2)

    with ThreadPoolExecutor(9) as pool:
        good = [pool.submit(writer.call, add) for _ in range(4)]
        bad = pool.submit(writer.call, half)
        good += [pool.submit(writer.call, add) for _ in range(4)]
        hold.set()
    assert isinstance(bad.exception(), IntegrityError)
    assert len({future.result() for future in good}) == stored(database) == 8
    with database.read() as db:
        assert ledger.verify(db.connection()) == 8
        assert len(db.connection().execute(select(Node)).all()) == 1


def test_those_who_wait_share_one_commit(database: Database, writer: Writer, hold, commits) -> None:
    async def many() -> list[object]:
        asyncio.get_running_loop().call_later(0.1, hold.set)
        return await asyncio.gather(*[writer.record([a_body()] * 2) for _ in range(30)])

    answers = asyncio.run(many())
    assert {tuple(outcome.state for outcome in answer) for answer in answers} == {("recorded", "already")}
    assert stored(database) == 30
    assert len(commits) == 2  # the one that held, and everybody


def test_many_threads_and_loops_at_once_lose_nothing(database: Database, writer: Writer) -> None:
    async def mixed() -> None:
        async def by_session() -> None:
            async with writer.session() as db:
                add(db.connection())

        await asyncio.gather(*[way for _ in range(10) for way in (writer.submit(add), by_session())])

    threads = [threading.Thread(target=lambda: asyncio.run(mixed())) for _ in range(3)]
    threads += [threading.Thread(target=lambda: [writer.call(add) for _ in range(10)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert stored(database) == 90
    with database.read() as db:
        assert ledger.verify(db.connection()) == 90


def test_one_bad_body_blocks_nobody(database: Database, writer: Writer, hold, monkeypatch) -> None:
    def handle(conn: Connection, facts: list[Fact]) -> None:
        for fact in facts:
            if fact.data["n"] == "bad":
                raise KeyError("a mistake of ours")

    monkeypatch.setattr(ledger, "_handlers", {"answered/1": handle})

    async def together() -> list[object]:
        asyncio.get_running_loop().call_later(0.1, hold.set)
        return await asyncio.gather(*[writer.record([a_body(n=n)]) for n in ("good", "bad", "fine")])

    states = [(outcome.state, outcome.reason) for (outcome,) in asyncio.run(together())]
    assert states == [("recorded", ""), ("set_aside", "not-projected"), ("recorded", "")]
    assert stored(database) == 2


def test_what_goes_wrong_in_a_session_is_undone_and_raised(database: Database, writer: Writer) -> None:
    async def half() -> None:
        async with writer.session() as db:
            add(db.connection())
            raise MakesNoSense("no")

    with pytest.raises(MakesNoSense):
        asyncio.run(half())
    assert stored(database) == 0
    assert writer.call(add)


def test_who_leaves_while_waiting_for_a_session_keeps_nobody_waiting(
    database: Database, writer: Writer, hold
) -> None:
    async def impatient() -> None:
        async with writer.session() as db:
            add(db.connection())

    async def leave() -> None:
        task = asyncio.create_task(impatient())
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.sleep(0.05)
        hold.set()
        assert await writer.submit(add)

    asyncio.run(leave())
    assert stored(database) == 1


def test_stopping_finishes_the_work_in_hand_and_takes_no_more(database: Database) -> None:
    writer = Writer(database).start()
    with ThreadPoolExecutor(20) as pool:
        work = [pool.submit(writer.call, add) for _ in range(20)]
        for one in work:
            one.result()
        writer.stop()
    assert stored(database) == 20
    with pytest.raises(Unavailable):
        writer.call(add)


@pytest.mark.only_on("sqlite")
def test_sqlite_has_one_writing_connection(database: Database, monkeypatch) -> None:
    monkeypatch.setattr(database.writing.pool, "_timeout", 0.05)
    with database.write() as db, pytest.raises(Unavailable):
        db.connection()
        with database.write() as other:
            other.connection()


@pytest.mark.only_on("sqlite")
def test_a_full_disk_is_never_a_success_and_passes(database: Database, writer: Writer) -> None:
    def fill(conn: Connection) -> int:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        return conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}").scalar_one()

    writer.call(fill)
    kept = 0
    with pytest.raises(Unavailable):
        while kept < 1000:
            asyncio.run(writer.record([a_body(answer="a" * 9000)]))
            kept += 1
    assert stored(database) == kept
    writer.call(lambda conn: conn.exec_driver_sql("PRAGMA max_page_count = 1000000").scalar_one())
    assert writer.call(add)


@pytest.mark.only_on("sqlite")
def test_a_database_locked_by_another_is_never_a_success(
    database: Database, database_url: str, writer: Writer
) -> None:
    writer.call(lambda conn: conn.exec_driver_sql("PRAGMA busy_timeout = 10").scalar_one())
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        writer.call(add)
    other.close()
    assert writer.call(add)
    assert stored(database) == 1


@pytest.mark.only_on("sqlite")
def test_after_a_commit_the_database_itself_refused_the_writer_goes_on(
    database: Database, writer: Writer
) -> None:
    def orphan(conn: Connection) -> None:
        conn.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        conn.execute(insert(chain.LINE), [{"log_id": "x", "seq": 1, "entry_id": "nothing", "hash": ""}])

    with pytest.raises(IntegrityError):
        writer.call(orphan)
    assert writer.call(add)
    assert stored(database) == 1
