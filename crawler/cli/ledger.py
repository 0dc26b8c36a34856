"""`finews ledger`: what became of every link, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer

from crawler.cli.archive import existing_archive
from crawler.cli.group import FAILED, command_app, examples
from crawler.cli.output import JsonOption, note, print_json, print_table, say, table
from crawler.cli.settings import SettingsOption, location
from crawler.errors import BadArgument
from crawler.terminal import print_error
from reader.present import history_fields, link_fields, put_off_fields, story_of_link
from storage import hosts, link_history
from storage.archive import Archive
from storage.link_history import LinkFilter
from storage.reasons import Reason
from storage.types import LinkState, iso_utc

app = command_app()

_CAME_TO_NOTHING = (LinkState.REJECTED, LinkState.FAILED, LinkState.GONE, LinkState.PENDING)
"""So far: what is pending and waits for another try, too."""


@app.callback(
    invoke_without_command=True,
    epilog=examples(
        "finews ledger",
        "finews ledger --source sina-roll --state rejected",
        "finews ledger --reason unreachable --retry",
        "finews ledger explain https://finance.eastmoney.com/a/202203152309565655.html",
    ),
)
def ledger(
    context: typer.Context,
    *,
    source: Annotated[str, typer.Option(metavar="KEY", help="Only this source's links.", show_default=False)] = "",
    state: Annotated[LinkState | None, typer.Option(help="Only links in this state.")] = None,
    reason: Annotated[Reason | None, typer.Option(metavar="REASON", help="Only links with this reason.")] = None,
    host: Annotated[str, typer.Option(metavar="HOST", help="Only links on this host.", show_default=False)] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many links.")] = 50,
    retry: Annotated[
        bool,
        typer.Option("--retry", help="Make these links due again; without --state those that came to nothing or wait."),
    ] = False,
    explained: Annotated[str | None, typer.Option("--explain", metavar="URL", hidden=True)] = None,
    as_json: JsonOption = False,
    assignments: SettingsOption = None,
) -> None:
    """Count all links by source, state and reason; or list links, the last discovered first."""
    if context.invoked_subcommand is not None:
        return
    wanted = LinkFilter(source, state, reason or "", host)
    has_filter = wanted != LinkFilter()
    if retry and not has_filter:
        raise BadArgument("--retry needs --source, --state, --reason or --host: which links shall be tried again?")
    if explained is not None and (retry or has_filter):
        raise BadArgument("--explain stands alone: it tells of one link")
    with existing_archive(location(assignments)) as archive:
        if explained is not None:
            _explain(archive, explained, as_json=as_json)
        elif retry:
            _retry(archive, wanted, as_json=as_json)
        elif has_filter:
            _links(archive, wanted, limit, as_json=as_json)
        else:
            _summary(archive, as_json=as_json)


@app.command(epilog=examples("finews ledger explain https://finance.eastmoney.com/a/202203152309565655.html"))
def explain(
    url: Annotated[str, typer.Argument(metavar="URL", help="Any address of the link.")],
    *,
    as_json: JsonOption = False,
    assignments: SettingsOption = None,
) -> None:
    """Tell one link's whole history: the list that showed it, every try, what it waits for, the article."""
    with existing_archive(location(assignments)) as archive:
        _explain(archive, url, as_json=as_json)


def _summary(archive: Archive, *, as_json: bool) -> None:
    now = datetime.now(UTC)
    with archive.reading() as connection:
        rows = link_history.summary(connection)
        links = {one.put_off.host: one.links for one in hosts.waiting(connection, now=now)}
        put_off = [(one, links.get(one.host, 0)) for one in hosts.standing(connection, now=now)]
    if as_json:
        for source, state, reason, count in rows:
            print_json({"source_key": source, "state": state, "reason": reason, "count": count})
        for one, waiting in put_off:
            print_json(put_off_fields(one, links=waiting))
        return
    if rows:
        print_table(table("source", "state", "reason", "links", right=("links",)), rows)
    else:
        note("the ledger is empty: crawl something first")
    if put_off:
        say()
        columns = table("host put off", "until", "reason", "links", "why", right=("links",), wide=("why",))
        print_table(columns, [(one.host, one.until, one.reason, waiting, one.text) for one, waiting in put_off])


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
        now = datetime.now(UTC)
        histories = [link_history.history(connection, link, now=now) for link in reversed(found)]
    if not histories:
        print_error(f"the ledger has no link {url!r}: no source showed it, and nobody gave it by hand")
        raise typer.Exit(FAILED)
    for history in histories:
        if as_json:
            print_json(history_fields(history))
        else:
            say(history.link.url, style="bold")
            for line in story_of_link(history):
                say(line)


def _retry(archive: Archive, wanted: LinkFilter, *, as_json: bool) -> None:
    states = (wanted.state,) if wanted.state is not None else _CAME_TO_NOTHING
    now = datetime.now(UTC)
    with archive.writing() as connection:
        count = sum(link_history.make_due(connection, replace(wanted, state=state), now=now) for state in states)
        waiting = hosts.waiting(connection, wanted.source_key, now=now)
    if as_json:
        print_json({"due_again": count})
        return
    say(f"{count} links are due again: the next crawl of their sources tries them")
    for one in waiting:
        host = one.put_off
        if not wanted.host or host.host == wanted.host:
            note(f"{host.host} is put off until {iso_utc(host.until)}: {one.links} links wait for it ({host.text})")
