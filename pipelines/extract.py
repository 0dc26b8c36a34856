"""An HTML page -> what it says of its article; the only file that knows trafilatura.

One parse a page, which trafilatura, the metadata and the layouts share. Never favor_precision: it deletes the text
behind empty inline elements, which Eastmoney puts behind every stock (tried with 2.3.1).
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import trafilatura
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipelines import clean, screen
from pipelines.charset import decode
from pipelines.extraction import Extraction, Refused
from pipelines.markup import inner_html
from pipelines.mentions import markup_mentions
from pipelines.metadata import Metadata, read_metadata
from pipelines.page import Fetched
from storage.reasons import Reason
from storage.urls import canonical_url

_ENOUGH = 500
"""Characters from which trafilatura's own rules are trusted; below, its slow fallbacks have their say."""

_START = 10
"""Characters by which a paragraph is found again in the page."""

_SILENT = {"title", "script", "style", "noscript", "meta", "option"}
_INLINE = {"a", "span", "strong", "b", "em", "i", "font", "u", "sub", "sup", "small", "mark", "br"}
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
        root = document_fromstring(text.encode("utf-8"), parser=HTMLParser(encoding="utf-8", huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return root


def extract_html(
    body: bytes, *, url: str, content_type: str, now: datetime, zone: ZoneInfo | None, language: str = ""
) -> Extraction | Refused:
    """Read an article page; `body` are its bytes after content decoding, `zone` that of times without one."""
    root = _parse(body, content_type)
    if root is None:
        return Refused(Reason.NOT_TEXT, f"{len(body)} bytes that are no HTML page ({content_type or 'no media type'})")
    if (refused := screen.refusal_of(root)) is not None:
        return refused
    metadata = read_metadata(root, url=url, now=now, zone=zone)
    found = _trafilatura(root, url)
    if found is None:
        return Refused(Reason.NO_ARTICLE, "the page has no article text")
    text, container = found
    source_html = inner_html(container) if container is not None else ""
    cleaned = clean.clean_fragment(source_html, base_url=url)
    return Extraction(
        title=metadata.title, title_from=metadata.title_from, text=text, html=cleaned.html, source_html=source_html,
        authors=metadata.authors, publisher_as_printed=metadata.publisher, publisher_from=metadata.publisher_from,
        published=metadata.published, published_from=metadata.published_from,
        language=metadata.language.partition("-")[0].lower() or language, canonical_url=_own_canonical(metadata, url),
        media=cleaned.media, mentions=markup_mentions(container) if container is not None else (),
        partial=not metadata.is_free,
    )  # fmt: skip


def _trafilatura(root: HtmlElement, url: str) -> tuple[str, HtmlElement | None] | None:
    text = _text(root, url, fast=True)
    if len(text) < _ENOUGH:
        text = _text(root, url, fast=False) or text
    return (text, _container(root, text)) if text else None


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
