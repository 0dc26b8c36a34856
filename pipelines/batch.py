"""Collects finished links and stores them in batches, off the event loop, in the archive's one thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from pipelines.patience import ArchiveThread
from storage.archive import Finished, Outcome

LARGEST_BATCH = 64
LINGER_S = 0.2
"""How long the first link of a batch waits for company: a commit costs an fsync, shared by all in it."""


class Batch:
    """Stores finished links: `add` returns when its link is written, for good."""

    def __init__(self, store: Callable[[Sequence[Finished]], list[Outcome]], thread: ArchiveThread) -> None:
        self._store = store
        self._thread = thread
        self._waiting: list[tuple[Finished, asyncio.Future[Outcome]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, finished: Finished) -> Outcome:
        """Store one finished link, together with those that finish about now.

        Raises:
            ArchiveUnavailable, CaptureError: the archive took nothing (see ArchiveThread); the link stays leased.
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
                outcomes = await self._thread.do(self._store, [finished for finished, _ in chunk])
            except Exception as error:  # noqa: BLE001  # handed to every waiter, which is where it is dealt with
                for _, future in chunk:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (_, future), outcome in zip(chunk, outcomes, strict=True):
                if not future.done():
                    future.set_result(outcome)
        self._writing = None
