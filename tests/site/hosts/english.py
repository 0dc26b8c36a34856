"""Invented English publishers, one a kind of list: RSS 2.0, Atom, JSON Feed, sitemaps, listing pages with next links."""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape

from tests.site.answers import (
    Answer,
    Handler,
    Request,
    Route,
    conditional,
    html_answer,
    json_text,
    not_found,
    route,
    text_answer,
)
from tests.site.markup import plain_body
from tests.site.state import SiteState
from tests.site.stories import Story

NEW_YORK_SUMMER = timezone(timedelta(hours=-4))
PAGE_SIZE = 4
_SECTIONS = (
    "Markets",
    "Companies",
    "Economy",
    "Commodities",
    "Banks",
    "Technology",
    "Opinion",
    "Video",
    "Podcasts",
    "Newsletters",
)


@dataclass(frozen=True, slots=True)
class Outlet:
    """An invented publisher: the desk it prints, its host, its name, and the addresses of its feeds for readers."""

    desk: str
    host: str
    name: str
    feed: str = ""
    feed_type: str = ""

    @property
    def home(self) -> str:
        return f"https://{self.host}"

    def url(self, story: Story) -> str:
        return f"{self.home}{self.path(story)}"

    def path(self, story: Story) -> str:
        slug = re.sub(r"[^a-z0-9]+", "-", story.title.lower()).strip("-")
        return f"/{local(story):%Y/%m/%d}/{slug}-{story.key}"


MARKETS = Outlet("markets", "www.example-markets.test", "Example Markets", "/rss.xml", "application/rss+xml")
LEDGER = Outlet("ledger", "www.example-ledger.test", "Example Ledger", "/atom.xml", "application/atom+xml")
WIRE = Outlet("wire", "www.example-wire.test", "Example Wire", "/feed.json", "application/feed+json")
COURIER = Outlet("courier", "www.example-courier.test", "Example Courier")
TRIBUNE = Outlet("tribune", "www.example-tribune.test", "Example Tribune")
OUTLETS = (MARKETS, LEDGER, WIRE, COURIER, TRIBUNE)


def local(story: Story) -> datetime:
    return story.published_at.astimezone(NEW_YORK_SUMMER)


def changed_at(story: Story) -> datetime:
    return story.published_at + timedelta(hours=story.edits)


def summary(story: Story) -> str:
    return story.lead[:140].rpartition(" ")[0] + " ..."


def _rss(request: Request, state: SiteState) -> Answer:
    stories = state.stories(MARKETS.desk)
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{MARKETS.url(story)}?utm_source=rss&amp;utm_medium=feed</link>"
        f'<guid isPermaLink="false">{MARKETS.host}:{story.key}</guid><pubDate>{format_datetime(local(story))}</pubDate>'
        f"<dc:creator>{story.author}</dc:creator><category>Companies</category><description>{escape(f'<p>{summary(story)}</p>')}</description>"
        f'<media:content url="{story.pictures[0].url}" medium="image" width="{story.pictures[0].width}" height="{story.pictures[0].height}"/></item>'
        for story in stories
    )
    feed = (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>{MARKETS.name}</title><link>{MARKETS.home}/</link><description>Companies and markets</description><language>en-us</language>"
        f'<ttl>15</ttl><atom:link href="{MARKETS.home}/rss.xml" rel="self" type="application/rss+xml"/>{items}</channel></rss>'
    )
    return _feed_answer(request, feed, "application/rss+xml; charset=utf-8", stories)


def _feed_answer(request: Request, feed: str, media_type: str, stories: tuple[Story, ...]) -> Answer:
    newest = max(changed_at(story) for story in stories)
    return conditional(request, text_answer(feed, media_type), newest)


def _atom(request: Request, state: SiteState) -> Answer:
    stories = state.stories(LEDGER.desk)
    entries = "".join(
        f'<entry><title type="html">{escape(escape(story.title))}</title><link rel="alternate" type="text/html" href="{LEDGER.url(story)}"/>'
        f"<id>tag:{LEDGER.host},2025:{story.key}</id><published>{local(story).isoformat()}</published>"
        f"<updated>{changed_at(story).astimezone(NEW_YORK_SUMMER).isoformat()}</updated><author><name>{story.author}</name></author>"
        f'<category term="companies"/><summary>{escape(summary(story))}</summary></entry>'
        for story in stories
    )
    feed = (
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>{LEDGER.name}</title>'
        f'<id>{LEDGER.home}/</id><link rel="self" href="{LEDGER.home}/atom.xml"/><link href="{LEDGER.home}/"/>'
        f"<updated>{max(changed_at(story) for story in stories).isoformat()}</updated>{entries}</feed>"
    )
    return _feed_answer(request, feed, "application/atom+xml; charset=utf-8", stories)


