"""Budgets of pages, bytes and seconds, for a run and for each host in it: where endless calendars and lists end.

What was not asked stays due in the ledger; the run is degraded, and says which budget was used up.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response
from scrapy.settings import BaseSettings

from crawler.errors import BudgetSpent
from storage.urls import host_of

BUDGET_SPENT = "budget"
"""Why a spider closes whose run has used up a budget."""

_ASKED_AT = "finews_asked_at"


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that may be used; 0: any amount."""

    pages: int
    bytes: int
    seconds: float


@dataclass(slots=True)
class Used:
    """What was used of a budget: requests sent, bytes received, seconds that the requests took."""

    pages: int = 0
    bytes: int = 0
    seconds: float = 0.0


def spent(budget: Budget, used: Used) -> str | None:
    """Give which part of a budget is used up, with its size; None where there is room for a request.

    >>> spent(Budget(pages=3, bytes=0, seconds=0), Used(pages=3, bytes=9))
    'MAX_PAGES=3'
    """
    for name, most, so_far in (
        ("MAX_PAGES", budget.pages, used.pages),
        ("MAX_BYTES", budget.bytes, used.bytes),
        ("MAX_SECONDS", budget.seconds, used.seconds),
    ):
        if most and so_far >= most:
            return f"{name}={most:g}" if name == "MAX_SECONDS" else f"{name}={most}"
    return None


@dataclass(slots=True)
class Account:
    """Keeps the budgets of one run: pure, its clock is given."""

    run: Budget
    host: Budget
    used: Used = field(default_factory=Used)
    hosts: defaultdict[str, Used] = field(default_factory=lambda: defaultdict(Used))

    def ask(self, host: str) -> None:
        """Count a request that is about to be sent.

        Raises:
            BudgetSpent: it must not be sent.
        """
        if (name := spent(self.run, self.used)) is not None:
            raise BudgetSpent(f"the budget RUN_{name} of this run is used up")
        if (name := spent(self.host, self.hosts[host])) is not None:
            raise BudgetSpent(f"the budget HOST_{name} of {host} is used up")
        for used in (self.used, self.hosts[host]):
            used.pages += 1

    def answered(self, host: str, *, size: int, seconds: float) -> None:
        """Count what a request cost; a run's seconds are those of the clock, a host's those of its requests."""
        self.used.bytes += size
        self.hosts[host].bytes += size
        self.hosts[host].seconds += seconds


def read_budgets(settings: BaseSettings) -> Account:
    """Read the budgets of one run from the settings."""
    run, host = (
        Budget(
            int(settings.getfloat(f"{whose}_MAX_PAGES")), int(settings.getfloat(f"{whose}_MAX_BYTES")),
            settings.getfloat(f"{whose}_MAX_SECONDS"),
        )
        for whose in ("RUN", "HOST")
    )  # fmt: skip
    return Account(run, host)


class BudgetGuard:
    """The middleware next to the network: every request that is sent counts, those for robots.txt, too."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._account = read_budgets(crawler.settings)
        self._largest = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._timer: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let a request pass to the network.

        Raises:
            BudgetSpent: a budget is used up.
        """
        try:
            self._account.ask(host_of(request.url))
        except BudgetSpent as error:
            if spent(self._account.run, self._account.used) is not None:
                self._end_run(str(error))
            raise
        request.meta[_ASKED_AT] = monotonic()

    def process_response(self, request: Request, response: Response) -> Response:
        self._count(request, len(response.body))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        # Of a response that was broken off for its size we know that it was larger than this.
        self._count(request, self._largest if isinstance(exception, DownloadCancelledError) else 0)

    def _count(self, request: Request, size: int) -> None:
        began = request.meta.pop(_ASKED_AT, None)
        if began is not None:
            self._account.answered(host_of(request.url), size=size, seconds=monotonic() - began)

    def _opened(self, spider: Spider) -> None:  # noqa: ARG002
        most = self._account.run.seconds
        if most:
            self._timer = asyncio.get_running_loop().call_later(most, self._out_of_time, most)

    def _closed(self, spider: Spider) -> None:  # noqa: ARG002
        if self._timer is not None:
            self._timer.cancel()

    def _out_of_time(self, most: float) -> None:
        self._account.used.seconds = most
        self._end_run(f"the budget RUN_MAX_SECONDS={most:g} of this run is used up")

    def _end_run(self, text: str) -> None:
        """Close the spider, once: what is on its way ends, what it holds is due again."""
        engine: Any = self._crawler.engine
        if self._ending is None and engine is not None:
            tally = getattr(self._crawler.spider, "tally", None)
            if tally is not None:
                tally.postpone(BUDGET_SPENT, text)
            self._ending = asyncio.ensure_future(engine.close_spider_async(reason=BUDGET_SPENT))
