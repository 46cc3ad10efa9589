"""The issuing job is killed at random moments and goes on: nothing is lost, nothing twice, no number missing."""

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.certificates import cose, queries
from app.core import ledger
from app.core.db import Database
from app.core.settings import Settings
from app.core.signing import Keys
from app.curriculum.library import Library
from tests.cast import running
from tests.certificates.examples import YEAR, graduate, hire, make, office
from tests.conftest import Ticker
from tests.stage import made_once

ROOT = Path(__file__).parents[2]
Killed = Callable[[int, int], None]
A_KILL = 4
"""People in the batch for every time it is killed, so that there is work left to kill."""


@pytest.fixture
def killed(
    settings: Settings, drawn_pages: Path, library: Library, ticker: Ticker, monkeypatch: pytest.MonkeyPatch
) -> Killed:
    made_once(monkeypatch, library)

    def prove(times: int, seed: int) -> None:
        with running(settings, drawn_pages) as app:
            by = hire(app, "Sùng")
            office(app).keys.make(YEAR)
            people = [graduate(app, f"Mỷ {n}") for n in range(A_KILL * times)]
            batch = make(app, people, by)
        command = [sys.executable, "-m", "tests.certificates.killed", settings.database, str(settings.data)]
        run = subprocess.run(
            [*command, str(times), str(seed)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=1200,
            check=False,
        )
        assert run.returncode == 0, (seed, run.stderr[-2000:])
        counted, changed, further, last = run.stdout.split()
        database = Database(settings.database)
        with database.read() as session:
            whole(session.connection(), batch, people, Keys(settings.data / "keys"))
        database.close()
        print(
            f"killed {counted} times, {further} of them after more was written: {changed} lost or changed, 0 twice, {len(people)} numbers without a gap"
        )
        assert (counted, changed, last) == (str(times), "0", "False"), seed
        assert int(further) >= times // 4, (seed, further)
        assert int(further) >= times // 4, (seed, further)

    return prove


def whole(conn: Connection, batch: str, people: list[str], keys: Keys) -> None:
    found = queries.of_batch(conn, batch)
    assert sorted(one.person_id for one in found) == sorted(people)
    assert [one.number for one in found] == [f"MAU-{YEAR}-{n:06d}" for n in range(1, len(people) + 1)]
    assert sorted(one.snapshot.status for one in found) == list(range(len(people)))
    assert queries.unfinished(conn) == []
    for one in found:
        assert one.carriers and cose.verify(one.carriers.cose, keys).number == one.number
    ledger.verify(conn)


def test_killed_ten_times_it_loses_nothing(killed: Killed) -> None:
    killed(10, 7)


@pytest.mark.long
def test_killed_a_hundred_times_it_loses_nothing(killed: Killed) -> None:
    killed(100, random.randrange(10**6))
