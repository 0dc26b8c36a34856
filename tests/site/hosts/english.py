"""Invented English publishers, one a kind of list: RSS 2.0, Atom, JSON Feed, sitemaps, listing pages with next links."""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

import gzip
from html import escape

from tests.site.answers import Answer, Request, Route, conditional, html_answer, route
from tests.site.hosts import feeds
from tests.site.hosts.outlets import Outlet, changed_at, local, page, routes_of, summary
from tests.site.markup import plain_body
from tests.site.state import SiteState
from tests.site.stories import Story

PAGE_SIZE = 4

MARKETS = Outlet("markets", "www.example-markets.test", "Example Markets", "/rss.xml", "application/rss+xml")
LEDGER = Outlet("ledger", "www.example-ledger.test", "Example Ledger", "/atom.xml", "application/atom+xml")
WIRE = Outlet("wire", "www.example-wire.test", "Example Wire", "/feed.json", "application/feed+json")
COURIER = Outlet("courier", "www.example-courier.test", "Example Courier")
TRIBUNE = Outlet("tribune", "www.example-tribune.test", "Example Tribune")
OUTLETS = (MARKETS, LEDGER, WIRE, COURIER, TRIBUNE)


def _sitemap_index(request: Request, state: SiteState) -> Answer:
    stories = state.stories(COURIER.desk)
    newest = max(changed_at(story) for story in stories).isoformat()
    children = "".join(
        f"<sitemap><loc>{COURIER.home}/{name}</loc><lastmod>{newest}</lastmod></sitemap>"
        for name in ("sitemap-news.xml", "sitemap-2025.xml.gz")
    )
    index = f'<?xml version="1.0" encoding="UTF-8"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{children}</sitemapindex>'
    return feeds.stamped(request, index, "application/xml", stories)


def _news_sitemap(request: Request, state: SiteState) -> Answer:
    stories = newer_half(state.stories(COURIER.desk))
    return feeds.stamped(request, feeds.news_sitemap(COURIER, stories), "application/xml", stories)


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
    number = request.number("page", 1)
    shown = stories[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    cards = "".join(
        f'<article class="card"><a class="card__link" href="{TRIBUNE.path(story)}"><h3>{escape(story.title)}</h3></a>'
        f'<time datetime="{local(story).isoformat()}">{local(story):%B %-d, %Y}</time><p>{escape(summary(story))}</p></article>'
        for story in shown
    )
    more = (
        f'<a class="next" rel="next" href="/markets/?page={number + 1}">Older stories</a>'
        if number * PAGE_SIZE < len(stories)
        else ""
    )
    private = f'<a class="card__link" href="/private/{shown[0].key}">Subscribers only</a>' if number == 1 else ""
    main = (
        f'<main><h1>Markets</h1><section class="river">{cards}{private}</section><nav class="pager">{more}</nav></main>'
    )
    return html_answer(page(TRIBUNE, "Markets", "", main, ()))


def _private(_request: Request, state: SiteState) -> Answer:
    return html_answer(
        page(TRIBUNE, "Subscribers only", "", f"<main>{plain_body(state.stories('tribune')[0])}</main>", ())
    )


def routes() -> list[Route]:
    return [
        route(MARKETS.host, r"/rss\.xml", feeds.feed_of(MARKETS, feeds.rss, "application/rss+xml; charset=utf-8")),
        route(LEDGER.host, r"/atom\.xml", feeds.feed_of(LEDGER, feeds.atom, "application/atom+xml; charset=utf-8")),
        route(WIRE.host, r"/feed\.json", feeds.feed_of(WIRE, feeds.json_feed, "application/feed+json")),
        route(COURIER.host, r"/sitemap\.xml", _sitemap_index),
        route(COURIER.host, r"/sitemap-news\.xml", _news_sitemap),
        route(COURIER.host, r"/sitemap-2025\.xml\.gz", _year_sitemap),
        route(TRIBUNE.host, r"/markets/", _listing),
        route(TRIBUNE.host, r"/private/.*", _private),
        *routes_of(MARKETS),
        *routes_of(LEDGER),
        *routes_of(WIRE),
        *routes_of(COURIER, "Allow: /", f"Sitemap: {COURIER.home}/sitemap.xml"),
        *routes_of(TRIBUNE, "Disallow: /private/"),
    ]
