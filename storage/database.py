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
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import DeclarativeBase

from storage.errors import ArchiveUnavailable

BUSY_TIMEOUT_MS = 30_000
"""How long a writer waits for another one before it gives up."""

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


def open_engine(archive_url: str) -> Engine:
    """Give an engine for an archive's URL; nothing is connected yet.

    Raises:
        ArchiveUnavailable: the URL means nothing, its driver is missing, or its folder cannot be made.
    """
    try:
        url = make_url(archive_url)
        if url.get_backend_name() == "sqlite":
            return _sqlite_engine(url)
        return create_engine(url, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError) as error:
        raise ArchiveUnavailable(
            f"ARCHIVE_URL {archive_url!r} is no database URL ({error}); "
            "write sqlite:///path/archive.db or postgresql://user@host/name"
        ) from error
    except ModuleNotFoundError as error:
        raise ArchiveUnavailable(
            f"ARCHIVE_URL {_shown(archive_url)} needs the driver {error.name!r}: pip install 'finews[postgres]'"
        ) from error


def _shown(archive_url: str) -> str:
    return make_url(archive_url).render_as_string(hide_password=True)


def _sqlite_engine(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        folder = Path(url.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveUnavailable(
                f"the folder {folder} of ARCHIVE_URL cannot be made ({error.strerror}); choose another place"
            ) from error
    engine = create_engine(url, module=sqlite_module(), connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _set_pragmas(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: `_begin_immediate` does, so that a writer takes
    # its lock at once and waits for it instead of failing at its first write.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
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


def _is_unavailable(error: DBAPIError) -> bool:
    # A plain DatabaseError is SQLite's "file is not a database" and "disk image is malformed".
    return error.connection_invalidated or type(error.orig).__name__ in {"OperationalError", "DatabaseError"}


def _unavailable(engine: Engine, error: DBAPIError) -> ArchiveUnavailable:
    cause = str(error.orig).strip().splitlines()
    shown = engine.url.render_as_string(hide_password=True)
    return ArchiveUnavailable(
        f"the archive {shown} is not available: {cause[0] if cause else type(error.orig).__name__}; "
        "check that it exists, is writable, not locked, and that its disk has room"
    )
