"""A question asked too often for the handling of each asking: past SQLAlchemy, on the event loop, on a connection of its own.

`await question.first(**parameters)` is the first row, or None, as the database has it at that moment, whoever wrote it.
Raises `Unavailable` where that cannot be told at once: then ask at leisure.
"""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from sqlalchemy import make_url

from app.core.errors import Unavailable

if TYPE_CHECKING:
    from psycopg import Connection

PATIENCE = 2.0
"""Seconds the server may take; then its line is held for dead."""
REST = 5.0
"""Seconds after that in which nobody waits for a new one."""
NAME = b"question"


class Plain(NamedTuple):
    """A statement as the driver takes it: its text, the names of its parameters in their order, those whose value is fixed."""

    sql: str
    names: Sequence[str]
    fixed: Mapping[str, Any]

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        return [given[name] if name in given else self.fixed[name] for name in self.names]


class Question(Protocol):
    async def first(self, **parameters: Any) -> Sequence[Any] | None: ...

    def close(self) -> None: ...


class OfSqlite:
    """Some microseconds, on a connection that waits for nobody."""

    def __init__(self, reading: sqlite3.Connection, statement: Plain) -> None:
        self._reading, self._plain = reading, statement

    async def first(self, **parameters: Any) -> Sequence[Any] | None:
        given = self._plain.values(parameters)
        try:
            found: tuple[Any, ...] | None = self._reading.execute(self._plain.sql, given).fetchone()
        except sqlite3.OperationalError as error:
            raise Unavailable("the database cannot be read at once") from error
        return found

    def close(self) -> None:
        self._reading.close()


class OfPostgresql:
    """One after the other over one line, each of them a transaction: prepared once, sent and read without a thread."""

    def __init__(self, url: str, statement: Plain) -> None:
        self._url, self._plain, self._turn = url, statement, asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._line: _Line | None = None
        self._rests_until = 0.0

    async def first(self, **parameters: Any) -> Sequence[Any] | None:
        given = [str(value).encode() for value in self._plain.values(parameters)]
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self.close()
            self._loop, self._turn, self._rests_until = loop, asyncio.Lock(), 0.0
        async with self._turn:
            if loop.time() < self._rests_until:
                raise Unavailable("the line to the database broke a moment ago")
            try:
                if self._line is None:
                    self._line = _Line(loop, await asyncio.to_thread(_connected, self._url, self._plain.sql))
                return await self._line.ask(given)
            except BaseException as error:
                self.close()
                self._rests_until = loop.time() + REST if isinstance(error, Unavailable) else 0.0
                raise

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def _connected(url: str, sql: str) -> "Connection":
    from psycopg import OperationalError, connect

    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        line = connect(plain, autocommit=True, connect_timeout=int(PATIENCE))
        line.execute("SET default_transaction_read_only = on")
    except OperationalError as error:
        raise Unavailable("the database is out of reach") from error
    line.pgconn.prepare(NAME, sql.encode())
    line.pgconn.nonblocking = 1
    return line


class _Line:
    """A connection, and the event loop that hears of what comes over it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, line: "Connection") -> None:
        from psycopg.adapt import Transformer

        self.loop, self._line, self._pg = loop, line, line.pgconn
        self._rows = Transformer(line)
        self._result: Any = None
        self._heard: asyncio.Future[None] | None = None
        loop.add_reader(self._pg.socket, self._read)

    async def ask(self, given: list[bytes]) -> Sequence[Any] | None:
        from psycopg import OperationalError

        self._heard = heard = self.loop.create_future()
        late = self.loop.call_later(PATIENCE, self._is_late)
        try:
            self._pg.send_query_prepared(NAME, given)
            self._pg.flush()
            await heard
            self._rows.set_pgresult(self._result)
            return self._rows.load_row(0, tuple) if self._result.ntuples else None
        except OperationalError as error:
            raise Unavailable("the line to the database broke") from error
        finally:
            late.cancel()

    def _read(self) -> None:
        from psycopg import OperationalError

        try:
            self._pg.consume_input()
            while not self._pg.is_busy():
                result = self._pg.get_result()
                if result is None:
                    return self._settle(None)
                if result.error_message:
                    raise OperationalError(result.error_message.decode("utf-8", "replace"))
                self._result = result
        except OperationalError as error:
            self._settle(error)

    def _is_late(self) -> None:
        self._settle(Unavailable("the database did not answer in time"))

    def _settle(self, error: Exception | None) -> None:
        heard, self._heard = self._heard, None
        if heard is None:
            self.loop.remove_reader(self._pg.socket)
        elif heard.done():
            return
        elif error:
            heard.set_exception(error)
        else:
            heard.set_result(None)

    def close(self) -> None:
        with suppress(RuntimeError):
            self.loop.remove_reader(self._pg.socket)
        self._line.close()
