"""`finews sources`: list them, try one, find and add new ones."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.group import command_app, examples
from crawler.cli.output import JsonOption, note, print_facts, print_json, print_table, say, table
from crawler.cli.scrapy_settings import scrapy_settings
from crawler.cli.settings import SettingsOption, sources_file
from crawler.cli.sources_file import add_entry, writable_file
from crawler.crawling import exit_code
from crawler.errors import BadArgument
from crawler.finder import FoundList, find_lists_of
from crawler.lists.discover import source_key, toml_entry
from crawler.site_rules import SiteRules, load_site_rules
from crawler.sources import CATALOGUE, Source, find_source, load_sources
from crawler.trial import Trial, try_source
from pipelines.templates.hosts import host_of
from reader.present import article_fields, link_fields, printed_publisher, published
from storage.lookup import Article

app = command_app()

DEGRADED = 1
_TEXT_START = 300


@app.callback(epilog=examples("finews sources list", "finews sources check fed-press"))
def sources() -> None:
    """List, check and add sources: the places that show links."""


@app.command("list", epilog=examples("finews sources list", "finews sources list --json"))
def list_sources(as_json: JsonOption = False, assignments: SettingsOption = None) -> None:
    """List all sources of SOURCES_FILE, or of the catalogue that ships with finews."""
    found = load_sources(sources_file(assignments) or CATALOGUE)
    if as_json:
        for source in found:
            print_json(_fields(source))
        return
    columns = table("key", "kind", "publisher", "language", "schedule", "enabled", "verified", wide=("publisher",))
    print_table(
        columns,
        [
            (one.key, one.kind, one.publisher, one.language, one.schedule, one.enabled, one.verified)
            for one in found
        ],
    )  # fmt: skip


def _fields(source: Source) -> dict[str, object]:
    return {
        "key": source.key, "kind": source.kind, "url": source.url, "publisher": source.publisher,
        "language": source.language, "timezone": source.timezone, "schedule": source.schedule,
        "enabled": source.enabled, "verified": source.verified, "documented": source.documented,
    }  # fmt: skip


@app.command(epilog=examples("finews sources check sina-7x24", "finews sources check fed-press --articles 5 --json"))
def check(
    key: Annotated[str, typer.Argument(help="The source.")],
    articles: Annotated[int, typer.Option(min=0, max=20, help="How many of its articles are fetched, too.")] = 2,
    links: Annotated[int, typer.Option(min=0, help="How many of its links are shown.")] = 10,
    as_json: JsonOption = False,
    assignments: SettingsOption = None,
) -> None:
    """Fetch one page of a source's list and show what would be stored; nothing is stored.

    Where there are rules for its site, their sample pages are read, too. Exit code 0: all was read; 1: something would
    be refused, or a sample comes out otherwise than expected; 2: the list cannot be read.
    """
    source = find_source(load_sources(sources_file(assignments) or CATALOGUE), key)
    if source.kind == "page":
        raise BadArgument(
            f"source {key!r} is of kind 'page': it has no list; `finews crawl {key} --url ...` takes links"
        )
    rules = load_site_rules(sources_file(assignments) or CATALOGUE)
    trial = try_source(scrapy_settings(assignments), source, articles=articles)
    proved = _proved(rules, [source.url, *(link.url for link in trial.links)])
    if as_json:
        print_json({**_trial_fields(trial), "rules": [asdict(one) for one in proved]})
    else:
        _print_trial(trial, links)
        _print_proved(proved)
    code = exit_code([trial.end])
    raise typer.Exit(code or (DEGRADED if any(one.faults for one in proved) else 0))


@dataclass(frozen=True, slots=True)
class _Proved:
    """The rules of a site, how many sample pages they have, and which values of these come out otherwise."""

    hosts: tuple[str, ...]
    samples: int
    faults: tuple[str, ...]


def _proved(rules: SiteRules, urls: Iterable[str]) -> list[_Proved]:
    # Imported here: it loads all that extracts, which no other command of this module needs.
    from pipelines.layout_samples import faults_of  # noqa: PLC0415

    found = (rules.layout_for(host) for host in dict.fromkeys(map(host_of, urls)))
    layouts = {layout.hosts: layout for layout in found if layout is not None}
    return [_Proved(hosts, len(layout.sample), tuple(faults_of(layout))) for hosts, layout in layouts.items()]


def _print_proved(proved: Iterable[_Proved]) -> None:
    for one in proved:
        told = f"{len(one.faults)} values otherwise than expected" if one.faults else "as expected"
        say(f"rules for {', '.join(one.hosts)}: {one.samples} sample pages, {told}")
        for fault in one.faults:
            say(f"- {fault}")


def _trial_fields(trial: Trial) -> dict[str, object]:
    return {
        **asdict(trial.end), "links": [asdict(link) for link in trial.links],
        "articles": [article_fields(article) for article in trial.articles],
        "refused": [link_fields(link) for link in trial.refused],
    }  # fmt: skip


def _print_trial(trial: Trial, links: int) -> None:
    seen = trial.end.counts.get("seen", 0)
    say(f"{trial.end.source_key}: {seen} links on the list, {trial.end.state}", style="bold")
    if links and trial.links:
        rows = [(link.published, link.title, link.url) for link in trial.links[:links]]
        print_table(table("printed time", "title", "url", wide=("title", "url")), rows)
    for article in trial.articles:
        _print_article(article)
    for problem in trial.end.problems[:links]:
        say(f"- {problem}")
    note("nothing was stored")


def _print_article(article: Article) -> None:
    say()
    say(article.title or "(no title)", style="bold")
    start = " ".join(article.text.split())[:_TEXT_START]
    print_facts((
        ("publisher", printed_publisher(article)), ("published", published(article)),
        ("category", f"{article.category_slug} ({article.category_name})"), ("address", article.url),
        ("text", f"{start}{' ...' * (len(article.text) > _TEXT_START)} [{len(article.text)} characters]"),
    ))  # fmt: skip


@app.command(
    epilog=examples(
        "finews sources add https://www.example.com/markets/ --to sources.toml",
        "finews sources add https://www.example.com/ --to sources.toml --publisher Example --language en",
    )
)
def add(
    url: Annotated[str, typer.Argument(help="A page of the site, or a feed or sitemap itself.")],
    *,
    to: Annotated[Path | None, typer.Option(help="The file to write to, made if missing; else SOURCES_FILE.")] = None,
    choose: Annotated[
        int | None, typer.Option(min=1, help="Which of the lists found; else asks, or the first.")
    ] = None,
    key: Annotated[str | None, typer.Option(help="The new source's key; else made from its address.")] = None,
    publisher: Annotated[str, typer.Option(help="Who writes there.", show_default=False)] = "",
    language: Annotated[str, typer.Option(help="As zh or en-US.", show_default=False)] = "",
    timezone: Annotated[str, typer.Option(help="The zone of its times, as Asia/Shanghai.")] = "UTC",
    schedule: Annotated[str, typer.Option(help="When to crawl it, a cron line.")] = "*/30 * * * *",
    as_json: JsonOption = False,
    assignments: SettingsOption = None,
) -> None:
    """Find the feeds and sitemaps of a page, and write one of them to the sources."""
    file = writable_file(to or sources_file(assignments))
    found = find_lists_of(scrapy_settings(assignments), url)
    if not found:
        raise BadArgument(f"{url} shows no feed, sitemap or article links; write its entry by hand (docs/sources.md)")
    if not as_json:
        rows = [(n, one.kind, one.url, one.links, one.title or one.first_title) for n, one in enumerate(found, 1)]
        print_table(table("", "kind", "url", "links", "title", right=("", "links"), wide=("url", "title")), rows)
    chosen = _chosen(found, choose, ask=not as_json)
    entry = toml_entry(
        chosen.kind, chosen.url, key=key, publisher=publisher, language=language, timezone=timezone, schedule=schedule
    )
    add_entry(file, entry)
    name = key or source_key(chosen.url)
    if as_json:
        for one in found:
            print_json({**asdict(one), "added_as": name if one is chosen else None})
    else:
        say(f"added {name} to {file}; try it: finews sources check {name} -s SOURCES_FILE={file}")


def _chosen(found: list[FoundList], choose: int | None, *, ask: bool) -> FoundList:
    if choose is None and ask and len(found) > 1 and sys.stdin.isatty() and sys.stdout.isatty():
        choose = typer.prompt("Which one", type=int, default=1)
    number = choose or 1
    if number not in range(1, len(found) + 1):
        raise BadArgument(f"--choose {number}: only {len(found)} lists were found")
    return found[number - 1]
