"""The service: real processes at their times, none twice at once, never more than allowed, one service at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from crawler.schedule import cron, latest_due
from storage import ticks
from storage.archive import open_archive
from storage.config import Location

ROOT = Path(__file__).parents[2]

_SERVICE = """
import asyncio, logging, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from crawler.service import Chore, Job, Service
from storage.archive import open_archive
from storage.config import Location

folder, script, times, at_once, at_most_s, stop_s, *keys = sys.argv[1:]
logging.basicConfig(level=logging.INFO, stream=sys.stderr)
soon = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
trigger = DateTrigger(soon) if times == "once" else (
    CronTrigger(second="*", timezone=UTC) if times == "seconds" else CronTrigger.from_crontab(times, timezone=UTC)
)
archive = open_archive(Location(f"sqlite:///{folder}/archive.db", Path(folder) / "captures"))
jobs = [Job(key, trigger, (sys.executable, script, folder, key)) for key in keys]
chores = [Chore("@chore", CronTrigger(second="*", timezone=UTC), lambda: print("chore", flush=True))]
service = Service(
    archive, jobs, chores=chores, at_once=int(at_once), at_most_s=float(at_most_s), stop_s=float(stop_s), look_s=0.3,
)
asyncio.run(service.run())
archive.close()
"""

_CRAWL = """
import os, signal, sys, time
folder, key = sys.argv[1:]
def note(word):
    with open(os.path.join(folder, "notes"), "a") as notes:
        notes.write(f"{word} {key} {os.getpid()}\\n")
    os.write(1, f"{word}\\n".encode())  # at once: two crawls share this pipe
def stopped(number, frame):
    note("stopped")
    sys.exit(1)  # as a crawl that was stopped
signal.signal(signal.SIGTERM, signal.SIG_IGN if key.startswith("stubborn") else stopped)
note("begin")
time.sleep(60 if key.startswith(("long", "stubborn")) else 0.3)
signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a signal from here on changes nothing
note("end")
os._exit(3 if key.startswith("bad") else 0)  # Python's own end would listen to the signal again
"""


@contextmanager
def service(
    folder: Path, *keys: str, times: str = "once", at_once: int = 4, at_most_s: float = 60, stop_s: float = 20
) -> Iterator[subprocess.Popen[str]]:
    script = folder / "crawl.py"
    script.write_text(_CRAWL, encoding="utf-8")
    words = (str(folder), str(script), times, str(at_once), str(at_most_s), str(stop_s), *keys)
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVICE, *words], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    with process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(process: subprocess.Popen[str], *words: str) -> None:
    """Read what the crawls print, which is the service's own output, until these words have come."""
    assert process.stdout is not None
    left = list(words)
    while left:
        line = process.stdout.readline()
        assert line, f"the service ended before {left} came"
        if line.strip() in left:
            left.remove(line.strip())


def notes(folder: Path) -> list[tuple[str, str, int]]:
    lines = (folder / "notes").read_text(encoding="utf-8").splitlines()
    return [(word, key, int(pid)) for word, key, pid in (line.split() for line in lines)]


def most_at_once(happened: list[tuple[str, str, int]]) -> int:
    running, most = 0, 0
    for word, _, _ in happened:
        running += 1 if word == "begin" else -1
        most = max(most, running)
    return most


