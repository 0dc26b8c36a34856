"""The nightly service: every enabled source by its cron line in its zone, each crawl in a process of its own."""

from __future__ import annotations

import asyncio
import logging
import signal
from asyncio.subprocess import Process
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from crawler.sources import Source

LATE_S = 3600
"""A crawl that could not begin at its time (the machine slept, all slots were taken) still begins this much later."""

STOP_S = 30.0
"""How long crawls may take to put down their work after SIGTERM before they are killed."""

_log = logging.getLogger(__name__)


def scheduled(sources: Iterable[Source], now: datetime) -> list[tuple[Source, datetime]]:
    """Give the sources that run by themselves with their next time, soonest first, in each source's zone."""
    times = [
        (source, _trigger(source.schedule, source.timezone).get_next_fire_time(None, now))
        for source in sources
        if source.enabled and source.schedule is not None
    ]
    return sorted(((source, time) for source, time in times if time is not None), key=lambda pair: pair[1])


def _trigger(schedule: str, timezone: str) -> CronTrigger:
    return CronTrigger.from_crontab(schedule, timezone=ZoneInfo(timezone))


def _trigger_of(source: Source) -> BaseTrigger:
    assert source.schedule is not None
    return _trigger(source.schedule, source.timezone)


class Service:
    """Crawls sources by their schedule until SIGTERM or SIGINT; `command` + [KEY] is what one crawl runs.

    `trigger` gives when a source is crawled: by its cron line, in its zone. `stop_s`: see STOP_S.
    """

    def __init__(
        self,
        sources: Iterable[Source],
        command: Sequence[str],
        *,
        at_once: int,
        trigger: Callable[[Source], BaseTrigger] = _trigger_of,
        stop_s: float = STOP_S,
    ) -> None:
        self._sources = [source for source, _ in scheduled(sources, datetime.now(UTC))]
        self._command = tuple(command)
        self._trigger = trigger
        self._stop_s = stop_s
        self._slots = asyncio.Semaphore(at_once)
        self._crawls: dict[str, Process] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Run until a signal; then end all crawls cleanly: what they hold is due again."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        scheduler = AsyncIOScheduler(timezone=UTC)
        for source in self._sources:
            scheduler.add_job(
                self._begin, self._trigger(source), args=[source.key], id=source.key,
                max_instances=1, coalesce=True, misfire_grace_time=LATE_S,
            )  # fmt: skip
        scheduler.start()
        _log.info("schedule: %d sources", len(self._sources))
        await self._stop.wait()
        scheduler.shutdown(wait=False)
        await self._end_crawls()

    async def _begin(self, key: str) -> None:
        # A task of our own: the scheduler cancels its own ones when it shuts down, we let crawls end.
        task = asyncio.create_task(self._crawl(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if not self._stop.is_set():
                raise

    async def _crawl(self, key: str) -> None:
        async with self._slots:
            if self._stop.is_set():
                return
            # A session of its own: Ctrl-C on the service reaches the crawls once, through us.
            process = await asyncio.create_subprocess_exec(*self._command, key, start_new_session=True)
            self._crawls[key] = process
            if self._stop.is_set():  # the signal came while the process was made
                _send(process, signal.SIGTERM)
            try:
                code = await process.wait()
            finally:
                del self._crawls[key]
        _log.log(
            logging.INFO if code == 0 else logging.WARNING, "schedule: crawl of %s ended with exit code %d", key, code
        )

    async def _end_crawls(self) -> None:
        for process in self._crawls.values():
            _send(process, signal.SIGTERM)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._stop_s)
        for key, process in self._crawls.items():
            _log.warning("schedule: crawl of %s did not end within %g s and is killed", key, self._stop_s)
            _send(process, signal.SIGKILL)
        if self._tasks:
            await asyncio.wait(self._tasks)


def _send(process: Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # it ended by itself a moment ago
        process.send_signal(number)
