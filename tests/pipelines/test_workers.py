"""Pages that hang, swell or kill, in real worker processes."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psutil
import pytest
from pebble import ProcessExpired

from pipelines.extraction import TooHeavy
from pipelines.page import Fetched, Page, SourceFacts
from pipelines.workers import Workers
from storage.drafts import Draft, Rejected
from storage.reasons import Reason
from storage.types import Kind

NOW = datetime(2025, 6, 11, tzinfo=UTC)
MEMORY = 300 * 1024 * 1024


@pytest.fixture
def workers() -> Iterator[Workers]:
    running = Workers(processes=2, timeout_s=2, memory_bytes=MEMORY)
    yield running
    running.close()


def double(number: int) -> int:
    return number * 2


def hang(_number: int) -> int:
    while True:
        pass


def hang_in_c(_number: int) -> int:
    """Hold the interpreter's lock for ever, as a bad regular expression does."""
    return len(re.findall(r"(?:a+)+b", "a" * 60))


def swell(_number: int) -> int:
    held = []
    while True:
        held.append(bytes(1024 * 1024))


def die(_number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def leave(_number: int) -> int:
    os._exit(3)


_kept: list[bytes] = []


def keep(number: int) -> int:
    """Leave a worker with most of its memory taken, as caches do that have seen a hostile page."""
    _kept.append(b"x" * (MEMORY // 2))
    return number * 2


def break_(number: int) -> int:
    raise ValueError(f"number {number} is broken")


def act(name: str, number: int) -> int:
    acts = {
        "double": double,
        "hang": hang,
        "hang-in-c": hang_in_c,
        "swell": swell,
        "die": die,
        "leave": leave,
        "break": break_,
        "keep": keep,
    }
    return acts[name](number)


def test_each_bad_page_costs_itself_alone_and_the_others_come_out_in_order(workers: Workers) -> None:
    names = [
        "double",
        "hang",
        "double",
        "swell",
        "double",
        "die",
        "double",
        "break",
        "double",
        "leave",
        *["double"] * 9,
    ]
    results = list(workers.map(act, ((name, number) for number, name in enumerate(names))))
    good = [number * 2 for number, name in enumerate(names) if name == "double"]
    assert [result for result in results if isinstance(result, int)] == good
    kinds = {name: type(result) for name, result in zip(names, results, strict=True)}
    assert kinds == {
        "double": int, "hang": TimeoutError, "swell": MemoryError, "die": ProcessExpired, "break": ValueError,
        "leave": ProcessExpired,
    }  # fmt: skip


def test_a_worker_that_a_page_left_swollen_costs_the_next_pages_nothing(workers: Workers) -> None:
    names = ["keep", "double"] * 8
    results = list(workers.map(act, ((name, number) for number, name in enumerate(names))))
    assert results == [number * 2 for number in range(len(names))]

    async def one_by_one() -> list[int]:
        return [await workers.read(partial(act, "keep", number), url="https://desk.example.org/") for number in (1, 2)]

    assert asyncio.run(one_by_one()) == [2, 4]


@pytest.mark.parametrize(
    ("name", "said"), [("hang", "EXTRACT_TIMEOUT_S=2"), ("swell", "EXTRACT_MEMORY_MB"), ("die", "killed")]
)
def test_a_list_that_is_too_heavy_to_read_says_so(name: str, said: str, workers: Workers) -> None:
    with pytest.raises(TooHeavy, match=said) as caught:
        asyncio.run(workers.read(partial(act, name, 1), url="https://desk.example.org/list"))
    assert "https://desk.example.org/list" in str(caught.value)


def test_an_error_of_a_reader_comes_back_as_it_is(workers: Workers) -> None:
    with pytest.raises(ValueError, match="number 1 is broken"):
        asyncio.run(workers.read(partial(act, "break", 1), url="https://desk.example.org/list"))


def test_a_list_of_rows_without_end_is_read_only_as_far_as_needed(workers: Workers) -> None:
    drawn = 0

    def rows() -> Iterator[tuple[str, int]]:
        nonlocal drawn
        while True:
            drawn += 1
            yield "double", drawn

    results = workers.map(act, rows())
    assert [next(results) for _ in range(5)] == [2, 4, 6, 8, 10]
    assert drawn < 30


def test_no_rows_give_nothing(workers: Workers) -> None:
    assert list(workers.map(act, [])) == []


def page(url: str, body: bytes) -> Page:
    response = Fetched(url, url, 200, (("Content-Type", "text/html"),), body, NOW)
    return Page(1, url, Kind.ARTICLE, SourceFacts("desk"), NOW, fetched=(response,))


def article(number: int) -> Page:
    text = "<p>The harbour company reported steady figures for the quarter, and no change is expected.</p>" * 8
    markup = f"<html><body><article><h1>Report {number}</h1>{text}</article></body></html>"
    return page(f"https://desk.example.org/{number}", markup.encode())


def rich_page() -> Page:
    return page("https://desk.example.org/rich", b"<html><body>" + b"<p>one line of text, and more</p>" * 40_000)


def test_pages_become_drafts_while_others_are_refused(workers: Workers) -> None:
    async def all_of_them() -> list[Draft | Rejected]:
        pages = [article(1), page("https://desk.example.org/empty", b""), article(2)]
        return await asyncio.gather(*(workers.run(one) for one in pages))

    first, empty, second = asyncio.run(all_of_them())
    assert isinstance(first, Draft)
    assert isinstance(second, Draft)
    assert second.url == "https://desk.example.org/2"
    assert isinstance(empty, Rejected)


def test_a_page_that_takes_too_long_is_too_heavy_and_says_so() -> None:
    workers = Workers(processes=1, timeout_s=0.3, memory_bytes=4 * MEMORY)
    try:
        result, after = asyncio.run(_both(workers, rich_page(), article(1)))
    finally:
        workers.close()
    assert isinstance(result, Rejected)
    assert result.reason is Reason.TOO_HEAVY
    assert "https://desk.example.org/rich" in result.text
    assert "EXTRACT_TIMEOUT_S=0.3" in result.text
    assert isinstance(after, Draft)


def test_a_page_that_needs_too_much_memory_costs_itself_alone() -> None:
    workers = Workers(processes=1, timeout_s=60, memory_bytes=24 * 1024 * 1024)
    try:
        result, after = asyncio.run(_both(workers, rich_page(), article(1)))
    finally:
        workers.close()
    assert isinstance(result, Rejected)
    assert isinstance(after, Draft)


async def _both(workers: Workers, first: Page, second: Page) -> tuple[Draft | Rejected, Draft | Rejected]:
    return await workers.run(first), await workers.run(second)


_PROGRAM = """
import sys
from pipelines.workers import Workers
from tests.pipelines.test_workers import act

if __name__ == "__main__":
    workers = Workers(processes=2, timeout_s=300, memory_bytes=300 * 1024 * 1024)
    rows = [("double", 1), ("double", 2)] + [(sys.argv[1], 3)] * 3
    results = workers.map(act, rows * 8)
    print(next(results), next(results), flush=True)
    if sys.argv[2] == "close":
        workers.close()
        print("closed", flush=True)
    sys.stdin.read()
"""


def _start(tmp_path: Path, what: str, end: str) -> tuple[subprocess.Popen[str], list[psutil.Process]]:
    """Start a program with workers; give it with its processes, once the workers work."""
    program = tmp_path / "program.py"
    program.write_text(_PROGRAM, encoding="utf-8")
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, str(program), what, end], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "2 4\n"
    return process, psutil.Process(process.pid).children(recursive=True)


@pytest.mark.parametrize("what", ["hang", "hang-in-c", "double"])
def test_a_killed_crawl_leaves_no_worker_behind(tmp_path: Path, what: str) -> None:
    process, family = _start(tmp_path, what, "stay")
    assert len(family) >= 3
    with process:
        process.kill()
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []


def test_close_leaves_no_worker_behind_though_one_hangs(tmp_path: Path) -> None:
    process, family = _start(tmp_path, "hang-in-c", "close")
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "closed\n"
        assert [one for one in family if _works(one, process.pid)] == []
        process.kill()
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []


def _works(process: psutil.Process, crawl: int) -> bool:
    """Workers are children of the fork server; what the crawl itself started may stay until it ends."""
    try:
        return bool(process.ppid() != crawl and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
