"""`finews list`: the newest articles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer

from crawler.cli.archive import existing_archive
from crawler.cli.group import command_app, examples
from crawler.cli.output import JsonOption, note, print_json, print_table, table
from crawler.cli.settings import SettingsOption, location
from crawler.cli.times import moment
from reader.present import article_fields, local_time
from storage import lookup
from storage.archive import Archive
from storage.lookup import Article, ArticleFilter
from storage.types import Kind, Precision, iso_utc

app = command_app()

_CHUNK = 200  # articles in memory at once: they carry their text


@app.command(
    epilog=examples(
        "finews list",
        "finews list --source sina-7x24 --kind flash --limit 50",
        "finews list --publisher 澎湃新闻 --since 2022-03-15 --json",
    )
)
def list_articles(
    *,
    source: Annotated[str, typer.Option(metavar="KEY", help="Only this source's.", show_default=False)] = "",
    category: Annotated[str, typer.Option(metavar="SLUG", help="Only this category's.", show_default=False)] = "",
    publisher: Annotated[str, typer.Option(help="Only this publisher's.", show_default=False)] = "",
    kind: Annotated[Kind | None, typer.Option(help="Only articles, or only flashes.")] = None,
    since: Annotated[
        datetime | None, typer.Option(parser=moment, metavar="TIME", help="Published then or later; UTC without zone.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(parser=moment, metavar="TIME", help="Published before then.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 20,
    as_json: JsonOption = False,
    assignments: SettingsOption = None,
) -> None:
    """List the articles that were archived last, newest first."""
    wanted = ArticleFilter(source, category, publisher, kind, since, until)
    with existing_archive(location(assignments)) as archive:
        found = _newest(archive, wanted, limit)
        if as_json:
            for article in found:
                print_json(article_fields(article))
            return
        rows = [_row(article) for article in found]
    if not rows:
        note("no article is like that: `finews list` without filters shows all")
        return
    columns = table("number", "published", "publisher", "source", "title", right=("number",), wide=("title",))
    print_table(columns, rows)


def _newest(archive: Archive, wanted: ArticleFilter, limit: int) -> Iterator[Article]:
    before: tuple[str, int] | None = None
    with archive.reading() as connection:
        while limit > 0:
            chunk = lookup.newest(connection, wanted, limit=min(limit, _CHUNK), before=before)
            yield from chunk
            if not chunk:
                return
            limit -= len(chunk)
            before = (iso_utc(chunk[-1].first_seen_at), chunk[-1].id)


def _row(article: Article) -> tuple[object, ...]:
    precision = article.published_precision or Precision.SECOND
    if article.published_at is None:
        when = "unknown"
    else:
        # A list of many sources is compared by eye: minutes do, and one zone for all would mislead about days.
        shown = Precision.MINUTE if precision is Precision.SECOND else precision
        when = local_time(article.published_at, article.timezone, shown)
    return article.id, when, article.publisher, article.source_key, article.title or article.text[:60]
