"""Where a page prints time, source and byline: the lines below its headline, and the elements named for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from pipelines.markup import plain

MOST_LINES = 30
_MOST_NAMED = 150
_MOST_CHILDREN = 30
_NAMES = etree.XPath("//body//@class | //body//@id | //body//@itemprop | //body//@rel")
_TIMES = etree.XPath("//body//time")
_TELLING = re.compile(r"time|date|pub|info|source|origin|author|byline|meta", re.IGNORECASE)
_HOLDERS = {"time", "div", "span", "p", "em", "i", "a", "li", "address", "td", "h2", "h3", "h4", "h5"}
LONGEST_LINE = 200
_SENTENCE = 40
_END = re.compile(r"。|[a-z][.!?](?:\s|$)")
_SILENT = {"script", "style", "noscript", "template", "select", "option", "textarea", "svg", "iframe", "nav"}


@dataclass(frozen=True, slots=True)
class Named:
    """An element with the class, id, itemprop or rel that says what it holds, and its short text."""

    name: str
    text: str


def named_elements(root: HtmlElement) -> list[Named]:
    """Give the small elements that by their names hold time, source or byline, in the order of the page, times first.

    A time element comes with its `datetime` in front.
    """
    # The names come from libxml2 as text; only elements that matter become Python objects.
    names: list[Any] = _NAMES(root)  # type: ignore[assignment]  # this path gives a list of attributes
    times: list[HtmlElement] = _TIMES(root)  # type: ignore[assignment]  # this path gives a list of elements
    found = dict.fromkeys(times[:_MOST_NAMED], "time")
    for name in islice((name for name in names if _TELLING.search(name)), _MOST_NAMED):
        found.setdefault(name.getparent(), name)
    return [
        Named(str(name), _dated(element, text))
        for element, name in found.items()
        if element.tag in _HOLDERS and len(element) <= _MOST_CHILDREN and (text := short_text(element))
    ]


def _dated(element: HtmlElement, text: str) -> str:
    return f"{element.get('datetime') or ''} {text}".strip() if element.tag == "time" else text


def lines_below(headline: HtmlElement) -> Iterator[str]:
    """Give the short texts that follow a headline, up to the first long paragraph: there the body begins.

    A time element comes with its `datetime` in front.
    """
    for line in islice(_following(headline), MOST_LINES):
        if line is None or (len(line) > _SENTENCE and _END.search(line)):
            return
        yield line


def _following(headline: HtmlElement) -> Iterator[str | None]:
    element: HtmlElement | None = headline
    while element is not None and element.tag != "body":
        if element is not headline or element.tail:
            yield from _tail(element)
        for sibling in element.itersiblings():
            yield from _lines(sibling)
        element = element.getparent()


def _lines(element: HtmlElement) -> Iterator[str | None]:
    """Give an element's lines, None behind them where a long paragraph ends the dateline."""
    if isinstance(element.tag, str) and element.tag not in _SILENT:
        text = short_text(element)
        if text is not None:
            if text:
                yield _dated(element, text)
        elif element.tag == "p" or len(element) == 0:
            yield None
        else:
            if own := plain(element.text or ""):
                yield own if len(own) <= LONGEST_LINE else None
            for child in element:
                yield from _lines(child)
    yield from _tail(element)


def _tail(element: HtmlElement) -> Iterator[str | None]:
    if element.tail and (text := plain(element.tail)):
        yield text if len(text) <= LONGEST_LINE else None


def short_text(element: HtmlElement) -> str | None:
    """Give the text of a small element, None for more than a line; "" for one without words."""
    parts: list[str] = []
    size = 0
    for part in element.itertext():
        if part.isspace():
            parts.append(" ")
            continue
        parts.append(part)
        size += len(part)
        if size > 2 * LONGEST_LINE:
            return None
    text = plain("".join(parts))
    return text if len(text) <= LONGEST_LINE else None
