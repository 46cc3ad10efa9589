"""The limits we are held against: what the same stack does with nothing of ours in it."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class SameBytes:
    """A bare ASGI application that answers everything with one response."""

    def __init__(self, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self.start = {"type": "http.response.start", "status": 200, "headers": headers}
        self.body = {"type": "http.response.body", "body": body}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await send(self.start)
            await send(self.body)


def same_bytes() -> SameBytes:
    """What it answers lies in the file BARE_BODY: header lines, an empty line, the body."""
    head, _, body = Path(os.environ["BARE_BODY"]).read_bytes().partition(b"\r\n\r\n")
    pairs = [line.split(b": ", 1) for line in head.split(b"\r\n") if line]
    return SameBytes([(name, value) for name, value in pairs], body)


def one_row() -> FastAPI:
    """A handler that writes one row a request, committed in groups (WAL, FULL), answered after COMMIT."""
    waiting: asyncio.Queue[tuple[str, asyncio.Future[None]]] = asyncio.Queue()
    database = sqlite3.connect(
        Path(os.environ["BARE_DATA"]) / "bare.db", isolation_level=None, check_same_thread=False
    )
    database.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE answer (id INTEGER PRIMARY KEY, body TEXT)"
    )

    def commit(group: list[str]) -> None:
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT INTO answer (body) VALUES (?)", [(body,) for body in group])
        database.execute("COMMIT")

    async def write() -> None:
        while True:
            group = [await waiting.get()]
            while not waiting.empty():
                group.append(waiting.get_nowait())
            await asyncio.to_thread(commit, [body for body, _ in group])
            for _, done in group:
                done.set_result(None)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(write())
        yield
        task.cancel()

    app = FastAPI(lifespan=life)

    @app.post("/answers")
    async def answer(request: Request) -> Response:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await waiting.put(((await request.body()).decode(), done))
        await done
        return Response(status_code=204)

    @app.get("/healthz")
    async def healthz() -> Response:
        return Response(status_code=204)

    return app


if __name__ == "__main__":
    application = {"same_bytes": same_bytes, "one_row": one_row}[sys.argv[1]]()
    port = int(os.environ["BARE_PORT"])
    uvicorn.run(application, host="127.0.0.1", port=port, log_level="warning", access_log=False)
