"""Class rolls: a helper opens devices for a while, and there people sign in by tapping their face and their pictures."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from app.accounts.models import RollPerson
from app.accounts.queries import DEVICE, MERGED, PERSON, ROLL, ROLL_PERSON, Face
from app.core import clock
from app.core.db import Direct, insert_or_ignore
from app.core.errors import NotFound

_OF_DEVICE = Direct(select(DEVICE.c.roll_sha).where(DEVICE.c.id == bindparam("device")))

HOURS = (1, 2, 4, 8)
MOST_FACES = 300


def open_roll(
    conn: Connection, sha: str, *, place: str, name: str, by: str, hours: int, persons: Sequence[str] = ()
) -> None:
    """Opens a roll of the people of a place, or of those named, by the SHA-256 of a new secret."""
    at = clock.now()
    row = {"sha": sha, "place": place, "name": name, "by": by, "made_at": at}
    conn.execute(insert(ROLL), [row | {"ends_at": at + hours * clock.HOUR}])
    insert_or_ignore(conn, RollPerson, [{"roll_sha": sha, "person_id": one} for one in persons])


def close(conn: Connection, sha: str, by: str) -> None:
    """Ends a roll of hers before its time."""
    mine = update(ROLL).where(ROLL.c.sha == sha, ROLL.c.by == by, ROLL.c.ends_at > clock.now())
    if conn.execute(mine.values(ends_at=clock.now())).rowcount == 0:
        raise NotFound("there is no such open roll")


def forget(conn: Connection) -> None:
    """Drops rolls that ended more than a day ago."""
    old = select(ROLL.c.sha).where(ROLL.c.ends_at < clock.now() - clock.DAY)
    conn.execute(delete(ROLL_PERSON).where(ROLL_PERSON.c.roll_sha.in_(old)))
    conn.execute(delete(ROLL).where(ROLL.c.ends_at < clock.now() - clock.DAY))


def opened(conn: Connection, sha: str | None) -> Row[Any] | None:
    """The roll, as long as it is open."""
    if not sha:
        return None
    found = select(ROLL).where(ROLL.c.sha == sha, ROLL.c.ends_at > clock.now())
    return conn.execute(found).one_or_none()


def open_here(conn: Connection, device: str, sha: str) -> None:
    if opened(conn, sha) is None:
        raise NotFound("this roll is not open any more")
    conn.execute(update(DEVICE).where(DEVICE.c.id == device).values(roll_sha=sha, current_id=None))


def close_here(conn: Connection, device: str) -> None:
    conn.execute(update(DEVICE).where(DEVICE.c.id == device).values(roll_sha=None, current_id=None))


def of_device(conn: Connection, device: str) -> Row[Any] | None:
    """The open roll of a device, if any."""
    found = _OF_DEVICE.rows(conn, device=device)
    return opened(conn, found[0][0]) if found else None


def of_helper(conn: Connection, staff: str) -> Sequence[Row[Any]]:
    mine = select(ROLL).where(ROLL.c.by == staff, ROLL.c.ends_at > clock.now())
    return conn.execute(mine.order_by(ROLL.c.made_at.desc(), ROLL.c.sha)).all()


def faces(conn: Connection, roll: Row[Any]) -> list[Face]:
    """Who may sign in, by name; at most `MOST_FACES`."""
    named = select(ROLL_PERSON.c.person_id).where(ROLL_PERSON.c.roll_sha == roll.sha)
    some = conn.execute(named.limit(1)).first() is not None
    standing = PERSON.c.id.not_in(select(MERGED.c.person_id))
    theirs = PERSON.c.id.in_(named) if some else PERSON.c.place == roll.place
    query = select(PERSON.c.id, PERSON.c.name, PERSON.c.face).where(theirs, standing)
    return [
        Face(*row) for row in conn.execute(query.order_by(PERSON.c.folded, PERSON.c.id).limit(MOST_FACES))
    ]


def has(conn: Connection, device: str, person: str) -> bool:
    """Whether somebody is on the open roll of this device."""
    roll = of_device(conn, device)
    return roll is not None and any(one.id == person for one in faces(conn, roll))
