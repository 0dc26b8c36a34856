"""When sources are crawled: their cron lines as times, and the time that is due now. Pure; the service is next door."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from crawler.sources import Source

_LATELY = timedelta(days=1)


def cron(schedule: str, timezone: str) -> CronTrigger:
    """Give the times of a cron line (minute hour day month weekday) in an IANA zone."""
    return CronTrigger.from_crontab(schedule, timezone=ZoneInfo(timezone))


def scheduled(sources: Iterable[Source], now: datetime) -> list[tuple[Source, datetime]]:
    """Give the sources that run by themselves with their next time, soonest first, in each source's zone."""
    times = [
        (source, cron(source.schedule, source.timezone).get_next_fire_time(None, now))
        for source in sources
        if source.enabled and source.schedule is not None
    ]
    return sorted(((source, time) for source, time in times if time is not None), key=lambda pair: pair[1])


def latest_due(trigger: BaseTrigger, after: datetime, now: datetime) -> datetime | None:
    """Give the latest whole second after `after`, up to `now`, at which a trigger fires; None where there is none.

    However many times were missed, by sleep, a stopped service or a clock that jumped: they are due once.

    >>> from datetime import UTC
    >>> hourly, noon = cron("0 * * * *", "UTC"), datetime(2025, 6, 11, 12, tzinfo=UTC)
    >>> latest_due(hourly, noon - timedelta(days=9), noon).hour, latest_due(hourly, noon, noon)
    (12, None)
    """
    lately = max(after, now - _LATELY)
    found = _last_between(trigger, lately, now)
    return found if found is not None or lately == after else _last_between(trigger, after, lately)


def _last_between(trigger: BaseTrigger, after: datetime, until: datetime) -> datetime | None:
    last = None
    at = after
    while (fires := trigger.get_next_fire_time(None, at + timedelta(microseconds=1))) and at < fires <= until:
        at = fires
        if (second := fires.replace(microsecond=0)) > after:
            last = second
    return last
