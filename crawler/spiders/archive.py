"""The base of all spiders: visit the source's lists, then work on what the ledger has due."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler.by_hand import links_by_hand
from crawler.connect import parse_connect_to
from crawler.details import addresses, detail_fields, is_enough
from crawler.errors import BadArgument, ListRefused, SettingInvalid
from crawler.failures import failure_reason, is_transient, uses_a_try
from crawler.frontier import FIRST_ROOM, IN_FLIGHT, Frontier, Tally
from crawler.listing import Listing
from crawler.lists import read_list
from crawler.lists.paging import first_url, page_number
from crawler.lists.sitemap import is_newer
from crawler.options import Options, read_options
from crawler.politeness import HostPutOff, PutOffs
from crawler.responses import exchange, fetched, field_value
from crawler.site_rules import SiteRules, load_site_rules
from crawler.sources import Source, facts, find_source, load_sources
from crawler.templates import Templates
from crawler.visit import AfterPage, ListVisit, after_page, may_go_deeper, most_lists
from pipelines import opt_out
from pipelines.batch import Batch
from pipelines.extraction import TooHeavy
from pipelines.page import Page, SourceFacts, hints_from_json
from pipelines.workers import Workers
from storage.archive import Finished, Outcome
from storage.drafts import Rejected
from storage.errors import ArchiveError
from storage.hosts import PutOff
from storage.ledger import LeasedLink
from storage.reasons import Reason
from storage.types import Kind, LinkState
from storage.visits import SourceState, is_due

_LIST_PRIORITY = 10
_LOOK_S = 0.2
"""How often a spider that waits looks whether it is to end."""
_LONG_LIST = 64 * 1024  # bytes: below, to hand it over costs more than to read it
ARCHIVE_FAILED = "the archive takes nothing"
"""Why a spider closes that can write nowhere."""


@dataclass(frozen=True, slots=True)
class _Work:
    """One leased link on its way: the addresses still to ask, what came so far, what went wrong."""

    link: LeasedLink
    page: Page
    to_ask: tuple[str, ...]
    failure: tuple[Reason, str] | None = None
    transient: bool = False
    put_off: PutOff | None = None
    """A host that was to be asked for it is put off."""
    counts: bool = False
    """Something was asked for it, and answered badly or not at all: that is a try."""

    @property
    def not_before(self) -> datetime | None:
        return self.put_off.until if self.put_off is not None else None


class ArchiveSpider(Spider):
    """Spiders of one kind of source; a subclass names the kind and may take links by hand.

    The run extension gives `frontier`, `workers`, `batch`, `templates` and `give_up` before `start` is called.
    """

    kind: str
    frontier: Frontier
    workers: Workers
    batch: Batch
    templates: Templates
    give_up: Callable[[], None]
    is_stopping = False
    """A signal ends the crawl: what fails now is put down, not judged."""

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
        self.put_offs = PutOffs()
        self._lists_asked: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider and find its source.

        Raises:
            BadArgument, UnknownSource, SourcesInvalid, SettingInvalid: one line or more that say what to do.
        """
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.options = read_options(crawler.settings)
        spider.site_rules = load_site_rules(spider.options.sources_file)
        if spider.source_key is not None:
            spider.source = spider.find_source(load_sources(spider.options.sources_file), spider.source_key)
        elif not spider.has_links_by_hand:
            raise BadArgument(f"spider {spider.name!r} has nothing to do: {spider.usage()}")
        return spider

    options: Options
    site_rules: SiteRules

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """A replica of everything needs no politeness: no real host is asked. `-s` still wins."""
        super().update_settings(settings)
        # A setting that means nothing is told by the preflight, in one line.
        with suppress(SettingInvalid):
            if parse_connect_to(str(settings.get("CONNECT_TO") or "")).is_everywhere:
                settings.set("DOWNLOAD_DELAY", 0, priority="spider")
                settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", 16, priority="spider")
                settings.set("AUTOTHROTTLE_ENABLED", False, priority="spider")

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

    @property
    def _opt_outs_for(self) -> str:
        return str(self.settings["ROBOTSTXT_USER_AGENT"]) if self.options.obey_opt_outs else ""

    @contextmanager
    def needing_the_archive(self) -> Iterator[None]:
        """End the crawl as failed, with one line that says why, where the archive takes nothing.

        Raises:
            CloseSpider: it does not.
        """
        try:
            yield
        except ArchiveError as error:
            self.tally.failed = True
            self.tally.problems.append(str(error))
            self.give_up()
            raise CloseSpider(ARCHIVE_FAILED) from error

    async def start(self) -> AsyncIterator[Any]:
        """Lists first, then everything that is due, whichever run found it."""
        with self.needing_the_archive():
            await self.frontier.learn_of_put_offs()
            if self.has_links_by_hand:
                await self.frontier.record_by_hand(self.by_hand)
            elif self.source is not None and self.source.kind != "page":
                async for request in self._visit_requests(self.source):
                    yield request
            # Links that need no request hold up nobody.
            is_asked = self.source is None or not self.source.carries_full_text
            while links := await self.frontier.lease(of_one_host=FIRST_ROOM if is_asked else IN_FLIGHT):
                for link in links:
                    yield self._first_step(link)

    # Lists

    async def _visit_requests(self, source: Source) -> AsyncIterator[Request]:
        now = datetime.now(UTC)
        state = await self.frontier.state_of(source.url)
        if self.scheduled and source.kind == "feed" and not is_due(state, now=now):
            self.tally.counts["not-due"] += 1
        elif state.resume_url is not None and state.resume_since is not None:
            page = page_number(source, state.resume_url)
            yield self._list_request(
                state.resume_url, ListVisit(source.url, state, state.resume_since, page=page, is_resumed=True)
            )
        else:
            yield await self._newest_page(source.url)

    async def _newest_page(self, list_url: str) -> Request:
        assert self.source is not None
        now = datetime.now(UTC)
        state = await self.frontier.state_of(list_url)
        return self._list_request(first_url(self.source, now=now), ListVisit(list_url, state, now))

    def _list_request(self, url: str, visit: ListVisit) -> Request:
        self.frontier.list_opened()
        headers = dict(self.source.headers) if self.source is not None else {}
        if visit.page == 1:
            conditions = {"If-None-Match": visit.state.etag, "If-Modified-Since": visit.state.last_modified}
            headers.update({name: value for name, value in conditions.items() if value is not None})
        return Request(
            url, callback=self._parse_list, errback=self._list_failed, headers=headers, dont_filter=True,
            priority=_LIST_PRIORITY, cb_kwargs={"visit": visit}, meta={"handle_httpstatus_list": [304]},
        )  # fmt: skip

    async def _parse_list(self, response: Response, visit: ListVisit) -> AsyncIterator[Request]:
        try:
            with self.needing_the_archive():
                async for request in self._after_page(response, visit):
                    yield request
        finally:
            self.frontier.list_closed()

    async def _after_page(self, response: Response, visit: ListVisit) -> AsyncIterator[Request]:
        following = None
        try:
            after, listing = await self._read_list(response, visit)
            following = after.following
            async for request in self._deeper(listing, visit):
                yield request
        except ListRefused as error:
            await self._refuse(response.url, visit, error.reason, f"{response.url}: {error}")
        if following is not None:
            yield self._list_request(following, after.further)
        elif visit.is_resumed:
            yield await self._newest_page(visit.list_url)

    async def _read_list(self, response: Response, visit: ListVisit) -> tuple[AfterPage, Listing]:
        source = self.source
        assert source is not None
        digest = hashlib.sha256(response.body).hexdigest()
        _check_not_modified(response, visit)
        is_unchanged = response.status == 304 or (visit.page == 1 and digest == visit.state.body_digest)  # noqa: PLR2004
        listing = Listing() if is_unchanged else await self._listing(source, response, visit)
        self.tally.counts["lists-unchanged"] += is_unchanged
        is_too_long = visit.links + len(listing.found) > self.options.visit_max_links
        state = _state_after_visit(response, visit, None if listing.more_lists else digest)
        decide = partial(after_page, source, visit, listing, state=state, is_too_long=is_too_long)
        kept = exchange(response)
        opted_out = opt_out.of_fields(kept.headers, self._opt_outs_for) if self._opt_outs_for else None
        seen = await self.frontier.record(
            listing, list_url=visit.list_url, exchange=None if is_unchanged or opted_out else kept, before=visit.began,
            state_after=lambda seen: decide(seen).state,
        )  # fmt: skip
        after = decide(seen)
        if is_too_long:
            self.tally.problems.append(
                f"{response.url}: the visit ends at VISIT_MAX_LINKS={self.options.visit_max_links}"
            )
        if after.has_gap:
            self.tally.problems.append(_gap(source, after.further))
        return after, listing

    async def _listing(self, source: Source, response: Response, visit: ListVisit) -> Listing:
        """Read a list: a long one in a worker process, which may hang, swell or die without the crawl."""
        read = partial(
            read_list, source, url=response.url, body=response.body, since=visit.state.checked_at, page=visit.page,
            content_type=field_value(response, "Content-Type") or "", now=visit.began,
        )  # fmt: skip
        if len(response.body) < _LONG_LIST:
            return await asyncio.to_thread(read)
        try:
            return await self.workers.read(read, url=response.url)
        except TooHeavy as error:
            raise ListRefused(Reason.TOO_HEAVY, str(error)) from error

    async def _deeper(self, listing: Listing, visit: ListVisit) -> AsyncIterator[Request]:
        """Visit the lists below one, those first that were not visited for longest."""
        if self.source is None or not listing.more_lists or not may_go_deeper(self.source, visit):
            return
        states = await self.frontier.states_of(listing.more_lists)
        due = [
            state
            for url, state in states.items()
            if url not in self._lists_asked and is_newer(listing.lists_changed.get(url), state.checked_at)
        ]
        due.sort(key=lambda state: (state.checked_at is not None, state.checked_at))
        for state in due[: most_lists(self.source)]:
            self._lists_asked.add(state.list_url)
            yield self._list_request(
                state.list_url, ListVisit(state.list_url, state, datetime.now(UTC), depth=visit.depth + 1)
            )

    async def _list_failed(self, failure: Failure) -> AsyncIterator[Request]:
        request: Request = failure.request  # type: ignore[attr-defined]
        visit: ListVisit = request.cb_kwargs["visit"]
        if self.is_stopping:
            self.frontier.list_closed()
            return
        reason, text = failure_reason(failure, request)
        try:
            with self.needing_the_archive():
                if isinstance(failure.value, HostPutOff) and await self._waited_for(failure.value):
                    yield self._list_request(request.meta.get("redirect_urls", [request.url])[0], visit)
                    return
                if not self.crawler.crawling:  # a signal came while the host was waited for
                    return
                await self._refuse(request.url, visit, reason, text, may_pass=is_transient(reason, failure))
                if visit.is_resumed:
                    yield await self._newest_page(visit.list_url)
        finally:
            self.frontier.list_closed()

    async def _waited_for(self, error: HostPutOff) -> bool:
        """Wait for a host that wants to be asked again shortly; give whether it may be asked now."""
        standing = await self.frontier.put_off(error)
        seconds = self.frontier.may_wait(standing.until)
        if seconds is None:
            return False
        end = monotonic() + seconds
        while monotonic() < end and not self.is_stopping:  # noqa: ASYNC110  # nothing tells that it stops
            await asyncio.sleep(min(_LOOK_S, max(end - monotonic(), 0)))
        return not self.is_stopping

    async def _refuse(self, url: str, visit: ListVisit, reason: Reason, text: str, *, may_pass: bool = False) -> None:
        if reason is Reason.BUDGET:  # the next visit goes on there
            self.tally.postpone(reason, text.partition(": ")[2])
            return
        is_the_list = visit.page == 1 and visit.depth == 0
        self.tally.failed = self.tally.failed or is_the_list
        # A further page that is refused for good would be refused in every later crawl, too.
        ends_paging = not may_pass and visit.page > 1
        lost = "; items behind it may be lost" if ends_paging else ""
        await self.frontier.refuse_list(
            url,
            reason,
            f"source {self.ledger_key!r}: {text}{lost}",
            ends_paging_of=visit.list_url if ends_paging else None,
        )

    # Links

    def _first_step(self, link: LeasedLink) -> Request | Page:
        hints = hints_from_json(link.hints)
        page = Page(
            link_id=link.id, url=link.url, kind=link.kind, source=self.source_facts(), seen_at=link.seen_at,
            hints=hints, aliases=hints.aliases, capture_id=link.capture_id, detail=detail_fields(self.source),
            opt_outs_for=self._opt_outs_for,
        )  # fmt: skip
        page = self.templates.given(self.site_rules.given(page))
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
            yield _done(replace(work, page=page))

    async def _answer_failed(self, failure: Failure) -> AsyncIterator[Request | Page]:
        request: Request = failure.request  # type: ignore[attr-defined]
        work: _Work = request.cb_kwargs["work"]
        if self.is_stopping:
            self.frontier.abandon(work.link.id)
            return
        reason, text = failure_reason(failure, request)
        put_off = None
        if isinstance(failure.value, HostPutOff):
            put_off = await self.frontier.put_off(failure.value)
        work = replace(
            work,
            failure=work.failure or (reason, text),
            transient=work.transient or is_transient(reason, failure),
            put_off=put_off or work.put_off,
            counts=work.counts or uses_a_try(failure),
        )
        if work.to_ask:
            yield self._ask(work)
        elif work.page.fetched:
            yield _done(work)
        else:
            await self._give_up(work)

    async def _give_up(self, work: _Work) -> None:
        reason, text = work.failure or (Reason.UNREACHABLE, work.link.url)
        if reason is Reason.BUDGET:  # it was not asked: no try is counted
            self.tally.postpone(reason, text.partition(": ")[2])
            self.frontier.abandon(work.link.id)
            return
        state = LinkState.GONE if reason is Reason.GONE else LinkState.REJECTED
        refused = Rejected(work.link.id, work.link.url, reason, text)
        finished = Finished(
            work.link.id, work.link.url, refused, retry=work.transient, state=state, not_before=work.not_before,
            counts=work.counts,
        )  # fmt: skip
        with self.needing_the_archive():
            self.frontier.settled(await self.batch.add(finished), work.put_off)


