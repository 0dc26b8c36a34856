"""`finews digest`: what one day brought, what is missing of it and why."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from crawler import digest as days
from crawler.channels import read_channels
from crawler.cli.archive import existing_archive
from crawler.cli.group import FAILED, command_app, examples
from crawler.cli.output import JsonOption, note, print_json, say
from crawler.cli.settings import SettingsOption, location, sources_file, value_of
from crawler.cli.times import day_of, zone_of
from crawler.errors import BadArgument
from crawler.sources import CATALOGUE, load_sources
from crawler.watching import Watcher

app = command_app()


@app.command(
    epilog=examples("finews digest", "finews digest --day 2022-03-15 --zone Asia/Shanghai", "finews digest --send")
)
def digest(
    *,
    day: Annotated[
        date | None, typer.Option(parser=day_of, metavar="YYYY-MM-DD", help="Which day; else yesterday.")
    ] = None,
    zone: Annotated[str, typer.Option(parser=zone_of, metavar="ZONE", help="The zone whose day it is.")] = "UTC",
    send: Annotated[bool, typer.Option("--send", help="Send it by the channels, instead of printing it.")] = False,
    as_json: JsonOption = False,
    assignments: SettingsOption = None,
) -> None:
    """Tell what one day brought: articles by source and category, what was not archived and why, runs, alerts."""
    on = day or days.yesterday(zone)
    where = location(assignments)
    if send:
        _send(on, zone, assignments)
        return
    with existing_archive(where) as archive:
        told = days.read(archive, on, zone)
    if as_json:
        print_json(days.fields(told))
    else:
        say(days.text(told).rstrip(), lines=True)


def _send(on: date, zone: str, assignments: list[str] | None) -> None:
    channels = read_channels(lambda name: value_of(name, assignments))
    if not channels:
        raise BadArgument("there is no channel to send by: set ALERT_WEBHOOK or ALERT_EMAIL_TO")
    sources = load_sources(sources_file(assignments) or CATALOGUE)
    with existing_archive(location(assignments)):
        if not Watcher(location(assignments), sources, channels).send_digest(on, zone):
            raise typer.Exit(FAILED)
    note(f"the digest of {on} was sent")
