"""Where an article stands on a page: the element whose paragraphs hold the most text, or the one round a given text."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

_INLINE = frozenset(
    {"a", "span", "strong", "b", "em", "i", "font", "u", "sub", "sup", "small", "mark", "br", "blockquote", "center"}
)
_PARAGRAPHS = frozenset({"p", "h2", "h3", "h4", "li", "ul", "ol", "td", "pre", "section", "figure"})
_LISTS = frozenset({"ul", "ol", "tr", "tbody", "table", "blockquote", "figure"})
_SILENT = frozenset({"title", "script", "style", "noscript", "meta", "option"})
_START = 10
"""Characters by which a paragraph is found again in the page."""

_SHORTEST = 9
_MOST_TEXTS = 20_000
_SHARE_OF_PARENT = 0.85
"""Of a block's bare text, what counts for its parent, too: paragraphs may be divs."""

_TALK = re.compile(
    r"comment|respond|disqus|repl(?:y|ies)|review|forum|discussion|message|guestbook|pinglun", re.IGNORECASE
)
_MOST_CHILDREN = 20
_MOST_OF_PAGE = 0.5
_MARKS = re.compile(r"\W+")
_WORDS = etree.XPath("descendant::text()[string-length(normalize-space(.)) > 1]", smart_strings=False)
_SHOWN = etree.XPath("//body//text()[not(parent::script or parent::style or parent::noscript)]", smart_strings=False)
_TEXTS = etree.XPath(
    f"//body//text()[string-length(normalize-space(.)) > {_SHORTEST}]"
    "[not(ancestor::script or ancestor::style or ancestor::noscript or ancestor::a or ancestor::nav "
    "or ancestor::footer or ancestor::form or ancestor::option or ancestor::textarea or ancestor::iframe "
    "or ancestor::button)]"
)


def open_forms(root: HtmlElement) -> None:
    """Make plain blocks of forms that hold most of a page's words: ASP.NET puts the whole page in one.

    Every reader takes what stands in a form for something to fill in.
    """
    forms = [form for form in root.iter("form") if next(form.iterancestors("form"), None) is None]
    if not forms:
        return
    whole = sum(map(len, _WORDS(root)))  # type: ignore[arg-type]  # this path gives a list of text
    for form in forms:
        if sum(map(len, _WORDS(form))) > _MOST_OF_PAGE * whole:  # type: ignore[arg-type]
            form.tag = "div"
            form.attrib.clear()


def is_talk(element: HtmlElement) -> bool:
    """Tell whether an element, one round or right below it is named for comments: readers write more than authors."""
    near = (element, *element.iterancestors(), *element[:_MOST_CHILDREN])
    return any(_TALK.search(f"{one.get('id') or ''} {one.get('class') or ''}"[:500]) for one in near)


def words_in(root: HtmlElement) -> int:
    """Give how many letters a page shows."""
    shown: list[str] = _SHOWN(root)  # type: ignore[assignment]  # this path gives a list of text
    return sum(len(_MARKS.sub("", text)) for text in shown)


def densest(root: HtmlElement) -> HtmlElement | None:
    """Give the element that holds the article's paragraphs, None for a page without any text outside of links.

    Only a candidate: comments and footers may hold more text than a short article.
    """
    held: defaultdict[HtmlElement, float] = defaultdict(float)
    texts: list[Any] = _TEXTS(root)  # type: ignore[assignment]  # this path gives a list of text that knows its element
    for text in texts[:_MOST_TEXTS]:
        element = text.getparent() if text.is_text else text.getparent().getparent()
        block = _outermost(element, _INLINE)
        size = len(_MARKS.sub("", text))
        parent = block.getparent()
        if block.tag in _PARAGRAPHS and parent is not None:
            held[_outermost(parent, _LISTS)] += size
            continue
        held[block] += size
        if parent is not None:
            held[parent] += size * _SHARE_OF_PARENT
    return max(held, key=lambda element: held[element], default=None)


def _outermost(element: HtmlElement, tags: frozenset[str]) -> HtmlElement:
    """Give the element, or the first above it that has none of the tags."""
    while element.tag in tags and (parent := element.getparent()) is not None:
        element = parent
    return element


def around(root: HtmlElement, text: str) -> HtmlElement | None:
    """Give the smallest element that holds a text read from the page: where its first and last paragraphs meet."""
    starts = [line.strip("-|· ")[:_START] for line in text.splitlines() if len(line) > 2 * _START]
    if not starts:
        return None
    holders = [holder for start in (starts[0], starts[-1]) if (holder := _holder(root, start)) is not None]
    if not holders:
        return None
    above_first = [holders[0], *holders[0].iterancestors()]
    above_last = {holders[-1], *holders[-1].iterancestors()}
    shared = next((element for element in above_first if element in above_last), None)
    # One paragraph alone is no body: the element round it is.
    parent = shared.getparent() if shared is not None and shared in holders else None
    return parent if parent is not None else shared


def _holder(root: HtmlElement, start: str) -> HtmlElement | None:
    """Give the block that begins with these words; they may stand behind an inline element."""
    for element in root.iter(etree.Element):
        if element.text is not None and start in element.text and element.tag not in _SILENT:
            return _outermost(element, _INLINE)
        if element.tail is not None and start in element.tail and (parent := element.getparent()) is not None:
            return _outermost(parent, _INLINE)
    return None
