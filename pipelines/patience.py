"""All work on the archive happens in one thread, and is tried again while the archive cannot take it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import ParamSpec, TypeVar

from storage.errors import ArchiveDamaged, ArchiveUnavailable, CaptureError

PATIENCE_S = 600.0
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 5.0

_log = logging.getLogger(__name__)


class CrawlStopped(Exception):
    """The crawl ends now: work in hand is put down, and its link is due again."""


_P = ParamSpec("_P")
_T = TypeVar("_T")


class ArchiveThread:
    """Does work on the archive, one piece after another, off the event loop.

    A locked or absent database and a full disk are waited out for `patience_s`, by everyone who asks for work
    meanwhile, too. `waiting` hears True when the waiting begins and False when the archive takes writes again.
    """

    def __init__(self, *, patience_s: float = PATIENCE_S, waiting: Callable[[bool], None] = lambda _: None) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        self._patience_s = patience_s
        self._waiting = waiting
        self._turn = asyncio.Lock()
        self._is_over = asyncio.Event()
        self._away: ArchiveUnavailable | CaptureError | None = None

    async def do(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Give what a piece of work gives, once the archive has taken it.

        Raises:
            ArchiveUnavailable, CaptureError: it took nothing for `patience_s`, or nobody waits any more (`hurry`).
        """
        async with self._turn:
            if self._away is not None and self._is_over.is_set():
                raise self._away
            return await self._patiently(partial(work, *args, **kwargs))

    async def end(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """As `do`, for what ends a crawl: it is tried once even when nobody waits any more.

        Raises:
            ArchiveUnavailable, CaptureError: it was not taken.
        """
        async with self._turn:
            return await self._patiently(partial(work, *args, **kwargs))

    def hurry(self) -> None:
        """Let nobody wait from now on: what the archive takes at once is still done."""
        self._is_over.set()

    def close(self) -> None:
        """End the thread once its work is done."""
        self._executor.shutdown(wait=False)

    async def _patiently(self, work: Callable[[], _T]) -> _T:
        loop = asyncio.get_running_loop()
        began, wait, tell_at = loop.time(), FIRST_WAIT_S, 0.0
        while True:
            try:
                done = await loop.run_in_executor(self._executor, work)
            except (ArchiveUnavailable, CaptureError) as error:
                waited = loop.time() - began
                is_last = isinstance(error, ArchiveDamaged) or waited >= self._patience_s or self._is_over.is_set()
                self._is_away(error)
                if is_last:
                    raise
                if waited >= tell_at:  # ever more seldom
                    _log.warning("%s; the crawl waits for it (for %.0f s by now)", error, waited)
                    tell_at = 2 * waited + FIRST_WAIT_S
            else:
                self._is_back()
                return done
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_over.wait(), wait)
            wait = min(wait * 2, LONGEST_WAIT_S)

    def _is_away(self, error: ArchiveUnavailable | CaptureError) -> None:
        was_there, self._away = self._away is None, error
        if was_there:
            self._waiting(True)

    def _is_back(self) -> None:
        if self._away is not None:
            self._away = None
            _log.warning("the archive takes writes again")
            self._waiting(False)
