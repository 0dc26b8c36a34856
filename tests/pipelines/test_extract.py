"""Whole pages, written by us in the shapes that real ones have."""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pipelines.extract import extract_html
from pipelines.extraction import Extraction, Refused
from storage.reasons import Reason

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
URL = "https://news.example.com/2026/11/20/quay.html"
CHINESE = [
    "晨港集团今日公告，位于北湾的新码头投入运行，首批集装箱已经靠泊。",
    "公告说，新码头设计年吞吐量为一百二十万标准箱，全年吞吐量将会因此增加三成。",
    "公司董事长在仪式上表示，明年上半年还会动工建设第二座码头，资金为自有。",
    "当地的货运公司说，等待泊位的时间已经从三天缩短到了半天。",
]
ENGLISH = [
    "Dawnport Group said on Friday that its new quay in North Bay had begun work and the first ships had berthed.",
    "The quay is built for 1.2 million containers a year, and will lift the volume of the port by a third, it said.",
    "A second one will be built in the first half of next year, the chairman told guests, paid from the group's own cash.",
    "Freight companies in the town said that ships now wait half a day for a berth where they had waited three.",
]


def page(
    paragraphs: list[str], *, title: str = "晨港集团新码头投入运行", head: str = "", above: str = "", below: str = ""
) -> bytes:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    links = "".join(f"<li><a href='/{number}.html'>别的新闻标题第{number}条在这里</a></li>" for number in range(20))
    return (
        f"<!DOCTYPE html><html lang=zh><head><meta charset=utf-8><title>{title}_示例网</title>{head}</head><body>"
        f"<nav><ul><li><a href=/>首页</a></li><li><a href=/a>要闻</a></li></ul></nav><div class=main><h1>{title}</h1>"
        f"<div class=info>2026年11月20日 10:05 来源：某某日报</div>{above}<div class=content>{body}</div>{below}</div>"
        f"<div class=side><h3>热门</h3><ul>{links}</ul></div><footer><p>版权所有 示例网</p></footer></body></html>"
    ).encode()


def extract(body: bytes, **changes: Any) -> Extraction:
    values: dict[str, Any] = {
        "url": URL,
        "content_type": "text/html; charset=utf-8",
        "now": NOW,
        "zone": None,
    } | changes
    result = extract_html(body, **values)
    assert isinstance(result, Extraction), result
    return result


def refused(body: bytes, content_type: str = "text/html") -> Refused:
    result = extract_html(body, url=URL, content_type=content_type, now=NOW, zone=None)
    assert isinstance(result, Refused), result
    return result


@pytest.mark.parametrize("paragraphs", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_the_text_is_the_article_whole_and_nothing_else(paragraphs: list[str]):
    extraction = extract(page(paragraphs))
    assert extraction.text.splitlines() == paragraphs


def test_time_publisher_title_and_authors_are_read_beside_it():
    extraction = extract(page(CHINESE, above="<p>本报记者 王小明</p>", below="<p>（责任编辑：李大同）</p>"))
    assert (extraction.title, extraction.title_from) == ("晨港集团新码头投入运行", "h1")
    assert extraction.published is not None
    assert (extraction.published.local.isoformat(), extraction.published_from) == ("2026-11-20T10:05:00", "page")
    assert (extraction.publisher_as_printed, extraction.authors) == ("某某日报", ("王小明",))
    assert extraction.text.splitlines() == CHINESE


def test_comments_between_the_words_of_a_sentence_lose_none():
    """Frameworks put them there; trafilatura alone drops what follows one."""
    broken = [paragraph.replace(" ", "<!-- --> ", 3) for paragraph in ENGLISH]
    assert extract(page(broken)).text.splitlines() == ENGLISH


def test_empty_inline_elements_lose_no_words():
    broken = [paragraph.replace("，", "<span id=q></span>，", 1) for paragraph in CHINESE]
    assert extract(page(broken)).text.splitlines() == CHINESE


def test_control_characters_do_not_hide_the_article():
    body = page(CHINESE).replace("公告说".encode(), "公告\x08说".encode()).replace(b"<h1>", b"<img alt='\x0b'><h1>")
    assert extract(body).text.splitlines() == CHINESE


def test_processing_instructions_do_not_hide_the_article():
    assert extract(page(CHINESE).replace(b"<nav>", b"<?xml:namespace prefix='o'?><nav>")).text.splitlines() == CHINESE


def test_html_source_and_text_agree_and_pictures_stay_in_place():
    picture = '<img src="/pic/quay.jpg" alt="新码头" width="640" height="480">'
    body = page([CHINESE[0], picture + CHINESE[1], *CHINESE[2:]])
    extraction = extract(body)
    assert extraction.text.splitlines() == CHINESE
    assert all(f"{paragraph}</p>" in extraction.html for paragraph in CHINESE)
    assert "<li>" not in extraction.html
    assert picture.replace('"', "") in extraction.source_html.replace('"', "")
    assert [(one.url, one.width) for one in extraction.media] == [("https://news.example.com/pic/quay.jpg", 640)]


def test_a_body_in_several_elements_is_not_cut():
    parts = "".join(f"<section><div><p>{paragraph}</p></div></section>" for paragraph in [*CHINESE, *ENGLISH])
    text = extract(page([f"</p>{parts}<p>"])).text
    assert text.splitlines() == [*CHINESE, *ENGLISH]


def test_short_news_of_two_lines_is_an_article():
    extraction = extract(page(CHINESE[:2]))
    assert extraction.text.splitlines() == CHINESE[:2]


def test_what_a_page_claims_to_be_called_counts_within_its_site():
    def claimed(href: str) -> str | None:
        return extract(page(CHINESE, head=f'<link rel="canonical" href="{href}">')).canonical_url

    assert claimed("/a/1.html") == "https://news.example.com/a/1.html"
    assert claimed("https://other.example.com/a/1.html") is None
    assert claimed("/") is None


@pytest.mark.parametrize(
    "body",
    [b"", b"  \n", b"%PDF-1.7 1 0 obj", b"\x89PNG\r\n", b"PK\x03\x04"],
    ids=["none", "space", "pdf", "png", "zip"],
)
def test_what_is_no_page_is_refused(body: bytes):
    assert refused(body, "application/octet-stream").reason is Reason.NOT_TEXT


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body><div id=app></div><script src=/app.js></script></body></html>",
        b"<html><head><title>x</title></head></html>",
        b"<p></p>",
    ],
    ids=["shell", "head", "empty"],
)
def test_a_page_without_text_is_no_article(body: bytes):
    assert refused(body).reason is Reason.NO_ARTICLE


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 200_000 + b"x",
        b"<title>" + b"a " * 500_000 + b"</title><p>x</p>",
        b"<p>" + b"2026-1-" * 100_000 + b"</p>",
        b"<p>" + b" " * 2_000_000 + b"</p>",
        b'<script type="application/ld+json">' + b'{"@graph":[' * 100_000 + b"</script><p>x</p>",
        "<p>\ud83d</p>".encode("utf-8", "surrogatepass") * 1_000,
        b"<a b=" * 20_000,
        b"<p>&#0;&#xD800;&#x110000;&#99999999999;</p>" * 1_000,
    ],
    ids=["nested", "title", "half dates", "spaces", "json", "surrogates", "attributes", "references"],
)
def test_hostile_pages_end(body: bytes):
    result = extract_html(b"<html><body>" + body, url=URL, content_type="text/html", now=NOW, zone=None)
    assert isinstance(result, Refused) or result.title or result.text
