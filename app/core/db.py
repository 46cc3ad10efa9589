"""The one place where SQLite and PostgreSQL differ.

SQLite: WAL with synchronous=FULL, one writing connection in the process (the only writer and the only checkpointer,
which also keeps clear of the WAL-reset bug of versions before 3.51.3), BEGIN IMMEDIATE, readers opened `mode=ro`.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    ClauseElement,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Enum,
    Float,
    Integer,
    Select,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session, SQLModel
from sqlmodel.sql.sqltypes import AutoString

from app.core.errors import Broken, MakesNoSense, Unavailable
from app.core.lock import ProcessLock
from app.core.questions import OfPostgresql, OfSqlite, Plain, Question

READERS = 8
BUSY_MS = 5000
POOL: dict[str, Any] = {"max_overflow": 0, "pool_timeout": BUSY_MS / 1000, "hide_parameters": True}
MIGRATION_LOCK = 7_201_954
WAL_RESET_FIXED = (((3, 44, 6), (3, 45)), ((3, 50, 7), (3, 51)), ((3, 51, 3), (3, 52)), ((3, 53), (4,)))
UNAVAILABLE_CODES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}

T = TypeVar("T")
Style = Literal["format", "numeric_dollar"]
Rows = Sequence[Mapping[str, Any]]
Change = Callable[[Table, Any], dict[str, Any]]


class Read(Session):
    """A session that cannot write: the database refuses."""


class Write(Session):
    """A session whose work is committed at the edge, once; rooms flush and never commit."""


class Database:
    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._path = Path(make_url(url).database or "").absolute()
        self._lock = ProcessLock(self._path.with_name(f"{self._path.name}.lock"))
        self.writing, self.reading = self._sqlite() if self.is_sqlite else _postgresql(url)
        event.listen(self.writing, "checkin", _leave_nothing_open)
        self._own: list[Question] = []

    @contextmanager
    def read(self) -> Iterator[Read]:
        with translated(), Read(self.reading) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Write]:
        """Commits when the block ends well. In a server use `writer` instead: it is fair and groups commits."""
        with translated(), Write(self.writing) as session, session.begin():
            yield session

    def question(self, statement: Select[Any]) -> Question:
        """One that is asked too often for the handling of each asking."""
        if self.is_sqlite:
            asked: Question = OfSqlite(_open(self._path, "ro", _ASKING), _compiled(statement, "sqlite"))
        else:
            asked = OfPostgresql(self.url, _compiled(statement, "postgresql", style="numeric_dollar"))
        self._own.append(asked)
        return asked

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A connection on which tables may be remade: one process at a time, foreign keys checked at the end."""
        if self.is_sqlite:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        with translated(), self.writing.connect() as conn:
            held = _foreign_keys_off(conn) if self.is_sqlite else _alone_on_postgresql(conn)
            with held:
                yield conn

    @property
    def is_there(self) -> bool:
        """Whether there is a file; PostgreSQL is asked only when it is used."""
        return not self.is_sqlite or self._path.exists()

    @property
    def version(self) -> str:
        """The name and version of the database itself, and what to know of it."""
        if self.is_sqlite:
            return f"SQLite {sqlite3.sqlite_version}{_caution(sqlite3.sqlite_version_info)}"
        with translated(), self.reading.connect() as conn:
            return f"PostgreSQL {conn.exec_driver_sql('show server_version').scalar_one()}"

    def check(self) -> list[str]:
        """What the database finds wrong with its own file; PostgreSQL looks after itself."""
        if not self.is_sqlite or not self.is_there:
            return []
        with translated(), self.reading.connect() as conn:
            found = conn.exec_driver_sql("PRAGMA quick_check").scalars().all()
        return [str(line) for line in found if line != "ok"]

    def close(self) -> None:
        for asked in self._own:
            asked.close()
        self.reading.dispose()
        self.writing.dispose()
        self._lock.release()

    def _sqlite(self) -> tuple[Engine, Engine]:
        options = POOL | {"poolclass": QueuePool}
        writing = create_engine("sqlite://", creator=self._open_writing, pool_size=1, **options)
        reading = create_engine("sqlite://", creator=self._open_reading, pool_size=READERS, **options)
        event.listen(writing, "begin", lambda conn: conn.exec_driver_sql("BEGIN IMMEDIATE"))
        event.listen(reading, "begin", lambda conn: conn.exec_driver_sql("BEGIN"))
        return writing, reading

    def _open_writing(self) -> sqlite3.Connection:
        self._lock.take()
        return _open(self._path, "rwc", _WRITING)

    def _open_reading(self) -> sqlite3.Connection:
        return _open(self._path, "ro", _READING)


