"""What the tests of list readers are given: a source of a kind, a time, and bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from crawler.listing import Listing
from crawler.lists import read_list
from crawler.sources import Source

NOW = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
SITE = "https://news.example.com/"


def a_source(kind: str, **fields: Any) -> Source:
    return Source.model_validate({"key": "a-source", "kind": kind, "url": SITE, **fields})


def reading(source: Source, body: bytes | str, **options: Any) -> Listing:
    values = {"url": SITE, "content_type": "", "now": NOW, **options}
    return read_list(source, body=body.encode() if isinstance(body, str) else body, **values)
