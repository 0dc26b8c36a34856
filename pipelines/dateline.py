"""Where a page prints time, source and byline: the lines below its headline, and the elements named for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from pipelines.markup import BLOCKS, CELLS, plain

MOST_LINES = 30
_MOST_NAMED = 150
_MOST_CHILDREN = 30
_MOST_PIECES = 60
_LONGEST_NAME = 300
_LINKS = (
    "author",
    "autor",
    "auteur",
    "contributor",
    "people",
    "staff",
    "journalist",
    "reporter",
    "writer",
    "columnist",
    "profile/",
)
_ATTRIBUTES = {"class", "id", "itemprop", "property", "rel", "data-testid", "data-component", "data-qa"}
_PEOPLE = re.compile("/(?:" + "|".join(_LINKS) + ")")
_MOST_LOOKED_AT = 50_000
_TELLING = (
    "time", "date", "pub", "info", "source", "origin", "author", "byline", "meta", "autor", "auteur", "writer",
    "contributor", "journalist", "reporter", "columnist", "/people", "/staff",
)  # fmt: skip
"""What the names of elements hold that hold time, source or byline."""
_HOLDERS = {
    "time", "div", "span", "p", "em", "i", "b", "a", "li", "ul", "address", "td", "h2", "h3", "h4", "h5", "aside",
    "small", "strong", "cite", "section", "header",
}  # fmt: skip
LONGEST_LINE = 200
_SENTENCE = 40
_BLOCKS = BLOCKS | CELLS | {"br"}
_END = re.compile(r"。|[a-z][.!?](?:\s|$)")
_SILENT = {"script", "style", "noscript", "template", "select", "option", "textarea", "svg", "iframe", "nav"}


@dataclass(frozen=True, slots=True)
class Named:
    """A short text of the page; `name` is the class, id, itemprop, rel or address that says what it is, "" for none.

    `element` is what holds the text, None for text between elements.
    """

    name: str
    text: str
    element: HtmlElement | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """A text node as one line, whether a link holds it, and whether it begins a line of the page."""

    text: str
    is_link: bool = False
    begins: bool = False


def named_elements(root: HtmlElement) -> list[Named]:
    """Give the small elements that by their names hold time, source or byline, in the order of the page, times first.

    A time element comes with its `datetime` in front.
    """
    body = root.find("body")
    times: dict[HtmlElement, str] = {}
    others: dict[HtmlElement, str] = {}
    for element in islice((root if body is None else body).iter(*_HOLDERS), _MOST_LOOKED_AT):
        if element.tag == "time" and len(times) < _MOST_NAMED:
            times[element] = "time"
        elif len(others) < _MOST_NAMED and (name := _telling_name(element)):
            others[element] = name
    return [
        Named(name, text, element)
        for element, name in (times | others).items()
        if len(element) <= _MOST_CHILDREN and (text := _dated(element, short_text(element)))
    ]


def _telling_name(element: HtmlElement) -> str:
    attributes: list[tuple[str, str]] = element.items()
    for key, value in attributes:
        if key in _ATTRIBUTES:
            if _is_telling(value[:_LONGEST_NAME]):
                return value[:_LONGEST_NAME]
        elif key == "href" and _leads_to_people(value[:_LONGEST_NAME]):
            return value[:_LONGEST_NAME]
    return ""


def _leads_to_people(address: str) -> bool:
    return _PEOPLE.search(address) is not None


@lru_cache(4096)
def _is_telling(name: str) -> bool:
    lower = name.lower()
    for stem in _TELLING:  # noqa: SIM110  # any() takes three times as long, for hundreds of names a page
        if stem in lower:
            return True
    return False


def _dated(element: HtmlElement, text: str | None) -> str:
    """Give an element's text with the value that its markup has for it in front."""
    is_marked = element.tag == "time" or marked_as(element)
    value = element.get("datetime") or element.get("content") if is_marked else None
    return f"{(value or '')[:LONGEST_LINE]} {text or ''}".strip() if text is not None else ""


def marked_as(element: HtmlElement) -> str:
    """Give what microdata or RDFa say that an element is, without a prefix; "" where they say nothing."""
    return (element.get("itemprop") or element.get("property") or "").rpartition(":")[2]


def lines_below(headline: HtmlElement, *, patience: int = 0) -> Iterator[Named]:
    """Give the short texts that follow a headline, up to the first long paragraph: there the body begins.

    A time element comes with its `datetime` in front. `patience` is how many long paragraphs are passed over: leads.
    """
    for line in islice(_following(headline), MOST_LINES):
        if line is None or (len(line.text) > _SENTENCE and _END.search(line.text)):
            patience -= 1
            if patience < 0:
                return
        else:
            yield line


def _following(headline: HtmlElement) -> Iterator[Named | None]:
    element: HtmlElement | None = headline
    while element is not None and element.tag != "body":
        if element is not headline or element.tail:
            yield from _tail(element)
        for sibling in element.itersiblings():
            yield from _lines(sibling)
        element = element.getparent()


def _lines(element: HtmlElement) -> Iterator[Named | None]:
    """Give an element's lines, None behind them where a long paragraph ends the dateline."""
    if isinstance(element.tag, str) and element.tag not in _SILENT:
        text = short_text(element)
        if text is not None:
            if text:
                yield Named("", _dated(element, text), element)
        elif element.tag == "p" or len(element) == 0:
            yield None
        else:
            if own := plain(element.text or ""):
                yield Named("", own) if len(own) <= LONGEST_LINE else None
            for child in element:
                yield from _lines(child)
    yield from _tail(element)


def _tail(element: HtmlElement) -> Iterator[Named | None]:
    if element.tail and (text := plain(element.tail)):
        yield Named("", text) if len(text) <= LONGEST_LINE else None


def pieces_of(lines: Iterable[Named]) -> Iterator[Piece]:
    """Give the text nodes of lines in order, those of scripts left out."""
    for line in lines:
        if line.element is None:
            yield Piece(line.text, begins=True)
        else:
            nodes = islice(_nodes(line.element, is_link=False), _MOST_PIECES)
            yield from (Piece(text, is_link, number == 0) for number, (text, is_link) in enumerate(nodes))


def _nodes(element: HtmlElement, *, is_link: bool) -> Iterator[tuple[str, bool]]:
    if not isinstance(element.tag, str) or element.tag in _SILENT:
        return
    is_link = is_link or element.tag == "a"
    if element.text and (text := plain(element.text)):
        yield text, is_link
    for child in element:
        yield from _nodes(child, is_link=is_link)
        if child.tail and (text := plain(child.tail)):
            yield text, is_link


def short_text(element: HtmlElement) -> str | None:
    """Give the text of a small element, None for more than a line; "" for one without words.

    Blocks in it are set apart by a space.
    """
    blocks: list[list[str]] = [[]]
    size = 0
    for event, one in etree.iterwalk(element, events=("start", "end")):
        if one.tag in _BLOCKS and blocks[-1]:
            blocks.append([])
        part = one.text if event == "start" else one.tail if one is not element else None
        if part:
            is_space = part.isspace()
            blocks[-1].append(" " if is_space else part)
            size += 0 if is_space else len(part)
        if size > 2 * LONGEST_LINE:
            return None
    text = " ".join(line for block in blocks if (line := plain("".join(block))))
    return text if len(text) <= LONGEST_LINE else None
