"""`finews`: one command, one module of this package; each reads settings, calls one function, prints.

Exit codes: 0 ok, 1 degraded (something is not as it should be, and it was said), 2 failed or wrongly used.
"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from io import TextIOWrapper
from typing import Annotated

import typer

from crawler.cli.group import CommandGroup, command_app, examples


class _Finews(CommandGroup):
    modules = {  # noqa: RUF012  # a ClassVar by its base
        "crawl": ("crawler.cli.crawl", "Crawl sources, or links given by hand."),
        "schedule": ("crawler.cli.schedule", "Crawl every source at its times; show the next times."),
        "sources": ("crawler.cli.sources", "List, check and add sources."),
        "show": ("crawler.cli.show", "Show one article."),
        "list": ("crawler.cli.list", "List the newest articles."),
        "ledger": ("crawler.cli.ledger", "Show what became of every link, and why."),
        "runs": ("crawler.cli.runs", "Show how crawls ended and what they took."),
        "health": ("crawler.cli.health", "Show how every source does, the worst first."),
        "digest": ("crawler.cli.digest", "Tell what one day brought, and what is missing."),
        "templates": ("crawler.cli.templates", "Show and learn what the pages of each host have in common."),
        "extract": ("crawler.cli.extract", "Read articles out of saved pages."),
        "export": ("crawler.cli.export", "Write the archive as a Jekyll site."),
        "import": ("crawler.cli.import_", "Read a Jekyll site's posts into the archive."),
        "db": ("crawler.cli.db", "Upgrade and check the database."),
    }


app = command_app(cls=_Finews)


def _print_version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"finews {installed_version('finews')}")
        except PackageNotFoundError:
            typer.echo("finews, not installed: run from its folder")
        raise typer.Exit


@app.callback(epilog=examples("finews crawl eastmoney-rolling", "finews list", "finews ledger"))
def finews(
    debug: Annotated[bool, typer.Option("--debug", help="Show an error's traceback.")] = False,
    version: Annotated[  # its callback does the work
        bool, typer.Option("--version", help="Show the version and end.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Archive finance news: every link a source shows ends as a stored article or as a recorded reason."""


def main() -> None:
    """Run the command line: what the console script `finews` and `python -m crawler` call."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a sign is no reason to fail
    app(prog_name="finews")
