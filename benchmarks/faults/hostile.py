"""Hostile servers and pages: each class by a crawl of its own, and all of them beside good pages."""

from __future__ import annotations

import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

import psutil

from benchmarks.faults.world import Verdict, World, ended
from tests.site.hostile import ROUTES, HostileServer, answer
from tests.site.hostile_network import GOOD_PATHS, NETWORK_CASES, Case, prepare_bombs

MOST_SECONDS, MOST_BYTES = 20.0, 350_000_000
P95_S = 5.0
AT_ONCE = 2
BESIDE = 20
_SOURCE = '[[source]]\nkey = "beside"\nkind = "feed"\nurl = "https://lists.test/beside.xml"\npublisher = "Beside"\n'


@dataclass
class Measured:
    """How long a crawl took, and the most memory (PSS) that its processes had together."""

    seconds: float = 0.0
    peak_bytes: int = 0


@contextmanager
def measured(process: subprocess.Popen[str]) -> Iterator[Measured]:
    """Watch a process and its children until the block ends."""
    found, over, began = Measured(), threading.Event(), time.monotonic()
    root = psutil.Process(process.pid)

    def watch() -> None:
        while not over.wait(0.1):
            total = 0
            with suppress(psutil.Error):
                for one in [root, *root.children(recursive=True)]:
                    with suppress(psutil.Error):
                        total += one.memory_full_info().pss
            found.peak_bytes = max(found.peak_bytes, total)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()
        found.seconds = time.monotonic() - began


def network(times: int, seed: int) -> tuple[Verdict, list[Measured]]:
    """Crawl one page of each class that misbehaves on the network, `times` of them at most, by a crawl of its own."""
    prepare_bombs()
    cases = list(NETWORK_CASES)
    if times < len(cases):
        cases = Random(f"hostile {seed}").sample(cases, times)
    with HostileServer() as server, ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(lambda case: _one(case, server.port), cases))
    return sum((verdict for verdict, _ in results), Verdict()), [one for _, one in results]


def _one(case: Case, port: int) -> tuple[Verdict, Measured]:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), port)
        crawl = world.start("crawl", "--url", f"http://hostile.test{case.path}")
        with crawl as process, measured(process) as found:
            said, _ = ended(process, seconds=60)
        rows = world.rows("SELECT state, reason FROM link_status")
        found.seconds = _run_seconds(world) or found.seconds
    wrong = []
    ends = [(row.state, row.reason) for row in rows]
    if len(ends) != 1 or ends[0][1] != case.reason or (case.reason is None and ends[0][0] != "stored"):
        wrong.append(f"{case.path}: ends as {ends}, not with {case.reason}: {said[-500:]}")
    if process.returncode != (0 if case.reason is None else 1) or "Traceback" in said:
        wrong.append(f"{case.path}: exit code {process.returncode}: {said[-800:]}")
    if found.seconds > MOST_SECONDS or found.peak_bytes > MOST_BYTES:
        wrong.append(f"{case.path}: took {found.seconds:.1f} s and {found.peak_bytes / 1e6:.0f} MB")
    return Verdict(untrue=tuple(wrong), met=1), found


def _run_seconds(world: World) -> float:
    """Give how long the run took, to the second: without the start of Python, which a busy machine draws out."""
    for started, ended_at in world.rows("SELECT started_at, ended_at FROM run_status WHERE ended_at IS NOT NULL"):
        return (datetime.fromisoformat(ended_at) - datetime.fromisoformat(started)).total_seconds() + 1
    return 0.0


def beside(seed: int) -> tuple[Verdict, float]:
    """Crawl good pages beside as many hostile hosts; give what is wrong, and the 95th of 100 times to be stored."""
    prepare_bombs()
    bad = Random(f"beside {seed}").sample([case for case in NETWORK_CASES if case.reason is not None], BESIDE)
    good = [f"https://good-{number}.test{path}" for number, path in enumerate(GOOD_PATHS[:BESIDE])]
    links = [*(f"https://bad-{number}.test{case.path}" for number, case in enumerate(bad)), *good]
    items = "".join(f"<item><title>{n}</title><link>{escape(link)}</link></item>" for n, link in enumerate(links))
    feed = f"<rss version='2.0'><channel><title>Beside</title>{items}</channel></rss>"
    ROUTES["/beside.xml"] = lambda peer, _asked: answer(peer, feed.encode())
    with HostileServer() as server, tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), server.port, sources=_SOURCE)
        world.open().close()
        with world.start("crawl", "beside") as process:
            times = _times_stored(world, process, set(good))
            said, _ = ended(process, seconds=120)
    lost = tuple(f"{url} was not stored: {said[-500:]}" for url in good if url not in times)
    slowest = sorted(times.values())[int(len(times) * 0.95) - 1] if times else float("inf")
    late = (f"p95 of good pages is {slowest:.1f} s",) if slowest > P95_S else ()
    return Verdict(lost=lost, untrue=late, met=1), slowest


def _times_stored(world: World, process: subprocess.Popen[str], urls: set[str]) -> dict[str, float]:
    """Give how long after the list each address was stored."""
    seen_at = 0.0
    times: dict[str, float] = {}
    while process.poll() is None and len(times) < len(urls):
        rows = world.rows("SELECT url, state FROM link_status")
        now = time.monotonic()
        seen_at = seen_at or (now if rows else 0.0)
        times.update({row.url: now - seen_at for row in rows if row.state == "stored" and row.url not in times})
        time.sleep(0.1)
    return {url: taken for url, taken in times.items() if url in urls}
