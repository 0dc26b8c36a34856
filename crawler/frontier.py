"""The ledger as a spider sees it: links seen are committed, links due are leased, what became of them is counted.

All writing happens in the archive's one thread, never on the reactor.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from crawler.listing import BadItem, Found, Listing
from crawler.politeness import HostPutOff, PutOffs
from pipelines.page import Hints, hints_to_json
from pipelines.patience import ArchiveThread
from storage.archive import Archive, Outcome, Visit
from storage.captures import Exchange
from storage.hosts import PutOff
from storage.ledger import HostRoom, LeasedLink, RefusedLink, Seen, SeenLink
from storage.reasons import Reason
from storage.types import LinkState, iso_utc
from storage.urls import BadUrl, host_of, identity
from storage.visits import SourceState

IN_FLIGHT = 192
"""Links that one spider holds at once: what a killed process gives back, and what waits in memory."""

FIRST_ROOM = 8
"""Links of one host that are held before it answers; each answer makes room for more, silence halves what it got."""
MORE_ROOM = 4
MOST_ROOM = 64
PAUSE_S = 0.2
"""A lease is a transaction: links that end at about the same time make room together."""
LONGEST_WAIT = timedelta(seconds=60)
"""What one run waits, in all, for hosts that want to be asked again shortly."""


@dataclass(slots=True)
class Tally:
    """What a run has done so far, for its table and its end."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    warnings: dict[str, str] = field(default_factory=dict)
    """What a person should look at, although nothing is missing for it; each thing once, by its name."""
    failed: bool = False

    def postpone(self, reason: str, text: str) -> None:
        """Count what was not asked, and stays due; the same text is told once."""
        self.reasons[reason] += 1
        if (told := f"{reason}: {text}; what is left is due again") not in self.problems:
            self.problems.append(told)

    def all_told(self) -> list[str]:
        """Give what the run's row and its table tell."""
        return [*(f"warning: {text}" for text in self.warnings.values()), *self.problems]


