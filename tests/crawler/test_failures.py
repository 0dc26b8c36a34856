"""What servers do wrong ends as a reason in the ledger, in bounded memory, and nothing of it is stored."""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.reasons import Reason
from tests.journeys.conftest import ROOT, Crawler
from tests.site.hostile import GOOD_PATHS, NETWORK_CASES, Case, HostileServer, prepare_bombs

SOURCES = """
[[source]]
key = "feed"
kind = "feed"
url = "https://desk.invalid{path}"
publisher = "Desk"
"""
BOMBS = ("/bomb-gzip", "/bomb-br", "/bomb-zstd", "/stream", "/announced")
PASS_BY = {Reason.TRUNCATED, Reason.UNREACHABLE}


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


def settings_for(server: HostileServer, folder: Path, **settings: str) -> dict[str, str]:
    return {
        "ARCHIVE_URL": f"sqlite:///{folder}/archive.db",
        "CAPTURES_DIR": str(folder / "captures"),
        "CONNECT_TO": f"*=127.0.0.1:{server.port}",
        "ALLOWED_PRIVATE_NETWORKS": "127.0.0.1/32",
        "EXTRACT_WORKERS": "1",
        **settings,
    }


@pytest.fixture
def crawler(server: HostileServer, tmp_path: Path) -> Crawler:
    return Crawler(tmp_path, settings_for(server, tmp_path))


def links(folder: Path, paths: tuple[str, ...]) -> str:
    (folder / "links.txt").write_text("\n".join(f"https://desk.invalid{path}" for path in paths), encoding="utf-8")
    return f"file={folder / 'links.txt'}"


def ends(crawler: Crawler) -> dict[str, tuple[str, str | None]]:
    rows = crawler.rows("SELECT url, state, reason FROM link_status")
    return {row["url"].removeprefix("https://desk.invalid"): (row["state"], row["reason"]) for row in rows}


def test_every_misdeed_has_its_reason_and_the_good_page_is_stored(crawler: Crawler, tmp_path: Path) -> None:
    expected: dict[str, tuple[str, str | None]] = {
        "/good": ("stored", None),
        "/status-404": ("gone", "gone"),
        "/status-410": ("gone", "gone"),
        "/status-401": ("rejected", "blocked"),
        "/status-403": ("rejected", "blocked"),
        "/status-429": ("pending", "blocked"),
        "/status-500": ("pending", "http-error"),
        "/status-503": ("pending", "http-error"),
        "/close": ("pending", "unreachable"),
        "/truncated": ("pending", "truncated"),
        "/private/page": ("rejected", "robots"),
    }
    result = crawler.crawl("page", "-a", links(tmp_path, tuple(expected)))
    assert ends(crawler) == expected
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    due = crawler.rows("SELECT attempts, next_try_at > discovered_at AS later FROM link_status WHERE state = 'pending'")
    assert {(row["attempts"], row["later"]) for row in due} == {(1, 1)}
    assert [row["url"] for row in crawler.rows("SELECT url FROM article_current")] == ["https://desk.invalid/good"]
    texts = crawler.rows("SELECT url, reason_text FROM link_status WHERE reason IS NOT NULL")
    assert all(row["url"] in row["reason_text"] and "\n" not in row["reason_text"] for row in texts)


def test_a_refused_connection_is_tried_again_later(crawler: Crawler) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        result = crawler.crawl("page", "-a", "url=https://desk.invalid/1", CONNECT_TO=f"*=127.0.0.1:{port}")
    assert ends(crawler) == {"/1": ("pending", "unreachable")}
    assert "Traceback" not in result.stderr


def test_a_name_without_an_address_is_unreachable(crawler: Crawler) -> None:
    result = crawler.crawl("page", "-a", "url=https://desk.invalid/1", CONNECT_TO="")
    assert ends(crawler) == {"/1": ("pending", "unreachable")}
    assert "Traceback" not in result.stderr


