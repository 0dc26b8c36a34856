"""Extraction against what is right, beside plain trafilatura, newspaper4k, readability-lxml and resiliparse.

    python -m benchmarks.extraction MANIFEST... [--half A|B] [--extractors finews,trafilatura] [--worst N] [--json]

Forms of manifests: benchmarks/gold.py. How to install the others: benchmarks/extractors.py.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import warnings
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.extractors import EXTRACTORS, Read, installed, timed
from benchmarks.gold import GoldPage, read_gold
from benchmarks.scores import FIELDS, PageScore, SetScore, score_page, score_set

PROCESSES = 2
_MARGIN = 0.02
"""A page that scores less than trafilatura's by more counts as worse."""

Scored = tuple[Read, PageScore]


def measure(pages: Sequence[GoldPage], names: Sequence[str]) -> list[dict[str, Scored]]:
    """Give for every page what each extractor read and how right it is; all extractors see it in the same process."""
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("fork")) as pool:
        return list(pool.map(_measured, pages, [list(names)] * len(pages), chunksize=4))


def _measured(page: GoldPage, names: list[str]) -> dict[str, Scored]:
    body = page.body()
    if not _WARM:
        for name in names:  # what an extractor compiles at its first use is no cost of a page
            timed(name, body, page.url)
        _WARM.append(True)
    return {name: (read := timed(name, body, page.url), score_page(page, read)) for name in names}


_WARM: list[bool] = []


def summary(pages: Sequence[GoldPage], results: list[dict[str, Scored]], names: Sequence[str]) -> dict[str, Any]:
    """Give the numbers of a set by extractor."""
    by_page = all(page.metric == "bag" for page in pages)
    rows = {}
    for name in names:
        scored = score_set([one[name][1] for one in results], by_page=by_page)
        seconds = sum(one[name][0].cpu_seconds for one in results)
        rows[name] = {**asdict(scored), "pages_per_cpu_second": len(pages) / seconds if seconds else 0.0}
    return rows


def differences(pages: Sequence[GoldPage], results: list[dict[str, Scored]]) -> list[tuple[float, float, str, str]]:
    """Give (difference to trafilatura's F1, our F1, id, URL) of the pages, those where we are worse most first."""
    return sorted(
        (one["finews"][1].f1 - one["trafilatura"][1].f1, one["finews"][1].f1, page.id, page.url)
        for page, one in zip(pages, results, strict=True)
    )


def _table(title: str, rows: dict[str, Any]) -> Table:
    table = Table(title=title)
    for column in ("", "F1", "P", "R", "exact", *FIELDS, "no text", "pages/CPU s", "CPU ratio"):
        table.add_column(column, justify="right")
    slow = rows.get("trafilatura", {}).get("pages_per_cpu_second")
    for name, row in rows.items():
        cells = [f"{row[key]:.4f}" for key in ("f1", "precision", "recall", "exact")]
        cells += [f"{right}/{scored}" if scored else "" for right, scored in (row["fields"][one] for one in FIELDS)]
        speed = row["pages_per_cpu_second"]
        table.add_row(
            name, *cells, str(row["without_text"]), f"{speed:.1f}", f"{slow / speed:.2f}" if slow and speed else ""
        )
    return table


def _print_worst(console: Console, found: list[tuple[float, float, str, str]], most: int) -> None:
    worse = sum(difference < -_MARGIN for difference, *_ in found)
    better = sum(difference > _MARGIN for difference, *_ in found)
    console.print(f"against trafilatura by more than {_MARGIN}: worse on {worse} pages, better on {better}")
    for difference, own, name, url in found[:most]:
        console.print(f"  {difference:+.3f}  {own:.3f}  {name}  {url}", soft_wrap=True, highlight=False)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extraction", description=__doc__)
    parser.add_argument("manifests", nargs="+", type=Path, metavar="MANIFEST")
    parser.add_argument("--half", choices=("A", "B"), help="only a fixed random half of each set")
    parser.add_argument("--extractors", default=",".join(installed()), help=f"of {', '.join(EXTRACTORS)}")
    parser.add_argument(
        "--worst", type=int, default=0, metavar="N", help="list the N pages worst against trafilatura's"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, with every page's scores")
    asked = parser.parse_args(arguments)
    names = asked.extractors.split(",")
    if unknown := set(names) - set(installed()):
        parser.error(f"not installed: {', '.join(sorted(unknown))}; see benchmarks/extractors.py")
    warnings.simplefilter("ignore")  # of the others' dependencies
    # The line is longer than a terminal; wrapped, it cannot be read.
    console, told = Console(width=180), {}
    for manifest in asked.manifests:
        pages = [page for page in read_gold(manifest) if asked.half in (None, page.half)]
        results = measure(pages, names)
        rows = summary(pages, results, names)
        title = f"{manifest}{f', half {asked.half}' if asked.half else ''}: {len(pages)} pages"
        if asked.json:
            told[str(manifest)] = {"extractors": rows, "pages": _by_page(pages, results)}
            continue
        console.print(_table(title, rows))
        if {"finews", "trafilatura"} <= set(names):
            _print_worst(console, differences(pages, results), asked.worst)
    if asked.json:
        json.dump(told, sys.stdout, ensure_ascii=False, indent=1)


def _by_page(pages: Sequence[GoldPage], results: list[dict[str, Scored]]) -> dict[str, Any]:
    return {
        page.id: {
            name: {"f1": score.f1, **asdict(score), "error": read.error, "cpu_seconds": read.cpu_seconds}
            for name, (read, score) in one.items()
        }
        for page, one in zip(pages, results, strict=True)
    }


__all__ = ["SetScore", "differences", "main", "measure", "summary"]

if __name__ == "__main__":
    main()
