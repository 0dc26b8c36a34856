"""The nightly service: every enabled source by its cron line in its zone, each crawl in a process of its own."""

from __future__ import annotations

import asyncio
import logging
import signal
from asyncio.subprocess import Process
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
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


class Service:
    """Crawls sources by their schedule until SIGTERM or SIGINT; `command` + [KEY] is what one crawl runs."""

    def __init__(self, sources: Iterable[Source], command: Sequence[str], *, at_once: int) -> None:
        self._sources = [source for source, _ in scheduled(sources, datetime.now(UTC))]
        self._command = tuple(command)
        self._slots = asyncio.Semaphore(at_once)
        self._crawls: dict[str, Process] = {}
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Run until a signal; then end all crawls cleanly: what they hold is due again."""
        scheduler = AsyncIOScheduler(timezone=UTC)
        for source in self._sources:
            assert source.schedule is not None
            scheduler.add_job(
                self._crawl, _trigger(source.schedule, source.timezone), args=[source.key], id=source.key,
                max_instances=1, coalesce=True, misfire_grace_time=LATE_S,
            )  # fmt: skip
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        scheduler.start()
        _log.info("schedule: %d sources", len(self._sources))
        await self._stop.wait()
        scheduler.shutdown(wait=False)
        await self._end_crawls()

    async def _crawl(self, key: str) -> None:
        async with self._slots:
            if self._stop.is_set():
                return
            # A session of its own: Ctrl-C on the service reaches the crawls once, through us.
            process = await asyncio.create_subprocess_exec(*self._command, key, start_new_session=True)
            self._crawls[key] = process
            try:
                code = await process.wait()
            finally:
                del self._crawls[key]
        _log.log(
            logging.INFO if code == 0 else logging.WARNING, "schedule: crawl of %s ended with exit code %d", key, code
        )

    async def _end_crawls(self) -> None:
        running = list(self._crawls.values())
        for process in running:
            process.terminate()
        if running:
            waits = [asyncio.ensure_future(process.wait()) for process in running]
            await asyncio.wait(waits, timeout=STOP_S)
        for process in running:
            if process.returncode is None:
                _log.warning("schedule: crawl %d did not end within %.0f s and is killed", process.pid, STOP_S)
                process.kill()
