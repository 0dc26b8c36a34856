"""Opening the archive for a command that reads it: one that is not there is said, not made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.archive import Archive, open_archive
from storage.config import Location
from storage.errors import ArchiveUnavailable


@contextmanager
def existing_archive(location: Location) -> Iterator[Archive]:
    """Open an archive that exists.

    Raises:
        ArchiveUnavailable: there is none at this place, or it cannot be opened.
        MigrationNeeded, ArchiveTooNew: it is of another version.
    """
    require_archive(location)
    with closing_archive(location) as archive:
        yield archive


@contextmanager
def closing_archive(location: Location) -> Iterator[Archive]:
    """Open an archive, making a new one where there is none; close it at the end."""
    archive = open_archive(location)
    try:
        yield archive
    finally:
        archive.close()


def require_archive(location: Location) -> None:
    """See that an archive is there.

    Raises:
        ArchiveUnavailable: there is none; a server's database is asked when it is opened.
    """
    file = sqlite_file(location.archive_url)
    if file is not None and not file.exists():
        raise ArchiveUnavailable(
            f"there is no archive at {location.archive_url}: crawl something first, or name another by "
            "-s ARCHIVE_URL=... or FINEWS_ARCHIVE_URL"
        )


def sqlite_file(archive_url: str) -> Path | None:
    """Give the file of an SQLite archive's URL; None for other databases and for one in memory.

    >>> sqlite_file("sqlite:///data/archive.db"), sqlite_file("postgresql://me@host/finews")
    (PosixPath('data/archive.db'), None)
    """
    scheme, sign, rest = archive_url.partition(":///")
    name = rest.partition("?")[0]
    is_file = sign and scheme.partition("+")[0] == "sqlite" and name not in {"", ":memory:"}
    return Path(name) if is_file and not name.startswith("file:") else None
