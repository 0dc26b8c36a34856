"""The ledger as a spider sees it: links seen are committed, links due are leased, what became of them is counted.

All writing happens in the archive's one thread, never on the reactor.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from crawler.listing import BadItem, Found, Listing
from pipelines.page import Hints, hints_to_json
from storage.archive import Archive, Outcome, Visit
from storage.captures import Exchange
from storage.ledger import LeasedLink, RefusedLink, Seen, SeenLink
from storage.reasons import Reason
from storage.types import LinkState
from storage.urls import BadUrl, identity
from storage.visits import SourceState

IN_FLIGHT = 64
"""Links that one spider holds at once: what a killed process gives back, and what waits in memory."""

_T = TypeVar("_T")


@dataclass(slots=True)
class Tally:
    """What a run has done so far, for its table and its end."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    failed: bool = False

    def postpone(self, reason: str, text: str) -> None:
        """Count what was not asked, and stays due; the same text is told once."""
        self.reasons[reason] += 1
        if (told := f"{reason}: {text}; what is left is due again") not in self.problems:
            self.problems.append(told)


class Frontier:
    """One source's links during one run."""

    def __init__(
        self,
        archive: Archive,
        executor: Executor,
        *,
        run_id: int,
        source_key: str,
        lease_for: timedelta,
        tally: Tally,
    ) -> None:
        self._archive = archive
        self._executor = executor
        self._run_id = run_id
        self._source_key = source_key
        self._lease_for = lease_for
        self._tally = tally
        self._lists_open = 0
        self._in_flight: set[int] = set()
        self._moved = asyncio.Event()

    async def _do(self, function: Callable[..., _T], *args: object, **kwargs: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, partial(function, *args, **kwargs))

    # Lists

    def list_opened(self) -> None:
        """Say that a list is being fetched: work may still come."""
        self._lists_open += 1

    def list_closed(self) -> None:
        """Say that a list is read, or refused."""
        self._lists_open -= 1
        self._moved.set()

    async def state_of(self, list_url: str) -> SourceState:
        """Give what is known of a list's last visit."""
        return (await self.states_of([list_url]))[list_url]

    async def states_of(self, list_urls: Sequence[str]) -> dict[str, SourceState]:
        """Give what is known of the last visits of lists, in their order."""
        known = await self._do(self._archive.source_states, self._source_key)
        return {url: known.get(url) or SourceState(self._source_key, url) for url in list_urls}

    async def record(
        self,
        listing: Listing,
        *,
        list_url: str,
        state_after: Callable[[Seen], SourceState],
        exchange: Exchange | None,
        before: datetime,
    ) -> Seen:
        """Commit what a list shows, with the list's state and its capture, before anything is fetched."""
        links, refused = _to_links(listing, list_url)
        visit = Visit(self._source_key, links, refused, exchange, list_url, state_after, before)
        return await self._commit(visit)

    async def record_by_hand(self, listing: Listing) -> Seen:
        """Commit links that a person gave; those that came to nothing before are due again."""
        links, refused = _to_links(listing, "by-hand:")
        return await self._commit(Visit(self._source_key, links, refused, again=True))

    async def _commit(self, visit: Visit) -> Seen:
        seen = await self._do(self._archive.record_visit, visit, run_id=self._run_id)
        counts = self._tally.counts
        counts.update(seen=len(visit.links) + len(visit.refused), new=seen.new, changed=seen.changed, known=seen.known)
        for item in visit.refused:
            if item.url in seen.refused:
                counts["rejected"] += 1
                self._note(item.reason, f"{item.url}: {item.text}")
        self._moved.set()
        return seen

    async def refuse_list(self, list_url: str, reason: Reason, text: str, *, ends_paging_of: str | None = None) -> None:
        """Write down that a list, or a page of it, could not be read; no later visit goes on from a page for good."""
        await self._do(
            self._archive.list_failed, self._source_key, list_url, reason, text,
            run_id=self._run_id, ends_paging_of=ends_paging_of,
        )  # fmt: skip
        self._tally.problems.append(f"{reason.value}: {text}")

    # Links

    async def lease(self) -> list[LeasedLink]:
        """Give due links to work on, waiting for room and for lists that are being read; none: all is done."""
        while True:
            self._moved.clear()
            room = IN_FLIGHT - len(self._in_flight)
            if room >= IN_FLIGHT // 2 or (room > 0 and not self._in_flight):
                leased = await self._take(room)
                if leased:
                    return leased
                if not self._in_flight and not self._lists_open and not self._moved.is_set():
                    return []
            await self._moved.wait()

    async def _take(self, room: int) -> list[LeasedLink]:
        while True:
            leased, duplicates = await self._do(
                self._archive.lease,
                self._source_key,
                run_id=self._run_id,
                limit=room,
                lease_for=self._lease_for,
            )
            for outcome in duplicates:
                self._count(outcome)
            self._in_flight.update(link.id for link in leased)
            if leased or not duplicates:
                return leased

    def settled(self, outcome: Outcome) -> None:
        """Hear what became of a leased link."""
        self._count(outcome)
        self._in_flight.discard(outcome.link_id)
        self._moved.set()

    def abandon(self, link_id: int) -> None:
        """Stop waiting for a link that an error took away; it stays leased until the run ends, then is due again."""
        self._in_flight.discard(link_id)
        self._moved.set()

    def _count(self, outcome: Outcome) -> None:
        state = outcome.verdict.value if outcome.state is LinkState.STORED and outcome.verdict else outcome.state.value
        counted = {
            "new": "stored",
            "copy": "stored",
            "revision": "revised",
            "same": "unchanged",
            "pending": "retry",
        }
        self._tally.counts[counted.get(state, state)] += 1
        if outcome.reason is not None:
            names_it = outcome.url in outcome.text
            self._note(outcome.reason, outcome.text if names_it else f"{outcome.url}: {outcome.text}".rstrip(": "))

    def _note(self, reason: Reason, text: str) -> None:
        self._tally.reasons[reason.value] += 1
        if reason is not Reason.NOT_WANTED:
            self._tally.problems.append(f"{reason.value}: {text}")


def _to_links(listing: Listing, list_url: str) -> tuple[tuple[SeenLink, ...], tuple[RefusedLink, ...]]:
    links: list[SeenLink] = []
    refused = [_refused(item, list_url) for item in listing.bad]
    for found in listing.found:
        try:
            links.append(seen_link(found))
        except BadUrl as error:
            refused.append(_refused(BadItem(str(error)), list_url))
    return tuple(links), tuple(refused)


def seen_link(found: Found) -> SeenLink:
    """Give a found link as the ledger keeps it.

    Raises:
        BadUrl: its address is no http(s) URL.
    """
    hints = hints_to_json(replace(found.hints, aliases=found.aliases))
    edited = hints_to_json(
        Hints(
            title=found.hints.title, modified=found.hints.modified, html=found.hints.html, text=found.hints.text,
            partial=found.hints.partial,
        )
    )  # fmt: skip
    return SeenLink(
        url=found.url,
        identity=identity(found.url, found.hints.external_id),
        kind=found.kind,
        hints=hints,
        hints_digest=hashlib.sha256(edited.encode()).hexdigest()[:32],
    )


def _refused(item: BadItem, list_url: str) -> RefusedLink:
    digest = hashlib.sha256((item.about or item.text).encode("utf-8", "replace")).hexdigest()[:16]
    url = item.url or f"{list_url}#item={digest}"
    return RefusedLink(url=url, identity=f"item:{url}", reason=item.reason, text=item.text)
