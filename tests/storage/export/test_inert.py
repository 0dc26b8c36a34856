"""A body that acts is told from one that shows itself."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from storage.export.inert import is_inert
from storage.export.post import SiteOptions, category_file, post_text
from tests.storage.export.samples import ARTICLE


@pytest.mark.parametrize(
    "markup",
    ["", "一段话", "<p>　　澄江重工签下<b>十年</b>订单。</p>",
     '<p style="text-align: center;"><img src="/1.png" alt="a"/></p>',
     '<span id="quote_1.600160"></span>', "a < b && c > d", "<!-- 广告位 -->文字", "<p>x</p>\n\n<http://example.com/a>",
     "<a href='https://example.com/?a=1&amp;b=2' target=_blank>x</a>", "<TABLE border=1><TR><TD>1</TD></TR></TABLE>",
     "<>", "3<5"],
)  # fmt: skip
def test_a_body_that_only_shows_itself_is_inert(markup: str) -> None:
    assert is_inert(markup)


@pytest.mark.parametrize(
    "markup",
    ["<script>alert(1)</script>", "<ScRiPt src=//x.test/>", "<img src=x onerror=alert(1)>", "<p/onclick=x>", "<svg><a>",
     "<iframe src='/'></iframe>", "<a href=javascript:x>a</a>", "<a href='&#106;avascript:x'>a</a>",
     "<a href='java\tscript:x'>a</a>", "<a href=' \x01javascript:x'>a</a>", "<a href=data:text/html,x>a</a>",
     "<form action=/x>", "<meta http-equiv=refresh content=0>", "<base href=//x.test>", "<style>*{}</style>",
     "<!--><script>-->", "<!-- <b> --!><script>x</script>", "<scr<b>ipt>", "<p title='<script>'>",
     '<p title="a"onclick=x>',
     "<a b='c' 'onclick=x>", "<![CDATA[<script>]]>", "<?php x ?>", "</p onclick=x>", "<p", "<p class=`x`>", "<x:y>",
     "[a](javascript:x)", "[a](&#106;avascript:x)", "[a]: javascript:x", "文字{: onclick='x'}", "<javascript:x>",
     "<div xmlns:xlink='x' xlink:href='javascript:x'>", "<math><mi>"],
)  # fmt: skip
def test_a_body_that_acts_is_not(markup: str) -> None:
    assert not is_inert(markup)
    assert post_text(replace(ARTICLE, source_html=markup), SiteOptions()) == post_text(
        replace(ARTICLE, source_html=""), SiteOptions()
    )


@given(
    st.lists(
        st.sampled_from(
            ["<", ">", "a", "p", " ", "/", "=", '"', "'", "on", "click", "href", "script", "!--", "--", "x"]
        ),
        max_size=14,
    ).map("".join)
)
def test_what_is_inert_has_nothing_that_acts_for_a_parser_either(markup: str) -> None:
    if is_inert(markup):
        root = lxml_html.fromstring(f"<div>{markup}</div>")
        for element in root.iter("*"):
            assert element.tag != "script"
            assert not any(name.startswith("on") for name in element.attrib)


@pytest.mark.parametrize(
    "markup", ["<a " * 300_000, "<a b=" * 300_000, "<!--" * 300_000, "<p a='" * 300_000, "<" * 2_000_000]
)
def test_a_hostile_body_is_told_in_no_time(markup: str) -> None:
    before = time.process_time()
    is_inert(markup)
    assert time.process_time() - before < 5


@pytest.mark.parametrize(
    "slug", ["con", "nul", "com1", "CON", "..", "a/b", "a.b", ".git", "国" * 100, "x" * 300, "", "a\x00b", "😀"]
)
def test_no_category_has_a_file_name_that_a_system_refuses(slug: str) -> None:
    name = category_file(slug)
    assert name.isascii()
    assert len(name) < 120
    assert name.partition(".")[0].lower() not in {"con", "nul", "com1", ""}
    assert name == name.lower()
    assert "/" not in name
