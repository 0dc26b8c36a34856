"""`finews crawl`: sources by key, or links given by hand, into the archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from crawler.cli.group import command_app, examples
from crawler.cli.output import JsonOption, print_json, progress
from crawler.cli.scrapy_settings import scrapy_settings
from crawler.cli.settings import SettingsOption, sources_file
from crawler.crawling import Crawl, Watch, ends_of, exit_code, run_spiders
from crawler.errors import BadArgument
from crawler.preflight import preflight
from crawler.report import print_end
from crawler.run import RunEnd
from crawler.sources import CATALOGUE, Source, find_source, load_sources
from crawler.spiders.archive import ArchiveSpider
from crawler.terminal import console
from storage.urls import BadUrl, identity

app = command_app()

_SHOWN = (
    ("seen", ("seen",)),
    ("stored", ("stored", "revised")),
    ("duplicate", ("duplicate", "known", "unchanged")),
    ("rejected", ("rejected", "failed", "gone")),
)


@app.command(
    epilog=examples(
        "finews crawl eastmoney-rolling sina-7x24",
        "finews crawl --all",
        "finews crawl --infocode NW202203152309565655",
        "finews crawl --file links.txt --json",
    )
)
def crawl(
    keys: Annotated[list[str] | None, typer.Argument(metavar="[KEY]...", help="Sources, one after another.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="All enabled sources.")] = False,
    url: Annotated[str | None, typer.Option(help="An article's address.")] = None,
    infocode: Annotated[str | None, typer.Option(help="An Eastmoney infoCode.")] = None,
    file: Annotated[Path | None, typer.Option(help="A file of addresses and infoCodes, one a line.")] = None,
    scheduled: Annotated[bool, typer.Option("--scheduled", help="Leave out lists that are not due yet.")] = False,
    as_json: JsonOption = False,
    assignments: SettingsOption = None,
) -> None:
    """Crawl sources, or links given by hand.

    What a source shows is written to the ledger first; then all that is due is fetched, whichever crawl found it.
    Links given by hand with one KEY are read as that source's. Ends with what came of it:
    exit code 0 ok, 1 degraded, 2 failed.
    """
    settings = scrapy_settings(assignments)
    by_hand = {
        name: str(value) for name, value in (("url", url), ("infocode", infocode), ("file", file)) if value is not None
    }
    sources = load_sources(sources_file(assignments) or CATALOGUE)
    crawls = crawls_of(sources, keys or [], by_hand, every=every, scheduled=scheduled)
    ends = _run(crawls, settings)
    if as_json:
        for end in ends:
            print_json(asdict(end))
    else:
        print_end(console(), ends)
    raise typer.Exit(exit_code(ends))


def crawls_of(
    sources: Sequence[Source],
    keys: Sequence[str],
    by_hand: Mapping[str, str],
    *,
    every: bool = False,
    scheduled: bool = False,
) -> list[Crawl]:
    """Give the crawls that a person asks for.

    Raises:
        UnknownSource: a key that no source has. BadArgument: nothing to do, or two things at once.
    """
    if every and (keys or by_hand):
        raise BadArgument("--all stands alone: without KEYs and without links")
    if by_hand and len(keys) > 1:
        raise BadArgument("links given by hand can be read as one source's, not as several sources'")
    wanted = [source for source in sources if source.enabled] if every else [find_source(sources, key) for key in keys]
    further = {**by_hand, **({"scheduled": "1"} if scheduled else {})}
    if wanted:
        by_key = {source.key: source for source in wanted}
        return [Crawl(source.kind, {"source": key, **further}) for key, source in by_key.items()]
    if not by_hand:
        raise BadArgument("nothing to crawl: name sources (`finews sources list`), or give --all, --url or --infocode")
    return [Crawl(_spider_for(by_hand), further)]


def _spider_for(by_hand: Mapping[str, str]) -> str:
    if "infocode" in by_hand:
        return "eastmoney"
    try:
        is_eastmoney = identity(by_hand.get("url", "")).startswith("eastmoney:")
    except BadUrl:
        is_eastmoney = False
    return "eastmoney" if is_eastmoney else "page"


def _run(crawls: Sequence[Crawl], settings: Settings) -> list[RunEnd]:
    with progress(total_known=False) as shown:
        task = shown.add_task("crawl", total=None, counts="")

        def watch(spider: Spider) -> None:
            if isinstance(spider, ArchiveSpider):
                shown.update(task, description=spider.ledger_key, counts=counts_line(spider.tally.counts))

        watcher: Watch | None = watch if not shown.disable else None
        crawlers = run_spiders(settings, crawls, check=_check, watch=watcher)
    return ends_of(crawlers, crawls)


def counts_line(counts: Mapping[str, int]) -> str:
    """Give a running crawl's counts in one line.

    >>> counts_line({"seen": 12, "stored": 3, "known": 1, "retry": 1})
    'seen 12  stored 3  duplicate 1  rejected 0'
    """
    return "  ".join(f"{name} {sum(counts.get(one, 0) for one in counted)}" for name, counted in _SHOWN)


def _check(crawler: Crawler, crawl: Crawl) -> None:
    preflight(crawler.settings, crawler.spidercls, crawl.arguments)
