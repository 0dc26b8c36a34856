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

from crawler.cli.group import command_app, examples
from crawler.cli.output import print_json, progress
from crawler.cli.scrapy_settings import scrapy_settings
from crawler.cli.settings import SettingsOption
from crawler.errors import BadArgument
from crawler.options import read_options
from pipelines.saved import LARGEST_PAGE, BadRow, SavedPage, extract_file, extract_saved, read_manifest
from pipelines.workers import Workers
from storage.reasons import Reason

app = command_app()

DEGRADED = 1
_STDIN = "-"
_Rows = Iterable[SavedPage | BadRow]


@app.command(
    epilog=examples(
        "finews extract page.html --url https://www.example.com/news/1.html",
        "finews extract --manifest pages.jsonl --workers 4 > articles.jsonl",
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
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; else EXTRACT_WORKERS.")] = None,
    assignments: SettingsOption = None,
) -> None:
    """Read articles out of saved pages, as the crawl does; prints one JSON object a page, in order.

    A page that cannot be read gives id and error, and the others are read all the same.
    Exit code 1 where none could be read.
    """
    if (manifest is None) == (not files):
        raise BadArgument("give FILEs, or - for standard input, or --manifest: one of them")
    if files and _STDIN in files and len(files) > 1:
        raise BadArgument("- stands alone: it is one page from standard input")
    given = [*(assignments or ()), *([f"EXTRACT_WORKERS={workers}"] if workers is not None else [])]
    options = read_options(scrapy_settings(given))
    pool = Workers(
        processes=options.extract_workers, timeout_s=options.extract_timeout_s,
        memory_bytes=options.extract_memory_bytes,
    )  # fmt: skip
    try:
        is_any_read = _print_all(_results(pool, files or [], manifest, url))
    finally:
        pool.close()
    raise typer.Exit(0 if is_any_read else DEGRADED)


def _results(pool: Workers, files: list[str], manifest: Path | None, url: str) -> Iterator[dict[str, Any]]:
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
) -> Iterator[dict[str, Any]]:
    """Give each row's result in the order of the rows; bad rows and errors of `work` become results with an error.

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
        yield result if isinstance(result, dict) else {"id": page.id, "url": page.url, "error": _said(result)}
    yield from _bad(waiting)


def _bad(waiting: deque[SavedPage | BadRow]) -> Iterator[dict[str, Any]]:
    while waiting and isinstance(waiting[0], BadRow):
        row = waiting.popleft()
        assert isinstance(row, BadRow)
        yield {"id": row.id, "error": row.error}


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
