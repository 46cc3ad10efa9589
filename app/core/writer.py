"""The one writer of this process: takes what waits, does it in one transaction, answers each after COMMIT.

Work comes as functions (each in its own savepoint), as bodies for the ledger (all that wait become one append), or as
the loan of a `Write` session. One queue, first come first served.
"""

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection

from app.core import ledger
from app.core.db import Database, Write, is_unavailable, savepoint, translated
from app.core.errors import BanHocError, NotProjected, Unavailable
from app.core.ledger import Outcome, Received

GROUP = 512
T = TypeVar("T")
_Append = Callable[[Connection, Sequence[Received]], list[Outcome]]
log = logging.getLogger(__name__)


class _Job:
    """Something to do, and where its answer goes: a thread's future, or one of an event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.loop = loop
        self.future: Any = Future() if loop is None else loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        if self.future.done():
            self.unwanted()
        elif self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)

    def unwanted(self) -> None:
        """Whoever asked has gone; what was committed stays committed."""


class _Call(_Job):
    def __init__(
        self, work: Callable[[Connection], Any], loop: asyncio.AbstractEventLoop | None = None
    ) -> None:
        super().__init__(loop)
        self.work = work

    def run(self, conn: Connection) -> None:
        try:
            with savepoint(conn):
                self.result = self.work(conn)
        except Exception as error:
            if not isinstance(error, BanHocError) and is_unavailable(error):
                raise
            self.error = error


class _Record(_Job):
    def __init__(self, bodies: Sequence[Received], loop: asyncio.AbstractEventLoop | None = None) -> None:
        super().__init__(loop)
        self.bodies = bodies


class _Loan(_Job):
    """A session lent out; `returned` says whether to commit."""

    def __init__(self, session: Write, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.session = self.result = session
        self.returned: SimpleQueue[_Return] = SimpleQueue()

    def unwanted(self) -> None:
        self.returned.put(_Return(commit=False))


class _Return(_Job):
    def __init__(self, commit: bool, loop: asyncio.AbstractEventLoop | None = None) -> None:
        super().__init__(loop)
        self.commit = commit


class Writer:
    def __init__(self, database: Database) -> None:
        self.database = database
        self._waiting: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._gate = threading.Lock()
        self._open = False

    def start(self) -> "Writer":
        """Takes the writing connection once, so that a file another process writes to is heard of now."""
        with translated(), self.database.writing.connect():
            self._open = True
        self._thread.start()
        return self

    def stop(self) -> None:
        """Finishes the work in hand, then ends."""
        with self._gate:
            self._open = False
            self._waiting.put(None)
        self._thread.join()

    def call(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in the next group and returns what it returned, once it is durable. From any plain thread."""
        job = _Call(work)
        self._put(job)
        result: T = job.future.result()
        return result

    async def submit(self, work: Callable[[Connection], T]) -> T:
        job = _Call(work, asyncio.get_running_loop())
        self._put(job)
        result: T = await job.future
        return result

    async def record(self, bodies: Sequence[Received]) -> list[Outcome]:
        """Appends to the ledger together with everybody else who waits; what became of each body, once durable."""
        job = _Record(bodies, asyncio.get_running_loop())
        self._put(job)
        result: list[Outcome] = await job.future
        return result

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Write]:
        """The writing session, alone: committed when the block ends well, or the block raises."""
        loop = asyncio.get_running_loop()
        loan = _Loan(Write(self.database.writing), loop)
        self._put(loan)
        session: Write = await loan.future
        try:
            with translated():
                yield session
        except BaseException:
            await self._give_back(loan, _Return(False, loop))
            raise
        await self._give_back(loan, _Return(True, loop))

    async def _give_back(self, loan: _Loan, answer: _Return) -> None:
        loan.returned.put(answer)
        await asyncio.shield(answer.future)

    def _put(self, job: _Job) -> None:
        with self._gate:
            if not self._open:
                raise Unavailable("the program is stopping: nothing was saved")
            self._waiting.put(job)

    def _run(self) -> None:
        stopping = False
        while not stopping:
            jobs = self._drain()
            stopping = None in jobs
            self._commit([job for job in jobs if isinstance(job, _Call | _Record)])
            for job in jobs:
                if isinstance(job, _Loan):
                    self._lend(job)

    def _drain(self) -> list[_Job | None]:
        jobs = [self._waiting.get()]
        with suppress(Empty):
            while len(jobs) < GROUP:
                jobs.append(self._waiting.get_nowait())
        return jobs

    def _commit(self, jobs: Sequence[_Call | _Record]) -> None:
        if not jobs:
            return
        try:
            with translated():
                self._transact(jobs)
        except Exception as error:
            log.exception("a group of %d was not committed", len(jobs))
            for job in jobs:
                job.error = job.error or error
        _settle(jobs)

    def _transact(self, jobs: Sequence[_Call | _Record]) -> None:
        """All in one; where an entry cannot be projected that is undone, and done again with each body by itself."""
        try:
            self._do(jobs, ledger.append)
        except NotProjected:
            self._do(jobs, _each_alone)

    def _do(self, jobs: Sequence[_Call | _Record], append: _Append) -> None:
        """Bodies first: what is undone for one that cannot be projected has then been done by nobody else."""
        records = [job for job in jobs if isinstance(job, _Record)]
        with self.database.writing.begin() as conn:
            outcomes = iter(append(conn, [received for job in records for received in job.bodies]))
            for record in records:
                record.result = list(islice(outcomes, len(record.bodies)))
            for job in jobs:
                if isinstance(job, _Call):
                    job.run(conn)

    def _lend(self, loan: _Loan) -> None:
        _settle([loan])
        answer = loan.returned.get()
        try:
            with translated(), loan.session as session:
                if answer.commit:
                    session.commit()
        except Exception as error:
            log.exception("a session was not committed")
            answer.error = error
        _settle([answer])


def _each_alone(conn: Connection, bodies: Sequence[Received]) -> list[Outcome]:
    return [_alone(conn, received) for received in bodies]


def _alone(conn: Connection, received: Received) -> Outcome:
    """One body by itself: where its handler fails even so, it is set aside, so that it blocks nobody's queue."""
    try:
        with savepoint(conn):
            return ledger.append(conn, [received])[0]
    except NotProjected:
        log.exception("an entry could not be projected and was set aside")
        return ledger.set_aside(conn, received, "not-projected")


def _settle(jobs: Sequence[_Job]) -> None:
    """Hands the answers out: one wake-up for each event loop, however many wait in it."""
    waiting: dict[asyncio.AbstractEventLoop | None, list[_Job]] = defaultdict(list)
    for job in jobs:
        waiting[job.loop].append(job)
    for loop, some in waiting.items():
        if loop is None:
            _settle_all(some)
        elif loop.is_closed():
            _forget_all(some)
        else:
            loop.call_soon_threadsafe(_settle_all, some)


def _settle_all(jobs: Sequence[_Job]) -> None:
    for job in jobs:
        job.settle()


def _forget_all(jobs: Sequence[_Job]) -> None:
    for job in jobs:
        job.unwanted()
