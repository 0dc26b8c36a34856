"""How commands answer: tables for people, one JSON object a line for programs, progress on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from crawler.terminal import console, visible
from storage.export.jsonl import json_line
from storage.types import iso_utc

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs; times are UTC.")]


def print_json(value: Mapping[str, object]) -> None:
    """Print one object as one line, in UTF-8 whatever the terminal speaks.

    A lone surrogate, which UTF-8 cannot say, becomes its JSON escape.
    """
    line = json_line(value).encode("utf-8", "backslashreplace") + b"\n"
    stream = typer.get_binary_stream("stdout")
    stream.write(line)
    if sys.stdout.isatty():
        stream.flush()


_PLAIN: dict[str, Any] = {"box": SIMPLE_HEAD, "show_edge": False, "pad_edge": False, "padding": (0, 1, 0, 0)}


def table(*columns: str, title: str = "", right: Sequence[str] = (), wide: Sequence[str] = ()) -> Table:
    """Give an empty table; numbers stand `right`, columns that are `wide` give way where the terminal is narrow."""
    made = Table(title=title or None, title_justify="left", header_style="bold", **_PLAIN)
    for name in columns:
        made.add_column(
            name, justify="right" if name in right else "left", no_wrap=name not in wide,
            overflow="ellipsis" if name not in wide else "fold",
        )  # fmt: skip
    return made


def print_table(made: Table, rows: Iterable[Sequence[object]], *, where: Console | None = None) -> None:
    """Fill a table and print it; every cell is printed as it is, never as markup."""
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(_shown(cell)) for cell in row))
    (where or console()).print(made)


def _shown(cell: object) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case datetime():
            return iso_utc(cell)
        case _:
            return visible(str(cell))


def say(text: str = "", *, style: str | None = None, lines: bool = False) -> None:
    """Print text of any origin to standard output, harmless."""
    console().print(Text(visible(text, lines=lines)), style=style, soft_wrap=True)


def print_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Print values of any origin, each behind its name, harmless."""
    where = console()
    for name, value in facts:
        where.print(Text.assemble((f"{name:<12}", "dim"), visible(value)), soft_wrap=True)


def note(text: str) -> None:
    """Print a remark to standard error: it belongs to no program's input."""
    console(stderr=True).print(Text(visible(text)), style="dim", soft_wrap=True)


def progress(*, total_known: bool = True) -> Progress:
    """Give a progress display on standard error; it shows nothing where that is no terminal."""
    where = console(stderr=True)
    counted = (BarColumn(), MofNCompleteColumn()) if total_known else (SpinnerColumn(),)
    return Progress(
        TextColumn("{task.description}", markup=False), *counted, TimeElapsedColumn(),
        TextColumn("{task.fields[counts]}", markup=False),
        console=where, transient=True, disable=not where.is_terminal,
    )  # fmt: skip
