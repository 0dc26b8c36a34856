"""The service: real processes at their times, none twice at once, never more than allowed, a clean end."""

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
from hypothesis import given
from hypothesis import strategies as st

from crawler.schedule import scheduled
from crawler.sources import Source

ROOT = Path(__file__).parents[2]
NOW = datetime(2025, 6, 11, 9, 17, tzinfo=UTC)


def source(key: str, schedule: str | None = "0 3 * * *", *, zone: str = "UTC", enabled: bool = True) -> Source:
    return Source.model_validate(
        {"key": key, "kind": "feed", "url": f"https://{key}.example.org/rss", "schedule": schedule, "timezone": zone,
         "enabled": enabled}
    )  # fmt: skip


def test_only_enabled_sources_with_a_schedule_have_a_time_and_the_soonest_is_first() -> None:
    sources = [source("late", "0 8 * * *"), source("soon", "*/15 * * * *"), source("off", enabled=False)]
    times = scheduled([*sources, source("by-hand", None)], NOW)
    assert [(one.key, at) for one, at in times] == [
        ("soon", datetime(2025, 6, 11, 9, 30, tzinfo=UTC)),
        ("late", datetime(2025, 6, 12, 8, tzinfo=UTC)),
    ]


def test_a_cron_line_is_read_in_the_zone_of_its_source() -> None:
    ((_, at),) = scheduled([source("shanghai", "30 18 * * *", zone="Asia/Shanghai")], NOW)
    assert at == datetime(2025, 6, 11, 10, 30, tzinfo=UTC)
    assert at.utcoffset() == timedelta(hours=8)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.integers(0, 59), st.integers(0, 23))
def test_a_next_time_is_within_a_day_and_never_past(now: datetime, minute: int, hour: int) -> None:
    aware = now.replace(tzinfo=UTC)
    ((_, at),) = scheduled([source("daily", f"{minute} {hour} * * *")], aware)
    assert aware <= at <= aware + timedelta(days=1)
    assert (at.minute, at.hour) == (minute, hour)


# The service, as a program

_SERVICE = """
import asyncio, logging, sys
from datetime import UTC, datetime
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger
from crawler.schedule import Service
from crawler.sources import Source

folder, script, at_once, every_s, stop_s, *keys = sys.argv[1:]
logging.basicConfig(level=logging.INFO, stream=sys.stderr)
sources = [
    Source.model_validate({"key": key, "kind": "feed", "url": "https://example.org/", "schedule": "0 0 1 1 *"})
    for key in keys
]
def trigger(source):
    return IntervalTrigger(seconds=float(every_s), timezone=UTC) if float(every_s) else DateTrigger(datetime.now(UTC))
service = Service(
    sources, [sys.executable, script, folder], at_once=int(at_once), stop_s=float(stop_s),
    trigger=trigger,
)
asyncio.run(service.run())
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
    sys.exit(0)
signal.signal(signal.SIGTERM, signal.SIG_IGN if key.startswith("stubborn") else stopped)
note("begin")
time.sleep(60 if key.startswith(("long", "stubborn")) else 0.3)
signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a signal from here on changes nothing
note("end")
sys.exit(3 if key.startswith("bad") else 0)
"""


@contextmanager
def service(
    folder: Path, *keys: str, at_once: int = 4, every_s: float = 0, stop_s: float = 20
) -> Iterator[subprocess.Popen[str]]:
    script = folder / "crawl.py"
    script.write_text(_CRAWL, encoding="utf-8")
    words = (str(folder), str(script), str(at_once), str(every_s), str(stop_s), *keys)
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
    with service(tmp_path, "busy", every_s=0.1) as running:
        wait_for(running, *["end"] * 4)
        end(running)
    assert most_at_once(notes(tmp_path)) == 1


def test_a_crawl_that_fails_is_told_and_comes_again(tmp_path: Path) -> None:
    with service(tmp_path, "bad", every_s=0.5) as running:
        wait_for(running, *["end"] * 2)
        log = end(running)
    assert "crawl of bad ended with exit code 3" in log


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
    assert "crawl of stubborn did not end within 0.5 s and is killed" in log
    assert not any(psutil.pid_exists(pid) for _, _, pid in notes(tmp_path))
