"""The one door to an archive: every write is one short transaction, every read one consistent state."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from storage import articles, capture_index, changes, hosts, ledger, runs, turns, visits
from storage.articles import Known, Verdict, VerdictKind
from storage.capture_recovery import recover
from storage.captures import CaptureRef, CaptureWriter, Exchange, payload_digest
from storage.config import Location
from storage.database import LOCK_WAIT_S, database_file, open_engine, reading, transaction
from storage.disk import folders, require_room, room
from storage.drafts import Draft, Rejected
from storage.errors import ArchiveError, LinkStateError
from storage.findings import Finding
from storage.hosts import PutOff, Waiting
from storage.ledger import Ending, HostRoom, LeasedLink, RefusedLink, Seen, SeenLink
from storage.processes import is_gone, this_process
from storage.reasons import Reason
from storage.schema import ensure_schema
from storage.sqlite_faults import check_after_kill, look, refuse_emptied
from storage.types import LinkState
from storage.urls import host_of
from storage.visits import SourceState


@dataclass(frozen=True, slots=True)
class Finished:
    """One leased link worked on: what was fetched for it, and the draft or the reason that came of it.

    `retry` asks for another try later (a server that did not answer).
    """

    link_id: int
    url: str
    result: Draft | Rejected
    exchanges: tuple[Exchange, ...] = ()
    retry: bool = False
    state: LinkState = LinkState.REJECTED
    """The final state of a result without a draft: rejected, gone or failed."""
    not_before: datetime | None = None
    """Its host is put off until then: it is tried again no earlier."""
    counts: bool = True
    """It is one of the link's MAX_ATTEMPTS; to find a host put off is none."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the archive made of a finished link."""

    link_id: int
    url: str
    state: LinkState
    reason: Reason | None = None
    text: str = ""
    verdict: VerdictKind | None = None
    put_off: PutOff | None = None
    """What came puts its host off: a captcha."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One page of a source's list as it was read, to be written in one transaction."""

    source_key: str
    links: tuple[SeenLink, ...]
    refused: tuple[RefusedLink, ...]
    exchange: Exchange | None = None
    list_url: str = ""
    state_after: Callable[[Seen], SourceState] | None = None
    """Gives the list's state to keep, from what the ledger knew of its links; None: no list, given by hand."""
    before: datetime | None = None
    """When the visit began that this page belongs to: links found since then are no overlap."""
    again: bool = False
    """A person gave these links by hand: those that came to nothing before are due again."""


Decide = Callable[[Draft, Known], Verdict]
_Kept = tuple[CaptureRef, int | None]
"""A record just written, and the row of the earlier capture with the same bytes, if there is one."""


def open_archive(location: Location, *, lock_wait_s: float = LOCK_WAIT_S, least_free: int = 0) -> Archive:
    """Open an archive, making a new one where there is none.

    `lock_wait_s` is how long one write waits for another writer's lock. Nothing is stored while a disk below the
    archive has less than `least_free` bytes left.

    Raises:
        ArchiveUnavailable: the database cannot be opened.
        MigrationNeeded: it is older than the program. ArchiveTooNew: it is newer.
    """
    refuse_emptied(location)
    engine = open_engine(location.archive_url, lock_wait_s=lock_wait_s)
    try:
        ensure_schema(engine)
    except ArchiveError:
        engine.dispose()
        raise
    return Archive(engine, location, least_free=least_free)


