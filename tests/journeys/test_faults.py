"""Real crawls under real faults: killed, stopped, locked out, without a server, without room; nothing is lost.

These are small; `make faults` does the same a hundred times.
"""

from __future__ import annotations

from benchmarks.faults.archives import full_disk, locked, postgres_away, stopped_while_locked
from benchmarks.faults.ends import kills, stops
from tests.journeys.conftest import Crawler


def test_killed_crawls_lose_nothing_and_store_nothing_twice() -> None:
    assert kills(4, seed=7).faults == ()


def test_crawls_that_are_asked_to_end_do_so_in_time_and_tell_the_truth() -> None:
    assert stops(4, seed=7).faults == ()


def test_a_crawl_that_waits_for_a_lock_can_be_ended_and_the_next_one_closes_its_run() -> None:
    assert stopped_while_locked(1, seed=7).faults == ()


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


def test_what_is_worth_a_warning_is_told_and_degrades_no_run(crawler: Crawler) -> None:
    result = crawler.crawl("api", "-a", "source=cls-telegraph", DISK_WARN_MB="900000000")
    assert result.returncode == 0, result.stderr
    assert "DISK_WARN_MB" in result.stderr
    (run,) = crawler.rows("SELECT state, problems FROM run_status")
    assert run["state"] == "ok"
    assert '"warning: ' in run["problems"]


def test_below_the_floor_a_crawl_waits_and_stores_nothing(crawler: Crawler) -> None:
    settings = {"DISK_FLOOR_MB": "900000000", "STORE_PATIENCE_S": "1"}
    result = crawler.crawl("api", "-a", "source=cls-telegraph", **settings)
    assert result.returncode == 2, result.stderr
    assert "DISK_FLOOR_MB" in result.stderr
    assert crawler.rows("SELECT * FROM article_current") == []
    (run,) = crawler.rows("SELECT state FROM run_status")
    assert run["state"] == "failed"
    assert crawler.crawl("api", "-a", "source=cls-telegraph").returncode == 0
