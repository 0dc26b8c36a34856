"""`finews export`: the archive in other programs' forms."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.archive import existing_archive
from crawler.cli.group import command_app, examples
from crawler.cli.output import JsonOption, print_json, say
from crawler.cli.settings import SettingsOption, location
from storage.export.jekyll import write_site
from storage.export.post import SiteOptions

app = command_app()


@app.callback(epilog=examples("finews export jekyll site/"))
def export() -> None:
    """Write the archive in other programs' forms."""


@app.command(
    epilog=examples(
        "finews export jekyll site/",
        "finews export jekyll site/ --site-url //news.example.com \\",
        "    --share-base 'http://news.example.com/NewsShare.html?infoCode='",
    )
)
def jekyll(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The site's folder, made if missing.")],
    site_url: Annotated[
        str, typer.Option(help="Put before links into the site; else they begin at its root.", show_default=False)
    ] = "",
    share_base: Annotated[
        str | None, typer.Option(help="Put before an infoCode as the share link; else the address it was found under.")
    ] = None,
    as_json: JsonOption = False,
    assignments: SettingsOption = None,
) -> None:
    """Write _posts, category pages, index and _config.yml; the next time only what is new or revised."""
    options = SiteOptions(site_url=site_url, share_base=share_base)
    with existing_archive(location(assignments)) as archive, archive.reading() as connection:
        report = write_site(connection, folder, options)
    if as_json:
        print_json(asdict(report))
    else:
        say(f"{report.written} posts written, {report.unchanged} unchanged, {report.removed} removed: {folder}")
