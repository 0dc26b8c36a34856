"""The hosts of the benchmark pages: bulk.test with lists of any length, bulk-0.test ... with the articles."""

from __future__ import annotations

from functools import lru_cache

from tests.site.answers import Answer, Request, Route, conditional, not_found, route
from tests.site.bulk import HOSTS, bulk_feed, bulk_listing, bulk_page, bulk_published_at
from tests.site.state import SiteState

LONG_FEED_COUNT = 20_000


def _article(request: Request, _state: SiteState) -> Answer:
    number = request.path.rpartition("/")[2].partition(".")[0]
    if len(number) > 9:
        return not_found()
    return Answer(200, (("Content-Type", "text/html; charset=utf-8"),), bulk_page(int(number)))


def _feed(request: Request, _state: SiteState) -> Answer:
    count, start, hosts = (
        request.number("count", 100),
        request.number("start", 0),
        request.number("hosts", HOSTS),
    )
    return _as_rss(request, count, start, hosts)


def _as_rss(request: Request, count: int, start: int, hosts: int) -> Answer:
    answer = Answer(200, (("Content-Type", "application/rss+xml; charset=utf-8"),), _made(count, start, hosts))
    return conditional(request, answer, bulk_published_at(start + count))


@lru_cache(maxsize=4)
def _made(count: int, start: int, hosts: int) -> bytes:
    return bulk_feed(count, start, hosts)


def _long_feed(request: Request, _state: SiteState) -> Answer:
    return _as_rss(request, LONG_FEED_COUNT, 0, request.number("hosts", HOSTS))


def _listing(request: Request, _state: SiteState) -> Answer:
    page, size, count = request.number("page", 1), request.number("size", 100), request.number("count", 1_000)
    body = bulk_listing(page, size, count, request.number("hosts", HOSTS))
    return Answer(200, (("Content-Type", "text/html; charset=utf-8"),), body)


def routes() -> list[Route]:
    article = r"/article/\d+\.html"
    return [
        route("bulk.test", article, _article),
        route("bulk.test", r"/rss", _feed),
        route("bulk.test", r"/feed-20000\.xml", _long_feed),
        route("bulk.test", r"/list", _listing),
        *(route(f"bulk-{n}.test", article, _article) for n in range(32)),
    ]
