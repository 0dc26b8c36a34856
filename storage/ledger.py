"""The ledger: every link that a source showed, for ever, with its state; the crawl's only frontier.

All functions work inside the caller's transaction. A link's life:

    pending -> leased -> stored | duplicate | rejected | gone | failed
                      -> pending (to be tried again at next_try_at, or given back unworked)
    stored | duplicate | rejected | gone | failed -> pending (the source changed the item, or a person asks)
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import BigInteger, Connection, Row, Select, and_, bindparam, func, insert, or_, select, update

from storage.database import insert_ignore
from storage.errors import LinkStateError
from storage.models import ArticleRow, AttemptRow, HostRow, LinkRow, RevisionRow
from storage.reasons import Reason
from storage.types import Kind, LinkState
from storage.urls import host_of

MAX_ATTEMPTS = 5
"""Tries of one link before it is `failed`; a person can ask again with `finews ledger --retry`."""

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(days=1)

_MOST_LOOKS = 8
"""How often one lease looks behind the links of hosts that are full."""

_CHUNK = 500  # names in one IN list; SQLite takes 32,766 parameters, the planner likes fewer

_T = TypeVar("_T")

_ENDED = {
    LinkState.STORED,
    LinkState.DUPLICATE,
    LinkState.REJECTED,
    LinkState.GONE,
    LinkState.FAILED,
}


@dataclass(frozen=True, slots=True)
class SeenLink:
    """One link as a list shows it now; `hints` is JSON, `hints_digest` changes when the item was edited."""

    url: str
    identity: str
    kind: Kind
    hints: str
    hints_digest: str


@dataclass(frozen=True, slots=True)
class RefusedLink:
    """One item of a list that cannot become a link, with its reason; `url` is unique for the item."""

    url: str
    identity: str
    reason: Reason
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a list showed, against the ledger.

    `overlaps`: its older half shows a link of an earlier visit. Not the newer half: pinned items stand on top.
    """

    new: int
    changed: int
    known: int
    overlaps: bool
    is_first: bool = False
    """The ledger has no link of this source from before this visit: there is nothing to overlap."""
    refused: frozenset[str] = frozenset()
    """Addresses of items that were refused now, for the first time."""


@dataclass(frozen=True, slots=True)
class LeasedLink:
    """A link that this run works on until `settle` or `release`."""

    id: int
    source_key: str
    url: str
    identity: str
    kind: Kind
    attempts: int
    seen_at: datetime
    hints: str
    capture_id: int | None


@dataclass(frozen=True, slots=True)
class HostRoom:
    """How many links of one host may be taken: `left` by host, `most` of every other one.

    A host that is slow must not fill a spider's hands with its links.
    """

    most: int
    left: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ending:
    """How one try at a leased link ended; `retry` asks for another try later instead of a final state.

    `not_before`: its host is put off until then. `counts`: it is one of MAX_ATTEMPTS; a mere put-off is not.
    """

    link_id: int
    state: LinkState
    reason: Reason | None = None
    text: str = ""
    article_id: int | None = None
    retry: bool = False
    not_before: datetime | None = None
    counts: bool = True


def _chunks(items: Sequence[_T]) -> Iterable[Sequence[_T]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))


