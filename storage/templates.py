"""Learned templates in the archive: one row a host and version; and the kept pages that they are learned from.

What the rules mean is `pipelines.templates`'s. All functions work inside the caller's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from storage.models import ArticleRow, CaptureRow, LinkRow, RevisionRow, TemplateRow
from storage.types import LinkState

RECENT = 20
"""How many of the last pages are remembered, each as served by the template or not."""


class TemplateState(StrEnum):
    """What has become of a version: only an active one is used, one a host."""

    ACTIVE = "active"
    SUPERSEDED = "superseded"
    DRIFTED = "drifted"
    """The host's pages changed: it missed too many of the last ones."""


@dataclass(frozen=True, slots=True)
class StoredTemplate:
    """One version of what was learned of a host's pages; `recent` are the last pages, served or not, newest last."""

    host: str
    version: int
    state: TemplateState
    learned_at: datetime
    pages: int
    rules: str
    recent: tuple[bool, ...]
    note: str


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A stored article's page: its link's address, and the capture that holds it."""

    url: str
    capture_id: int


def load(connection: Connection, host: str | None = None, *, only_active: bool = False) -> list[StoredTemplate]:
    """Give the templates of a host, or of all, by host, the newest version first."""
    query = select(TemplateRow.__table__).order_by(TemplateRow.host, TemplateRow.version.desc())
    if host is not None:
        query = query.where(TemplateRow.host == host)
    if only_active:
        query = query.where(TemplateRow.state == TemplateState.ACTIVE)
    return [
        StoredTemplate(
            host=row.host, version=row.version, state=TemplateState(row.state), learned_at=row.learned_at,
            pages=row.pages, rules=row.rules, recent=tuple(map(bool, json.loads(row.recent))), note=row.note,
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def add(connection: Connection, host: str, *, rules: str, pages: int, note: str, now: datetime) -> int:
    """Write a new version for a host, which is used from now on, and give its number; an active one is superseded."""
    connection.execute(
        update(TemplateRow)
        .where(TemplateRow.host == host, TemplateRow.state == TemplateState.ACTIVE)
        .values(state=TemplateState.SUPERSEDED)
    )
    last = connection.scalar(select(func.max(TemplateRow.version)).where(TemplateRow.host == host))
    version = (last or 0) + 1
    values = {
        "host": host, "version": version, "state": TemplateState.ACTIVE, "learned_at": now, "pages": pages,
        "rules": rules, "note": note,
    }  # fmt: skip
    connection.execute(insert(TemplateRow).values(values))
    return version


def remember(
    connection: Connection, host: str, version: int, recent: Sequence[bool], *, drifted: str | None = None
) -> None:
    """Write down how a template served the last pages; `drifted` says why it is used no more, None: it still is."""
    values: dict[str, str] = {"recent": json.dumps([int(one) for one in recent[-RECENT:]])}
    if drifted is not None:
        values |= {"state": TemplateState.DRIFTED, "note": drifted}
    connection.execute(
        update(TemplateRow)
        .where(
            TemplateRow.host == host, TemplateRow.version == version, TemplateRow.state == TemplateState.ACTIVE
        )
        .values(values)
    )  # fmt: skip


def kept_pages(connection: Connection, host: str, *, limit: int, source_key: str | None = None) -> list[KeptPage]:
    """Give the pages of a host's stored articles, the last found first."""
    query = _pages(select(LinkRow.url, RevisionRow.capture_id), source_key).where(LinkRow.host == host)
    rows = connection.execute(query.order_by(LinkRow.id.desc()).limit(limit))
    return [KeptPage(row.url, row.capture_id) for row in rows]


def count_pages(connection: Connection, *, source_key: str | None = None, least: int = 1) -> dict[str, int]:
    """Give how many kept pages of stored articles each host has, those with `least` or more; of one source or all."""
    counted = func.count().label("pages")
    query = _pages(select(LinkRow.host, counted), source_key).where(LinkRow.host != "")
    rows = connection.execute(query.group_by(LinkRow.host).having(counted >= least).order_by(LinkRow.host))
    return {row.host: row.pages for row in rows}


def _pages(query: Any, source_key: str | None) -> Any:
    query = (
        query.select_from(LinkRow)
        .join(ArticleRow, ArticleRow.id == LinkRow.article_id)
        .join(RevisionRow, (RevisionRow.article_id == ArticleRow.id) & (RevisionRow.revision == ArticleRow.revision))
        .join(CaptureRow, CaptureRow.id == RevisionRow.capture_id)
        .where(LinkRow.state == LinkState.STORED, CaptureRow.status == 200, CaptureRow.media_type.like("%html%"))  # noqa: PLR2004
    )
    return query.where(LinkRow.source_key == source_key) if source_key is not None else query
