"""Hosts that are put off are asked nothing: what one run knows of them, and the downloader middleware that sees to it.

The archive keeps them (`storage/hosts.py`); here they count from the moment a server says so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.responses import field_value
from storage.hosts import PutOff, first_wait, whole_second
from storage.reasons import Reason

LONGEST_RETRY_AFTER = timedelta(days=7)
"""No server puts us off for longer, whatever it says."""

_SAYS_LATER = {429: Reason.BLOCKED, 503: Reason.HTTP_ERROR}


class HostPutOff(IgnoreRequest):
    """A request came to nothing because its host is put off.

    `was_asked`: the host itself made it known just now, in answer to this request; `wait` is how long it wants, None
    where it does not say. Otherwise nothing was sent.
    """

    def __init__(self, put_off: PutOff, *, was_asked: bool = False, wait: timedelta | None = None) -> None:
        super().__init__(put_off.text)
        self.put_off = put_off
        self.was_asked = was_asked
        self.wait = wait


class PutOffs:
    """The hosts that are put off, as this run knows them; `listeners` hear of each new one."""

    def __init__(self) -> None:
        self._by_host: dict[str, PutOff] = {}
        self.listeners: list[Callable[[PutOff], None]] = []

    def add(self, put_off: PutOff) -> None:
        """Put a host off, or put it off for longer; a shorter time changes nothing."""
        known = self._by_host.get(put_off.host)
        if known is None or put_off.until > known.until:
            self._by_host[put_off.host] = put_off
            for listener in self.listeners:
                listener(put_off)

    def of(self, host: str) -> PutOff | None:
        """Give a host's put-off, None where it may be asked."""
        put_off = self._by_host.get(host)
        return put_off if put_off is not None and put_off.until > datetime.now(UTC) else None

    def standing(self) -> list[PutOff]:
        """Give all hosts that are put off now."""
        return [put_off for host in self._by_host if (put_off := self.of(host)) is not None]


def host_put_off(host: str, reason: Reason, text: str, *, wait: timedelta | None = None) -> HostPutOff:
    """Give the error that puts a host off, for as long as it wants, or by our own measure."""
    until = whole_second(datetime.now(UTC) + (wait if wait is not None else first_wait(reason)))
    return HostPutOff(PutOff(host, until, reason, text), was_asked=True, wait=wait)


def retry_after(value: str | None, *, now: datetime) -> timedelta | None:
    """Read a Retry-After field: seconds, or a date; None where it says nothing that could be kept.

    Source: RFC 9110, 10.2.3.

    >>> retry_after("120", now=datetime(2026, 1, 1, tzinfo=UTC))
    datetime.timedelta(seconds=120)
    >>> retry_after("Thu, 01 Jan 2026 00:01:00 GMT", now=datetime(2026, 1, 1, tzinfo=UTC))
    datetime.timedelta(seconds=60)
    """
    text = (value or "").strip()[:100]
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text), int(LONGEST_RETRY_AFTER.total_seconds())))
    else:
        wait = _until_date(text, now)
    return min(wait, LONGEST_RETRY_AFTER) if wait > timedelta(0) else None


def _until_date(text: str, now: datetime) -> timedelta:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return timedelta(0)
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)) - now


def _later(request: Request, response: Response) -> HostPutOff | None:
    if response.status not in _SAYS_LATER:
        return None
    told = field_value(response, "Retry-After")
    wait = retry_after(told, now=datetime.now(UTC))
    if wait is None:
        return None
    said = f"the server says {response.status} and Retry-After: {' '.join(str(told).split())[:100]}"
    return host_put_off(urlsplit(request.url).hostname or "", _SAYS_LATER[response.status], said, wait=wait)


class PolitenessMiddleware:
    """Sends nothing to a host that is put off, and puts off one that says when to come again."""

    def __init__(self, crawler: Crawler, put_offs: PutOffs) -> None:
        self._crawler = crawler
        self._put_offs = put_offs
        put_offs.listeners.append(self._take_back)
        # Sooner than `process_response`: the next request of the host would be on its way by then.
        crawler.signals.connect(self._hear, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, getattr(crawler.spider, "put_offs", None) or PutOffs())

    def process_request(self, request: Request) -> None:
        """Let nothing through to a host that is put off.

        Raises:
            HostPutOff: it is.
        """
        put_off = self._put_offs.of(urlsplit(request.url).hostname or "")
        if put_off is not None:
            raise HostPutOff(put_off)

    def process_response(self, request: Request, response: Response) -> Response:
        """Pass on what is no wish to be left alone.

        Raises:
            HostPutOff: the server says when it may be asked again.
        """
        error = _later(request, response)
        if error is not None:
            raise error
        return response

    def _hear(self, response: Response, request: Request) -> None:
        error = _later(request, response)
        if error is not None:
            self._put_offs.add(error.put_off)

    def _take_back(self, put_off: PutOff) -> None:
        """Take back the requests that wait for their turn at the host: they passed before it was put off."""
        engine = self._crawler.engine
        slot = engine.downloader.slots.get(put_off.host) if engine is not None else None
        while slot is not None and slot.queue:
            _, waiting = slot.queue.popleft()
            waiting.errback(HostPutOff(put_off))
