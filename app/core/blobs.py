"""Files named by their SHA-256 under one folder: immutable, written whole or not at all."""

import os
import tempfile
from hashlib import sha256
from pathlib import Path

from app.core.errors import Broken, NotFound, Unavailable


class Blobs:
    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, content: bytes) -> str:
        """Keeps the bytes durably and returns their name: 64 hexadecimal digits."""
        name = sha256(content).hexdigest()
        path = self.path(name)
        if not path.exists():
            try:
                write(path, content)
            except OSError as error:
                raise Unavailable(f"the file could not be saved in {self.root}: {error.strerror}") from error
        return name

    def get(self, name: str) -> bytes:
        """Raises `NotFound`, or `Broken` where the bytes are no longer those of the name."""
        try:
            content = self.path(name).read_bytes()
        except FileNotFoundError:
            raise NotFound(f"there is no file {name} in {self.root}") from None
        if sha256(content).hexdigest() != name:
            raise Broken(f"the file {name} in {self.root} has been damaged: bring it back from a backup")
        return content

    def drop(self, name: str) -> None:
        """Deletes the file, if it is there; for what nobody may keep any more."""
        self.path(name).unlink(missing_ok=True)

    def path(self, name: str) -> Path:
        if len(name) != 64 or not set(name) <= set("0123456789abcdef"):
            raise NotFound("a file is named by 64 hexadecimal digits")
        return self.root / name[:2] / name


def write(path: Path, content: bytes) -> None:
    """The file whole and durable or not at all, whoever else writes it now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
