"""A pool of processes round `process`: a page that hangs, eats memory or kills its worker costs itself alone.

pebble, not concurrent.futures: its pool outlives a killed worker.
"""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import re
import resource
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as OutOfTime
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.machinery import ModuleSpec
from multiprocessing import forkserver
from pathlib import Path
from typing import TypeVar

from pebble import ProcessExpired, ProcessPool

from pipelines.extraction import TooHeavy
from pipelines.page import Fetched, Page
from pipelines.templates.learned import Learned
from storage.drafts import Draft, Rejected
from storage.reasons import Reason

PAGES_BEFORE_RENEWAL = 2000
"""A worker is replaced after so many pages: libxml2 and its caches grow slowly, a new process costs 20 ms."""

_PRELOADED = ["pipelines.preload"]
_PR_SET_PDEATHSIG = 1
_NOBODY_KNOWS = 255  # multiprocessing's exit code of a worker whose fork server is gone
_LOOK_S = 1.0  # how often a page that waits looks whether there are workers at all
_PER_WORKER = 4
"""Pages handed to the pool at once for each worker, so that none waits for the next."""

_SWOLLEN = 75
"""The exit code of a worker that a hostile page left too large for the next: that one goes to a fresh process."""
_KEPT_AT_MOST = 4
"""The part of its memory, one in so many, that a worker may keep between pages: caches hold what they have seen."""
_swollen_at = 0

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Usage:
    """What workers have used: seconds of CPU, and bytes of memory at the most, of all that run at once together.

    What a page took that was given up, or killed its worker, is not in it.
    """

    cpu_seconds: float = 0.0
    peak_bytes: int = 0


class WorkersFailed(Exception):
    """The processes that extract are gone, all at once."""

    def __str__(self) -> str:
        return "the processes that extract ended, and none can be started: is the machine out of memory or processes?"


class Workers:
    """Processes pages; one instance a crawl, or for a run of saved pages.

    To be made in a thread that lives as long as the crawl: the fork server, and its workers, end with it.
    """

    def __init__(
        self, *, processes: int, timeout_s: float, memory_bytes: int, preloaded: Sequence[str] = ()
    ) -> None:  # fmt: skip
        """Start them; `preloaded` are modules besides the steps that every worker has, outside of its limits."""
        _name_main()
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([*preloaded, *_PRELOADED])
        # Now and from this thread, not when and from where the pool first needs it: its loading takes a second, and
        # the kernel ends it with the thread that started it.
        forkserver.ensure_running()
        self._timeout_s = timeout_s
        self._processes = processes
        self._places = processes * _PER_WORKER
        self._cpu_seconds = 0.0
        self._peaks: dict[int, int] = {}
        self._pool = ProcessPool(
            max_workers=processes, max_tasks=PAGES_BEFORE_RENEWAL, context=context,
            initializer=_prepare, initargs=(memory_bytes,),
        )  # fmt: skip
        # Starting waits until the fork server has loaded everything: not in the crawl's event loop.
        self._started: Future[None] = Future()
        threading.Thread(target=self._start, name="start of the workers", daemon=True).start()

    async def run(self, page: Page) -> Draft | Rejected:
        """Give what the steps make of a page; whatever goes wrong with it is a reason, never an exception.

        Raises:
            WorkersFailed: there are no workers any more, and none can be started; the page is not to blame.
        """
        try:
            result, used = await self._call(_process, page)
        except WorkersFailed:
            raise
        except Exception as error:  # noqa: BLE001  # of any class: it crossed from a worker, and costs this page alone
            return Rejected(page.link_id, page.url, *self._refusal(page.url, error))
        self._cpu_seconds += used.cpu_seconds
        self._peaks[used.pid] = used.peak_bytes
        return result

    @property
    def usage(self) -> Usage:
        """What the workers have used so far for `run`."""
        at_once = sorted(self._peaks.values(), reverse=True)[: self._processes]  # others were replaced
        return Usage(self._cpu_seconds, sum(at_once))

    async def read(self, function: Callable[[], _T], *, url: str) -> _T:
        """Give what `function`, picklable, reads from one answer, within a page's limits of time and memory.

        Raises:
            TooHeavy: it passed them, or killed its worker.
            Exception: whatever it raises itself.
        """
        try:
            return await self._call(function)
        except (OutOfTime, ProcessExpired, MemoryError) as error:
            raise TooHeavy(self._refusal(url, error)[1]) from error

    async def learn(self, host: str, responses: Sequence[Fetched], *, timeout_s: float) -> Learned:
        """Give what kept responses of a host have in common; whatever goes wrong is told in the note."""
        try:
            return await self._call(_learn, host, responses, timeout_s=timeout_s)
        except Exception as error:  # noqa: BLE001  # of any class: it crossed from a worker
            return Learned(host, len(responses), None, f"learning failed: {type(error).__name__}: {error}")

    async def _call(self, function: Callable[..., _T], *given: object, timeout_s: float | None = None) -> _T:
        if not self._started.done():
            await asyncio.wait([asyncio.wrap_future(self._started)])
        while True:
            future = asyncio.wrap_future(self._schedule(function, given, timeout_s))
            future.add_done_callback(_heard)  # also where nobody waits for it any more
            while not (await asyncio.wait([future], timeout=_LOOK_S))[0]:
                if not self._pool.active:
                    raise WorkersFailed
            try:
                return future.result()
            except BrokenProcessPool as error:
                raise WorkersFailed from error
            except ProcessExpired as error:
                if error.exitcode == _NOBODY_KNOWS or (error.exitcode == -signal.SIGKILL and await self._are_gone()):
                    raise WorkersFailed from error
                if error.exitcode != _SWOLLEN:
                    raise

    async def _are_gone(self) -> bool:
        """Tell whether a killed worker ended with all others: pebble sees it when it begins the next one."""
        for _ in range(10):
            if not self._pool.active:
                return True
            await asyncio.sleep(_LOOK_S / 10)
        return False

    def map(self, function: Callable[..., _T], rows: Iterable[tuple[object, ...]]) -> Iterator[_T | Exception]:
        """Give what `function` makes of each row, in the order of the rows, a few ahead; errors come as values."""
        waiting: deque[Callable[[], _T | Exception]] = deque()
        for row in rows:
            waiting.append(partial(self._result, function, row, self._schedule(function, row)))
            if len(waiting) >= self._places:
                yield waiting.popleft()()
        for result in waiting:
            yield result()

    def _schedule(
        self, function: Callable[..., _T], given: tuple[object, ...], timeout_s: float | None = None
    ) -> Future[_T]:
        try:
            future: Future[_T] = self._pool.schedule(
                _in_worker, args=[function, *given], timeout=timeout_s or self._timeout_s
            )
        except RuntimeError as error:  # pebble's word for a pool whose threads ended, or that cannot begin
            raise WorkersFailed from error
        return future

    def _result(self, function: Callable[..., _T], row: tuple[object, ...], future: Future[_T]) -> _T | Exception:
        while True:
            try:
                return future.result()
            except Exception as error:  # noqa: BLE001  # of any class: the caller gives it as that page's error
                if getattr(error, "exitcode", None) != _SWOLLEN:
                    return error
            future = self._schedule(function, row)

    def close(self) -> None:
        """End the workers; pages still in work are given up."""
        self._started.exception()  # a pool cannot be stopped while it starts
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def _start(self) -> None:
        try:
            with suppress(BrokenProcessPool):  # the first page tries again, and says so
                self._pool.active  # noqa: B018  # pebble starts its processes at the first look at it
        finally:
            self._started.set_result(None)

    def _refusal(self, url: str, error: Exception) -> tuple[Reason, str]:
        if isinstance(error, OutOfTime):
            return Reason.TOO_HEAVY, f"{url} was not read within EXTRACT_TIMEOUT_S={self._timeout_s:g} s"
        if isinstance(error, ProcessExpired):
            return Reason.TOO_HEAVY, f"{url} killed the process that read it (exit code {error.exitcode})"
        if isinstance(error, MemoryError):
            return Reason.TOO_HEAVY, f"{url} needs more memory to be read than EXTRACT_MEMORY_MB allows"
        return Reason.EXTRACTION_FAILED, f"{url}: {type(error).__name__}: {error}"


