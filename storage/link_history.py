"""Reading the ledger: counts by state and reason, links by what a person asks for, one link's whole history."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from storage.models import AttemptRow, LinkRow
from storage.types import Kind, LinkState
from storage.urls import BadUrl, identity


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """One link of the ledger as it stands."""

    id: int
    url: str
    source_key: str
    identity: str
    kind: Kind
    state: LinkState
    reason: str | None
    reason_text: str | None
    attempts: int
    discovered_at: datetime
    next_try_at: datetime | None
    article_id: int | None


@dataclass(frozen=True, slots=True)
class Try:
    """One try at a link and how it ended; `reason` is None where it succeeded."""

    at: datetime
    run_id: int | None
    state: LinkState
    reason: str | None
    reason_text: str | None


@dataclass(frozen=True, slots=True)
class LinkFilter:
    """Which links a list shows; None and "" mean any."""

    source_key: str = ""
    state: LinkState | None = None
    reason: str = ""


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


def make_due(connection: Connection, wanted: LinkFilter, *, now: datetime) -> int:
    """Make ended links pending again because a person asks; give how many."""
    ended = [state for state in LinkState if state is not LinkState.LEASED]
    # Refused items and failed lists stand in the ledger, too; they are no articles to ask for.
    is_article = ~or_(LinkRow.identity.startswith("item:"), LinkRow.identity.startswith("list:"))
    result = connection.execute(
        update(LinkRow)
        .where(LinkRow.state.in_(ended), is_article, *_conditions(wanted))
        .values(state=LinkState.PENDING, attempts=0, next_try_at=now)
    )
    return result.rowcount


def _conditions(wanted: LinkFilter) -> list[ColumnElement[bool]]:
    exact = {
        LinkRow.source_key: wanted.source_key,
        LinkRow.state: wanted.state,
        LinkRow.reason: wanted.reason,
    }
    return [column == value for column, value in exact.items() if value]


def _read(connection: Connection, conditions: Sequence[ColumnElement[bool]], *, limit: int) -> list[LinkStatus]:
    query = select(LinkRow.__table__).where(*conditions).order_by(LinkRow.id.desc()).limit(limit)
    return [
        LinkStatus(
            id=row.id, url=row.url, source_key=row.source_key, identity=row.identity, kind=Kind(row.kind),
            state=LinkState(row.state), reason=row.reason, reason_text=row.reason_text, attempts=row.attempts,
            discovered_at=row.discovered_at, next_try_at=row.next_try_at, article_id=row.article_id,
        )
        for row in connection.execute(query)
    ]  # fmt: skip
