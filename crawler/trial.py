"""A crawl on trial: one page of a source's list and its first articles, into an archive that is thrown away.

Everything on the way is the true one: spider, guards, steps, store. Only what it may fetch is little.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.crawling import Crawl, ends_of, run_spiders
from crawler.frontier import IN_FLIGHT
from crawler.run import RunEnd
from crawler.sources import ListingPage, Sitemap, Source
from crawler.spiders.archive import ArchiveSpider
from pipelines.page import hints_from_json
from storage import link_history, lookup
from storage.archive import open_archive
from storage.config import Location
from storage.ledger import LeasedLink
from storage.link_history import LinkFilter, LinkStatus
from storage.lookup import Article, ArticleFilter
from storage.types import LinkState


@dataclass(frozen=True, slots=True)
class Shown:
    """One link that the list shows, with what the list says of it; "" where it says nothing."""

    url: str
    title: str
    published: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial found: how it ended, the list's first links, the articles, and the links that became none."""

    end: RunEnd
    links: tuple[Shown, ...]
    articles: tuple[Article, ...]
    refused: tuple[LinkStatus, ...]


def try_source(settings: Settings, source: Source, *, articles: int) -> Trial:
    """Fetch one page of the source's list and up to `articles` of its links; the archive is not touched.

    Raises:
        CrawlError, ArchiveError: as a crawl.
    """
    with tempfile.TemporaryDirectory(prefix="finews-check-") as folder:
        location = Location(f"sqlite:///{folder}/archive.db", Path(folder) / "captures")
        settings.set("ARCHIVE_URL", location.archive_url, priority="cmdline")
        settings.set("CAPTURES_DIR", str(location.captures_dir), priority="cmdline")
        settings.set("EXTRACT_WORKERS", 1, priority="cmdline")
        spider_class = SpiderLoader.from_settings(settings).load(source.kind)
        trial_class = type("TrialOf" + spider_class.__name__, (_OnTrial, spider_class), {"most_articles": articles})
        crawls = [Crawl(trial_class, {"source": source.key})]
        crawlers = run_spiders(settings, crawls)
        (end,) = ends_of(crawlers, crawls)
        spider = crawlers[0].spider
        links = tuple(_shown(link) for link in spider.leased) if isinstance(spider, _OnTrial) else ()
        return _read(location, end, links)


class _OnTrial(ArchiveSpider):
    """Visits one page of the list and works on its first links alone."""

    name = "trial"
    most_articles = 2
    leased: tuple[LeasedLink, ...] = ()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        if spider.source is not None:
            spider.source = _one_page(spider.source)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        assert self.source is not None
        async for request in self._visit_requests(self.source):
            yield request
        # The run's end gives back what was leased and not worked on.
        self.leased = tuple(await self.frontier.lease(of_one_host=IN_FLIGHT))
        for link in self.leased[: self.most_articles]:
            yield self._first_step(link)


def _one_page(source: Source) -> Source:
    """The source without its further pages: of an index the first sitemap, of a listing no section."""
    changes: dict[str, object] = {"paging": source.paging.model_copy(update={"max_pages": 1})}
    if source.kind == "sitemap":
        changes["sitemap"] = (source.sitemap or Sitemap()).model_copy(update={"max_lists": 1})
    if source.kind == "listing":
        changes["listing"] = (source.listing or ListingPage()).model_copy(update={"sections": None})
    return source.model_copy(update=changes)


def _shown(link: LeasedLink) -> Shown:
    hints = hints_from_json(link.hints)
    return Shown(link.url, hints.title or "", hints.published or "")


def _read(location: Location, end: RunEnd, links: tuple[Shown, ...]) -> Trial:
    archive = open_archive(location)
    try:
        with archive.reading() as connection:
            articles = lookup.newest(connection, ArticleFilter(), limit=100)
            ledger = link_history.links(connection, LinkFilter(), limit=1_000)
    finally:
        archive.close()
    fine = {LinkState.STORED, LinkState.DUPLICATE}
    refused = [link for link in reversed(ledger) if link.reason is not None and link.state not in fine]
    return Trial(end, links, tuple(reversed(articles)), tuple(refused))
