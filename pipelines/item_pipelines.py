"""The steps as Scrapy item pipelines: process in a worker, then store; their order is in crawler/settings.py."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self, cast

from scrapy.crawler import Crawler

from pipelines.page import Page
from pipelines.patience import CrawlStopped
from storage.archive import Finished, Outcome
from storage.captures import Exchange
from storage.drafts import Draft, Rejected
from storage.reasons import Reason
from storage.types import LinkState


class _Workers(Protocol):
    async def run(self, page: Page) -> Draft | Rejected: ...


class _Batch(Protocol):
    async def add(self, finished: Finished) -> Outcome: ...


class _Templates(Protocol):
    def heard(self, page: Page, result: Draft | Rejected) -> None: ...


class Archiving(Protocol):
    """What a spider must have for its pages to be archived; crawler/spiders/archive.py has it."""

    workers: _Workers
    batch: _Batch
    templates: _Templates

    def settled(self, outcome: Outcome) -> None:
        """Hear what became of a link that this spider worked on."""


@dataclass(frozen=True, slots=True)
class Processed:
    """A page with what the steps made of it."""

    page: Page
    result: Draft | Rejected


class _Pipeline:
    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def _spider(self) -> Archiving:
        return cast("Archiving", self._crawler.spider)


class ProcessPipeline(_Pipeline):
    """Page -> Processed, in a worker process with its limits of time and memory."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._running: set[asyncio.Future[Draft | Rejected]] = set()

    async def process_item(self, item: Any) -> Processed:
        page: Page = item
        running = asyncio.ensure_future(self._spider.workers.run(page))
        self._running.add(running)
        try:
            result = await running
        except asyncio.CancelledError as error:
            raise CrawlStopped(page.url) from error
        finally:
            self._running.discard(running)
        self._spider.templates.heard(page, result)
        return Processed(page, result)

    def give_up(self) -> None:
        """Put down all pages in work: nothing becomes of them, not even a reason."""
        for running in tuple(self._running):
            running.cancel()


class StorePipeline(_Pipeline):
    """Processed -> captures and rows; the spider hears what became of the link."""

    async def process_item(self, item: Any) -> Processed:
        processed: Processed = item
        outcome = await self._spider.batch.add(finished(processed.page, processed.result))
        self._spider.settled(outcome)
        return processed


def finished(page: Page, result: Draft | Rejected) -> Finished:
    """Give what the archive needs to store a processed page: its responses, its draft or its reason."""
    if page.link_id is None:
        raise ValueError(f"{page.url} is no link of the ledger")
    state = LinkState.GONE if isinstance(result, Rejected) and result.reason is Reason.GONE else LinkState.REJECTED
    if isinstance(result, Rejected) and result.reason is Reason.OPTED_OUT:
        # The publisher wants no copy: what was read is known by its digest alone.
        digests = ", ".join(hashlib.sha256(one.body).hexdigest() for one in page.fetched)
        without = replace(result, text=f"{result.text} (sha256 {digests})")
        return Finished(link_id=page.link_id, url=page.url, result=without)
    exchanges = tuple(
        Exchange(
            url=one.final_url,
            status=one.status,
            headers=one.headers,
            body=one.body,
            fetched_at=one.fetched_at,
        )
        for one in page.fetched
    )
    return Finished(
        link_id=page.link_id, url=page.url, result=result, exchanges=exchanges, state=state,
        retry=page.is_incomplete and isinstance(result, Rejected), not_before=page.not_before,
    )  # fmt: skip
