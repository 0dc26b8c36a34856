"""Each catalogue source with a documented payload archives it, through the command that users run."""

from __future__ import annotations

from itertools import groupby, zip_longest

import pytest

from crawler.sources import CATALOGUE, load_sources
from storage.urls import identity
from tests.journeys.conftest import Crawler
from tests.site import expected
from tests.site.server import NewsSite


def rounds() -> list[tuple[str, ...]]:
    """Give the catalogue's keys in rounds with one source of each publisher: two of one show the same articles."""
    keys = sorted(source.key for source in load_sources(CATALOGUE))
    publishers = [list(group) for _, group in groupby(keys, key=lambda key: key.partition("-")[0])]
    return [tuple(filter(None, one)) for one in zip_longest(*publishers)]


def differences(row: dict[str, object] | None, item: expected.Expected) -> list[str]:
    if row is None:
        return ["is missing"]
    told = {"day": 10, "hour": 13, "minute": 16}.get(str(row["published_precision"]), 20)
    pairs = {
        "title": (row["title"], item.title or row["title"]),
        "text": (row["text"], item.text),
        "publisher": (row["publisher"], item.publisher or row["publisher"]),
        "published_at": (str(row["published_at"])[:told], (item.published or "None")[:told]),
    }
    return [f"{name}: {got!r}, not {wanted!r}" for name, (got, wanted) in pairs.items() if got != wanted]


@pytest.mark.parametrize("keys", rounds(), ids=lambda keys: keys[0])
def test_sources_are_archived_as_their_payloads_say(keys: tuple[str, ...], crawler: Crawler, site: NewsSite) -> None:
    result = crawler.run("finews", "crawl", *keys)
    assert result.returncode in {0, 1}, result.stderr
    rows = {row["identity"]: row for row in crawler.rows("SELECT * FROM article_current")}
    problems = [
        f"{key}: {item.url} {difference}"
        for key in keys
        for item in expected.of(key, site.state)
        for difference in differences(rows.get(identity(item.url, item.external_id)), item)
    ]
    assert not problems, "\n".join([*problems, result.stderr])
