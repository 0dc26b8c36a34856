"""`finews templates`: what was learned of each host's pages, and learning it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing
from typing import Annotated, Any

import typer

from crawler.cli.archive import existing_archive
from crawler.cli.group import FAILED, command_app, examples
from crawler.cli.output import JsonOption, note, print_facts, print_json, print_table, progress, say, table
from crawler.cli.scrapy_settings import scrapy_settings
from crawler.cli.settings import SettingsOption, location
from crawler.learning import Learning
from crawler.options import read_options
from crawler.terminal import print_error
from pipelines.patience import ArchiveThread
from pipelines.templates.learned import LEAST_PAGES, Learned
from pipelines.templates.template import Template, from_json
from pipelines.workers import Workers
from storage import templates as stored_templates
from storage.archive import Archive
from storage.templates import StoredTemplate

app = command_app(help="Show and learn what the pages of each host have in common.")

HostArgument = Annotated[str, typer.Argument(metavar="HOST", help="As www.example.com.")]


@app.callback(invoke_without_command=True, epilog=examples("finews templates", "finews templates show www.example.com"))
def templates(context: typer.Context, *, as_json: JsonOption = False, assignments: SettingsOption = None) -> None:
    """List every host's newest template: how sure it is, and how it served the last pages."""
    if context.invoked_subcommand is not None:
        return
    with existing_archive(location(assignments)) as archive, archive.reading() as connection:
        found = stored_templates.load(connection)
    newest = list({one.host: one for one in reversed(found)}.values())[::-1]
    if as_json:
        for one in newest:
            print_json(_fields(one))
        return
    if not newest:
        note("nothing is learned yet: a crawl learns at its end, and `finews templates learn` at once")
        return
    made = table(
        "host", "version", "state", "pages", "use", "hits", "learned", "note",
        right=("version", "pages", "hits"), wide=("host", "note"),
    )  # fmt: skip
    print_table(
        made,
        [
            (one.host, one.version, one.state, one.pages, _use(one), _hits(one), f"{one.learned_at:%Y-%m-%d}", one.note)
            for one in newest
        ],
    )


@app.command(epilog=examples("finews templates show www.example.com", "finews templates show www.example.com --json"))
def show(host: HostArgument, *, as_json: JsonOption = False, assignments: SettingsOption = None) -> None:
    """Show a host's newest template whole, and the versions before it."""
    with existing_archive(location(assignments)) as archive, archive.reading() as connection:
        versions = stored_templates.load(connection, host.lower())
    if not versions:
        print_error(
            f"nothing is learned of {host!r}: `finews templates` lists what is, `finews templates learn` learns"
        )
        raise typer.Exit(FAILED)
    if as_json:
        for one in versions:
            print_json(_fields(one) | {"rules": _rules(one)})
        return
    newest = versions[0]
    facts = {key: value for key, value in _fields(newest).items() if key not in {"sure", "hit_share"}}
    facts |= {"use": _use(newest), "hits": _hits(newest)} | _rules(newest)
    print_facts((name, _said(value)) for name, value in facts.items())
    for one in versions[1:]:
        say(f"version {one.version}, learned {one.learned_at:%Y-%m-%d %H:%M}: {one.state} {one.note}".rstrip())


@app.command(epilog=examples("finews templates learn", "finews templates learn www.example.com"))
def learn(
    host: Annotated[
        str | None, typer.Argument(metavar="[HOST]", help="Only this host; else all with enough pages.")
    ] = None,
    *,
    as_json: JsonOption = False,
    assignments: SettingsOption = None,
) -> None:
    """Learn templates anew from the kept pages; what is found serves from the next crawl on.

    A template replaces the slow path only where it lost nothing of any page that it was learned from. Exit code 1 where
    nothing was learned.
    """
    options = read_options(scrapy_settings(assignments))
    workers = Workers(processes=1, timeout_s=options.extract_timeout_s, memory_bytes=options.extract_memory_bytes)
    try:
        with existing_archive(options.location) as archive:
            found = asyncio.run(_learn_all(archive, workers, host.lower() if host else None))
    finally:
        workers.close()
    for one in found if as_json else ():
        print_json({"host": one.host, "pages": one.pages, "use": _learned(one), "note": one.note})
    if not as_json:
        _print_learned(found)
    raise typer.Exit(0 if any(one.template is not None for one in found) else 1)


async def _learn_all(archive: Archive, workers: Workers, host: str | None) -> list[Learned]:
    thread = ArchiveThread(patience_s=0)
    with closing(thread), progress() as shown:
        learning = Learning(archive, thread, workers)
        hosts = [host] if host is not None else await learning.hosts()
        task = shown.add_task("learn", total=len(hosts), counts="")
        found = []
        for one in hosts:
            found.append(await learning.learn(one))
            shown.update(task, advance=1, counts=one)
    return found


def _print_learned(found: Sequence[Learned]) -> None:
    if not found:
        note(f"no host has {LEAST_PAGES} kept pages of articles yet")
        return
    made = table("host", "pages", "use", "note", right=("pages",), wide=("note",))
    print_table(made, [(one.host, one.pages, _learned(one), one.note) for one in found])


def _learned(one: Learned) -> str:
    return "nothing" if one.template is None else "replaces" if one.template.is_sure else "corrects"


def _template(one: StoredTemplate) -> Template | None:
    try:
        return from_json(one.rules, host=one.host, version=one.version)
    except (ValueError, TypeError):
        return None


def _use(one: StoredTemplate) -> str:
    template = _template(one)
    return "unreadable" if template is None else "replaces" if template.is_sure else "corrects"


def _hits(one: StoredTemplate) -> str:
    return f"{sum(one.recent)}/{len(one.recent)}" if one.recent else ""


def _fields(one: StoredTemplate) -> dict[str, object]:
    template = _template(one)
    return {
        "host": one.host, "version": one.version, "state": one.state, "pages": one.pages,
        "sure": template.is_sure if template is not None else None,
        "hit_share": sum(one.recent) / len(one.recent) if one.recent else None, "learned_at": one.learned_at,
        "note": one.note,
    }  # fmt: skip


def _rules(one: StoredTemplate) -> dict[str, Any]:
    template = _template(one)
    if template is None:
        return {}
    return {
        name: getattr(template, name)
        for name in ("body", "drop", "title", "time", "authors", "boilerplate", "least_share")
    }  # fmt: skip


def _said(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)
