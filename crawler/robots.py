"""robots.txt for every request: fetched once a site and run, obeyed; a site whose robots.txt does not come is put off.

Source: RFC 9309, 2.3.1.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.errors import BudgetSpent
from crawler.failures import reason_of
from crawler.guards import AddressNotAllowed
from crawler.politeness import HostPutOff, PutOffs, host_put_off
from crawler.robots_txt import ALLOW_ALL, Rules, read_robots
from storage.reasons import Reason

MOST_REDIRECTS = 5
LONGEST_CRAWL_DELAY = 60.0
"""Seconds: a site that wants more is asked once a minute, since it would never be archived."""

_KEPT_S = 24 * 3600
_PRIORITY = 1000
_TIMEOUT_S = 10.0
_LATER = {408, 425, 429}


class RobotsGuard:
    """Lets through what robots.txt allows, at the pace that it asks for."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._token = str(crawler.settings["ROBOTSTXT_USER_AGENT"])
        self._timeout_s = min(crawler.settings.getfloat("DOWNLOAD_TIMEOUT"), _TIMEOUT_S)
        self._sites: dict[str, tuple[asyncio.Task[Rules], float]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait for the site's rules, and keep them.

        Raises:
            IgnoreRequest: they do not allow the address. HostPutOff, BudgetSpent: they cannot be had now.
        """
        if request.meta.get("dont_obey_robotstxt"):
            return
        rules = await self._rules_of(request)
        if not rules.allows(request.url):
            raise IgnoreRequest("Forbidden by robots.txt")
        if rules.crawl_delay:
            self._keep_pace(request, min(rules.crawl_delay, LONGEST_CRAWL_DELAY))

    async def _rules_of(self, request: Request) -> Rules:
        parts = urlsplit(request.url)
        site = f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
        task, since = self._sites.get(site, (None, 0.0))
        if task is None or monotonic() - since > _KEPT_S:
            task = asyncio.ensure_future(self._fetch(site))
            self._sites[site] = task, monotonic()
        try:
            return await asyncio.shield(task)
        except Exception:
            # What stands in the way is remembered elsewhere: by the host's put-off, by a budget.
            if self._sites.get(site, (None, 0.0))[0] is task:
                del self._sites[site]
            raise

    async def _fetch(self, site: str) -> Rules:
        assert self._crawler.engine is not None
        request = Request(
            f"{site}/robots.txt", callback=NO_CALLBACK, priority=_PRIORITY,
            meta={
                "dont_obey_robotstxt": True, "redirect_ttl": MOST_REDIRECTS, "download_timeout": self._timeout_s,
            },
        )  # fmt: skip
        try:
            response = await self._crawler.engine.download_async(request)
        except (HostPutOff, BudgetSpent):
            raise
        except (AddressNotAllowed, IgnoreRequest):
            # Not for us to reach, so the pages are neither; or a chain of redirects that ends nowhere: no robots.txt.
            return ALLOW_ALL
        except Exception as error:  # whatever a download raises: it is told, and the site put off
            reason, text = reason_of(error)
            raise self._not_now(site, reason if reason is Reason.UNREACHABLE else Reason.ROBOTS, text) from error
        return self._read(site, response)

    def _read(self, site: str, response: Response) -> Rules:
        if response.status >= 500 or response.status in _LATER:  # noqa: PLR2004
            raise self._not_now(site, Reason.ROBOTS, f"the server says {response.status}")
        return read_robots(response.body, self._token) if 200 <= response.status < 300 else ALLOW_ALL  # noqa: PLR2004

    def _not_now(self, site: str, reason: Reason, text: str) -> HostPutOff:
        """Nothing may be asked of a site whose robots.txt cannot be had. Source: RFC 9309, 2.3.1.4."""
        error = host_put_off(urlsplit(site).hostname or "", reason, f"{site}/robots.txt: {text}")
        put_offs = getattr(self._crawler.spider, "put_offs", None)
        if isinstance(put_offs, PutOffs):
            put_offs.add(error.put_off)
        return error

    def _keep_pace(self, request: Request, delay: float) -> None:
        """Let a site's slot send one request at a time, none earlier than the site asks for."""
        assert self._crawler.engine is not None
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        delay = max(delay, self._crawler.settings.getfloat("DOWNLOAD_DELAY"))
        downloader.per_slot_settings[key] = {"concurrency": 1, "delay": delay, "jitter": 0}
        if (slot := downloader.slots.get(key)) is not None:
            slot.concurrency, slot.delay, slot.jitter = 1, delay, 0
        request.meta["autothrottle_dont_adjust_delay"] = True
        frontier = getattr(self._crawler.spider, "frontier", None)
        if frontier is not None:
            frontier.slow_host(urlsplit(request.url).hostname or "", delay)
