"""The crawl against a bare pool of trafilatura, on the same pages in one run; and the ledger against its list.

    python -m benchmarks.crawl [--pages 1000] [--rounds 1]

Prints, for each side: pages a second, CPU a page, and the ratio; peak memory (PSS) of the crawl's process tree.
These machines are noisy: read the ratios.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import trafilatura
from rich.console import Console
from rich.table import Table

from crawler.frontier import seen_link
from crawler.lists import read_list
from crawler.sources import parse_sources
from storage.archive import Archive, Visit, open_archive
from storage.config import Location
from tests.site.bulk import bulk_feed, bulk_page

ROOT = Path(__file__).parents[1]
PROCESSES = 2
SOURCES = """
[[source]]
key = "bulk"
kind = "feed"
url = "https://bulk.test/rss?count={count}"
publisher = "Bulk"
"""


@dataclass(frozen=True)
class Measured:
    pages_per_s: float
    cpu_ms_per_page: float
    pss_mb: float = 0.0


def bare_pool(pages: int) -> Measured:
    """Extract the pages in a pool of two processes with trafilatura's defaults, and do nothing else."""
    context = multiprocessing.get_context("fork")
    bodies = [bulk_page(number) for number in range(pages)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with context.Pool(PROCESSES) as pool:
        pool.map(_bare, bodies[: PROCESSES * 2])  # both processes have compiled what trafilatura compiles at first use
        started = time.perf_counter()
        texts = pool.map(_bare, bodies, chunksize=4)
        seconds = time.perf_counter() - started
        pool.close()
        pool.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert all(texts)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(pages / seconds, cpu / pages * 1000)


def _bare(body: bytes) -> bool:
    return trafilatura.bare_extraction(body) is not None


def crawl(pages: int) -> Measured:
    """Crawl the pages from the local site into SQLite, everything stored and captured."""
    with tempfile.TemporaryDirectory() as folder, _site() as port:
        sources = Path(folder) / "sources.toml"
        sources.write_text(SOURCES.format(count=pages), encoding="utf-8")
        settings = {
            "ARCHIVE_URL": f"sqlite:///{folder}/archive.db", "CAPTURES_DIR": f"{folder}/captures",
            "SOURCES_FILE": str(sources), "CONNECT_TO": f"*=127.0.0.1:{port}",
            "ALLOWED_PRIVATE_NETWORKS": "127.0.0.1/32", "EXTRACT_WORKERS": str(PROCESSES),
        }  # fmt: skip
        environment = {**os.environ, **{f"FINEWS_{name}": value for name, value in settings.items()}}
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapy", "crawl", "feed", "-a", "source=bulk"], cwd=ROOT, env=environment
        )
        peak = _Peak(process.pid)
        process.wait()
        pss_mb, cpu = peak.stop()
        return _crawled(Path(folder), pages, pss_mb, cpu)


def _crawled(folder: Path, pages: int, pss_mb: float, cpu: float) -> Measured:
    archive = open_archive(Location(f"sqlite:///{folder}/archive.db", folder / "captures"))
    with archive.reading() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM article_current WHERE capture_id IS NOT NULL").scalar()
        times = connection.exec_driver_sql("SELECT started_at, ended_at FROM run_status").one()
    archive.close()
    if count != pages:
        raise SystemExit(f"the crawl stored {count} of {pages} pages: nothing was measured")
    started, ended = (datetime.fromisoformat(text) for text in times)
    return Measured(pages / max((ended - started).total_seconds(), 1), cpu / pages * 1000, pss_mb)


class _Peak:
    """Watches a process tree: its largest PSS, and its CPU seconds."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._pss = 0
        self._cpu: dict[int, float] = {}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> tuple[float, float]:
        """Give the largest PSS in MB and the CPU seconds of the tree."""
        self._done.set()
        self._thread.join()
        return self._pss / 1e6, sum(self._cpu.values())

    def _watch(self) -> None:
        while not self._done.wait(0.25):
            pss = 0
            try:
                tree = [self._root, *self._root.children(recursive=True)]
            except psutil.NoSuchProcess:
                return
            for process in tree:
                try:
                    pss += process.memory_full_info().pss
                    times = process.cpu_times()
                    self._cpu[process.pid] = times.user + times.system
                except psutil.Error:
                    continue
            self._pss = max(self._pss, pss)


@contextmanager
def _site() -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-m", "tests.site"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = int(process.stdout.readline().rsplit(":", 1)[1])
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def ledger(links: int) -> dict[str, float]:
    """Measure CPU seconds of a list of many links: the first visit, the same bytes again, the same links again.

    The same bytes are known by their digest, as a visit does it (crawler/spiders/archive.py).
    """
    (source,) = parse_sources(SOURCES.format(count=links), path="benchmark")
    feed = bulk_feed(links)
    seconds = {}
    with tempfile.TemporaryDirectory() as folder:
        archive = open_archive(Location(f"sqlite:///{folder}/archive.db", Path(folder) / "captures"))
        for name in ("first visit", "same links, another date on top"):
            started = time.process_time()
            listing = read_list(
                source, url=source.url, body=feed, content_type="application/rss+xml", now=datetime.now(UTC)
            )
            _record(archive, tuple(seen_link(found) for found in listing.found))
            seconds[name] = time.process_time() - started
        archive.close()
    started = time.process_time()
    hashlib.sha256(feed).hexdigest()
    seconds["same bytes again"] = time.process_time() - started
    return seconds


def _record(archive: Archive, links: tuple) -> None:  # type: ignore[type-arg]
    archive.record_visit(Visit("bulk", links, ()), run_id=None)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawl", description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    console = Console()
    table = Table(title=f"{arguments.pages} pages, {PROCESSES} extracting processes, {os.cpu_count()} cores")
    for column in ("round", "way", "pages/s", "CPU ms/page", "peak PSS MB", "ratio"):
        table.add_column(column, justify="right")
    for number in range(1, arguments.rounds + 1):
        bare, ours = bare_pool(arguments.pages), crawl(arguments.pages)
        table.add_row(str(number), "bare pool", f"{bare.pages_per_s:.1f}", f"{bare.cpu_ms_per_page:.1f}", "", "1.00")
        ratio = ours.pages_per_s / bare.pages_per_s
        table.add_row(
            "", "crawl", f"{ours.pages_per_s:.1f}", f"{ours.cpu_ms_per_page:.1f}", f"{ours.pss_mb:.0f}", f"{ratio:.2f}"
        )
    console.print(table)
    for name, cpu in ledger(20_000).items():
        console.print(f"a list of 20,000 links, {name}: {cpu:.2f} s CPU")


if __name__ == "__main__":
    main()
