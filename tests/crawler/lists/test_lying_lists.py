"""Feeds and sitemaps that lie are read as a careful reader would, and one bad entry costs itself alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import ListRefused
from crawler.listing import Listing
from crawler.lists.sitemap import is_newer
from storage.reasons import Reason
from tests.crawler.lists.given import SITE, a_source, reading

SINCE = datetime(2026, 11, 1, tzinfo=UTC)


def rss(items: str, *, before: str = '<?xml version="1.0"?>', attributes: str = "") -> str:
    return f"{before}<rss version='2.0' {attributes}><channel><title>t</title>{items}</channel></rss>"


def item(name: str, *, guid: str = "", link: str | None = None) -> str:
    told = f"<guid isPermaLink='false'>{guid}</guid>" if guid else ""
    return f"<item><title>{name.upper()}</title><link>{name if link is None else link}</link>{told}</item>"


def read(body: str | bytes, **options: object) -> Listing:
    return reading(a_source("feed"), body, **options)


def names(listing: Listing) -> list[str]:
    return [found.url.removeprefix(SITE) for found in listing.found]


def test_items_that_share_a_guid_are_items_of_their_own() -> None:
    listing = read(rss(item("a", guid="1") + item("b", guid="1")))
    assert (names(listing), listing.bad) == (["a", "b"], ())


def test_items_that_share_a_link_are_not_lost_in_silence() -> None:
    listing = read(rss(item("a", guid="1", link="/") + item("b", guid="2", link="/")))
    assert [found.hints.title for found in listing.found] == ["A"]
    assert "'B'" in listing.bad[0].text


@pytest.mark.parametrize(
    "again", [item("a", guid="1"), item("a"), "<item><title>A, updated</title><link>a</link></item>"]
)
def test_an_item_that_comes_again_is_one(again: str) -> None:
    listing = read(rss(item("a", guid="1" if "guid" in again else "") + again))
    assert (names(listing), listing.bad) == (["a"], ())


@pytest.mark.parametrize(
    "bad",
    ["<item/>", item("x", link=""), item("x", link="javascript:alert(1)"), item("x", link="mailto:a@b.test"),
     item("x", link="file:///etc/passwd"), item("x", link="http://[::1"), item("x", link="h" * 5_000),
     item("x", link="http://user:pass@e.test/"), item("x", link="data:text/html,x"),
     "<item><title>x</wrong></title></item>", "<item><title>x<link>y</title></item>"],
)  # fmt: skip
def test_a_bad_entry_costs_itself_alone(bad: str) -> None:
    listing = read(rss(item("a") + bad + item("b")))
    assert names(listing) == ["a", "b"]
    assert len(listing.bad) == 1


def test_relative_links_count_from_the_nearest_base() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://o.test/x/"><entry xml:base="y/"><title>A</title>'
        '<link href="1.html"/></entry><entry><link href="../2.html" xml:base="/z/w/"/></entry></feed>'
    )
    assert [found.url for found in read(atom).found] == ["https://o.test/x/y/1.html", "https://o.test/z/2.html"]
    assert read(rss(item("a"), attributes="xml:base='https://o.test/q/'")).found[0].url == "https://o.test/q/a"


@pytest.mark.parametrize(
    "before",
    ["\ufeff", "\n\n <?xml version='1.0'?>", "\ufeff\r\n<?xml version='1.0'?>",
     "<!-- cached -->\n<?xml version='1.0'?>",
     "Warning: mysql_connect() in /srv/db.php on line 3\n<?xml version='1.0'?>", "<br />\n<b>Notice</b>: x<br />\n",
     "<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' 'http://x.test/r.dtd'>"],
)  # fmt: skip
def test_what_stands_before_the_xml_is_passed_over(before: str) -> None:
    assert names(read(rss(item("a"), before=before))) == ["a"]


def test_an_html_page_is_no_feed_though_it_names_one() -> None:
    with pytest.raises(ListRefused) as caught:
        read("<html><body><rss><channel></channel></rss></body></html>")
    assert caught.value.reason is Reason.BAD_LIST


@pytest.mark.parametrize("behind", ["<!-- made in 0.3 s -->", "<script>track()</script>", "\n\n", "</body>"])
def test_what_stands_behind_the_feed_is_no_cut(behind: str) -> None:
    assert read(rss(item("a")) + behind).bad == ()


def test_names_of_html_and_loose_signs_are_read_as_meant() -> None:
    (found,) = read(
        rss("<item><title>A&nbsp;&ldquo;B&rdquo; &mdash; AT&T &foo; &#8212;</title><link>a?x=1&y=2</link></item>")
    ).found
    assert (found.hints.title, found.url) == ("A “B” — AT&T &foo; —", f"{SITE}a?x=1&y=2")


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb18030"])
@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "iso-8859-1", "utf-16", "x-unknown", "big5"])
@pytest.mark.parametrize("field", ["", "text/xml; charset=iso-8859-1"])
def test_a_wrong_charset_is_seen_through(charset: str, declared: str, field: str) -> None:
    title = "央行今日宣布下调存款准备金率，市场人士表示符合预期"
    body = rss(
        f"<item><title>{title}</title><link>a</link></item>", before=f'<?xml version="1.0" encoding="{declared}"?>'
    )
    assert read(body.encode(charset), content_type=field).found[0].hints.title == title


@given(st.integers(0, 400))
def test_a_cut_feed_keeps_what_came_whole_and_says_that_it_is_cut(cut: int) -> None:
    body = rss("".join(item(f"{n}00", guid=f"g{n}") for n in range(5)))
    whole = body.encode()[: len(body) - 1 - cut % (len(body) - 60)]
    listing = read(whole)
    assert names(listing) == [f"{n}00" for n in range(whole.count(b"</item"))]
    assert "cut" in listing.bad[-1].text


@pytest.mark.parametrize(
    "date",
    [
        "0001-01-01",
        "0001-01-01T00:00:00Z",
        "9999-12-31",
        "2099-01-01",
        "2026-02-30",
        "24:00",
        "9" * 500,
        "",
        "昨天",
        "1653829208",
    ],
)
def test_a_date_that_means_nothing_loses_no_entry_of_a_sitemap(date: str) -> None:
    assert is_newer(date, SINCE)
    entries = f"<url><loc>/a</loc><lastmod>{date}</lastmod></url><url><loc>/b</loc><lastmod>2026-11-20</lastmod></url>"
    listing = reading(a_source("sitemap"), f"<urlset>{entries}</urlset>", since=SINCE)
    assert names(listing) == ["a", "b"]
