"""Issues what waits in a database, killed again and again: `python -m tests.certificates.killed URL DATA TIMES SEED`.

Each time a child goes on with the work and is killed before or after a statement, or a COMMIT, chosen by the seed among
those of its share of the work that is left. Prints how often it was killed, how often a number was lost or changed hands in
between, after how many kills there were more numbers than before, and whether the last child, left alone, was killed.
"""

import os
import random
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select

from app import main
from app.certificates import queries
from app.certificates.issuing import Job, Office
from app.certificates.models import CertificateHolder
from app.certificates.queries import CERTIFICATE
from app.core import clock
from app.core.blobs import Blobs
from app.core.db import Database, table_of
from app.core.signing import Keys
from app.core.writer import Writer
from app.curriculum.shelf import Shelf
from app.programmes import programme_rules

SOME = 3
MOMENTS, TO_SIGN = 30, 2
"""How many moments there are at least for each person until she has a number, and from then to her signature."""
HOLDER = table_of(CertificateHolder)


def main_(url: str, data: str, times: int, seed: int) -> None:
    clock.source = lambda: 1_795_000_000_000
    office, chance = opened(url, Path(data)), random.Random(seed)
    killed, changed, further, before = 0, 0, 0, given(url)
    for left in range(times, 0, -1):
        killed += child(url, office, chance.randrange(1, max(2, work_left(url) // left)))
        after = given(url)
        changed += sum(after.get(number) != person for number, person in before.items())
        further += len(after) > len(before)
        before = after
    print(killed, changed, further, child(url, office, 0))


def work_left(url: str) -> int:
    """At least so many moments."""
    database = Database(url)
    with database.read() as session:
        conn = session.connection()
        listed, numbered, signed = (
            conn.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (queries.LISTED, CERTIFICATE, queries.CARRIER)
        )
    database.close()
    return int(MOMENTS * (listed - numbered) + TO_SIGN * (numbered - signed))


def opened(url: str, data: Path) -> Office:
    """What issuing needs; no connection is left open, for children must not share one."""
    shelf, content = Shelf(Blobs(data / "blobs")), main.CONTENT
    main.register(shelf)
    database = Database(url)
    with database.read() as session:
        shelf.load(session.connection())
    database.close()
    shipped = main.certificates_rules.read((content / "certificates.toml").read_bytes())
    programmes = programme_rules.read((content / "programmes.toml").read_bytes())
    return Office(Keys(data / "keys"), shelf, shipped, programmes, ())


def given(url: str) -> dict[str, str]:
    """By number, whose it is."""
    database = Database(url)
    with database.read() as session:
        query = select(CERTIFICATE.c.number, HOLDER.c.person_id).join(HOLDER, HOLDER.c.id == CERTIFICATE.c.id)
        found = {number: person for number, person in session.connection().execute(query)}
    database.close()
    return found


def child(url: str, office: Office, moments: int) -> bool:
    """Whether it was killed; after so many moments, or never for 0."""
    pid = os.fork()
    if not pid:
        work(url, office, moments)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the work failed by itself"
    return os.WIFSIGNALED(status)


def work(url: str, office: Office, moments: int) -> None:
    database = Database(url)
    writer = Writer(database).start()
    if moments:
        kill_after(database, moments)
    Job(database, writer, office, some=SOME).run()
    writer.stop()
    database.close()


def kill_after(database: Database, moments: int) -> None:
    left = moments

    def count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(database.writing, name, count)
    event.listen(database.reading, "before_cursor_execute", count)


if __name__ == "__main__":
    main_(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
