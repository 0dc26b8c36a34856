"""What the archive tells of its sources' health: runs, arrivals, dates; read, never judged here.

Rows are numbered in the order of their times, so every look back starts at the newest row and costs what is recent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, literal_column, select

from storage import runs
from storage.models import ArticleRow, LinkRow, RevisionRow, RunRow
from storage.runs import Run, RunState, recent_start
from storage.types import LinkState

RUNS_OF_EACH = 20
"""Runs of a source that are looked at: what is older tells nothing of how it does now."""

RUNS_WITHIN = timedelta(days=14)
ARRIVALS_WITHIN = timedelta(days=28)
DATES_WITHIN = timedelta(days=7)

CLOCKS_DIFFER = timedelta(minutes=15)
"""A time of publication so much after we read it is in the future; less is a clock that goes wrong."""

_MOST_FUTURE = 10_000


@dataclass(frozen=True, slots=True)
class Dates:
    """Of how many new articles the time of publication is unknown, or was still to come when they were read."""

    articles: int = 0
    unknown: int = 0
    future: int = 0


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """What one source did lately."""

    source_key: str
    runs: tuple[Run, ...] = ()
    """The newest first, at most RUNS_OF_EACH, of RUNS_WITHIN."""
    arrivals: Mapping[datetime, int] = field(default_factory=dict)
    """New articles by the hour (UTC) in which they were stored, of ARRIVALS_WITHIN, in order of time."""
    last_article_at: datetime | None = None
    """When the last new article was stored, however long ago; None: never."""
    dates: Dates = Dates()


def records(connection: Connection, *, now: datetime) -> dict[str, SourceRecord]:
    """Give what every source did lately that ever ran or stored lately, by key."""
    ran = runs.latest_of_each(connection, of_each=RUNS_OF_EACH, since=now - RUNS_WITHIN)
    came = arrivals(connection, since=now - ARRIVALS_WITHIN)
    dated = dates(connection, since=now - DATES_WITHIN)
    last = last_articles(connection, {*ran, *came})
    return {
        key: SourceRecord(key, tuple(ran.get(key, ())), came.get(key, {}), last.get(key), dated.get(key, Dates()))
        for key in sorted({*ran, *came})
    }


def arrivals(connection: Connection, *, since: datetime) -> dict[str, dict[datetime, int]]:
    """Give the new articles of each source by the hour in which they were stored, hours in order."""
    first = recent_start(connection, ArticleRow.id, ArticleRow.first_seen_at, since)
    if first is None:
        return {}
    # Numbers as they stand: PostgreSQL takes two parameters for two expressions.
    hour = func.substr(ArticleRow.first_seen_at, literal_column("1"), literal_column("13"))
    query = (
        select(ArticleRow.source_key, hour, func.count())
        .where(ArticleRow.id >= first)
        .group_by(ArticleRow.source_key, hour)
        .order_by(hour)
    )
    found: dict[str, dict[datetime, int]] = defaultdict(dict)
    for key, text, count in connection.execute(query):
        found[key][datetime.fromisoformat(f"{text}:00:00+00:00")] = count
    return dict(found)


def last_articles(connection: Connection, source_keys: Iterable[str]) -> dict[str, datetime]:
    """Give when the last new article of each source was stored; sources without any are left out."""
    found: dict[str, datetime] = {}
    for key in source_keys:
        newest = select(func.max(ArticleRow.id)).where(ArticleRow.source_key == key).scalar_subquery()
        at = connection.scalar(select(ArticleRow.first_seen_at).where(ArticleRow.id == newest))
        if at is not None:
            found[key] = at
    return found


def dates(connection: Connection, *, since: datetime) -> dict[str, Dates]:
    """Give what the new articles of each source say of their times of publication."""
    first = recent_start(connection, RevisionRow.id, RevisionRow.seen_at, since)
    if first is None:
        return {}
    new = (RevisionRow.id >= first, RevisionRow.revision == 1, RevisionRow.article_id == ArticleRow.id)
    unknown = func.sum(case((RevisionRow.published_at.is_(None), 1), else_=0))
    counted = select(ArticleRow.source_key, func.count(), unknown).where(*new).group_by(ArticleRow.source_key)
    later = (
        select(ArticleRow.source_key, RevisionRow.published_at, RevisionRow.seen_at)
        .where(*new, RevisionRow.published_at > RevisionRow.seen_at)
        .order_by(RevisionRow.id.desc())
        .limit(_MOST_FUTURE)
    )
    future: dict[str, int] = defaultdict(int)
    for key, published_at, seen_at in connection.execute(later):
        future[key] += published_at is not None and published_at > seen_at + CLOCKS_DIFFER
    return {key: Dates(count, none, future[key]) for key, count, none in connection.execute(counted)}


def articles(connection: Connection) -> int:
    """Count all articles."""
    return connection.scalar(select(func.count()).select_from(ArticleRow)) or 0


def links(connection: Connection) -> dict[LinkState, int]:
    """Count all links by state."""
    rows = connection.execute(select(LinkRow.state, func.count()).group_by(LinkRow.state))
    return {LinkState(row[0]): row[1] for row in rows}


def run_states(connection: Connection, *, since: datetime) -> dict[RunState, int]:
    """Count the runs that began since then, by state."""
    first = recent_start(connection, RunRow.id, RunRow.started_at, since)
    if first is None:
        return {}
    rows = connection.execute(select(RunRow.state, func.count()).where(RunRow.id >= first).group_by(RunRow.state))
    return {RunState(row[0]): row[1] for row in rows}