class Direct:
    """A statement that every answer passes: SQLAlchemy compiles it once, then the driver has it, in a tenth of the time.

    Parameters and rows are as the driver has them; a list is given for what `among` names.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._plain = lru_cache(partial(_compiled, statement))

    def rows(self, conn: Connection, **given: Any) -> list[tuple[Any, ...]]:
        return list(self._run(conn, given).fetchall())

    def do(self, conn: Connection, **given: Any) -> None:
        self._run(conn, given)

    def _run(self, conn: Connection, given: Mapping[str, Any]) -> Any:
        plain = self._plain(conn.dialect.name)
        values = plain.values({name: _carried(conn, value) for name, value in given.items()})
        return _driven(conn, plain.sql, "execute", values)

    def each(self, conn: Connection, rows: Rows) -> None:
        """The same for every row."""
        plain = self._plain(conn.dialect.name, tuple(rows[0]))
        _driven(conn, plain.sql, "executemany", [plain.values(row) for row in rows])


def _compiled(
    statement: ClauseElement, dialect: str, keys: tuple[str, ...] = (), style: Style = "format"
) -> Plain:
    """`style` is PostgreSQL's: psycopg takes `format`, the server itself `numeric_dollar`."""
    compiled = statement.compile(dialect=_positional(dialect, style), column_keys=keys or None)
    assert isinstance(compiled, SQLCompiler)
    fixed = {name: bind.value for bind, name in compiled.bind_names.items()}
    return Plain(str(compiled), compiled.positiontup or [], fixed)


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether a column is one of a list given as one parameter, so that the statement is the same for every length."""
    return column.op("IN", is_comparison=True)(_Listed(bindparam(name)))


class _Listed(FunctionElement[Any]):
    inherit_cache = True


@compiles(_Listed, "sqlite")
def _listed_sqlite(listed: _Listed, compiler: SQLCompiler, **_: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(listed.clauses)}))"


@compiles(_Listed, "postgresql")
def _listed_postgresql(listed: _Listed, compiler: SQLCompiler, **_: Any) -> str:
    return f"(SELECT unnest(CAST({compiler.process(listed.clauses)} AS text[])))"


def _carried(conn: Connection, value: Any) -> Any:
    """SQLite knows no lists but in JSON."""
    return json.dumps(value) if isinstance(value, list) and conn.dialect.name == "sqlite" else value


def _driven(conn: Connection, sql: str, how: str, given: Any) -> Any:
    """The driver's cursor after `execute` or `executemany`, its errors told as SQLAlchemy tells them."""
    cursor = conn.connection.cursor()
    try:
        getattr(cursor, how)(sql, given)
    except conn.dialect.loaded_dbapi.Error as error:
        told = DBAPIError.instance(
            sql, None, error, conn.dialect.loaded_dbapi.Error, hide_parameters=True, dialect=conn.dialect
        )
        raise _nul_in(told, given) or told from error
    return cursor


@contextmanager
def savepoint(conn: Connection) -> Iterator[None]:
    """Where the block raises, what it did is undone and the transaction goes on. One does not stand in another."""
    _driven(conn, "SAVEPOINT one", "execute", ())
    try:
        yield
    except BaseException:
        _driven(conn, "ROLLBACK TO SAVEPOINT one", "execute", ())
        raise
    finally:
        _driven(conn, "RELEASE SAVEPOINT one", "execute", ())


@lru_cache
def _positional(dialect: str, style: Style) -> Dialect:
    if dialect == "sqlite":
        return sqlite.dialect()
    from sqlalchemy.dialects.postgresql import psycopg

    return psycopg.dialect(paramstyle=style)  # type: ignore[no-untyped-call]


def _leave_nothing_open(connection: DBAPIConnection | None, _: object) -> None:
    """A COMMIT that failed may leave its transaction open, and SQLAlchemy thinks it ended."""
    if connection is not None:
        connection.rollback()


def _caution(version: tuple[int, ...]) -> str:
    fixed = any(first <= version < last for first, last in WAL_RESET_FIXED)
    return "" if fixed else " (before the fix of the WAL-reset bug: let no other program write to the file)"


@contextmanager
def translated() -> Iterator[None]:
    """Turns 'the database cannot do it now' into `Unavailable`; leaves our own mistakes as they are."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        if is_unavailable(error):
            raise Unavailable(
                "the database is locked, out of reach or out of room: nothing was saved"
            ) from error
        raise


def is_unavailable(error: BaseException | None) -> bool:
    """A full disk undoes the whole transaction, and what we hear of is a savepoint that is gone: so ask the causes too."""
    while error is not None:
        if _says_unavailable(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _says_unavailable(error: BaseException) -> bool:
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, OperationalError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is None or code & 0xFF in UNAVAILABLE_CODES


def insert_rows(
    conn: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Inserts tuples past SQLAlchemy's handling of each parameter: twice as fast, for what every answer passes."""
    if rows:
        _driven(
            conn,
            _plain_insert(table.name, tuple(columns), conn.dialect.paramstyle),
            "executemany",
            list(rows),
        )


