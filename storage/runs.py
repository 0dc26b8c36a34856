"""Runs and their counts: one row for each crawl of one source."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from socket import gethostname

from sqlalchemy import Connection, insert, select, update

from storage.models import RunRow


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


@dataclass(frozen=True, slots=True)
class Process:
    """A process that can be told from all others; `started` in clock ticks since boot, None where unknown."""

    host: str
    pid: int
    started: int | None


def this_process() -> Process:
    """Name the process that asks."""
    return Process(this_host(), os.getpid(), started(os.getpid()))


def this_host() -> str:
    """Name this machine and its boot: a process number means something only within one boot."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    return f"{gethostname()}/{boot.read_text().strip()}" if boot.exists() else gethostname()


def started(pid: int) -> int | None:
    """Give when a process of this machine began, in clock ticks since boot; None where the system does not tell.

    Source: proc_pid_stat(5), field 22; the second field, the program's name, may hold spaces and brackets.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[19])


def is_gone(process: Process) -> bool:
    """Tell whether a process surely ended: it ran on this machine, and none, or another one, has its number now.

    A process of another machine is never called gone; its leases end by their time.
    """
    if process.host != this_host():
        # The same machine after a reboot has no processes of before.
        return process.host.partition("/")[0] == gethostname() and "/" in process.host
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return process.started is not None and started(process.pid) not in {None, process.started}


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
    now: datetime,
) -> None:
    """Write how a run ended."""
    connection.execute(
        update(RunRow)
        .where(RunRow.id == run_id)
        .values(
            state=state, ended_at=now, counts=json.dumps(dict(counts)),
            problems=json.dumps(list(problems), ensure_ascii=False),
        )
    )  # fmt: skip


def unfinished(connection: Connection) -> dict[int, Process]:
    """Give the processes of every run that has no end, by the run's id."""
    query = select(RunRow.id, RunRow.host, RunRow.pid, RunRow.pid_started).where(RunRow.state == RunState.RUNNING)
    return {row.id: Process(row.host, row.pid, row.pid_started) for row in connection.execute(query)}


def close_gone(connection: Connection, run_ids: Sequence[int], *, now: datetime) -> None:
    """Write down that these runs' processes ended without a word; what they held is given back elsewhere."""
    problem = json.dumps(["its process was killed, or its machine went down; what it held is due again"])
    connection.execute(
        update(RunRow).where(RunRow.id.in_(run_ids)).values(state=RunState.FAILED, ended_at=now, problems=problem)
    )


def latest(connection: Connection, *, limit: int, source_key: str | None = None) -> list[Run]:
    """Give the newest runs first."""
    query = select(RunRow.__table__).order_by(RunRow.id.desc()).limit(limit)
    if source_key is not None:
        query = query.where(RunRow.source_key == source_key)
    return [
        Run(
            id=row.id, source_key=row.source_key, spider=row.spider, state=RunState(row.state),
            started_at=row.started_at, ended_at=row.ended_at, counts=json.loads(row.counts),
            problems=tuple(json.loads(row.problems)),
        )
        for row in connection.execute(query)
    ]  # fmt: skip
