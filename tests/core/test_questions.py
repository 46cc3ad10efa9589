"""What is asked on the event loop itself is answered as the database has it now, or not at all."""

import asyncio

import psycopg
import pytest
from sqlalchemy import bindparam, func, literal, make_url, select

from app.core import chain, ids, ledger, questions
from app.core.db import Database, _compiled
from app.core.errors import Unavailable
from app.core.questions import OfPostgresql
from app.core.writer import Writer

WHICH = select(chain.ENTRY.c.version, chain.ENTRY.c.type, literal("Điện Biên").label("where")).where(
    chain.ENTRY.c.id == bindparam("id")
)


def test_each_is_told_her_own_and_what_was_committed_a_moment_ago(database: Database, writer: Writer) -> None:
    asked = database.question(WHICH)

    def danced(times: int) -> str:
        return writer.call(lambda conn: ledger.record(conn, f"danced/{times}", ids.new()))

    before = [danced(times) for times in range(1, 21)]

    async def asking() -> None:
        assert await asked.first(id=ids.new()) is None
        found = await asyncio.gather(*(asked.first(id=entry) for entry in before))
        assert [tuple(row or ()) for row in found] == [(n, "danced", "Điện Biên") for n in range(1, 21)]
        late = await asyncio.to_thread(danced, 99)
        assert (await asked.first(id=late) or [0])[0] == 99

    asyncio.run(asking())
    asyncio.run(asking())


@pytest.mark.only_on("postgresql")
def test_a_line_that_is_cut_or_dead_is_told_of_and_made_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the server, by the network, by waiting too long: never an answer, and never one to the next question."""
    monkeypatch.setattr(questions, "REST", 0.0)
    slow = _compiled(
        select(func.pg_sleep(bindparam("seconds")), literal("slept")), "postgresql", style="numeric_dollar"
    )
    plain = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)

    async def asking() -> None:
        asked = OfPostgresql(database.url, slow)
        assert (await asked.first(seconds=0) or ("", ""))[1] == "slept"
        assert asked._line is not None
        backend = asked._line._pg.backend_pid
        with psycopg.connect(plain, autocommit=True) as server:
            server.execute("select pg_terminate_backend(%s)", [backend])
            with pytest.raises(Unavailable):
                await asked.first(seconds=0.2)
            assert (await asked.first(seconds=0) or ("", ""))[1] == "slept"
        monkeypatch.setattr(questions, "PATIENCE", 0.2)
        with pytest.raises(Unavailable, match="in time"):
            await asked.first(seconds=30)
        monkeypatch.setattr(questions, "PATIENCE", 20.0)
        waiting = asyncio.create_task(asked.first(seconds=30))
        await asyncio.sleep(0.3)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert (await asked.first(seconds=0) or ("", ""))[1] == "slept"
        asked.close()

        monkeypatch.setattr(questions, "REST", 60.0)
        nowhere = OfPostgresql("postgresql+psycopg://postgres@127.0.0.1:1/none", slow)
        with pytest.raises(Unavailable, match="out of reach"):
            await nowhere.first(seconds=0)
        with pytest.raises(Unavailable, match="a moment ago"):
            await nowhere.first(seconds=0)

    asyncio.run(asking())
