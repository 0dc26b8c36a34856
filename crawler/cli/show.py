"""`finews show`: one article, whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from crawler.cli.archive import existing_archive
from crawler.cli.group import FAILED, command_app, examples
from crawler.cli.output import JsonOption, print_facts, print_json, say
from crawler.cli.settings import SettingsOption, location
from crawler.terminal import print_error
from reader.present import article_fields, local_time, printed_publisher, published
from storage import link_history, lookup
from storage.archive import Archive
from storage.lookup import Article
from storage.types import Media, Mention

app = command_app()


@app.command(
    epilog=examples(
        "finews show 17",
        "finews show NW202203152309565655",
        "finews show https://finance.eastmoney.com/a/202203152309565655.html --json",
    )
)
def show(
    article: Annotated[str, typer.Argument(help="Its number, its infoCode, or any of its addresses.")],
    as_json: JsonOption = False,
    assignments: SettingsOption = None,
) -> None:
    """Show one article: title, publisher, times, addresses, securities, images and text."""
    with existing_archive(location(assignments)) as archive:
        with archive.reading() as connection:
            found = lookup.find(connection, article)
        if found is None:
            print_error(_missing(archive, article))
            raise typer.Exit(FAILED)
    if as_json:
        print_json(article_fields(found))
    else:
        _print_article(found)


def _missing(archive: Archive, reference: str) -> str:
    """Say that there is no such article, and what the ledger knows of the link."""
    with archive.reading() as connection:
        links = link_history.of_url(connection, reference.strip())
    if not links:
        return f"no article is {reference!r}: give its number (`finews list`), its infoCode, or one of its addresses"
    reason = f": {links[0].reason}" if links[0].reason else ""
    return f"no article is {reference!r}; its link is {links[0].state}{reason} (`finews ledger --explain` tells more)"


def _print_article(article: Article) -> None:
    say(article.title or "(no title)", style="bold")
    print_facts(_facts(article))
    say()
    say(article.text, lines=True)


def _facts(article: Article) -> Iterator[tuple[str, str]]:
    """Give what is known besides title and text, as (name, value); names repeat where there are several."""
    yield "number", f"{article.id}  revision {article.revision}  {article.kind}{'  partial' * article.partial}"
    yield "publisher", printed_publisher(article)
    if article.authors:
        yield "authors", ", ".join(article.authors)
    yield "published", published(article)
    if article.modified_at is not None:
        yield "modified", local_time(article.modified_at, article.timezone)
    yield "first seen", local_time(article.first_seen_at, "")
    yield "category", f"{article.category_slug} ({article.category_name})"
    if article.section:
        yield "section", article.section
    if article.tags:
        yield "tags", ", ".join(article.tags)
    yield "source", article.source_key
    if article.external_id:
        yield "external id", article.external_id
    yield "address", article.url
    for url in article.aliases:
        if url != article.url:
            yield "also", url
    for mention in article.mentions:
        yield "mentions", _mention(mention)
    for image in article.media:
        yield "image", _image(image)


def _mention(mention: Mention) -> str:
    symbol = f"{mention.symbol}.{mention.market}" if mention.market else mention.symbol
    return " ".join(part for part in (symbol, mention.name, f"({mention.origin})") if part)


def _image(image: Media) -> str:
    size = f" {image.width}x{image.height}" if image.width and image.height else ""
    return f"{image.url}{size} {image.alt}".rstrip()
