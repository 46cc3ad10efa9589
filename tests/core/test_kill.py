"""kill -9 while learners send: whatever was acknowledged is there afterwards, once, and the chain holds."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from app.core import chain, ledger
from app.core.db import Database

SENDER = """
import asyncio, sys
from app.core import clock, ids, ledger
from app.core.db import Database
from app.core.writer import Writer

async def learner(writer):
    while True:
        body = ledger.compose("danced/1", ids.new())
        (outcome,) = await writer.record([ledger.Received(body, clock.now())])
        print(outcome.id, flush=True)

async def main():
    writer = Writer(Database(sys.argv[1])).start()
    print("ready", flush=True)
    await asyncio.gather(*[learner(writer) for _ in range(8)])

asyncio.run(main())
"""


def acknowledged_until_killed(database_url: str, after: float) -> list[str]:
    sender = subprocess.Popen([sys.executable, "-c", SENDER, database_url], stdout=subprocess.PIPE, text=True)
    assert sender.stdout is not None and sender.stdout.readline() == "ready\n"
    time.sleep(after)
    sender.send_signal(signal.SIGKILL)
    told = sender.stdout.read()
    sender.stdout.close()
    assert sender.wait() == -signal.SIGKILL
    return [line.strip() for line in told.splitlines(keepends=True) if line.endswith("\n")]


def survive(database_url: str, kills: int, seed: int) -> int:
    chance = random.Random(seed)
    told: list[str] = []
    for _ in range(kills):
        told += acknowledged_until_killed(database_url, chance.uniform(0.02, 0.3))
        database = Database(database_url)
        assert database.check() == []
        with database.read() as db:
            kept = set(db.connection().execute(select(chain.ENTRY.c.id)).scalars())
            assert ledger.verify(db.connection()) == len(kept)
        database.close()
        assert set(told) <= kept
    assert len(set(told)) == len(told)
    return len(told)


def test_what_was_acknowledged_survives_kill_9(database_url: str, tmp_path: Path) -> None:
    assert survive(database_url, kills=2, seed=1) > 0


@pytest.mark.long
def test_what_was_acknowledged_survives_many_kills(database_url: str, dialect: str) -> None:
    told = survive(database_url, kills=100, seed=2)
    print(f"\nkill -9 on {dialect}: 100 kills, {told} acknowledged, 0 lost")
