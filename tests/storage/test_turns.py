"""The schedule over one archive: one scheduler leads, each time is claimed once, nothing due is forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest

from storage import locks, turns
from storage.archive import Archive, open_archive
from storage.config import Location
from storage.processes import Process, from_text, this_process, to_text
from storage.turns import LEAD_FOR, LOCK, Claim

ME, OTHER = Process("desk/boot", 1, 11), Process("shelf/boot", 2, None)
NOON = datetime(2025, 6, 11, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def every_minute(now: datetime) -> turns.LatestDue:
    """A job that is due at each minute."""
    minute = now.replace(second=0)
    return lambda after: minute if minute > after else None


def take(
    archive: Archive, me: Process, now: datetime, *, jobs: str = "a", room: int = 9, running: str = ""
) -> turns.Turn:
    with archive.writing() as connection:
        due = {job: every_minute(now) for job in jobs}
        return turns.take(connection, me, due, running=set(running), room=room, now=now)


def claimed(turn: turns.Turn) -> str:
    return "".join(one.job for one in turn.claims)


@pytest.mark.parametrize("process", [ME, OTHER, this_process()])
def test_a_process_is_read_as_it_was_written(process: Process) -> None:
    assert from_text(to_text(process)) == process


def test_a_new_job_is_due_from_its_first_sight_on_and_each_time_once(archive: Archive) -> None:
    assert claimed(take(archive, ME, NOON)) == ""
    assert claimed(take(archive, ME, NOON + MINUTE)) == "a"
    assert claimed(take(archive, ME, NOON + MINUTE)) == ""
    assert claimed(take(archive, ME, NOON + 500 * MINUTE)) == "a"


def test_what_finds_no_room_stays_due_and_the_longest_due_comes_first(archive: Archive) -> None:
    take(archive, ME, NOON, jobs="b")
    take(archive, ME, NOON + MINUTE, jobs="ab")
    assert claimed(take(archive, ME, NOON + 2 * MINUTE, jobs="ab", room=0)) == ""
    assert len(claimed(take(archive, ME, NOON + 2 * MINUTE, jobs="ab", room=1))) == 1
    assert len(claimed(take(archive, ME, NOON + 2 * MINUTE, jobs="ab", room=1))) == 1
    assert claimed(take(archive, ME, NOON + 2 * MINUTE, jobs="ab", room=1)) == ""


def test_a_job_that_runs_is_not_begun_and_stays_due(archive: Archive) -> None:
    take(archive, ME, NOON)
    assert claimed(take(archive, ME, NOON + MINUTE, running="a")) == ""
    archive.start_run("a", "feed")  # by hand, in this living process
    assert claimed(take(archive, ME, NOON + MINUTE)) == ""
    assert claimed(take(archive, ME, NOON + MINUTE, jobs="b")) == ""


def test_a_second_scheduler_stands_by_until_the_first_is_not_heard_of(archive: Archive) -> None:
    take(archive, ME, NOON)
    assert take(archive, OTHER, NOON + MINUTE / 2).leader == ME
    assert claimed(take(archive, OTHER, NOON + MINUTE / 2 + LEAD_FOR)) == "a"
    assert take(archive, ME, NOON + 2 * MINUTE).leader == OTHER


def test_a_scheduler_that_ends_lets_another_lead_and_gives_back_what_it_did_not_finish(archive: Archive) -> None:
    take(archive, ME, NOON)
    turn = take(archive, ME, NOON + MINUTE)
    with archive.writing() as connection:
        turns.put_down(connection, ME, turn.claims, now=NOON + MINUTE)
        assert locks.holder_of(connection, LOCK) is None
    again = take(archive, OTHER, NOON + MINUTE)
    assert again.claims == (Claim("a", NOON + MINUTE, NOON),)


def test_a_scheduler_whose_process_is_gone_from_this_machine_leads_no_longer(archive: Archive) -> None:
    here = this_process()
    gone = Process(here.host, here.pid, (here.started or 0) - 1)
    assert take(archive, gone, NOON).leader is None
    assert take(archive, here, NOON).leader is None


def test_a_thousand_ticks_with_two_schedulers_that_both_believe_to_lead_run_nothing_twice(
    archive_url: str, tmp_path: Path
) -> None:
    ticks = 1000 if archive_url.startswith("sqlite") else 300
    archives = [open_archive(Location(archive_url, tmp_path / name)) for name in ("one", "two")]
    barrier = Barrier(2)
    take(archives[0], ME, NOON, jobs="ab")

    def schedule(number: int) -> list[Claim]:
        mine: list[Claim] = []
        for tick in range(1, ticks + 1):
            now = NOON + tick * (LEAD_FOR + MINUTE)  # the lock has run out each time: both want it
            barrier.wait()
            mine += take(archives[number], (ME, OTHER)[number], now, jobs="ab").claims
        return mine

    with ThreadPoolExecutor(2) as pool:
        both: list[Callable[[], list[Claim]]] = [partial(schedule, number) for number in (0, 1)]
        claims = [claim for future in [pool.submit(one) for one in both] for claim in future.result()]
    for archive in archives:
        archive.close()
    counts = Counter((claim.job, claim.at) for claim in claims)
    assert len(counts) == 2 * ticks
    assert max(counts.values()) == 1
