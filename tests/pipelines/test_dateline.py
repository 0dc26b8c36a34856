# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

from lxml.html import HtmlElement, document_fromstring

from pipelines.dateline import Named, Piece, lines_below, named_elements, pieces_of

SENTENCE = "晨港集团今日公告，新码头投入运行，首批集装箱已经靠泊，全年吞吐量将会增加三成，公司在公告里这样表示。"


def page(body: str) -> HtmlElement:
    return document_fromstring(f"<html><body>{body}</body></html>")


def below(body: str) -> list[str]:
    root = page(body)
    headline = root.find(".//h1")
    assert headline is not None
    return [line.text for line in lines_below(headline)]


def test_the_lines_below_a_headline_end_where_the_body_begins():
    body = f"<div><h1>标题</h1><div><span>2026-11-20 10:05</span> <a>某某日报</a></div></div><p>{SENTENCE}</p><p>2020-01-01</p>"
    assert below(body) == ["2026-11-20 10:05 某某日报"]


def test_they_are_found_in_whatever_stands_round_the_headline():
    body = f"<header><div><h1>标题</h1></div></header><section><p>来源：某报</p></section><div><p>{SENTENCE}</p></div>"
    assert below(body) == ["来源：某报"]


def test_scripts_and_menus_are_no_lines():
    assert below("<h1>标题</h1><script>var time='2026-11-20';</script><nav>首页</nav>来源：某报") == ["来源：某报"]


def test_a_million_lines_are_cut():
    assert len(below("<h1>标题</h1>" + "<i>时间</i>" * 20_000)) <= 30


def test_leads_are_passed_over_with_patience():
    root = page(f"<h1>标题</h1><p>{SENTENCE}</p><div>来源：某报</div><p>{SENTENCE}</p><div>2020-01-01</div>")
    headline = root.find(".//h1")
    assert headline is not None
    assert [line.text for line in lines_below(headline, patience=1)] == ["来源：某报"]


def test_pieces_are_text_nodes_as_lines():
    root = page("<div id=x>By<script>x</script> <a href=/jane>Jane\n Doe</a>, 3 May</div>")
    line = Named("", "", root.get_element_by_id("x"))
    assert list(pieces_of([line])) == [Piece("By", begins=True), Piece("Jane Doe", is_link=True), Piece(", 3 May")]


def test_elements_named_for_time_and_source_are_given_times_first():
    root = page(
        "<div class='post-meta'><span class=source>某报</span><time datetime='2026-11-20T10:05:00+08:00'>11月20日</time></div>"
        "<p class=lead>导语</p>"
    )
    assert named_elements(root) == [
        Named("time", "2026-11-20T10:05:00+08:00 11月20日"),
        Named("post-meta", "某报11月20日"),
        Named("source", "某报"),
    ]
