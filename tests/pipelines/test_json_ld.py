from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement, document_fromstring

from pipelines.json_ld import Credit, Linked, read_json_ld

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


@pytest.mark.parametrize(
    "author",
    [
        "Jane Roe",
        ["Jane Roe"],
        {"@type": "Person", "givenName": "Jane", "familyName": "Roe"},
        {"@type": "Person", "name": ["Jane Roe"]},
        {"@id": "#jane"},
        [[{"@id": "#jane"}]],
    ],
    ids=["text", "list", "parts", "names", "reference", "list of lists"],
)
def test_an_author_may_be_told_in_any_of_its_forms(author: object):
    jane = {"@id": "#jane", "@type": "Person", "name": "Jane Roe"}
    assert read_json_ld(page([ARTICLE | {"author": author}, jane])).names_of("author") == ["Jane Roe"]


def test_organisations_are_told_from_people():
    told = read_json_ld(page(ARTICLE | {"author": [{"@type": "Organization", "name": "Ore Desk"}, "Jane Roe"]}))
    assert told.credits("author") == [Credit("Ore Desk", is_organisation=True), Credit("Jane Roe")]


def test_the_article_about_this_address_comes_first():
    other = ARTICLE | {"headline": "Tin falls", "url": "https://ore.example/2"}
    own = ARTICLE | {"mainEntityOfPage": {"@id": "/1/"}}
    assert read_json_ld(page([other, own]), "https://ore.example/1").first("headline") == "Copper rises"


@pytest.mark.parametrize(
    "text",
    [
        f"//<![CDATA[\n{json.dumps(ARTICLE)}\n//]]>",
        f"/*<![CDATA[*/{json.dumps(ARTICLE)}/*]]>*/",
        json.dumps(ARTICLE).replace('"', "&quot;"),
        json.dumps(ARTICLE).replace("}", ",}"),
        f"/* by hand */ {json.dumps(ARTICLE)}",
        json.dumps({"@type": "WebSite"}) + json.dumps(ARTICLE),
        json.dumps(ARTICLE).replace("rises", "rises\x01\n"),
    ],
    ids=["cdata", "cdata in comments", "entities", "commas", "comment", "two", "control"],
)
def test_json_is_repaired_where_only_one_reading_is_possible(text: str):
    assert str(read_json_ld(page(text)).first("headline")).startswith("Copper rises")


def test_a_job_is_no_article():
    assert read_json_ld(page({"@type": "JobPosting", "headline": "Miner"})).articles == ()


def test_baidus_form_without_a_type_is_an_article():
    assert read_json_ld(page({"title": "铜价上涨", "pubDate": "2026-11-20T08:30:00"})).first("pubDate") is not None


def test_videos_and_breadcrumbs_are_no_articles():
    others = [{"@type": "VideoObject", "headline": "Tour"}, {"@type": "BreadcrumbList", "datePublished": "2020-01-01"}]
    assert read_json_ld(page(*others)) == Linked((), {}, {})


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "/*" * 100_000,
        '"a",' * 50_000,
        "," + " " * 200_000,
        '{"a":' * 50_000,
        "{}" * 100_000,
        '"' * 200_000,
        "null",
        "",
    ],
)
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
