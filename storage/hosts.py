"""Hosts that are put off: not to be asked before a time, in this run or any later one, whoever crawls.

A host says so itself (Retry-After), or it cannot be asked properly now: its robots.txt does not come, it shows
captchas. Then the wait doubles each time in a row. All functions work inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import Connection, Row, delete, func, select, true, update

from storage.database import insert_ignore
from storage.models import HostRow, LinkRow
from storage.reasons import Reason
from storage.types import LinkState

FIRST_WAIT: Mapping[Reason, timedelta] = MappingProxyType(
    {
        Reason.CAPTCHA: timedelta(hours=1),
        Reason.ROBOTS: timedelta(minutes=5),
        Reason.UNREACHABLE: timedelta(minutes=2),
    }
)
"""How long a host is put off the first time, where it names no time itself; each time in a row twice as long.

All longer than a run waits.
"""

LONGEST_WAIT = timedelta(days=1)
"""No host that names no time is left alone for longer."""


@dataclass(frozen=True, slots=True)
class PutOff:
    """A host that is not asked before `until`; `text` is what happened, in a person's words."""

    host: str
    until: datetime
    reason: Reason
    text: str
    times: int = 1
    """So often in a row."""
    at: datetime | None = field(default=None, compare=False)
    """When it was put off, where the archive told it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A host that is put off, with how many pending links of a source lie on it."""

    put_off: PutOff
    links: int


def first_wait(reason: Reason) -> timedelta:
    """Give how long a host is put off that names no time itself."""
    return FIRST_WAIT.get(reason, FIRST_WAIT[Reason.UNREACHABLE])


def whole_second(moment: datetime) -> datetime:
    """Give the next whole second: the archive keeps no fractions, and nobody is to be asked a moment too early."""
    return moment if not moment.microsecond else moment.replace(microsecond=0) + timedelta(seconds=1)


def put_off(
    connection: Connection, host: str, *, reason: Reason, text: str, now: datetime, wait: timedelta | None = None
) -> PutOff:
    """Put a host off for the time that it asked for, or by our own measure; give the standing put-off.

    What stands already is never shortened, and counts once however many links told it.
    """
    row = connection.execute(select(HostRow.__table__).where(HostRow.host == host)).one_or_none()
    is_standing = row is not None and row.put_off_until > now
    times = 1 if row is None else row.times + (not is_standing)
    until = whole_second(now + (wait if wait is not None else _wait(reason, times)))
    if row is None:
        # Another crawler may have put it off between the look-up and here.
        connection.execute(
            insert_ignore(connection, HostRow).values(
                host=host, put_off_until=until, times=times, reason=reason, reason_text=text, at=now
            )
        )
    elif not is_standing or until > row.put_off_until:
        connection.execute(
            update(HostRow)
            .where(HostRow.host == host)
            .values(put_off_until=until, times=times, reason=reason, reason_text=text, at=now)
        )
    else:
        return _read(row)
    return PutOff(host, until, reason, text, times)


def _wait(reason: Reason, times: int) -> timedelta:
    doublings = min(times - 1, 20)
    longest: timedelta = min(first_wait(reason) * 2**doublings, LONGEST_WAIT)
    return longest


def answered(connection: Connection, hosts: Iterable[str], *, now: datetime) -> None:
    """Forget put-offs that are over, of hosts that gave what they were asked for: the next one begins anew."""
    connection.execute(delete(HostRow).where(HostRow.host.in_(set(hosts)), HostRow.put_off_until <= now))


def standing(connection: Connection, *, now: datetime) -> list[PutOff]:
    """Give all hosts that are not to be asked now, those first that may be asked soonest."""
    query = select(HostRow.__table__).where(HostRow.put_off_until > now).order_by(HostRow.put_off_until, HostRow.host)
    return [_read(row) for row in connection.execute(query)]


def of_host(connection: Connection, host: str) -> PutOff | None:
    """Give a host's last put-off, over or not; None where it was never put off, or answered since."""
    row = connection.execute(select(HostRow.__table__).where(HostRow.host == host)).one_or_none()
    return _read(row) if row is not None else None


def waiting(connection: Connection, source_key: str = "", *, now: datetime) -> list[Waiting]:
    """Give the hosts put off on which links of a source wait, "" for any."""
    query = (
        select(HostRow.__table__, func.count())
        .join(LinkRow, LinkRow.host == HostRow.host)
        .where(HostRow.put_off_until > now, LinkRow.state == LinkState.PENDING)
        .where(LinkRow.source_key == source_key if source_key else true())
        .group_by(*HostRow.__table__.columns)
        .order_by(HostRow.host)
    )
    return [Waiting(_read(row), row[-1]) for row in connection.execute(query)]


def _read(row: Row[tuple[HostRow]]) -> PutOff:
    return PutOff(row.host, row.put_off_until, Reason(row.reason), row.reason_text, row.times, row.at)
