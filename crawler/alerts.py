"""An alert's life: it begins and ends once, is told once at each, and again at most once a day while it stands; pure.

One that comes and goes is told at most once a day, too: `storage.alerts` keeps it for a day after its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from crawler.monitors import Finding
from crawler.terminal import visible
from storage.alerts import Alert
from storage.types import iso_utc

TELL_AGAIN = timedelta(days=1)

_MOST_TOLD = 40


class News(StrEnum):
    """What there is to tell of an alert."""

    BEGUN = "begun"
    STILL = "still"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one alert in one round: as it is kept once the news are told, and where nobody took them.

    None: nothing is kept. `alert` is what the news are about; without news both are the same.
    """

    told: Alert | None
    untold: Alert | None
    news: News | None = None
    alert: Alert | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What the channels take: a title of one line, a text of some, and the alerts it is about."""

    title: str
    text: str
    alerts: tuple[tuple[News, Alert], ...] = ()


def step(before: Alert | None, finding: Finding | None, *, now: datetime) -> Step:
    """Give what becomes of the alert of one source and monitor, by what the monitor finds now."""
    if finding is None:
        return _without_finding(before, now=now)
    since = now if before is None or before.is_over else before.since
    told_at = before.told_at if before is not None else None
    alert = Alert(finding.source_key, finding.monitor, since, told_at, finding.text)
    if told_at is not None and now - told_at < TELL_AGAIN:
        return Step(alert, alert)
    news = News.STILL if _was_told(alert) else News.BEGUN
    return Step(replace(alert, told_at=now), alert, news, alert)


def _without_finding(before: Alert | None, *, now: datetime) -> Step:
    if before is None or before.told_at is None:
        return Step(None, None)
    over = replace(before, text="") if now - before.told_at < TELL_AGAIN else None
    if before.is_over or not _was_told(before):
        return Step(over, over)
    return Step(over, before, News.OVER, before)


def _was_told(alert: Alert) -> bool:
    return alert.told_at is not None and alert.told_at >= alert.since


def steps(before: Sequence[Alert], findings: Iterable[Finding], *, now: datetime) -> list[Step]:
    """Give what becomes of all alerts, by source and monitor."""
    known = {(alert.source_key, alert.monitor): alert for alert in before}
    found = {(one.source_key, one.monitor): one for one in findings}
    return [step(known.get(key), found.get(key), now=now) for key in sorted({*known, *found})]


def message(news: Sequence[tuple[News, Alert]]) -> Message:
    """Give all news of a round as one message."""
    counts = {kind: sum(one is kind for one, _ in news) for kind in News}
    said = {News.BEGUN: "begun", News.STILL: "still standing", News.OVER: "over"}
    title = ", ".join(f"{counts[kind]} {said[kind]}" for kind in News if counts[kind])
    lines = [line(kind, alert) for kind, alert in sorted(news, key=lambda one: tuple(News).index(one[0]))]
    more = [f"and {len(lines) - _MOST_TOLD} more: finews health"] if len(lines) > _MOST_TOLD else []
    return Message(f"finews alerts: {title}", "\n".join(lines[:_MOST_TOLD] + more), tuple(news))


def line(kind: News, alert: Alert) -> str:
    """Give the news of one alert in one line, harmless wherever it is printed."""
    since = "" if kind is News.BEGUN else f" (since {iso_utc(alert.since)})"
    about = f"{alert.source_key}: " if alert.source_key else ""
    return visible(f"{kind.upper()} {about}{alert.monitor}{since}: {alert.text}")
