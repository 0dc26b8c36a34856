"""Addresses of elements are made of names that stay, find the element again, and run nothing of the page's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement, document_fromstring, fromstring

from pipelines.templates.lines import repeated_lines, without_repeated
from pipelines.templates.locators import find, locators_of

NAMES = st.text("ab-_ '\"]|/()$1", max_size=12)


@given(NAMES, NAMES, st.sampled_from(["div", "article", "td", "h1"]))
def test_every_address_finds_the_element_it_was_made_of(name: str, classes: str, tag: str) -> None:
    root = document_fromstring("<body><main id=page><section></section></main></body>")
    element = HtmlElement()
    element.tag = tag
    element.set("id", name)
    element.set("class", classes)
    next(root.iter("section")).append(element)
    for locator in locators_of(element):
        assert element in find(locator, root), locator


@pytest.mark.parametrize(
    ("markup", "volatile"),
    [
        ("<div id=post-48213>x</div>", "48213"),
        ("<div class='css-1a2b3c4d5 story'>x</div>", "1a2b3c4d5"),
        ("<div class='active story'>x</div>", "active"),
    ],
)
def test_what_changes_from_page_to_page_is_no_name(markup: str, volatile: str) -> None:
    assert all(volatile not in locator for locator in locators_of(fromstring(markup)))


LINES = st.lists(st.sampled_from(["a b", "Subscribe now", "版权所有", "story", ""]), max_size=14)


@given(LINES, st.lists(st.sampled_from(["Subscribenow", "版权所有"]), max_size=2))
def test_cutting_keeps_order_and_never_takes_all(lines: list[str], boilerplate: list[str]) -> None:
    kept = without_repeated(lines, boilerplate)
    rest = iter(lines)
    assert all(line in rest for line in kept)
    assert bool(kept) == bool(lines)


@given(st.lists(LINES.map("\n".join), min_size=4, max_size=8))
def test_only_lines_of_most_pages_repeat(texts: list[str]) -> None:
    pages = [{line.replace(" ", "") for line in text.splitlines()} for text in texts]
    for key in repeated_lines(texts, pages):
        assert sum(key in page for page in pages) >= 0.6 * len(pages)
