"""Article pages of real size for benchmarks, and lists of any length that lead to them; all by number, for ever the same.

A page has 30 to 300 kB of HTML, about 110 on average: navigation, scripts, inline JSON, related lists, comments,
round 8 to 20 paragraphs of text. Sizes and shares follow what news pages weigh; the words are invented.
"""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from random import Random

from tests.site import prose
from tests.site.answers import json_text

HOSTS = 8
"""Pages are spread over bulk-0.test ... bulk-7.test; bulk.test has the lists and every page, too."""
SMALLEST, LARGEST = 30_000, 299_000

_STARTED_AT = datetime(2025, 5, 1, 6, 0, tzinfo=UTC)
_SCRIPT_POOL_SIZE = 400_000


def bulk_url(number: int, hosts: int = HOSTS) -> str:
    """Give the address of a page; with `hosts` 0 they are all on bulk.test."""
    host = f"bulk-{number % hosts}.test" if hosts else "bulk.test"
    return f"https://{host}/article/{number}.html"


def bulk_title(number: int) -> str:
    """Give a page's title, without making its text: lists of 20,000 need no more."""
    draw = Random(f"bulk title {number}")
    if number % 2:
        return prose.english_title(draw, draw.choice(prose.ENGLISH_COMPANIES)[0])
    return prose.chinese_title(draw, draw.choice(prose.COMPANIES))


def bulk_text(number: int) -> str:
    """Give the whole text of a page, a paragraph a line."""
    return "\n".join(_paragraphs(number))


def bulk_published_at(number: int) -> datetime:
    return _STARTED_AT + timedelta(minutes=number)


