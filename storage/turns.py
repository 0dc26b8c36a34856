"""The schedule's turns: one scheduler leads an archive, and each time at which a job is due is claimed in it, once.

Two schedulers that both believe to lead still run nothing twice. All functions work inside the caller's transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from storage import locks, runs, ticks
from storage.processes import Process, to_text

LOCK = "schedule"
"""The lock's name; the time until which it is held tells when the leading scheduler was last heard of."""

LEAD_FOR = timedelta(seconds=60)
"""How long a scheduler that is not heard of leads; not at all once its process is gone from this machine."""

_CLOCK_BACK = timedelta(hours=1)

_log = logging.getLogger(__name__)

LatestDue = Callable[[datetime], datetime | None]
"""Gives the latest time after a given one at which a job is due by now, None where it is not."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job to run now, for the time `at`; the one before was for `after`."""

    job: str
    at: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """One look at the schedule: the other scheduler that leads, or the claims that are ours to run now."""

    leader: Process | None
    claims: tuple[Claim, ...] = ()


def take(
    connection: Connection,
    me: Process,
    jobs: Mapping[str, LatestDue],
    *,
    running: Collection[str],
    room: int,
    now: datetime,
) -> Turn:
    """Claim up to `room` jobs that are due, longest due first; none that runs, here or in another process.

    A job never seen before is due from now on, so that a service which is down at its first time makes up for it.
    """
    leader = locks.take(connection, LOCK, me, until=now + LEAD_FOR, now=now)
    if leader is not None:
        return Turn(leader)
    last = _begun(connection, me, jobs, now)
    busy = {*running, *runs.under_way(connection, now=now)}
    found = {job: latest_due(last[job]) for job, latest_due in jobs.items() if job not in busy}
    due = sorted((at, job) for job, at in found.items() if at is not None)
    claims = [Claim(job, at, last[job]) for at, job in due[: max(room, 0)]]
    mine = [one for one in claims if ticks.claim(connection, one.job, one.at, after=one.after, by=to_text(me), now=now)]
    return Turn(None, tuple(mine))


def put_down(connection: Connection, me: Process, unfinished: Collection[Claim], *, now: datetime) -> None:
    """Let a standby lead at once; what was claimed and did not come to its end is due again."""
    for one in unfinished:
        ticks.claim(connection, one.job, one.after, after=one.at, by=to_text(me), now=now)
    locks.put_down(connection, LOCK, me)


def _begun(connection: Connection, me: Process, jobs: Collection[str], now: datetime) -> dict[str, datetime]:
    """Give each job's last time; begin anew where there is none, or where the clock was far ahead at it."""
    known = ticks.last_claimed(connection)
    last: dict[str, datetime] = {}
    for job in jobs:
        at = known.get(job)
        if at is not None and at - now <= _CLOCK_BACK:
            last[job] = at
            continue
        if at is not None:
            _log.warning("schedule: %s last ran at %s, which is yet to come: the clock was wrong, or is", job, at)
        ticks.claim(connection, job, now, after=at, by=to_text(me), now=now)
        last[job] = now
    return last
