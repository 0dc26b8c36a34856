"""Templates on their whole way: learned at the end of a crawl, used in the next, given up after a redesign."""

from __future__ import annotations

import json
from pathlib import Path

from tests.journeys.conftest import Crawler
from tests.pipelines.templates import sites
from tests.site.answers import Answer, Request
from tests.site.server import NewsSite

HOST = "www.example-portal.test"


def archive_pages(crawler: Crawler, folder: Path, numbers: range) -> None:
    file = folder / "links.txt"
    file.write_text("\n".join(f"https://{HOST}/2026/11/{number}.html" for number in numbers), encoding="utf-8")
    result = crawler.crawl("page", "-a", f"file={file}")
    assert result.returncode == 0, result.stderr


def versions(crawler: Crawler) -> list[tuple[object, ...]]:
    rows = crawler.rows("SELECT version, state, recent, note FROM template ORDER BY version")
    return [(row["version"], row["state"], json.loads(row["recent"]), row["note"]) for row in rows]


def test_a_host_is_learned_used_and_learned_again_after_a_redesign(
    crawler: Crawler, site: NewsSite, tmp_path: Path
) -> None:
    def answer(request: Request) -> Answer:
        one = story(request.path)
        layout = sites.portal if one.number < 40 else sites.redesigned
        return Answer(200, (("Content-Type", "text/html; charset=utf-8"),), layout(one).encode())

    site.add(HOST, "/2026/*", 200, (), answer)
    archive_pages(crawler, tmp_path, range(1, 11))
    assert versions(crawler) == [(1, "active", [], "")]
    archive_pages(crawler, tmp_path, range(20, 56))
    first, second = versions(crawler)
    assert first[1:3] == ("drifted", [1] * 15 + [0] * 5)
    assert "it missed the last 5 pages" in str(first[3])
    assert second == (2, "active", [], "")
    archive_pages(crawler, tmp_path, range(60, 66))
    assert versions(crawler)[1][2] == [1] * 6
    read = {row["url"]: row["text"] for row in crawler.rows("SELECT url, text FROM article_current")}
    assert len(read) == 10 + 36 + 6
    assert {url for url in read if int(url[-7:-5].strip("/")) > 10 and read[url] != story(url).text} == set()
    learned = crawler.run("finews", "templates", "learn", HOST, "--json")
    assert json.loads(learned.stdout)["use"] == "replaces"


def story(url: str) -> sites.Story:
    return sites.story(int(url.rpartition("/")[2].partition(".")[0]), zh=True)
