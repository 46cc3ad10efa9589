"""One writing process on a SQLite file: a second writer is told who holds it."""

import fcntl
import os
import sys
from pathlib import Path

from app.core.errors import Unavailable


class ProcessLock:
    """Held until `release`, or until the process ends however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def take(self) -> None:
        """Raises `Unavailable` where another process has it. Taking it again is harmless."""
        if self._handle is not None:
            return
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 200).decode("utf-8", "replace").strip()
            os.close(handle)
            raise Unavailable(
                f"{holder or 'another process'} writes to {self.path.stem}: stop it first"
            ) from None
        os.ftruncate(handle, 0)
        os.write(handle, f"process {os.getpid()} ({' '.join(['banhoc', *sys.argv[1:2]])})".encode())
        self._handle = handle

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
