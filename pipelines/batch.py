"""Collects finished links and stores them in batches, off the event loop, in the archive's one thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from storage.archive import Finished, Outcome
from storage.errors import ArchiveUnavailable, CaptureError

LARGEST_BATCH = 64
LINGER_S = 0.2
"""How long the first link of a batch waits for company: a commit costs an fsync, shared by all in it."""

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 15.0
PATIENCE_S = 600.0
"""How long a locked or absent database, or a full disk, is waited out before the crawl gives up."""

_log = logging.getLogger(__name__)


class Batch:
    """Stores finished links: `add` returns when its link is written, for good."""

    def __init__(self, store: Callable[[Sequence[Finished]], list[Outcome]], executor: Executor) -> None:
        self._store = store
        self._executor = executor
        self._waiting: list[tuple[Finished, asyncio.Future[Outcome]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, finished: Finished) -> Outcome:
        """Store one finished link, together with those that finish about now.

        Raises:
            ArchiveUnavailable, CaptureError: nothing could be written for PATIENCE_S; the link stays leased.
        """
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((finished, future))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        return await future

    async def _write_all(self) -> None:
        await asyncio.sleep(LINGER_S)
        while self._waiting:
            chunk, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
            try:
                outcomes = await self._write([finished for finished, _ in chunk])
            except Exception as error:  # noqa: BLE001  # handed to every waiter, which is where it is dealt with
                for _, future in chunk:
                    if not future.cancelled():
                        future.set_exception(error)
                continue
            for (_, future), outcome in zip(chunk, outcomes, strict=True):
                if not future.cancelled():
                    future.set_result(outcome)
        self._writing = None

    async def _write(self, chunk: Sequence[Finished]) -> list[Outcome]:
        loop = asyncio.get_running_loop()
        waited, wait = 0.0, FIRST_WAIT_S
        while True:
            try:
                return await loop.run_in_executor(self._executor, self._store, chunk)
            except (ArchiveUnavailable, CaptureError) as error:
                if waited >= PATIENCE_S:
                    raise
                _log.warning("%s; waiting %.0f s, then trying again (%d links wait)", error, wait, len(chunk))
            await asyncio.sleep(wait)
            waited, wait = waited + wait, min(wait * 2, LONGEST_WAIT_S)
