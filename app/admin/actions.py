"""What staff do with what waits for them."""

from sqlalchemy import Connection, update

from app.admin.queries import ASIDE
from app.core import clock
from app.core.errors import NotFound


def resolve(conn: Connection, id: str, by: str) -> None:
    """Somebody has looked at an entry that made no sense; its bytes stay."""
    waiting = update(ASIDE).where(ASIDE.c.id == id, ASIDE.c.resolved_at.is_(None))
    if conn.execute(waiting.values(resolved_at=clock.now(), resolved_by=by)).rowcount == 0:
        raise NotFound("nothing of this id waits")
