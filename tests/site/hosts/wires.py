"""The English hosts of the shipped catalogue: their feeds and news sitemaps, leading to invented articles."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.site.answers import Route, route
from tests.site.hosts import feeds
from tests.site.hosts.outlets import Outlet, routes_of
from tests.site.stories import WIRE_DESKS


@dataclass(frozen=True, slots=True)
class Wire:
    """One list of the catalogue: `key` names it there, `url` is its address, `write` its format."""

    key: str
    desk: str
    host: str
    url: str
    write: feeds.Writer = feeds.rss
    media_type: str = "application/rss+xml; charset=utf-8"

    @property
    def outlet(self) -> Outlet:
        return Outlet(self.desk, self.host, WIRE_DESKS[self.desk])


_XML = "text/xml; charset=utf-8"
WIRES = (
    Wire("sec-press", "sec", "www.sec.gov", "www.sec.gov/news/pressreleases.rss"),
    Wire("fed-press", "fed", "www.federalreserve.gov", "www.federalreserve.gov/feeds/press_all.xml", media_type=_XML),
    Wire("ecb-press", "ecb", "www.ecb.europa.eu", "www.ecb.europa.eu/rss/press.html"),
    Wire("bis-press", "bis", "www.bis.org", "www.bis.org/doclist/all_pressrels.rss", feeds.rdf, _XML),
    Wire("bank-of-england-news", "boe", "www.bankofengland.co.uk", "www.bankofengland.co.uk/rss/news"),
    Wire("bank-of-japan-news", "boj", "www.boj.or.jp", "www.boj.or.jp/en/rss/whatsnew.xml", media_type=_XML),
    Wire("bank-of-canada-press", "boc", "www.bankofcanada.ca", "www.bankofcanada.ca/content_type/press-releases/feed/"),
    Wire("hkma-press", "hkma", "www.hkma.gov.hk", "www.hkma.gov.hk/eng/other-information/rss/rss_press-release.xml"),
    Wire("imf-news", "imf", "www.imf.org", "www.imf.org/en/News/RSS"),
    Wire("cftc-press", "cftc", "www.cftc.gov", "www.cftc.gov/RSS/RSSGP/rssgp.xml"),
    Wire("fca-news", "fca", "www.fca.org.uk", "www.fca.org.uk/news/rss.xml"),
    Wire("fsb-news", "fsb", "www.fsb.org", "www.fsb.org/feed/"),
    Wire("cnbc-top", "cnbc", "www.cnbc.com", "www.cnbc.com/id/100003114/device/rss/rss.html"),
    Wire("cnbc-sitemap", "cnbc", "www.cnbc.com", "www.cnbc.com/sitemap_news.xml", feeds.news_sitemap, _XML),
    Wire("marketwatch-top", "marketwatch", "www.marketwatch.com", "feeds.content.dowjones.io/public/rss/mw_topstories"),
    Wire(
        "marketwatch-sitemap",
        "marketwatch",
        "www.marketwatch.com",
        "www.marketwatch.com/mw_news_sitemap.xml",
        feeds.news_sitemap,
        _XML,
    ),
    Wire("nasdaq-original", "nasdaq", "www.nasdaq.com", "www.nasdaq.com/feed/nasdaq-original/rss.xml"),
    Wire("nasdaq-markets", "nasdaq", "www.nasdaq.com", "www.nasdaq.com/feed/rssoutbound"),
    Wire("yahoo-finance", "yahoo", "finance.yahoo.com", "finance.yahoo.com/news/rssindex"),
    Wire("ft-home", "ft", "www.ft.com", "www.ft.com/rss/home", feeds.atom, "application/atom+xml; charset=utf-8"),
)


def routes() -> list[Route]:
    found = []
    for wire in WIRES:
        host, slash, path = wire.url.partition("/")
        found.append(route(host, re.escape(slash + path), feeds.feed_of(wire.outlet, wire.write, wire.media_type)))
    for outlet in {wire.outlet.host: wire.outlet for wire in WIRES}.values():
        found.extend(routes_of(outlet))
    return found
