"""One run: opens it with the spider, counts what becomes of every link, decides how it ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from crawler.budgets import BUDGET_SPENT
from crawler.frontier import Frontier, Tally
from crawler.learning import Learning, load_templates
from crawler.measures import Meter
from crawler.spiders.archive import ARCHIVE_FAILED, ArchiveSpider
from crawler.stopping import GRACE_S, StoppableDownloader
from pipelines import identify
from pipelines.batch import Batch
from pipelines.item_pipelines import Processed, ProcessPipeline
from pipelines.page import Page
from pipelines.patience import ArchiveThread, CrawlStopped
from pipelines.workers import Usage, Workers, WorkersFailed
from storage.archive import Archive, open_archive
from storage.errors import ArchiveError
from storage.runs import RunState

EXIT_CODES = {RunState.OK: 0, RunState.DEGRADED: 1, RunState.FAILED: 2}
"""What `scrapy crawl` and `finews crawl` exit with."""

_END = "finews/run"
_WORKERS_FAILED = "the processes that extract are gone"
_START_FAILED = "start_error"  # Scrapy's word for an error in a spider's `start`
_STOPPED = "shutdown"  # Scrapy's word for an end by signal
_LOCK_WAIT_S = 2.0  # for one try: the thread must be free again soon after a signal
_MOST_PROBLEMS = 1000  # texts kept with a run; all of them stand in the ledger anyhow


_log = logging.getLogger(__name__)

_TOLD_ELSEWHERE = ("scrapy.downloadermiddlewares.robotstxt", "scrapy.downloadermiddlewares.httpcompression")
"""Loggers that print a failed download, with its traceback, which the ledger and the run's table tell as well."""


def _without_failures(record: logging.LogRecord) -> bool:
    return record.levelno < logging.WARNING


def _without_archive_errors(record: logging.LogRecord) -> bool:
    """An archive that takes nothing, and workers that are gone, are told once, in one line, by the run's table."""
    return not (record.exc_info and isinstance(record.exc_info[1], ArchiveError | WorkersFailed | CrawlStopped))


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended: what `run_status` shows, and what people see as a table."""

    source_key: str
    state: RunState
    counts: dict[str, int]
    reasons: dict[str, int]
    problems: tuple[str, ...]
    seconds: float
    measures: Mapping[str, object] = field(default_factory=dict)
    """What it took: `crawler/measures.py`."""


def run_end(crawler: Crawler) -> RunEnd | None:
    """Give how a closed crawler's run ended; None where it never began."""
    if not crawler.spider:
        return None
    end: RunEnd | None = crawler.stats.get_value(_END) if crawler.stats else None
    return end


def ended_as(tally: Tally, reason: str) -> RunState:
    """Decide how a run ended from what it counted and why its spider closed."""
    if tally.failed or reason == _START_FAILED:
        return RunState.FAILED
    return RunState.DEGRADED if tally.problems or reason != "finished" else RunState.OK


