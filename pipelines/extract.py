"""An HTML page -> what it says of its article; the only file that knows trafilatura.

One parse a page, which trafilatura, the metadata and the layouts share. Never favor_precision: it deletes the text
behind empty inline elements, which Eastmoney puts behind every stock (tried with 2.3.1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import trafilatura
from lxml import etree
from lxml.html import HtmlComment, HtmlElement, document_fromstring

from pipelines import clean, dates, screen
from pipelines.bylines import byline
from pipelines.charset import decode
from pipelines.dates import is_finer
from pipelines.extraction import Extraction, Refused
from pipelines.headlines import article_lines
from pipelines.layouts import Laid, apply, layout_of
from pipelines.markup import inner_html
from pipelines.mentions import markup_mentions
from pipelines.metadata import Metadata, read_metadata
from pipelines.page import Fetched
from pipelines.publisher import printed_authors, printed_publisher_in
from storage.reasons import Reason
from storage.types import Media, Mention
from storage.urls import canonical_url

_ENOUGH = 500
"""Characters from which trafilatura's own rules are trusted; below, its slow fallbacks have their say."""

_ENOUGH_OF_PARAGRAPHS = 0.6
"""Of the characters in the page's paragraphs, likewise: 7 of 100 pages go the slow way, and lose nothing by it."""

_PARAGRAPHS = etree.XPath(
    "//p[not(ancestor::nav or ancestor::aside or ancestor::header or ancestor::footer or ancestor::form)]//text()",
    smart_strings=False,
)
_START = 10
"""Characters by which a paragraph is found again in the page."""

_END_LINES = 5
"""Lines at the top and at the end in which a byline is looked for."""

_MARKS = re.compile(r"\W+")
_SILENT = {"title", "script", "style", "noscript", "meta", "option"}
_INLINE = {"a", "span", "strong", "b", "em", "i", "font", "u", "sub", "sup", "small", "mark", "br"}
_UNREAD = ("script", "style", "svg", "template", "link")
_NOT_HTML = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b")


def parse_html(response: Fetched) -> HtmlElement | None:
    """Give the tree of a fetched page, None where its bytes are no HTML."""
    content_type = next((value for name, value in response.headers if name.lower() == "content-type"), "")
    return _parse(response.body, content_type)


def _parse(body: bytes, content_type: str) -> HtmlElement | None:
    if body.startswith(_NOT_HTML) or not body.strip():
        return None
    text = decode(body, content_type)
    try:
        return document_fromstring(text.encode("utf-8"), parser=_parser())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _parser() -> etree.HTMLParser:
    """Give a parser whose elements are all lxml.html's, as trafilatura wants them.

    lxml.html's own parser asks a Python function for the class of every element: 3 ms a page.
    """
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=False, remove_pis=True)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement, comment=HtmlComment))
    return parser


