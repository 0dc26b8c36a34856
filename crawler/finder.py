"""Finds the lists of a page by asking for them: what its head and robots.txt name, and the usual places."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from crawler.crawling import Crawl, run_spiders
from crawler.errors import BadArgument, ListRefused
from crawler.failures import failure_reason
from crawler.lists import read_list
from crawler.lists.discover import Candidate, find_lists, sitemaps_of_robots, source_key
from crawler.responses import field_value
from crawler.sources import Source
from storage.urls import BadUrl, canonical_url

MOST_ASKED = 30
"""Candidates that one page may cost requests for."""


@dataclass(frozen=True, slots=True)
class FoundList:
    """A list that answered and could be read: how many links it shows, and the first one's title."""

    kind: str
    url: str
    title: str
    links: int
    first_title: str


def find_lists_of(settings: Settings, url: str) -> list[FoundList]:
    """Give the lists of a page, the surest first: feeds and sitemaps, else the page itself if it shows articles.

    Raises:
        BadArgument: the address is none, or the page cannot be fetched.
    """
    try:
        canonical_url(url)
    except BadUrl as error:
        raise BadArgument(f"{error}; give a page's address, as https://www.example.com/news/") from error
    (crawler,) = run_spiders(settings, [Crawl(_Finder, {"url": url})])
    spider = crawler.spider
    assert isinstance(spider, _Finder)
    if spider.failure:
        raise BadArgument(f"{url} cannot be fetched: {spider.failure}")
    return spider.lists()


class _Finder(Spider):
    name = "finder"
    custom_settings = {"EXTENSIONS": {}, "ITEM_PIPELINES": {}}  # noqa: RUF012  # Scrapy's interface

    def __init__(self, *args: Any, url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page_url = url
        self.failure = ""
        self._asked: dict[str, int] = {}
        self._found: dict[int, FoundList] = {}
        self._page_itself: FoundList | None = None

    async def start(self) -> AsyncIterator[Any]:
        yield Request(self.page_url, callback=self.parse_page, errback=self.page_failed, dont_filter=True)

    def lists(self) -> list[FoundList]:
        """Give what was found, in the order of the candidates; one address once."""
        found = {one.url: one for _, one in sorted(self._found.items(), reverse=True)}
        lists = list(reversed(found.values()))
        return lists or ([self._page_itself] if self._page_itself is not None else [])

    async def page_failed(self, failure: Failure) -> None:
        reason, text = failure_reason(failure, failure.request)  # type: ignore[attr-defined]
        self.failure = f"{reason}: {text}"

    async def parse_page(self, response: Response) -> AsyncIterator[Request]:
        for kind in ("feed", "sitemap"):
            itself = _read(kind, response, title="")
            if itself is not None:
                self._found[0] = itself
                return
        self._page_itself = _read("listing", response, title="")
        candidates = find_lists(response.body, response.url, content_type=field_value(response, "Content-Type") or "")
        for candidate in candidates[:MOST_ASKED]:
            yield self._ask(candidate)
        robots = urljoin(response.url, "/robots.txt")
        # What robots.txt itself may be asked for is not for robots.txt to say (RFC 9309, 2.2.2).
        yield Request(
            robots, callback=self.parse_robots, errback=self.no_list, dont_filter=True,
            meta={"dont_obey_robotstxt": True},
        )  # fmt: skip

    def _ask(self, candidate: Candidate) -> Request:
        self._asked[candidate.url] = len(self._asked) + 1
        return Request(
            candidate.url, callback=self.parse_list, errback=self.no_list, dont_filter=True,
            cb_kwargs={"candidate": candidate, "place": self._asked[candidate.url]},
        )  # fmt: skip

    async def parse_robots(self, response: Response) -> AsyncIterator[Request]:
        text = response.body.decode("utf-8", "replace")
        for url in sitemaps_of_robots(text, response.url)[:MOST_ASKED]:
            if url not in self._asked:
                yield self._ask(Candidate("sitemap", url, ""))

    async def parse_list(self, response: Response, candidate: Candidate, place: int) -> None:
        found = _read(candidate.kind, response, title=candidate.title)
        if found is not None:
            self._found[place] = found

    async def no_list(self, failure: Failure) -> None:
        """A candidate that does not answer is none; most are guesses."""
        self.logger.debug("no list: %s", failure.getErrorMessage())


def _read(kind: str, response: Response, *, title: str) -> FoundList | None:
    """Read a response as a list of a kind; None where it is none, or shows nothing."""
    address = response.url.replace("{", "%7B").replace("}", "%7D")
    source = Source.model_validate({"key": source_key(response.url), "kind": kind, "url": address})
    try:
        listing = read_list(
            source, url=response.url, body=response.body, content_type=field_value(response, "Content-Type") or "",
            now=datetime.now(UTC),
        )  # fmt: skip
    except ListRefused:
        return None
    links = len(listing.found) + len(listing.more_lists)
    first = next((found.hints.title for found in listing.found if found.hints.title), "")
    return FoundList(kind, response.url, title, links, first) if links else None