def _json_feed(request: Request, state: SiteState) -> Answer:
    stories = state.stories(WIRE.desk)
    items = [
        {
            "id": f"{WIRE.host}/{story.key}",
            "url": WIRE.url(story),
            "title": story.title,
            "summary": summary(story),
            "date_published": local(story).isoformat(),
            "authors": [{"name": story.author}],
            "tags": ["companies"],
        }
        for story in stories
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": WIRE.name,
        "home_page_url": f"{WIRE.home}/",
        "language": "en",
        "items": items,
    }
    return _feed_answer(request, json_text(feed), "application/feed+json", stories)


def _sitemap_index(request: Request, state: SiteState) -> Answer:
    stories = state.stories(COURIER.desk)
    newest = max(changed_at(story) for story in stories).isoformat()
    children = "".join(
        f"<sitemap><loc>{COURIER.home}/{name}</loc><lastmod>{newest}</lastmod></sitemap>"
        for name in ("sitemap-news.xml", "sitemap-2025.xml.gz")
    )
    index = f'<?xml version="1.0" encoding="UTF-8"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{children}</sitemapindex>'
    return _feed_answer(request, index, "application/xml", stories)


def _news_sitemap(request: Request, state: SiteState) -> Answer:
    """Give the newer half of the desk, with titles and times."""
    stories = newer_half(state.stories(COURIER.desk))
    urls = "".join(
        f"<url><loc>{COURIER.url(story)}</loc><news:news><news:publication><news:name>{COURIER.name}</news:name><news:language>en</news:language>"
        f"</news:publication><news:publication_date>{local(story).isoformat()}</news:publication_date><news:title>{escape(story.title)}</news:title>"
        "</news:news></url>"
        for story in stories
    )
    sitemap = (
        '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    )
    return _feed_answer(request, sitemap, "application/xml", stories)


def newer_half(stories: tuple[Story, ...]) -> tuple[Story, ...]:
    return stories[: len(stories) // 2]


def _year_sitemap(request: Request, state: SiteState) -> Answer:
    stories = state.stories(COURIER.desk)
    urls = "".join(
        f"<url><loc>{COURIER.url(story)}</loc><lastmod>{changed_at(story).isoformat()}</lastmod></url>"
        for story in stories
    )
    sitemap = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    packed = Answer(200, (("Content-Type", "application/x-gzip"),), gzip.compress(sitemap.encode(), mtime=0))
    return conditional(request, packed, max(changed_at(story) for story in stories))


def _listing(request: Request, state: SiteState) -> Answer:
    """Give a category page with PAGE_SIZE articles, teasers that lead elsewhere, and a link to the next page."""
    stories = state.stories(TRIBUNE.desk)
    page = request.number("page", 1)
    shown = stories[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    cards = "".join(
        f'<article class="card"><a class="card__link" href="{TRIBUNE.path(story)}"><h3>{escape(story.title)}</h3></a>'
        f'<time datetime="{local(story).isoformat()}">{local(story):%B %-d, %Y}</time><p>{escape(summary(story))}</p></article>'
        for story in shown
    )
    more = (
        f'<a class="next" rel="next" href="/markets/?page={page + 1}">Older stories</a>'
        if page * PAGE_SIZE < len(stories)
        else ""
    )
    private = f'<a class="card__link" href="/private/{shown[0].key}">Subscribers only</a>' if page == 1 else ""
    main = (
        f'<main><h1>Markets</h1><section class="river">{cards}{private}</section><nav class="pager">{more}</nav></main>'
    )
    return html_answer(_page(TRIBUNE, "Markets", "", main, ()))


def _private(_request: Request, state: SiteState) -> Answer:
    return html_answer(
        _page(TRIBUNE, "Subscribers only", "", f"<main>{plain_body(state.stories('tribune')[0])}</main>", ())
    )


def _home_of(outlet: Outlet) -> Handler:
    def home(_request: Request, state: SiteState) -> Answer:
        stories = state.stories(outlet.desk)
        cards = "".join(f'<h3><a href="{outlet.path(story)}">{escape(story.title)}</a></h3>' for story in stories)
        return html_answer(_page(outlet, "Home", "", f"<main>{cards}</main>", ()))

    return home


def _article_of(outlet: Outlet) -> Handler:
    def article(request: Request, state: SiteState) -> Answer:
        story = state.find(outlet.desk, request.path.rpartition("-")[2])
        if story is None or outlet.path(story) != request.path:
            return not_found()
        return html_answer(
            _page(outlet, story.title, _metadata(outlet, story), _article(story), state.stories(outlet.desk))
        )

    return article


def _metadata(outlet: Outlet, story: Story) -> str:
    linked = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": local(story).isoformat(),
        "dateModified": changed_at(story).astimezone(NEW_YORK_SUMMER).isoformat(),
        "author": [{"@type": "Person", "name": story.author}],
        "publisher": {
            "@type": "Organization",
            "name": outlet.name,
            "logo": {"@type": "ImageObject", "url": f"{outlet.home}/logo.png"},
        },
        "image": [picture.url for picture in story.pictures],
        "mainEntityOfPage": outlet.url(story),
    }
    properties = {
        "og:type": "article",
        "og:site_name": outlet.name,
        "og:title": story.title,
        "og:url": outlet.url(story),
        "og:description": summary(story),
        "og:image": story.pictures[0].url,
        "article:published_time": local(story).isoformat(),
        "article:section": "Companies",
    }
    meta = "".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in properties.items())
    script = json_text(linked).replace("</", "<\\/")
    return (
        f'<link rel="canonical" href="{outlet.url(story)}">{meta}<script type="application/ld+json">{script}</script>'
    )


def _article(story: Story) -> str:
    return (
        f'<main><article class="story"><header><p class="kicker">Companies</p><h1>{escape(story.title)}</h1>'
        f'<p class="byline">By <a rel="author" href="/staff/1">{story.author}</a></p><time datetime="{local(story).isoformat()}">'
        f'{local(story):%B %-d, %Y %-I:%M %p} EDT</time></header><div class="story-body">{plain_body(story)}</div></article></main>'
    )


def _page(outlet: Outlet, title: str, head: str, main: str, related: tuple[Story, ...]) -> str:
    feed = (
        f'<link rel="alternate" type="{outlet.feed_type}" title="{outlet.name}" href="{outlet.feed}">'
        if outlet.feed
        else ""
    )
    sections = "".join(f'<li><a href="/{name.lower()}/">{name}</a></li>' for name in _SECTIONS)
    links = "".join(f'<li><a href="{outlet.path(story)}">{escape(story.title)}</a></li>' for story in related[:6])
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} | {outlet.name}</title>{feed}{head}'
        '<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}gtag("js",0);</script></head><body>'
        f'<header class="site"><a href="/">{outlet.name}</a><nav><ul>{sections}</ul></nav><a href="/subscribe">Subscribe</a></header>{main}'
        f'<aside class="most-read"><h2>Most read</h2><ul>{links}</ul></aside><div class="cookie-banner"><p>We use cookies to run this site.</p>'
        f'</div><footer><ul><li><a href="/about">About</a></li><li><a href="/terms">Terms</a></li></ul><p>&copy; {outlet.name}</p></footer></body></html>'
    )