@dataclass(frozen=True, slots=True)
class _Used:
    """What one page took of its worker, and the most memory that the worker ever had."""

    pid: int
    cpu_seconds: float
    peak_bytes: int


def _process(page: Page) -> tuple[Draft | Rejected, _Used]:
    # Imported here, in the worker: the crawl itself needs none of what extracts, which is 60 MB.
    from pipelines.process import process  # noqa: PLC0415

    began = time.process_time()
    result = process(page)
    return result, _Used(os.getpid(), time.process_time() - began, peak_bytes())


def peak_bytes() -> int:
    """Give the most memory that this process ever had, in bytes.

    Source: proc_pid_status(5), VmHWM. Where the system has none, getrusage(2) tells it, which counts what a process
    had before it became this program.
    """
    status = Path("/proc/self/status")
    found = (
        re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"), re.MULTILINE) if status.exists() else None
    )
    return (int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * 1024


def _learn(host: str, responses: Sequence[Fetched]) -> Learned:
    from pipelines.template_learning import learn  # noqa: PLC0415  # as above

    return learn(host, responses)


def _heard(future: asyncio.Future[_T]) -> None:
    if not future.cancelled():
        future.exception()


def _in_worker(function: Callable[..., _T], *given: object) -> _T:
    if _memory_in_use()[1] > _swollen_at:
        os._exit(_SWOLLEN)
    return function(*given)


def _prepare(memory_bytes: int) -> None:
    """Set up a worker: its memory limit, no signals meant for the crawl, an end with the fork server."""
    global _swollen_at  # noqa: PLW0603  # a process of its own: this is its one state
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    if os.getppid() == 1:
        os._exit(1)  # the crawl is gone; an exception would be printed
    reserved, resident = _memory_in_use()
    _swollen_at = resident + memory_bytes // _KEPT_AT_MOST
    limit = reserved + memory_bytes
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _memory_in_use() -> tuple[int, int]:
    """Give the bytes that are reserved, and those that are resident."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123  # Path caches nothing here either
        reserved, resident = (int(pages) * resource.getpagesize() for pages in statm.read().split()[:2])
    return reserved, resident


def _name_main() -> None:
    """Let no worker run the program again that started it: it needs nothing of that, which takes a second and 40 MB.

    multiprocessing does so for a program that has a file and no name; modules called __main__ are left alone.
    """
    main = sys.modules["__main__"]
    if main.__spec__ is None:
        main.__spec__ = ModuleSpec("finews.__main__", None)


def end_with_parent() -> None:
    """Let the kernel kill this process when the thread that started it ends: no loop and no lock can hold it back.

    The fork server's own look at its parent does not do: each worker keeps the pipe open that would tell it.
    """
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
