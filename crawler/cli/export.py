"""`finews export`: the archive in other programs' forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.archive import existing_archive
from crawler.cli.group import command_app, examples
from crawler.cli.output import JsonOption, print_json, say
from crawler.cli.settings import SettingsOption, location
from storage import lookup
from storage.export.atom import as_atom
from storage.export.csv import as_csv
from storage.export.files import write_stream
from storage.export.jekyll import write_site
from storage.export.jsonl import as_jsonl
from storage.export.post import SiteOptions
from storage.lookup import ArticleFilter

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


FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="The file to write, whole or not at all; - for output.")
]


@app.command(epilog=examples("finews export csv articles.csv"))
def csv(file: FileArgument, *, assignments: SettingsOption = None) -> None:
    """Write all articles for spreadsheets, a row each; formulas are made harmless by an apostrophe before them."""
    with existing_archive(location(assignments)) as archive, archive.reading() as connection:
        _write(file, as_csv(lookup.stream(connection)))


@app.command(epilog=examples("finews export jsonl articles.jsonl", "finews export jsonl - | gzip > articles.jsonl.gz"))
def jsonl(file: FileArgument, *, assignments: SettingsOption = None) -> None:
    """Write all articles with all that is known of them, a JSON object a line."""
    with existing_archive(location(assignments)) as archive, archive.reading() as connection:
        _write(file, as_jsonl(lookup.stream(connection)))


@app.command(epilog=examples("finews export atom feed.xml --limit 50 --title 'Our news'"))
def atom(
    file: FileArgument,
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many of the newest.")] = 100,
    title: Annotated[str, typer.Option(help="The feed's title.")] = "finews",
    address: Annotated[str, typer.Option(help="Where the feed can be had.", show_default=False)] = "",
    assignments: SettingsOption = None,
) -> None:
    """Write the articles archived last as an Atom feed."""
    with existing_archive(location(assignments)) as archive, archive.reading() as connection:
        articles = lookup.newest(connection, ArticleFilter(), limit=limit)
        updated = max((article.updated_at for article in articles), default=datetime.now(UTC))
        _write(file, as_atom(articles, title=title, updated=updated, address=address))


def _write(file: Path, pieces: Iterable[str]) -> None:
    if str(file) != "-":
        write_stream(file, pieces)
        return
    out = typer.get_binary_stream("stdout")
    for piece in pieces:
        out.write(piece.encode("utf-8", "replace"))
