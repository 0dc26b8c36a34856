"""Bytes of a source's list -> the links it shows; pure: no network, no database, no clock of its own."""

from __future__ import annotations

from datetime import datetime

from crawler.errors import ListRefused
from crawler.listing import Listing
from crawler.lists.eastmoney import read_eastmoney
from crawler.lists.feed import read_feed
from crawler.lists.json_list import read_json_list
from crawler.lists.page_links import read_page_links
from crawler.lists.sitemap import read_sitemap
from crawler.sources import Source
from storage.reasons import Reason


def read_list(
    source: Source,
    *,
    url: str,
    body: bytes,
    content_type: str,
    now: datetime,
    since: datetime | None = None,
    page: int = 1,
) -> Listing:
    """Read one answer of the source, by its kind.

    `url` is the address that answered, `body` after content decoding, `now` aware; `since` is the last
    visit's start (sitemaps leave out what did not change after it); `page` counts from 1 in one visit.

    Raises:
        ListRefused: the list as a whole cannot be read; single items that cannot are in `Listing.bad`.
    """
    match source.kind:
        case "feed":
            return read_feed(source, url, body, content_type, now, page=page)
        case "sitemap":
            return read_sitemap(source, url, body, content_type, now, since=since)
        case "listing":
            return read_page_links(source, url, body, content_type, now, page=page)
        case "api":
            return read_json_list(source, url, body, now, page=page)
        case "eastmoney":
            return read_eastmoney(source, url, body, now, page=page)
        case _:
            raise ListRefused(Reason.BAD_LIST, f"source {source.key!r} of kind {source.kind!r} has no list")
