"""The SQL views promised to downstream programs; the same statement serves SQLite and PostgreSQL.

A column here is never renamed or removed; docs/archive.md describes each one.
"""

from __future__ import annotations

_REVISION_COLUMNS = """
       r.title, r.text, r.html, r.source_html, r.authors, r.publisher, r.publisher_as_printed"""

_PUBLISHED_COLUMNS = "r.published_at, r.published_precision, r.published_from"
_FURTHER_COLUMNS = "r.modified_at, r.section, r.tags, r.provenance"

VIEWS: dict[str, str] = {
    "article_current": f"""
SELECT a.id, a.url, a.canonical_url, a.external_id, a.kind,{_REVISION_COLUMNS},
       a.category_slug, c.name AS category_name, a.source_key, r.language, {_PUBLISHED_COLUMNS},
       a.first_seen_at, a.updated_at, a.revision, a.story_id, r.word_count, r.partial,
       a.identity, r.timezone, r.published_as_printed, r.title_from, r.publisher_from, r.content_hash,
       r.capture_id, r.id AS revision_id, {_FURTHER_COLUMNS}
  FROM article a
  JOIN revision r ON r.article_id = a.id AND r.revision = a.revision
  JOIN category c ON c.slug = a.category_slug
""",
    "article_revision": f"""
SELECT r.article_id, r.revision, r.seen_at,{_REVISION_COLUMNS},
       r.language, {_PUBLISHED_COLUMNS}, r.word_count, r.partial, r.content_hash, r.capture_id,
       r.id AS revision_id, {_FURTHER_COLUMNS}
  FROM revision r
""",
    "article_alias": "SELECT article_id, url FROM alias",
    "article_mention": """
SELECT a.id AS article_id, m.symbol, m.market, m.name, m.origin, m.position
  FROM article a
  JOIN revision r ON r.article_id = a.id AND r.revision = a.revision
  JOIN mention m ON m.revision_id = r.id
""",
    "article_media": """
SELECT a.id AS article_id, m.position, m.url, m.alt, m.width, m.height
  FROM article a
  JOIN revision r ON r.article_id = a.id AND r.revision = a.revision
  JOIN media m ON m.revision_id = r.id
""",
    "link_status": """
SELECT url, source_key, state, reason, attempts, discovered_at, next_try_at, article_id,
       reason_text, kind, identity, id AS link_id
  FROM link
""",
    "run_status": """
SELECT id, source_key, spider, state, started_at, ended_at, counts, problems, measures FROM run
""",
    "capture_record": """
SELECT c.id AS capture_id, c.url, c.fetched_at, c.status, c.media_type, c.digest,
       c.file, c."offset" AS file_offset, c.length AS file_length,
       o.file AS body_file, o."offset" AS body_offset
  FROM capture c
  JOIN capture o ON o.id = COALESCE(c.revisit_of, c.id)
""",
    "change_feed": "SELECT seq, article_id, revision_id, kind, at FROM change",
}
