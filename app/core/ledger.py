"""What happened, append-only: the audit trail, the sync feed and the source of every number.

Rooms say what they make of an entry with `on(type)`, and which tables they fill with `projection(table)`.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from sqlalchemy import Connection, Table, delete, func, select, update
from sqlmodel import SQLModel

from app.core import chain, clock, envelope, erasing, ids
from app.core.db import Direct, among, insert_or_ignore, insert_rows, is_unavailable, table_of
from app.core.envelope import Fact, Received, compose, digest
from app.core.errors import Broken, MakesNoSense, NotFound, NotProjected
from app.core.models import Erased, ErasedEntry, SetAside

__all__ = [
    "Fact", "Outcome", "Received", "append", "compose", "erase", "on", "projection", "rebuild", "record", "set_aside",
    "verify",
]  # fmt: skip

Handler = Callable[[Connection, list[Fact]], None]
Check = Callable[[Connection, Fact], None]
Progress = Callable[[int, int], None]
"""Entries read, entries in all."""

BATCH = 1000
ENTRY, LINE = chain.ENTRY, chain.LINE
log = logging.getLogger(__name__)

_handlers: dict[str, Handler] = {erasing.ERASED: erasing.forget}
_checks: dict[str, Check] = {erasing.ERASED: erasing.check}
_projections: list[Table] = [table_of(Erased), table_of(ErasedEntry)]

_KNOWN = Direct(select(ENTRY.c.id, ENTRY.c.body_sha).where(among(ENTRY.c.id, "ids")))
_REPLAY = (
    select(ENTRY.c.body, ENTRY.c.received_at)
    .join(LINE, LINE.c.entry_id == ENTRY.c.id)
    .where(ENTRY.c.body.is_not(None))
    .order_by(LINE.c.log_id, LINE.c.seq)
    .execution_options(yield_per=BATCH)
)


class Outcome(NamedTuple):
    """What became of one body. `id` is the id it carries, or None where it carries none that can be answered."""

    id: str | None
    state: Literal["recorded", "already", "set_aside"]
    reason: str = ""


def on(kind: str, check: Check | None = None, names_nobody: bool = False) -> Callable[[Handler], Handler]:
    """Registers what to do, in the same transaction, with the new entries of a type such as `answered/1`.

    The handler must come to the same tables whatever the order of the entries. `check` refuses one that cannot be
    meant by raising `MakesNoSense`; it is asked on arrival and never again. A type that `names_nobody` holds ids alone:
    its bodies outlive the person, for others stand in them too.
    """
    if names_nobody:
        erasing.names_nobody(kind)

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        if check is not None:
            _checks[kind] = check
        return handler

    return register


def projection(model: type[SQLModel]) -> None:
    """Registers a table that handlers fill and `rebuild` may empty; parents before children."""
    if table_of(model) not in _projections:
        _projections.append(table_of(model))


def append(conn: Connection, bodies: Sequence[Received]) -> list[Outcome]:
    """Takes bodies in; each gets its outcome, in the same order. Durable only after the caller's COMMIT."""
    if not bodies:
        return []
    head = chain.head_lock(conn)
    batch = _Batch(conn, head.place)
    outcomes = [batch.take(received, fact) for received, fact in _with_known(conn, batch, bodies)]
    if batch.rows:
        insert_rows(conn, ENTRY, _Row._fields, batch.rows)
        chain.extend(conn, head, [(row.id, row.body_sha) for row in batch.rows])
        _project(conn, batch.facts)
    return outcomes


def record(conn: Connection, kind: str, person: str, /, **fields: object) -> str:
    """Appends an entry made here and now; returns its id. Raises `MakesNoSense` where it is refused."""
    body = compose(kind, person, **fields)
    outcome = append(conn, [Received(body, clock.now())])[0]
    if outcome.state != "recorded" or outcome.id is None:
        raise MakesNoSense(outcome.reason)
    return outcome.id


def set_aside(conn: Connection, received: Received, why: str) -> Outcome:
    """Keeps a body that makes no sense, once however often it comes, and answers it by its id."""
    name = envelope.id_in(received.body)
    if erasing.gone(conn, {erasing.person_in(received.body)}):
        return Outcome(name, "set_aside", why)
    row = {
        "id": ids.new(),
        "entry_id": name,
        "why": why,
        "body": envelope.as_bytes(received.body),
        "body_sha": digest(received.body),
        "received_at": received.received_at,
        "resolved_at": None,
        "resolved_by": None,
    }
    insert_or_ignore(conn, SetAside, [row])
    return Outcome(name, "set_aside", why)


def rebuild(conn: Connection, progress: Progress = lambda done, total: None) -> int:
    """Empties the projections and fills them from the ledger alone; the number of entries read."""
    for table in reversed(_projections):
        conn.execute(delete(table))
    count, total = 0, conn.execute(select(func.count()).select_from(_REPLAY.subquery())).scalar_one()
    with conn.execute(_REPLAY) as rows:
        for some in rows.partitions():
            _project(conn, [envelope.fact(envelope.parse(body), at) for body, at in some])
            count += len(some)
            progress(count, total)
    return count