class Archive:
    """An open archive. Not for use by two threads at once; any number of processes may have one open."""

    def __init__(self, engine: Engine, location: Location, *, least_free: int = 0) -> None:
        self.location = location
        self._engine = engine
        self._captures: CaptureWriter | None = None
        self._least_free = least_free
        self._folders = folders(location)
        self._without_rows: dict[int, tuple[Exchange, _Kept]] = {}
        """Records that are written, but not yet committed as rows, by their exchange: a next try takes them."""
        self._is_lease_in_doubt = False

    def close(self) -> None:
        """Close the capture file, so that it gets its final name, and the connections.

        Raises:
            CaptureError: the capture file could not be closed; all that was committed is kept.
        """
        captures, self._captures = self._captures, None
        try:
            if captures is not None:
                captures.close()
        finally:
            self._engine.dispose()

    def reading(self) -> AbstractContextManager[Connection]:
        """Give one consistent state to read from."""
        return reading(self._engine)

    def writing(self) -> AbstractContextManager[Connection]:
        """Give a transaction that holds the writers' lock: articles may be written in it."""
        return _locked(self._engine)

    def warnings(self, *, disk_warn_bytes: int) -> list[Finding]:
        """Give what a person should look at, although the archive works: its SQLite, its file, its disks' room."""
        found = [room(self._folders, disk_warn_bytes)]
        if self._engine.dialect.name == "sqlite":
            found += look(self._engine, database_file(self.location.archive_url))
        return [finding for finding in found if not finding.is_well]

    # Runs

    def start_run(self, source_key: str, spider: str) -> int:
        """Open a run and take back what the runs of gone processes and expired leases hold; close their captures."""
        now = datetime.now(UTC)
        if self.location.captures_dir.is_dir():
            recover(self.location.captures_dir)
        with self.reading() as connection:
            was_killed = any(is_gone(process) for process in runs.unfinished(connection).values())
        if was_killed:
            check_after_kill(self._engine)
        with transaction(self._engine) as connection:
            gone = [run_id for run_id, process in runs.unfinished(connection).items() if is_gone(process)]
            ledger.release(connection, gone, now=now)
            runs.close_gone(connection, gone, now=now)
            ledger.release_expired(connection, now=now)
            return runs.start(connection, source_key=source_key, spider=spider, now=now)

    def finish_run(
        self,
        run_id: int,
        *,
        state: runs.RunState,
        counts: Mapping[str, int],
        problems: Sequence[str],
        measures: Mapping[str, object] = runs.UNMEASURED,
    ) -> None:
        """Close a run and give back the links it still holds."""
        now = datetime.now(UTC)
        with transaction(self._engine) as connection:
            ledger.release(connection, [run_id], now=now)
            runs.finish(connection, run_id, state=state, counts=counts, problems=problems, measures=measures, now=now)

    # The schedule

    def take_turn(self, jobs: Mapping[str, turns.LatestDue], *, running: Collection[str], room: int) -> turns.Turn:
        """Lead the schedule, unless another process does, and claim the jobs that are due.

        Raises:
            ArchiveUnavailable: nothing was claimed; what is due now is due later.
        """
        now = datetime.now(UTC).replace(microsecond=0)
        with transaction(self._engine) as connection:
            return turns.take(connection, this_process(), jobs, running=running, room=room, now=now)

    def end_turns(self, unfinished: Collection[turns.Claim]) -> None:
        """Let another scheduler lead at once; what was claimed and did not come to its end is due again."""
        with transaction(self._engine) as connection:
            turns.put_down(connection, this_process(), unfinished, now=datetime.now(UTC))

    # The frontier

    def source_states(self, source_key: str) -> dict[str, SourceState]:
        """Give what is known of the last visits of a source's lists, by the lists' addresses."""
        with self.reading() as connection:
            return visits.load(connection, source_key)

    def record_visit(self, visit: Visit, *, run_id: int | None) -> Seen:
        """Write a list's links with its state and its capture, in one transaction, before anything is fetched."""
        now = datetime.now(UTC)
        require_room(self._folders, self._least_free)
        kept = self._keep([visit.exchange]) if visit.exchange is not None else []
        self._flush()
        with transaction(self._engine) as connection:
            capture_id = _capture_rows(connection, kept)[0] if kept else None
            seen = ledger.record(
                connection, visit.source_key, visit.links,
                now=now, run_id=run_id, capture_id=capture_id, before=visit.before, again=visit.again,
            )  # fmt: skip
            if visit.refused:
                refused = ledger.refuse(
                    connection, visit.source_key, visit.refused, now=now, run_id=run_id, capture_id=capture_id
                )
                seen = replace(seen, refused=refused)
            if visit.state_after is not None:
                state = visit.state_after(seen)
                visits.save(connection, visits.visited(state, changed=seen.new + seen.changed > 0, now=now))
                hosts.answered(connection, [host_of(visit.list_url)], now=now)
                ledger.list_ended(
                    connection, visit.source_key, visit.list_url, reason=None, text="", run_id=run_id, now=now
                )
        self._without_rows.clear()
        return seen

    def list_failed(
        self,
        source_key: str,
        list_url: str,
        reason: Reason,
        text: str,
        *,
        run_id: int,
        ends_paging_of: str | None = None,
    ) -> None:
        """Write down that a list could not be read; what it showed before stays.

        `ends_paging_of`: the list one of whose further pages this is; no later visit goes on from it.
        """
        now = datetime.now(UTC)
        with transaction(self._engine) as connection:
            if ends_paging_of is not None:
                visits.end_paging(connection, source_key, ends_paging_of)
            ledger.list_ended(connection, source_key, list_url, reason=reason, text=text, run_id=run_id, now=now)

    def put_off(self, host: str, *, reason: Reason, text: str, wait: timedelta | None) -> PutOff:
        """Put a host off for the time that it asked for, None by our own measure; give the standing put-off."""
        with transaction(self._engine) as connection:
            return hosts.put_off(connection, host, reason=reason, text=text, now=datetime.now(UTC), wait=wait)

    def put_off_hosts(self) -> list[PutOff]:
        """Give all hosts that are not to be asked now."""
        with self.reading() as connection:
            return hosts.standing(connection, now=datetime.now(UTC))

    def waiting(self, source_key: str) -> list[Waiting]:
        """Give the hosts put off on which links of a source wait."""
        with self.reading() as connection:
            return hosts.waiting(connection, source_key, now=datetime.now(UTC))

    def lease(
        self,
        source_key: str,
        *,
        run_id: int,
        limit: int,
        lease_for: timedelta,
        of_host: HostRoom | None = None,
        holding: Collection[int] = (),
    ) -> tuple[list[LeasedLink], list[Outcome]]:
        """Take due links to work on; give also those that need no work since their article is archived already.

        `holding`: the links that the run knows to hold. It may hold more after a connection broke at a commit.
        """
        now = datetime.now(UTC)
        was_in_doubt, self._is_lease_in_doubt = self._is_lease_in_doubt, True
        with transaction(self._engine) as connection:
            if was_in_doubt:
                ledger.release(connection, [run_id], now=now, keep=holding)
            leased = ledger.lease(
                connection, source_key, run_id=run_id, limit=limit, now=now, lease_for=lease_for, of_host=of_host
            )
            archived = ledger.archived_already(connection, leased)
            for link in leased:
                if link.id in archived:
                    articles.add_alias(connection, archived[link.id], link.url)
                    ending = Ending(link.id, LinkState.DUPLICATE, article_id=archived[link.id])
                    ledger.settle(connection, ending, run_id=run_id, now=now)
        self._is_lease_in_doubt = False
        duplicates = [Outcome(link.id, link.url, LinkState.DUPLICATE) for link in leased if link.id in archived]
        return [link for link in leased if link.id not in archived], duplicates

    def renew_leases(self, run_id: int, *, lease_for: timedelta) -> None:
        """Say that a run still works on what it holds."""
        with transaction(self._engine) as connection:
            ledger.renew(connection, run_id, now=datetime.now(UTC), lease_for=lease_for)

    # Articles

    def store(self, finished: Sequence[Finished], *, run_id: int, decide: Decide) -> list[Outcome]:
        """Keep what was fetched and write what came of it: one transaction, item by item if that fails.

        Raises:
            ArchiveUnavailable: nothing was written; call again with the same links later.
            CaptureError: the captures folder takes nothing; likewise.
        """
        require_room(self._folders, self._least_free)
        kept = [self._keep(item.exchanges) for item in finished]
        self._flush()
        try:
            with _locked(self._engine) as connection:
                outcomes = [
                    _write(connection, item, refs, run_id, decide) for item, refs in zip(finished, kept, strict=True)
                ]
                answered = {_host(item) for item in finished if isinstance(item.result, Draft)}
                hosts.answered(connection, answered, now=datetime.now(UTC))
        except (SQLAlchemyError, ValueError, LinkStateError):
            outcomes = [
                self._store_alone(item, refs, run_id, decide) for item, refs in zip(finished, kept, strict=True)
            ]
        self._without_rows.clear()
        return outcomes

    def _store_alone(self, item: Finished, refs: list[_Kept], run_id: int, decide: Decide) -> Outcome:
        try:
            with _locked(self._engine) as connection:
                return _write(connection, item, refs, run_id, decide)
        except LinkStateError as error:
            with self.reading() as connection:
                return _taken_away(connection, item, run_id, error)
        except (SQLAlchemyError, ValueError) as error:
            cause = str(getattr(error, "orig", None) or error).splitlines()[0]
            refused = replace(
                item,
                state=LinkState.FAILED,
                result=Rejected(item.link_id, item.url, Reason.STORE_FAILED, cause),
            )
            with _locked(self._engine) as connection:
                return _write(connection, refused, refs, run_id, decide)

    def _flush(self) -> None:
        """Put captures on the disk before rows point at them."""
        if self._captures is not None:
            self._captures.flush()

    def _keep(self, exchanges: Sequence[Exchange]) -> list[_Kept]:
        """Write responses to the capture file; each comes with the earlier capture that has the same bytes."""
        if not exchanges:
            return []
        if self._captures is None:
            self._captures = CaptureWriter(self.location.captures_dir, prefix="finews")
        with self.reading() as connection:
            known = capture_index.kept(connection, [payload_digest(exchange.body) for exchange in exchanges])
        for exchange in exchanges:
            if not self._is_written(exchange):
                original_id, original = known.get(payload_digest(exchange.body), (None, None))
                ref = self._captures.write(exchange, known=original)
                self._without_rows[id(exchange)] = (exchange, (ref, original_id))
        return [self._without_rows[id(exchange)][1] for exchange in exchanges]

    def _is_written(self, exchange: Exchange) -> bool:
        """Tell whether an earlier try wrote this very response: each one again would fill the disk meanwhile."""
        _, kept = self._without_rows.get(id(exchange), (None, None))
        return kept is not None and self._captures is not None and kept[0].file not in self._captures.abandoned


