"""`finews ledger`: what became of every link, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from crawler.cli.archive import existing_archive
from crawler.cli.group import FAILED, command_app, examples
from crawler.cli.output import JsonOption, note, print_json, print_table, say, table
from crawler.cli.settings import SettingsOption, location
from crawler.errors import BadArgument
from crawler.terminal import print_error
from reader.present import link_fields, story_of_link, try_fields
from storage import link_history
from storage.archive import Archive
from storage.link_history import LinkFilter
from storage.reasons import Reason
from storage.types import LinkState

app = command_app()

_CAME_TO_NOTHING = (LinkState.REJECTED, LinkState.FAILED, LinkState.GONE)


@app.command(
    epilog=examples(
        "finews ledger",
        "finews ledger --source sina-roll --state rejected",
        "finews ledger --explain https://finance.eastmoney.com/a/202203152309565655.html",
        "finews ledger --reason unreachable --retry",
    )
)
def ledger(
    *,
    source: Annotated[str, typer.Option(metavar="KEY", help="Only this source's links.", show_default=False)] = "",
    state: Annotated[LinkState | None, typer.Option(help="Only links in this state.")] = None,
    reason: Annotated[Reason | None, typer.Option(metavar="REASON", help="Only links with this reason.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many links.")] = 50,
    explain: Annotated[str | None, typer.Option(metavar="URL", help="Tell one link's whole history.")] = None,
    retry: Annotated[
        bool, typer.Option("--retry", help="Make these links due again; without --state those that came to nothing.")
    ] = False,
    as_json: JsonOption = False,
    assignments: SettingsOption = None,
) -> None:
    """Count all links by source, state and reason; or list links, the last discovered first."""
    wanted = LinkFilter(source, state, reason or "")
    has_filter = wanted != LinkFilter()
    if retry and not has_filter:
        raise BadArgument("--retry needs --source, --state or --reason: which links shall be tried again?")
    if explain is not None and (retry or has_filter):
        raise BadArgument("--explain stands alone: it tells of one link")
    with existing_archive(location(assignments)) as archive:
        if explain is not None:
            _explain(archive, explain, as_json=as_json)
        elif retry:
            _retry(archive, wanted, as_json=as_json)
        elif has_filter:
            _links(archive, wanted, limit, as_json=as_json)
        else:
            _summary(archive, as_json=as_json)


def _summary(archive: Archive, *, as_json: bool) -> None:
    with archive.reading() as connection:
        rows = link_history.summary(connection)
    if as_json:
        for source, state, reason, count in rows:
            print_json({"source_key": source, "state": state, "reason": reason, "count": count})
    elif rows:
        print_table(table("source", "state", "reason", "links", right=("links",)), rows)
    else:
        note("the ledger is empty: crawl something first")


def _links(archive: Archive, wanted: LinkFilter, limit: int, *, as_json: bool) -> None:
    with archive.reading() as connection:
        found = link_history.links(connection, wanted, limit=limit)
    if as_json:
        for link in found:
            print_json(link_fields(link))
        return
    if not found:
        note("no link is like that: `finews ledger` counts all")
        return
    columns = table("discovered", "source", "state", "reason", "tries", "url", right=("tries",), wide=("url",))
    print_table(
        columns,
        [(one.discovered_at, one.source_key, one.state, one.reason, one.attempts, one.url) for one in found],
    )
    if len(found) == limit:
        note(f"the last {limit} are shown; --limit shows more")


def _explain(archive: Archive, url: str, *, as_json: bool) -> None:
    with archive.reading() as connection:
        found = link_history.of_url(connection, url.strip())
        histories = [(link, link_history.tries(connection, link.id)) for link in reversed(found)]
    if not histories:
        print_error(f"the ledger has no link {url!r}: no source showed it, and nobody gave it by hand")
        raise typer.Exit(FAILED)
    for link, tries in histories:
        if as_json:
            print_json({**link_fields(link), "tries": [try_fields(one) for one in tries]})
        else:
            say(link.url, style="bold")
            for line in story_of_link(link, tries):
                say(line)


def _retry(archive: Archive, wanted: LinkFilter, *, as_json: bool) -> None:
    states = (wanted.state,) if wanted.state is not None else _CAME_TO_NOTHING
    now = datetime.now(UTC)
    with archive.writing() as connection:
        count = sum(
            link_history.make_due(connection, LinkFilter(wanted.source_key, state, wanted.reason), now=now)
            for state in states
        )
    if as_json:
        print_json({"due_again": count})
    else:
        say(f"{count} links are due again: the next crawl of their sources tries them")
