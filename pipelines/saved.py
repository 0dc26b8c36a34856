"""Saved pages: files and manifests of pages -> what is read from them, by the very steps of the crawl.

No network, no database. A page that fails costs itself: its row says why.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipelines import dates
from pipelines.page import Fetched, Page, SourceFacts
from pipelines.process import process
from storage.drafts import Draft, Rejected
from storage.reasons import Reason
from storage.types import Kind, iso_utc

LARGEST_PAGE = 16 * 1024 * 1024
"""Twice what a crawl takes (DOWNLOAD_MAXSIZE): saved pages may carry their pictures."""
_NO_URL = "http://saved.invalid/"


@dataclass(frozen=True, slots=True)
class Gold:
    """What a person says that a page holds."""

    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """One row of a manifest: an id of its own, where the page's bytes are, and the address they came from."""

    id: str
    path: Path
    url: str
    gold: Gold | None = None
    """What the page should come out as, where the manifest tells it."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row of a manifest that cannot be used, and why."""

    id: str
    error: str


def read_manifest(manifest: Path) -> Iterator[SavedPage | BadRow]:
    """Give the rows of a JSON Lines file ({id, path, url}) in order; paths count from the manifest's folder.

    A row may have gold, which a person read: {text, title}.
    """
    with manifest.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _row(line, number, manifest)


def _row(line: str, number: int, manifest: Path) -> SavedPage | BadRow:
    try:
        row = json.loads(line)
        return SavedPage(
            id=str(row.get("id", number)), path=manifest.parent / row["path"], url=str(row.get("url") or ""),
            gold=_gold(row.get("gold")),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return BadRow(str(number), f"{manifest}, line {number}: no JSON object with a path: {error!r}")


def _gold(told: object) -> Gold | None:
    if not isinstance(told, dict) or not isinstance(told.get("text"), str):
        return None
    return Gold(told["text"], str(told.get("title") or ""))


def extract_file(page: SavedPage, *, now: datetime) -> dict[str, Any]:
    """Read one saved page; see `extract_saved`. A file that cannot be read gives id and error."""
    try:
        body = read_bytes(page)
    except ValueError as error:
        return _failed(page.id, page.url, str(error))
    return extract_saved(body, id=page.id, url=page.url, now=now)


def read_bytes(page: SavedPage) -> bytes:
    """Give the bytes of a saved page's file.

    Raises:
        ValueError: it cannot be read, or is too large for a page.
    """
    try:
        with page.path.open("rb") as file:
            body = file.read(LARGEST_PAGE + 1)
    except OSError as error:
        raise ValueError(f"{page.path}: {error.strerror}") from error
    if len(body) > LARGEST_PAGE:
        raise ValueError(_too_large(f"{page.path} is larger"))
    return body


def page_of(body: bytes, *, url: str, now: datetime) -> Page:
    """Give a saved page (plain or gzip) as the crawl would hand it to the steps; `now` is when it was fetched.

    Raises:
        ValueError: the bytes are a broken gzip file, or too many.
    """
    address = url or _NO_URL
    fetched = Fetched(url=address, final_url=address, status=200, headers=(), body=_plain(body), fetched_at=now)
    return Page(
        link_id=None, url=address, kind=Kind.ARTICLE, source=SourceFacts(key="saved"), seen_at=now, fetched=(fetched,)
    )


def extract_saved(body: bytes, *, id: str, url: str, now: datetime) -> dict[str, Any]:  # noqa: A002  # the row's own word
    """Give what the steps read from a page's bytes (plain or gzip), ready for JSON; for none, id, url and error.

    `published_at` is ISO 8601 with the offset that the page or its site's zone gives, without one where nothing
    tells it, the date alone where no more was told, None where it is unknown. `now` is what relative times count from.
    """
    try:
        page = page_of(body, url=url, now=now)
    except ValueError as error:
        return _failed(id, url, str(error))
    result = process(page)
    if isinstance(result, Rejected):
        return _failed(id, url, f"{result.reason.value}: {result.text}")
    return row_of(result, id=id, url=url, now=now)


def _plain(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    inflating = zlib.decompressobj(wbits=31)
    try:
        plain = inflating.decompress(body, LARGEST_PAGE)
    except zlib.error as error:
        raise ValueError(f"{Reason.NOT_TEXT}: a gzip file that cannot be read: {error}") from error
    if inflating.unconsumed_tail:
        raise ValueError(_too_large("after decompression it is larger"))
    return plain


def _too_large(text: str) -> str:
    return f"{Reason.TOO_LARGE}: {text} than {LARGEST_PAGE} bytes"


def _failed(id: str, url: str, error: str) -> dict[str, Any]:  # noqa: A002
    return {"id": id, "url": url, "error": error}


def row_of(draft: Draft, *, id: str, url: str, now: datetime) -> dict[str, Any]:  # noqa: A002
    """Give a draft as `extract_saved` gives it."""
    return {
        "id": id, "url": url, "title": draft.title, "text": draft.text, "authors": list(draft.authors),
        "publisher": draft.publisher or None, "publisher_as_printed": draft.publisher_as_printed or None,
        "published_at": _published(draft, now),
        "modified_at": iso_utc(draft.modified_at) if draft.modified_at else None,
        "section": draft.section or None, "tags": list(draft.tags), "provenance": dict(draft.provenance),
        "language": draft.language or None, "category": draft.category_slug,
        "images": [asdict(image) for image in draft.media],
        "mentions": [asdict(mention) for mention in draft.mentions], "partial": draft.partial,
    }  # fmt: skip


def _published(draft: Draft, now: datetime) -> str | None:
    if draft.published_at is None:
        return None
    zone = ZoneInfo(draft.timezone) if draft.timezone else None
    printed = dates.read_time(draft.published_as_printed, now=now, zone=zone)
    return dates.isoformat(printed, zone) if printed is not None else draft.published_at.date().isoformat()
