from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement, document_fromstring

from pipelines.json_ld import Linked, read_json_ld

ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Copper rises",
    "datePublished": "2026-11-20T08:30:00Z",
    "author": {"@type": "Person", "name": "Jane Miner"},
    "publisher": {"@type": "Organization", "name": "Ore Weekly"},
}


def page(*scripts: object) -> HtmlElement:
    texts = (one if isinstance(one, str) else json.dumps(one) for one in scripts)
    return document_fromstring(
        "<html><body>"
        + "".join(f'<script type="application/ld+json">{text}</script>' for text in texts)
        + "</body></html>"
    )


@pytest.mark.parametrize(
    "told",
    [
        ARTICLE,
        [{"@type": "WebSite", "name": "Ore Weekly"}, ARTICLE],
        {"@graph": [{"@type": "BreadcrumbList"}, ARTICLE]},
        {"@type": "WebPage", "mainEntity": ARTICLE},
        ARTICLE | {"@type": ["Article", "NewsArticle"]},
        f"<!-- {json.dumps(ARTICLE)} -->",
        json.dumps(ARTICLE) + ";",
        json.dumps(ARTICLE)[:-1] + ",}",
        json.dumps(ARTICLE).replace(', "author"', ', // by hand\n "author"'),
        json.dumps(ARTICLE).replace(', "author"', '\n "author"'),
    ],
    ids=["object", "list", "graph", "page", "types", "comment", "semicolon", "comma", "remark", "no comma"],
)
def test_an_article_is_found_in_whatever_holds_it(told: object):
    linked = read_json_ld(page(told))
    assert linked.first("headline") == "Copper rises"
    assert linked.first("datePublished") == "2026-11-20T08:30:00Z"
    assert (linked.names_of("author"), linked.names_of("publisher")) == (["Jane Miner"], ["Ore Weekly"])


def test_people_elsewhere_in_the_graph_are_named():
    graph = [
        ARTICLE | {"author": [{"@id": "#jane"}, "Max Poe"]},
        {"@id": "#jane", "@type": "Person", "name": "Jane Roe"},
    ]
    assert read_json_ld(page({"@graph": graph})).names_of("author") == ["Jane Roe", "Max Poe"]


def test_baidus_form_without_a_type_is_an_article():
    assert read_json_ld(page({"title": "铜价上涨", "pubDate": "2026-11-20T08:30:00"})).first("pubDate") is not None


def test_videos_and_breadcrumbs_are_no_articles():
    others = [{"@type": "VideoObject", "headline": "Tour"}, {"@type": "BreadcrumbList", "datePublished": "2020-01-01"}]
    assert read_json_ld(page(*others)) == Linked((), {})


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, "{}" * 100_000, '"' * 200_000, "null", ""])
def test_hostile_json_ends_without_an_article(text: str):
    assert read_json_ld(page(text)).articles == ()


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ARTICLE, "@graph", "@id", "name"]), inner)
    ),
    max_leaves=8,
)


@given(JSON)
def test_no_types_are_too_wrong(value: object):
    linked = read_json_ld(page(json.dumps(value).replace("</", "<\\/")))
    assert all(isinstance(name, str) for key in ("author", "publisher") for name in linked.names_of(key))
