"""A day in the archive as a text for people (Markdown that reads as plain text) and as an object for programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crawler.alerts import Message
from crawler.terminal import visible
from storage import alerts, day
from storage.alerts import Alert
from storage.archive import Archive
from storage.day import Day
from storage.runs import Run, RunState
from storage.types import iso_utc

_MOST_LINES = 100
_LONGEST = 300
_MARKUP = re.compile(r"([\\`*_\[\]<>#|])")


@dataclass(frozen=True, slots=True)
class Digest:
    """One day of a zone, with the alerts that stand when it is read."""

    on: date
    zone: str
    day: Day
    alerts: tuple[Alert, ...]

    @property
    def new(self) -> int:
        """Count the new articles."""
        return sum(self.day.new.values())


def yesterday(zone: str) -> date:
    """Give the last whole day in an IANA zone."""
    return (datetime.now(ZoneInfo(zone)) - timedelta(days=1)).date()


def read(archive: Archive, on: date, zone: str) -> Digest:
    """Give the digest of one day of an IANA zone."""
    since, until = bounds(on, zone)
    with archive.reading() as connection:
        standing = tuple(alert for alert in alerts.load(connection) if not alert.is_over)
        return Digest(on, zone, day.read(connection, since=since, until=until), standing)


def bounds(on: date, zone: str) -> tuple[datetime, datetime]:
    """Give when a day begins and ends in a zone; it may have 23 or 25 hours.

    >>> [at.isoformat() for at in bounds(date(2025, 3, 30), "Europe/Berlin")]
    ['2025-03-30T00:00:00+01:00', '2025-03-31T00:00:00+02:00']
    """
    begin, end = (datetime.combine(one, time(), ZoneInfo(zone)) for one in (on, on + timedelta(days=1)))
    return begin, end


def message(digest: Digest) -> Message:
    """Give the digest as what channels take."""
    return Message(f"finews digest of {digest.on}: {digest.new} new articles", text(digest))


def fields(digest: Digest) -> dict[str, object]:
    """Give the digest as a JSON object; times are UTC."""
    told = digest.day
    return {
        "day": digest.on.isoformat(), "zone": digest.zone, "since": iso_utc(told.since), "until": iso_utc(told.until),
        "new": told.new, "revised": told.revised,
        "by_category": [{"slug": slug, "name": name, "new": new} for (slug, name), new in told.by_category.items()],
        "runs": told.runs, "missing": [asdict(one) for one in told.missing],
        "troubled": [{"id": run.id, "source_key": run.source_key, "state": run.state, "problems": run.problems}
                     for run in told.troubled],
        "alerts": [asdict(alert) for alert in digest.alerts],
    }  # fmt: skip


def text(digest: Digest) -> str:
    """Give the digest as Markdown that reads as plain text; what comes from outside is no markup in it."""
    told = digest.day
    parts = [
        (f"# finews: {digest.on} ({digest.zone})", [_summary(digest)]),
        ("## Sources", _sources(told)),
        ("## New articles by category", _categories(told.by_category)),
        ("## Not archived, and why", _missing(told)),
        ("## Runs that are not ok", (_run(run) for run in told.troubled)),
        ("## Alerts", (_alert(alert) for alert in digest.alerts)),
    ]
    return "\n\n".join("\n".join([title, "", *_capped(lines)]) for title, lines in parts) + "\n"


def _summary(digest: Digest) -> str:
    told = digest.day
    runs = sum(sum(states.values()) for states in told.runs.values())
    missing = sum(one.count for one in told.missing)
    revised = sum(told.revised.values())
    return f"{digest.new} new articles, {revised} revised, {missing} links not archived, {runs} runs"


def _sources(told: Day) -> Iterator[str]:
    missing: dict[str, int] = {}
    for one in told.missing:
        missing[one.source_key] = missing.get(one.source_key, 0) + one.count
    keys = {*told.new, *told.revised, *told.runs, *missing}
    for key in sorted(keys, key=lambda key: (-told.new.get(key, 0), key)):
        counts = f"{told.new.get(key, 0)} new, {told.revised.get(key, 0)} revised, {missing.get(key, 0)} not archived"
        yield f"- {_plain(key)}: {counts}; runs: {_states(told.runs.get(key, {}))}"


def _states(states: Mapping[RunState, int]) -> str:
    return ", ".join(f"{states[state]} {state}" for state in RunState if state in states) or "none"


def _categories(categories: Mapping[tuple[str, str], int]) -> Iterator[str]:
    for (slug, name), new in sorted(categories.items(), key=lambda one: (-one[1], one[0])):
        shown = _plain(name) if name == slug else f"{_plain(name)} ({_plain(slug)})"
        yield f"- {shown}: {new}"


def _missing(told: Day) -> Iterator[str]:
    for one in sorted(told.missing, key=lambda one: (one.source_key, -one.count, one.reason)):
        yield f"- {_plain(one.source_key)}: {one.count} {one.state}, {_plain(one.reason)}"
        yield from (f"    - {_plain(url)}" for url in one.examples)


def _run(run: Run) -> str:
    problem = f": {_plain(run.problems[0])}" if run.problems else ""
    more = f" (and {len(run.problems) - 1} more: finews runs {run.id})" if len(run.problems) > 1 else ""
    return f"- run {run.id} of {_plain(run.source_key)} {run.state}, {iso_utc(run.started_at)}{problem}{more}"


def _alert(alert: Alert) -> str:
    about = f"{_plain(alert.source_key)}: " if alert.source_key else ""
    return f"- {about}{_plain(alert.monitor)} since {iso_utc(alert.since)}: {_plain(alert.text)}"


def _capped(lines: Iterable[str]) -> Sequence[str]:
    found = list(lines)
    more = [f"- and {len(found) - _MOST_LINES} lines more"] if len(found) > _MOST_LINES else []
    return [*found[:_MOST_LINES], *more] or ["none"]


def _plain(text: str) -> str:
    r"""Give text from outside as text: on one line, and no markup. Addresses stay as they are read.

    >>> _plain("<script> *x*\n# y"), _plain("https://example.org/a_b")
    ('\\<script\\> \\*x\\* \\# y', 'https://example.org/a_b')
    """
    line = visible(text)[:_LONGEST]
    return line if re.fullmatch(r"https?://[^\s<>`\[\]|]*", line) else _MARKUP.sub(r"\\\1", line)
