"""Reading articles and links back: by reference, in lists, and as a stream for exports."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, column, select, table, tuple_

from storage.models import AliasRow, ArticleRow, MediaRow, MentionRow
from storage.types import Kind, Media, Mention, Precision, from_iso_utc, iso_utc
from storage.urls import BadUrl, external_id, identity

_STREAM = 200  # articles read at once for an export: bounded memory, few queries


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it stands: the columns of `article_current`, with aliases, mentions and media."""

    id: int
    identity: str
    url: str
    canonical_url: str
    external_id: str | None
    kind: Kind
    title: str
    title_from: str
    text: str
    html: str
    source_html: str
    authors: tuple[str, ...]
    publisher: str
    publisher_as_printed: str
    publisher_from: str
    category_slug: str
    category_name: str
    source_key: str
    language: str
    timezone: str
    published_at: datetime | None
    published_precision: Precision | None
    published_from: str
    published_as_printed: str
    first_seen_at: datetime
    updated_at: datetime
    revision: int
    revision_id: int
    story_id: int
    word_count: int
    partial: bool
    capture_id: int | None
    modified_at: datetime | None = None
    section: str = ""
    tags: tuple[str, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles a list shows; None and "" mean any. Times are aware, `until` is exclusive."""

    source_key: str = ""
    category_slug: str = ""
    publisher: str = ""
    kind: Kind | None = None
    since: datetime | None = None
    until: datetime | None = None


_COLUMNS = (
    "id", "identity", "url", "canonical_url", "external_id", "kind", "title", "title_from", "text", "html",
    "source_html", "authors", "publisher", "publisher_as_printed", "publisher_from", "category_slug",
    "category_name", "source_key", "language", "timezone", "published_at", "published_precision",
    "published_from", "published_as_printed", "first_seen_at", "updated_at", "revision", "revision_id",
    "story_id", "word_count", "partial", "capture_id", "modified_at", "section", "tags", "provenance",
)  # fmt: skip
_CURRENT = table("article_current", *(column(name) for name in _COLUMNS))


def find(connection: Connection, reference: str) -> Article | None:
    """Give the article that a person means by its number in the archive, its infoCode, or any of its addresses."""
    reference = reference.strip()
    article_id = _id_of(connection, reference)
    found = list(_read(connection, [_CURRENT.c.id == article_id], limit=1)) if article_id is not None else []
    return found[0] if found else None


def _id_of(connection: Connection, reference: str) -> int | None:
    # Numbers of articles are far below the 15 digits of the shortest Eastmoney number.
    if reference.isdecimal() and len(reference) < 15:  # noqa: PLR2004
        return int(reference)
    number = external_id(reference)
    if number is not None:
        return connection.scalar(select(ArticleRow.id).where(ArticleRow.external_id == number))
    alias = connection.scalar(select(AliasRow.article_id).where(AliasRow.url == reference))
    if alias is not None:
        return alias
    try:
        return connection.scalar(select(ArticleRow.id).where(ArticleRow.identity == identity(reference)))
    except BadUrl:
        return None


def newest(
    connection: Connection, wanted: ArticleFilter, *, limit: int, before: tuple[str, int] | None = None
) -> list[Article]:
    """Give the articles that were archived last, newest first.

    `before` is the (first_seen_at as text, id) of the last article of the page before.
    """
    conditions = _conditions(wanted)
    if before is not None:
        conditions.append(tuple_(_CURRENT.c.first_seen_at, _CURRENT.c.id) < before)
    return list(_read(connection, conditions, limit=limit, newest_first=True))


def stream(connection: Connection, *, after_id: int = 0, ids: Sequence[int] | None = None) -> Iterator[Article]:
    """Give all articles, or those with `ids`, in order of their numbers, a few hundred in memory at a time."""
    chosen = sorted(set(ids)) if ids is not None else None
    while True:
        if chosen is None:
            chunk = list(_read(connection, [_CURRENT.c.id > after_id], limit=_STREAM))
        else:
            wanted, chosen = chosen[:_STREAM], chosen[_STREAM:]
            chunk = list(_read(connection, [_CURRENT.c.id.in_(wanted)], limit=_STREAM)) if wanted else []
        if not chunk:
            return
        yield from chunk
        after_id = chunk[-1].id


def _conditions(wanted: ArticleFilter) -> list[ColumnElement[bool]]:
    c = _CURRENT.c
    exact = {
        c.source_key: wanted.source_key, c.category_slug: wanted.category_slug, c.publisher: wanted.publisher,
        c.kind: wanted.kind,
    }  # fmt: skip
    conditions: list[ColumnElement[bool]] = [col == value for col, value in exact.items() if value]
    if wanted.since is not None:
        conditions.append(c.published_at >= iso_utc(wanted.since))
    if wanted.until is not None:
        conditions.append(c.published_at < iso_utc(wanted.until))
    return conditions


def _read(
    connection: Connection,
    conditions: Sequence[ColumnElement[bool]],
    *,
    limit: int,
    newest_first: bool = False,
) -> Iterator[Article]:
    c = _CURRENT.c
    order = (c.first_seen_at.desc(), c.id.desc()) if newest_first else (c.id,)
    rows = connection.execute(select(_CURRENT).where(*conditions).order_by(*order).limit(limit)).all()
    aliases = _grouped(connection, [row.id for row in rows])
    mentions, media = _mentions(connection, rows), _media(connection, rows)
    for row in rows:
        yield Article(
            **{
                **row._mapping,  # noqa: SLF001  # SQLAlchemy's public name for it
                "kind": Kind(row.kind), "authors": tuple(json.loads(row.authors)), "partial": bool(row.partial),
                "modified_at": from_iso_utc(row.modified_at) if row.modified_at else None,
                "tags": tuple(json.loads(row.tags)), "provenance": json.loads(row.provenance),
                "published_at": from_iso_utc(row.published_at) if row.published_at else None,
                "published_precision": Precision(row.published_precision) if row.published_precision else None,
                "first_seen_at": from_iso_utc(row.first_seen_at), "updated_at": from_iso_utc(row.updated_at),
                "aliases": aliases.get(row.id, ()), "mentions": mentions.get(row.revision_id, ()),
                "media": media.get(row.revision_id, ()),
            }
        )  # fmt: skip


def _grouped(connection: Connection, article_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    rows = connection.execute(
        select(AliasRow.article_id, AliasRow.url).where(AliasRow.article_id.in_(article_ids)).order_by(AliasRow.url)
    )
    grouped: dict[int, tuple[str, ...]] = {}
    for article_id, url in rows:
        grouped[article_id] = (*grouped.get(article_id, ()), url)
    return grouped


def _mentions(connection: Connection, rows: Sequence[Row[tuple[object, ...]]]) -> dict[int, tuple[Mention, ...]]:
    query = (
        select(MentionRow.__table__)
        .where(MentionRow.revision_id.in_([row.revision_id for row in rows]))
        .order_by(MentionRow.revision_id, MentionRow.position)
    )
    grouped: dict[int, tuple[Mention, ...]] = {}
    for row in connection.execute(query):
        mention = Mention(symbol=row.symbol, market=row.market, name=row.name, origin=row.origin)
        grouped[row.revision_id] = (*grouped.get(row.revision_id, ()), mention)
    return grouped


def _media(connection: Connection, rows: Sequence[Row[tuple[object, ...]]]) -> dict[int, tuple[Media, ...]]:
    query = (
        select(MediaRow.__table__)
        .where(MediaRow.revision_id.in_([row.revision_id for row in rows]))
        .order_by(MediaRow.revision_id, MediaRow.position)
    )
    grouped: dict[int, tuple[Media, ...]] = {}
    for row in connection.execute(query):
        image = Media(url=row.url, alt=row.alt, width=row.width, height=row.height)
        grouped[row.revision_id] = (*grouped.get(row.revision_id, ()), image)
    return grouped
