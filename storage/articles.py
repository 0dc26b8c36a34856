"""Articles, revisions, stories: what the archive knows of a draft, and the writing of a verdict.

All functions work inside the caller's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from sqlalchemy import Connection, Executable, and_, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage import changes
from storage.drafts import Draft
from storage.models import AliasRow, ArticleRow, CategoryRow, MediaRow, MentionRow, RevisionRow
from storage.types import ChangeKind, Kind


class VerdictKind(StrEnum):
    """What a draft is to the archive."""

    NEW = "new"
    COPY = "copy"
    """A new article that tells a story the archive has: same text, another publisher's page."""
    REVISION = "revision"
    SAME = "same"
    """Nothing new: the article's current revision says the same."""


@dataclass(frozen=True, slots=True)
class Archived:
    """What the archive holds of one article, for the decision about a draft."""

    article_id: int
    story_id: int
    url: str
    external_id: str | None
    kind: Kind
    revision: int
    content_hash: str
    partial: bool
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """All that bears on a draft: the article with its identity or address, and those with its very text."""

    same_article: Archived | None
    same_text: tuple[Archived, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision: `article` is the one to revise or to point at, `story_id` the story a copy joins."""

    kind: VerdictKind
    article: Archived | None = None
    story_id: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a draft: the article it belongs to and what the verdict was."""

    article_id: int
    verdict: VerdictKind


_ARCHIVED = (
    select(
        ArticleRow.id, ArticleRow.story_id, ArticleRow.url, ArticleRow.external_id, ArticleRow.kind,
        ArticleRow.revision, RevisionRow.content_hash, RevisionRow.partial, RevisionRow.published_at,
    )
    .join(RevisionRow, and_(RevisionRow.article_id == ArticleRow.id, RevisionRow.revision == ArticleRow.revision))
    .order_by(ArticleRow.id)
    .limit(20)
)  # fmt: skip
# Statements are built once: SQLAlchemy's own work for each would cost more than SQLite's.
_BY_IDENTITY = _ARCHIVED.where(ArticleRow.identity == bindparam("identity"))
_BY_ADDRESS = _ARCHIVED.where(
    ArticleRow.id.in_(select(AliasRow.article_id).where(AliasRow.url.in_(bindparam("urls", expanding=True))))
)
_BY_TEXT = _ARCHIVED.where(RevisionRow.content_hash == bindparam("content_hash"))
_INSERT_ARTICLE = insert(ArticleRow).returning(ArticleRow.id)
_INSERT_REVISION = insert(RevisionRow).returning(RevisionRow.id)
_BEGIN_STORY = (
    update(ArticleRow).where(ArticleRow.id == bindparam("article_id")).values(story_id=bindparam("article_id"))
)
_CATEGORY = select(CategoryRow.slug).where(CategoryRow.name == bindparam("name"))


def known(connection: Connection, draft: Draft) -> Known:
    """Give what the archive holds that bears on a draft, each list by article id."""
    same = _archived(connection, _BY_IDENTITY, {"identity": draft.identity})
    if not same:
        same = _archived(connection, _BY_ADDRESS, {"urls": [draft.url, *draft.aliases]})
    same_text = _archived(connection, _BY_TEXT, {"content_hash": draft.content_hash})
    return Known(same_article=same[0] if same else None, same_text=tuple(same_text))


def _archived(connection: Connection, query: Executable, values: dict[str, object]) -> list[Archived]:
    return [
        Archived(
            article_id=row.id, story_id=row.story_id, url=row.url, external_id=row.external_id, kind=Kind(row.kind),
            revision=row.revision, content_hash=row.content_hash, partial=row.partial, published_at=row.published_at,
        )
        for row in connection.execute(query, values)
    ]  # fmt: skip


def write(connection: Connection, draft: Draft, verdict: Verdict, *, now: datetime) -> Stored:
    """Carry out a verdict: article, revision, aliases, mentions, media and the change, in this transaction."""
    if verdict.kind in {VerdictKind.NEW, VerdictKind.COPY}:
        article_id = _insert_article(connection, draft, verdict.story_id, now=now)
        _insert_revision(connection, draft, article_id, 1, kind=ChangeKind.NEW, now=now)
    else:
        if verdict.article is None:
            raise ValueError(f"a verdict {verdict.kind} of {draft.url} names no article")
        article_id = verdict.article.article_id
        if verdict.kind is VerdictKind.REVISION:
            _revise(connection, draft, verdict.article, now=now)
    _add_aliases(connection, article_id, (draft.url, *draft.aliases))
    return Stored(article_id=article_id, verdict=verdict.kind)


def add_alias(connection: Connection, article_id: int, url: str) -> None:
    """Note one more address of an article; an address that another article has stays with that one."""
    _add_aliases(connection, article_id, (url,))


@cache
def _insert_ignore(dialect: str, table: type[AliasRow | CategoryRow]) -> sqlite.Insert | postgresql.Insert:
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return make(table).on_conflict_do_nothing()


def _add_aliases(connection: Connection, article_id: int, urls: Sequence[str]) -> None:
    rows = [{"url": url, "article_id": article_id} for url in dict.fromkeys(urls)]
    connection.execute(_insert_ignore(connection.dialect.name, AliasRow), rows)


def _insert_article(connection: Connection, draft: Draft, story_id: int | None, *, now: datetime) -> int:
    values = {
        "identity": draft.identity, "external_id": draft.external_id, "url": draft.url,
        "canonical_url": draft.canonical_url, "kind": draft.kind, "source_key": draft.source_key,
        "category_slug": _category(connection, draft.category_slug, draft.category_name), "story_id": story_id,
        "first_seen_at": now, "updated_at": now, "revision": 1,
    }  # fmt: skip
    article_id: int = connection.execute(_INSERT_ARTICLE, values).scalar_one()
    if story_id is None:
        connection.execute(_BEGIN_STORY, {"article_id": article_id})
    return article_id


def _category(connection: Connection, slug: str, name: str) -> str:
    """Give the slug of a category's name, made on first sight; two names that share a slug get two."""
    found = connection.scalar(_CATEGORY, {"name": name})
    number = 1
    while found is None:
        candidate = slug if number == 1 else f"{slug}-{number}"
        connection.execute(_insert_ignore(connection.dialect.name, CategoryRow), [{"slug": candidate, "name": name}])
        found = connection.scalar(_CATEGORY, {"name": name})
        number += 1
    return found


def _revise(connection: Connection, draft: Draft, article: Archived, *, now: datetime) -> None:
    number = article.revision + 1
    _insert_revision(connection, draft, article.article_id, number, kind=ChangeKind.REVISION, now=now)
    # A flash whose article appears later becomes that article.
    kind = Kind.ARTICLE if Kind.ARTICLE in {draft.kind, article.kind} else Kind.FLASH
    connection.execute(
        update(ArticleRow).where(ArticleRow.id == article.article_id).values(revision=number, updated_at=now, kind=kind)
    )


def _insert_revision(
    connection: Connection, draft: Draft, article_id: int, number: int, *, kind: ChangeKind, now: datetime
) -> None:
    values = {
        "article_id": article_id, "revision": number, "seen_at": now, "title": draft.title,
        "title_from": draft.title_from, "text": draft.text, "html": draft.html, "source_html": draft.source_html,
        "authors": json.dumps(draft.authors, ensure_ascii=False), "publisher": draft.publisher,
        "publisher_as_printed": draft.publisher_as_printed, "publisher_from": draft.publisher_from,
        "language": draft.language, "timezone": draft.timezone, "published_at": draft.published_at,
        "published_precision": draft.published_precision, "published_from": draft.published_from,
        "published_as_printed": draft.published_as_printed, "partial": draft.partial,
        "modified_at": draft.modified_at, "section": draft.section, "tags": json.dumps(draft.tags, ensure_ascii=False),
        "provenance": json.dumps(dict(draft.provenance), ensure_ascii=False, sort_keys=True),
        "word_count": draft.word_count, "content_hash": draft.content_hash, "capture_id": draft.capture_id,
    }  # fmt: skip
    revision_id: int = connection.execute(_INSERT_REVISION, values).scalar_one()
    mentions = [
        {"revision_id": revision_id, "position": position, "symbol": m.symbol, "market": m.market, "name": m.name,
         "origin": m.origin}
        for position, m in enumerate(draft.mentions, start=1)
    ]  # fmt: skip
    if mentions:
        connection.execute(insert(MentionRow), mentions)
    media = [
        {"revision_id": revision_id, "position": position, "url": m.url, "alt": m.alt, "width": m.width,
         "height": m.height}
        for position, m in enumerate(draft.media, start=1)
    ]  # fmt: skip
    if media:
        connection.execute(insert(MediaRow), media)
    changes.append(connection, article_id=article_id, revision_id=revision_id, kind=kind, at=now)
