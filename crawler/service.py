"""The nightly service: jobs at their times, each in a process of its own, one service at a time over one archive."""

from __future__ import annotations

import asyncio
import logging
import signal
from asyncio.subprocess import Process
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from crawler.schedule import latest_due
from storage.archive import Archive
from storage.errors import ArchiveError
from storage.turns import Claim, Turn

LOOK_S = 15.0
"""How often the service looks for what is due besides its jobs' times: after a sleep, a jump of the clock, a fault."""

STOP_S = 30.0
"""How long jobs may take to put down their work after SIGTERM before they are killed."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A command and its times; a job whose key is a source's never runs beside another crawl of that source."""

    key: str
    trigger: BaseTrigger
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chore:
    """A short work of the leading service itself, in a thread: it takes no crawl's place."""

    key: str
    trigger: BaseTrigger
    work: Callable[[], object]


class Service:
    """Runs jobs until SIGTERM or SIGINT; `at_most_s`: a job that takes longer is ended, then killed after `stop_s`.

    The archive holds who leads and what was claimed: a second service waits as a standby, and what came due while
    none ran, or the machine slept, runs once, late.
    """

    def __init__(
        self,
        archive: Archive,
        jobs: Sequence[Job],
        *,
        chores: Sequence[Chore] = (),
        at_once: int,
        at_most_s: float | None = None,
        stop_s: float = STOP_S,
        look_s: float = LOOK_S,
    ) -> None:
        self._archive = archive
        self._jobs = {job.key: job for job in jobs}
        self._chores = {chore.key: chore for chore in chores}
        self._at_once = at_once
        self._at_most_s = at_most_s
        self._stop_s = stop_s
        self._look_s = look_s
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        self._chores_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chores")
        self._processes: dict[str, Process] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._at_chores: dict[str, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._unfinished: list[Claim] = []
        self._told = ""

    async def run(self) -> None:
        """Run until a signal; then end all jobs cleanly: what crawls hold is due again."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)
        scheduler = AsyncIOScheduler(timezone=UTC)
        work: dict[str, Job | Chore] = {**self._jobs, **self._chores}
        for key, one in work.items():
            scheduler.add_job(self._look, one.trigger, id=key, coalesce=True, misfire_grace_time=None)
        scheduler.start()
        self._tell(f"{len(self._jobs)} jobs, {self._at_once} at once")
        try:
            while not self._is_stopping:
                self._wake.clear()
                await self._begin_what_is_due()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self._look_s)
        finally:
            scheduler.shutdown(wait=False)
            await self._end_jobs()
            await self._put_down()

    async def _look(self) -> None:
        self._wake.set()

    def _end(self) -> None:
        self._is_stopping = True
        self._wake.set()
        for process in self._processes.values():
            _send(process, signal.SIGTERM)

    async def _begin_what_is_due(self) -> None:
        try:
            turn = await self._take(self._jobs, self._tasks, self._at_once)
            if turn.leader is None:
                chores = await self._take(self._chores, self._at_chores, len(self._chores))
                for claim in chores.claims:
                    self._start(self._at_chores, claim.job, self._do(self._chores[claim.job]))
        except ArchiveError as error:
            self._tell(f"nothing begins until the archive is back: {error}", logging.WARNING)
            return
        for claim in turn.claims:
            self._start(self._tasks, claim.job, self._run(self._jobs[claim.job], claim))
        leader = turn.leader
        self._tell(f"standing by: process {leader.pid} on {leader.machine} leads" if leader is not None else "leading")

    async def _take(self, due: Mapping[str, Job | Chore], running: Collection[str], most: int) -> Turn:
        latest = {key: partial(_due_now, one.trigger) for key, one in due.items()}
        take = partial(self._archive.take_turn, latest, running=set(running), room=most - len(running))
        return await asyncio.get_running_loop().run_in_executor(self._thread, take)

    def _start(self, tasks: dict[str, asyncio.Task[None]], key: str, work: Coroutine[None, None, None]) -> None:
        tasks[key] = asyncio.create_task(work)
        tasks[key].add_done_callback(partial(self._ended, tasks, key))

    def _tell(self, what: str, level: int = logging.INFO) -> None:
        """Log how the service stands, once as long as it stands so."""
        if what != self._told:
            self._told = what
            _log.log(level, "schedule: %s", what)

    def _ended(self, tasks: dict[str, asyncio.Task[None]], key: str, task: asyncio.Task[None]) -> None:
        del tasks[key]
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("schedule: %s could not be run: %s", key, error)

    async def _do(self, chore: Chore) -> None:
        await asyncio.get_running_loop().run_in_executor(self._chores_thread, chore.work)

    async def _run(self, job: Job, claim: Claim) -> None:
        # A session of its own: Ctrl-C on the service reaches the jobs once, through us.
        process = await asyncio.create_subprocess_exec(*job.command, start_new_session=True)
        self._processes[job.key] = process
        if self._is_stopping:  # the signal came while the process was made
            _send(process, signal.SIGTERM)
        try:
            code = await self._ending(job.key, process)
        finally:
            del self._processes[job.key]
        if self._is_stopping and code != 0:
            self._unfinished.append(claim)
        _log.log(logging.INFO if code == 0 else logging.WARNING, "schedule: %s ended with exit code %d", job.key, code)

    async def _ending(self, key: str, process: Process) -> int:
        """Wait for a job; end one that takes too long."""
        try:
            return await asyncio.wait_for(process.wait(), self._at_most_s)
        except TimeoutError:
            _log.warning("schedule: %s runs for more than %g s and is ended", key, self._at_most_s)
            _send(process, signal.SIGTERM)
        try:
            return await asyncio.wait_for(process.wait(), self._stop_s)
        except TimeoutError:
            _log.warning("schedule: %s did not end within %g s and is killed", key, self._stop_s)
            _send(process, signal.SIGKILL)
        return await process.wait()

    async def _end_jobs(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=self._stop_s)
        for key, process in self._processes.items():
            _log.warning("schedule: %s did not end within %g s and is killed", key, self._stop_s)
            _send(process, signal.SIGKILL)
        if self._tasks:
            await asyncio.wait(self._tasks.values())
        if self._at_chores:
            await asyncio.wait(self._at_chores.values(), timeout=self._stop_s)

    async def _put_down(self) -> None:
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._archive.end_turns, self._unfinished)
        except ArchiveError as error:
            _log.warning("schedule: another service can lead in a minute only: %s", error)
        self._thread.shutdown()
        self._chores_thread.shutdown(cancel_futures=True)


def _due_now(trigger: BaseTrigger, after: datetime) -> datetime | None:
    return latest_due(trigger, after, datetime.now(UTC))


def _send(process: Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # it ended by itself a moment ago
        process.send_signal(number)
