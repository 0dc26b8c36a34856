"""Break things on purpose and count what it costs: python -m benchmarks.faults [PART...] [--times N] [--seed S]

Without a PART all run, in less than 15 minutes on two cores. `--times` is how often a fault is made (each part has
its own number), `--seed` chooses the moments. Exits with 1 where a number is missed, and says what happened.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from benchmarks.faults import archives, ends, hostile
from benchmarks.faults.world import ROOT, Verdict

SIDE_BY_SIDE = 2
MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `verdict` None: it could not be tried here."""

    what: str
    tries: int
    verdict: Verdict | None
    note: str = ""


Part = Callable[[int, int], list[Row]]


def _kill(times: int, seed: int) -> list[Row]:
    verdict = _side_by_side(ends.kills, times, seed, share=ends.PER_ARCHIVE)
    return [Row("kill -9; feeds stay, move on, empty", times, verdict)]


def _sigterm(times: int, seed: int) -> list[Row]:
    verdict = _side_by_side(ends.stops, times, seed, share=ends.PER_ARCHIVE)
    few = max(1, times // 25)
    return [
        Row("SIGTERM, half of them twice: ends in 10 s", times, verdict),
        Row("SIGTERM while the archive is locked", few, archives.stopped_while_locked(few, seed)),
    ]


def _side_by_side(part: Callable[[int, int], Verdict], times: int, seed: int, *, share: int) -> Verdict:
    shares = [min(share, times - first) for first in range(0, times, share)]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        jobs = [pool.submit(part, count, seed * 1000 + number) for number, count in enumerate(shares)]
        return sum((job.result() for job in jobs), Verdict())


def _locked(times: int, seed: int) -> list[Row]:
    return [Row("SQLite locked for 8 s", times, archives.locked(times, seed))]


def _postgres(times: int, seed: int) -> list[Row]:
    return [Row("PostgreSQL away for 30 s", times, archives.postgres_away(times, seed))]


def _disk(times: int, seed: int) -> list[Row]:
    mounted = archives.full_file_system(times, seed)
    return [
        Row("no file may grow for 6 s, then freed", times, archives.full_disk(times, seed)),
        Row("file system full for 6 s, then freed", times, mounted, "" if mounted else "NOT TRIED: may not mount here"),
    ]


def _hostile(times: int, seed: int) -> list[Row]:
    verdict, measured = hostile.network(times, seed)
    note = (
        f"at most {max(one.seconds for one in measured):.1f} s, {max(one.peak_bytes for one in measured) / 1e6:.0f} MB"
    )
    content = _tests("hostile pages and lists", "tests/journeys/test_hostile_content.py")
    return [Row("hostile servers: right end, 20 s, 350 MB", len(measured), verdict, note), content]


def _beside(_times: int, seed: int) -> list[Row]:
    verdict, p95 = hostile.beside(seed)
    return [Row(f"{hostile.BESIDE} good pages beside {hostile.BESIDE} hostile hosts", 1, verdict, f"p95 {p95:.1f} s")]


def _schedule(_times: int, _seed: int) -> list[Row]:
    return [_tests("1,000 ticks, two schedulers: no double run", "tests/storage/test_turns.py", "-k", "thousand")]


def _addresses(times: int, seed: int) -> list[Row]:
    return [_generated("addresses and redirects: none outside", times, seed, "tests/crawler/test_guards.py")]


def _titles(times: int, seed: int) -> list[Row]:
    return [_generated("titles through every export", times, seed, "tests/storage/export/test_formats.py")]


def _generated(what: str, times: int, seed: int, path: str) -> Row:
    """Run tests of generated values, whose number of examples the environment raises."""
    environment = {"EXAMPLES": str(times), "GUARD_EXAMPLES": str(times)}
    row = _tests(what, path, f"--hypothesis-seed={seed}", environment=environment)
    return Row(row.what, times, row.verdict, row.note)


def _tests(what: str, *words: str, environment: dict[str, str] | None = None) -> Row:
    options = ("-n", "0", "-q", "-p", "no:cacheprovider", "--timeout=900", "-m", "")
    command = [sys.executable, "-m", "pytest", *options, *words]
    done = subprocess.run(
        command, cwd=ROOT, check=False, capture_output=True, text=True, env={**os.environ, **(environment or {})}
    )
    lines = done.stdout.strip().splitlines() or [done.stderr.strip()[-500:]]
    passed = re.search(r"(\d+) passed", lines[-1])
    tries = int(passed[1]) if passed else 0
    is_well = done.returncode == 0 and tries > 0
    return Row(
        what, tries, Verdict(untrue=() if is_well else ("\n".join(lines[-40:]),), met=tries), lines[-1].strip("= ")
    )


PARTS: dict[str, tuple[Part, int]] = {
    "kill": (_kill, 100),
    "sigterm": (_sigterm, 50),
    "locked": (_locked, 2),
    "disk": (_disk, 2),
    "postgres": (_postgres, 1),
    "hostile": (_hostile, 1000),
    "beside": (_beside, 1),
    "schedule": (_schedule, 1000),
    "addresses": (_addresses, 10_000),
    "titles": (_titles, 10_000),
}
"""Each part with how often it is tried; of hostile servers, all there are."""

LANES = (("locked", "disk", "postgres"), ("addresses", "titles", "schedule"))
"""Parts that go on side by side: the first ones wait most of their time. The others take both cores."""


def main() -> None:
    summary, _, more = (__doc__ or "").partition(": python")
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=summary, epilog=more)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--times", type=int)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"there is no part {unknown.pop()!r}; there are {', '.join(PARTS)}")
    console, began = Console(width=None if sys.stdout.isatty() else 140), time.monotonic()
    wanted = [name for name in PARTS if name in (arguments.parts or PARTS)]

    def run(names: Iterable[str]) -> list[tuple[Row, float]]:
        return [row for name in names for row in _run(name, arguments.times, arguments.seed, console)]

    beside = [[name for name in lane if name in wanted] for lane in LANES]
    rows = run(name for name in wanted if not any(name in lane for lane in LANES))
    with ThreadPoolExecutor(len(LANES)) as pool:
        rows += [row for found in pool.map(run, beside) for row in found]
    console.print(_table(rows))
    console.print(f"{(time.monotonic() - began) / 60:.1f} minutes, seed {arguments.seed}")
    raise SystemExit(any(row.verdict is not None and row.verdict.faults for row, _ in rows))


def _run(name: str, times: int | None, seed: int, console: Console) -> list[tuple[Row, float]]:
    part, usual = PARTS[name]
    began = time.monotonic()
    found = part(times or usual, seed)
    for row in found:
        _tell(console, row)
    return [(row, time.monotonic() - began) for row in found]


def _tell(console: Console, row: Row) -> None:
    for fault in row.verdict.faults[:MOST_TOLD] if row.verdict is not None else ():
        console.print(f"{row.what}: {fault}", markup=False, soft_wrap=True)


def _table(rows: list[tuple[Row, float]]) -> Table:
    table = Table()
    for column in ("what", "tries", "met", "lost", "twice", "untrue", "seconds", "note"):
        table.add_column(column, justify="left" if column in {"what", "note"} else "right")
    for row, seconds in rows:
        verdict = row.verdict
        counts = (
            [verdict.met, *(len(found) for found in (verdict.lost, verdict.twice, verdict.untrue))]
            if verdict
            else ["-"] * 4
        )
        table.add_row(row.what, f"{row.tries:,}", *map(str, counts), f"{seconds:.0f}", row.note)
    return table


if __name__ == "__main__":
    main()
