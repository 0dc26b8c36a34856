"""Reading the ledger: counts by state and reason, links by what a person asks for, one link's whole history."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from storage import hosts
from storage.hosts import PutOff
from storage.models import ArticleRow, AttemptRow, CaptureRow, LinkRow, RevisionRow
from storage.types import Kind, LinkState
from storage.urls import BadUrl, identity


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """One link of the ledger as it stands."""

    id: int
    url: str
    host: str
    source_key: str
    identity: str
    kind: Kind
    state: LinkState
    reason: str | None
    reason_text: str | None
    attempts: int
    discovered_at: datetime
    seen_at: datetime
    next_try_at: datetime | None
    article_id: int | None
    run_id: int | None
    """The run that found it; None: imported, or given by hand."""


@dataclass(frozen=True, slots=True)
class Try:
    """One try at a link and how it ended; `reason` is None where it succeeded."""

    at: datetime
    run_id: int | None
    state: LinkState
    reason: str | None
    reason_text: str | None


@dataclass(frozen=True, slots=True)
class ListCapture:
    """The list that showed a link, as it was kept."""

    url: str
    fetched_at: datetime
    file: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The run that works on a link now, and until when it is not heard of."""

    run_id: int
    until: datetime


@dataclass(frozen=True, slots=True)
class ArticleOf:
    """The article that a link led to."""

    id: int
    title: str
    revision: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of one link; None where there is no such thing."""

    link: LinkStatus
    tries: tuple[Try, ...]
    shown_by: ListCapture | None
    lease: Lease | None
    put_off: PutOff | None
    article: ArticleOf | None


@dataclass(frozen=True, slots=True)
class LinkFilter:
    """Which links a list shows; None and "" mean any."""

    source_key: str = ""
    state: LinkState | None = None
    reason: str = ""
    host: str = ""


def summary(connection: Connection, *, source_key: str = "") -> list[tuple[str, LinkState, str | None, int]]:
    """Give (source, state, reason, count) for all links, by source, state and reason."""
    columns = (LinkRow.source_key, LinkRow.state, LinkRow.reason)
    query = select(*columns, func.count()).group_by(*columns).order_by(*columns)
    if source_key:
        query = query.where(LinkRow.source_key == source_key)
    return [(row[0], LinkState(row[1]), row[2], row[3]) for row in connection.execute(query)]


def links(connection: Connection, wanted: LinkFilter, *, limit: int) -> list[LinkStatus]:
    """Give links, the last discovered first."""
    return _read(connection, _conditions(wanted), limit=limit)


def of_url(connection: Connection, url: str) -> list[LinkStatus]:
    """Give all links that are this address or the same article under another one."""
    conditions: list[ColumnElement[bool]] = [LinkRow.url == url]
    # An address that has no canonical form may still stand in the ledger as it was seen.
    with suppress(BadUrl):
        conditions.append(LinkRow.identity == identity(url))
    return _read(connection, [or_(*conditions)], limit=100)


def tries(connection: Connection, link_id: int) -> list[Try]:
    """Give every try at a link, oldest first."""
    query = select(AttemptRow.__table__).where(AttemptRow.link_id == link_id).order_by(AttemptRow.id)
    return [
        Try(
            at=row.at,
            run_id=row.run_id,
            state=LinkState(row.state),
            reason=row.reason,
            reason_text=row.reason_text,
        )
        for row in connection.execute(query)
    ]


def history(connection: Connection, link: LinkStatus, *, now: datetime) -> History:
    """Give all that is known of a link; a put-off of its host only while it stands."""
    row = connection.execute(
        select(LinkRow.capture_id, LinkRow.leased_run, LinkRow.lease_until).where(LinkRow.id == link.id)
    ).one()
    lease = Lease(row.leased_run, row.lease_until) if link.state is LinkState.LEASED else None
    put_off = hosts.of_host(connection, link.host)
    return History(
        link, tuple(tries(connection, link.id)), _shown_by(connection, row.capture_id), lease,
        put_off if put_off is not None and put_off.until > now else None, _article(connection, link.article_id),
    )  # fmt: skip


def _shown_by(connection: Connection, capture_id: int | None) -> ListCapture | None:
    columns = (CaptureRow.url, CaptureRow.fetched_at, CaptureRow.file)
    row = connection.execute(select(*columns).where(CaptureRow.id == capture_id)).one_or_none()
    return ListCapture(row.url, row.fetched_at, row.file) if row is not None else None


def _article(connection: Connection, article_id: int | None) -> ArticleOf | None:
    current = and_(RevisionRow.article_id == ArticleRow.id, RevisionRow.revision == ArticleRow.revision)
    columns = (ArticleRow.id, RevisionRow.title, ArticleRow.revision, ArticleRow.updated_at)
    query = select(*columns).join(RevisionRow, current).where(ArticleRow.id == article_id)
    row = connection.execute(query).one_or_none()
    return ArticleOf(row.id, row.title, row.revision, row.updated_at) if row is not None else None


def make_due(connection: Connection, wanted: LinkFilter, *, now: datetime) -> int:
    """Make links pending that ended, and due that wait in back-off, because a person asks; give how many.

    A host that is put off stays so: its links wait for its time.
    """
    ended = [state for state in LinkState if state is not LinkState.LEASED]
    # Refused items and failed lists stand in the ledger, too; they are no articles to ask for.
    is_article = ~or_(LinkRow.identity.startswith("item:"), LinkRow.identity.startswith("list:"))
    result = connection.execute(
        update(LinkRow)
        .where(LinkRow.state.in_(ended), is_article, *_conditions(wanted))
        .where(or_(LinkRow.state != LinkState.PENDING, LinkRow.next_try_at > now))
        .values(state=LinkState.PENDING, attempts=0, next_try_at=now)
    )
    return result.rowcount


def _conditions(wanted: LinkFilter) -> list[ColumnElement[bool]]:
    exact = {
        LinkRow.source_key: wanted.source_key,
        LinkRow.state: wanted.state,
        LinkRow.reason: wanted.reason,
        LinkRow.host: wanted.host.lower(),
    }
    return [column == value for column, value in exact.items() if value]


def _read(connection: Connection, conditions: Sequence[ColumnElement[bool]], *, limit: int) -> list[LinkStatus]:
    query = select(LinkRow.__table__).where(*conditions).order_by(LinkRow.id.desc()).limit(limit)
    return [
        LinkStatus(
            id=row.id, url=row.url, host=row.host, source_key=row.source_key, identity=row.identity,
            kind=Kind(row.kind), state=LinkState(row.state), reason=row.reason, reason_text=row.reason_text,
            attempts=row.attempts, discovered_at=row.discovered_at, seen_at=row.seen_at,
            next_try_at=row.next_try_at, article_id=row.article_id, run_id=row.run_id,
        )
        for row in connection.execute(query)
    ]  # fmt: skip
