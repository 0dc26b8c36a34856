"""What is wrong with a source, judged by what the archive tells of it; pure: rows in, findings out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import pairwise, takewhile
from typing import Annotated

from pydantic import Field

from pipelines.json_items import Frozen
from storage.health import SourceRecord
from storage.hosts import PutOff
from storage.reasons import Reason
from storage.runs import Run, RunState
from storage.types import iso_utc

LEAST_SAMPLE = 10
"""Links or articles below which a share tells nothing."""

LEAST_SILENCE = timedelta(hours=6)
LEAST_SILENCE_UNKNOWN = timedelta(days=3)
"""The same for a source whose weekend nobody has seen yet."""

LONG_PUT_OFF = timedelta(hours=1)
"""A host that asks for less is no news: it is asked again soon."""

_WEEK = timedelta(days=8)
_TWO_WEEKS = timedelta(days=15)
_LEAST_ARRIVALS = 5
_SLACK = 1.5
_MOST_HOSTS = 20
_LONGEST_CAUSE = 300

_GOOD = ("stored", "revised", "unchanged", "duplicate")
_BAD = ("rejected", "failed", "gone", "retry")
_NOTHING_TO_READ = ("lists-unchanged", "not-due")
_EMPTY = (
    Reason.NO_ARTICLE, Reason.EXTRACTION_FAILED, Reason.TOO_HEAVY, Reason.NOT_TEXT, Reason.SOFT_404,
    Reason.INDEX_PAGE, Reason.CONSENT_WALL, Reason.LOGIN_WALL, Reason.CAPTCHA,
)  # fmt: skip

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, le=20)]


class Thresholds(Frozen):
    """From when on something is worth a warning; a share of 1 and a number of 0 switch their monitor off.

    `silent_hours`: None lets the source's own rhythm decide.
    """

    silent_hours: Annotated[float, Field(ge=0, le=24 * 365)] | None = None
    nothing_stored_runs: Count = 5
    failed_runs: Count = 1
    empty_share: Share = 0.5
    error_share: Share = 0.5
    future_share: Share = 0.05
    unknown_date_share: Share = 0.5


class Level(IntEnum):
    """How bad it is; the value is the exit code of `finews health`."""

    OK = 0
    WARN = 1
    FAIL = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong now; `source_key` is "" where it is no single source's."""

    source_key: str
    monitor: str
    level: Level
    text: str


def judge(
    records: Mapping[str, SourceRecord], watched: Mapping[str, Thresholds], hosts: Sequence[PutOff], *, now: datetime
) -> list[Finding]:
    """Give what is wrong: of every watched source that ran lately, and of hosts that are put off for long."""
    found = [
        Finding(key, name, level, text)
        for key, thresholds in watched.items()
        if (record := records.get(key)) is not None and record.runs
        for name, (level, monitor) in MONITORS.items()
        if (text := monitor(record, thresholds, now)) is not None
    ]
    return [*found, *_of_hosts(hosts)]


def silence_allowed(arrivals: Iterable[datetime]) -> timedelta | None:
    """Give how long a source may be silent by its own rhythm; None: too little is known of it.

    Half as long again as it was silent before: for the second time where it is known for two weeks, so that its
    weekends count and one outage does not.

    >>> from datetime import UTC
    >>> silence_allowed([datetime(2025, 6, day, 9, tzinfo=UTC) for day in range(1, 29)])
    datetime.timedelta(days=1, seconds=43200)
    """
    hours = sorted(arrivals)
    if len(hours) < _LEAST_ARRIVALS:
        return None
    gaps = sorted(later - earlier for earlier, later in pairwise(hours))
    known_for = hours[-1] - hours[0]
    longest = gaps[-2] if known_for >= _TWO_WEEKS else gaps[-1]
    return max(longest * _SLACK, LEAST_SILENCE if known_for >= _WEEK else LEAST_SILENCE_UNKNOWN)


def _silent(record: SourceRecord, thresholds: Thresholds, now: datetime) -> str | None:
    if record.last_article_at is None or thresholds.silent_hours == 0:
        return None
    if thresholds.silent_hours is not None:
        allowed, why = timedelta(hours=thresholds.silent_hours), "silent_hours allows"
    else:
        by_rhythm = silence_allowed(record.arrivals)
        if by_rhythm is None and record.arrivals:
            return None
        # Without any arrival it is silent for longer than arrivals are looked at.
        allowed, why = by_rhythm or LEAST_SILENCE_UNKNOWN, "its rhythm allows"
    silent = now - record.last_article_at
    if silent <= allowed:
        return None
    return f"no new article since {iso_utc(record.last_article_at)}, for {_span(silent)}; {why} {_span(allowed)}"


def _nothing_stored(record: SourceRecord, thresholds: Thresholds, _now: datetime) -> str | None:
    number = thresholds.nothing_stored_runs
    working = [run for run in _ended(record) if run.state is not RunState.FAILED and _had_work(run)][:number]
    if not number or len(working) < number or any(_sum(run, _GOOD) for run in working):
        return None
    links = sum(run.counts.get("seen", 0) for run in working)
    return f"nothing was stored in the last {number} runs that had something to read; they saw {links} links"


def _run_failed(record: SourceRecord, thresholds: Thresholds, _now: datetime) -> str | None:
    failed = list(takewhile(_has_failed, _ended(record)))
    if not thresholds.failed_runs or len(failed) < thresholds.failed_runs:
        return None
    times = "the last run" if len(failed) == 1 else f"the last {len(failed)} runs"
    return f"{times} failed (run {failed[0].id}, {iso_utc(failed[0].started_at)}): {_cause(failed[0])}"


