"""The engine and its transactions: SQLite or PostgreSQL behind one door, short transactions only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.orm import DeclarativeBase

from storage.errors import ArchiveDamaged, ArchiveUnavailable

LOCK_WAIT_S = 30.0
"""How long a writer waits for another one before it gives up."""

WAL_LIMIT = 64 * 1024 * 1024
"""What a write-ahead log is cut back to after a checkpoint, in bytes."""

PRAGMAS = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
"""What every connection to a file sets, and must read back."""

_CONNECTION_LIMITS = {
    "connect_timeout": 5,  # a server that does not answer must not hold the crawl's end
    "keepalives_idle": 10, "keepalives_interval": 3, "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds: a server that is gone without a word
}  # fmt: skip

WAL_RESET_BUG = ((3, 7, 0), (3, 51, 2))
"""SQLite versions that can corrupt a WAL database when a checkpoint resets it (fixed in 3.51.3)."""


def sqlite_module() -> ModuleType:
    """Give the DB-API module for SQLite: pysqlite3 where it is installed, else the standard library's.

    pysqlite3's wheel carries an SQLite outside the range of the WAL-reset bug.
    """
    try:
        import pysqlite3.dbapi2  # noqa: PLC0415  # optional, and only wanted for SQLite archives
    except ImportError:
        return sqlite3
    module: ModuleType = pysqlite3.dbapi2
    return module


def insert_ignore(connection: Connection, table: type[DeclarativeBase]) -> sqlite.Insert | postgresql.Insert:
    """Give an INSERT that passes over rows that are there already."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement: sqlite.Insert | postgresql.Insert = dialect.insert(table).on_conflict_do_nothing()
    return statement


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Tell whether an SQLite version is inside the range of the WAL-reset bug.

    >>> has_wal_reset_bug((3, 40, 1)), has_wal_reset_bug((3, 53, 4))
    (True, False)
    """
    return WAL_RESET_BUG[0] <= version <= WAL_RESET_BUG[1]


def open_engine(archive_url: str, *, lock_wait_s: float = LOCK_WAIT_S) -> Engine:
    """Give an engine for an archive's URL; nothing is connected yet. `lock_wait_s`: see LOCK_WAIT_S.

    Raises:
        ArchiveUnavailable: the URL means nothing, its driver is missing, or its folder cannot be made.
    """
    try:
        url = make_url(archive_url)
        if url.get_backend_name() == "sqlite":
            return _sqlite_engine(url, lock_wait_s)
        return _server_engine(url, lock_wait_s)
    except (ArgumentError, NoSuchModuleError) as error:
        raise _no_url(archive_url, error) from error
    except ModuleNotFoundError as error:
        raise ArchiveUnavailable(
            f"ARCHIVE_URL {_shown(archive_url)} needs the driver {error.name!r}: pip install 'finews[postgres]'"
        ) from error


def _shown(archive_url: str) -> str:
    return make_url(archive_url).render_as_string(hide_password=True)


def _server_engine(url: URL, lock_wait_s: float) -> Engine:
    limits = {name: value for name, value in _CONNECTION_LIMITS.items() if name not in url.query}
    engine = create_engine(url, pool_pre_ping=True, connect_args=limits)

    def limit_waiting(connection: Any, _record: object) -> None:
        connection.execute(f"SET lock_timeout = {int(lock_wait_s * 1000)}")
        connection.commit()

    event.listen(engine, "connect", limit_waiting)
    return engine


def _sqlite_engine(url: URL, lock_wait_s: float) -> Engine:
    if (file := database_file(url)) is not None:
        folder = file.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveUnavailable(
                f"the folder {folder} of ARCHIVE_URL cannot be made ({error.strerror}); choose another place"
            ) from error
    engine = create_engine(url, module=sqlite_module(), connect_args={"timeout": lock_wait_s})
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _set_pragmas(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: `_begin_immediate` does, so that a writer takes
    # its lock at once and waits for it instead of failing at its first write.
    connection.isolation_level = None
    cursor = connection.cursor()
    for name, value in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name} = {value}")
    cursor.execute(f"PRAGMA journal_size_limit = {WAL_LIMIT}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN" if options.get("read_only") else "BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a write transaction that commits at the end or rolls back on any error.

    Raises:
        ArchiveUnavailable: the database cannot be reached, is locked for too long, or its disk is full.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        if _is_unavailable(error):
            raise _unavailable(engine, error) from error
        raise


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection for reading one consistent state; it never waits for a writer.

    Raises:
        ArchiveUnavailable: the database cannot be reached.
    """
    try:
        with engine.connect().execution_options(read_only=True) as connection, connection.begin():
            yield connection
    except DBAPIError as error:
        if _is_unavailable(error):
            raise _unavailable(engine, error) from error
        raise


def database_file(archive_url: str | URL) -> Path | None:
    """Give the file of an SQLite archive, None for a server, a database in memory, or an SQLite URI.

    Raises:
        ArchiveUnavailable: the URL means nothing.
    """
    try:
        url = make_url(archive_url)
        name = url.database if url.get_backend_name() == "sqlite" else None
    except (ArgumentError, NoSuchModuleError) as error:
        raise _no_url(archive_url, error) from error
    return None if not name or name == ":memory:" or name.startswith("file:") else Path(name)


def _no_url(archive_url: object, error: Exception) -> ArchiveUnavailable:
    return ArchiveUnavailable(
        f"ARCHIVE_URL {str(archive_url)!r} is no database URL ({error}); "
        "write sqlite:///path/archive.db or postgresql://user@host/name"
    )


_PASSING = ("08", "40", "53", "55", "57", "58")
"""Classes of SQLSTATE that are the server's state, not our statement's fault: connection, deadlock, room, locks,
shutdown, its disk. Not 54, which one overlong value causes. Source: PostgreSQL, appendix A."""


def _is_unavailable(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return error.connection_invalidated or str(state).startswith(_PASSING)
    # A plain DatabaseError is SQLite's "file is not a database" and "disk image is malformed".
    is_general = isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError
    return error.connection_invalidated or is_general


_DO = (
    ("not a database", "choose another path in ARCHIVE_URL, or restore a backup"),
    ("malformed", "it is damaged: restore a backup, or `.recover` it with sqlite3"),
    ("readonly", "make the file and its folder writable for this user"),
    ("locked", "another program holds its lock: end that one, or wait"),
    ("full", "free space on its disk"),
    ("unable to open", "see that its folder is there and may be entered and written by this user"),
)
_DAMAGES = ("not a database", "malformed", "readonly")


def _unavailable(engine: Engine, error: DBAPIError) -> ArchiveUnavailable:
    lines = str(error.orig).strip().splitlines()
    cause = lines[0] if lines else type(error.orig).__name__
    shown = engine.url.render_as_string(hide_password=True)
    do = "check that it exists, is writable, not locked, and that its disk has room"
    if engine.dialect.name == "sqlite":
        do = next((text for sign, text in _DO if sign in cause), do)
    is_damaged = engine.dialect.name == "sqlite" and any(sign in cause for sign in _DAMAGES)
    kind = ArchiveDamaged if is_damaged else ArchiveUnavailable
    return kind(f"the archive {shown} is not available: {cause}; {do}")
