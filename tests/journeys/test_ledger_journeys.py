"""No link is lost and none is archived twice, whatever happens to a crawl."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from crawler.sources import CATALOGUE
from tests.journeys.conftest import ROOT, Crawler
from tests.site.answers import Answer, Request
from tests.site.hosts.english import COURIER as OUTLET
from tests.site.server import NewsSite
from tests.site.state import SiteState

ENGLISH = str(ROOT / "tests" / "site" / "sources.toml")
MARKETS, COURIER, TRIBUNE = (f"www.example-{name}.test" for name in ("markets", "courier", "tribune"))
TELEGRAPH = "page_size = 20, max_page_size = 50, max_pages = 20"


@pytest.fixture
def english(crawler: Crawler) -> Crawler:
    """A Crawler whose sources are the invented English publishers."""
    return Crawler(crawler.folder, {**crawler.settings, "SOURCES_FILE": ENGLISH})


@pytest.fixture
def short_pages(crawler: Crawler, tmp_path: Path) -> Crawler:
    """A Crawler whose telegraph has four items a page, and reads three pages a visit."""
    text = CATALOGUE.read_text(encoding="utf-8")
    assert TELEGRAPH in text
    (tmp_path / "sources.toml").write_text(text.replace(TELEGRAPH, "page_size = 4, max_pages = 3"), encoding="utf-8")
    return Crawler(crawler.folder, {**crawler.settings, "SOURCES_FILE": str(tmp_path / "sources.toml")})


def hold(site: NewsSite, host: str, path: str) -> threading.Event:
    """Let a request hang for ever; give the event of its coming."""
    asked = threading.Event()

    def answer(_request: Request) -> str:
        asked.set()
        return "hang"

    site.fail(host, path, answer, times=100)  # type: ignore[arg-type]
    return asked


def links(crawler: Crawler) -> Counter[str]:
    return Counter(row["state"] for row in crawler.rows("SELECT state FROM link_status"))


def urls(crawler: Crawler) -> list[str]:
    return [row["canonical_url"] for row in crawler.rows("SELECT canonical_url FROM article_current")]


def last_run(crawler: Crawler) -> dict[str, Any]:
    return crawler.rows("SELECT * FROM run_status ORDER BY id DESC LIMIT 1")[0]


def market_path(state: SiteState, number: int) -> str:
    story = next(one for one in state.stories("markets") if one.number == number)
    return f"-{story.key}"


def test_a_killed_crawl_loses_no_link_and_stores_none_twice(english: Crawler, site: NewsSite) -> None:
    asked = hold(site, MARKETS, market_path(site.state, 0))
    process = english.start("scrapy", "crawl", "feed", "-a", "source=example-markets", CONCURRENT_REQUESTS="1")
    assert asked.wait(60)
    process.kill()
    process.communicate()
    known = {story.key for story in site.state.stories("markets")}
    assert sum(links(english).values()) == len(known)
    assert links(english)["leased"] > 0
    # Meanwhile the list moves on, and shows the old ones no more.
    site.state._failures.clear()
    site.add(MARKETS, "/rss.xml", 200, {"Content-Type": "application/rss+xml"}, "<rss><channel></channel></rss>")
    again = english.crawl("feed", "-a", "source=example-markets")
    assert again.returncode == 0, again.stderr
    assert links(english) == {"stored": len(known)}
    assert {url.rpartition("-")[2] for url in urls(english)} == known
    assert len(english.rows("SELECT * FROM change_feed")) == len(known)


def test_sigterm_stores_what_is_finished_and_gives_the_rest_back(english: Crawler, site: NewsSite) -> None:
    asked = hold(site, MARKETS, market_path(site.state, 0))
    process = english.start("scrapy", "crawl", "feed", "-a", "source=example-markets", DOWNLOAD_TIMEOUT="2")
    assert asked.wait(60)
    os.kill(process.pid, signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert "Traceback" not in err
    run = last_run(english)
    assert (run["state"], "stopped" in run["problems"]) == ("degraded", True)
    assert run["ended_at"] is not None
    assert links(english)["leased"] == 0
    assert sum(links(english).values()) == 8
    site.state._failures.clear()
    with_retry = english.run("finews", "ledger", "--state", "pending", "--source", "example-markets", "--retry")
    assert with_retry.returncode == 0
    assert english.crawl("feed", "-a", "source=example-markets").returncode == 0
    assert links(english) == {"stored": 8}


def test_two_crawls_of_one_source_at_once_store_each_article_once(english: Crawler) -> None:
    both = [english.start("scrapy", "crawl", "feed", "-a", "source=example-markets") for _ in range(2)]
    for process in both:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    assert links(english) == {"stored": 8}
    assert len(set(urls(english))) == len(urls(english)) == 8
    assert len(english.rows("SELECT * FROM change_feed")) == 8


def test_a_second_crawl_of_everything_stores_nothing_twice(english: Crawler) -> None:
    first = english.run("finews", "crawl", "--all")
    assert first.returncode in {0, 1}, first.stderr
    changes = english.rows("SELECT * FROM change_feed")
    states = links(english)
    assert len(changes) == states["stored"] > 30
    again = english.run("finews", "crawl", "--all")
    assert again.returncode == 0, again.stderr
    assert english.rows("SELECT * FROM change_feed") == changes
    assert links(english) == states


def test_a_list_that_did_not_change_is_not_sent_again(english: Crawler, site: NewsSite) -> None:
    for _ in range(2):
        assert english.crawl("feed", "-a", "source=example-markets").returncode == 0
    first, second = site.seen(MARKETS, "/rss.xml")
    assert "if-none-match" not in first.headers
    assert second.headers["if-none-match"]
    assert second.headers["if-modified-since"]
    assert english.run_counts().get("known", 0) == 0, "a 304 has no links"
    assert len(site.seen(MARKETS)) == len(site.seen(MARKETS, "/rss.xml")) + len(site.seen(MARKETS, "/robots.txt")) + 8


def test_an_unchanged_body_without_validators_is_not_read_again(crawler: Crawler, site: NewsSite) -> None:
    words = ("eastmoney", "-a", "source=eastmoney-media")
    for expected in (9, 0):
        assert crawler.crawl(*words).returncode in {0, 1}
        assert crawler.run_counts().get("seen", 0) == expected
    site.publish(2, "eastmoney")
    crawler.crawl(*words)
    assert crawler.run_counts()["new"] == 1


def test_an_edited_flash_becomes_its_second_revision(crawler: Crawler, site: NewsSite) -> None:
    words = ("api", "-a", "source=cls-telegraph")
    crawler.crawl(*words)
    story = site.state.stories("cls")[2]
    site.edit(story.key, "公司稍后更正：金额为三亿元。", desk="cls")
    assert crawler.crawl(*words).returncode == 0
    assert crawler.run_counts()["revised"] == 1
    (article,) = crawler.rows(f"SELECT * FROM article_current WHERE url LIKE '%/{story.key}'")
    assert article["revision"] == 2
    assert "公司稍后更正" in article["text"]
    first, second = crawler.rows(f"SELECT * FROM article_revision WHERE article_id = {article['id']} ORDER BY revision")
    assert first["text"] in second["text"]
    assert "公司稍后更正" not in first["text"]
    kinds = crawler.rows(f"SELECT kind FROM change_feed WHERE article_id = {article['id']} ORDER BY seq")
    assert [row["kind"] for row in kinds] == ["new", "revision"]


def test_a_picture_address_that_changes_at_every_fetch_makes_no_revision(crawler: Crawler, site: NewsSite) -> None:
    digits = site.state.stories("eastmoney")[0].key
    words = ("eastmoney", "-a", f"infocode=NW{digits}")
    assert crawler.crawl(*words).returncode == 0
    retried = crawler.run("finews", "ledger", "--source", "eastmoney", "--state", "stored", "--retry")
    assert retried.returncode == 0, retried.stderr
    assert crawler.crawl(*words).returncode == 0
    bodies = site.seen("choicewzp1.eastmoney.com", digits)
    assert len(bodies) == 2
    (article,) = crawler.rows("SELECT revision FROM article_current")
    assert article["revision"] == 1
    assert crawler.run_counts()["unchanged"] == 1
    assert links(crawler) == {"stored": 1}


def test_a_list_that_moved_on_by_more_than_a_page_is_paged_back(short_pages: Crawler, site: NewsSite) -> None:
    words = ("api", "-a", "source=cls-telegraph")
    short_pages.crawl(*words)
    site.publish(6, "cls")
    again = short_pages.crawl(*words)
    assert again.returncode == 0, again.stderr
    assert short_pages.run_counts()["stored"] == 6
    assert last_run(short_pages)["problems"] == "[]"


def test_a_gap_over_the_page_cap_is_said_and_the_next_crawl_goes_on(short_pages: Crawler, site: NewsSite) -> None:
    words = ("api", "-a", "source=cls-telegraph")
    short_pages.crawl(*words)
    site.publish(18, "cls")
    second = short_pages.crawl(*words)
    assert second.returncode == 1, second.stderr
    assert "items may be lost" in second.stderr
    (problem,) = json.loads(last_run(short_pages)["problems"])
    assert problem.startswith("items may be lost: source 'cls-telegraph'")
    assert short_pages.rows("SELECT resume_url FROM source_state")[0]["resume_url"] is not None
    assert 26 - len(urls(short_pages)) > 4
    site.publish(1, "cls")
    third = short_pages.crawl(*words)
    assert third.returncode == 0, third.stderr
    assert len(urls(short_pages)) == 27, "nothing of the gap is lost"
    assert short_pages.rows("SELECT resume_url FROM source_state")[0]["resume_url"] is None


def test_a_list_by_page_numbers_goes_on_where_it_stopped(crawler: Crawler, site: NewsSite, tmp_path: Path) -> None:
    sources = tmp_path / "sources.toml"
    text = Path(ENGLISH).read_text(encoding="utf-8")
    sources.write_text(text.replace("max_pages = 5", "max_pages = 2"), encoding="utf-8")
    words = ("listing", "-a", "source=example-tribune")
    crawler.crawl(*words, SOURCES_FILE=str(sources))
    seen_first = len(urls(crawler))
    site.publish(14, "tribune")
    assert crawler.crawl(*words, SOURCES_FILE=str(sources)).returncode == 1
    asked = len(site.requests)
    assert crawler.crawl(*words, SOURCES_FILE=str(sources)).returncode in {0, 1}
    pages = [one.path for one in list(site.requests)[asked:] if one.path.startswith("/markets/")]
    assert pages[0] == "/markets/?page=3"
    assert len(urls(crawler)) >= seen_first + 14


def test_a_list_without_order_loses_nothing(crawler: Crawler, site: NewsSite) -> None:
    words = ("api", "-a", "source=cls-depth-headlines")
    crawler.crawl(*words)
    site.publish(3, "cls-depth")
    again = crawler.crawl(*words)
    assert again.returncode == 0, again.stderr
    assert {url.rpartition("/")[2] for url in urls(crawler)} == {one.key for one in site.state.stories("cls-depth")}


def test_a_sitemap_index_that_never_changes_still_shows_new_articles(english: Crawler, site: NewsSite) -> None:
    namespace = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    index = f"<sitemapindex {namespace}><sitemap><loc>https://{COURIER}/new.xml</loc></sitemap></sitemapindex>"
    site.add(COURIER, "/sitemap.xml", 200, {"Content-Type": "application/xml", "ETag": '"same"'}, index)

    def newest(_request: Request) -> Answer:
        shown = "".join(f"<url><loc>{OUTLET.url(story)}</loc></url>" for story in site.state.stories("courier"))
        return Answer(200, (("Content-Type", "application/xml"),), f"<urlset {namespace}>{shown}</urlset>".encode())

    site.add(COURIER, "/new.xml", 200, (), newest)
    for _ in range(2):
        assert english.crawl("sitemap", "-a", "source=example-courier").returncode == 0
        assert len(urls(english)) == len(site.state.stories("courier"))
        site.publish(2, "courier")


def test_a_sitemap_that_could_not_be_read_is_read_by_the_next_crawl(english: Crawler, site: NewsSite) -> None:
    site.fail(COURIER, "/sitemap-2025.xml.gz", 500, times=2)
    words = ("sitemap", "-a", "source=example-courier")
    assert english.crawl(*words).returncode == 1
    assert english.crawl(*words).returncode == 0
    assert len(urls(english)) == len(site.state.stories("courier"))


def test_the_addresses_that_a_list_gives_are_aliases(crawler: Crawler, site: NewsSite) -> None:
    crawler.crawl("eastmoney", "-a", "source=eastmoney-fast-news-v2")
    (story,) = site.state.stories("eastmoney")[:1]
    (article,) = crawler.rows(f"SELECT id FROM article_current WHERE external_id = 'NW{story.key}'")
    aliases = {row["url"] for row in crawler.rows(f"SELECT url FROM article_alias WHERE article_id = {article['id']}")}
    assert f"https://wap.eastmoney.com/a/{story.key}.html" in aliases


def test_what_another_run_left_is_worked_off(english: Crawler, site: NewsSite) -> None:
    site.fail(MARKETS, "-15", 503, times=8 * 2)
    words = ("feed", "-a", "source=example-markets")
    assert english.crawl(*words).returncode == 1
    assert links(english) == {"pending": 8}
    reasons = {row["reason"] for row in english.rows("SELECT reason FROM link_status")}
    assert reasons == {"http-error"}
    english.run("finews", "ledger", "--source", "example-markets", "--state", "pending", "--retry")
    again = english.crawl(*words)
    assert again.returncode == 0, again.stderr
    assert links(english) == {"stored": 8}
