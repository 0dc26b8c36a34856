"""Runs and their counts: one row for each crawl of one source."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, case, func, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from storage.models import RunRow
from storage.processes import Process, is_gone, this_process

_ELSEWHERE = timedelta(hours=6)
"""How long a run of another machine, which cannot be looked at, is believed to go on."""

UNMEASURED: Mapping[str, object] = MappingProxyType({})


class RunState(StrEnum):
    """How a run stands or ended."""

    RUNNING = "running"
    OK = "ok"
    DEGRADED = "degraded"
    """It ended, but something is not archived that should be; `problems` says what."""
    FAILED = "failed"
    """It could not do its work."""


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl of one source; `ended_at` is None while it runs, or for ever if it was killed."""

    id: int
    source_key: str
    spider: str
    state: RunState
    started_at: datetime
    ended_at: datetime | None
    counts: dict[str, int]
    problems: tuple[str, ...]
    measures: dict[str, Any]
    """What it took: seconds, cpu_seconds, peak_memory_bytes, requests, bytes ... (`crawler/measures.py`)."""
    process: Process

    @property
    def was_killed(self) -> bool:
        """Its process is gone and wrote no end; the next crawl on its machine closes it as failed."""
        return self.state is RunState.RUNNING and is_gone(self.process)


def start(connection: Connection, *, source_key: str, spider: str, now: datetime) -> int:
    """Open a run of this process and give its id."""
    me = this_process()
    values = {
        "source_key": source_key, "spider": spider, "state": RunState.RUNNING, "started_at": now,
        "host": me.host, "pid": me.pid, "pid_started": me.started, "counts": "{}", "problems": "[]",
    }  # fmt: skip
    run_id: int = connection.execute(insert(RunRow).values(**values).returning(RunRow.id)).scalar_one()
    return run_id


def finish(
    connection: Connection,
    run_id: int,
    *,
    state: RunState,
    counts: Mapping[str, int],
    problems: Sequence[str],
    measures: Mapping[str, object] = UNMEASURED,
    now: datetime,
) -> None:
    """Write how a run ended, and what it took."""
    connection.execute(
        update(RunRow)
        .where(RunRow.id == run_id)
        .values(
            state=state, ended_at=now, counts=json.dumps(dict(counts)),
            problems=json.dumps(list(problems), ensure_ascii=False), measures=json.dumps(dict(measures)),
        )
    )  # fmt: skip


def unfinished(connection: Connection) -> dict[int, Process]:
    """Give the processes of every run that has no end, by the run's id."""
    query = select(RunRow.id, RunRow.host, RunRow.pid, RunRow.pid_started).where(RunRow.state == RunState.RUNNING)
    return {row.id: Process(row.host, row.pid, row.pid_started) for row in connection.execute(query)}


def under_way(connection: Connection, *, now: datetime) -> set[str]:
    """Give the sources that a living process crawls now; one of another machine counts for some hours."""
    query = select(RunRow.source_key, RunRow.host, RunRow.pid, RunRow.pid_started, RunRow.started_at).where(
        RunRow.state == RunState.RUNNING
    )
    here = this_process().host
    return {
        row.source_key
        for row in connection.execute(query)
        if not is_gone(Process(row.host, row.pid, row.pid_started))
        and (row.host == here or now - row.started_at < _ELSEWHERE)
    }


def close_gone(connection: Connection, run_ids: Sequence[int], *, now: datetime) -> None:
    """Write down that these runs' processes ended without a word; what they held is given back elsewhere."""
    problem = json.dumps(["its process was killed, or its machine went down; what it held is due again"])
    connection.execute(
        update(RunRow).where(RunRow.id.in_(run_ids)).values(state=RunState.FAILED, ended_at=now, problems=problem)
    )


def latest(
    connection: Connection, *, limit: int, source_key: str | None = None, state: RunState | None = None
) -> list[Run]:
    """Give the newest runs first."""
    query = select(RunRow.__table__).order_by(RunRow.id.desc()).limit(limit)
    if source_key is not None:
        query = query.where(RunRow.source_key == source_key)
    if state is not None:
        query = query.where(RunRow.state == state)
    return [_read(row) for row in connection.execute(query)]


def find(connection: Connection, run_id: int) -> Run | None:
    """Give one run."""
    row = connection.execute(select(RunRow.__table__).where(RunRow.id == run_id)).one_or_none()
    return _read(row) if row is not None else None


def latest_of_each(connection: Connection, *, of_each: int, since: datetime) -> dict[str, list[Run]]:
    """Give the newest runs of each source that began since then, newest first; only failed ones with problems."""
    first = recent_start(connection, RunRow.id, RunRow.started_at, since)
    if first is None:
        return {}
    place = func.row_number().over(partition_by=RunRow.source_key, order_by=RunRow.id.desc())
    numbered = select(RunRow.id, place.label("place")).where(RunRow.id >= first).subquery()
    columns = [column for column in RunRow.__table__.c if column.name != "problems"]
    # A thousand texts of each run would be read for nothing.
    problems = case((RunRow.state == RunState.FAILED, RunRow.problems), else_="[]").label("problems")
    query = (
        select(*columns, problems)
        .join(numbered, numbered.c.id == RunRow.id)
        .where(numbered.c.place <= of_each)
        .order_by(RunRow.id.desc())
    )
    found: dict[str, list[Run]] = {}
    for row in connection.execute(query):
        found.setdefault(row.source_key, []).append(_read(row))
    return found


def recent_start(
    connection: Connection, key: InstrumentedAttribute[int], at: InstrumentedAttribute[datetime], since: datetime
) -> int | None:
    """Give the first number of a table whose rows are numbered in the order of their times since then; None: no row.

    Walks back from the newest row, so that it costs what is recent, not what the archive holds. After a clock that
    was set back for a while, rows from before that are not found until its time is over.
    """
    before = connection.scalar(select(key).where(at < since).order_by(key.desc()).limit(1))
    query = select(func.min(key)) if before is None else select(func.min(key)).where(key > before)
    return connection.scalar(query)


def _read(row: Any) -> Run:
    return Run(
        id=row.id, source_key=row.source_key, spider=row.spider, state=RunState(row.state),
        started_at=row.started_at, ended_at=row.ended_at, counts=json.loads(row.counts),
        problems=tuple(json.loads(row.problems)), measures=json.loads(row.measures),
        process=Process(row.host, row.pid, row.pid_started),
    )  # fmt: skip