class RunExtension:
    """Gives the spider its frontier, workers and batch; writes the run's row at start and end."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self.ended = asyncio.Event()
        self._is_open = asyncio.Event()
        assert isinstance(crawler.spider, ArchiveSpider)
        self._thread = ArchiveThread(patience_s=crawler.spider.options.patience_s, waiting=self._waiting)
        self._renewing: asyncio.Future[None] | None = None
        self._archive: Archive | None = None
        self._workers: Workers | None = None
        self._ending: asyncio.Future[None] | None = None
        self._run_id = 0
        self._meter = Meter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not issubclass(crawler.spidercls, ArchiveSpider):
            raise NotConfigured("only our spiders archive")
        extension = cls(crawler)
        for name in _TOLD_ELSEWHERE:
            logging.getLogger(name).addFilter(_without_failures)
        logging.getLogger("scrapy.core.scraper").addFilter(_without_archive_errors)
        connect = crawler.signals.connect
        connect(extension.opened, signal=signals.spider_opened)
        connect(extension.started, signal=signals.engine_started)
        connect(extension.closed, signal=signals.spider_closed)
        connect(extension.item_failed, signal=signals.item_error)
        connect(extension.callback_failed, signal=signals.spider_error)
        connect(extension.request_dropped, signal=signals.request_dropped)
        connect(extension.response_received, signal=signals.response_received)
        return extension

    async def opened(self, spider: ArchiveSpider) -> None:
        spider.give_up = self._give_up
        with spider.needing_the_archive():
            await self._open(spider)
        if spider.is_stopping:
            raise CloseSpider(_STOPPED)

    def started(self) -> None:
        self._is_open.set()

    async def _open(self, spider: ArchiveSpider) -> None:
        self._meter = Meter()
        options = spider.options
        self._archive = await self._thread.do(
            open_archive, options.location, lock_wait_s=_LOCK_WAIT_S, least_free=options.disk_floor_bytes
        )
        self._run_id = await self._thread.do(self._archive.start_run, spider.ledger_key, spider.name)
        await self._look_at(self._archive, spider)
        self._renewing = asyncio.ensure_future(self._renew(self._archive, spider))
        spider.frontier = Frontier(
            self._archive, self._thread, run_id=self._run_id, source_key=spider.ledger_key,
            lease_for=options.lease_for, tally=spider.tally, put_offs=spider.put_offs,
        )  # fmt: skip
        self._workers = spider.workers = Workers(
            processes=options.extract_workers, timeout_s=options.extract_timeout_s,
            memory_bytes=options.extract_memory_bytes, preloaded=("crawler.lists",),
        )  # fmt: skip
        spider.templates = await self._thread.do(load_templates, self._archive)
        store = partial(self._archive.store, run_id=self._run_id, decide=identify.decide)
        spider.batch = Batch(store, self._thread)

    def _waiting(self, is_waiting: bool) -> None:  # noqa: FBT001  # the hook's one word
        """Ask for nothing more while the archive takes nothing."""
        if self._crawler.engine is not None:
            (self._crawler.engine.pause if is_waiting else self._crawler.engine.unpause)()

    async def _look_at(self, archive: Archive, spider: ArchiveSpider) -> None:
        for finding in await self._thread.do(archive.warnings, disk_warn_bytes=spider.options.disk_warn_bytes):
            if finding.name not in spider.tally.warnings:
                _log.warning("%s", finding.text)
                spider.tally.warnings[finding.name] = finding.text

    async def _renew(self, archive: Archive, spider: ArchiveSpider) -> None:
        """Keep what this run holds, as long as its loop turns: a process that hangs loses its leases."""
        lease_for = spider.options.lease_for
        while True:
            await asyncio.sleep(lease_for.total_seconds() / 3)
            with suppress(ArchiveError):  # those who have something to write tell it
                await self._thread.do(archive.renew_leases, self._run_id, lease_for=lease_for)
                await self._look_at(archive, spider)

    async def stop(self) -> None:
        """Begin the end by a signal; return when the engine can be stopped."""
        spider = self._crawler.spider
        assert isinstance(spider, ArchiveSpider)
        spider.is_stopping = True
        downloader = self._crawler.engine.downloader if self._crawler.engine is not None else None
        if isinstance(downloader, StoppableDownloader):
            downloader.drop_waiting()
        asyncio.get_running_loop().call_later(GRACE_S, self._give_up)
        ends = [asyncio.ensure_future(event.wait()) for event in (self._is_open, self.ended)]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()

    def _give_up(self) -> None:
        """Put down all work in hand; only what is ready for the archive, and what it takes at once, is written."""
        self._thread.hurry()
        if isinstance(self._crawler.spider, ArchiveSpider):
            self._crawler.spider.is_stopping = True
            self._end_frontier(self._crawler.spider)
        processing = self._crawler.get_item_pipeline(ProcessPipeline)
        if processing is not None:
            processing.give_up()
        if self._crawler.engine is not None and isinstance(self._crawler.engine.downloader, StoppableDownloader):
            self._crawler.engine.downloader.drop_transfers()

    def _end_frontier(self, spider: ArchiveSpider) -> None:
        if self._workers is not None:  # made after the frontier, if that was ever made
            spider.frontier.end()

    async def item_failed(self, item: Page | Processed, spider: ArchiveSpider, failure: Failure) -> None:
        page = item.page if isinstance(item, Processed) else item
        if isinstance(failure.value, CrawlStopped) and page.link_id is not None:
            spider.frontier.abandon(page.link_id)
            return
        self._abandon(spider, page.link_id, f"{page.url}: {failure.getErrorMessage()}")
        if isinstance(failure.value, ArchiveError | WorkersFailed):
            spider.tally.failed = True
            self._give_up()
            reason = ARCHIVE_FAILED if isinstance(failure.value, ArchiveError) else _WORKERS_FAILED
            assert self._crawler.engine is not None
            self._ending = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason=reason))

    def callback_failed(self, failure: Failure, response: Response | None, spider: ArchiveSpider) -> None:
        request = response.request if response is not None else None
        work = request.cb_kwargs.get("work") if request is not None else None
        where = request.url if request is not None else spider.ledger_key
        self._abandon(spider, work.link.id if work is not None else None, f"{where}: {failure.getErrorMessage()}")

    def request_dropped(self, request: Request, spider: ArchiveSpider) -> None:
        work = request.cb_kwargs.get("work")
        if "visit" in request.cb_kwargs:
            spider.frontier.list_closed()
        self._abandon(spider, work.link.id if work is not None else None, f"{request.url}: the request was dropped")

    def response_received(self, request: Request) -> None:
        self._meter.answered(request.meta.get("download_latency"))

    def _abandon(self, spider: ArchiveSpider, link_id: int | None, problem: str) -> None:
        spider.tally.problems.append(f"not worked off: {problem}")
        if link_id is not None:
            spider.frontier.abandon(link_id)
        else:
            spider.tally.failed = True

    async def closed(self, spider: ArchiveSpider, reason: str) -> None:
        if reason not in {"finished", ARCHIVE_FAILED, _WORKERS_FAILED, BUDGET_SPENT}:
            spider.tally.problems.append(f"the crawl was stopped ({reason}); what it held is due again")
        self._end_frontier(spider)
        if self._renewing is not None:
            self._renewing.cancel()
        await self._learn(spider, reason)
        if self._workers is not None:
            self._workers.close()
        self._look_at_the_log(spider)
        for end in (self._finish_run, self._close_archive):
            try:
                await end(spider, reason)
            except ArchiveError as error:
                spider.tally.failed = True
                spider.tally.problems.append(str(error))
        self._thread.close()
        self._report(spider, ended_as(spider.tally, reason))
        self.ended.set()

    async def _learn(self, spider: ArchiveSpider, reason: str) -> None:
        """Keep what the pages of this run teach of their hosts; nothing of it decides how the run ended."""
        is_whole = reason in {"finished", BUDGET_SPENT} and spider.options.learn_templates
        if not is_whole or self._archive is None or self._workers is None:
            return
        learning = Learning(self._archive, self._thread, self._workers)
        try:
            await learning.after_run(
                spider.templates, spider.ledger_key, seconds=self._meter.seconds, goes_on=lambda: not spider.is_stopping
            )
        except ArchiveError as error:
            _log.warning("no templates were learned: %s", error)

    async def _finish_run(self, spider: ArchiveSpider, reason: str) -> None:
        if self._archive is not None and self._run_id:
            await self._thread.end(
                self._archive.finish_run, self._run_id, state=ended_as(spider.tally, reason),
                counts=dict(spider.tally.counts), problems=spider.tally.all_told()[:_MOST_PROBLEMS],
                measures=self._measures(spider),
            )  # fmt: skip

    def _look_at_the_log(self, spider: ArchiveSpider) -> None:
        """An error that nobody counted as a problem stands in the log alone: a run with one is not ok."""
        assert self._crawler.stats is not None
        errors = sum(self._crawler.stats.get_value(f"log_count/{level}", 0) for level in ("ERROR", "CRITICAL"))
        if errors and not spider.tally.problems:
            spider.tally.problems.append(f"{errors} errors that belong to no link are in the log")

    def _measures(self, spider: ArchiveSpider) -> dict[str, object]:
        assert self._crawler.stats is not None
        return self._meter.measures(
            stats=self._crawler.stats.get_stats(), counts=spider.tally.counts, reasons=spider.tally.reasons,
            workers=self._workers.usage if self._workers is not None else Usage(),
        )  # fmt: skip

    async def _close_archive(self, _spider: ArchiveSpider, _reason: str) -> None:
        if self._archive is not None:
            await self._thread.end(self._archive.close)

    def _report(self, spider: ArchiveSpider, state: RunState) -> None:
        assert self._crawler.stats is not None
        seconds = self._crawler.stats.get_value("elapsed_time_seconds", 0.0)
        tally = spider.tally
        end = RunEnd(
            spider.ledger_key, state, dict(tally.counts), dict(tally.reasons), tuple(tally.all_told()), seconds,
            self._measures(spider),
        )  # fmt: skip
        self._crawler.stats.set_value(_END, end)


class QuietLogFormatter(LogFormatter):
    """Scrapy's log without whole articles in it."""

    def scraped(self, item: Any, response: Any, spider: Spider | None) -> LogFormatterResult:  # noqa: ARG002
        page = item.page if isinstance(item, Processed) else item
        return {"level": logging.DEBUG, "msg": "Archived %(url)s", "args": {"url": page.url}}
