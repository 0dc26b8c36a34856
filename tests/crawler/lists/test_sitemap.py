"""Sitemaps give what is new, indexes give sitemaps, and no archive explodes."""

from __future__ import annotations

import gzip
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import ListRefused
from crawler.lists.sitemap import is_newer
from storage.reasons import Reason
from tests.crawler.lists.given import SITE, a_source, reading

NS = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="i" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)
SOURCE = a_source("sitemap")
SINCE = datetime(2026, 11, 20, tzinfo=UTC)


def urlset(entries: str) -> str:
    return f'<?xml version="1.0"?><urlset {NS}>{entries}</urlset>'


def urls(listing):
    return [one.url for one in listing.found]


def test_a_news_sitemap_brings_title_time_and_publisher():
    (found,) = reading(
        SOURCE,
        urlset(
            "<url><loc>https://e.com/1</loc><lastmod>2026-11-24</lastmod><image:image><image:loc>https://e.com/i.png</image:loc>"
            "</image:image><news:news><news:publication><news:name>示例报</news:name><news:language>zh</news:language>"
            "</news:publication><news:publication_date>2026-11-24T08:00:00+08:00</news:publication_date>"
            "<news:title>标题</news:title></news:news></url>"
        ),
    ).found
    assert found.url == "https://e.com/1"
    assert (found.hints.title, found.hints.publisher) == ("标题", "示例报")
    assert (found.hints.published, found.hints.modified) == ("2026-11-24T08:00:00+08:00", "2026-11-24")


def test_only_what_is_newer_than_the_last_visit_is_shown():
    body = urlset(
        "<url><loc>https://e.com/old</loc><lastmod>2026-11-01</lastmod></url>"
        "<url><loc>https://e.com/new</loc><lastmod>2026-11-24T00:00:00Z</lastmod></url>"
        "<url><loc>https://e.com/unknown</loc></url><url><loc>https://e.com/odd</loc><lastmod>yesterday</lastmod></url>"
    )
    assert urls(reading(SOURCE, body, since=SINCE)) == [
        "https://e.com/new",
        "https://e.com/unknown",
        "https://e.com/odd",
    ]
    assert len(reading(SOURCE, body).found) == 4


def test_an_index_gives_its_sitemaps_and_when_they_changed():
    body = (
        f"<sitemapindex {NS}><sitemap><loc>/a.xml</loc><lastmod>2026-11-23</lastmod></sitemap>"
        "<sitemap><loc>/b.xml.gz</loc></sitemap><sitemap><loc>/c.xml</loc><lastmod>2025-01-01</lastmod></sitemap></sitemapindex>"
    )
    listing = reading(SOURCE, body, since=SINCE)
    assert listing.more_lists == (SITE + "a.xml", SITE + "b.xml.gz", SITE + "c.xml")
    assert listing.lists_changed == {SITE + "a.xml": "2026-11-23", SITE + "c.xml": "2025-01-01"}


def test_rules_choose_the_entries():
    source = a_source("sitemap", sitemap={"news_only": False, "match": "/news/", "exclude": "/video/"})
    body = urlset("".join(f"<url><loc>https://e.com/{p}</loc></url>" for p in ("news/1", "news/video/2", "about")))
    assert urls(reading(source, body)) == ["https://e.com/news/1"]
    assert reading(a_source("sitemap", sitemap={"news_only": True}), body).found == ()


def test_a_packed_sitemap_is_unpacked_up_to_the_limit():
    body = gzip.compress(urlset("<url><loc>https://e.com/1</loc></url>").encode())
    assert urls(reading(SOURCE, body)) == ["https://e.com/1"]
    with pytest.raises(ListRefused, match="after decompression") as caught:
        reading(SOURCE, gzip.compress(b" " * (8 * 1024 * 1024 + 1)))
    assert caught.value.reason is Reason.TOO_LARGE


def test_a_cut_sitemap_gives_its_whole_entries_and_says_so():
    whole = urlset("".join(f"<url><loc>https://e.com/{n:03}</loc></url>" for n in range(50)))
    plain = reading(SOURCE, whole[: whole.index("/020") + 2])
    assert urls(plain) == [f"https://e.com/{n:03}" for n in range(20)]
    packed = reading(SOURCE, gzip.compress(whole.encode())[:-12])
    assert all("cut" in one.bad[0].text for one in (plain, packed))


def test_a_text_sitemap_is_a_line_an_address():
    listing = reading(SOURCE, "https://e.com/1\r\n\r\nhttps://e.com/2\nnonsense\n")
    assert (urls(listing), len(listing.bad)) == (["https://e.com/1", "https://e.com/2"], 1)


def test_a_feed_may_stand_for_a_sitemap():
    assert urls(reading(SOURCE, "<rss><channel><item><link>/1</link></item></channel></rss>")) == [SITE + "1"]


@pytest.mark.parametrize("body", ["", "<html></html>", "<other/>", "words", b"\x1f\x8bnot gzip at all"])
def test_what_is_no_sitemap_is_refused(body):
    with pytest.raises(ListRefused):
        reading(SOURCE, body)


@given(st.text(max_size=30))
def test_no_date_crashes_the_comparison(printed):
    assert is_newer(printed, SINCE) in {True, False}


@given(st.binary(max_size=120))
def test_no_bytes_crash_the_reader(body):
    with suppress(ListRefused):
        assert reading(SOURCE, body) is not None