@lru_cache
def _plain_insert(table: str, columns: tuple[str, ...], style: str) -> str:
    marks = ["?" if style == "qmark" else "%s"] * len(columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(marks)})"


def insert_or_ignore(conn: Connection, table: type[SQLModel], rows: Rows) -> None:
    """Inserts the rows whose keys are not there yet."""
    if rows:
        _ignoring(table_of(table), conn.dialect.name).each(conn, rows)


def upsert(conn: Connection, table: type[SQLModel], rows: Rows, change: Change) -> None:
    """Inserts the rows; where the primary key exists, sets what `change(table, excluded)` says instead.

    `change` is a module-level function: the statement is built once for it.
    """
    if rows:
        _changing(table_of(table), conn.dialect.name, change).each(conn, rows)


def replace(table: Table, excluded: Any) -> dict[str, Any]:
    """A change for `upsert`: the new row instead of the old one."""
    return {column.name: excluded[column.name] for column in table.columns if not column.primary_key}


def in_parts(wanted: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """What one statement may name at a time."""
    return (wanted[start : start + size] for start in range(0, len(wanted), size))


def table_of(model: type[SQLModel]) -> Table:
    table = model.__table__  # type: ignore[attr-defined]
    assert isinstance(table, Table)
    return table


def _insert(table: Table, dialect: str) -> Any:
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # 2 MiB that most nodes never need

    return postgresql.insert(table)


@lru_cache
def _ignoring(table: Table, dialect: str) -> Direct:
    return Direct(_insert(table, dialect).on_conflict_do_nothing())


@lru_cache
def _changing(table: Table, dialect: str, change: Change) -> Direct:
    statement = _insert(table, dialect)
    key = [column.name for column in table.primary_key]
    return Direct(statement.on_conflict_do_update(index_elements=key, set_=change(table, statement.excluded)))


def _postgresql(url: str) -> tuple[Engine, Engine]:
    options = POOL | {"pool_pre_ping": True}
    reading, writing = (create_engine(url, pool_size=size, **options) for size in (READERS, 1))
    for engine in (reading, writing):
        event.listen(engine, "handle_error", _no_text_has_nul, retval=True)
    return writing, reading.execution_options(postgresql_readonly=True)


def _no_text_has_nul(context: ExceptionContext) -> MakesNoSense | None:
    """PostgreSQL cannot even be asked for a text with NUL in it; SQLite looks, and finds nothing."""
    return _nul_in(context.sqlalchemy_exception, context.parameters)


def _nul_in(error: BaseException | None, given: object) -> MakesNoSense | None:
    return MakesNoSense("not-text") if isinstance(error, DataError) and "\\x00" in str(given) else None


@contextmanager
def _foreign_keys_off(conn: Connection) -> Iterator[None]:
    """SQLite remakes a table by copying it, and hears this pragma only outside a transaction."""
    raw = conn.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        conn.rollback()
        if orphans := raw.execute("PRAGMA foreign_key_check").fetchall():
            raise Broken(f"a migration left rows without what they refer to: {orphans[:3]}")
    finally:
        conn.rollback()
        raw.execute("PRAGMA foreign_keys = ON")


@contextmanager
def _alone_on_postgresql(conn: Connection) -> Iterator[None]:
    conn.exec_driver_sql(f"SELECT pg_advisory_lock({MIGRATION_LOCK})")
    conn.commit()
    try:
        yield
    finally:
        conn.invalidate()


_WRITING = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;
PRAGMA journal_size_limit = 67108864;
PRAGMA secure_delete = ON;
"""
_READING = """
PRAGMA query_only = ON;
PRAGMA trusted_schema = OFF;
"""
_ASKING = f"{_READING}PRAGMA busy_timeout = 0;"


def _open(path: Path, mode: str, pragmas: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_MS / 1000,
    )
    connection.executescript(pragmas)
    return connection


@compiles(String, "sqlite")
@compiles(AutoString, "sqlite")
@compiles(Enum, "sqlite")
def _text(*_: Any, **__: Any) -> str:
    return "TEXT"


@compiles(Integer, "sqlite")
@compiles(BigInteger, "sqlite")
@compiles(Boolean, "sqlite")
def _integer(*_: Any, **__: Any) -> str:
    return "INTEGER"


@compiles(Float, "sqlite")
def _real(*_: Any, **__: Any) -> str:
    return "REAL"
