"""Errors of the archive.

ArchiveError
├── ArchiveUnavailable   the database cannot be opened or reached, or takes nothing now
│   └── ArchiveDamaged   ... and waiting does not help: it is broken, no database, or may not be written
├── MigrationNeeded      the database is older than the program: `finews db upgrade`
├── ArchiveTooNew        the database is newer than the program
├── LinkStateError       a change of state that the ledger does not allow
├── CaptureError         a WARC file that cannot be written or read
└── ExportError          an export that cannot be written, or a post that cannot be read
"""

from __future__ import annotations


class ArchiveError(Exception):
    """Base of all errors of the archive; the message says what happened, to what, and what to do."""


class ArchiveUnavailable(ArchiveError):
    pass


class ArchiveDamaged(ArchiveUnavailable):
    pass


class MigrationNeeded(ArchiveError):
    pass


class ArchiveTooNew(ArchiveError):
    pass


class LinkStateError(ArchiveError):
    pass


class CaptureError(ArchiveError):
    pass


class ExportError(ArchiveError):
    pass
