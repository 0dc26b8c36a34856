"""Captures as rows: where each one is, and whether the same bytes are kept already."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from storage.captures import CaptureRef
from storage.models import CaptureRow

_INSERT = insert(CaptureRow).returning(CaptureRow.id)


def kept(connection: Connection, digests: Sequence[str]) -> dict[str, tuple[int, CaptureRef]]:
    """Give the first capture, with its row's id, that holds each digest's bytes."""
    query = (
        select(CaptureRow.__table__)
        .where(CaptureRow.digest.in_(digests), CaptureRow.revisit_of.is_(None))
        .order_by(CaptureRow.id.desc())
    )
    return {
        row.digest: (
            row.id,
            CaptureRef(
                file=row.file, offset=row.offset, length=row.length, digest=row.digest, url=row.url,
                fetched_at=row.fetched_at, status=row.status, media_type=row.media_type,
            ),
        )
        for row in connection.execute(query)
    }  # fmt: skip


def add(connection: Connection, ref: CaptureRef, *, revisit_of: int | None) -> int:
    """Write one capture's row and give its id."""
    values = {
        "url": ref.url, "fetched_at": ref.fetched_at, "status": ref.status, "media_type": ref.media_type,
        "file": ref.file, "offset": ref.offset, "length": ref.length, "digest": ref.digest,
        "revisit_of": revisit_of,
    }  # fmt: skip
    capture_id: int = connection.execute(_INSERT, values).scalar_one()
    return capture_id


def place(connection: Connection, capture_id: int) -> tuple[str, int] | None:
    """Give (file, offset) of the record that holds a capture's bytes, following a revisit to its original."""
    row = connection.execute(
        select(CaptureRow.file, CaptureRow.offset, CaptureRow.revisit_of).where(CaptureRow.id == capture_id)
    ).one_or_none()
    if row is None:
        return None
    return place(connection, row.revisit_of) if row.revisit_of is not None else (row.file, row.offset)
