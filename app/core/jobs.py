"""Work beside the requests, in a thread that is there only while there is some."""

import threading
from collections.abc import Callable


class Worker:
    """Does `work` once it is woken; woken while it works, it looks once more before it ends. `work` raises nothing."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self.name, self.work = name, work
        self._gate = threading.Lock()
        self._asked = False
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        with self._gate:
            self._asked = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Until there is nothing left to do."""
        with self._gate:
            thread = self._thread
        if thread is not None:
            thread.join()

    def _more(self) -> bool:
        with self._gate:
            more, self._asked = self._asked, False
            if not more:
                self._thread = None
            return more

    def _run(self) -> None:
        while self._more():
            self.work()
