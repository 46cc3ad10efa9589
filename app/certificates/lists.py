"""Status lists on their way: the hub signs the newest for whoever asks, a village keeps the newest it was brought."""

import json
import os
from collections.abc import Collection
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from app.certificates import status
from app.certificates.forged import Forged
from app.certificates.status import Received
from app.core import clock
from app.core.errors import Unavailable
from app.core.signing import Key, Keys, NoKey

AFRESH = clock.HOUR
"""A list is signed anew when it is asked for after so many milliseconds, changed or not: its age is what it is worth."""


class Signed(NamedTuple):
    said: tuple[frozenset[int], str, str]
    """The places, the key and the address it was signed with."""
    at: int
    body: bytes


class Published:
    """The list of each number as it was last signed here."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self._signed: dict[int, Signed] = {}
        self._signing = Lock()

    def body(self, number: int, revoked: Collection[int], base: str) -> bytes:
        """The JSON of the list `number` with `revoked` places of all lists. Raises `NoKey`."""
        now = clock.now()
        with self._signing:
            kept, key = self._signed.get(number), newest(self.keys)
            said = frozenset(revoked), key.id, base
            if kept is None or kept.said != said or not 0 <= now - kept.at < AFRESH:
                made = status.credential(said[0], key, base, now, number)
                kept = self._signed[number] = Signed(said, now, json.dumps(made, ensure_ascii=False).encode())
        return kept.body


def newest(keys: Keys) -> Key:
    """The key that signs now, or until there is one for this year, the one before it. Raises `NoKey`."""
    active = [one for one in keys.all() if one.state == "active"]
    if not active:
        raise NoKey(
            "There is no key to sign the list of revoked certificates with: make one under Certificates, Keys."
        )
    return keys.key(active[-1].id)


class Kept:
    """The lists a village was brought, each a file in `folder` that is written whole or not at all."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self.folder, self.keys = folder, keys
        self._read: dict[int, tuple[Any, Received | None]] = {}
        self._taking = Lock()

    def take(self, doc: dict[str, Any], bases: Collection[str]) -> Received:
        """Keeps the newest there is; durable when this returns. Raises `Forged`, `older` where a newer one is kept."""
        with self._taking:
            brought = status.verify(doc, self.keys, *bases)
            if held := self.get(brought.number, bases):
                status.verify(doc, self.keys, *bases, newest=held.made)
            _write(self._path(brought.number), json.dumps(doc, ensure_ascii=False).encode())
        return brought

    def get(self, number: int, bases: Collection[str]) -> Received | None:
        """The newest list of a number; None where there is none that can be believed."""
        path = self._path(number)
        try:
            stamp = path.stat().st_mtime_ns, tuple(bases), [one.state for one in self.keys.all()]
        except FileNotFoundError:
            return None
        if self._read.get(number, (None, None))[0] != stamp:
            self._read[number] = stamp, self._verified(path, bases)
        return self._read[number][1]

    def body(self, number: int, bases: Collection[str]) -> bytes | None:
        return self._path(number).read_bytes() if self.get(number, bases) else None

    def _verified(self, path: Path, bases: Collection[str]) -> Received | None:
        try:
            return status.verify(json.loads(path.read_bytes()), self.keys, *bases)
        except (Forged, ValueError):
            return None

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:d}.json"


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise Unavailable(f"The list could not be kept in {path.parent}: {error.strerror}.") from None