def end(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> str:
    """Send a signal; give what the service logged, once it has ended well."""
    process.send_signal(number)
    _, log = process.communicate(timeout=60)
    assert process.returncode == 0, log
    assert "Traceback" not in log
    return log


def test_every_source_is_crawled_and_never_more_at_once_than_allowed(tmp_path: Path) -> None:
    keys = [f"source-{number}" for number in range(6)]
    with service(tmp_path, *keys, at_once=2) as running:
        wait_for(running, *["end"] * 6)
        log = end(running)
    happened = notes(tmp_path)
    assert sorted(key for word, key, _ in happened if word == "begin") == keys
    assert most_at_once(happened) == 2
    assert log.count("ended with exit code 0") == 6


def test_one_source_is_never_crawled_twice_at_once(tmp_path: Path) -> None:
    with service(tmp_path, "busy", times="seconds") as running:
        wait_for(running, *["end"] * 4)
        end(running)
    assert most_at_once(notes(tmp_path)) == 1


def test_chores_are_done_while_crawls_take_all_places(tmp_path: Path) -> None:
    with service(tmp_path, "long", at_once=1) as running:
        wait_for(running, "begin", "chore", "chore")
        end(running)


def test_a_crawl_that_fails_is_told_and_comes_again(tmp_path: Path) -> None:
    with service(tmp_path, "bad", times="seconds") as running:
        wait_for(running, *["end"] * 2)
        log = end(running)
    assert "bad ended with exit code 3" in log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_service_and_its_crawls_and_begins_no_other(tmp_path: Path, number: int) -> None:
    with service(tmp_path, "long-1", "long-2", "long-3", at_once=2) as running:
        wait_for(running, "begin", "begin")
        end(running, number)
    happened = notes(tmp_path)
    assert sorted(word for word, _, _ in happened) == ["begin", "begin", "stopped", "stopped"]
    assert not any(psutil.pid_exists(pid) for _, _, pid in happened)


def test_a_crawl_that_does_not_end_is_killed(tmp_path: Path) -> None:
    with service(tmp_path, "stubborn", stop_s=0.5) as running:
        wait_for(running, "begin")
        log = end(running)
    assert "stubborn did not end within 0.5 s and is killed" in log
    assert not any(psutil.pid_exists(pid) for _, _, pid in notes(tmp_path))


def test_a_crawl_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with service(tmp_path, "long", at_most_s=0.5) as running:
        wait_for(running, "begin", "stopped")
        log = end(running)
    assert "long runs for more than 0.5 s and is ended" in log


def claim_of(folder: Path, job: str, at: datetime, *, after: datetime | None = None) -> None:
    """Write that a job's last time was claimed, as a service that ran then did."""
    archive = open_archive(Location(f"sqlite:///{folder}/archive.db", folder / "captures"))
    with archive.writing() as connection:
        assert ticks.claim(connection, job, at, after=after, by="an earlier service", now=at)
    archive.close()


def last_claim(folder: Path, job: str) -> datetime:
    archive = open_archive(Location(f"sqlite:///{folder}/archive.db", folder / "captures"))
    with archive.reading() as connection:
        at = ticks.last_claimed(connection)[job]
    archive.close()
    return at


def test_what_came_due_while_no_service_ran_is_made_up_for_once(tmp_path: Path) -> None:
    claim_of(tmp_path, "daily", datetime.now(UTC).replace(microsecond=0) - timedelta(days=9))
    with service(tmp_path, "daily", "other", times="0 3 * * *") as running:
        wait_for(running, "end")
        end(running)
    assert [(word, key) for word, key, _ in notes(tmp_path)] == [("begin", "daily"), ("end", "daily")]
    now = datetime.now(UTC)
    assert last_claim(tmp_path, "daily") == latest_due(cron("0 3 * * *", "UTC"), now - timedelta(days=2), now)


def test_a_clock_that_was_years_ahead_stops_nothing(tmp_path: Path) -> None:
    claim_of(tmp_path, "busy", datetime.now(UTC).replace(microsecond=0) + timedelta(days=900))
    with service(tmp_path, "busy", times="seconds") as running:
        wait_for(running, "end")
        log = end(running)
    assert "the clock was wrong" in log


def test_a_crawl_that_a_restart_cut_short_is_due_again(tmp_path: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
    claim_of(tmp_path, "long", before)
    for _ in range(2):
        with service(tmp_path, "long", times="0 3 * * *") as running:
            wait_for(running, "begin")
            end(running)
        assert last_claim(tmp_path, "long") == before
    assert [word for word, _, _ in notes(tmp_path)] == ["begin", "stopped"] * 2


def test_a_second_service_stands_by_and_leads_when_the_first_is_killed(tmp_path: Path) -> None:
    with service(tmp_path, "a", "b", "c", times="seconds") as first:
        wait_for(first, "end", "end", "end")
        with service(tmp_path, "a", "b", "c", times="seconds") as second:
            assert second.stderr is not None
            while f"standing by: process {first.pid}" not in second.stderr.readline():
                assert second.poll() is None
            wait_for(first, *["end"] * 3)
            first.kill()
            wait_for(second, *["end"] * 6)
            assert "leading" in end(second)
    for key in ("a", "b", "c"):
        assert most_at_once([one for one in notes(tmp_path) if one[1] == key]) == 1
