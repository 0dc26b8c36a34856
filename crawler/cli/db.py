"""`finews db`: upgrade the database's schema, check that the archive is sound."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from crawler.cli.archive import require_archive
from crawler.cli.group import command_app, examples
from crawler.cli.output import JsonOption, print_json, say
from crawler.cli.settings import SettingsOption, location, megabytes
from crawler.terminal import console, visible
from storage.check import check
from storage.database import open_engine
from storage.findings import Finding
from storage.schema import upgrade

app = command_app()

DEGRADED = 1


@app.callback(epilog=examples("finews db check", "finews db upgrade"))
def db() -> None:
    """Upgrade and check the database."""


@app.command(
    "upgrade",
    epilog=examples("finews db upgrade", "finews db upgrade -s ARCHIVE_URL=postgresql://me@host/finews"),
)
def upgrade_schema(as_json: JsonOption = False, assignments: SettingsOption = None) -> None:
    """Bring the database to this program's schema, or make it; in one transaction. Copy the database first."""
    engine = open_engine(location(assignments).archive_url)
    try:
        before, after = upgrade(engine)
    finally:
        engine.dispose()
    if as_json:
        print_json({"before": before, "after": after})
    elif before == after:
        say(f"the schema is {after} already")
    else:
        say(f"the schema is now {after}" + (f", it was {before}" if before else " (new database)"))


@app.command("check", epilog=examples("finews db check", "finews db check --quick --json"))
def check_archive(
    quick: Annotated[bool, typer.Option("--quick", help="Leave out reading every capture.")] = False,
    as_json: JsonOption = False,
    assignments: SettingsOption = None,
) -> None:
    """Check schema, SQLite, its file, integrity, foreign keys, room, captures; exit code 1 names what is wrong."""
    place = location(assignments)
    require_archive(place)
    is_well = True
    for finding in check(place, captures=not quick, disk_warn_bytes=megabytes("DISK_WARN_MB", assignments)):
        is_well = is_well and finding.is_well
        if as_json:
            print_json({"name": finding.name, "ok": finding.is_well, "text": finding.text})
        else:
            _print(finding)
    raise typer.Exit(0 if is_well else DEGRADED)


def _print(finding: Finding) -> None:
    mark = Text("ok   ", style="green") if finding.is_well else Text("WRONG", style="bold red")
    console().print(Text.assemble(mark, f"  {finding.name:<14}", visible(finding.text)), soft_wrap=True)
