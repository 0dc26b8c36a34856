"""A page to look at for a whole manifest: each saved page with what was read from it, against the gold where there is.

One HTML file without scripts or anything from outside; all text of pages is escaped.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import IO

from reader.text_diff import Side, diff

_LONGEST_TEXT = 30_000
_WORST = 20
_GOOD = 0.95
_FAIR = 0.8
_MARKS = {Side.MISSING: "del", Side.ADDED: "ins"}


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One saved page: what was read from it, or why nothing was; `f1` and `gold` where the manifest has gold."""

    id: str
    url: str
    error: str = ""
    title: str = ""
    text: str = ""
    partial: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    gold: str | None = None
    gold_title: str = ""
    f1: float | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a report holds: pages, those refused, those with gold, and the mean F1 of these (0 for a refused one)."""

    pages: int
    refused: int
    scored: int
    mean_f1: float | None


def write_report(rows: Iterable[ReportRow], folder: Path) -> Summary:
    """Write `index.html` into a folder, made where it is not there, and give what it holds.

    Raises:
        OSError: the folder or the file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / "index.html.part"
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as body:
        summary, worst = _write_rows(rows, body)
        body.seek(0)
        with unfinished.open("w", encoding="utf-8", errors="backslashreplace") as report:
            report.write(_head(summary, worst))
            shutil.copyfileobj(body, report)
            report.write("</main></body></html>\n")
    unfinished.replace(folder / "index.html")
    return summary


def _write_rows(rows: Iterable[ReportRow], body: IO[str]) -> tuple[Summary, list[tuple[float, int, str]]]:
    pages = refused = 0
    scores: list[tuple[float, int, str]] = []
    for number, row in enumerate(rows, start=1):
        pages += 1
        refused += bool(row.error)
        if row.f1 is not None:
            scores.append((row.f1, number, row.id))
        body.writelines(_row(row, number))
    mean = sum(score for score, _, _ in scores) / len(scores) if scores else None
    return Summary(pages, refused, len(scores), mean), sorted(scores)[:_WORST]


def _head(summary: Summary, worst: list[tuple[float, int, str]]) -> str:
    style = files("reader").joinpath("extraction_report.css").read_text(encoding="utf-8")
    facts = [f"{summary.pages} pages", f"{summary.refused} refused"]
    if summary.mean_f1 is not None:
        facts.append(f"mean word F1 of {summary.scored} with gold: {summary.mean_f1:.3f}")
    links = "".join(
        f'<a href="#p{number}">{escape(name)} <b class="{_grade(score)}">{score:.3f}</b></a>'
        for score, number, name in worst
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Extraction report</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{style}</style></head><body><header><h1>Extraction report</h1><p>{' · '.join(facts)}</p>"
        + (f"<nav><span>Worst:</span>{links}</nav>" if links else "")
        + '<p class="legend"><del>missing from the text</del> <ins>added by us</ins></p></header><main>\n'
    )


def _row(row: ReportRow, number: int) -> Iterator[str]:
    score = f'<b class="{_grade(row.f1)}">{row.f1:.3f}</b>' if row.f1 is not None else "<b></b>"
    state = "refused" if row.error else "partial" if row.partial else "article"
    yield (
        f'<details id="p{number}"><summary><span class="id">{escape(row.id)}</span>{score}'
        f'<span class="state {state}">{state}</span>'
        f'<span class="title" dir="auto">{escape(row.title or row.error)}</span>'
        "</summary>"
    )
    yield f"<dl>{''.join(_facts(row))}</dl>"
    yield f'<div class="text" dir="auto">{_text(row)}</div></details>\n'


def _facts(row: ReportRow) -> Iterator[str]:
    shown = escape(row.url)
    is_link = row.url.startswith(("http://", "https://"))
    link = f'<a href="{shown}" rel="noreferrer noopener">{shown}</a>' if is_link else shown
    yield f"<dt>address</dt><dd>{link}</dd>"
    if row.error:
        yield f"<dt>refused</dt><dd>{escape(row.error)}</dd>"
    if row.gold_title:
        yield f'<dt>title</dt><dd dir="auto">{_marked(row.gold_title, row.title)}</dd>'
    for name, value in row.fields:
        if value:
            yield f'<dt>{escape(name)}</dt><dd dir="auto">{escape(value)}</dd>'


def _text(row: ReportRow) -> str:
    text = row.text[:_LONGEST_TEXT]
    return _marked(row.gold[:_LONGEST_TEXT], text) if row.gold is not None else escape(text)


def _marked(wanted: str, text: str) -> str:
    return "".join(
        f"<{mark}>{escape(piece.text)}</{mark}>" if (mark := _MARKS.get(piece.side)) else escape(piece.text)
        for piece in diff(wanted, text)
    )


def _grade(score: float | None) -> str:
    return "" if score is None else "good" if score >= _GOOD else "fair" if score >= _FAIR else "bad"
