"""Whole ways: real crawls in processes of their own against the local news site."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.site.server import NewsSite

ROOT = Path(__file__).parents[2]


@pytest.fixture
def site() -> Iterator[NewsSite]:
    """The local news site, for this test alone."""
    with NewsSite() as running:
        yield running


@dataclass(frozen=True)
class Crawler:
    """Runs our commands as a user would, with an archive of its own and every connection led to the site."""

    folder: Path
    settings: dict[str, str]

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; words are `scrapy ...` or `finews ...` and what follows."""
        with self.start(*words, **settings) as process:
            out, err = process.communicate(timeout=150)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def run_python(self, code: str) -> subprocess.CompletedProcess[str]:
        """Run a program with the environment of a command."""
        with self._start("-c", code) as process:
            out, err = process.communicate(timeout=150)
        return subprocess.CompletedProcess(["python"], process.returncode, out, err)

    def start(self, *words: str, **settings: str) -> subprocess.Popen[str]:
        """Start a command in the background."""
        module = {"scrapy": ("-m", "scrapy"), "finews": ("-m", "crawler")}[words[0]]
        return self._start(*module, *words[1:], **settings)

    def _start(self, *words: str, **settings: str) -> subprocess.Popen[str]:
        environment = {f"FINEWS_{name}": value for name, value in {**self.settings, **settings}.items()}
        return subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, **environment, "COLUMNS": "200"},
        )  # fmt: skip

    def crawl(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run `scrapy crawl` with these words."""
        return self.run("scrapy", "crawl", *words, **settings)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Ask the archive as a downstream program would: SQL over its views."""
        connection = sqlite3.connect(self.folder / "archive.db")
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(query)]
        finally:
            connection.close()

    def let_time_pass(self) -> None:
        """Move all that waits for its time, links and hosts, to now."""
        connection = sqlite3.connect(self.folder / "archive.db")
        with connection:
            connection.execute("UPDATE link SET next_try_at = '2020-01-01T00:00:00Z' WHERE next_try_at IS NOT NULL")
            connection.execute("UPDATE host SET put_off_until = '2020-01-01T00:00:00Z'")
        connection.close()

    def run_counts(self) -> dict[str, int]:
        """Give the counts of the last run."""
        counts: dict[str, int] = json.loads(
            self.rows("SELECT counts FROM run_status ORDER BY id DESC LIMIT 1")[0]["counts"]
        )
        return counts


@pytest.fixture
def crawler_to(tmp_path: Path) -> Callable[..., Crawler]:
    """Makes a Crawler whose connections all go to a port of this machine."""

    def make(port: int, **settings: str) -> Crawler:
        return Crawler(
            tmp_path,
            {
                "ARCHIVE_URL": f"sqlite:///{tmp_path}/archive.db",
                "CAPTURES_DIR": str(tmp_path / "captures"),
                "CONNECT_TO": f"*=127.0.0.1:{port}",
                "ALLOWED_PRIVATE_NETWORKS": "127.0.0.1/32",
                "DISK_WARN_MB": "0",
                **settings,
            },
        )

    return make


@pytest.fixture
def crawler(site: NewsSite, crawler_to: Callable[..., Crawler]) -> Crawler:
    """A Crawler against the local news site."""
    return crawler_to(site.port)
