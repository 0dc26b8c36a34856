"""What happened in the archive within a time: new articles, runs, links that came to nothing; for a digest."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, Subquery, func, select, union

from storage.models import ArticleRow, AttemptRow, CategoryRow, LinkRow, RevisionRow, RunRow
from storage.runs import Run, RunState, find, recent_start
from storage.types import LinkState

MOST_RUNS = 50
MOST_EXAMPLES = 3
_ARCHIVED = (LinkState.STORED, LinkState.DUPLICATE)


@dataclass(frozen=True, slots=True)
class Missing:
    """Links of one source that were tried or refused within the time and are not archived now, by reason."""

    source_key: str
    state: LinkState
    reason: str
    count: int
    examples: tuple[str, ...]
    """Some of their addresses, the newest first."""


@dataclass(frozen=True, slots=True)
class Day:
    """What happened from `since` to before `until`."""

    since: datetime
    until: datetime
    new: dict[str, int]
    """New articles by source."""
    by_category: dict[tuple[str, str], int]
    """New articles by category: (slug, name)."""
    revised: dict[str, int]
    """New revisions of known articles by source."""
    runs: dict[str, dict[RunState, int]]
    missing: tuple[Missing, ...]
    troubled: tuple[Run, ...]
    """The newest MOST_RUNS runs that are not ok."""


def read(connection: Connection, *, since: datetime, until: datetime) -> Day:
    """Give what happened from `since` to before `until`."""
    return Day(
        since, until,
        new=_new(connection, since, until), by_category=_by_category(connection, since, until),
        revised=_revised(connection, since, until), runs=_runs(connection, since, until),
        missing=tuple(_missing(connection, since, until)), troubled=tuple(_troubled(connection, since, until)),
    )  # fmt: skip


def _new(connection: Connection, since: datetime, until: datetime) -> dict[str, int]:
    first = recent_start(connection, ArticleRow.id, ArticleRow.first_seen_at, since)
    if first is None:
        return {}
    where = (ArticleRow.id >= first, ArticleRow.first_seen_at < until)
    query = select(ArticleRow.source_key, func.count()).where(*where).group_by(ArticleRow.source_key)
    return {row[0]: row[1] for row in connection.execute(query)}


def _by_category(connection: Connection, since: datetime, until: datetime) -> dict[tuple[str, str], int]:
    first = recent_start(connection, ArticleRow.id, ArticleRow.first_seen_at, since)
    if first is None:
        return {}
    query = (
        select(CategoryRow.slug, CategoryRow.name, func.count())
        .join(ArticleRow, ArticleRow.category_slug == CategoryRow.slug)
        .where(ArticleRow.id >= first, ArticleRow.first_seen_at < until)
        .group_by(CategoryRow.slug, CategoryRow.name)
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def _revised(connection: Connection, since: datetime, until: datetime) -> dict[str, int]:
    first = recent_start(connection, RevisionRow.id, RevisionRow.seen_at, since)
    if first is None:
        return {}
    query = (
        select(ArticleRow.source_key, func.count())
        .join(RevisionRow, RevisionRow.article_id == ArticleRow.id)
        .where(RevisionRow.id >= first, RevisionRow.seen_at < until, RevisionRow.revision > 1)
        .group_by(ArticleRow.source_key)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _runs(connection: Connection, since: datetime, until: datetime) -> dict[str, dict[RunState, int]]:
    first = recent_start(connection, RunRow.id, RunRow.started_at, since)
    if first is None:
        return {}
    query = (
        select(RunRow.source_key, RunRow.state, func.count())
        .where(RunRow.id >= first, RunRow.started_at < until)
        .group_by(RunRow.source_key, RunRow.state)
    )
    found: dict[str, dict[RunState, int]] = defaultdict(dict)
    for key, state, count in connection.execute(query):
        found[key][RunState(state)] = count
    return dict(found)


def _troubled(connection: Connection, since: datetime, until: datetime) -> list[Run]:
    query = (
        select(RunRow.id)
        .where(RunRow.started_at >= since, RunRow.started_at < until, RunRow.state != RunState.OK)
        .order_by(RunRow.id.desc())
        .limit(MOST_RUNS)
    )
    if (first := recent_start(connection, RunRow.id, RunRow.started_at, since)) is None:
        return []
    found = (find(connection, run_id) for run_id in connection.scalars(query.where(RunRow.id >= first)).all())
    return [run for run in found if run is not None]


def _missing(connection: Connection, since: datetime, until: datetime) -> list[Missing]:
    touched = _touched(connection, since, until)
    if touched is None:
        return []
    columns = (LinkRow.source_key, LinkRow.state, LinkRow.reason)
    links = select(*columns).join(touched, touched.c.id == LinkRow.id).where(*_not_archived())
    counted = links.add_columns(func.count()).group_by(*columns).order_by(*columns)
    place = func.row_number().over(partition_by=columns, order_by=LinkRow.id.desc())
    numbered = links.add_columns(LinkRow.url, place.label("place")).subquery()
    examples: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in connection.execute(select(numbered).where(numbered.c.place <= MOST_EXAMPLES).order_by("place")):
        examples[row.source_key, row.state, row.reason].append(row.url)
    return [
        Missing(key, LinkState(state), reason, count, tuple(examples[key, state, reason]))
        for key, state, reason, count in connection.execute(counted)
    ]


def _touched(connection: Connection, since: datetime, until: datetime) -> Subquery | None:
    """The links that were tried, or came as refused items, within the time; a refused item has no try."""
    first_try = recent_start(connection, AttemptRow.id, AttemptRow.at, since)
    first_link = recent_start(connection, LinkRow.id, LinkRow.discovered_at, since)
    parts: list[Select[int]] = []
    if first_try is not None:
        parts.append(select(AttemptRow.link_id.label("id")).where(AttemptRow.id >= first_try, AttemptRow.at < until))
    if first_link is not None:
        refused = (LinkRow.id >= first_link, LinkRow.discovered_at < until, LinkRow.attempts == 0)
        parts.append(select(LinkRow.id.label("id")).where(*refused, *_not_archived()))
    return union(*parts).subquery() if parts else None


def _not_archived() -> tuple[ColumnElement[bool], ...]:
    """Not a link that nobody worked on yet either: that one has no reason."""
    return LinkRow.state.not_in(_ARCHIVED), LinkRow.reason.is_not(None)
