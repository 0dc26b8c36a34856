"""robots.txt of real sites: what it forbids is not asked, and where it does not come nothing is."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from time import monotonic

import pytest

from tests.journeys.conftest import Crawler
from tests.journeys.pages import article, asked, by_hand, ends, shows
from tests.site.answers import Answer, Request
from tests.site.server import NewsSite

ALLOW_NOTHING = "User-agent: *\nDisallow: /\n"


def test_while_robots_txt_fails_nothing_is_asked_and_the_next_crawl_stores_all(
    site: NewsSite, crawler: Crawler, tmp_path: Path
) -> None:
    urls = shows(site, "desk.test", "1", "2", "3")
    site.fail("desk.test", "/robots.txt", 503, times=2)
    first = crawler.crawl(*by_hand(tmp_path, urls))
    assert first.returncode == 1, first.stderr
    assert "Traceback" not in first.stderr
    assert asked(site, "desk.test") == []
    assert set(ends(crawler).values()) == {("pending", "robots")}
    waits = crawler.rows("SELECT attempts, next_try_at > discovered_at AS later FROM link_status")
    assert {(row["attempts"], row["later"]) for row in waits} == {(0, 1)}
    crawler.crawl(*by_hand(tmp_path, urls))
    assert asked(site, "desk.test") == [], "its time has not come"
    crawler.let_time_pass()
    again = crawler.crawl(*by_hand(tmp_path, urls))
    assert again.returncode == 0, again.stderr
    assert set(ends(crawler).values()) == {("stored", None)}
    assert crawler.rows("SELECT * FROM host") == [], "a host that answers is forgotten"


def test_what_came_instead_of_robots_txt_decides(site: NewsSite, crawler: Crawler, tmp_path: Path) -> None:
    stored, not_now, forbidden = ("stored", None), "pending", ("rejected", "robots")
    expected = {
        "missing.test": stored, "closed.test": stored, "html.test": stored, "moved.test": forbidden, "far.test": stored,
        "late.test": not_now, "broken.test": not_now, "nobody.test": not_now, "cut.test": not_now,
        "big.test": forbidden, "utf16.test": forbidden, "group.test": forbidden,
    }  # fmt: skip
    urls = [shows(site, host, "1")[0] for host in expected]
    site.add("missing.test", "/robots.txt", 404)
    site.add("closed.test", "/robots.txt", 403, (), ALLOW_NOTHING)
    site.add("html.test", "/robots.txt", 200, {"Content-Type": "text/html"}, article("Disallow: /"))
    site.add("moved.test", "/robots.txt", 301, {"Location": "https://elsewhere.test/robots.txt"})
    site.add("elsewhere.test", "/robots.txt", 200, (), ALLOW_NOTHING)
    site.add("far.test", "/*", 302, {"Location": "/robots.txt?again"})
    site.add("far.test", "/1", 200, {"Content-Type": "text/html"}, article("far"))
    site.add("late.test", "/robots.txt", 429, (), "slow down")
    site.add("broken.test", "/robots.txt", 500)
    site.fail("nobody.test", "/robots.txt", "close", times=10)
    site.fail("cut.test", "/robots.txt", "truncate", times=10)
    site.add("big.test", "/robots.txt", 200, (), ALLOW_NOTHING + "# filler\n" * 100_000 + "Allow: /1\n")
    site.add("utf16.test", "/robots.txt", 200, (), ALLOW_NOTHING.encode("utf-16"))
    site.add("group.test", "/robots.txt", 200, (), "User-agent: *\nAllow: /\nUser-agent: FINEWS/9\nDisallow: /\n")
    result = crawler.crawl(*by_hand(tmp_path, urls))
    assert "Traceback" not in result.stderr
    found = ends(crawler)
    assert {
        host: found[f"{host}/1"] if end != not_now else found[f"{host}/1"][0] for host, end in expected.items()
    } == (expected)
    seen = {host for host in expected if asked(site, host) and expected[host] != stored}
    assert seen == set(), "no page of a site that forbids it, or whose rules did not come"


def test_robots_txt_is_asked_once_and_every_request_waits_for_it(
    site: NewsSite, crawler: Crawler, tmp_path: Path
) -> None:
    urls = shows(site, "desk.test", *(str(number) for number in range(12)), "private")
    site.add("desk.test", "/robots.txt", 200, (), "User-agent: *\nDisallow: /private\n")
    crawler.crawl(*by_hand(tmp_path, urls))
    assert site.requests[0].path == "/robots.txt"
    assert len(site.seen("desk.test", "/robots.txt")) == 1
    assert ends(crawler).pop("desk.test/private") == ("rejected", "robots")
    assert "/private" not in asked(site, "desk.test")


@pytest.mark.parametrize("delay", ["0.6"])
def test_a_crawl_delay_is_kept(site: NewsSite, crawler: Crawler, tmp_path: Path, delay: str) -> None:
    at: list[float] = []

    def answer(request: Request) -> Answer:
        at.append(monotonic())
        return Answer(200, (("Content-Type", "text/html"),), article(request.path).encode())

    site.add("desk.test", "/*", body=answer)
    site.add("desk.test", "/robots.txt", 200, (), f"User-agent: finews\nCrawl-delay: {delay}\n")
    result = crawler.crawl(*by_hand(tmp_path, [f"https://desk.test/{number}" for number in range(6)]))
    assert result.returncode == 0, result.stderr
    assert len(at) == 6
    assert min(later - earlier for earlier, later in pairwise(at)) > float(delay) * 0.8