@contextmanager
def _locked(engine: Engine) -> Iterator[Connection]:
    with transaction(engine) as connection:
        changes.lock_writers(connection)
        yield connection


def _taken_away(connection: Connection, item: Finished, run_id: int, error: LinkStateError) -> Outcome:
    """Tell what became of a link that this run holds no more, and did not write now."""
    before = ledger.ended_by(connection, item.link_id, run_id)
    if before is not None:  # an earlier try of the very same call was committed after all
        return Outcome(item.link_id, item.url, before.state, before.reason, before.text)
    if ledger.has_ended(connection, item.link_id):  # the lease ran out, and another run did the work
        return Outcome(item.link_id, item.url, LinkState.DUPLICATE)
    return Outcome(item.link_id, item.url, LinkState.PENDING, Reason.STORE_FAILED, f"the lease ran out: {error}")


def _capture_rows(connection: Connection, kept: Sequence[_Kept]) -> list[int]:
    return [capture_index.add(connection, ref, revisit_of=original_id) for ref, original_id in kept]


def _write(connection: Connection, item: Finished, kept: list[_Kept], run_id: int, decide: Decide) -> Outcome:
    """Write one finished link in the caller's transaction: captures, article, state of the link."""
    now = datetime.now(UTC)
    captures = _capture_rows(connection, kept)
    result = item.result
    if isinstance(result, Rejected):
        put_off = _put_off_for_captcha(connection, item, result, now)
        ending = Ending(
            item.link_id, item.state, result.reason, result.text, retry=item.retry or put_off is not None,
            not_before=put_off.until if put_off is not None else item.not_before, counts=item.counts,
        )  # fmt: skip
        state = ledger.settle(connection, ending, run_id=run_id, now=now)
        return Outcome(item.link_id, item.url, state, result.reason, result.text, put_off=put_off)
    draft = replace(result, capture_id=captures[-1]) if captures else result
    stored = articles.write(connection, draft, decide(draft, articles.known(connection, draft)), now=now)
    ending = Ending(item.link_id, _state_after(connection, item, stored), article_id=stored.article_id)
    ledger.settle(connection, ending, run_id=run_id, now=now)
    return Outcome(item.link_id, item.url, ending.state, verdict=stored.verdict)


def _put_off_for_captcha(connection: Connection, item: Finished, result: Rejected, now: datetime) -> PutOff | None:
    """A host that takes us for a robot is left alone for a while; the link that met the captcha is tried again."""
    if result.reason is not Reason.CAPTCHA:
        return None
    host = host_of(result.told_by) or _host(item)
    return hosts.put_off(connection, host, reason=result.reason, text=result.text, now=now)


def _host(item: Finished) -> str:
    """Give the host that answered, after redirects."""
    return host_of(item.exchanges[-1].url if item.exchanges else item.url)


def _state_after(connection: Connection, item: Finished, stored: articles.Stored) -> LinkState:
    """A link that brings nothing new is a duplicate, unless the article came from this very link before."""
    if stored.verdict is not VerdictKind.SAME:
        return LinkState.STORED
    return LinkState.STORED if ledger.article_of(connection, item.link_id) == stored.article_id else LinkState.DUPLICATE
