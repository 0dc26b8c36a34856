"""Work on the archive waits while it takes nothing: how long, for whom, and who is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from pipelines.patience import ArchiveThread
from storage.errors import ArchiveDamaged, ArchiveUnavailable, LinkStateError


def failing(times: int, error: Exception) -> Callable[[], str]:
    left = [error] * times

    def work() -> str:
        if left:
            raise left.pop()
        return "done"

    return work


def test_everyone_waits_for_the_same_archive_and_it_is_told_once() -> None:
    told: list[bool] = []

    async def two() -> list[str]:
        thread = ArchiveThread(waiting=told.append)
        try:
            return await asyncio.gather(
                thread.do(failing(2, ArchiveUnavailable("locked"))), thread.do(failing(0, ValueError()))
            )
        finally:
            thread.close()

    assert asyncio.run(two()) == ["done", "done"]
    assert told == [True, False]


@pytest.mark.parametrize(
    "error", [ArchiveDamaged("not a database"), LinkStateError("another run's"), ValueError("bug")]
)
def test_what_waiting_does_not_mend_is_not_waited_for(error: Exception) -> None:
    async def once() -> None:
        thread = ArchiveThread()
        try:
            await thread.do(failing(1, error))
        finally:
            thread.close()

    began = time.monotonic()
    with pytest.raises(type(error)):
        asyncio.run(once())
    assert time.monotonic() - began < 20


def test_in_a_hurry_nobody_waits_and_what_the_archive_takes_is_still_done() -> None:
    async def hurried() -> list[object]:
        thread = ArchiveThread()
        waiting = asyncio.ensure_future(thread.do(failing(1000, ArchiveUnavailable("away"))))
        queued = asyncio.ensure_future(thread.do(failing(0, ValueError())))
        await asyncio.sleep(0.1)
        thread.hurry()
        ended: list[object] = list(await asyncio.gather(waiting, queued, return_exceptions=True))
        ended.append(await thread.end(failing(0, ValueError())))
        other = ArchiveThread()
        other.hurry()
        ended.append(await other.do(failing(0, ValueError())))
        for one in (thread, other):
            one.close()
        return ended

    first, second, last, third = asyncio.run(asyncio.wait_for(hurried(), 20))
    assert isinstance(first, ArchiveUnavailable)
    assert isinstance(second, ArchiveUnavailable), "the archive was away a moment ago"
    assert (last, third) == ("done", "done")
