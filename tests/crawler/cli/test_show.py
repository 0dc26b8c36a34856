from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.reasons import Reason
from storage.types import LinkState, Precision
from tests.crawler.cli.conftest import PAGE, CommandLine

SHARE = "http://finews.example.org/html_News/NewsShare.html?infoCode=NW202203152309565655"


def test_an_article_is_shown_whole(finews: CommandLine, stored: Callable[..., object]) -> None:
    stored()
    text = finews("show", "1").stdout
    for part in (
        "央行开展逆回购操作", "证券时报 (printed: 证券时报网)", "2022-03-15 11:38:08 +0800", PAGE,
        "600519.SH 贵州茅台 (publisher)", "https://img.example.com/1.png 640x480 图", "市场利率小幅回落。", "张三",
    ):  # fmt: skip
        assert part in text


@pytest.mark.parametrize(
    "reference",
    ["1", "NW202203152309565655", SHARE, "https://wap.eastmoney.com/a/202203152309565655.html"],
    ids=["number", "infocode", "address", "another address of the same number"],
)
def test_any_name_of_an_article_finds_it(finews: CommandLine, stored: Callable[..., object], reference: str) -> None:
    stored(
        SHARE,
        external_id="NW202203152309565655",
        canonical_url="https://finance.eastmoney.com/a/202203152309565655.html",
    )
    (article,) = finews.json("show", reference)
    assert article["id"] == 1
    assert article["published_at"] == "2022-03-15T03:38:08Z"
    assert article["media"] == [{"url": "https://img.example.com/1.png", "alt": "图", "width": 640, "height": 480}]
    assert article["mentions"][0]["symbol"] == "600519"


def test_a_time_is_shown_no_finer_than_it_is_known(finews: CommandLine, stored: Callable[..., object]) -> None:
    stored(published_precision=Precision.DAY, published_from="external-id")
    assert "published   2022-03-15 (from external-id, day)\n" in finews("show", "1").stdout


def test_an_unknown_time_is_called_unknown(finews: CommandLine, stored: Callable[..., object]) -> None:
    stored(published_at=None, published_precision=None, published_from="", published_as_printed="昨天")
    assert "published   unknown (printed: 昨天)\n" in finews("show", "1").stdout


def test_a_hostile_title_and_text_are_printed_harmlessly(finews: CommandLine, stored: Callable[..., object]) -> None:
    stored(title="\x1b[31m红\u202e[/]", text="一\x1b]8;;http://x\x07\n二")
    text = finews("show", "1").stdout
    assert all(sign.isprintable() or sign == "\n" for sign in text)
    assert text.startswith("\\x1b[31m红\\u202e[/]\n")
    assert text.endswith("一\\x1b]8;;http://x\\x07\n二\n")


def test_what_is_no_article_is_one_line_that_says_what_its_link_became(
    finews: CommandLine, stored: Callable[..., object]
) -> None:
    stored()
    unknown = finews("show", "99")
    assert unknown.exit_code == 2
    assert unknown.stderr.startswith("finews: no article is '99'")
    finews.link("https://e.example.com/1", "example-news", LinkState.REJECTED, Reason.NO_ARTICLE)
    refused = finews("show", "https://e.example.com/1")
    assert refused.exit_code == 2
    assert "its link is rejected: no-article" in refused.stderr
