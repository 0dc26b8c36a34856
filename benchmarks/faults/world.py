"""One archive and the crawls that work on it: starts them, asks the archive, counts what is lost, twice or untrue."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.faults.feeds import FEEDS, SOURCES, FeedSite, page_url
from storage.archive import Archive, open_archive
from storage.config import Location
from storage.link_history import LinkFilter, make_due
from storage.types import LinkState

ROOT = Path(__file__).parents[2]
_OPENING = threading.Lock()  # Alembic makes one database at a time in a process
EXIT_CODES = {"ok": 0, "degraded": 1, "failed": 2}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a fault cost: links that came to nothing, articles that are there twice, runs or exit codes that lie."""

    lost: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    untrue: tuple[str, ...] = ()
    met: int = 0
    """In how many tries the fault was met by the crawl's work: the others prove nothing."""

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(
            self.lost + other.lost, self.twice + other.twice, self.untrue + other.untrue, self.met + other.met
        )

    @property
    def faults(self) -> tuple[str, ...]:
        return self.lost + self.twice + self.untrue


@dataclass
class World:
    """An archive in a folder, or on a server, with every connection of its crawls led to one port."""

    folder: Path
    port: int
    archive_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    sources: str = SOURCES

    def __post_init__(self) -> None:
        self.archive_url = self.archive_url or f"sqlite:///{self.folder}/archive.db"
        (self.folder / "sources.toml").write_text(self.sources, encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        settings = {
            "ARCHIVE_URL": self.archive_url, "CAPTURES_DIR": f"{self.folder}/captures",
            "SOURCES_FILE": f"{self.folder}/sources.toml", "CONNECT_TO": f"*=127.0.0.1:{self.port}",
            "ALLOWED_PRIVATE_NETWORKS": "127.0.0.1/32", "EXTRACT_WORKERS": "2", "DISK_WARN_MB": "0",
            "DISK_FLOOR_MB": "0", **self.settings,
        }  # fmt: skip
        return {**os.environ, "COLUMNS": "200", **{f"FINEWS_{name}": value for name, value in settings.items()}}

    def start(self, *words: str, **options: Any) -> subprocess.Popen[str]:
        """Start a `finews` command."""
        return subprocess.Popen(
            [sys.executable, "-m", "crawler", *words], cwd=ROOT, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, **options,
        )  # fmt: skip

    def run(self, *words: str, seconds: float = 120) -> tuple[int, str]:
        """Run a `finews` command to its end; give its exit code and all it said."""
        with self.start(*words) as process:
            try:
                said, _ = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                said, _ = process.communicate()
                said += f"\nfinews {' '.join(words)} did not end within {seconds:g} s"
        return process.returncode, said

    def rows(self, query: str) -> list[Any]:
        archive = self.open()
        try:
            with archive.reading() as connection:
                return list(connection.exec_driver_sql(query).all())
        finally:
            archive.close()

    def open(self) -> Archive:
        with _OPENING:
            return open_archive(Location(self.archive_url, self.folder / "captures"))

    def count(self, what: str) -> int:
        return int(self.rows(f"SELECT count(*) FROM {what}")[0][0])

    def finish(self, *keys: str) -> Verdict:
        """Let everything come to its end without faults; give what was left wrong."""
        said, untrue = "", []
        for _ in range(3):
            self._make_all_due()
            code, said = self.run("crawl", *(keys or FEEDS))
            if not self.count("link_status WHERE state IN ('pending', 'leased')"):
                break
        if code != 0 and not self._only_moved_on():
            untrue.append(f"a crawl without faults ends with {code}: {said}")
        return Verdict(tuple(self._lost()), tuple(self._twice()), (*untrue, *self._untrue()))

    def _only_moved_on(self) -> bool:
        """Tell whether the last crawl had no other problem than that a feed moved on by more than it shows."""
        last = self.rows(f"SELECT state, problems FROM run_status ORDER BY id DESC LIMIT {len(FEEDS)}")
        problems = [problem for row in last for problem in json.loads(row.problems)]
        return bool(problems) and all(problem.startswith("items may be lost") for problem in problems)

    def _make_all_due(self) -> None:
        archive = self.open()
        with archive.writing() as connection:
            make_due(connection, LinkFilter(state=LinkState.PENDING), now=datetime.now(UTC))
        archive.close()

    def _lost(self) -> list[str]:
        return [
            f"{row.url} is {row.state}"
            for row in self.rows("SELECT url, state FROM link_status")
            if row.state != "stored"
        ]

    def _twice(self) -> list[str]:
        doubled = "SELECT {0} AS what FROM article_current GROUP BY {0} HAVING count(*) > 1"
        fed = "SELECT article_id AS what FROM change_feed GROUP BY article_id HAVING count(*) > 1"
        queries = (doubled.format("canonical_url"), doubled.format("title"), doubled.format("text"), fed)
        return [f"twice: {str(row.what)[:100]!r}" for query in queries for row in self.rows(query)]

    def _untrue(self) -> list[str]:
        runs = self.rows("SELECT id, state, ended_at FROM run_status")
        return [
            f"run {row.id} is {row.state} to {row.ended_at}"
            for row in runs
            if row.state == "running" or not row.ended_at
        ]

    def missing(self, site: FeedSite) -> Verdict:
        """Give what the feeds show now and the archive has not."""
        have = {row.canonical_url for row in self.rows("SELECT canonical_url FROM article_current")}
        urls = [page_url(number) for numbers in site.shown.values() for number in numbers]
        return Verdict(lost=tuple(f"{url} is shown and not archived" for url in urls if url not in have))

    def runs_of(self, pid: int) -> list[str]:
        """Give the states of the runs that a process began."""
        return [row.state for row in self.rows(f"SELECT state FROM run WHERE pid = {pid} ORDER BY id")]

    def judge_end(
        self, process: subprocess.Popen[str], said: str, *, seconds: float, wanted: int = len(FEEDS)
    ) -> Verdict:
        """See that an exit code is that of the runs, and that none is left open by a process that ended itself."""
        states = self.runs_of(process.pid)
        code, untrue = process.returncode, []
        true = max([EXIT_CODES.get(state, 2) for state in states] + [2] * (len(states) < wanted))
        if code != true and not (code == -15 and not states):  # killed before it began: nobody was told anything
            untrue.append(f"exit code {code}, runs {states}: {said}")
        if "running" in states and code >= 0:
            untrue.append(f"it ended with {code}, its runs are {states}: {said}")
        if "Traceback" in said:
            untrue.append(said)
        if seconds > 10:
            untrue.append(f"it ended after {seconds:.1f} s: {said}")
        return Verdict(untrue=tuple(untrue))


def ended(process: subprocess.Popen[str], *, seconds: float = 30) -> tuple[str, float]:
    """Wait for a process's end; give what it said, and how long that took."""
    began = time.monotonic()
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        said, _ = process.communicate()
    return said, time.monotonic() - began
