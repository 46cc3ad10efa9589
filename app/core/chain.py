"""The gapless, hash-chained log of this node: numbers come from its locked head row, so no order is ever seen with a hole."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from app.core import clock, ids
from app.core.db import Direct, insert_rows, table_of
from app.core.errors import Broken
from app.core.models import Entry, LogHead, LogLine, Node

NODE, HEAD, LINE, ENTRY = (table_of(model) for model in (Node, LogHead, LogLine, Entry))

_LOCK = Direct(
    select(HEAD.c.log_id, HEAD.c.seq, HEAD.c.hash, NODE.c.place)
    .join(NODE, NODE.c.log_id == HEAD.c.log_id)
    .with_for_update(of=HEAD)
)
_ADVANCE = Direct(
    update(HEAD).where(HEAD.c.log_id == bindparam("log")).values(seq=bindparam("at"), hash=bindparam("now"))
)
_LINES = (
    select(LINE.c.log_id, LINE.c.seq, LINE.c.hash, LINE.c.entry_id, ENTRY.c.body_sha)
    .join(ENTRY, ENTRY.c.id == LINE.c.entry_id)
    .order_by(LINE.c.log_id, LINE.c.seq)
    .execution_options(yield_per=1000)
)


class Head(NamedTuple):
    log_id: str
    seq: int
    hash: str
    place: str | None


def link(previous: str, log_id: str, seq: int, entry_id: str, body_sha: str) -> str:
    """The hash of one line: SHA-256 over the five, separated by spaces, as ASCII."""
    return sha256(f"{previous} {log_id} {seq} {entry_id} {body_sha}".encode()).hexdigest()


def head_lock(conn: Connection) -> Head:
    """Locks the head of this node's log until the transaction ends; other writers wait here."""
    found = _LOCK.rows(conn)
    if not found:
        raise Broken("the database has no node: run `banhoc migrate` once before anything else")
    return Head(*found[0])


def extend(conn: Connection, head: Head, entries: Sequence[tuple[str, str]]) -> None:
    """Gives each (entry id, body hash) the next number; `head` is the locked head."""
    log_id, seq, running, _ = head
    lines = []
    for entry_id, body_sha in entries:
        seq += 1
        running = link(running, log_id, seq, entry_id, body_sha)
        lines.append((log_id, seq, entry_id, running))
    if lines:
        insert_rows(conn, LINE, ("log_id", "seq", "entry_id", "hash"), lines)
        _ADVANCE.do(conn, log=log_id, at=seq, now=running)


def new_node(conn: Connection, place: str | None = None) -> None:
    """Gives a new database its node and its first log."""
    if conn.execute(select(NODE.c.id)).first() is None:
        node = {"id": ids.new(), "log_id": "", "place": place, "made_at": clock.now()}
        conn.execute(insert(NODE), [node])
        new_log(conn)


def new_log(conn: Connection) -> str:
    """Closes this node's log and begins another: after a restore or a clone no number may be given twice."""
    log_id, at = ids.new(), clock.now()
    node_id = conn.execute(select(NODE.c.id)).scalar_one()
    conn.execute(update(HEAD).where(HEAD.c.closed_at.is_(None)).values(closed_at=at))
    first = {
        "log_id": log_id,
        "node_id": node_id,
        "seq": 0,
        "hash": link("", log_id, 0, node_id, ""),
        "opened_at": at,
    }
    conn.execute(insert(HEAD), [first])
    conn.execute(update(NODE).values(log_id=log_id))
    return log_id


def verify(conn: Connection) -> int:
    """The number of lines that hold, over every log here; raises `Broken` at the first that does not."""
    heads = {row.log_id: row for row in conn.execute(select(HEAD))}
    at = {log_id: (0, link("", log_id, 0, head.node_id, "")) for log_id, head in heads.items()}
    with conn.execute(_LINES) as lines:
        count = _follow(lines, at)
    for log_id, head in heads.items():
        if at[log_id] != (head.seq, head.hash):
            raise Broken(f"log {log_id} ends at line {at[log_id][0]}, its head says {head.seq}")
    return count


def _follow(lines: Iterable[tuple[str, int, str, str, str]], at: dict[str, tuple[int, str]]) -> int:
    count = 0
    for log_id, seq, line_hash, entry_id, body_sha in lines:
        last, running = at[log_id]
        if (seq, line_hash) != (last + 1, link(running, log_id, seq, entry_id, body_sha)):
            raise Broken(f"log {log_id} does not hold at line {seq}")
        at[log_id] = seq, line_hash
        count += 1
    return count