def bulk_page(number: int) -> bytes:
    """Give the page of this number, in UTF-8; half are Chinese, half English."""
    title, paragraphs = bulk_title(number), _paragraphs(number)
    draw = Random(f"bulk page {number}")
    target = min(LARGEST, max(SMALLEST, int(draw.lognormvariate(11.44, 0.55))))
    article = _article(number, title, paragraphs)
    furniture = _head(number, title, draw) + _navigation(), _related(number, draw), _footer()
    room = target - sum(len(part.encode()) for part in (*furniture, article))
    scripts = _scripts(max(0, room * 6 // 10), draw)
    rows = _rows(max(0, room * 4 // 10), draw)
    return (
        f"{furniture[0]}{scripts}<div class='layout'>{article}{furniture[1]}<div class='boards'>{rows}</div></div>{furniture[2]}"
    ).encode()


def bulk_feed(count: int, start: int = 0, hosts: int = HOSTS) -> bytes:
    """Give an RSS 2.0 feed of the pages `start` to `start + count`, newest first."""
    items = "".join(
        f"<item><title>{escape(bulk_title(n))}</title><link>{bulk_url(n, hosts)}</link><guid>{bulk_url(n, hosts)}</guid>"
        f"<pubDate>{format_datetime(bulk_published_at(n))}</pubDate></item>"
        for n in range(start + count - 1, start - 1, -1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Bulk</title><link>https://bulk.test/</link>'
        f"<description>Pages for benchmarks</description>{items}</channel></rss>"
    ).encode()


def bulk_listing(page: int, size: int, count: int, hosts: int = HOSTS) -> bytes:
    """Give a page of HTML with links to `size` of `count` pages, and a link to the next."""
    first, last = (page - 1) * size, min(page * size, count)
    rows = "".join(f'<li><a href="{bulk_url(n, hosts)}">{escape(bulk_title(n))}</a></li>' for n in range(first, last))
    more = (
        f'<a rel="next" href="/list?page={page + 1}&amp;size={size}&amp;count={count}&amp;hosts={hosts}">Next</a>'
        if last < count
        else ""
    )
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>Bulk</title></head><body>{_navigation()}<ul class='river'>{rows}</ul>{more}</body></html>".encode()


@lru_cache(maxsize=64)
def _paragraphs(number: int) -> tuple[str, ...]:
    draw = Random(f"bulk text {number}")
    length = draw.randint(8, 20)
    if number % 2:
        texts = [prose.english_paragraph(draw, draw.randint(2, 5)) for _ in range(length)]
        return (f"Report {number} came out on Thursday. {texts[0]}", *texts[1:])
    texts = [prose.chinese_paragraph(draw, draw.randint(2, 4)) for _ in range(length)]
    return (f"第{number}号公告已经发布。{texts[0]}", *texts[1:])


def _head(number: int, title: str, draw: Random) -> str:
    published = bulk_published_at(number).isoformat()
    linked = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": published,
        "author": {"@type": "Person", "name": prose.english_author(draw)},
    }
    styles = "".join(f".c{n}{{margin:{draw.randint(0, 40)}px;padding:{draw.randint(0, 20)}px}}" for n in range(60))
    return (
        f'<!DOCTYPE html><html lang="{"en" if number % 2 else "zh-CN"}"><head><meta charset="utf-8"><title>{escape(title)} | Bulk</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{escape(title)}"><meta property="og:site_name" content="Bulk">'
        f'<meta property="article:published_time" content="{published}"><link rel="canonical" href="{bulk_url(number)}">'
        f'<script type="application/ld+json">{json_text(linked)}</script><style>{styles}</style></head><body>'
    )


@lru_cache(maxsize=1)
def _navigation() -> str:
    groups = "".join(
        f'<li class="menu__group"><a href="/section/{g}">Section {g}</a><ul class="menu__sub">'
        + "".join(
            f'<li><a class="menu__link" href="/section/{g}/{n}" data-track="nav-{g}-{n}">Topic {g}.{n}</a></li>'
            for n in range(8)
        )
        + "</ul></li>"
        for g in range(9)
    )
    return f'<header class="site"><a class="logo" href="/"><img src="/logo.svg" alt="Bulk" width="120" height="30"></a><nav class="menu"><ul>{groups}</ul></nav></header>'


def _article(number: int, title: str, paragraphs: tuple[str, ...]) -> str:
    parts = [f"<p>{escape(text, quote=False)}</p>" for text in paragraphs]
    parts.insert(
        2,
        f'<figure><img src="https://img.bulk.test/{number}-1.jpg" width="980" height="551" alt="Picture"><figcaption>Archive picture</figcaption></figure>',
    )
    parts.insert(6, '<aside class="ad-slot" data-slot="mid"><div id="ad-1"></div></aside>')
    published = bulk_published_at(number)
    return (
        f'<main><article class="story"><h1>{escape(title)}</h1><p class="byline">Bulk staff</p><time datetime="{published.isoformat()}">'
        f'{published:%Y-%m-%d %H:%M}</time><div class="story__body">{"".join(parts)}</div></article></main>'
    )


def _related(number: int, draw: Random) -> str:
    others = [draw.randint(0, 200_000) for _ in range(12)]
    links = "".join(
        f'<li class="rel"><a href="/article/{n}.html"><img src="/t/{n}.jpg" width="90" height="60" alt=""><span>Story {n} after {number}</span></a></li>'
        for n in others
    )
    return f'<section class="related"><h2>Related</h2><ul>{links}</ul></section>'


@lru_cache(maxsize=1)
def _footer() -> str:
    links = "".join(f'<li><a href="/about/{n}">About {n}</a></li>' for n in range(40))
    return f'<footer><ul>{links}</ul><p>All fiction.</p></footer><script src="/static/bundle.js" async></script></body></html>'


@lru_cache(maxsize=1)
def _script_pool() -> str:
    draw = Random("bulk scripts")
    return "".join(_script_lines(draw))


def _script_lines(draw: Random) -> Iterator[str]:
    size = 0
    while size < _SCRIPT_POOL_SIZE:
        line = f'"k{draw.randrange(16**6):06x}":{{"id":{draw.randint(1, 10**9)},"v":{draw.random():.6f},"t":"{draw.choice(("quote", "ad", "video", "story"))}","u":"/x/{draw.randrange(16**8):08x}"}},\n'
        size += len(line)
        yield line


def _scripts(size: int, draw: Random) -> str:
    """Give about `size` bytes of inline state, cut from one pool at a place that differs from page to page."""
    pool = _script_pool()
    start = pool.find("\n", draw.randrange(0, _SCRIPT_POOL_SIZE - size - 1_000)) + 1
    end = pool.find("\n", start + size)
    return f'<script>window.__STATE__={{{pool[start:end].rstrip(",")}}};</script><script>(function(w,d){{w.q=w.q||[];d.addEventListener("click",function(e){{w.q.push(e.type)}})}})(window,document);</script>'


@lru_cache(maxsize=1)
def _row_pool() -> tuple[str, ...]:
    draw = Random("bulk rows")
    return tuple(
        f'<tr class="q q--{n % 3}"><td><a href="/quote/{draw.randrange(16**5):05x}">{draw.choice(prose.ENGLISH_COMPANIES)[1]}</a></td>'
        f'<td>{draw.uniform(1, 900):.2f}</td><td class="chg">{draw.uniform(-9, 9):+.2f}%</td></tr>'
        for n in range(3_000)
    )


def _rows(size: int, draw: Random) -> str:
    """Give about `size` bytes of quote tables: the many small elements of a market page."""
    pool = _row_pool()
    wanted = min(len(pool) - 1, size // len(pool[0]))
    start = draw.randrange(0, len(pool) - wanted)
    return f'<table class="quotes">{"".join(pool[start : start + wanted])}</table>'
