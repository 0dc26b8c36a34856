"""Crawls in this process, one after another: what `finews crawl` and `finews sources check` share."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawler.run import EXIT_CODES, RunEnd, RunExtension, run_end
from crawler.stopping import LIMIT_S, end_within
from storage.runs import RunState

POLL_S = 0.2
"""How often a crawl's watcher looks."""

Watch = Callable[[Spider], None]


@dataclass(frozen=True, slots=True)
class Crawl:
    """One crawl to do: a spider, by name or class, and its arguments as after `-a`."""

    spider: str | type[Spider]
    arguments: Mapping[str, str]

    @property
    def key(self) -> str:
        """Name it as the ledger does: by its source, else by its spider."""
        name = self.spider if isinstance(self.spider, str) else self.spider.name
        return self.arguments.get("source", name)


def run_spiders(
    settings: Settings,
    crawls: Sequence[Crawl],
    *,
    check: Callable[[Crawler, Crawl], None] | None = None,
    watch: Watch | None = None,
) -> list[Crawler]:
    """Run spiders one after another; give their closed crawlers, also of those that a signal kept from beginning.

    `check` sees every crawl before the first one begins; `watch` sees the running spider every POLL_S seconds.
    A process can do this once: Twisted's reactor does not start twice. SIGINT and SIGTERM end the running crawl
    cleanly, and those after it do not begin.

    Raises:
        CrawlError, ArchiveError: by `check`, or by a spider that cannot be made.
    """
    process = _Process(settings)
    crawlers = [process.create_crawler(crawl.spider) for crawl in crawls]
    pairs = list(zip(crawlers, crawls, strict=True))
    for crawler, crawl in pairs:
        if check is not None:
            check(crawler, crawl)
    failures: list[BaseException] = []

    async def one_after_another() -> None:
        for crawler, crawl in pairs:
            error = await _crawl(process, crawler, crawl, watch)
            if error is not None:
                failures.append(error)
            if process.is_stopping:
                return
        _stop_reactor()

    work = asyncio.get_event_loop().create_task(one_after_another())
    process.start(stop_after_crawl=False)
    # All has ended: a signal that comes while Python ends would only spoil the exit code.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    if work.done() and (error := work.exception()) is not None:
        raise error
    if failures:
        raise failures[0]
    return crawlers


def ends_of(crawlers: Sequence[Crawler], crawls: Sequence[Crawl]) -> list[RunEnd]:
    """Give how each crawl ended."""
    return [_end_of(crawler) or _never_ran(crawl.key) for crawler, crawl in zip(crawlers, crawls, strict=True)]


def exit_code(ends: Sequence[RunEnd]) -> int:
    """Give the worst of all ends as an exit code: 0 ok, 1 degraded, 2 failed."""
    return max((EXIT_CODES[end.state] for end in ends), default=EXIT_CODES[RunState.FAILED])


class _Process(AsyncCrawlerProcess):
    """Scrapy's, with an end after a signal that is bounded and tells the truth; a second signal changes nothing."""

    is_stopping = False

    def _signal_shutdown(self, signum: int, frame: Any) -> None:
        if not self.is_stopping:
            self.is_stopping = True
            end_within(LIMIT_S)
            super()._signal_shutdown(signum, frame)

    def _signal_kill(self, signum: int, frame: Any) -> None:
        """Do nothing: Scrapy's forced stop would leave a run without its end, to gain a few seconds."""

    async def stop(self) -> None:
        runs = [run for crawler in tuple(self.crawlers) if (run := _run_of(crawler)) is not None]
        for run in runs:
            await run.stop()
        await super().stop()
        for run in runs:
            await run.ended.wait()


async def _crawl(process: _Process, crawler: Crawler, crawl: Crawl, watch: Watch | None) -> BaseException | None:
    """Do one crawl to its end; give the error that kept it from beginning."""
    task = process.crawl(crawler, **crawl.arguments)
    while not task.done():
        await asyncio.wait([task], timeout=POLL_S if watch is not None else None)
        if watch is not None and crawler.spider is not None:
            watch(crawler.spider)
    return task.exception()


def _run_of(crawler: Crawler) -> RunExtension | None:
    # A crawler that never began has no extensions, and raises for them.
    return crawler.get_extension(RunExtension) if crawler.spider is not None else None


def _end_of(crawler: Crawler) -> RunEnd | None:
    # A crawler that never began has no stats, and raises for them.
    return run_end(crawler) if crawler.spider is not None else None


def _stop_reactor() -> None:
    # Importing it earlier would install a reactor of another kind.
    from twisted.internet import reactor  # noqa: PLC0415

    running: Any = reactor
    with suppress(RuntimeError):  # a signal may have stopped it already
        running.stop()


def _never_ran(key: str) -> RunEnd:
    return RunEnd(key, RunState.FAILED, {}, {}, ("the crawl did not begin, or was stopped before it ended",), 0.0)
