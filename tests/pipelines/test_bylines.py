from __future__ import annotations

import pytest

from pipelines.bylines import byline, read_authors
from pipelines.dateline import Named


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("本报记者 王小明 李 四", ("王小明", "李四")),
        ("某某新闻记者 王小明", ("王小明",)),
        ("【某晚報╱記者王小明╱台北報導】", ("王小明",)),
        ("記者王小明、李大同／台北報導", ("王小明", "李大同")),
        ("2026-11-20 10:05 某某報 記者王小明／即時報導", ("王小明",)),
        ("文丨某某特约评论员 王小明", ("王小明",)),
        ("作者︱王小明", ("王小明",)),
        ("王小明/某某青年报 2026-11-20 10:05 字号", ("王小明",)),
        ("作者：责任编辑：王小明", ()),
        ("责任编辑：王小明", ()),
        ("某某日报讯（记者 王小明）晨港集团昨日公告新码头投入运行。", ()),
        ("记者从发布会上获悉", ()),
        ("By Jane Miner and Max Poe", ("Jane Miner", "Max Poe")),
    ],
)
def test_a_byline_is_a_line_that_is_nothing_else(line: str, people: tuple[str, ...]):
    assert byline(line) == people


@pytest.mark.parametrize(
    ("linked", "meta", "named", "people"),
    [
        (["Jane Miner, Ph.D., Max Poe and Ann Ore"], [], [], ("Jane Miner, Ph.D.", "Max Poe", "Ann Ore")),
        (["Maria &amp; Katerina Ore"], [], [], ("Maria", "Katerina Ore")),
        (["Newsroom Staff"], ["Jane Miner"], [], ("Jane Miner",)),
        (["admin"], ["desk@example.com", "https://example.com/jane"], [], ()),
        ([], ["By Jane Miner"], [], ("Jane Miner",)),
        ([], [], [Named("byline", "By Jane Miner Nov 20, 2026")], ("Jane Miner",)),
        ([], [], [Named("author-name", "Jane Miner"), Named("author-name", "Max Poe")], ("Jane Miner",)),
        ([], [], [Named("author-box", "More from this author")], ()),
    ],
)
def test_people_come_from_the_markup_before_the_page(
    linked: list[str], meta: list[str], named: list[Named], people: tuple[str, ...]
):
    assert read_authors(named, [], linked=linked, meta=meta, is_chinese=False) == people


def test_on_chinese_pages_the_markup_names_no_authors():
    """It names editors, desks and numbers."""
    told = read_authors(
        [Named("author", "要闻推荐")], [], linked=["示例网"], meta=["11000099", "王编辑"], is_chinese=True
    )
    assert told == ()


def test_a_chinese_name_counts_in_an_element_made_for_it():
    named = [Named("side author", "周大年"), Named("author_baidu", "作者：王小明")]
    assert read_authors(named, [], linked=[], meta=[], is_chinese=True) == ("王小明",)