def verify(conn: Connection) -> int:
    """Checks the chain of every log, and every body against its hash; the number of lines. Raises `Broken`."""
    bodies = select(ENTRY.c.id, ENTRY.c.body, ENTRY.c.body_sha).where(ENTRY.c.body.is_not(None))
    with conn.execute(bodies.execution_options(yield_per=BATCH)) as rows:
        for entry_id, body, body_sha in rows:
            if digest(body) != body_sha:
                raise Broken(f"entry {entry_id} is not what was first received")
    return chain.verify(conn)


def erase(conn: Connection, entry_id: str) -> None:
    """Drops a body, as the law may ask; its envelope stays and the chain still holds."""
    gone = update(ENTRY).where(ENTRY.c.id == entry_id, ENTRY.c.body.is_not(None))
    if conn.execute(gone.values(body=None, erased_at=clock.now())).rowcount == 0:
        raise NotFound(f"there is no entry {entry_id} with a body")


class _Row(NamedTuple):
    """A row of `entry`; the names are its columns."""

    id: str
    type: str
    version: int
    person_id: str
    place: str | None
    month: str
    claimed_at: int
    received_at: int
    body: str
    body_sha: str


class _Batch:
    """The new entries of one append, with what is already known about their ids."""

    def __init__(self, conn: Connection, place: str | None) -> None:
        self.conn, self.place = conn, place
        self.known: dict[str, str] = {}
        self.rows: list[_Row] = []
        self.facts: list[Fact] = []

    def take(self, received: Received, fact: Fact | MakesNoSense) -> Outcome:
        if isinstance(fact, MakesNoSense):
            return set_aside(self.conn, received, str(fact))
        body_sha = digest(received.body)
        if fact.id in self.known:
            same = self.known[fact.id] == body_sha
            return Outcome(fact.id, "already") if same else set_aside(self.conn, received, "other-bytes")
        try:
            _check(self.conn, fact)
        except MakesNoSense as refusal:
            return set_aside(self.conn, received, str(refusal))
        self._add(received, fact, body_sha)
        return Outcome(fact.id, "recorded")

    def _add(self, received: Received, fact: Fact, body_sha: str) -> None:
        self.known[fact.id] = body_sha
        self.facts.append(fact)
        self.rows.append(
            _Row(
                fact.id,
                fact.type,
                fact.version,
                fact.person,
                fact.data.get("place", self.place),
                envelope.month(fact),
                fact.claimed_at,
                fact.received_at,
                received.body,
                body_sha,
            )
        )


def _with_known(
    conn: Connection, batch: _Batch, bodies: Sequence[Received]
) -> Iterator[tuple[Received, Fact | MakesNoSense]]:
    read = [(received, _read(received)) for received in bodies]
    names = [fact.id for _, fact in read if isinstance(fact, Fact)]
    batch.known.update(_KNOWN.rows(conn, ids=names))
    return iter(read)


def _read(received: Received) -> Fact | MakesNoSense:
    try:
        return envelope.read(received)
    except MakesNoSense as refusal:
        return refusal


def _check(conn: Connection, fact: Fact) -> None:
    check = _checks.get(f"{fact.type}/{fact.version}")
    if check is not None:
        check(conn, fact)


def _project(conn: Connection, facts: Iterable[Fact]) -> None:
    """A type nobody handles is kept and handed on, not projected; so is what somebody did who is erased."""
    by_kind: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_kind[f"{fact.type}/{fact.version}"].append(fact)
    erased = by_kind.pop(erasing.ERASED, None)
    living = _of_the_living(conn, by_kind)
    if erased:  # It makes anew what stands of others: by then nothing it reads may name who went before.
        _handle(conn, erasing.ERASED, erased)
        living = _of_the_living(conn, living)
    for kind, some in living.items():
        if kind in _handlers:
            _handle(conn, kind, some)


def _of_the_living(conn: Connection, by_kind: Mapping[str, list[Fact]]) -> Mapping[str, list[Fact]]:
    gone = erasing.gone(conn, {fact.person for some in by_kind.values() for fact in some})
    named = erasing.named_somebody(conn, by_kind)
    if not gone and not named:
        return by_kind
    late = named | {
        fact.id
        for some in by_kind.values()
        for fact in some
        if fact.person in gone and not erasing.outlives(fact)
    }
    erasing.drop_late(conn, late)
    kept = {kind: [fact for fact in some if fact.id not in late] for kind, some in by_kind.items()}
    return {kind: some for kind, some in kept.items() if some}


def _handle(conn: Connection, kind: str, facts: list[Fact]) -> None:
    try:
        _handlers[kind](conn, facts)
    except Exception as error:
        if is_unavailable(error):
            raise
        raise NotProjected(f"the handler of {kind} failed on {len(facts)} entries") from error
