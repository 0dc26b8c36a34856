# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

import pytest
from lxml.html import HtmlElement, document_fromstring

from pipelines.container import around, densest

SENTENCE = "晨港集团今日公告，新码头投入运行，首批集装箱已经靠泊。"


def page(body: str) -> HtmlElement:
    return document_fromstring(f"<html><body>{body}</body></html>")


@pytest.mark.parametrize(
    "body",
    [
        f"<div id=body><p>{SENTENCE}</p><p>{SENTENCE}<b>{SENTENCE}</b></p></div>",
        f"<div id=body>{SENTENCE}<br><br>{SENTENCE}<br>{SENTENCE}</div>",
        f"<div id=body><div>{SENTENCE}</div><div>{SENTENCE}</div><div>{SENTENCE}</div></div>",
        f"<div id=body><p>{SENTENCE}</p><ul><li>{SENTENCE}</li><li>{SENTENCE}</li></ul></div>",
    ],
    ids=["paragraphs", "breaks", "divs", "list"],
)
def test_the_densest_element_holds_the_paragraphs(body: str):
    links = "".join(f"<li><a href=/{number}>{SENTENCE}</a></li>" for number in range(20))
    found = densest(
        page(
            f"<nav><p>{SENTENCE * 9}</p></nav><div><h1>标题</h1>{body}</div><ul>{links}</ul><footer>{SENTENCE * 9}</footer>"
        )
    )
    assert found is not None
    assert found.get("id") == "body"


def test_a_page_of_links_alone_has_none():
    assert densest(page(f"<a href=/>{SENTENCE}</a>")) is None


def test_the_element_round_a_text_is_found_behind_inline_elements():
    root = page(f"<div><div id=body><p>甲：{SENTENCE}</p><p><span></span>乙：{SENTENCE}</p></div><p>别的</p></div>")
    found = around(root, f"甲：{SENTENCE}\n乙：{SENTENCE}")
    assert found is not None
    assert found.get("id") == "body"


def test_no_element_is_round_a_text_that_is_not_on_the_page():
    assert around(page("<p>别的</p>"), SENTENCE) is None
