"""Which courses there are; published courses are for everybody."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from app.core.db import table_of
from app.curriculum.models import Publication, Revision

PUBLICATION, REVISION = table_of(Publication), table_of(Revision)


class Stock(NamedTuple):
    """How many publications there are, and the id of the newest: other where anything was published since."""

    number: int = 0
    newest: str = ""


def stock(conn: Connection) -> Stock:
    number, newest = conn.execute(select(func.count(), func.max(PUBLICATION.c.id))).one()
    return Stock(number, newest or "")


def publications(conn: Connection) -> Sequence[Publication]:
    """Every publication, oldest first; ids are in the order of their making."""
    rows = conn.execute(select(PUBLICATION).order_by(PUBLICATION.c.id)).mappings()
    return [Publication(**row) for row in rows]


def latest_revision(conn: Connection, course: str) -> Revision | None:
    newest = select(REVISION).where(REVISION.c.course == course).order_by(REVISION.c.id.desc()).limit(1)
    row = conn.execute(newest).mappings().first()
    return Revision(**row) if row else None


def latest_publication(conn: Connection, course: str) -> Publication | None:
    newest = (
        select(PUBLICATION).where(PUBLICATION.c.course == course).order_by(PUBLICATION.c.id.desc()).limit(1)
    )
    row = conn.execute(newest).mappings().first()
    return Publication(**row) if row else None


def courses(conn: Connection) -> list[str]:
    """Every course that was ever brought in."""
    return list(conn.execute(select(REVISION.c.course).distinct().order_by(REVISION.c.course)).scalars())