_MEASURED = """
import resource, subprocess, sys
code = subprocess.run([sys.executable, "-m", "scrapy", "crawl", *sys.argv[1:]]).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def _measured(crawler: Crawler, *words: str) -> tuple[int, int]:
    """Run a crawl; give its exit code and the largest resident memory of one of its processes in MB."""
    environment = {f"FINEWS_{name}": value for name, value in crawler.settings.items()}
    result = subprocess.run(
        [sys.executable, "-c", _MEASURED, *words], cwd=ROOT, env={**os.environ, **environment}, text=True,
        capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    assert "Traceback" not in result.stderr
    code, peak_mb = result.stdout.split()[-2:]
    return int(code), int(peak_mb)


def _expected_end(reason: Reason | None) -> tuple[str, str | None]:
    if reason is None:
        return "stored", None
    return ("pending" if reason in PASS_BY else "rejected"), reason.value


@dataclass(frozen=True)
class Crawled:
    """One crawl of every misbehaviour on the network, with good pages among them."""

    ends: dict[str, tuple[str, str | None]]
    texts: dict[str, str]
    peak_mb: int
    seconds: float
    code: int


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    folder = tmp_path_factory.mktemp("hostile")
    prepare_bombs()
    with HostileServer() as server:
        crawler = Crawler(folder, settings_for(server, folder, HEADERS_TIMEOUT_S="3", DOWNLOAD_TIMEOUT="8"))
        paths = tuple(case.path for case in NETWORK_CASES)
        among = paths[::4], paths[1::4], GOOD_PATHS[:10], paths[2::4], GOOD_PATHS[10:], paths[3::4]
        began = time.monotonic()
        code, peak_mb = _measured(crawler, "page", "-a", links(folder, tuple(itertools.chain(*among))))
        seconds = time.monotonic() - began
    rows = crawler.rows("SELECT url, reason_text FROM link_status WHERE reason IS NOT NULL")
    texts = {row["url"].removeprefix("https://desk.invalid"): row["reason_text"] for row in rows}
    return Crawled(ends(crawler), texts, peak_mb, seconds, code)


@pytest.mark.xdist_group("hostile network")
@pytest.mark.parametrize("case", NETWORK_CASES, ids=lambda case: case.path)
def test_what_a_server_does_wrong_ends_as_declared(crawled: Crawled, case: Case) -> None:
    assert crawled.ends[case.path] == _expected_end(case.reason), crawled.texts.get(case.path)
    if case.reason is not None:
        text = crawled.texts[case.path]
        assert text.startswith("http"), "the address that failed, which may be one behind redirects"
        assert text.isprintable()


@pytest.mark.xdist_group("hostile network")
def test_good_pages_among_them_are_all_stored_in_bounded_time_and_memory(crawled: Crawled) -> None:
    assert [crawled.ends[path] for path in GOOD_PATHS] == [("stored", None)] * len(GOOD_PATHS)
    assert len(NETWORK_CASES) >= 45
    assert crawled.code == 1
    assert crawled.seconds < 60
    assert crawled.peak_mb < 350


@pytest.mark.parametrize("path", BOMBS)
def test_a_list_of_200_mb_is_refused_in_bounded_memory(crawler: Crawler, tmp_path: Path, path: str) -> None:
    (tmp_path / "sources.toml").write_text(SOURCES.format(path=path), encoding="utf-8")
    code, peak_mb = _measured(crawler, "feed", "-a", "source=feed", "-s", f"SOURCES_FILE={tmp_path}/sources.toml")
    assert code == 2
    (run,) = crawler.rows("SELECT state, problems FROM run_status")
    assert run["state"] == "failed"
    assert "too-large" in run["problems"] or "DOWNLOAD_MAXSIZE" in run["problems"]
    assert peak_mb < 350


@pytest.mark.parametrize(
    ("path", "told"),
    [("/status-404", "404"), ("/status-503", "503"), ("/truncated", "cut"), ("/close", "broke")],
)
def test_a_list_that_fails_fails_the_run_and_says_why(crawler: Crawler, tmp_path: Path, path: str, told: str) -> None:
    (tmp_path / "sources.toml").write_text(SOURCES.format(path=path), encoding="utf-8")
    result = crawler.crawl("feed", "-a", "source=feed", SOURCES_FILE=f"{tmp_path}/sources.toml")
    assert result.returncode == 2
    assert "'feed'" in result.stderr
    assert f"https://desk.invalid{path}" in result.stderr
    assert told in result.stderr
    assert "Traceback" not in result.stderr
