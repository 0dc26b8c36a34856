"""Traps end at a budget: the run says which one, and what was not asked is due again, with no try counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.budgets import Account, Budget
from crawler.errors import BudgetSpent
from tests.journeys.conftest import Crawler
from tests.site.answers import Answer, Request
from tests.site.hostile import HostileServer
from tests.site.server import NewsSite

NONE = Budget(0, 0, 0)
requests = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 1000)), max_size=60)


@given(requests, st.integers(0, 30), st.integers(0, 10), st.integers(0, 9000), st.integers(0, 3000))
def test_no_request_is_sent_past_a_budget(
    asked: list[tuple[str, int]], pages: int, host_pages: int, size: int, host_size: int
) -> None:
    account = Account(Budget(pages, size, 0), Budget(host_pages, host_size, 0))
    sent: list[tuple[str, int]] = []
    for host, length in asked:
        before = [one for one in sent if one[0] == host]
        is_over = (
            (pages and len(sent) >= pages)
            or (host_pages and len(before) >= host_pages)
            or (size and sum(length for _, length in sent) >= size)
            or (host_size and sum(length for _, length in before) >= host_size)
        )
        if is_over:
            with pytest.raises(BudgetSpent, match=r"MAX_(PAGES|BYTES)="):
                account.ask(host)
        else:
            account.ask(host)
            account.answered(host, size=length, seconds=0)
            sent.append((host, length))


@given(requests)
def test_without_budgets_everything_is_sent(asked: list[tuple[str, int]]) -> None:
    account = Account(NONE, NONE)
    for host, length in asked:
        account.ask(host)
        account.answered(host, size=length, seconds=length)
    assert Counter(host for host, _ in asked) == {host: used.pages for host, used in account.hosts.items()}


def test_seconds_of_a_host_are_those_of_its_requests() -> None:
    account = Account(NONE, Budget(0, 0, 3))
    for _ in range(2):
        account.ask("slow")
    for _ in range(2):
        account.answered("slow", size=1, seconds=1.5)
    account.ask("other")
    with pytest.raises(BudgetSpent, match="HOST_MAX_SECONDS=3 of slow"):
        account.ask("slow")


# Real crawls


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


def crawler_with(folder: Path, port: int, **settings: str) -> Crawler:
    return Crawler(
        folder,
        {
            "ARCHIVE_URL": f"sqlite:///{folder}/archive.db",
            "CAPTURES_DIR": str(folder / "captures"),
            "CONNECT_TO": f"*=127.0.0.1:{port}",
            "ALLOWED_PRIVATE_NETWORKS": "127.0.0.1/32",
            "EXTRACT_WORKERS": "1",
            **settings,
        },
    )


def links(folder: Path, *urls: str) -> str:
    (folder / "links.txt").write_text("\n".join(urls), encoding="utf-8")
    return f"file={folder / 'links.txt'}"


def standing(crawler: Crawler) -> Counter[tuple[str, str, int]]:
    """Count the links by host, state and tries."""
    rows = crawler.rows("SELECT url, state, attempts FROM link_status")
    return Counter((row["url"].split("/")[2], row["state"], row["attempts"]) for row in rows)


def test_a_hosts_budget_ends_its_requests_alone_and_the_next_run_goes_on(server: HostileServer, tmp_path: Path) -> None:
    crawler = crawler_with(tmp_path, server.port)
    trap = [f"https://trap.invalid/calendar?day={day}" for day in range(150)]
    urls = [*trap[:100], *(f"https://good.invalid/{number}" for number in range(20)), *trap[100:]]
    # robots.txt is a request, too.
    result = crawler.crawl("page", "-a", links(tmp_path, *urls), HOST_MAX_PAGES="31")
    assert standing(crawler) == {
        ("good.invalid", "stored", 1): 20, ("trap.invalid", "stored", 1): 30, ("trap.invalid", "pending", 0): 120,
    }  # fmt: skip
    assert Counter(asked.host for asked in server.requests) == {"trap.invalid": 31, "good.invalid": 21}
    assert result.returncode == 1
    assert "120 budget" in result.stderr
    (run,) = crawler.rows("SELECT state, problems FROM run_status")
    assert run["state"] == "degraded"
    assert run["problems"].count("HOST_MAX_PAGES=31 of trap.invalid") == 1
    again = crawler.crawl("page", "-a", links(tmp_path, trap[0]))
    assert again.returncode == 0, again.stderr
    assert set(standing(crawler)) == {("good.invalid", "stored", 1), ("trap.invalid", "stored", 1)} | {
        ("trap.invalid", state, tries) for _, state, tries in standing(crawler) if (state, tries) == ("stored", 2)
    }


@pytest.mark.parametrize(("setting", "value"), [("RUN_MAX_PAGES", "11"), ("RUN_MAX_SECONDS", "3")])
def test_a_runs_budget_ends_the_run_and_nothing_is_lost(
    server: HostileServer, tmp_path: Path, setting: str, value: str
) -> None:
    crawler = crawler_with(tmp_path, server.port)
    urls = [f"https://trap.invalid/calendar?day={day}" for day in range(200)]
    words = ("-s", f"{setting}={value}", "-s", "DOWNLOAD_DELAY=0.1")
    result = crawler.crawl("page", "-a", links(tmp_path, *urls), *words)
    assert result.returncode == 1, result.stderr
    assert f"{setting}={value} of this run is used up" in result.stderr
    assert "budget" in result.stderr.partition("not archived: ")[2].partition("\n")[0]
    by_state = standing(crawler)
    assert set(by_state) <= {("trap.invalid", "stored", 1), ("trap.invalid", "pending", 0)}
    assert by_state["trap.invalid", "pending", 0] > 0
    assert sum(by_state.values()) == 200
    (run,) = crawler.rows("SELECT state FROM run_status")
    assert run["state"] == "degraded"


def test_an_endless_calendar_ends_at_the_budget_and_what_it_showed_is_kept(tmp_path: Path) -> None:
    def day(request: Request) -> Answer:
        number = request.number("day", 0)
        session = f"{number * 7919 % 10_007:05d}"
        items = "".join(f'<a href="/2025/06/{number}-{one}.html?sid={session}">Day {number}</a>' for one in range(3))
        following = escape(f"/calendar?day={number + 1}&sid={session}")
        page = f'<html><body>{items}<a class="next" href="{following}">next</a></body></html>'
        return Answer(200, (("Content-Type", "text/html"),), page.encode())

    (tmp_path / "sources.toml").write_text(
        '[[source]]\nkey = "calendar"\nkind = "listing"\nurl = "https://trap.test/calendar"\n'
        '[source.paging]\nmax_pages = 1000\n[source.listing]\nmatch = "/2025/"\nnext = "a.next"\n',
        encoding="utf-8",
    )
    with NewsSite() as site:
        site.add("trap.test", "/calendar*", body=day)
        site.add("trap.test", "/robots.txt", body="User-agent: *\nAllow: /\n")
        settings = {"SOURCES_FILE": f"{tmp_path}/sources.toml", "HOST_MAX_PAGES": "40"}
        crawler = crawler_with(tmp_path, site.port, **settings)
        result = crawler.crawl("listing", "-a", "source=calendar")
        asked = len(site.seen("trap.test"))
        days = [seen.path for seen in site.seen("trap.test", "/calendar")]
        shown = crawler.rows("SELECT url FROM link_status")
        crawler.crawl("listing", "-a", "source=calendar")
        days_later = [seen.path for seen in site.seen("trap.test", "/calendar")][len(days) :]
    assert asked == 40
    assert f"day={len(days)}&" in days_later[0], "the next visit goes on where the budget ended this one"
    assert len(shown) == 3 * len(days)
    assert result.returncode == 1, result.stderr
    (run, _) = crawler.rows("SELECT state, problems FROM run_status")
    assert run["state"] == "degraded"
    assert "HOST_MAX_PAGES=40 of trap.test" in run["problems"]
