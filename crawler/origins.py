"""What is sent to whom: a source's own header fields go to its own origins, and nothing secret follows a redirect.

Scrapy 2.19 takes Cookie and Authorization off a redirect to another origin; an `X-Api-Key` of a source's entry went
along (tried), and so it did to the lists of another host that a source's list named.
"""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.sources import Source

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HARMLESS = {b"accept", b"accept-encoding", b"accept-language", b"user-agent", b"referer"}
"""Fields that a request to another origin keeps; the Referer field has a policy of its own (REFERRER_POLICY)."""

Origin = tuple[str, str, int | None]


def origin(url: str) -> Origin:
    """Give scheme, host and port of an absolute http(s) address (RFC 6454, 4).

    >>> origin("https://Example.org/a") == origin("https://example.org:443/b")
    True
    """
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme)


def origins_of(source: Source | None) -> frozenset[Origin]:
    """Give the origins that a source's entry names: its list's and its detail API's."""
    if source is None:
        return frozenset()
    detail = source.api.detail if source.api is not None else None
    return frozenset(origin(url) for url in (source.url, detail.url if detail is not None else None) if url)


class OriginGuard:
    """Takes off a request what its origin is not to hear."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        here = origin(request.url)
        source: Source | None = getattr(self._crawler.spider, "source", None)
        if source is not None and here not in origins_of(source):
            for name, _ in source.headers:
                request.headers.pop(name, None)
        asked_first = request.meta.get("redirect_urls", [request.url])[0]
        if origin(asked_first) != here:
            for name in [name for name in request.headers if name.lower() not in _HARMLESS]:
                del request.headers[name]
