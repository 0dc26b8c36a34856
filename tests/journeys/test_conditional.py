"""A list is asked for only if it changed, and counts as unchanged only against what was read of it."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.conftest import Crawler
from tests.journeys.pages import ends, shows
from tests.site.answers import Answer, Request
from tests.site.server import NewsSite

CHANGED = "Tue, 24 Nov 2026 08:00:00 GMT"
SOURCES = '[[source]]\nkey = "feed"\nkind = "feed"\nurl = "https://desk.test/rss"\n'


def test_not_modified_counts_only_against_what_was_read(site: NewsSite, crawler: Crawler, tmp_path: Path) -> None:
    (url,) = shows(site, "desk.test", "1")
    rss = f"<rss><channel><item><title>News</title><link>{url}</link></item></channel></rss>".encode()

    def feed(request: Request) -> Answer:
        if request.headers.get("if-none-match") == 'W/"v1"' and request.headers.get("if-modified-since") == CHANGED:
            return Answer(304)  # without validators, as many servers do
        return Answer(200, (("ETag", 'W/"v1"'), ("Last-Modified", CHANGED)), rss)

    (tmp_path / "sources.toml").write_text(SOURCES, encoding="utf-8")
    words, settings = ("feed", "-a", "source=feed"), {"SOURCES_FILE": str(tmp_path / "sources.toml")}
    site.add("desk.test", "/rss", body=feed)
    site.fail("desk.test", "/rss", 304)
    never_read = crawler.crawl(*words, **settings)
    assert never_read.returncode == 2, never_read.stderr
    assert "304" in never_read.stderr
    assert crawler.rows("SELECT * FROM source_state") == []
    assert crawler.crawl(*words, **settings).returncode == 0
    assert ends(crawler) == {"desk.test/rss": ("stored", None), "desk.test/1": ("stored", None)}
    for _ in range(2):
        assert crawler.crawl(*words, **settings).returncode == 0
        assert crawler.run_counts()["lists-unchanged"] == 1
    asked = [request.headers.get("if-none-match") for request in site.seen("desk.test", "/rss")]
    assert asked == [None, None, 'W/"v1"', 'W/"v1"'], "a weak one is kept as it was, over an answer that has none"
