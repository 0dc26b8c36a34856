"""How a run ended is told truthfully: by its row, its exit code and its table, whatever happened to it."""

from __future__ import annotations

import json
import sqlite3

import pytest
from typer.testing import CliRunner, Result

from crawler.cli import app
from tests.journeys.conftest import Crawler
from tests.journeys.test_ledger_journeys import ENGLISH, MARKETS, hold, last_run, links, market_path
from tests.site.server import NewsSite

SOURCE = "example-markets"
AGAIN = ("ledger", "--source", SOURCE, "--state", "pending", "--retry")


@pytest.fixture
def english(crawler: Crawler) -> Crawler:
    return Crawler(crawler.folder, {**crawler.settings, "SOURCES_FILE": ENGLISH})


def here(crawler: Crawler, *words: str) -> Result:
    """Run a command that fetches nothing in this process."""
    settings = [word for name, value in crawler.settings.items() for word in ("-s", f"{name}={value}")]
    return CliRunner().invoke(app, [*words, *settings])


def test_a_run_tells_what_it_took(english: Crawler) -> None:
    result = english.run("finews", "crawl", SOURCE, "--json")
    assert result.returncode == 0, result.stderr
    with sqlite3.connect(english.folder / "archive.db") as connection:
        (text,) = connection.execute("SELECT measures FROM run").fetchone()
    connection.close()
    measures = json.loads(text)
    assert measures["requests"] >= measures["pages"] == 8
    assert measures["bytes"] > 10_000
    assert 0 < measures["cpu_seconds"] < 60
    assert 60e6 < measures["peak_memory_bytes"] < 2e9
    assert 0 < measures["response_seconds_p50"] <= measures["response_seconds_p95"] < measures["seconds"]
    assert json.loads(result.stdout)["measures"]["requests"] == measures["requests"]


def test_a_feed_that_is_html_fails_with_its_address(english: Crawler, site: NewsSite) -> None:
    site.fail(MARKETS, "/rss.xml", "html")
    result = english.run("finews", "crawl", SOURCE)
    assert result.returncode == 2
    assert "bad-list: source 'example-markets': https://www.example-markets.test/rss.xml: an HTML page" in result.stdout
    assert last_run(english)["state"] == "failed"


def test_a_list_that_fails_is_a_failed_run_also_where_what_was_due_is_stored(english: Crawler, site: NewsSite) -> None:
    site.fail(MARKETS, market_path(site.state, 3), 503, times=2)
    assert english.crawl("feed", "-a", f"source={SOURCE}").returncode == 1
    here(english, *AGAIN)
    site.fail(MARKETS, "/rss.xml", 500, times=2)
    assert english.crawl("feed", "-a", f"source={SOURCE}").returncode == 2
    assert last_run(english)["state"] == "failed"
    assert links(english)["stored"] == 8


_WORKERS_GONE = """
import asyncio, os, signal, sys
from multiprocessing import forkserver
from pipelines.workers import Workers
run, pages = Workers.run, []
async def dying(self, page):
    await asyncio.wrap_future(self._started)
    pages.append(page)
    if len(pages) == 4:
        os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)
    return await run(self, page)
Workers.run = dying
sys.argv = ["finews", "crawl", "example-markets"]
from crawler.cli import main
main()
"""


def test_workers_that_are_gone_fail_the_run_not_its_pages_and_the_next_one_does_the_rest(english: Crawler) -> None:
    result = english.run_python(_WORKERS_GONE)
    told = result.stdout + result.stderr
    assert "Traceback" not in told
    # pebble may begin new workers in time: then nothing is wrong.
    state = last_run(english)["state"]
    assert result.returncode == {"ok": 0, "failed": 2}[state], told
    assert ("the processes that extract ended" in told) == (state == "failed")
    assert set(links(english)) <= {"stored", "pending"}, told
    here(english, *AGAIN)
    assert english.crawl("feed", "-a", f"source={SOURCE}").returncode == 0
    assert links(english) == {"stored": 8}


def test_a_killed_run_is_shown_as_killed_and_then_closed_as_failed(english: Crawler, site: NewsSite) -> None:
    asked = hold(site, MARKETS, market_path(site.state, 0))
    process = english.start("finews", "crawl", SOURCE, CONCURRENT_REQUESTS="1")
    assert asked.wait(60)
    process.kill()
    process.communicate()
    assert json.loads(here(english, "runs", "--json").stdout)["state"] == "killed"
    healthy = here(english, "health")
    assert healthy.exit_code == 2
    assert "its process was killed" in healthy.stdout
    site.state._failures.clear()
    assert english.crawl("feed", "-a", f"source={SOURCE}").returncode == 0
    states = [row["state"] for row in english.rows("SELECT state FROM run_status ORDER BY id")]
    assert states == ["failed", "ok"]
    assert here(english, "health").exit_code == 0


_BROKEN = """
import sys
from crawler.{module} import {owner}
async def broken(*_args, **_kwargs):
    raise RuntimeError("something nobody thought of")
{owner}.{method} = broken
sys.argv = ["finews", "crawl", "example-markets"]
from crawler.cli import main
main()
"""


@pytest.mark.parametrize(
    ("module", "owner", "method"),
    [
        ("frontier", "Frontier", "lease"),
        ("spiders.archive", "ArchiveSpider", "_visit_requests"),
    ],
)
def test_an_error_that_nobody_thought_of_is_a_failed_run(
    english: Crawler, module: str, owner: str, method: str
) -> None:
    result = english.run_python(_BROKEN.format(module=module, owner=owner, method=method))
    assert result.returncode == 2, result.stderr
    run = last_run(english)
    assert (run["state"], "ok" in run["problems"]) == ("failed", False)
    assert json.loads(run["problems"])


def test_an_error_in_the_log_alone_is_no_ok_run(english: Crawler) -> None:
    code = (
        "import asyncio, logging, sys\n"
        "from crawler.frontier import Frontier\n"
        "settled = Frontier.settled\n"
        "def logs(self, outcome):\n"
        "    logging.getLogger('elsewhere').error('a wheel came off')\n"
        "    settled(self, outcome)\n"
        "Frontier.settled = logs\n"
        "sys.argv = ['finews', 'crawl', 'example-markets']\n"
        "from crawler.cli import main\n"
        "main()\n"
    )
    result = english.run_python(code)
    assert result.returncode == 1
    assert "8 errors that belong to no link are in the log" in result.stdout
    assert links(english)["stored"] == 8
