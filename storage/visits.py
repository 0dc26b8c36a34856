"""What a source's list looked like at the last visit: for conditional requests, polling, and paging back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from storage.models import SourceStateRow

SHORTEST_INTERVAL = timedelta(minutes=5)
TOLERANCE = timedelta(minutes=1)
"""A visit is noted when it ends: the next one, a cron period later, must not be a second too early."""

LONGEST_INTERVAL = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class SourceState:
    """The last visit of one list; None where nothing is known.

    `resume_url` is where a visit stopped that was paging back over a gap, `resume_since` when that visit began.
    """

    source_key: str
    list_url: str
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    checked_at: datetime | None = None
    changed_at: datetime | None = None
    resume_url: str | None = None
    resume_since: datetime | None = None
    interval: timedelta = timedelta(0)


def visited(state: SourceState, *, changed: bool, now: datetime) -> SourceState:
    """Give the state after one more visit; the polling interval grows by half without a change, a change ends it.

    >>> from datetime import UTC
    >>> state = SourceState("fed", "https://example.org/feed", interval=timedelta(hours=1))
    >>> visited(state, changed=False, now=datetime(2026, 1, 1, tzinfo=UTC)).interval
    datetime.timedelta(seconds=5400)
    >>> visited(state, changed=True, now=datetime(2026, 1, 1, tzinfo=UTC)).interval
    datetime.timedelta(0)
    """
    bounded = timedelta(0) if changed else min(max(state.interval * 1.5, SHORTEST_INTERVAL), LONGEST_INTERVAL)
    return replace(state, checked_at=now, changed_at=now if changed else state.changed_at, interval=bounded)


def is_due(state: SourceState, *, now: datetime) -> bool:
    """Tell whether a poll by schedule is worth it: the list may have changed since the last visit."""
    return state.checked_at is None or now + TOLERANCE >= state.checked_at + state.interval


def load(connection: Connection, source_key: str) -> dict[str, SourceState]:
    """Give the states of a source's lists, by the lists' addresses; one never visited is not among them."""
    rows = connection.execute(select(SourceStateRow.__table__).where(SourceStateRow.source_key == source_key))
    return {
        row.list_url: SourceState(
            source_key=source_key, list_url=row.list_url, etag=row.etag, last_modified=row.last_modified,
            body_digest=row.body_digest, checked_at=row.checked_at, changed_at=row.changed_at,
            resume_url=row.resume_url, resume_since=row.resume_since, interval=timedelta(seconds=row.interval_s),
        )
        for row in rows
    }  # fmt: skip


def save(connection: Connection, state: SourceState) -> None:
    """Write the state of one list, in the transaction that writes its links."""
    connection.execute(
        delete(SourceStateRow).where(
            SourceStateRow.source_key == state.source_key, SourceStateRow.list_url == state.list_url
        )
    )
    connection.execute(
        insert(SourceStateRow).values(
            source_key=state.source_key, list_url=state.list_url, etag=state.etag, last_modified=state.last_modified,
            body_digest=state.body_digest, checked_at=state.checked_at, changed_at=state.changed_at,
            resume_url=state.resume_url, resume_since=state.resume_since,
            interval_s=int(state.interval.total_seconds()),
        )
    )  # fmt: skip


def end_paging(connection: Connection, source_key: str, list_url: str) -> None:
    """Forget the page that a later visit of the list would have gone on from."""
    connection.execute(
        update(SourceStateRow)
        .where(SourceStateRow.source_key == source_key, SourceStateRow.list_url == list_url)
        .values(resume_url=None, resume_since=None)
    )
