"""How runs ended, as a table for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.run import RunEnd
from crawler.terminal import visible
from storage.runs import RunState

_STYLES = {RunState.OK: "green", RunState.DEGRADED: "yellow", RunState.FAILED: "red"}
_MOST_SHOWN = 10


def print_end(console: Console, ends: Sequence[RunEnd]) -> None:
    """Print one row a run, then why what is missing is missing."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)
    for name in (
        "source",
        "end",
        "links seen",
        "new",
        "stored",
        "revised",
        "duplicate",
        "not archived",
        "seconds",
    ):
        is_text = name in {"source", "end"}
        table.add_column(name, justify="left" if is_text else "right", no_wrap=is_text, overflow="fold")
    for end in ends:
        table.add_row(*_row(end))
    console.print(table)
    for end in ends:
        _print_reasons(console, end)


def _row(end: RunEnd) -> tuple[str | Text, ...]:
    counts = end.counts
    missing = sum(counts.get(name, 0) for name in ("rejected", "failed", "gone", "retry"))
    known = counts.get("known", 0) + counts.get("duplicate", 0)
    seen = "unchanged" if counts.get("lists-unchanged") and not counts.get("seen") else counts.get("seen", 0)
    shown = (
        seen,
        counts.get("new", 0),
        counts.get("stored", 0),
        counts.get("revised", 0),
        known,
        missing,
    )
    return (
        end.source_key, Text(end.state.value, style=_STYLES[end.state]), *(str(number) for number in shown),
        f"{end.seconds:.1f}",
    )  # fmt: skip


def _print_reasons(console: Console, end: RunEnd) -> None:
    if end.reasons:
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(end.reasons.items()))
        console.print(f"{end.source_key}: not archived: {reasons}", markup=False)
    for problem in end.problems[:_MOST_SHOWN]:
        console.print(f"  {visible(problem)}", markup=False, soft_wrap=True)
    if len(end.problems) > _MOST_SHOWN:
        console.print(
            f"  and {len(end.problems) - _MOST_SHOWN} more: finews ledger --source {end.source_key}",
            markup=False,
        )
