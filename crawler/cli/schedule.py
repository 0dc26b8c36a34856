"""`finews schedule`: the service that crawls every source at its times, and a look at the next times."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Annotated

import typer

from crawler.channels import read_channels
from crawler.cli.archive import closing_archive
from crawler.cli.group import command_app, examples
from crawler.cli.output import JsonOption, note, print_json, print_table, table
from crawler.cli.settings import SettingsOption, given, location, sources_file, value_of
from crawler.cli.times import cron_line, zone_of
from crawler.digest import yesterday
from crawler.errors import SourcesInvalid
from crawler.metrics import serve_health
from crawler.schedule import cron, scheduled
from crawler.service import Chore, Job, Service
from crawler.sources import CATALOGUE, Source, load_sources
from crawler.watching import Watcher

_WATCH = "*/5 * * * *"

app = command_app(help="Crawl every source at its times; show the next times.")


@app.callback(epilog=examples("finews schedule list", "finews schedule run --at-once 2"))
def schedule() -> None:
    """Crawl every source at its times; show the next times."""


@app.command("list", epilog=examples("finews schedule list", "finews schedule list --json"))
def list_times(as_json: JsonOption = False, assignments: SettingsOption = None) -> None:
    """Show every enabled source's next time, soonest first, in the source's zone."""
    times = scheduled(_sources(assignments), datetime.now(UTC))
    if as_json:
        for source, at in times:
            print_json(
                {"source_key": source.key, "next_at": at, "schedule": source.schedule, "timezone": source.timezone}
            )
        return
    rows = [(f"{at:%Y-%m-%d %H:%M %z}", source.key, source.schedule, source.timezone) for source, at in times]
    print_table(table("next time", "source", "schedule", "zone"), rows)


@app.command(epilog=examples("finews schedule run", "FINEWS_ARCHIVE_URL=postgresql://me@db/finews finews schedule run"))
def run(
    *,
    at_once: Annotated[int, typer.Option(min=1, help="How many sources are crawled at once.")] = 4,
    hours: Annotated[
        float, typer.Option(min=0.01, help="A crawl that takes longer is ended; what it held is due.")
    ] = 6,
    health_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Serve /healthz and /metrics there; else nowhere.")
    ] = None,
    health_host: Annotated[str, typer.Option(help="The address that --health-port listens at.")] = "127.0.0.1",
    digest: Annotated[
        str, typer.Option(parser=cron_line, metavar="CRON", help="When yesterday's digest is sent; '' for never.")
    ] = "0 7 * * *",
    zone: Annotated[
        str, typer.Option(parser=zone_of, metavar="ZONE", help="The zone of the digest's time and day.")
    ] = "UTC",
    assignments: SettingsOption = None,
) -> None:
    """Crawl every enabled source by its cron line, each crawl in a process of its own, until SIGTERM or Ctrl-C.

    One service leads an archive; a second one stands by and takes over when the first is gone. A time that was missed,
    because the machine slept or no service ran, is made up for once. The leading one judges the sources every five
    minutes, warns by the log, ALERT_WEBHOOK and ALERT_EMAIL_TO, and sends a digest of each day.
    """
    sources = _sources(assignments)
    planned = scheduled(sources, datetime.now(UTC))
    if not planned:
        file = sources_file(assignments) or CATALOGUE
        raise SourcesInvalid(str(file), ["no enabled source has a schedule: write schedule = '*/15 * * * *'"])
    channels = read_channels(lambda name: value_of(name, assignments))
    where = location(assignments)
    _log_to_stderr()
    note(f"{len(planned)} sources, {at_once} at once; the first is {planned[0][0].key} at {planned[0][1]:%H:%M %z}")
    jobs = _jobs([source for source, _ in planned], assignments)
    chores = _chores(Watcher(where, sources, channels), digest if channels else "", zone)
    with ExitStack() as open_while_running:
        archive = open_while_running.enter_context(closing_archive(where))
        if health_port is not None:
            serving = open_while_running.enter_context(serve_health(where, health_host, health_port))
            note(f"health at http://{health_host}:{serving.port}/healthz and /metrics")
        service = Service(archive, jobs, chores=chores, at_once=at_once, at_most_s=hours * 3600)
        asyncio.run(service.run())


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    for name in ("apscheduler", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _chores(watcher: Watcher, digest: str, zone: str) -> list[Chore]:
    chores = [Chore("@watch", cron(_WATCH, "UTC"), watcher.look)]
    if digest:
        chores.append(Chore("@digest", cron(digest, zone), lambda: watcher.send_digest(yesterday(zone), zone)))
    return chores


def _jobs(sources: Sequence[Source], assignments: list[str] | None) -> list[Job]:
    settings = [word for name, value in given(assignments).items() for word in ("-s", f"{name}={value}")]
    program = (sys.executable, "-m", "crawler")
    return [
        Job(
            source.key,
            cron(source.schedule, source.timezone),
            (*program, "crawl", "--scheduled", *settings, source.key),
        )
        for source in sources
        if source.schedule is not None
    ]


def _sources(assignments: list[str] | None) -> tuple[Source, ...]:
    return load_sources(sources_file(assignments) or CATALOGUE)
