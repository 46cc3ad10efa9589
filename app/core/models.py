"""The ledger's tables, and what every room's tables share."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

STRICT = {"sqlite_strict": True}


class Record(SQLModel):
    """What every table is made from. Times are `BigInteger` UTC milliseconds, ids are text.

    A table with its own `__table_args__` ends them with `STRICT`.
    """

    __table_args__: ClassVar[Any] = STRICT


class Node(Record, table=True):
    """This node: one row, made with the database."""

    id: str = Field(primary_key=True)
    log_id: str
    place: str | None = None
    made_at: int = Field(sa_type=BigInteger)


class Entry(Record, table=True):
    """What happened, verbatim as first received. Never edited; only its body can be erased."""

    id: str = Field(primary_key=True)
    type: str
    version: int
    person_id: str = Field(index=True)
    place: str | None = None
    month: str
    claimed_at: int = Field(sa_type=BigInteger)
    received_at: int = Field(sa_type=BigInteger)
    body: str | None = Field(default=None, sa_type=Text)
    body_sha: str
    erased_at: int | None = Field(default=None, sa_type=BigInteger)


class LogHead(Record, table=True):
    """Where a log stands; locked while numbers are given out. A closed log never grows again."""

    __tablename__: ClassVar[str] = "log_head"

    log_id: str = Field(primary_key=True)
    node_id: str
    seq: int = Field(default=0, sa_type=BigInteger)
    hash: str
    opened_at: int = Field(sa_type=BigInteger)
    closed_at: int | None = Field(default=None, sa_type=BigInteger)


class LogLine(Record, table=True):
    """The gapless order in which a node took entries in, each line chained to the one before."""

    __tablename__: ClassVar[str] = "log_line"

    log_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    entry_id: str = Field(foreign_key="entry.id")
    hash: str


class SetAside(Record, table=True):
    """What made no sense, kept with its bytes so that staff can look and nothing is lost."""

    __tablename__: ClassVar[str] = "set_aside"

    id: str = Field(primary_key=True)
    entry_id: str | None = Field(default=None, index=True)
    why: str
    body: bytes = Field(sa_type=LargeBinary)
    body_sha: str = Field(unique=True)
    received_at: int = Field(sa_type=BigInteger)
    resolved_at: int | None = Field(default=None, sa_type=BigInteger)
    resolved_by: str | None = None


class Erased(Record, table=True):
    """Somebody whose data was deleted. What is left of her is this id, here and in the envelopes of her entries."""

    person_id: str = Field(primary_key=True)
    by: str
    erased_at: int = Field(sa_type=BigInteger)


class ErasedEntry(Record, table=True):
    """An entry about something else that named somebody erased: its body goes, there or when it arrives."""

    __tablename__: ClassVar[str] = "erased_entry"

    entry_id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