def _done(work: _Work) -> Page:
    return replace(work.page, is_incomplete=work.transient, not_before=work.not_before)


def _check_not_modified(response: Response, visit: ListVisit) -> None:
    """A list is unchanged only against what was read of it before, and only where it was asked so.

    Raises:
        ListRefused: the server says 304 to a request without conditions.
    """
    asked = response.request.headers if response.request is not None else {}
    is_conditional = any(name in asked for name in ("If-None-Match", "If-Modified-Since"))
    if response.status == 304 and not (is_conditional and visit.state.checked_at is not None):  # noqa: PLR2004
        raise ListRefused(
            Reason.BAD_LIST, f"{response.url}: the server says 304, not modified, though nothing was read before"
        )


def _state_after_visit(response: Response, visit: ListVisit, digest: str | None) -> SourceState:
    """Give the list's state with this answer's validators; without a digest none, so that it is read each time."""
    if visit.page > 1 or response.status == 304:  # noqa: PLR2004
        return visit.state
    return replace(
        visit.state,
        etag=field_value(response, "ETag") if digest else None,
        last_modified=field_value(response, "Last-Modified") if digest else None,
        body_digest=digest,
    )


def _gap(source: Source, visit: ListVisit) -> str:
    since = visit.began if visit.is_resumed else visit.state.checked_at
    return (
        f"items may be lost: source {source.key!r}, {visit.list_url}, shows {visit.read} page(s) without one link "
        f"that was seen before {since:%Y-%m-%d %H:%M} UTC; the next crawl pages on, crawl it more often or raise "
        "paging.max_pages"
    )