def _robots_of(outlet: Outlet) -> Callable[[Request, SiteState], Answer]:
    rule = "Disallow: /private/" if outlet is TRIBUNE else "Allow: /"
    sitemap = f"Sitemap: {outlet.home}/sitemap.xml\n" if outlet is COURIER else ""
    return lambda _request, _state: text_answer(f"User-agent: *\n{rule}\n{sitemap}")


def routes() -> list[Route]:
    found = [
        route(MARKETS.host, r"/rss\.xml", _rss),
        route(LEDGER.host, r"/atom\.xml", _atom),
        route(WIRE.host, r"/feed\.json", _json_feed),
        route(COURIER.host, r"/sitemap\.xml", _sitemap_index),
        route(COURIER.host, r"/sitemap-news\.xml", _news_sitemap),
        route(COURIER.host, r"/sitemap-2025\.xml\.gz", _year_sitemap),
        route(TRIBUNE.host, r"/markets/", _listing),
        route(TRIBUNE.host, r"/private/.*", _private),
    ]
    for outlet in OUTLETS:
        found.append(route(outlet.host, r"/", _home_of(outlet)))
        found.append(route(outlet.host, r"/robots\.txt", _robots_of(outlet)))
        found.append(route(outlet.host, r"/\d{4}/\d\d/\d\d/[a-z0-9-]+", _article_of(outlet)))
    return found
