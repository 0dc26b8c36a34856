"""The site rules, on pages written by us in the shapes of their sites."""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from lxml.html import document_fromstring

from pipelines.extract import extract_html
from pipelines.extraction import Extraction
from pipelines.layout_samples import faults_of
from pipelines.layouts import Layout, apply, layout_of, read_layouts

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LINES = ["晨港集团今日公告，新码头投入运行。", "首批集装箱已经靠泊，吞吐量将会增加三成。"]
BODY = "".join(f"<p>　　{line}</p>" for line in LINES)
TITLE = "晨港集团新码头投入运行"

PAGES = {
    "https://finance.sina.com.cn/roll/2026-11-20/doc-abc.shtml": (
        f"<h1 class='main-title'>{TITLE}</h1><div class='date-source'><span class='date'>2026年11月20日 10:05</span>"
        f"<a class='source'>某某日报</a></div><div id='artibody'>{BODY}<div class='appendQr_wrap'>海量资讯</div></div>"
    ),
    "https://news.10jqka.com.cn/20261120/c1.shtml": (
        f"<h2 class='main-title'>{TITLE}</h2><span id='pubtime_baidu'>2026-11-20 10:05:00</span>"
        f"<span id='source_baidu'>来源：某某日报</span><div class='main-text atc-content'>{BODY}</div>"
    ),
    "https://www.stcn.com/article/detail/1.html": (
        f"<div class='detail-title'>{TITLE}</div><div class='detail-info'><span>来源：某某日报</span><span>2026-11-20 10:05</span>"
        f"</div><div class='detail-content'>{BODY}</div>"
    ),
    "https://www.cs.com.cn/ssgs/t1.html": (
        f"<article class='cont_article'><header><h1>{TITLE}</h1><div class='artc_info'><div><em>王小明</em><em>某某日报</em></div>"
        f"<time class='time' datetime='2026-11-20T10:05:00+08:00'>2026-11-20 10:05</time></div></header><section>{BODY}</section></article>"
    ),
    "https://www.yicai.com/news/1.html": (
        f"<div class='title'><h1>{TITLE}</h1><p><span>某某日报</span><em>2026-11-20 10:05</em></p></div>"
        f"<div id='multi-text'>{BODY}</div>"
    ),
    "https://www.cls.cn/detail/1": "<div id=__next></div><script id=__NEXT_DATA__ type=application/json>"
    + json.dumps({"props": {"pageProps": {"articleDetail": {"title": TITLE, "content": BODY, "ctime": 1795140300}}}})
    + "</script>",
}


@pytest.mark.parametrize("url", PAGES)
def test_a_layout_gives_the_whole_body_and_what_stands_round_it(url: str):
    page = f"<html><head><title>{TITLE}_某网</title></head><body>{PAGES[url]}<p>{'别的新闻。' * 200}</p></body></html>"
    extraction = extract_html(page.encode(), url=url, content_type="text/html; charset=utf-8", now=NOW, zone=None)
    assert isinstance(extraction, Extraction)
    assert (extraction.text.splitlines(), extraction.title, extraction.timezone) == (LINES, TITLE, "Asia/Shanghai")
    assert extraction.published is not None
    assert extraction.published.local.strftime("%d %M") == "20 05"
    assert extraction.source_html.startswith(BODY)
    assert extraction.publisher_as_printed in {"某某日报", ""}


SHIPPED = read_layouts(files("pipelines.layouts"))


@pytest.mark.parametrize("layout", SHIPPED, ids=lambda layout: layout.hosts[0])
def test_every_layout_that_ships_has_samples_that_come_out_as_expected(layout: Layout):
    assert layout.sample
    assert faults_of(layout) == []


def test_a_sample_that_comes_out_otherwise_says_what_and_how():
    layout = next(one for one in SHIPPED if one.hosts == ("stcn.com",))
    wrong = layout.model_copy(update={"drop": ("p:first-child",), "title": (".detail-info span",)})
    faults = faults_of(wrong)
    assert [fault.split(" is ")[0] for fault in faults] == [
        "https://www.stcn.com/article/detail/1.html: title", "https://www.stcn.com/article/detail/1.html: text",
    ]  # fmt: skip
    assert "expected '晨港集团新码头投入运行'" in faults[0]


def test_rules_reach_every_field_by_css_or_xpath():
    page = (
        "<html><head><meta name=keywords-1 content=港口></head><body><h1>x</h1><b class=t>晨港集团新码头投入运行</b><i class=when>2026-11-20 10:05</i>"
        "<i class=late>2026-11-21 08:00</i><u id=sec>产业</u><u class=tag>航运</u><u class=src>晨港日报</u><u class=by>记者 王小明</u>"
        f"<div id=b>{BODY}</div></body></html>"
    )
    layout = Layout.model_validate({
        "hosts": ["example.com"], "timezone": "Asia/Shanghai", "body": "#b", "title": "//b[@class='t']", "time": ".when",
        "modified": ".late", "section": "#sec", "tags": ["//meta[@name='keywords-1']", "u.tag"], "publisher": ".src",
        "authors": ".by",
        "sample": [{"url": "https://www.example.com/1", "page": page, "expected": {
            "title": TITLE, "text": "\n".join(LINES), "published_at": "2026-11-20T10:05:00+08:00",
            "modified_at": "2026-11-21T08:00:00+08:00", "section": "产业", "tags": ["港口", "航运"],
            "publisher": "晨港日报", "authors": ["王小明"],
        }}],
    })  # fmt: skip
    assert faults_of(layout) == []


def test_every_fault_of_a_folder_of_layouts_is_said(tmp_path: Path):
    (tmp_path / "a.toml").write_text('hosts = ["a.example.com"]\nbody = ["div["]\ncolour = "red"', encoding="utf-8")
    (tmp_path / "b.toml").write_text("hosts = ", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("none", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.toml") as raised:
        read_layouts(tmp_path)
    lines = str(raised.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["a.toml", "a.toml", "b.toml"]
    assert any("div[" in line for line in lines)


def test_rules_given_with_a_page_count_before_those_that_ship():
    url = next(iter(PAGES))
    page = f"<html><body><h1>{TITLE}</h1><div id=artibody><p>{LINES[0] * 9}</p></div><div class=own>{BODY}</div></body></html>"
    own = Layout(hosts=("sina.com.cn",), body=(".own",))
    extraction = extract_html(page.encode(), url=url, content_type="", now=NOW, zone=None, layout=own)
    assert isinstance(extraction, Extraction)
    assert extraction.text.splitlines() == LINES


def test_where_a_layout_finds_no_body_the_page_is_read_as_any_other():
    lines = [line * 6 for line in LINES]
    page = f"<html><body><h1>{TITLE}</h1><div class=unknown><p>{lines[0]}</p><p>{lines[1]}</p></div></body></html>"
    url = next(iter(PAGES))
    extraction = extract_html(page.encode(), url=url, content_type="", now=NOW, zone=None)
    assert isinstance(extraction, Extraction)
    assert extraction.text.splitlines() == lines


def test_a_layout_counts_for_the_hosts_below_its_own():
    layout = layout_of("Finance.Sina.com.cn")
    assert layout is not None
    assert layout is layout_of("news.sina.com.cn")
    assert layout_of("notsina.com.cn") is None
    assert layout_of("") is None


def test_a_script_that_is_no_json_is_no_body():
    layout = layout_of("www.cls.cn")
    assert layout is not None
    assert apply(layout, document_fromstring("<html><script id=__NEXT_DATA__>{cut</script></html>")) is None
