"""Asks for one address after another, as our crawls do, and tells what came of it: `python -m tests.crawler.probe`.

Each line of standard input is a JSON object: `url`, and `names`, what the system's look-up answers for each name, the
first time, the second time, and so on. Each line of output is a reason of the ledger, or a status and an address.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.project import get_project_settings
from twisted.python.failure import Failure

from crawler.failures import failure_reason

_names: dict[str, list[str]] = {}


def _look_up(name: str) -> str:
    """Stand in for the world's name servers: hostile ones, which change their mind."""
    answers = _names.get(name)
    if not answers:
        raise socket.gaierror(f"no such name: {name}")
    return answers.pop(0) if len(answers) > 1 else answers[0]


class _Probe(Spider):
    name = "probe"
    custom_settings = {  # noqa: RUF012  # Scrapy's interface
        "EXTENSIONS": {}, "ITEM_PIPELINES": {}, "ROBOTSTXT_OBEY": False, "DOWNLOAD_DELAY": 0, "RETRY_ENABLED": False,
        "DNSCACHE_ENABLED": False, "LOG_LEVEL": "ERROR",
    }  # fmt: skip

    async def start(self) -> AsyncIterator[Any]:
        while line := await asyncio.to_thread(sys.stdin.readline):
            asked = json.loads(line)
            _names.clear()
            _names.update(asked["names"])
            print(await self._outcome(asked["url"]), flush=True)
        return
        yield

    async def _outcome(self, url: str) -> str:
        try:
            request = Request(url, dont_filter=True)
        except ValueError:
            return "bad-address"
        engine: Any = self.crawler.engine
        try:
            response = await engine.download_async(request)
            if response.status >= 300:
                raise HttpError(response)  # noqa: TRY301  # as Scrapy does for spiders
        except Exception as error:  # noqa: BLE001  # every error is an outcome
            return failure_reason(Failure(error), request)[0].value
        return f"{response.status} {response.url}"


if __name__ == "__main__":
    socket.gethostbyname = _look_up
    process = AsyncCrawlerProcess(get_project_settings())
    process.crawl(_Probe)
    process.start()
