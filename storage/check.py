"""Is the archive sound? Its schema, its database, and the captures that its rows point at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from storage.captures import verify
from storage.config import Location
from storage.database import database_file, open_engine, reading
from storage.disk import folders, room
from storage.findings import Finding
from storage.models import CaptureRow
from storage.schema import current_version, head_version
from storage.sqlite_faults import look

_MOST_NAMED = 10


def check(location: Location, *, captures: bool = True, disk_warn_bytes: int = 0) -> Iterator[Finding]:
    """Look at everything, the quick things first; without `captures`, capture files are counted, not read.

    Raises:
        ArchiveUnavailable: the database cannot be opened.
    """
    engine = open_engine(location.archive_url)
    try:
        schema = _schema(engine)
        yield schema
        if engine.dialect.name == "sqlite":
            yield from look(engine, database_file(location.archive_url))
            yield from _sqlite_integrity(engine)
        else:
            yield _server(engine)
        yield room(folders(location), disk_warn_bytes)
        if schema.is_well:
            yield _missing_captures(engine, location.captures_dir)
    finally:
        engine.dispose()
    if captures:
        yield _captures(location.captures_dir)


def _schema(engine: Engine) -> Finding:
    with reading(engine) as connection:
        version = current_version(connection)
    head = head_version()
    if version == head:
        return Finding("schema", is_well=True, text=f"version {version}")
    do = "it has no tables of ours: run `finews db upgrade`" if version is None else "run `finews db upgrade`"
    return Finding("schema", is_well=False, text=f"version {version}, this program writes {head}: {do}")


def _sqlite_integrity(engine: Engine) -> Iterator[Finding]:
    with reading(engine) as connection:
        wrong = [str(row[0]) for row in connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST_NAMED})")]
        yield _finding("integrity", [] if wrong == ["ok"] else wrong, "restore a backup, or `.recover` it with sqlite3")
        rows = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_MOST_NAMED)
        orphans = [f"row {row[1]} of {row[0]} points at no row of {row[2]}" for row in rows]
        yield _finding("foreign keys", orphans, "restore a backup")


def _server(engine: Engine) -> Finding:
    with reading(engine) as connection:
        version = connection.exec_driver_sql("SHOW server_version").scalar_one()
    return Finding("server", is_well=True, text=f"{engine.dialect.name} {version}")


def _missing_captures(engine: Engine, folder: Path) -> Finding:
    with reading(engine) as connection:
        files = _capture_files(connection)
    missing = [name for name in files if not any((folder / f"{name}{end}").exists() for end in ("", ".open"))]
    found = _finding("capture files", [f"{name} is missing" for name in missing], f"put them back into {folder}")
    return Finding(found.name, found.is_well, f"{len(files)} in use" if found.is_well else found.text)


def _capture_files(connection: Connection) -> list[str]:
    return list(connection.scalars(select(CaptureRow.file).distinct().order_by(CaptureRow.file)))


def _captures(folder: Path) -> Finding:
    return _finding("captures", verify(folder) if folder.is_dir() else [], "restore these files from a backup")


def _finding(name: str, wrong: list[str], do: str) -> Finding:
    if not wrong:
        return Finding(name, is_well=True, text="ok")
    more = f"; and {len(wrong) - _MOST_NAMED} more" if len(wrong) > _MOST_NAMED else ""
    return Finding(name, is_well=False, text=f"{'; '.join(wrong[:_MOST_NAMED])}{more}: {do}")
