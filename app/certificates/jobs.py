"""The work on batches, beside the requests: begun when there is some, and when the program starts."""

import logging
import threading

from app.certificates.issuing import Job, Office
from app.core.db import Database
from app.core.errors import Unavailable
from app.core.writer import Writer

log = logging.getLogger(__name__)


class Bench:
    """One worker of this process; asked while it works, it looks once more before it ends."""

    def __init__(self, database: Database, writer: Writer, office: Office) -> None:
        self.job = Job(database, writer, office, self._go_on)
        self._gate = threading.Lock()
        self._asked = self._stopping = False
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        with self._gate:
            self._asked = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="certificates", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Until there is nothing left to do."""
        with self._gate:
            thread = self._thread
        if thread is not None:
            thread.join()

    def stop(self) -> None:
        """Finishes the part in hand, then ends; the next start goes on from there."""
        self._stopping = True
        self.wait()

    def _go_on(self) -> None:
        if self._stopping:
            raise Unavailable("the program is stopping")

    def _more(self) -> bool:
        with self._gate:
            more, self._asked = self._asked, False
            if not more:
                self._thread = None
            return more

    def _run(self) -> None:
        while self._more():
            try:
                self.job.run()
            except Unavailable:
                log.warning("work on certificates rests here and goes on with the next start")
            except Exception:
                log.exception("work on certificates failed; what is done is kept")