def extract_html(
    body: bytes, *, url: str, content_type: str, now: datetime, zone: ZoneInfo | None, language: str = ""
) -> Extraction | Refused:
    """Read an article page; `body` are its bytes after content decoding, `zone` that of times without one."""
    root = _parse(body, content_type)
    if root is None:
        return Refused(Reason.NOT_TEXT, f"{len(body)} bytes that are no HTML page ({content_type or 'no media type'})")
    # Behind a comment trafilatura loses the text; frameworks put comments between the words of a sentence.
    etree.strip_tags(root, etree.Comment)
    if (refused := screen.refusal_of(root)) is not None:
        return refused
    laid = _laid(root, url)
    zone = ZoneInfo(laid.layout.timezone) if laid is not None and laid.layout.timezone else zone
    metadata = read_metadata(root, url=url, now=now, zone=zone)
    content = _body_by_layout(laid, url) if laid is not None else _body_by_evidence(root, url, metadata.title)
    if content is None:
        return Refused(Reason.NO_ARTICLE, "the page has no article text")
    told = _told_by_layout(laid, metadata, now, zone) if laid is not None else metadata
    return Extraction(
        title=told.title, title_from=told.title_from,
        text=content.text, html=content.html, source_html=content.source_html,
        authors=told.authors or tuple(dict.fromkeys(name for line in content.ends for name in byline(line))),
        publisher_as_printed=told.publisher, publisher_from=told.publisher_from,
        published=told.published, published_from=told.published_from,
        language=told.language.partition("-")[0].lower() or language, canonical_url=_own_canonical(told, url),
        media=content.media, mentions=content.mentions, partial=not told.is_free,
        timezone=laid.layout.timezone if laid is not None else "",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Body:
    """`ends` are the first and last lines, with those that tell who wrote: they are none of `text`."""

    text: str
    ends: tuple[str, ...]
    html: str
    source_html: str
    media: tuple[Media, ...]
    mentions: tuple[Mention, ...]


def _laid(root: HtmlElement, url: str) -> Laid | None:
    layout = layout_of(urlsplit(url).hostname or "")
    return apply(layout, root) if layout is not None else None


def _body_by_layout(laid: Laid, url: str) -> _Body | None:
    source_html = laid.hints.html or laid.hints.text or ""
    cleaned = clean.clean_fragment(source_html, base_url=url, drop=laid.layout.drop)
    if not cleaned.text and not cleaned.media:
        return None
    return _Body(
        cleaned.text, _ends(cleaned.text), cleaned.html, source_html, cleaned.media, markup_mentions(source_html)
    )


def _told_by_layout(laid: Laid, metadata: Metadata, now: datetime, zone: ZoneInfo | None) -> Metadata:
    """Give the page's metadata with what the layout knows better."""
    hints = laid.hints
    title = clean.page_title(hints.title or "")
    published = dates.read_time(hints.published, now=now, zone=zone) if hints.published else None
    printed = printed_publisher_in(hints.publisher) or hints.publisher if hints.publisher else None
    authors = (
        tuple(name for text in hints.authors for name in printed_authors(text))
        if laid.container is not None
        else hints.authors
    )
    better = metadata.published is not None and published is not None and is_finer(metadata.published, published, zone)
    if published is None or better:
        published, origin = metadata.published, metadata.published_from
    else:
        origin = "layout"
    return replace(
        metadata, title=title or metadata.title, title_from="layout" if title else metadata.title_from,
        published=published, published_from=origin, publisher=printed or metadata.publisher,
        publisher_from="layout" if printed else metadata.publisher_from, authors=authors or metadata.authors,
    )  # fmt: skip


def _body_by_evidence(root: HtmlElement, url: str, title: str) -> _Body | None:
    found = _trafilatura(root, url)
    if found is None:
        return None
    text, container = found
    kept = article_lines(text.splitlines(), title)
    source_html = inner_html(container) if container is not None else ""
    words = _key("".join(kept))
    cleaned = clean.clean_fragment(source_html, base_url=url, keep=lambda line: _key(line) in words)
    mentions = markup_mentions(container) if container is not None else ()
    return _Body("\n".join(kept), _ends(text), cleaned.html, source_html, cleaned.media, mentions) if kept else None


def _key(text: str) -> str:
    return _MARKS.sub("", text)


def _ends(text: str) -> tuple[str, ...]:
    lines = text.splitlines()
    return (*lines[:_END_LINES], *lines[_END_LINES:][-_END_LINES:])


def _trafilatura(root: HtmlElement, url: str) -> tuple[str, HtmlElement | None] | None:
    # trafilatura copies the tree several times; what it drops first need not be copied.
    etree.strip_elements(root, *_UNREAD, with_tail=False)
    text = _text(root, url, fast=True)
    if len(text) < max(_ENOUGH, _ENOUGH_OF_PARAGRAPHS * sum(map(len, _paragraphs(root)))):
        text = _text(root, url, fast=False) or text
    return (text, _container(root, text)) if text else None


def _paragraphs(root: HtmlElement) -> list[str]:
    found: list[str] = _PARAGRAPHS(root)  # type: ignore[assignment]  # this path gives a list of text
    return [text for text in found if not text.isspace()]


def _text(root: HtmlElement, url: str, *, fast: bool) -> str:
    document = trafilatura.bare_extraction(root, url=url, fast=fast, include_comments=False)
    return (getattr(document, "text", None) or "").strip()


def _container(root: HtmlElement, text: str) -> HtmlElement | None:
    """Give the smallest element that holds the extracted text: where its first and last paragraphs meet."""
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
            return _block(element)
        if element.tail is not None and start in element.tail and element.getparent() is not None:
            return _block(element.getparent())
    return None


def _block(element: HtmlElement) -> HtmlElement:
    while element.tag in _INLINE and element.getparent() is not None:
        element = element.getparent()
    return element


def _own_canonical(metadata: Metadata, url: str) -> str | None:
    """Give what the page claims to be called, where it may: another page of its own site, not the home page."""
    claimed = metadata.canonical_url
    if claimed is None:
        return None
    try:
        canonical = canonical_url(claimed)
    except ValueError:
        return None
    own, other = urlsplit(url), urlsplit(canonical)
    return claimed if other.hostname == own.hostname and len(other.path) > 1 else None
