"""`finews extract`: what the crawl would read from saved pages; no network, no database."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from pebble import ProcessExpired

from crawler.cli.explain import print_explanation
from crawler.cli.group import command_app, examples
from crawler.cli.output import JsonOption, note, print_json, progress
from crawler.cli.scrapy_settings import scrapy_settings
from crawler.cli.settings import SettingsOption
from crawler.errors import BadArgument
from crawler.options import read_options
from pipelines.agreement import agreement
from pipelines.explain import explain_file
from pipelines.saved import LARGEST_PAGE, BadRow, SavedPage, extract_file, extract_saved, read_manifest
from pipelines.workers import Workers
from reader.extraction_report import ReportRow, write_report
from storage.reasons import Reason

app = command_app()

DEGRADED = 1
_STDIN = "-"
_Rows = Iterable[SavedPage | BadRow]


@app.command(
    epilog=examples(
        "finews extract page.html --url https://www.example.com/news/1.html",
        "finews extract --manifest pages.jsonl --workers 4 > articles.jsonl",
        "finews extract --explain page.html",
        "finews extract --manifest pages.jsonl --html-report report/",
        "curl -s https://www.example.com/news/1.html | finews extract -",
    )
)
def extract(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE]...", help="Saved pages, .html or .html.gz; - for one on stdin."),
    ] = None,
    *,
    manifest: Annotated[
        Path | None, typer.Option(help="A JSON Lines file of pages: id, path (from its folder), url.")
    ] = None,
    url: Annotated[str, typer.Option(help="The address that the FILEs came from.", show_default=False)] = "",
    as_json: JsonOption = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Tell why each FILE comes out as it does: scores, candidates, origins.")
    ] = False,
    html_report: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write DIR/index.html to look at, instead of printing.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; else EXTRACT_WORKERS.")] = None,
    assignments: SettingsOption = None,
) -> None:
    """Read articles out of saved pages, as the crawl does; prints one JSON object a page, in order.

    A page that cannot be read gives id and error, and the others are read all the same. A manifest's rows may have
    gold ({"text", "title"}): the report shows the text against it.
    Exit code 1 where none could be read.
    """
    if (manifest is None) == (not files):
        raise BadArgument("give FILEs, or - for standard input, or --manifest: one of them")
    if files and _STDIN in files and len(files) > 1:
        raise BadArgument("- stands alone: it is one page from standard input")
    if explain and (not files or files == [_STDIN] or html_report is not None):
        raise BadArgument("--explain needs FILEs, and stands without --html-report")
    given = [*(assignments or ()), *([f"EXTRACT_WORKERS={workers}"] if workers is not None else [])]
    options = read_options(scrapy_settings(given))
    pool = Workers(
        processes=options.extract_workers, timeout_s=options.extract_timeout_s,
        memory_bytes=options.extract_memory_bytes,
    )  # fmt: skip
    try:
        if explain:
            is_any_read = _explain_all(
                pool, [SavedPage(name, Path(name), url) for name in files or []], as_json=as_json
            )
        elif html_report is not None:
            is_any_read = _report(_results(pool, files or [], manifest, url), html_report)
        else:
            is_any_read = _print_all(result for _, result in _results(pool, files or [], manifest, url))
    finally:
        pool.close()
    raise typer.Exit(0 if is_any_read else DEGRADED)


def _results(
    pool: Workers, files: list[str], manifest: Path | None, url: str
) -> Iterator[tuple[SavedPage | BadRow, dict[str, Any]]]:
    now = datetime.now(UTC)
    if files == [_STDIN]:
        body = sys.stdin.buffer.read(LARGEST_PAGE + 1)
        if len(body) > LARGEST_PAGE:
            raise BadArgument(f"standard input has more than {LARGEST_PAGE} bytes: no page of one article")
        read = partial(extract_saved, id=_STDIN, url=url, now=now)
        yield from in_order(
            lambda rows: pool.map(read, ((body,) for _ in rows)), [SavedPage(_STDIN, Path(_STDIN), url)]
        )
        return
    pages: _Rows = _manifest(manifest) if manifest is not None else [SavedPage(name, Path(name), url) for name in files]
    yield from in_order(lambda rows: pool.map(partial(extract_file, now=now), ((row,) for row in rows)), pages)


def _manifest(path: Path) -> Iterator[SavedPage | BadRow]:
    try:
        yield from read_manifest(path)
    except (OSError, UnicodeDecodeError) as error:
        raise BadArgument(f"--manifest {path} cannot be read ({error}); give a JSON Lines file in UTF-8") from error


def in_order(
    work: Callable[[Iterator[SavedPage]], Iterator[dict[str, Any] | Exception]], rows: _Rows
) -> Iterator[tuple[SavedPage | BadRow, dict[str, Any]]]:
    """Give each row and its result in order of the rows; bad rows and errors of `work` become results with an error.

    `work` takes pages a few ahead of the results that it gives.
    """
    waiting: deque[SavedPage | BadRow] = deque()

    def pages() -> Iterator[SavedPage]:
        for row in rows:
            waiting.append(row)
            if isinstance(row, SavedPage):
                yield row

    for result in work(pages()):
        yield from _bad(waiting)
        page = waiting.popleft()
        assert isinstance(page, SavedPage)
        yield page, result if isinstance(result, dict) else {"id": page.id, "url": page.url, "error": _said(result)}
    yield from _bad(waiting)


def _bad(waiting: deque[SavedPage | BadRow]) -> Iterator[tuple[BadRow, dict[str, Any]]]:
    while waiting and isinstance(waiting[0], BadRow):
        row = waiting.popleft()
        assert isinstance(row, BadRow)
        yield row, {"id": row.id, "error": row.error}


def _said(error: Exception) -> str:
    is_heavy = isinstance(error, TimeoutError | MemoryError | ProcessExpired)
    reason = Reason.TOO_HEAVY if is_heavy else Reason.EXTRACTION_FAILED
    return f"{reason}: {type(error).__name__}: {error}"


def _print_all(results: Iterator[dict[str, Any]]) -> bool:
    """Print results as they come; tell whether any page was read."""
    read = failed = 0
    with progress(total_known=False) as shown:
        task = shown.add_task("extract", total=None, counts="")
        for result in results:
            print_json(result)
            failed += "error" in result
            read += "error" not in result
            shown.update(task, counts=f"read {read}  failed {failed}")
    return read > 0


def _explain_all(pool: Workers, pages: list[SavedPage], *, as_json: bool) -> bool:
    """Explain pages one after the other; tell whether any could be."""
    explained = pool.map(partial(explain_file, now=datetime.now(UTC)), ((page,) for page in pages))
    is_any_read = False
    for page, one in zip(pages, explained, strict=True):
        print_explanation(page, one, as_json=as_json)
        is_any_read = is_any_read or not isinstance(one, Exception)
    return is_any_read


def _report(results: Iterator[tuple[SavedPage | BadRow, dict[str, Any]]], folder: Path) -> bool:
    """Write the report; tell whether any page was read."""
    try:
        summary = write_report((_report_row(row, result) for row, result in results), folder)
    except OSError as error:
        raise BadArgument(f"--html-report {folder} cannot be written ({error})") from error
    score = f", mean word F1 {summary.mean_f1:.3f} of {summary.scored}" if summary.mean_f1 is not None else ""
    note(f"{folder / 'index.html'}: {summary.pages} pages, {summary.refused} refused{score}")
    return summary.refused < summary.pages


_SHOWN = ("published_at", "publisher", "publisher_as_printed", "authors", "language", "category")


def _report_row(row: SavedPage | BadRow, result: dict[str, Any]) -> ReportRow:
    gold = row.gold if isinstance(row, SavedPage) else None
    text = result.get("text", "")
    told = {name: result.get(name) for name in _SHOWN}
    return ReportRow(
        id=row.id, url=result.get("url", ""), error=result.get("error", ""), title=result.get("title", ""), text=text,
        partial=bool(result.get("partial")),
        fields=tuple((name, ", ".join(one) if isinstance(one, list) else one or "") for name, one in told.items()),
        gold=gold.text if gold is not None else None, gold_title=gold.title if gold is not None else "",
        f1=agreement(text, gold.text) if gold is not None else None,
    )  # fmt: skip