def _extraction_empty(record: SourceRecord, thresholds: Thresholds, _now: datetime) -> str | None:
    worked, empty, _ = _worked(record)
    if worked < LEAST_SAMPLE or empty / worked <= thresholds.empty_share:
        return None
    return f"{empty} of {worked} pages of the last runs gave no article"


def _errors(record: SourceRecord, thresholds: Thresholds, _now: datetime) -> str | None:
    worked, _, errors = _worked(record)
    if worked < LEAST_SAMPLE or errors / worked <= thresholds.error_share:
        return None
    return f"{errors} of {worked} links of the last runs came to nothing: {_most(_reasons(record))}"


def _future(record: SourceRecord, thresholds: Thresholds, _now: datetime) -> str | None:
    dates = record.dates
    if dates.articles < LEAST_SAMPLE or dates.future / dates.articles <= thresholds.future_share:
        return None
    return f"{dates.future} of {dates.articles} new articles say that they are published later than they were read"


def _unknown_dates(record: SourceRecord, thresholds: Thresholds, _now: datetime) -> str | None:
    dates = record.dates
    if dates.articles < LEAST_SAMPLE or dates.unknown / dates.articles <= thresholds.unknown_date_share:
        return None
    return f"of {dates.unknown} of {dates.articles} new articles the time of publication is unknown"


_Monitor = Callable[[SourceRecord, Thresholds, datetime], str | None]

MONITORS: Mapping[str, tuple[Level, _Monitor]] = {
    "run-failed": (Level.FAIL, _run_failed),
    "nothing-stored": (Level.FAIL, _nothing_stored),
    "silent": (Level.FAIL, _silent),
    "extraction-empty": (Level.WARN, _extraction_empty),
    "errors": (Level.WARN, _errors),
    "dates-in-future": (Level.WARN, _future),
    "dates-unknown": (Level.WARN, _unknown_dates),
}


def _of_hosts(hosts: Sequence[PutOff]) -> Iterator[Finding]:
    long = [host for host in hosts if host.at is not None and host.until - host.at >= LONG_PUT_OFF]
    # Those named first stay named: a later one that takes a place would end an alert that still stands.
    long.sort(key=lambda host: (host.at, host.host))
    for host in long[:_MOST_HOSTS]:
        text = f"{host.host} is not asked until {iso_utc(host.until)}: {host.reason}: {host.text}"
        yield Finding("", f"put-off:{host.host}", Level.WARN, text)
    if len(long) > _MOST_HOSTS:
        yield Finding("", "put-off", Level.WARN, f"{len(long)} hosts are put off for more than an hour")


def error_share(record: SourceRecord) -> float | None:
    """Give the share of the last runs' links that came to nothing, not wanted ones aside; None: there was no link."""
    worked, empty, errors = _worked(record)
    return (empty + errors) / worked if worked else None


def _worked(record: SourceRecord) -> tuple[int, int, int]:
    """Count of the links worked on: all, those without an article in what came, those where nothing came."""
    runs = _ended(record)
    reasons = _reasons(record)
    bad = sum(_sum(run, _BAD) for run in runs) - reasons.get(Reason.NOT_WANTED, 0)
    empty = sum(reasons.get(reason, 0) for reason in _EMPTY)
    good = sum(_sum(run, _GOOD) for run in runs)
    return good + bad, min(empty, bad), max(bad - empty, 0)


def _reasons(record: SourceRecord) -> dict[str, int]:
    found: dict[str, int] = {}
    for run in _ended(record):
        for reason, count in run.measures.get("errors", {}).items():
            found[reason] = found.get(reason, 0) + count
    return found


def _most(reasons: Mapping[str, int]) -> str:
    shown = sorted(reasons.items(), key=lambda one: (-one[1], one[0]))
    elsewhere = {Reason.NOT_WANTED, Reason.BUDGET, *_EMPTY}
    return ", ".join(f"{count} {reason}" for reason, count in shown if reason not in elsewhere)


def _ended(record: SourceRecord) -> list[Run]:
    return [run for run in record.runs if run.state is not RunState.RUNNING or run.was_killed]


def _has_failed(run: Run) -> bool:
    return run.state is RunState.FAILED or run.was_killed


def _had_work(run: Run) -> bool:
    """It worked on links, or read a list that showed none at all."""
    is_empty_list = not run.counts.get("seen") and not _sum(run, _NOTHING_TO_READ)
    unwanted = run.measures.get("errors", {}).get(Reason.NOT_WANTED, 0)
    return is_empty_list or _sum(run, (*_GOOD, *_BAD)) > unwanted


def _sum(run: Run, names: Iterable[str]) -> int:
    return sum(run.counts.get(name, 0) for name in names)


def _cause(run: Run) -> str:
    if run.was_killed:
        return "its process was killed"
    return run.problems[0][:_LONGEST_CAUSE] if run.problems else "without a word"


def _span(span: timedelta) -> str:
    """Give a span as people say it.

    >>> _span(timedelta(hours=30)), _span(timedelta(days=9)), _span(timedelta(minutes=20))
    ('30 hours', '9 days', '0.33 hours')
    """
    hours = span / timedelta(hours=1)
    return f"{hours / 24:.0f} days" if hours >= 72 else f"{hours:.2g} hours"  # noqa: PLR2004
