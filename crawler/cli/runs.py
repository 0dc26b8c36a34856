"""`finews runs`: how the crawls ended and what they took, the newest first; or one of them, whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer
from rich.text import Text

from crawler.cli.archive import existing_archive
from crawler.cli.group import FAILED, command_app, examples
from crawler.cli.output import JsonOption, note, print_facts, print_json, print_table, say, table
from crawler.cli.settings import SettingsOption, location
from crawler.terminal import print_error
from reader.present import run_fields, run_state, size
from storage import runs as run_rows
from storage.runs import Run, RunState

app = command_app()

_STYLES = {"ok": "green", "degraded": "yellow", "failed": "red", "killed": "red"}
_RIGHT = ("run", "new", "stored", "missing", "seconds", "cpu", "memory", "received")
_MISSING = ("rejected", "failed", "gone", "retry")


@app.command(
    epilog=examples(
        "finews runs", "finews runs --source sina-roll --state degraded", "finews runs 17", "finews runs --json"
    )
)
def runs(
    run: Annotated[int | None, typer.Argument(metavar="[ID]", min=1, help="One run, whole, with its problems.")] = None,
    *,
    source: Annotated[str, typer.Option(metavar="KEY", help="Only this source's.", show_default=False)] = "",
    state: Annotated[RunState | None, typer.Option(help="Only those that ended so.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 20,
    as_json: JsonOption = False,
    assignments: SettingsOption = None,
) -> None:
    """List the newest runs; or show one."""
    with existing_archive(location(assignments)) as archive, archive.reading() as connection:
        if run is not None:
            one = run_rows.find(connection, run)
            found = [one] if one is not None else []
        else:
            found = run_rows.latest(connection, limit=limit, source_key=source or None, state=state)
    if run is not None and not found:
        print_error(f"there is no run {run}: `finews runs` lists them")
        raise typer.Exit(FAILED)
    if as_json:
        for one in found:
            print_json(run_fields(one))
    elif run is not None:
        _print_run(found[0])
    else:
        _print_table(found)


def _print_table(found: list[Run]) -> None:
    if not found:
        note("no run is like that: `finews runs` without filters shows all")
        return
    columns = ("run", "source", "end", "started", *_RIGHT[1:])
    print_table(table(*columns, right=_RIGHT), [_row(run) for run in found])


def _row(run: Run) -> tuple[object, ...]:
    measures, counts, state = run.measures, run.counts, run_state(run)
    return (
        run.id, run.source_key, Text(state, style=_STYLES.get(state, "")), f"{run.started_at:%Y-%m-%d %H:%M}Z",
        counts.get("new", 0), counts.get("stored", 0) + counts.get("revised", 0),
        sum(counts.get(name, 0) for name in _MISSING), f"{_seconds(run):.1f}" if run.ended_at else "",
        _number(measures.get("cpu_seconds")), size(measures.get("peak_memory_bytes")), size(measures.get("bytes")),
    )  # fmt: skip


def _seconds(run: Run) -> float:
    told = run.measures.get("seconds")
    if isinstance(told, int | float):
        return told
    return (run.ended_at - run.started_at) / timedelta(seconds=1) if run.ended_at else 0.0


def _number(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, int | float) else ""


def _print_run(run: Run) -> None:
    say(f"run {run.id} of {run.source_key}: {run_state(run)}", style="bold")
    print_facts(
        (name.replace("_", " "), str(value))
        for name, value in run_fields(run).items()
        if name not in {"id", "source_key", "state", "counts", "problems", "measures"} and value is not None
    )
    for title, values in (("counts", run.counts), ("took", run.measures)):
        print_facts([(title, ", ".join(f"{name} {_shown(value)}" for name, value in values.items()))])
    for problem in run.problems:
        say(f"- {problem}")


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return f"({', '.join(f'{name} {count}' for name, count in value.items())})"
    return str(value)
