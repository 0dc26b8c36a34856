"""Each catalogue source with a documented payload archives it, through the command that users run."""

from __future__ import annotations

import pytest

from crawler.sources import CATALOGUE, load_sources
from storage.urls import identity
from tests.journeys.conftest import Crawler
from tests.site import expected
from tests.site.server import NewsSite

SOURCES = {source.key: source for source in load_sources(CATALOGUE)}


@pytest.mark.parametrize("key", SOURCES)
def test_a_source_is_archived_as_its_payload_says(key: str, crawler: Crawler, site: NewsSite) -> None:
    result = crawler.crawl(SOURCES[key].kind, "-a", f"source={key}")
    assert result.returncode in {0, 1}, result.stderr
    rows = {row["identity"]: row for row in crawler.rows("SELECT * FROM article_current")}
    problems = []
    for item in expected.of(key, site.state):
        name = identity(item.url, item.external_id)
        row = rows.get(name)
        if row is None:
            problems.append(f"{name} is missing")
            continue
        if item.title and row["title"] != item.title:
            problems.append(f"{name}: title {row['title']!r}, not {item.title!r}")
        if row["text"] != item.text:
            problems.append(f"{name}: text {row['text']!r}, not {item.text!r}")
        if item.publisher and row["publisher"] != item.publisher:
            problems.append(f"{name}: publisher {row['publisher']!r}, not {item.publisher!r}")
        told = {"day": 10, "hour": 13, "minute": 16}.get(row["published_precision"], 20)
        if (row["published_at"] or "")[:told] != (item.published or "")[:told]:
            problems.append(f"{name}: published {row['published_at']} ({row['published_from']}), not {item.published}")
    assert not problems, "\n".join([*problems, result.stderr])
