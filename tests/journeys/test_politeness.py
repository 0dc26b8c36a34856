"""A host that wants to be left alone is left alone, in this run and later ones; its neighbours are served."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from time import monotonic

from tests.journeys.conftest import Crawler
from tests.journeys.pages import HTML, article, by_hand, ends, shows
from tests.site.answers import Answer, Request
from tests.site.server import NewsSite

ONE_AT_A_TIME = ("-s", "CONCURRENT_REQUESTS_PER_DOMAIN=1")


def test_a_day_of_retry_after_survives_a_restart_and_costs_no_try(
    site: NewsSite, crawler: Crawler, tmp_path: Path
) -> None:
    busy = [f"https://busy.test/{number}" for number in range(20)]
    site.add("busy.test", "/*", 503, {"Retry-After": "86400"}, "later")
    site.add("busy.test", "/robots.txt", 200, (), "User-agent: *\nAllow: /\n")
    good = shows(site, "good.test", "1", "2", "3")
    first = crawler.crawl(*by_hand(tmp_path, [*busy, *good]), *ONE_AT_A_TIME)
    assert first.returncode == 1, first.stderr
    assert "Traceback" not in first.stderr
    assert "busy.test is put off until" in first.stderr
    asked = len(site.seen("busy.test"))
    assert asked == 2, "robots.txt, one page, and not one request more: those that waited were taken back"
    states = ends(crawler)
    assert [states[url.removeprefix("https://")][0] for url in good] == ["stored"] * 3
    assert {states[url.removeprefix("https://")][0] for url in busy} == {"pending"}
    again = crawler.crawl("page", "-a", "url=https://good.test/1")
    assert again.returncode == 1, "links that wait for their host are not archived yet"
    assert "20 link(s) wait" in again.stderr
    retried = crawler.run("finews", "ledger", "--state", "pending", "--retry")
    assert retried.returncode == 0, retried.stderr
    crawler.crawl(*by_hand(tmp_path, busy))
    assert len(site.seen("busy.test")) == asked, "nothing is asked of a host that is put off"
    rows = crawler.rows("SELECT attempts FROM link_status WHERE url LIKE '%busy.test%'")
    assert [row["attempts"] for row in rows] == [0] * 20


def test_a_short_wait_is_waited_for_in_the_run(site: NewsSite, crawler: Crawler) -> None:
    (url,) = shows(site, "good.test", "1")
    site.fail("good.test", "/1", Answer(429, (("Retry-After", "2"),)))
    began = monotonic()
    result = crawler.crawl("page", "-a", f"url={url}")
    assert result.returncode == 0, result.stderr
    assert ends(crawler) == {"good.test/1": ("stored", None)}
    assert monotonic() - began > 2
    assert len(site.seen("good.test", "/1")) == 2


def test_a_list_that_wants_a_short_wait_is_read_after_it(site: NewsSite, crawler: Crawler, tmp_path: Path) -> None:
    urls = shows(site, "feed.test", "1", "2")
    items = "".join(f"<item><title>{url}</title><link>{url}</link></item>" for url in urls)
    site.add(
        "feed.test", "/rss", 200, {"Content-Type": "application/rss+xml"}, f"<rss><channel>{items}</channel></rss>"
    )
    site.fail("feed.test", "/rss", Answer(503, (("Retry-After", "1"),)))
    sources = tmp_path / "sources.toml"
    sources.write_text('[[source]]\nkey = "feed"\nkind = "feed"\nurl = "https://feed.test/rss"\n', encoding="utf-8")
    result = crawler.crawl("feed", "-a", "source=feed", SOURCES_FILE=str(sources))
    assert result.returncode == 0, result.stderr
    assert {state for state, _ in ends(crawler).values()} == {"stored"}


def test_sigterm_ends_a_crawl_that_waits_for_a_host(site: NewsSite, crawler: Crawler) -> None:
    site.add("busy.test", "/1", 429, {"Retry-After": "50"}, "later")
    process = crawler.start("scrapy", "crawl", "page", "-a", "url=https://busy.test/1")
    while not crawler.folder.joinpath("archive.db").exists() or not site.seen("busy.test", "/1"):
        assert process.poll() is None
    began = monotonic()
    os.kill(process.pid, signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert monotonic() - began < 20
    assert process.returncode in {1, 2}, err  # 2: on a busy machine its workers take longer than it waits
    assert ends(crawler)["busy.test/1"][0] in {"pending", "leased"}


def test_a_captcha_puts_its_host_off_and_the_link_is_tried_again(
    site: NewsSite, crawler: Crawler, tmp_path: Path
) -> None:
    page = "<html><title>访问验证</title><body><p>请按住滑块，拖动到最右边</p></body></html>"
    site.add("wall.test", "/*", 200, HTML, page)
    site.add("wall.test", "/robots.txt", 404)
    (good,) = shows(site, "good.test", "1")
    urls = [f"https://wall.test/{number}" for number in range(30)]
    crawler.crawl(*by_hand(tmp_path, [*urls, good]), *ONE_AT_A_TIME)
    asked = len(site.seen("wall.test"))
    assert asked < 20
    states = ends(crawler)
    assert states["good.test/1"] == ("stored", None)
    assert {states[url.removeprefix("https://")] for url in urls} <= {("pending", "captcha"), ("pending", None)}
    crawler.crawl("page", "-a", "url=https://wall.test/99")
    assert len(site.seen("wall.test")) == asked


def test_slow_hosts_do_not_starve_the_others(site: NewsSite, crawler: Crawler, tmp_path: Path) -> None:
    """Twenty hosts that never answer, ten links each and all of them first in the queue, beside twenty good pages."""
    slow = [f"https://slow{host}.test/{number}" for host in range(20) for number in range(10)]
    for host in range(20):
        site.add(f"slow{host}.test", "/robots.txt", 404)
        site.fail(f"slow{host}.test", "/", "hang", times=1000)
    stored_at: dict[str, float] = {}

    def good(request: Request) -> Answer:
        stored_at[request.host] = monotonic()
        return Answer(200, tuple(HTML.items()), article(request.host).encode())

    for host in range(20):
        site.add(f"good{host}.test", "/1", body=good)
    urls = [*slow, *(f"https://good{host}.test/1" for host in range(20))]
    crawler.crawl(*by_hand(tmp_path, urls), DOWNLOAD_TIMEOUT="6", RETRY_TIMES="0")
    states = ends(crawler)
    assert [states[f"good{host}.test/1"] for host in range(20)] == [("stored", None)] * 20
    first = min(at for at in stored_at.values())
    assert sorted(at - first for at in stored_at.values())[18] < 5


def test_a_page_whose_publisher_wants_no_copy_is_known_by_its_digest_alone(
    site: NewsSite, crawler: Crawler, tmp_path: Path
) -> None:
    site.add("no.test", "/field", 200, {**HTML, "X-Robots-Tag": "noarchive"}, article("field"))
    site.add("no.test", "/meta", 200, HTML, article("meta", head='<meta name="robots" content="noarchive">'))
    site.add("no.test", "/tdm", 200, {**HTML, "TDM-Reservation": "1"}, article("tdm"))
    site.add("no.test", "/other", 200, {**HTML, "X-Robots-Tag": "otherbot: noarchive"}, article("others"))
    urls = [f"https://no.test/{name}" for name in ("field", "meta", "tdm", "other")]
    result = crawler.crawl(*by_hand(tmp_path, urls))
    assert result.returncode == 1, result.stderr
    opted_out = ("rejected", "opted-out")
    assert ends(crawler) == {
        "no.test/field": opted_out, "no.test/meta": opted_out, "no.test/tdm": opted_out,
        "no.test/other": ("stored", None),
    }  # fmt: skip
    texts = crawler.rows("SELECT reason_text FROM link_status WHERE reason = 'opted-out'")
    assert all("sha256" in row["reason_text"] for row in texts)
    assert [row["url"] for row in crawler.rows("SELECT url FROM capture")] == ["https://no.test/other"]
    crawler.crawl(*by_hand(tmp_path, urls), OBEY_OPT_OUTS="False")
    assert {state for state, _ in ends(crawler).values()} == {"stored"}
