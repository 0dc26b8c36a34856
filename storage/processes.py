"""Processes by names that stay true: who holds a run, a lease, a lock, and whether it still lives."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from socket import gethostname


@dataclass(frozen=True, slots=True)
class Process:
    """A process that can be told from all others; `started` in clock ticks since boot, None where unknown."""

    host: str
    pid: int
    started: int | None

    @property
    def machine(self) -> str:
        """The machine's name, without its boot."""
        return self.host.partition("/")[0]


def this_process() -> Process:
    """Name the process that asks."""
    return Process(this_host(), os.getpid(), started(os.getpid()))


def this_host() -> str:
    """Name this machine and its boot: a process number means something only within one boot."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    return f"{gethostname()}/{boot.read_text().strip()}" if boot.exists() else gethostname()


def started(pid: int) -> int | None:
    """Give when a process of this machine began, in clock ticks since boot; None where the system does not tell."""
    stat = _stat(pid)
    return int(stat[19]) if stat is not None else None


def is_gone(process: Process) -> bool:
    """Tell whether a process surely ended: it ran on this machine, and none, or another one, has its number now.

    A process of another machine is never called gone; what it holds ends by its time.
    """
    if process.host != this_host():
        # The same machine after a reboot has no processes of before.
        return process.machine == gethostname() and "/" in process.host
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    stat = _stat(process.pid)
    return stat is not None and (stat[0] == "Z" or process.started not in {None, int(stat[19])})


def to_text(process: Process) -> str:
    """Give a process as one line that `from_text` reads.

    >>> to_text(Process("desk/boot-1", 17, 4242))
    'desk/boot-1 17 4242'
    """
    return f"{process.host} {process.pid} {process.started if process.started is not None else '-'}"


def from_text(text: str) -> Process:
    """Read a process that `to_text` wrote.

    Raises:
        ValueError: the text is none.
    """
    host, pid, began = text.rsplit(" ", 2)
    return Process(host, int(pid), None if began == "-" else int(began))


def _stat(pid: int) -> list[str] | None:
    """Give a process's state and what follows it.

    Source: proc_pid_stat(5), from field 3; the second field, the program's name, may hold spaces and brackets.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()