class Frontier:
    """One source's links during one run."""

    def __init__(
        self,
        archive: Archive,
        thread: ArchiveThread,
        *,
        run_id: int,
        source_key: str,
        lease_for: timedelta,
        tally: Tally,
        put_offs: PutOffs,
    ) -> None:
        self._archive = archive
        self._do = thread.do
        self._run_id = run_id
        self._source_key = source_key
        self._lease_for = lease_for
        self._tally = tally
        self._put_offs = put_offs
        self._lists_open = 0
        self._in_flight: dict[int, str] = {}
        self._abandoned: set[int] = set()
        self._room: dict[str, int] = {}
        self._most_room: dict[str, int] = {}
        self._patience = LONGEST_WAIT
        self._held_off: dict[int, PutOff] = {}
        self._moved = asyncio.Event()
        self._is_over = False

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

    async def lease(self, *, of_one_host: int = FIRST_ROOM) -> list[LeasedLink]:
        """Give due links to work on, waiting for room and for lists that are being read; none: all is done.

        `of_one_host`: so many of a host that has not answered yet.
        """
        while not self._is_over:
            self._moved.clear()
            if leased := await self._take(of_one_host):
                return leased
            if self._in_flight or self._lists_open or self._moved.is_set():
                await self._moved.wait()
                await asyncio.sleep(PAUSE_S if self._in_flight else 0)
            elif not await self._wait_for_hosts():
                await self._tell_of_put_offs()
                break
        return []

    def end(self) -> None:
        """Lease nothing more: the crawl ends, and what it would take now nobody would work on."""
        self._is_over = True
        self._moved.set()

    async def _take(self, of_one_host: int) -> list[LeasedLink]:
        while (limit := IN_FLIGHT - len(self._in_flight)) > 0:
            leased, duplicates = await self._do(
                self._archive.lease, self._source_key, run_id=self._run_id, limit=limit, lease_for=self._lease_for,
                of_host=self._host_room(of_one_host), holding={*self._in_flight, *self._abandoned},
            )  # fmt: skip
            for outcome in duplicates:
                self._count(outcome)
            self._in_flight.update({link.id: host_of(link.url) for link in leased})
            if leased or not duplicates:
                return leased
        return []

    def _host_room(self, of_one_host: int) -> HostRoom:
        held = Counter(self._in_flight.values())
        left = {host: self._room.get(host, of_one_host) - held[host] for host in {*self._room, *held}}
        return HostRoom(of_one_host, left)

    def slow_host(self, host: str, delay: float) -> None:
        """Hold no more links of a host than it can be asked for, one in `delay` seconds, before their leases end."""
        self._most_room[host] = max(1, int(self._lease_for.total_seconds() / 2 / delay))
        self._room[host] = min(self._room.get(host, FIRST_ROOM), self._most_room[host])

    def settled(self, outcome: Outcome, held_off: PutOff | None = None) -> None:
        """Hear what became of a leased link; `held_off`: it waits for a host, which may yet come in this run."""
        if outcome.put_off is not None:
            self._put_offs.add(outcome.put_off)
        if held_off is not None and outcome.state is LinkState.PENDING:
            self._held_off[outcome.link_id] = held_off
        else:
            self._held_off.pop(outcome.link_id, None)
            self._count(outcome)
        host = self._in_flight.pop(outcome.link_id, None)
        if host is not None:
            room = self._room.get(host, FIRST_ROOM)
            room = max(room // 2, FIRST_ROOM) if outcome.reason is Reason.UNREACHABLE else room + MORE_ROOM
            self._room[host] = min(room, self._most_room.get(host, MOST_ROOM))
        self._moved.set()

    def abandon(self, link_id: int) -> None:
        """Stop waiting for a link that an error took away; it stays leased until the run ends, then is due again."""
        self._in_flight.pop(link_id, None)
        self._abandoned.add(link_id)
        self._moved.set()

    # Hosts that are put off

    async def put_off(self, error: HostPutOff) -> PutOff:
        """Write down that a host is put off; give until when, by what stands in the archive."""
        told = error.put_off
        if not error.was_asked:
            return self._put_offs.of(told.host) or told
        standing = await self._do(self._archive.put_off, told.host, reason=told.reason, text=told.text, wait=error.wait)
        self._put_offs.add(standing)
        return standing

    async def learn_of_put_offs(self) -> None:
        """Hear which hosts the archive says are put off."""
        for put_off in await self._do(self._archive.put_off_hosts):
            self._put_offs.add(put_off)

    def may_wait(self, until: datetime) -> float | None:
        """Give the seconds until a time, where this run has the patience; what it waits, it waits once."""
        wait = max(until - datetime.now(UTC), timedelta(0))
        if wait > self._patience:
            return None
        self._patience -= wait
        return wait.total_seconds()

    async def _wait_for_hosts(self) -> bool:
        """Wait for the host that may be asked again first; give whether there is something to ask then."""
        waiting = await self._do(self._archive.waiting, self._source_key)
        soonest = min((one.put_off.until for one in waiting), default=None)
        seconds = self.may_wait(soonest) if soonest is not None else None
        if seconds is None:
            return False
        with suppress(TimeoutError):  # the crawl may end meanwhile
            await asyncio.wait_for(self._moved.wait(), seconds)
        return True

    async def _tell_of_put_offs(self) -> None:
        """A link that waits for its host is not archived: the run says so, once a host."""
        waiting = {one.put_off: one.links for one in await self._do(self._archive.waiting, self._source_key)}
        known = {put_off.host for put_off in waiting}
        # A link may wait for another host than its own: a detail API's, or where it redirects to.
        waiting |= Counter(put_off for put_off in self._held_off.values() if put_off.host not in known)
        for put_off, links in waiting.items():
            self._tally.counts["retry"] += links
            self._tally.reasons[put_off.reason.value] += links
            until = f"{put_off.host} is put off until {iso_utc(put_off.until)}"
            self._tally.problems.append(f"{put_off.reason.value}: {until}, {links} link(s) wait: {put_off.text}")

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
