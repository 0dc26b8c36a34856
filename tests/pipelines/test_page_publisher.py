from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from pipelines.dateline import lines_below, named_elements
from pipelines.json_ld import read_json_ld
from pipelines.meta import read_meta
from pipelines.page_publisher import read_publisher

SENTENCE = "晨港集团今日公告，新码头投入运行，首批集装箱已经靠泊，全年吞吐量将会增加三成，公司在公告里这样表示。"


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("2026-11-20 10:05 <span>来源：</span><a>晨港商报</a>", "晨港商报"),
        ("2026-11-20 10:05 <span>来源</span> <span>晨港商报</span>", "晨港商报"),
        ("<ul><li>2026-11-20</li><li>来源</li><li>晨港商报</li></ul>", "晨港商报"),
        ("稿源：晨港商报 2026-11-20 10:05", "晨港商报"),
        ("来源于：晨港商报", "晨港商报"),
        ("發布時間：2026-11-20 來源：晨港商報", "晨港商報"),
        ("出处：晨港商报 作者：王小明 时间：2026-11-20", "晨港商报"),
        ("转载自：晨港商报", "晨港商报"),
        ("2026-11-20 10:05:06来源：晨港商报编辑：王小明", "晨港商报"),
        ("来源：晨港商报（ID：chengang）", "晨港商报"),
        ("[来源:晨港商报] [作者:王小明]", "晨港商报"),
        ("2026-11-20 10:05 下载客户端", ""),
    ],
)
def test_the_source_is_read_from_whatever_line_names_it(line: str, publisher: str):
    root = document_fromstring(f"<html><body><h1>晨港集团新码头</h1><div>{line}</div><p>{SENTENCE}</p></body></html>")
    headline = root.find(".//h1")
    assert headline is not None
    lines = [one.text for one in lines_below(headline)]
    told = read_publisher(read_json_ld(root), read_meta(root), named_elements(root), lines)
    assert told == (publisher, "page" if publisher else "")
