"""A pool of processes round `process`: a page that hangs, eats memory or kills its worker costs itself alone.

pebble, not concurrent.futures: its pool outlives a killed worker.
"""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as OutOfTime
from multiprocessing import forkserver
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from pipelines.page import Page
from storage.drafts import Draft, Rejected
from storage.reasons import Reason

PAGES_BEFORE_RENEWAL = 2000
"""A worker is replaced after so many pages: libxml2 and its caches grow slowly, a new process costs 20 ms."""

_PRELOADED = ["pipelines.preload"]
_PR_SET_PDEATHSIG = 1
_PER_WORKER = 4
"""Pages handed to the pool at once for each worker, so that none waits for the next."""

_T = TypeVar("_T")


class Workers:
    """Processes pages; one instance a crawl, or for a run of saved pages.

    To be made in a thread that lives as long as the crawl: the fork server, and its workers, end with it.
    """

    def __init__(self, *, processes: int, timeout_s: float, memory_bytes: int) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_PRELOADED)
        # Now and from this thread, not when and from where the pool first needs it: its loading takes a second, and
        # the kernel ends it with the thread that started it.
        forkserver.ensure_running()
        self._timeout_s = timeout_s
        self._places = processes * _PER_WORKER
        self._pool = ProcessPool(
            max_workers=processes, max_tasks=PAGES_BEFORE_RENEWAL, context=context,
            initializer=_prepare, initargs=(os.getpid(), memory_bytes),
        )  # fmt: skip
        # Starting waits until the fork server has loaded everything: not in the crawl's event loop.
        self._started: Future[None] = Future()
        threading.Thread(target=self._start, name="start of the workers", daemon=True).start()

    async def run(self, page: Page) -> Draft | Rejected:
        """Give what the steps make of a page; whatever goes wrong with it is a reason, never an exception."""
        if not self._started.done():
            await asyncio.wait([asyncio.wrap_future(self._started)])
        future = self._pool.schedule(_process, args=[page], timeout=self._timeout_s)
        try:
            result: Draft | Rejected = await asyncio.wrap_future(future)
        except Exception as error:  # noqa: BLE001  # of any class: it crossed from a worker, and costs this page alone
            return Rejected(page.link_id, page.url, *self._refusal(page.url, error))
        return result

    def map(self, function: Callable[..., _T], rows: Iterable[tuple[object, ...]]) -> Iterator[_T | Exception]:
        """Give what `function` makes of each row, in the order of the rows, a few ahead; errors come as values."""
        waiting: list[Future[_T]] = []
        for row in rows:
            future: Future[_T] = self._pool.schedule(function, args=list(row), timeout=self._timeout_s)
            waiting.append(future)
            if len(waiting) >= self._places:
                yield _result_of(waiting.pop(0))
        for future in waiting:
            yield _result_of(future)

    def close(self) -> None:
        """End the workers; pages still in work are given up."""
        self._started.exception()  # a pool cannot be stopped while it starts
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def _start(self) -> None:
        try:
            self._pool.active  # noqa: B018  # pebble starts its processes at the first look at it
        finally:
            self._started.set_result(None)

    def _refusal(self, url: str, error: Exception) -> tuple[Reason, str]:
        if isinstance(error, OutOfTime):
            return Reason.TOO_HEAVY, f"{url} was not extracted within EXTRACT_TIMEOUT_S={self._timeout_s:g} s"
        if isinstance(error, ProcessExpired):
            return Reason.TOO_HEAVY, f"{url} killed its extraction process (exit code {error.exitcode})"
        if isinstance(error, MemoryError):
            return Reason.TOO_HEAVY, f"{url} needs more memory to be extracted than EXTRACT_MEMORY_MB allows"
        return Reason.EXTRACTION_FAILED, f"{url}: {type(error).__name__}: {error}"


def _process(page: Page) -> Draft | Rejected:
    # Imported here, in the worker: the crawl itself needs none of what extracts, which is 60 MB.
    from pipelines.process import process  # noqa: PLC0415

    return process(page)


def _result_of(future: Future[Any]) -> Any:
    try:
        return future.result()
    except Exception as error:  # noqa: BLE001  # of any class: the caller gives it as that page's error
        return error


def _prepare(parent: int, memory_bytes: int) -> None:
    """Set up a worker: its memory limit, no signals meant for the crawl, an end with the fork server."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    if os.getppid() == 1:
        raise SystemExit(f"the crawl {parent} is gone")
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123  # Path caches nothing here either
        used = int(statm.read().split()[0]) * resource.getpagesize()
    limit = used + memory_bytes
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def end_with_parent() -> None:
    """Let the kernel kill this process when the thread that started it ends: no loop and no lock can hold it back.

    The fork server's own look at its parent does not do: each worker keeps the pipe open that would tell it.
    """
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
