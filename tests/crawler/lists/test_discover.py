"""From a page's address to a source's entry."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from crawler.lists.discover import Candidate, find_lists, sitemaps_of_robots, source_key, toml_entry
from crawler.sources import parse_sources
from tests.crawler.lists.given import SITE

PAGE = b"""<html><head><link rel="alternate" type="application/rss+xml" title="All  news" href="/feed">
<link rel="alternate" type="application/feed+json" href="https://cdn.example.com/feed.json">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">
<link rel="alternate" hreflang="en" href="/en">
<link rel="sitemap" type="application/xml" href="/maps/news.xml"></head>
<body><a href="/rss.xml">RSS</a></body></html>"""


def test_a_pages_own_lists_come_first_then_the_common_places():
    found = find_lists(PAGE, SITE + "markets/")
    assert found[:4] == (
        Candidate("feed", SITE + "feed", "All news"),
        Candidate("feed", "https://cdn.example.com/feed.json", ""),
        Candidate("sitemap", SITE + "maps/news.xml", ""),
        Candidate("feed", SITE + "rss.xml", "RSS"),
    )
    assert Candidate("sitemap", SITE + "sitemap.xml", "") in found
    assert len({one.url for one in found}) == len(found)


def test_robots_names_sitemaps():
    text = "User-agent: *\nDisallow: /x\nSITEMAP: https://e.com/s.xml\nSitemap:/t.xml"
    assert sitemaps_of_robots(text, SITE) == ("https://e.com/s.xml", SITE + "t.xml")


@given(
    st.text(max_size=20),
    st.text(alphabet="abc{}%?=&\u4e2d", max_size=20),
    st.sampled_from(["feed", "sitemap", "listing"]),
)
def test_an_entry_loads_as_it_was_written(publisher, tail, kind):
    (source,) = parse_sources(toml_entry(kind, SITE + tail, publisher=publisher), path="x")
    assert (source.kind, source.publisher) == (kind, publisher)
    assert source.url == SITE + tail.replace("{", "%7B").replace("}", "%7D")


@given(st.text(max_size=40))
@example("／")
def test_every_address_gives_a_key(path):
    assert source_key(f"https://{path.replace('[', '').replace(']', '')}").strip("-")


@given(st.binary(max_size=100))
def test_no_page_crashes_the_search(body):
    assert find_lists(body, SITE)
