"""`finews health`: how every source does, the worst first."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from crawler.channels import read_channels
from crawler.cli.archive import existing_archive
from crawler.cli.group import command_app, examples
from crawler.cli.output import JsonOption, note, print_json, print_table, say, table
from crawler.cli.settings import SettingsOption, location, sources_file, value_of
from crawler.monitors import Finding, Level, error_share, judge
from crawler.sources import CATALOGUE, load_sources
from crawler.watching import Watcher, watched
from reader.present import age, days, run_state, sparkline
from storage import alerts, hosts
from storage import health as rows
from storage.alerts import Alert
from storage.health import SourceRecord
from storage.types import iso_utc

app = command_app()

_DAYS = 14
_MOST_NAMED = 5
_STYLES = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}


@dataclass(frozen=True, slots=True)
class _Health:
    """How one source does; `source_key` is "" for what belongs to none."""

    source_key: str
    record: SourceRecord
    findings: tuple[Finding, ...]
    since: Mapping[str, datetime]
    """When what the monitors found began, by monitor, where the watch has told it."""

    @property
    def level(self) -> Level:
        return max((one.level for one in self.findings), default=Level.OK)


@app.command(
    epilog=examples("finews health", "finews health --json", "finews health --tell -s ALERT_WEBHOOK=https://...")
)
def health(
    *,
    tell: Annotated[
        bool, typer.Option("--tell", help="Send what is new by the channels first, as the service does.")
    ] = False,
    ascii_only: Annotated[bool, typer.Option("--ascii", help="Draw with ASCII signs alone.")] = False,
    as_json: JsonOption = False,
    assignments: SettingsOption = None,
) -> None:
    """Show how every source does that ever ran, the worst first; exit code 0: healthy, 1: warnings, 2: failing."""
    now = datetime.now(UTC)
    sources = load_sources(sources_file(assignments) or CATALOGUE)
    where = location(assignments)
    with existing_archive(where) as archive:
        if tell:
            channels = read_channels(lambda name: value_of(name, assignments))
            Watcher(where, sources, channels).look(now)
        with archive.reading() as connection:
            records = rows.records(connection, now=now)
            put_off = hosts.standing(connection, now=now)
            standing = [alert for alert in alerts.load(connection) if not alert.is_over]
    found = judge(records, watched(sources), put_off, now=now)
    all_of_it = _by_source(records, found, standing)
    if idle := sorted({source.key for source in sources if source.enabled and source.schedule} - {*records}):
        named = ", ".join([*idle[:_MOST_NAMED], *(["..."] if len(idle) > _MOST_NAMED else [])])
        note(f"{len(idle)} scheduled sources did not run in the last {_DAYS} days: {named}")
    if as_json:
        for one in all_of_it:
            print_json(_fields(one, now))
    else:
        plain = ascii_only or not sys.stdout.isatty()
        _print(all_of_it, now, plain=plain)
    raise typer.Exit(max((one.level for one in all_of_it), default=Level.OK))


def _by_source(
    records: Mapping[str, SourceRecord], findings: Sequence[Finding], standing: Sequence[Alert]
) -> list[_Health]:
    keys = {*records, *(one.source_key for one in findings)}
    found = [
        _Health(
            key, records.get(key, SourceRecord(key)), tuple(one for one in findings if one.source_key == key),
            {alert.monitor: alert.since for alert in standing if alert.source_key == key},
        )
        for key in keys
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.level, one.source_key))


def _fields(one: _Health, now: datetime) -> dict[str, object]:
    last, share = one.record.runs[0] if one.record.runs else None, error_share(one.record)
    return {
        "source_key": one.source_key or None, "state": one.level.name.lower(),
        "last_run": last.started_at if last else None, "last_run_state": run_state(last) if last else None,
        "last_article": one.record.last_article_at, "stored_by_day": days(one.record.arrivals, now, _DAYS),
        "error_share": round(share, 4) if share is not None else None,
        "alerts": [
            {
                "monitor": finding.monitor, "state": finding.level.name.lower(), "text": finding.text,
                "since": iso_utc(one.since[finding.monitor]) if finding.monitor in one.since else None,
            }
            for finding in one.findings
        ],
    }  # fmt: skip


def _print(found: Sequence[_Health], now: datetime, *, plain: bool) -> None:
    sources = [one for one in found if one.source_key]
    if not sources:
        note("no source ran lately: finews crawl --all")
    else:
        columns = table(
            "source", "state", "ran", "end", "article", f"{_DAYS} days", "today", "errors",
            right=("ran", "article", "today", "errors"),
        )  # fmt: skip
        print_table(columns, [_row(one, now, plain=plain) for one in sources])
    for one in found:
        for finding in one.findings:
            since = f" (since {iso_utc(one.since[finding.monitor])})" if finding.monitor in one.since else ""
            about = f"{one.source_key}: " if one.source_key else ""
            say(f"{finding.level.name.lower()} {about}{finding.monitor}{since}: {finding.text}")


def _row(one: _Health, now: datetime, *, plain: bool) -> tuple[object, ...]:
    last, stored = one.record.runs[0] if one.record.runs else None, days(one.record.arrivals, now, _DAYS)
    share, newest = error_share(one.record), one.record.last_article_at
    return (
        one.source_key, Text(one.level.name.lower(), style=_STYLES[one.level]),
        age(now - last.started_at) if last else "", run_state(last) if last else "",
        age(now - newest) if newest else "never", sparkline(stored, plain=plain),
        stored[-1], f"{share:.0%}" if share is not None else "",
    )  # fmt: skip
