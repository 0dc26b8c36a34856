"""What `finews crawl` is asked for, as crawls to do; whole crawls are in tests/journeys."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.cli.crawl import crawls_of
from crawler.crawling import Crawl
from crawler.errors import BadArgument, UnknownSource
from crawler.sources import Source, parse_sources
from tests.crawler.cli.conftest import CommandLine
from tests.crawler.cli.test_schedule import SOURCES


@pytest.fixture
def sources() -> tuple[Source, ...]:
    return parse_sources(SOURCES, path="test")


def test_keys_are_crawled_in_their_order_each_once(sources: tuple[Source, ...]) -> None:
    assert crawls_of(sources, ["by-hand", "hourly", "by-hand"], {}) == [
        Crawl("feed", {"source": "by-hand"}),
        Crawl("feed", {"source": "hourly"}),
    ]


def test_all_means_all_enabled_ones(sources: tuple[Source, ...]) -> None:
    assert [crawl.key for crawl in crawls_of(sources, [], {}, every=True)] == ["hourly", "by-hand"]


def test_a_scheduled_crawl_says_so_to_its_spider(sources: tuple[Source, ...]) -> None:
    assert crawls_of(sources, ["off"], {}, scheduled=True) == [Crawl("feed", {"source": "off", "scheduled": "1"})]


@pytest.mark.parametrize(
    ("by_hand", "spider"),
    [
        ({"infocode": "NW202203152309565655"}, "eastmoney"),
        ({"url": "https://finance.eastmoney.com/a/202203152309565655.html"}, "eastmoney"),
        ({"url": "https://news.example.com/1.html"}, "page"),
        ({"file": "links.txt"}, "page"),
    ],
    ids=str,
)
def test_links_by_hand_go_to_the_spider_that_knows_them(
    sources: tuple[Source, ...], by_hand: dict[str, str], spider: str
) -> None:
    assert crawls_of(sources, [], by_hand) == [Crawl(spider, by_hand)]


def test_links_by_hand_may_be_read_as_one_sources(sources: tuple[Source, ...]) -> None:
    assert crawls_of(sources, ["hourly"], {"url": "https://a.example.com/1"}) == [
        Crawl("feed", {"source": "hourly", "url": "https://a.example.com/1"})
    ]


@pytest.mark.parametrize(
    ("keys", "by_hand", "every"),
    [([], {}, False), (["hourly"], {}, True), (["hourly", "off"], {"url": "https://a.example.com/1"}, False)],
    ids=["nothing", "all and one", "one link for two"],
)
def test_what_means_nothing_is_refused(
    sources: tuple[Source, ...], keys: list[str], by_hand: dict[str, str], *, every: bool
) -> None:
    with pytest.raises(BadArgument):
        crawls_of(sources, keys, by_hand, every=every)


def test_an_unknown_key_is_refused(sources: tuple[Source, ...]) -> None:
    with pytest.raises(UnknownSource, match="hourly"):
        crawls_of(sources, ["hourli"], {})


def test_an_unknown_key_is_one_line_and_exit_2(finews: CommandLine, tmp_path: Path) -> None:
    result = finews("crawl", "nobody-has-this", "-s", f"SOURCES_FILE={tmp_path / 'none.toml'}")
    assert result.exit_code == 2
    assert result.stderr == (
        f"finews: {tmp_path / 'none.toml'}: no such file; set SOURCES_FILE or leave it out for the catalogue\n"
    )
    result = finews("crawl", "nobody-has-this", "-s", "SOURCES_FILE=")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
