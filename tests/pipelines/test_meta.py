# ruff: noqa: E501  # a case is read whole

from __future__ import annotations

from lxml.html import document_fromstring

from pipelines.meta import read_meta


def test_all_values_of_a_name_are_kept_in_order():
    root = document_fromstring(
        "<head><meta property='Article:Tag' content='copper'><meta name=article:tag content=' ore\n prices '>"
        "<meta name=article:tag content=copper><meta name=empty content=' '><meta itemprop=datePublished content=2026-11-20></head>"
    )
    meta = read_meta(root)
    assert meta.every("article:tag") == ["copper", "ore prices"]
    assert meta.first("empty", "datepublished") == "2026-11-20"
    assert meta.first("empty") == ""


def test_a_hundred_thousand_elements_are_cut():
    root = document_fromstring("<head>" + "<meta name=a content=b><meta name=c content=d>" * 50_000 + "</head>")
    assert len(read_meta(root).values) == 2
