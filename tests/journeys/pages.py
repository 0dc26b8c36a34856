"""Pages of our own for crawls by hand: hosts of the local site show them, the ledger says what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.journeys.conftest import Crawler
from tests.site.server import NewsSite

HTML = {"Content-Type": "text/html; charset=utf-8"}
WORDS = "The harbour company reported steady figures for the quarter, and its board of {} expects no change at all. "


def article(name: str, *, head: str = "") -> str:
    """Give the page of an article, another text for each name."""
    text = "".join(f"<p>{WORDS.format(f'{name}, part {number},')}</p>" for number in range(6))
    head = f'<title>News of {name}</title><meta property="article:published_time" content="2025-06-11T09:00Z">{head}'
    return f"<html><head>{head}</head><body><article><h1>News of {name}</h1>{text}</article></body></html>"


def shows(site: NewsSite, host: str, *names: str) -> list[str]:
    """Let a host show articles; give their addresses."""
    for name in names:
        site.add(host, f"/{name}", 200, HTML, article(f"{host} {name}"))
    return [f"https://{host}/{name}" for name in names]


def by_hand(folder: Path, urls: Sequence[str]) -> tuple[str, ...]:
    """Give the words that crawl these addresses."""
    (folder / "links.txt").write_text("\n".join(urls), encoding="utf-8")
    return ("page", "-a", f"file={folder / 'links.txt'}")


def ends(crawler: Crawler) -> dict[str, tuple[str, str | None]]:
    """Give state and reason of every link, by its address without the scheme."""
    rows = crawler.rows("SELECT url, state, reason FROM link_status")
    return {row["url"].removeprefix("https://"): (row["state"], row["reason"]) for row in rows}


def asked(site: NewsSite, host: str) -> list[str]:
    """Give the paths that a host was asked for, without robots.txt."""
    return [request.path for request in site.seen(host) if request.path != "/robots.txt"]
