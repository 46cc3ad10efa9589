"""`db: Read` and `db: Write` for handlers: one request, one transaction, committed before the reply is sent.

`scope="function"` is what makes a commit that fails a request that fails. Waiting for a session holds no thread. A
`Write` keeps every other writer waiting from before the handler starts until it ends: do slow work (a password hash)
first, in a handler without `Write`, and write with `writer_of(request).call`.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from anyio import CancelScope, CapacityLimiter, Semaphore, to_thread
from fastapi import Depends, FastAPI, Request

from app.core import db
from app.core.writer import Writer


def attach(app: FastAPI, database: db.Database, writer: Writer) -> None:
    """Gives an app what the two sessions are made from."""
    app.state.database, app.state.writer = database, writer
    app.state.readers = Semaphore(db.READERS)


def writer_of(request: Request) -> Writer:
    writer: Writer = request.app.state.writer
    return writer


async def _read(request: Request) -> AsyncIterator[db.Read]:
    async with request.app.state.readers:
        session = db.Read(request.app.state.database.reading)
        try:
            with db.translated():
                yield session
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(session.close, limiter=CapacityLimiter(1))


async def _write(request: Request) -> AsyncIterator[db.Write]:
    async with writer_of(request).session() as session:
        yield session


Read = Annotated[db.Read, Depends(_read, scope="function")]
Write = Annotated[db.Write, Depends(_write, scope="function")]
