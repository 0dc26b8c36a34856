"""A feed's links are all found, whatever its dialect and its faults."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.errors import ListRefused
from pipelines.page import Hints
from storage.reasons import Reason
from storage.types import Media
from tests.crawler.lists.given import SITE, a_source, reading

SOURCE = a_source("feed")


def read(body):
    return reading(SOURCE, body)


def rss(items: str, attributes: str = "") -> str:
    return f'<?xml version="1.0"?><rss version="2.0" {attributes}><channel><title>t</title>{items}</channel></rss>'


def test_rss_2_is_read_with_its_hints():
    (found,) = read(
        rss(
            "<item><title>Harbour &amp;amp; rail <![CDATA[<b>up</b>]]></title><link>https://a.example.com/1</link>"
            "<description>&lt;p&gt;Short&lt;/p&gt;</description><pubDate>Tue, 24 Nov 2026 08:00:00 +0800</pubDate>"
            "<dc:creator>Li Ping</dc:creator><author>w@example.com (Wang An)</author><source url='x'>The Paper</source>"
            "<enclosure url='/1.jpg' type='image/jpeg'/><content:encoded>long</content:encoded></item>",
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"',
        )
    ).found
    assert found.url == "https://a.example.com/1"
    assert found.hints == Hints(
        title="Harbour & rail up",
        summary="<p>Short</p>",
        publisher="The Paper",
        authors=("Wang An", "Li Ping"),
        published="Tue, 24 Nov 2026 08:00:00 +0800",
        images=(Media("https://a.example.com/1.jpg"),),
    )


def test_the_content_is_the_text_only_where_the_source_says_so():
    body = rss("<item><link>https://e.com/1</link><description>d</description></item>")
    assert read(body).found[0].hints.html is None
    (found,) = reading(a_source("feed", full_text=True), body).found
    assert found.hints.html == "d"


def test_atom_is_read_with_base_and_xhtml():
    (found,) = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example.com/news/"><entry>'
        '<title type="html">A &lt;i&gt;b&lt;/i&gt;</title><link rel="self" href="self"/><link href="2026/1.html"/>'
        "<id>tag:b,2026:1</id><updated>2026-11-24T00:00:00Z</updated><published>2026-11-23</published>"
        '<author><name>Zhao</name></author><summary type="xhtml"><div>x<b>y</b></div></summary></entry></feed>'
    ).found
    assert found.url == "https://b.example.com/news/2026/1.html"
    assert found.hints.title == "A b"
    assert (found.hints.published, found.hints.modified) == ("2026-11-23", "2026-11-24T00:00:00Z")
    assert found.hints.authors == ("Zhao",)
    assert "x<b" in (found.hints.summary or "")


def test_rss_1_and_rss_091_are_read():
    rdf = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel rdf:about="c"/><item rdf:about="https://e.com/1"><title>t</title></item></rdf:RDF>'
    )
    old = read(
        '<!DOCTYPE rss SYSTEM "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel>'
        "<item><title>caf&eacute;</title><link>/2</link></item></channel></rss>"
    )
    assert rdf.found[0].url == "https://e.com/1"
    assert (old.found[0].url, old.found[0].hints.title) == (SITE + "2", "café")


def test_json_feed_is_read_item_by_item():
    items = [
        {"id": "https://e.com/1", "title": "a"},
        {"url": "/2", "date_published": "2026-11-24"},
        {"url": 3},
        {},
        None,
    ]
    listing = read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}))
    assert [one.url for one in listing.found] == ["https://e.com/1", SITE + "2"]
    assert len(listing.bad) == 3


@pytest.mark.parametrize(
    ("guid", "url"),
    [
        ("<guid>https://e.com/g</guid>", "https://e.com/g"),
        ('<guid isPermaLink="true">/g</guid>', SITE + "g"),
        ('<guid isPermaLink="false">https://e.com/g</guid>', None),
        ("<link></link><guid>https://e.com/g</guid>", "https://e.com/g"),
        ('<link/><atom:link xmlns:atom="http://www.w3.org/2005/Atom" href="https://e.com/h"/>', "https://e.com/h"),
    ],
)
def test_a_missing_link_is_replaced_by_a_permalink(guid, url):
    listing = read(rss(f"<item><title>t</title>{guid}</item>"))
    assert [one.url for one in listing.found] == ([url] if url else [])
    assert len(listing.bad) == (0 if url else 1)


def test_an_entry_with_a_bad_link_costs_itself_alone():
    listing = read(rss("<item><link>javascript:x</link></item><item><link>https://e.com/2</link></item>"))
    assert ([one.url for one in listing.found], len(listing.bad)) == (["https://e.com/2"], 1)


def test_an_address_comes_once():
    assert len(read(rss("<item><link>https://e.com/2</link></item>" * 3)).found) == 1


@pytest.mark.parametrize("cut", range(30, 62))
def test_a_cut_feed_gives_its_whole_entries_and_says_so(cut):
    one = "<item><title>第一</title><link>https://e.com/1</link></item>"
    two = "<item><title>第二</title><link>https://e.com/20</link></item>"
    listing = read(f"<rss><channel>{one}{two}".encode()[: len(b"<rss><channel>") + len(one.encode()) + cut])
    assert [found.url for found in listing.found] == ["https://e.com/1"]
    assert "cut" in listing.bad[0].text


def test_a_feed_cut_between_entries_loses_none():
    listing = read("<rss><channel><item><link>https://e.com/1</link></item><item><link>https://e.com/2</link></item>")
    assert (len(listing.found), len(listing.bad)) == (2, 1)


def test_broken_markup_inside_costs_no_other_entry():
    listing = read(
        rss(
            "<item><title>A & B < C</title><link>https://e.com/1?a=1&b=2</link></item>"
            "<item><title>\x0b\x00x</title><link>https://e.com/2</link></item>"
        )
    )
    assert [one.url for one in listing.found] == ["https://e.com/1?a=1&b=2", "https://e.com/2"]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "gb2312"),
        ("gbk", "gbk"),
        ("gbk", "utf-8"),
        ("gb18030", "gb2312"),
        ("utf-16", "utf-16"),
    ],
)
def test_the_charset_is_found_even_where_a_wrong_one_is_declared(encoding, declared):
    body = (
        f'<?xml version="1.0" encoding="{declared}"?>' + rss("<item><title>央行降准</title><link>/1</link></item>")[21:]
    )
    assert read(body.encode(encoding)).found[0].hints.title == "央行降准"


def test_entities_are_no_bomb_and_read_no_file():
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    listing = read(
        f'<!DOCTYPE rss [<!ENTITY a0 "aaaaaaaaaa">{bomb}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        "<rss><channel><item><title>&a11;&f;t</title><link>https://e.com/1</link></item></channel></rss>"
    )
    assert [one.hints.title for one in listing.found] == ["&a11;&f;t"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", Reason.BAD_LIST),
        ("<!doctype html><html><body>hi</body></html>", Reason.BAD_LIST),
        ("<html><script>captcha</script></html>", Reason.BLOCKED),
        ("<urlset></urlset>", Reason.BAD_LIST),
        ("just words", Reason.BAD_LIST),
        ('{"items": 5}', Reason.BAD_LIST),
        ('{"items": [', Reason.BAD_LIST),
    ],
)
def test_what_is_no_feed_is_refused(body, reason):
    with pytest.raises(ListRefused) as caught:
        read(body)
    assert caught.value.reason is reason


def test_twenty_thousand_entries_take_less_than_a_breath():
    body = rss("".join(f"<item><title>t{n}</title><link>https://e.com/{n}</link></item>" for n in range(20_000)))
    before = time.process_time()
    listing = read(body)
    assert len(listing.found) == 20_000
    assert time.process_time() - before < 4  # CPU time; 1.5 s is the aim on an idle core


@given(st.binary(max_size=150) | st.text(max_size=150).map(lambda text: f"<rss><item>{text}</item></rss>".encode()))
@example(b"<rss><item><link>http://[</link></item></rss>")
@example(b"\x1f\x8b")
def test_no_bytes_crash_the_reader(body):
    with suppress(ListRefused):
        assert read(body) is not None
