"""The base of all spiders: visit the source's lists, then work on what the ledger has due."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler.by_hand import links_by_hand
from crawler.details import addresses, detail_fields, is_enough
from crawler.errors import BadArgument, ListRefused
from crawler.failures import failure_reason, is_transient
from crawler.frontier import Frontier, Tally
from crawler.listing import Listing
from crawler.lists import read_list
from crawler.lists.paging import first_url
from crawler.options import Options, read_options
from crawler.responses import exchange, fetched, field_value
from crawler.sources import Source, facts, find_source, load_sources
from pipelines.batch import Batch
from pipelines.page import Page, SourceFacts, hints_from_json
from pipelines.workers import Workers
from storage.archive import Finished, Outcome
from storage.drafts import Rejected
from storage.ledger import LeasedLink, Seen
from storage.reasons import Reason
from storage.types import Kind, LinkState
from storage.visits import SourceState

_LIST_PRIORITY = 10


@dataclass(frozen=True, slots=True)
class _Visit:
    """One visit of one list: all its pages, from `began` on, until they meet what was seen before."""

    list_url: str
    state: SourceState
    began: datetime
    page: int = 1
    depth: int = 0
    links: int = 0

    @property
    def is_first(self) -> bool:
        return self.state.checked_at is None


@dataclass(frozen=True, slots=True)
class _Work:
    """One leased link on its way: the addresses still to ask, what came so far, what went wrong."""

    link: LeasedLink
    page: Page
    to_ask: tuple[str, ...]
    failure: tuple[Reason, str] | None = None
    transient: bool = False


class ArchiveSpider(Spider):
    """Spiders of one kind of source; a subclass names the kind and may take links by hand.

    The run extension gives `frontier`, `workers` and `batch` before `start` is called.
    """

    kind: str
    frontier: Frontier
    workers: Workers
    batch: Batch

    def __init__(
        self,
        *args: Any,
        source: str | None = None,
        url: str | None = None,
        infocode: str | None = None,
        file: str | None = None,
        scheduled: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.source_key = source
        self.by_hand = links_by_hand(url=url, code=infocode, file=file)
        self.scheduled = bool(scheduled)
        self.source: Source | None = None
        self.tally = Tally()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider and find its source.

        Raises:
            BadArgument, UnknownSource, SourcesInvalid, SettingInvalid: one line or more that say what to do.
        """
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.options = read_options(crawler.settings)
        if spider.source_key is not None:
            spider.source = spider.find_source(load_sources(spider.options.sources_file), spider.source_key)
        elif not spider.has_links_by_hand:
            raise BadArgument(f"spider {spider.name!r} has nothing to do: {spider.usage()}")
        return spider

    options: Options

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """A replica needs no politeness: no real host is asked. `-s` still wins."""
        super().update_settings(settings)
        if settings.get("CONNECT_TO"):
            settings.set("DOWNLOAD_DELAY", 0, priority="spider")
            settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", 16, priority="spider")

    @classmethod
    def usage(cls) -> str:
        """Say which arguments give this spider something to do."""
        return f"give -a source=KEY, a source of kind {cls.kind!r} (`finews sources list`)"

    @classmethod
    def find_source(cls, sources: Iterable[Source], key: str) -> Source:
        """Give the source to crawl.

        Raises:
            UnknownSource: there is no such key. BadArgument: it is of another kind.
        """
        source = find_source(tuple(sources), key)
        if source.kind != cls.kind:
            raise BadArgument(
                f"source {key!r} is of kind {source.kind!r}: use `scrapy crawl {source.kind} -a source={key}`"
            )
        return source

    @property
    def has_links_by_hand(self) -> bool:
        """A person gave links, rather than a source."""
        return bool(self.by_hand.found or self.by_hand.bad)

    @property
    def ledger_key(self) -> str:
        """The source's key in the ledger; links given by hand without a source stand under the spider's name."""
        return self.source.key if self.source is not None else self.name

    def source_facts(self) -> SourceFacts:
        """What is known of the source before any page is read."""
        return facts(self.source) if self.source is not None else SourceFacts(key=self.name)

    def settled(self, outcome: Outcome) -> None:
        """Hear from the pipelines what became of a link."""
        self.frontier.settled(outcome)

    async def start(self) -> AsyncIterator[Any]:
        """Lists first, then everything that is due, whichever run found it."""
        if self.has_links_by_hand:
            await self.frontier.record_by_hand(self.by_hand)
        elif self.source is not None and self.source.kind != "page":
            async for request in self._visit_requests(self.source):
                yield request
        while links := await self.frontier.lease():
            for link in links:
                yield self._first_step(link)

    # Lists

    async def _visit_requests(self, source: Source) -> AsyncIterator[Request]:
        now = datetime.now(UTC)
        state = await self.frontier.state_of(source.url)
        adapts = self.scheduled and source.kind == "feed"
        if adapts and state.checked_at is not None and now < state.checked_at + state.interval:
            self.tally.counts["not-due"] += 1
            return
        if state.resume_url is not None and state.resume_since is not None:
            yield self._list_request(state.resume_url, _Visit(source.url, state, began=state.resume_since, page=2))
        yield self._list_request(first_url(source, now=now), _Visit(source.url, state, began=now))

    def _list_request(self, url: str, visit: _Visit) -> Request:
        self.frontier.list_opened()
        headers = dict(self.source.headers) if self.source is not None else {}
        if visit.page == 1:
            conditions = {"If-None-Match": visit.state.etag, "If-Modified-Since": visit.state.last_modified}
            headers.update({name: value for name, value in conditions.items() if value is not None})
        return Request(
            url, callback=self._parse_list, errback=self._list_failed, headers=headers, dont_filter=True,
            priority=_LIST_PRIORITY, cb_kwargs={"visit": visit}, meta={"handle_httpstatus_list": [304]},
        )  # fmt: skip

    async def _parse_list(self, response: Response, visit: _Visit) -> AsyncIterator[Request]:
        try:
            async for request in self._read_list(response, visit):
                yield request
        except ListRefused as error:
            await self._refuse(response.url, visit, error.reason, str(error))
        finally:
            self.frontier.list_closed()

    async def _read_list(self, response: Response, visit: _Visit) -> AsyncIterator[Request]:
        source = self.source
        assert source is not None
        digest = hashlib.sha256(response.body).hexdigest()
        unchanged = response.status == 304 or (visit.page == 1 and digest == visit.state.body_digest)  # noqa: PLR2004
        self.tally.counts["lists-unchanged"] += unchanged
        listing = Listing() if unchanged else await asyncio.to_thread(_read, source, response, visit)
        state = _state_after_visit(response, visit, digest)
        too_many = visit.links + len(listing.found) > self.options.visit_max_links
        following = None if too_many else listing.next_url
        seen = await self.frontier.record(
            listing, list_url=visit.list_url, exchange=exchange(response), before=visit.began,
            state_after=lambda seen: _resumable(state, visit, None if seen.overlaps else following),
        )  # fmt: skip
        if too_many:
            self.tally.problems.append(
                f"{response.url}: the visit ends at VISIT_MAX_LINKS={self.options.visit_max_links}"
            )
        further = replace(visit, page=visit.page + 1, links=visit.links + len(listing.found), state=state)
        if following is not None and _goes_on(source, seen):
            yield self._list_request(following, further)
        elif not unchanged and self._has_gap(source, listing, seen, visit):
            self.tally.problems.append(
                f"items may be lost: source {source.key!r} shows {visit.page} page(s) without one link that the visit "
                f"of {visit.state.checked_at:%Y-%m-%d %H:%M} UTC saw; crawl it more often or raise paging.max_pages"
            )
        for url in listing.more_lists:
            state_of_list = await self.frontier.state_of(url)
            yield self._list_request(url, _Visit(url, state_of_list, began=visit.began, depth=visit.depth + 1))

    @staticmethod
    def _has_gap(source: Source, listing: Listing, seen: Seen, visit: _Visit) -> bool:
        # A sitemap shows only what is newer than the last visit, so it never overlaps.
        return bool(listing.found) and not seen.overlaps and not visit.is_first and source.kind != "sitemap"

    async def _list_failed(self, failure: Failure) -> None:
        visit: _Visit = failure.request.cb_kwargs["visit"]  # type: ignore[attr-defined]
        reason, text = failure_reason(failure, failure.request)  # type: ignore[attr-defined]
        await self._refuse(failure.request.url, visit, reason, text)  # type: ignore[attr-defined]
        self.frontier.list_closed()

    async def _refuse(self, url: str, visit: _Visit, reason: Reason, text: str) -> None:
        self.tally.failed = self.tally.failed or (visit.page == 1 and visit.depth == 0)
        await self.frontier.refuse_list(url, reason, f"source {self.ledger_key!r}: {text}")

    # Links

    def _first_step(self, link: LeasedLink) -> Request | Page:
        hints = hints_from_json(link.hints)
        page = Page(
            link_id=link.id, url=link.url, kind=link.kind, source=self.source_facts(), seen_at=link.seen_at,
            hints=hints, capture_id=link.capture_id, detail=detail_fields(self.source),
        )  # fmt: skip
        if link.kind is Kind.FLASH or (self.source is not None and self.source.carries_full_text):
            return page
        asked = addresses(link, self.source, hints, now=datetime.now(UTC))
        return self._ask(_Work(link, page, to_ask=asked))

    def _ask(self, work: _Work) -> Request:
        headers = dict(self.source.headers) if self.source is not None and work.to_ask[0] != work.link.url else {}
        return Request(
            work.to_ask[0], callback=self._parse_answer, errback=self._answer_failed, headers=headers,
            dont_filter=True, cb_kwargs={"work": replace(work, to_ask=work.to_ask[1:])},
        )  # fmt: skip

    async def _parse_answer(self, response: Response, work: _Work) -> AsyncIterator[Request | Page]:
        page = replace(work.page, fetched=(*work.page.fetched, fetched(response)))
        if work.to_ask and not is_enough(page.fetched, page.hints):
            yield self._ask(replace(work, page=page))
        else:
            yield page

    async def _answer_failed(self, failure: Failure) -> AsyncIterator[Request | Page]:
        request: Request = failure.request  # type: ignore[attr-defined]
        work: _Work = request.cb_kwargs["work"]
        reason, text = failure_reason(failure, request)
        work = replace(
            work,
            failure=work.failure or (reason, text),
            transient=work.transient or is_transient(reason, failure),
        )
        if work.to_ask:
            yield self._ask(work)
        elif work.page.fetched:
            yield work.page
        else:
            await self._give_up(work)

    async def _give_up(self, work: _Work) -> None:
        reason, text = work.failure or (Reason.UNREACHABLE, work.link.url)
        state = LinkState.GONE if reason is Reason.GONE else LinkState.REJECTED
        refused = Rejected(work.link.id, work.link.url, reason, text)
        finished = Finished(work.link.id, work.link.url, refused, retry=work.transient, state=state)
        self.settled(await self.batch.add(finished))


def _read(source: Source, response: Response, visit: _Visit) -> Listing:
    return read_list(
        source, url=response.url, body=response.body, content_type=field_value(response, "Content-Type") or "",
        now=visit.began, since=visit.state.checked_at, page=visit.page,
    )  # fmt: skip


def _goes_on(source: Source, seen: Seen) -> bool:
    """Page back until a page overlaps what was seen before; a list without order is read to its cap."""
    return not source.paging.monotone or not seen.overlaps


def _state_after_visit(response: Response, visit: _Visit, digest: str) -> SourceState:
    if visit.page > 1 or response.status == 304:  # noqa: PLR2004
        return visit.state
    return replace(
        visit.state,
        etag=field_value(response, "ETag"),
        last_modified=field_value(response, "Last-Modified"),
        body_digest=digest,
    )


def _resumable(state: SourceState, visit: _Visit, following: str | None) -> SourceState:
    if following is None:
        return replace(state, resume_url=None, resume_since=None)
    return replace(state, resume_url=following, resume_since=visit.began)
