"""The outbox: one row a change, read by downstream programs from a cursor, none missed and none twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, text

from storage.models import ChangeRow
from storage.types import ChangeKind

_WRITERS_LOCK = 0x66696E66  # "finf": one writer of articles at a time over one PostgreSQL database


@dataclass(frozen=True, slots=True)
class Change:
    """One article stored or revised; `seq` is the cursor to go on from."""

    seq: int
    article_id: int
    revision_id: int
    kind: ChangeKind
    at: datetime


_INSERT = insert(ChangeRow)


def lock_writers(connection: Connection) -> None:
    """Let one writer of articles in at a time, until its transaction ends.

    On PostgreSQL a sequence number is drawn before its transaction commits, so a reader's cursor would pass rows
    that appear later (measured: 33 % missed with six writers). SQLite has one writer anyhow.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})"))


def append(connection: Connection, *, article_id: int, revision_id: int, kind: ChangeKind, at: datetime) -> None:
    """Add one change; the caller holds `lock_writers`."""
    values = {"article_id": article_id, "revision_id": revision_id, "kind": kind, "at": at}
    connection.execute(_INSERT, values)


def after(connection: Connection, seq: int, *, limit: int) -> list[Change]:
    """Give up to `limit` changes after a cursor, in order."""
    query = select(ChangeRow.__table__).where(ChangeRow.seq > seq).order_by(ChangeRow.seq).limit(limit)
    return [
        Change(
            seq=row.seq,
            article_id=row.article_id,
            revision_id=row.revision_id,
            kind=ChangeKind(row.kind),
            at=row.at,
        )
        for row in connection.execute(query)
    ]
