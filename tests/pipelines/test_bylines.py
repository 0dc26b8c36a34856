from __future__ import annotations

from dataclasses import replace

import pytest
from lxml.html import document_fromstring

from pipelines.bylines import Authors, Signs, byline, read_authors
from pipelines.dateline import lines_below, named_elements
from pipelines.json_ld import Credit

LEAD = "Copper rose to a record on Friday, the exchange of Northaven said in a statement. Traders were surprised."


def signs_of(body: str, *, linked: list[str] | None = None, meta: list[str] | None = None) -> Signs:
    root = document_fromstring(f"<html><body><h1>Copper rises</h1>{body}<p>{LEAD}</p></body></html>")
    headline = root.find(".//h1")
    assert headline is not None
    return Signs(
        root, headline, list(lines_below(headline, patience=1)), named_elements(root),
        linked=[[Credit(name) for name in linked or []]], meta=[meta or []], sites=frozenset({"oreweekly"}),
    )  # fmt: skip


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
        ("2026-11-20 10:05 来源：某报 作者：王小明 编辑：李大同", ("王小明",)),
        ("文、图/某某晚报全媒体记者 王小明", ("王小明",)),
        ("21世纪某报 记者 王小明", ("王小明",)),
        ("作者：王小明（某某研究院研究员）", ("王小明",)),
        ("采写：某报记者 王小明", ("王小明",)),
        ("□ 本报记者 王小明", ("王小明",)),
        ("记者王小明北京报道", ("王小明",)),
        ("〔記者王小明／台北報導〕", ("王小明",)),
        ("【王小明／台北報導】", ("王小明",)),
        ("记者心疼地说，", ()),
        ("图/王小明", ()),
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
    ("linked", "meta", "body", "people"),
    [
        (["Jane Miner, Ph.D., Max Poe and Ann Ore"], [], "", ("Jane Miner, Ph.D.", "Max Poe", "Ann Ore")),
        (["Maria &amp; Katerina Ore"], [], "", ("Maria", "Katerina Ore")),
        (["Newsroom Staff"], ["Jane Miner"], "", ("Jane Miner",)),
        (["admin"], ["desk@example.com", "https://example.com/jane"], "", ()),
        ([], ["By Jane Miner"], "", ("Jane Miner",)),
        ([], [], "<p class=byline>By Jane Miner Nov 20, 2026</p>", ("Jane Miner",)),
        ([], [], "<i class=author-name>Jane Miner</i><i class=author-name>Max Poe</i>", ("Jane Miner",)),
        ([], [], "<div class=author-box>More from this author</div>", ()),
        (["Jane Miner"], [], "<div>By Jane Miner and Max Poe</div>", ("Jane Miner", "Max Poe")),
        (["Jane Miner, CNN"], [], "", ("Jane Miner",)),
        (["Jane Miner"], [], "<div>By Max Poe</div>", ("Jane Miner",)),
        (["Ore Weekly"], [], "<div>By Max Poe</div>", ("Max Poe",)),
        (["Ore Weekly Team"], [], "<a rel=author href=/a>Max Poe</a>", ("Ore Weekly Team",)),
        (["jane.miner"], [], "<a rel=author href=/a>Jane Miner</a>", ("Jane Miner",)),
        (["jane.miner"], [], "", ("jane.miner",)),
        (["Ore Weekly"], [], "", ("Ore Weekly",)),
    ],
)
def test_the_first_place_that_tells_people_counts(
    linked: list[str], meta: list[str], body: str, people: tuple[str, ...]
):
    signs = signs_of(body, linked=linked, meta=meta)
    assert read_authors(signs, is_chinese=False).names == people


def test_an_organisation_that_is_the_site_wrote_nothing():
    signs = replace(signs_of(""), linked=[[Credit("Ore Weekly", is_organisation=True)]])
    assert read_authors(signs, is_chinese=False) == Authors()


def test_on_chinese_pages_the_markup_names_no_authors():
    """It names editors, desks and numbers."""
    signs = signs_of("<span class=author>要闻推荐</span>", linked=["示例网"], meta=["11000099", "王编辑"])
    assert read_authors(signs, is_chinese=True) == Authors()


def test_a_chinese_name_counts_in_an_element_made_for_it():
    signs = signs_of("<i class='side author'>周大年</i><i class=author_baidu>作者：王小明</i>")
    assert read_authors(signs, is_chinese=True).names == ("王小明",)
