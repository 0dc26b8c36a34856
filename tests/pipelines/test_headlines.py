from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.headlines import article_lines

BODY = [
    "晨港集团今日公告，新码头投入运行。",
    "首批集装箱已经靠泊，全年吞吐量将会增加三成。",
    "公司说，明年还会建一座码头。",
]
TITLE = "晨港集团新码头投入运行"


@pytest.mark.parametrize(
    "above",
    [
        [TITLE],
        ["要闻", TITLE, "2026-11-20 10:05 来源：某某日报"],
        [TITLE, "作者：王小明", "字号：大 中 小", "分享到"],
        ["（原标题：晨港集团码头开了）"],
        ["    發稿時間：2026/11/20 10:05"],
    ],
)
def test_what_repeats_or_tells_of_the_article_is_taken_off_its_top(above: list[str]):
    assert article_lines([*above, *BODY], TITLE) == BODY


@pytest.mark.parametrize(
    "below",
    [
        ["（责任编辑：王小明）"],
        ["相关新闻", "别的公司也有码头", "又一家公司公告"],
        ["        ※本網站之文字、圖片，非經授權，不得轉載。"],
        ["总监制：王小明", "监 制：李大同"],
        ["免责声明：本文仅供参考，不构成投资建议。"],
        ["分享让更多人看到"],
    ],
)
def test_what_follows_the_article_is_taken_off_its_end(below: list[str]):
    assert article_lines([*BODY, *below], TITLE) == BODY


def test_sentences_that_mention_such_words_stay():
    lines = [
        "记者从发布会上获悉，晨港集团的新码头投入运行。",
        *BODY,
        "公司的免责声明说，图片由摄影师提供，作者另有其人，读者可以阅读。",
    ]
    assert article_lines(lines, TITLE) == lines


@given(st.lists(st.text(max_size=60), max_size=20), st.text(max_size=40))
def test_no_line_is_made_up_or_moved(lines: list[str], title: str):
    kept = iter(line.strip() for line in lines)
    assert all(line in kept for line in article_lines(lines, title))
