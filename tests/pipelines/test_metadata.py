# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from lxml.html import document_fromstring

from pipelines import dates
from pipelines.metadata import Metadata, read_metadata

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
URL = "https://news.example.com/story.html"
SENTENCE = "晨港集团今日公告，新码头投入运行，首批集装箱已经靠泊，全年吞吐量将会增加三成，公司在公告里这样表示。"


def read(head: str = "", body: str = "", *, url: str = URL, zone: ZoneInfo | None = SHANGHAI) -> Metadata:
    page = f"<html lang=zh-CN><head><title>晨港集团新码头投入运行_示例网</title>{head}</head><body>{body}<p>{SENTENCE}</p></body></html>"
    return read_metadata(document_fromstring(page), url=url, now=NOW, zone=zone)


def time_of(metadata: Metadata, zone: ZoneInfo | None = SHANGHAI) -> str | None:
    return dates.isoformat(metadata.published, zone) if metadata.published is not None else None


HEADLINE = "<h1>晨港集团新码头投入运行</h1>"


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ('<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-11-20T02:05:06Z"}</script>', "", ("2026-11-20T02:05:06+00:00", "json-ld")),
        ('<meta property="article:published_time" content="2026-11-20T10:05:06+08:00">', "", ("2026-11-20T10:05:06+08:00", "meta")),
        ('<meta name="w-published-date" content="2026-11-20">', "", ("2026-11-20", "meta")),
        ("", f"{HEADLINE}<div>2026年11月20日10:05 | 来源：某某日报</div>", ("2026-11-20T10:05:00+08:00", "page")),
        ("", f"{HEADLINE}<div class=x><b>上</b><span>2026-11-20 10:05:06</span></div>", ("2026-11-20T10:05:06+08:00", "page")),
        ('<meta name="pubdate" content="2026-11-20">', f"{HEADLINE}<div>2026-11-20 10:05</div>", ("2026-11-20T10:05:00+08:00", "page")),
        ('<meta name="pubdate" content="2026-11-20 11:30:07">', f"{HEADLINE}<div>2026年11月20日 10:05</div>", ("2026-11-20T10:05:00+08:00", "page")),
        ('<meta name="pubdate" content="2026-11-20 10:05:06">', f"{HEADLINE}<div>2026年11月20日 10:05</div>", ("2026-11-20T10:05:06+08:00", "meta")),
        ('<meta property="article:modified_time" content="2026-11-21T10:00:00+08:00">', "", ("2026-11-21T10:00:00+08:00", "modified")),
        ("", "<ul><li>Updated Nov 20, 2026</li></ul>", ("2026-11-20", "modified")),
        ("", "<p>今年11月20日的会议上</p>", (None, "")),
        ('<meta name="pubdate" content="2099-01-01">', "", (None, "")),
    ],
)  # fmt: skip
def test_the_time_is_read_from_where_pages_put_it(head: str, body: str, expected: tuple[str | None, str]):
    metadata = read(head, body)
    assert (time_of(metadata), metadata.published_from) == expected


def test_the_day_in_the_address_is_the_last_resort():
    metadata = read(url="https://news.example.com/2026/11/20/story.html")
    assert (time_of(metadata), metadata.published_from) == ("2026-11-20", "url")


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("", f"{HEADLINE}<div>2026-11-20 10:05:06 字号：A- A A+ 来源：某某日报</div>", ("某某日报", "page")),
        ("", f"{HEADLINE}<div>2026年11月20日 10:05:06来源：某某新闻网1032人参与308评论</div>", ("某某新闻网", "page")),
        ("", f"{HEADLINE}<div>2026-11-20 10:05 某某日报</div>", ("某某日报", "page")),
        ("", f"{HEADLINE}<div>【2026/11/20 某某晚報】</div>", ("某某晚報", "page")),
        ("", f"{HEADLINE}<span class='news_source'>某某研究院</span>", ("某某研究院", "page")),
        ('<meta name="mediaid" content="某某日报">', "", ("某某日报", "meta")),
        ('<meta name="source" content="来源：某某日报">', "", ("某某日报", "meta")),
        ('<meta property="og:site_name" content="示例网">', "", ("示例网", "og")),
        ("", "", ("", "")),
    ],
)
def test_the_publisher_is_who_the_page_says_it_is_from(head: str, body: str, expected: tuple[str, str]):
    metadata = read(head, body)
    assert (metadata.publisher, metadata.publisher_from) == expected


def test_title_language_and_canonical_address_are_read():
    metadata = read('<link rel="canonical" href="/a/1.html">', HEADLINE)
    assert (metadata.title, metadata.language, metadata.canonical_url) == (
        "晨港集团新码头投入运行", "zh-CN", "https://news.example.com/a/1.html",
    )  # fmt: skip


def test_a_paywall_in_the_markup_is_told():
    article = '{"@type":"NewsArticle","headline":"x","isAccessibleForFree":false}'
    assert not read(f'<script type="application/ld+json">{article}</script>').is_free
    assert read().is_free
