"""The work on batches, beside the requests: begun when there is some, and when the program starts."""

import logging

from app.certificates.issuing import Job, Office
from app.core.db import Database
from app.core.errors import Unavailable
from app.core.jobs import Worker
from app.core.writer import Writer

log = logging.getLogger(__name__)


class Bench:
    """One worker of this process."""

    def __init__(self, database: Database, writer: Writer, office: Office) -> None:
        self.job = Job(database, writer, office, self._go_on)
        self._stopping = False
        self._worker = Worker("certificates", self._work)
        self.wake, self.wait = self._worker.wake, self._worker.wait

    def stop(self) -> None:
        """Finishes the part in hand, then ends; the next start goes on from there."""
        self._stopping = True
        self.wait()

    def _go_on(self) -> None:
        if self._stopping:
            raise Unavailable("the program is stopping")

    def _work(self) -> None:
        try:
            self.job.run()
        except Unavailable:
            log.warning("work on certificates rests here and goes on with the next start")
        except Exception:
            log.exception("work on certificates failed; what is done is kept")
