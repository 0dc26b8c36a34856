"""What can be wrong with an SQLite archive itself: its version, its settings, its file, its log, its disk."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine

from storage.config import Location
from storage.database import PRAGMAS, WAL_RESET_BUG, database_file, has_wal_reset_bug, reading, sqlite_module
from storage.disk import MOUNTS, network_file_system
from storage.errors import ArchiveDamaged
from storage.findings import Finding

LARGEST_LOG = 256 * 1024 * 1024
"""A write-ahead log beyond this is not checkpointed: something reads one old state all the time."""

CHECK_S = 5.0
"""How long the check after a killed run may take; a file too large for it is checked by `finews db check`."""

_STEPS = 100_000  # of SQLite's machine, between two looks at the clock


def look(engine: Engine, file: Path | None) -> Iterator[Finding]:
    """Look at what costs nothing: version, settings, file system and log."""
    yield version(sqlite_module().sqlite_version_info)
    yield _settings(engine)
    if file is not None:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="replace") if MOUNTS.exists() else ""
        yield file_system(file, mounts)
        yield _log(file)


def version(found: tuple[int, int, int]) -> Finding:
    """Tell whether an SQLite version has the WAL-reset bug."""
    shown = f"SQLite {'.'.join(map(str, found))} ({sqlite_module().__name__.partition('.')[0]})"
    if not has_wal_reset_bug(found):
        return Finding("sqlite", is_well=True, text=shown)
    first, last = (".".join(map(str, one)) for one in WAL_RESET_BUG)
    return Finding(
        "sqlite", is_well=False,
        text=f"{shown} has the WAL-reset bug ({first} to {last}), which can corrupt the archive: "
        "pip install pysqlite3, or use a Python with SQLite 3.51.3 or newer",
    )  # fmt: skip


def _settings(engine: Engine) -> Finding:
    with reading(engine) as connection:
        found = {name: str(connection.exec_driver_sql(f"PRAGMA {name}").scalar()) for name in PRAGMAS}
    wrong = [
        f"{name} is {found[name]!r} where {PRAGMAS[name]!r} was set" for name in PRAGMAS if found[name] != PRAGMAS[name]
    ]
    do = "this SQLite, or the file system below it, does not do what a safe archive needs; use others"
    text = f"{'; '.join(wrong)}: {do}" if wrong else ", ".join(f"{name}={value}" for name, value in found.items())
    return Finding("settings", is_well=not wrong, text=text)


def file_system(file: Path, mounts: str) -> Finding:
    """Tell whether a database's file is on a local disk; `mounts`: see `network_file_system`."""
    kind = network_file_system(file.resolve(), mounts)
    if kind is None:
        return Finding("file system", is_well=True, text="local")
    return Finding(
        "file system", is_well=False,
        text=f"{file} is on a network file system ({kind}), where locks and the shared memory of WAL mode may fail "
        "and corrupt it: move it to a local disk, or use PostgreSQL",
    )  # fmt: skip


def _log(file: Path) -> Finding:
    log = file.with_name(f"{file.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    is_well = size <= LARGEST_LOG
    do = ": it is not checkpointed, since some program reads one old state all the time; end that one"
    return Finding("log", is_well=is_well, text=f"{size / 1e6:,.0f} MB{'' if is_well else f' in {log}{do}'}")


def refuse_emptied(location: Location) -> None:
    """Refuse a file of 0 bytes where captures say that there was an archive: a new one would hide the loss.

    Raises:
        ArchiveDamaged: it is so.
    """
    file = database_file(location.archive_url)
    if file is None or not file.is_file() or file.stat().st_size or file.with_name(f"{file.name}-wal").exists():
        return
    if any(location.captures_dir.glob("*.warc.gz*")):
        raise ArchiveDamaged(
            f"the archive {file} has 0 bytes, but captures are in {location.captures_dir}: it was emptied; "
            "restore a backup, or remove the file to begin a new archive"
        )


def check_after_kill(engine: Engine) -> None:
    """Look through the database for damage, for up to CHECK_S seconds.

    Raises:
        ArchiveDamaged: it is damaged.
    """
    if engine.dialect.name != "sqlite":
        return
    until = time.monotonic() + CHECK_S
    with reading(engine) as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        try:
            found = [str(row[0]) for row in driver.execute("PRAGMA quick_check(3)")]
        except sqlite_module().OperationalError as error:
            if "interrupted" not in str(error):
                raise
            return
        finally:
            driver.set_progress_handler(None, _STEPS)
    if found != ["ok"]:
        told = " ".join("; ".join(found).split())[:300]
        raise ArchiveDamaged(
            f"the archive {engine.url.database} is damaged after a crawl that was killed ({told}): "
            "restore a backup, or `.recover` it with sqlite3"
        )
