"""The work on files somebody sent, beside the requests: what was cut off is begun again with the next start."""

import logging
from functools import partial
from pathlib import Path
from time import time
from typing import Any

from sqlalchemy import Connection, Row, select, update

from app.authoring import media_actions as actions
from app.authoring.media_queries import IN_HAND, WORK
from app.core import cleaning
from app.core.blobs import Blobs
from app.core.cleaned import NotTaken
from app.core.db import Database
from app.core.jobs import Worker
from app.core.writer import Writer
from courses.parts import media_value

log = logging.getLogger(__name__)
SHORT, LONG = ("sound", "picture"), ("video",)
"""A film keeps nobody's voice waiting."""


OLD = 24 * 60 * 60
"""Seconds."""


class Studio:
    """Two workers of this process. `folder` holds what was sent."""

    def __init__(self, database: Database, writer: Writer, blobs: Blobs, folder: Path) -> None:
        self.database, self.writer, self.blobs, self.folder = database, writer, blobs, folder
        self._hands = [Worker(kinds[0], partial(self._work, kinds)) for kinds in (SHORT, LONG)]
        self.stopping = False

    def begin(self) -> None:
        """Takes up what an earlier run left; what was sent long ago and is waited for by nobody goes."""
        with self.database.read() as session:
            left = set(
                session.connection().execute(select(WORK.c.id).where(WORK.c.state.in_(IN_HAND))).scalars()
            )
        for path in self.folder.glob("*"):
            if path.name not in left and path.stat().st_mtime < time() - OLD:
                self.forget(path.name)
        if left:
            again = update(WORK).where(WORK.c.state == "working").values(state="waiting", done=0)
            self.writer.call(lambda conn: conn.execute(again).rowcount)
            self.wake()

    def forget(self, id: str) -> None:
        """Whoever reads it now reads on, and nobody else."""
        (self.folder / id).unlink(missing_ok=True)

    def wake(self) -> None:
        for hand in self._hands:
            hand.wake()

    def wait(self) -> None:
        """Until there is nothing left to do."""
        for hand in self._hands:
            hand.wait()

    def stop(self) -> None:
        self.stopping = True
        self.wait()

    def next(self, kinds: tuple[str, ...]) -> Row[Any] | None:
        wanted = select(WORK).where(WORK.c.state == "waiting", WORK.c.kind.in_(kinds))
        with self.database.read() as session:
            row = session.connection().execute(wanted.order_by(WORK.c.made_at, WORK.c.id).limit(1)).first()
        mine = row and self.writer.call(lambda conn: _if(conn, row.id, "waiting", state="working"))
        return row if mine else None

    def _work(self, kinds: tuple[str, ...]) -> None:
        while not self.stopping and (row := self.next(kinds)) is not None:
            try:
                self.make(row)
            except Exception:
                log.exception("a file somebody sent could not be worked on; it waits for the next start")

    def make(self, row: Row[Any]) -> None:
        source = self.folder / row.id
        try:
            made = cleaning.clean(row.kind, source, lambda part: self._goes_on(row.id, part))
        except NotTaken as refusal:
            if self.stopping:
                return
            self.writer.call(partial(actions.refuse, id=row.id, why=refusal.reason))
        else:
            files = {}
            for ending, data in made.files.items():
                self.blobs.put(data)
                files[ending] = media_value(f"x{ending}", data)
            self.writer.call(lambda conn: actions.finish(conn, row, files, made.seconds))
        self.forget(row.id)

    def _goes_on(self, id: str, part: float) -> bool:
        """Notes how far it is; False where it was stopped, or the program ends."""
        if self.stopping:
            return False
        return self.writer.call(lambda conn: _if(conn, id, "working", done=int(100 * part)))


def _if(conn: Connection, id: str, was: str, **values: Any) -> bool:
    return conn.execute(update(WORK).where(WORK.c.id == id, WORK.c.state == was).values(values)).rowcount == 1
