"""What the steps hand to the archive: an article ready to store, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from storage.reasons import Reason
from storage.types import Kind, Media, Mention, Precision


@dataclass(frozen=True, slots=True)
class Draft:
    """An extraction made ready to store. Each value stands beside where it came from.

    `identity` is what makes two drafts the same article (`storage.urls.identity`); `url` the address the article
    was found under, `aliases` all further ones. `html` is clean, `source_html` the body as the source gave it.
    `published_at` is aware UTC or None for unknown; `published_as_printed` what the source printed;
    `timezone` the IANA zone of the source, "" where nothing tells it. `content_hash` covers title and text.
    `modified_at` is aware UTC, None where nothing tells of a later edition. `provenance` names for each field that has
    a value the place that told it.
    """

    link_id: int | None
    url: str
    canonical_url: str
    identity: str
    external_id: str | None
    aliases: tuple[str, ...]
    kind: Kind
    source_key: str
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
    language: str
    timezone: str
    published_at: datetime | None
    published_precision: Precision | None
    published_from: str
    published_as_printed: str
    partial: bool
    media: tuple[Media, ...]
    mentions: tuple[Mention, ...]
    content_hash: str
    word_count: int
    capture_id: int | None = None
    modified_at: datetime | None = None
    section: str = ""
    tags: tuple[str, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)
    template: str = ""
    """What became of the host's learned template on this page; not stored with the article."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A page that is no article, with its reason and a text that a person understands."""

    link_id: int | None
    url: str
    reason: Reason
    text: str
    told_by: str = ""
    """The address whose answer said so, where it is not the last one that was asked."""
