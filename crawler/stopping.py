"""An end by SIGTERM or Ctrl-C: within seconds, with all that is finished stored, whatever hangs."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Coroutine
from typing import Any

from scrapy import Request
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from pipelines.patience import CrawlStopped

GRACE_S = 3.0
"""How long after the signal answers may still come, pages be extracted, and an absent archive come back."""

LIMIT_S = 9.5
"""When the process ends after the signal, whatever hangs; the next crawl then closes its run and takes its links."""

_HARD_END = 2


class StoppableDownloader(Downloader):
    """Scrapy's, whose requests can be given up: it would wait for every slow server, a minute for each.

    And whose CONCURRENT_REQUESTS_PER_DOMAIN holds without a DOWNLOAD_DELAY, too (tried with 2.19).
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._transfers: set[asyncio.Future[Response]] = set()
        self._is_over = False

    def drop_waiting(self) -> None:
        """Give up what waits for its turn; nobody is asked any more."""
        self._is_over = True
        for slot in self.slots.values():
            while slot.queue:
                request, waiter = slot.queue.popleft()
                waiter.errback(Failure(CrawlStopped(request.url)))  # type: ignore[no-untyped-call]

    def drop_transfers(self) -> None:
        """Give up what is under way; its connections are closed."""
        self.drop_waiting()
        for transfer in tuple(self._transfers):
            transfer.cancel()

    def _wait_for_download(  # Scrapy counts a transfer when its task begins, and by then has begun all that wait
        self, slot: Slot, request: Request, queue_dfd: Deferred[Response]
    ) -> Coroutine[Any, Any, None]:
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)

    async def _download(self, slot: Slot, request: Request) -> Response:
        if self._is_over:
            slot.transferring.discard(request)
            raise CrawlStopped(request.url)
        transfer = asyncio.ensure_future(super()._download(slot, request))
        self._transfers.add(transfer)
        try:
            return await transfer
        except asyncio.CancelledError as error:
            raise CrawlStopped(request.url) from error
        finally:
            self._transfers.discard(transfer)


def end_within(seconds: float) -> None:
    """End this process by then, from a thread of its own: no loop and no lock of the crawl can hold it back."""
    timer = threading.Timer(seconds, _end)
    timer.daemon = True
    timer.start()


def _end() -> None:
    sys.stderr.write(f"the crawl hangs and is ended {LIMIT_S:g} s after the signal; what it held is due again\n")
    sys.stderr.flush()
    os._exit(_HARD_END)
