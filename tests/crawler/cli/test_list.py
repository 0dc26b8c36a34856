from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from rich.cells import cell_len

from storage.types import Kind
from tests.crawler.cli.conftest import CommandLine, draft


@pytest.fixture
def three(finews: CommandLine, stored: Callable[..., object]) -> CommandLine:
    """Three articles: two articles of two sources and a flash, on three days."""
    stored("https://a.example.com/1", title="一月", published_at=datetime(2022, 1, 31, 16, tzinfo=UTC))
    second = {"publisher": "Example", "category_slug": "example", "category_name": "Example"}
    stored("https://b.example.com/2", title="Two", source_key="second", **second)
    flash = {"published_at": datetime(2022, 5, 1, tzinfo=UTC), "title": "", "text": "快讯：沪指涨1%。"}
    stored("https://c.example.com/3", kind=Kind.FLASH, **flash)
    return finews


def test_the_newest_come_first(three: CommandLine) -> None:
    assert [article["id"] for article in three.json("list")] == [3, 2, 1]
    assert [article["id"] for article in three.json("list", "--limit", "2")] == [3, 2]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["--source", "second"], [2]),
        (["--category", "example"], [2]),
        (["--publisher", "证券时报"], [3, 1]),
        (["--kind", "flash"], [3]),
        (["--since", "2022-02-01"], [3, 2]),
        (["--since", "2022-02-01T00:00+08:00"], [3, 2, 1]),
        (["--until", "2022-03-15T03:38:08"], [1]),
        (["--source", "none"], []),
    ],
    ids=str,
)
def test_filters_narrow_the_list(three: CommandLine, words: list[str], ids: list[int]) -> None:
    assert [article["id"] for article in three.json("list", *words)] == ids


def test_a_list_longer_than_one_query_has_each_article_once(finews: CommandLine) -> None:
    finews.store(*(draft(f"https://a.example.com/{number}", content_hash=str(number)) for number in range(230)))
    ids = [article["id"] for article in finews.json("list", "--limit", "225")]
    assert ids == list(range(230, 5, -1))


def test_the_table_stands_in_line(three: CommandLine) -> None:
    lines = three("list").stdout.splitlines()
    titles = [(line, title) for line in lines for title in ("一月", "Two", "快讯") if title in line]
    assert len({cell_len(line[: line.index(title)]) for line, title in titles}) == 1
    assert len(titles) == 3


def test_a_time_that_is_none_is_a_usage_error(three: CommandLine) -> None:
    result = three("list", "--since", "yesterday")
    assert result.exit_code == 2
    assert "'yesterday' is no time" in result.stderr


def test_nothing_found_is_said_beside_the_output(three: CommandLine) -> None:
    result = three("list", "--source", "none")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no article is like that" in result.stderr
