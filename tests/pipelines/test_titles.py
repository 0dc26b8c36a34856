# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

import pytest
from lxml.html import HtmlElement, document_fromstring

from pipelines.titles import read_title, site_names


def page(body: str) -> HtmlElement:
    return document_fromstring(f"<html><body>{body}</body></html>")


@pytest.mark.parametrize(
    ("body", "titles", "expected"),
    [
        ("<h1>Copper rises to a record</h1>", {"title": "Copper rises | Ore Weekly"}, ("Copper rises to a record", "h1")),
        ("<h1>Ore Weekly</h1><h1>Copper rises</h1>", {"title": "Copper rises - Ore Weekly"}, ("Copper rises", "h1")),
        ("<h1>Ore Weekly</h1><p>…</p>", {"og": "Copper rises", "title": "Copper rises - Ore Weekly"}, ("Copper rises", "og")),
        ("<h1>Why smelters pay higher copper prices</h1>", {"title": "Copper prices"}, ("Why smelters pay higher copper prices", "h1")),
        ("<h1>Markets</h1><p>…</p>", {"title": "Copper rises to a record in Northaven | Ore Weekly"}, ("Copper rises to a record in Northaven", "title")),
        ("<h3>晨港集团新码头投入运行</h3>", {"title": "晨港集团新码头投入运行_公司_示例网"}, ("晨港集团新码头投入运行", "headline")),
        ("<div class=t>晨港集团新码头投入运行</div>", {"title": "晨港集团新码头投入运行 | 要闻 | 示例新闻网"}, ("晨港集团新码头投入运行", "headline")),
        ("<h1>Copper rises</h1>", {}, ("Copper rises", "h1")),
        ("<p>…</p>", {}, ("", "")),
    ],
)  # fmt: skip
def test_the_headline_wins_where_it_says_what_the_markup_says(
    body: str, titles: dict[str, str], expected: tuple[str, str]
):
    sites = site_names(titles, [], "https://www.oreweekly.example/2026/copper")
    title = read_title(page(body), titles, sites=sites)
    assert (title.text, title.origin) == expected


@pytest.mark.parametrize(
    ("title", "url", "expected"),
    [
        ("Fire in the port - Die Zeit drängt", "https://www.zeit.example/a", "Fire in the port - Die Zeit drängt"),
        ("Japan: Ore rises", "https://www.japanmining.example/a", "Japan: Ore rises"),
        ("Ore rises - a little", "https://www.orenews.example/a", "Ore rises - a little"),
        ("Ore rises | Yonder Finance", "https://finance.yonder.example/a", "Ore rises"),
        ("Ore rises – OBC News", "https://www.obc.example/a", "Ore rises"),
        ("Ore rises | El Páramo", "https://elparamo.example/a", "Ore rises"),
        ("Mining Weekly: Ore rises", "https://miningweekly.example/a", "Ore rises"),
        ("Mining Weekly | Ore rises", "https://miningweekly.example/a", "Ore rises"),
        ("Ore rises | News | miningweekly.example", "https://miningweekly.example/a", "Ore rises | News"),
    ],
)
def test_only_the_name_of_the_site_is_cut(title: str, url: str, expected: str):
    root = page(f"<p>{title}</p>")
    assert read_title(root, {"title": title}, sites=site_names({"title": title}, [], url)).text == expected


@pytest.mark.parametrize(
    ("heading", "told", "expected"),
    [
        ("ORE RISES IN THE NORTH", "Ore rises in the North", "Ore rises in the North"),
        ("Ports: Ore rises in the North", "Ore rises in the North", "Ore rises in the North"),
        ("Ore rises in the North Posted on 3 May 2026 by Jane", "Ore rises in the North", "Ore rises in the North"),
        ("Ore rises in the North | Opinion", "Ore rises in the North", "Ore rises in the North"),
        ("Ore rises in the North, by a little", "Ore rises in the North", "Ore rises in the North, by a little"),
        ("Ore rises in the North: the year 2026", "Ore rises in the North", "Ore rises in the North: the year 2026"),
    ],
)
def test_kickers_and_datelines_are_no_part_of_a_headline(heading: str, told: str, expected: str):
    title = read_title(page(f"<h1>{heading}</h1>"), {"og": told}, sites=[])
    assert (title.text, title.origin) == (expected, "h1")


def test_a_heading_that_leads_home_is_no_headline():
    root = page("<h1><a href='/'>Northern lights</a></h1><h2>Ore rises</h2>")
    assert read_title(root, {"title": "Northern lights: Ore rises", "og": "Ore rises"}, sites=[]).text == "Ore rises"


def test_the_element_of_the_headline_is_given():
    root = page("<a>晨港集团新码头投入运行</a><div id=headline>晨港集团新码头投入运行</div>")
    title = read_title(root, {"title": "晨港集团新码头投入运行_示例网"}, sites=["示例网"])
    assert title.headline is not None
    assert title.headline.get("id") == "headline"


def test_a_title_of_a_million_characters_is_cut():
    title = read_title(page(f"<h1>{'a b ' * 250_000}</h1>"), {"title": "a b " * 250_000}, sites=[])
    assert 0 < len(title.text) <= 1_000
