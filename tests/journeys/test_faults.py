"""Real crawls under real faults: killed, stopped, locked out, without a server, without room; nothing is lost.

These are small; `make faults` does the same a hundred times.
"""

from __future__ import annotations

from benchmarks.faults.archives import full_disk, locked, postgres_away
from benchmarks.faults.ends import kills, stops


def test_killed_crawls_lose_nothing_and_store_nothing_twice() -> None:
    assert kills(4, seed=7).faults == ()


def test_crawls_that_are_asked_to_end_do_so_in_time_and_tell_the_truth() -> None:
    assert stops(4, seed=7).faults == ()


def test_a_locked_archive_is_waited_for() -> None:
    verdict = locked(1, seed=7, seconds=3)
    assert verdict.faults == ()


def test_a_server_that_goes_away_is_waited_for() -> None:
    verdict = postgres_away(1, seed=7, seconds=3)
    assert verdict.faults == ()
    assert verdict.met == 1


def test_a_full_disk_is_waited_for() -> None:
    verdict = full_disk(1, seed=7, seconds=2)
    assert verdict.faults == ()
    assert verdict.met == 1
