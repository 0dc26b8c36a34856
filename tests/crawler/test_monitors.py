"""Each monitor warns at its threshold, and says nothing where nothing is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.monitors import LEAST_SILENCE, Finding, Level, Thresholds, error_share, judge, silence_allowed
from storage import hosts
from storage.archive import Archive
from storage.health import Dates, SourceRecord
from storage.hosts import PutOff
from storage.processes import Process, this_process
from storage.reasons import Reason
from storage.runs import Run, RunState

NOW = datetime(2025, 6, 11, 9, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOBODY = Process("elsewhere/boot", 1, None)


def run(
    number: int = 1,
    state: RunState = RunState.OK,
    *,
    problems: Sequence[str] = (),
    errors: dict[str, int] | None = None,
    process: Process = NOBODY,
    **counts: int,
) -> Run:
    return Run(
        number, "a", "feed", state, NOW - HOUR * number, NOW - HOUR * number + HOUR / 9, counts, tuple(problems),
        {"errors": errors or {}}, process,
    )  # fmt: skip


def found(record: SourceRecord, **thresholds: object) -> dict[str, Finding]:
    watched = {"a": Thresholds.model_validate(thresholds)}
    return {one.monitor: one for one in judge({"a": record}, watched, [], now=NOW)}


def steady(days: int = 28, every: timedelta = HOUR * 6, until: datetime = NOW) -> dict[datetime, int]:
    number = int(timedelta(days=days) / every)
    return {until - every * back: 3 for back in reversed(range(number))}


def test_a_source_that_does_well_is_not_warned_of() -> None:
    runs = tuple(run(number, seen=20, new=3, stored=3, known=17) for number in range(1, 21))
    record = SourceRecord("a", runs, steady(), NOW - HOUR, Dates(100, 1, 1))
    assert found(record) == {}


def test_a_source_that_is_silent_for_longer_than_its_rhythm_is_warned_of() -> None:
    arrivals = steady(until=NOW - HOUR * 10)
    record = SourceRecord("a", (run(),), arrivals, max(arrivals))
    assert found(record)["silent"].text == (
        "no new article since 2025-06-10T23:17:00Z, for 10 hours; its rhythm allows 9 hours"
    )
    assert "silent" not in found(record, silent_hours=11)
    assert "silent" in found(record, silent_hours=9.5)
    assert "silent" not in found(record, silent_hours=0)


def test_weekends_belong_to_the_rhythm_and_one_outage_does_not() -> None:
    weekdays = [at for at in steady(days=28) if at.weekday() < 5]
    allowed = silence_allowed(weekdays)
    assert allowed is not None
    assert timedelta(days=2.5) < allowed < timedelta(days=4)
    daily = steady(days=28, every=timedelta(days=1))
    with_outage = [at for at in daily if not NOW - timedelta(days=14) < at < NOW - timedelta(days=7)]
    assert silence_allowed(with_outage) == timedelta(days=1.5)


def test_a_source_known_for_some_days_may_have_a_weekend_yet() -> None:
    assert silence_allowed(steady(days=4)) == timedelta(days=3)
    assert silence_allowed([]) is None
    assert silence_allowed([NOW - HOUR, NOW]) is None


@given(st.lists(st.datetimes(datetime(2025, 5, 1), datetime(2025, 6, 1)), max_size=60))
def test_a_rhythm_never_allows_less_than_a_source_took_before(times: list[datetime]) -> None:
    allowed = silence_allowed(at.replace(tzinfo=UTC) for at in times)
    assert allowed is None or allowed >= LEAST_SILENCE


def test_a_source_whose_last_article_is_older_than_all_that_is_looked_at_is_silent() -> None:
    assert "silent" in found(SourceRecord("a", (run(),), {}, NOW - timedelta(days=40)))
    assert "silent" not in found(SourceRecord("a", (run(),), {}, None))


def test_runs_that_had_work_and_stored_nothing_are_warned_of() -> None:
    idle = run(1, seen=20, known=20)
    unchanged = run(2, **{"lists-unchanged": 1})
    bad = [run(number, seen=5, new=5, rejected=5, errors={"no-article": 5}) for number in range(3, 8)]
    record = SourceRecord("a", (idle, unchanged, *bad))
    assert "the last 5 runs" in found(record)["nothing-stored"].text
    assert "nothing-stored" not in found(record, nothing_stored_runs=6)
    assert "nothing-stored" not in found(record, nothing_stored_runs=0)
    one_good = SourceRecord("a", (*bad[:4], run(9, seen=5, new=1, duplicate=1), bad[4]))
    assert "nothing-stored" not in found(one_good)


def test_lists_that_show_nothing_at_all_are_warned_of_and_unwanted_items_are_no_work() -> None:
    empty = tuple(run(number, seen=0) for number in range(1, 6))
    assert "nothing-stored" in found(SourceRecord("a", empty))
    unwanted = tuple(run(number, seen=3, rejected=3, errors={"not-wanted": 3}) for number in range(1, 9))
    assert found(SourceRecord("a", unwanted)) == {}


def test_a_failed_run_is_told_with_its_cause_and_a_good_one_after_it_ends_that() -> None:
    failed = run(2, RunState.FAILED, problems=["bad-list: https://a.example.com/rss: HTML"])
    assert found(SourceRecord("a", (failed,)))["run-failed"] == Finding(
        "a", "run-failed", Level.FAIL,
        "the last run failed (run 2, 2025-06-11T07:17:00Z): bad-list: https://a.example.com/rss: HTML",
    )  # fmt: skip
    assert "run-failed" not in found(SourceRecord("a", (run(1, stored=1), failed)))
    assert "run-failed" not in found(SourceRecord("a", (failed,)), failed_runs=2)


def test_a_run_whose_process_was_killed_has_failed_and_one_that_runs_has_not_ended() -> None:
    me = this_process()
    running = run(1, RunState.RUNNING, process=me)
    killed = run(2, RunState.RUNNING, process=Process(me.host, me.pid, 1))
    assert "its process was killed" in found(SourceRecord("a", (running, killed)))["run-failed"].text
    assert found(SourceRecord("a", (running, run(3, stored=1)))) == {}


@pytest.mark.parametrize(
    ("monitor", "reason"), [("extraction-empty", "no-article"), ("extraction-empty", "captcha"), ("errors", "blocked")]
)
def test_shares_are_judged_above_a_least_number(monitor: str, reason: str) -> None:
    def record(good: int, bad: int) -> SourceRecord:
        return SourceRecord("a", (run(1, stored=good, rejected=bad, errors={reason: bad}),))

    assert monitor in found(record(4, 6))
    assert monitor not in found(record(5, 5))
    assert monitor not in found(record(2, 7)), "nine links tell nothing"
    assert monitor in found(record(8, 2), empty_share=0.1, error_share=0.1)
    assert monitor not in found(record(0, 50), empty_share=1, error_share=1)
    assert error_share(record(4, 6)) == 0.6
    assert error_share(SourceRecord("a")) is None


def test_dates_in_the_future_and_unknown_ones_are_warned_of() -> None:
    record = SourceRecord("a", (run(),), {}, None, Dates(articles=20, unknown=11, future=2))
    assert set(found(record)) >= {"dates-in-future", "dates-unknown"}
    assert "2 of 20" in found(record)["dates-in-future"].text
    few = SourceRecord("a", (run(),), {}, None, Dates(articles=9, unknown=9, future=9))
    assert not {"dates-in-future", "dates-unknown"} & set(found(few))


def test_sources_that_nobody_watches_or_that_did_not_run_are_not_judged() -> None:
    failed = SourceRecord("a", (run(1, RunState.FAILED),))
    assert judge({"a": failed}, {"b": Thresholds()}, [], now=NOW) == []
    assert judge({"a": SourceRecord("a", ())}, {"a": Thresholds(silent_hours=1)}, [], now=NOW) == []


def test_hosts_put_off_for_long_are_told_and_many_in_one() -> None:
    def host(number: int, hours: float) -> PutOff:
        return PutOff(f"h{number}.example.com", NOW + HOUR * hours, Reason.CAPTCHA, "a check for robots", at=NOW)

    (one,) = judge({}, {}, [host(1, 24), host(2, 0.1)], now=NOW)
    assert (one.source_key, one.monitor, one.level) == ("", "put-off:h1.example.com", Level.WARN)
    assert len(judge({}, {}, [host(number, 2) for number in range(100)], now=NOW)) == 21


def test_a_host_is_put_off_in_the_archive_and_warned_of(archive: Archive) -> None:
    with archive.writing() as connection:
        for host, wait in (("long.example.com", HOUR * 24), ("short.example.com", HOUR / 6)):
            hosts.put_off(connection, host, reason=Reason.CAPTCHA, text="a check", now=NOW, wait=wait)
    with archive.reading() as connection:
        found = judge({}, {}, hosts.standing(connection, now=NOW + HOUR / 12), now=NOW)
    assert [one.text for one in found] == ["long.example.com is not asked until 2025-06-12T09:17:00Z: captcha: a check"]
