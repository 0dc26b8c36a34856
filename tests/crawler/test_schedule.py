"""Cron lines in their zones; what was missed is due once, whatever happened in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from apscheduler.triggers.cron import CronTrigger
from hypothesis import given
from hypothesis import strategies as st

from crawler.schedule import cron, latest_due, scheduled
from crawler.sources import Source

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


HOURLY = cron("0 * * * *", "UTC")


def test_what_was_missed_for_days_is_due_once() -> None:
    due = latest_due(HOURLY, NOW - timedelta(days=9), NOW)
    assert due == datetime(2025, 6, 11, 9, tzinfo=UTC)
    assert latest_due(HOURLY, due, NOW) is None


def test_a_time_of_months_ago_is_made_up_for() -> None:
    yearly = cron("0 3 1 1 *", "Asia/Shanghai")
    assert latest_due(yearly, datetime(2024, 12, 1, tzinfo=UTC), NOW) == datetime(2024, 12, 31, 19, tzinfo=UTC)
    assert latest_due(yearly, datetime(2025, 1, 1, tzinfo=UTC), NOW) is None


def test_nothing_is_due_when_the_clock_went_back() -> None:
    assert latest_due(HOURLY, NOW + timedelta(minutes=30), NOW) is None


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.integers(0, 200_000), st.integers(1, 59))
def test_what_is_due_is_the_last_time_of_the_cron_line(now: datetime, seconds: int, every: int) -> None:
    until = now.replace(tzinfo=UTC)
    after = until - timedelta(seconds=seconds)
    trigger = CronTrigger(minute=f"*/{every}", timezone=UTC)
    due = latest_due(trigger, after, until)
    following = trigger.get_next_fire_time(None, (due or after) + timedelta(microseconds=1))
    assert due is None or after < due <= until
    assert following is None or following > until