def record(
    connection: Connection,
    source_key: str,
    links: Sequence[SeenLink],
    *,
    now: datetime,
    run_id: int | None,
    capture_id: int | None,
    before: datetime | None = None,
    again: bool = False,
) -> Seen:
    """Write what a list shows: new links become pending, edited ones pending again, the rest is left alone.

    `before` is when the visit began that this page belongs to; links found since then are no overlap.
    `again`: a person gave these links by hand, so those that came to nothing before are due again.
    """
    unique = list({link.url: link for link in links}.values())
    older_half = {link.url for link in unique[len(unique) // 2 :]}
    new = changed = known = 0
    overlaps = False
    for chunk in _chunks(unique):
        rows = _known_links(connection, source_key, chunk)
        fresh = [link for link in chunk if link.url not in rows]
        edited = [link for link in chunk if link.url in rows and rows[link.url].hints_digest != link.hints_digest]
        overlaps = overlaps or any(
            row.url in older_half and (before is None or row.discovered_at < before) for row in rows.values()
        )
        _insert_links(connection, source_key, fresh, now=now, run_id=run_id, capture_id=capture_id)
        for link in edited:
            _make_due_again(connection, rows[link.url].id, link, now=now, capture_id=capture_id)
        if again:
            _try_again(connection, [row.id for row in rows.values()], now=now)
        new, changed, known = new + len(fresh), changed + len(edited), known + len(chunk) - len(fresh)
    is_first = before is not None and not overlaps and not _has_links_before(connection, source_key, before)
    return Seen(new=new, changed=changed, known=known, overlaps=overlaps, is_first=is_first)


def _has_links_before(connection: Connection, source_key: str, before: datetime) -> bool:
    query = select(LinkRow.id).where(LinkRow.source_key == source_key, LinkRow.discovered_at < before)
    return bool(connection.scalar(select(query.exists())))


def _known_links(
    connection: Connection, source_key: str, chunk: Sequence[SeenLink]
) -> dict[str, Row[int, str, str, datetime]]:
    query = select(LinkRow.id, LinkRow.url, LinkRow.hints_digest, LinkRow.discovered_at).where(
        LinkRow.source_key == source_key, LinkRow.url.in_([link.url for link in chunk])
    )
    return {row.url: row for row in connection.execute(query)}


def _insert_links(
    connection: Connection,
    source_key: str,
    links: Sequence[SeenLink],
    *,
    now: datetime,
    run_id: int | None,
    capture_id: int | None,
) -> None:
    if not links:
        return
    common = {
        "source_key": source_key, "state": LinkState.PENDING, "attempts": 0, "discovered_at": now, "seen_at": now,
        "next_try_at": now, "run_id": run_id, "capture_id": capture_id,
    }  # fmt: skip
    rows = [
        {
            **common, "url": link.url, "host": host_of(link.url), "identity": link.identity, "kind": link.kind,
            "hints": link.hints, "hints_digest": link.hints_digest,
        }
        for link in links
    ]  # fmt: skip
    # Another crawler may have found the same links between the look-up and here.
    connection.execute(insert_ignore(connection, LinkRow), rows)


def _make_due_again(
    connection: Connection, link_id: int, link: SeenLink, *, now: datetime, capture_id: int | None
) -> None:
    renewed = {
        "hints": link.hints,
        "hints_digest": link.hints_digest,
        "seen_at": now,
        "capture_id": capture_id,
    }
    connection.execute(update(LinkRow).where(LinkRow.id == link_id).values(**renewed))
    connection.execute(
        update(LinkRow)
        .where(LinkRow.id == link_id, LinkRow.state.in_(_ENDED))
        .values(state=LinkState.PENDING, attempts=0, next_try_at=now)
    )


def _try_again(connection: Connection, link_ids: Sequence[int], *, now: datetime) -> None:
    came_to_nothing = (LinkState.REJECTED, LinkState.FAILED, LinkState.GONE, LinkState.PENDING)
    connection.execute(
        update(LinkRow)
        .where(LinkRow.id.in_(link_ids), LinkRow.state.in_(came_to_nothing), ~LinkRow.identity.startswith("item:"))
        .values(state=LinkState.PENDING, attempts=0, next_try_at=now)
    )


def refuse(
    connection: Connection,
    source_key: str,
    refused: Sequence[RefusedLink],
    *,
    now: datetime,
    run_id: int | None,
    capture_id: int | None,
) -> frozenset[str]:
    """Write items that cannot become links as rejected, each with its reason; give the addresses that are new."""
    new: set[str] = set()
    for chunk in _chunks(refused):
        urls = {item.url for item in chunk}
        where = (LinkRow.source_key == source_key, LinkRow.url.in_(urls))
        new |= urls - set(connection.scalars(select(LinkRow.url).where(*where)))
        rows = [
            {
                "source_key": source_key, "url": item.url, "host": host_of(item.url), "identity": item.identity,
                "kind": Kind.ARTICLE,
                "state": LinkState.REJECTED, "reason": item.reason, "reason_text": item.text, "attempts": 0,
                "discovered_at": now, "seen_at": now, "run_id": run_id, "capture_id": capture_id,
                "hints": "{}", "hints_digest": "",
            }
            for item in chunk
        ]  # fmt: skip
        connection.execute(insert_ignore(connection, LinkRow), rows)
    return frozenset(new)


def list_ended(
    connection: Connection,
    source_key: str,
    list_url: str,
    *,
    reason: Reason | None,
    text: str,
    run_id: int | None,
    now: datetime,
) -> None:
    """Write down that a list could not be read, with its reason; or, with None, that it can be read again.

    A list that was always read has no row: only its failures are links of the ledger.
    """
    where = (LinkRow.source_key == source_key, LinkRow.url == list_url)
    link_id = connection.scalar(select(LinkRow.id).where(*where))
    if link_id is None:
        if reason is None:
            return
        item = RefusedLink(url=list_url, identity=f"list:{source_key}:{list_url}", reason=reason, text=text)
        refuse(connection, source_key, [item], now=now, run_id=run_id, capture_id=None)
        link_id = connection.scalar(select(LinkRow.id).where(*where))
    state = LinkState.STORED if reason is None else LinkState.FAILED
    connection.execute(
        update(LinkRow)
        .where(LinkRow.id == link_id, LinkRow.identity.startswith("list:"))
        .values(state=state, reason=reason, reason_text=text or None, attempts=LinkRow.attempts + 1)
    )
    connection.execute(
        insert(AttemptRow).values(
            link_id=link_id, run_id=run_id, at=now, state=state, reason=reason, reason_text=text or None
        )
    )


def lease(
    connection: Connection,
    source_key: str,
    *,
    run_id: int,
    limit: int,
    now: datetime,
    lease_for: timedelta,
    of_host: HostRoom | None = None,
) -> list[LeasedLink]:
    """Take up to `limit` links that are pending and due, oldest first, whichever run found them.

    None of a host that is put off, and of each other host no more than `of_host` has room for. One link an identity
    at a time: the other addresses of an article wait until it is settled.
    """
    room = _Room(of_host or HostRoom(limit))
    leased: list[LeasedLink] = []
    for _ in range(_MOST_LOOKS):
        wanted = limit - len(leased)
        rows = connection.execute(_due(source_key, now, room.full()).limit(wanted)).all()
        taken = [row for row in _one_an_identity(rows) if room.take(row.host)]
        if taken:
            connection.execute(
                update(LinkRow)
                .where(LinkRow.id.in_([row.id for row in taken]))
                .values(state=LinkState.LEASED, leased_run=run_id, lease_until=now + lease_for, next_try_at=None)
            )
        leased += map(_leased, taken)
        # Behind the links of a host that is full, others may wait.
        if len(rows) < wanted or len(taken) == wanted:
            break
    return sorted(leased, key=lambda link: link.id)


def _one_an_identity(rows: Sequence[Row[tuple[LinkRow]]]) -> Iterable[Row[tuple[LinkRow]]]:
    first: dict[str, Row[tuple[LinkRow]]] = {}
    for row in rows:
        first.setdefault(row.identity, row)
    return first.values()


class _Room:
    """What is left of each host's room while links are taken."""

    def __init__(self, of_host: HostRoom) -> None:
        self._most = of_host.most
        self._left = dict(of_host.left)

    def full(self) -> list[str]:
        return [host for host, left in self._left.items() if left < 1]

    def take(self, host: str) -> bool:
        left = self._left.get(host, self._most)
        self._left[host] = max(left - 1, 0)
        return left > 0


def _leased(row: Row[tuple[LinkRow]]) -> LeasedLink:
    return LeasedLink(
        id=row.id, source_key=row.source_key, url=row.url, identity=row.identity, kind=Kind(row.kind),
        attempts=row.attempts, seen_at=row.seen_at, hints=row.hints, capture_id=row.capture_id,
    )  # fmt: skip


def _due(source_key: str, now: datetime, full: Sequence[str]) -> Select[tuple[LinkRow]]:
    table = LinkRow.__table__
    other = table.alias("other")
    being_worked_on = (
        select(other.c.id).where(other.c.identity == table.c.identity, other.c.state == LinkState.LEASED).exists()
    )
    put_off = select(HostRow.host).where(HostRow.put_off_until > now)
    return (
        select(table)
        .where(
            table.c.source_key == source_key,
            table.c.state == LinkState.PENDING,
            table.c.next_try_at <= now,
            table.c.host.not_in(full),
            table.c.host.not_in(put_off),
            ~being_worked_on,
        )
        .order_by(table.c.next_try_at, table.c.id)
        .with_for_update(of=table, skip_locked=True)
    )


def archived_already(connection: Connection, links: Sequence[LeasedLink]) -> dict[int, int]:
    """Give article ids by link id for leased links whose article is archived under another link, whole.

    A link that was stored before is due again because its source edited it; a flash or a partial text gives way
    to the article itself: those are fetched.
    """
    if not links:
        return {}
    query = (
        select(LinkRow.id, ArticleRow.id)
        .join(ArticleRow, ArticleRow.identity == LinkRow.identity)
        .join(
            RevisionRow,
            and_(RevisionRow.article_id == ArticleRow.id, RevisionRow.revision == ArticleRow.revision),
        )
        .where(
            LinkRow.id.in_([link.id for link in links]),
            LinkRow.article_id.is_(None),
            or_(LinkRow.kind == Kind.FLASH, ArticleRow.kind == Kind.ARTICLE),
            RevisionRow.partial.is_(False),
        )
    )
    return {row[0]: row[1] for row in connection.execute(query)}


# Built once: SQLAlchemy's own work for a statement costs more than SQLite's.
_STANDING = select(LinkRow.state, LinkRow.attempts, LinkRow.leased_run).where(LinkRow.id == bindparam("link_id"))
_SETTLE = (
    update(LinkRow)
    .where(LinkRow.id == bindparam("link_id"))
    .values(
        state=bindparam("new_state"), attempts=bindparam("tries"), reason=bindparam("reason"),
        reason_text=bindparam("reason_text"), next_try_at=bindparam("due"), leased_run=None, lease_until=None,
        article_id=func.coalesce(bindparam("led_to", type_=BigInteger), LinkRow.article_id),
    )
)  # fmt: skip
_INSERT_ATTEMPT = insert(AttemptRow)
_ARTICLE_OF = select(LinkRow.article_id).where(LinkRow.id == bindparam("link_id"))


def settle(connection: Connection, ending: Ending, *, run_id: int | None, now: datetime) -> LinkState:
    """Write how a try ended, with its attempt; give the state that the link now has.

    Raises:
        LinkStateError: the link is not leased by this run: its lease ran out and another run has it.
    """
    row = connection.execute(_STANDING, {"link_id": ending.link_id}).one()
    if row.state != LinkState.LEASED or row.leased_run != run_id:
        raise LinkStateError(f"link {ending.link_id} is {row.state} (run {row.leased_run}), not leased by run {run_id}")
    attempts = row.attempts + ending.counts
    state, next_try_at = ending.state, None
    if ending.retry:
        state = LinkState.PENDING if attempts < MAX_ATTEMPTS else LinkState.FAILED
        next_try_at = _next_try(ending, attempts, now) if state is LinkState.PENDING else None
    told = {"reason": ending.reason, "reason_text": ending.text or None}
    connection.execute(
        _SETTLE,
        {
            "link_id": ending.link_id, "new_state": state, "tries": attempts, "due": next_try_at,
            "led_to": ending.article_id, **told,
        },
    )  # fmt: skip
    connection.execute(
        _INSERT_ATTEMPT, {"link_id": ending.link_id, "run_id": run_id, "at": now, "state": state, **told}
    )
    return state


def ended_by(connection: Connection, link_id: int, run_id: int) -> Ending | None:
    """Give how this run ended a link, if the link's last try was this run's.

    A connection that breaks at the commit leaves open whether it happened: this tells.
    """
    query = select(AttemptRow.__table__).where(AttemptRow.link_id == link_id).order_by(AttemptRow.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None or row.run_id != run_id:
        return None
    return Ending(link_id, LinkState(row.state), row.reason and Reason(row.reason), row.reason_text or "")


def has_ended(connection: Connection, link_id: int) -> bool:
    """Tell whether a link needs no more work."""
    row = connection.execute(_STANDING, {"link_id": link_id}).one()
    return LinkState(row.state) in _ENDED


def renew(connection: Connection, run_id: int, *, now: datetime, lease_for: timedelta) -> int:
    """Let all leases of a run last `lease_for` from now on; give how many: its process still works."""
    result = connection.execute(
        update(LinkRow)
        .where(LinkRow.state == LinkState.LEASED, LinkRow.leased_run == run_id)
        .values(lease_until=now + lease_for)
    )
    return result.rowcount


def article_of(connection: Connection, link_id: int) -> int | None:
    """Give the article that a link led to before, None where it led to none."""
    return connection.scalar(_ARTICLE_OF, {"link_id": link_id})


def _next_try(ending: Ending, attempts: int, now: datetime) -> datetime:
    if ending.not_before is not None and not ending.counts:
        return ending.not_before
    due = now + backoff(max(attempts, 1))
    return max(due, ending.not_before) if ending.not_before is not None else due


def backoff(attempts: int) -> timedelta:
    """Give the wait before the next try after `attempts` failed ones: doubling, capped, with a quarter of jitter."""
    wait: timedelta = min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY)
    return wait * random.uniform(0.75, 1.25)  # noqa: S311  # spreads load, keeps no secret


def release(connection: Connection, run_ids: Sequence[int], *, now: datetime, keep: Collection[int] = ()) -> int:
    """Give back all links that these runs hold, but for those to `keep`, due at once; give how many."""
    result = connection.execute(
        update(LinkRow)
        .where(LinkRow.state == LinkState.LEASED, LinkRow.leased_run.in_(run_ids), LinkRow.id.not_in(keep))
        .values(state=LinkState.PENDING, next_try_at=now, leased_run=None, lease_until=None)
    )
    return result.rowcount


def release_expired(connection: Connection, *, now: datetime) -> int:
    """Give back all links whose lease ran out: their process hangs, or its machine is gone; give how many."""
    result = connection.execute(
        update(LinkRow)
        .where(LinkRow.state == LinkState.LEASED, LinkRow.lease_until < now)
        .values(state=LinkState.PENDING, next_try_at=now, leased_run=None, lease_until=None)
    )
    return result.rowcount
