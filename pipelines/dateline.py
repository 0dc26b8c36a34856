"""The lines below a headline, where a page prints its time, its source and its byline; found by place, not by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from pipelines.markup import plain

MOST_LINES = 30
LONGEST_LINE = 200
_SENTENCE = 50
_END = re.compile(r"。|[a-z][.!?](?:\s|$)")
_SILENT = {"script", "style", "noscript", "template", "select", "option", "textarea", "svg", "iframe", "nav"}


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
        text = _short(element)
        if text is not None:
            if text:
                yield f"{element.get('datetime') or ''} {text}".strip() if element.tag == "time" else text
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


def _short(element: HtmlElement) -> str | None:
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
