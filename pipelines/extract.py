"""An HTML page -> what it says of its article; the only file that knows trafilatura.

One parse a page, which trafilatura, the metadata and the layouts share. Never favor_precision: it deletes the text
behind empty inline elements, which Eastmoney puts behind every stock (tried with 2.3.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from pipelines import clean, dates, opt_out, screen
from pipelines.bylines import byline
from pipelines.container import around, densest
from pipelines.dates import is_finer
from pipelines.extraction import Extraction, Refused
from pipelines.headlines import article_lines
from pipelines.layouts import Laid, apply, layout_of
from pipelines.markup import inner_html
from pipelines.mentions import markup_mentions
from pipelines.metadata import Metadata, read_metadata
from pipelines.publisher import printed_authors, printed_publisher_in
from pipelines.tree import read_tree
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
_MOST_LINES = 3_000
"""Beyond, lines are compared whole: to look for each in all others would take minutes on a hostile page."""

_SHARE_OF_KEPT = 0.15
_MOST_OUTSIDE = 0.1
_LONG = 30
_PROSE = re.compile(r"。|[a-z\d)\]”\"'][.!?](?:[\"”’']|\s|$)")
"""What sentences end in, headlines do not."""

_END_LINES = 5
"""Lines at the top and at the end in which a byline is looked for."""

_MARKS = re.compile(r"\W+")
_UNREAD = ("script", "style", "svg", "template", "link")


def extract_html(
    body: bytes,
    *,
    url: str,
    content_type: str,
    now: datetime,
    zone: ZoneInfo | None,
    language: str = "",
    opt_outs_for: str = "",
) -> Extraction | Refused:
    """Read an article page; `body` are its bytes after content decoding, `zone` that of times without one.

    `opt_outs_for`: the crawler whose opt-outs count, "" for none.
    """
    root = read_tree(body, content_type)
    if isinstance(root, Refused):
        return root
    # Behind a comment trafilatura loses the text; frameworks put comments between the words of a sentence.
    etree.strip_tags(root, etree.Comment)
    if (refused := screen.refusal_of(root)) is not None:
        return refused
    if opt_outs_for and (said := opt_out.of_page(root, opt_outs_for)) is not None:
        return Refused(Reason.OPTED_OUT, said)
    layout = layout_of(urlsplit(url).hostname or "")
    laid = apply(layout, root) if layout is not None else None
    timezone = layout.timezone if layout is not None else ""
    zone = ZoneInfo(timezone) if timezone else zone
    metadata = read_metadata(root, url=url, now=now, zone=zone)
    content = (
        _body_by_layout(laid, url, metadata.title) if laid is not None else _body_by_evidence(root, url, metadata.title)
    )
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
        timezone=timezone, modified=told.modified, section=told.section, tags=told.tags,
        provenance=dict(told.provenance),
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


def _body_by_layout(laid: Laid, url: str, title: str) -> _Body | None:
    source_html = laid.hints.html or laid.hints.text or ""
    cleaned = clean.clean_fragment(source_html, base_url=url, drop=laid.layout.drop)
    lines = cleaned.text.splitlines()
    kept = article_lines(lines, title)
    if len(kept) < len(lines):
        cleaned = clean.clean_fragment(source_html, base_url=url, drop=laid.layout.drop, keep=_in(kept))
    if not cleaned.text and not cleaned.media:
        return None
    return _Body(cleaned.text, _ends(lines), cleaned.html, source_html, cleaned.media, markup_mentions(source_html))


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
    by_layout = {"title": title, "publisher": printed, "authors": authors, "published_at": origin == "layout"}
    return replace(
        metadata, title=title or metadata.title, title_from="layout" if title else metadata.title_from,
        published=published, published_from=origin, publisher=printed or metadata.publisher,
        publisher_from="layout" if printed else metadata.publisher_from, authors=authors or metadata.authors,
        provenance={**metadata.provenance, **{name: "layout" for name, told in by_layout.items() if told}},
    )  # fmt: skip


def _body_by_evidence(root: HtmlElement, url: str, title: str) -> _Body | None:
    """Give what trafilatura and the densest element of the page agree on; where they do not, what trafilatura says."""
    # trafilatura copies the tree several times; what it drops first need not be copied.
    etree.strip_elements(root, *_UNREAD, with_tail=False)
    text = _trafilatura(root, url)
    kept = article_lines(text.splitlines(), title)
    if not kept:
        return None
    body = _body_within(densest(root), kept, url)
    if _is_whole(body.text.splitlines(), kept):
        return replace(body, ends=_ends(text.splitlines()))
    return replace(_body_within(around(root, text), kept, url), text="\n".join(kept), ends=_ends(text.splitlines()))


def _body_within(container: HtmlElement | None, kept: list[str], url: str) -> _Body:
    """Give the lines of an element that were kept, as text and as HTML."""
    if container is None:
        return _Body("", (), "", "", (), ())
    source_html = inner_html(container)
    cleaned = clean.clean_fragment(source_html, base_url=url, keep=_in(kept))
    return _Body(cleaned.text, (), cleaned.html, source_html, cleaned.media, markup_mentions(container))


def _is_whole(inside: list[str], kept: list[str]) -> bool:
    """Tell whether the lines inside of an element are the article: what was kept outside of it is hardly any prose.

    Headlines of other articles, dates and labels stand outside; a body in several elements would be cut.
    """
    if len(kept) > _MOST_LINES or not any(map(_PROSE.search, inside)):
        return False
    words = _key("".join(inside))
    if len(words) < _SHARE_OF_KEPT * len(_key("".join(kept))):
        return False
    long = [_key(line) for line in inside if len(line) > _LONG]
    outside = [key for line in kept if (key := _key(line)) not in words and _PROSE.search(line)]
    prose = sum(len(key) for key in outside if not any(one in key for one in long))
    return prose <= _MOST_OUTSIDE * len(words)


def _in(kept: list[str]) -> Callable[[str], bool]:
    """Give a test of whether a line is one of those kept, or a part of one: trafilatura joins some."""
    lines = set(map(_key, kept))
    words = "".join(map(_key, kept)) if len(kept) <= _MOST_LINES else ""
    return lambda line: (key := _key(line)) in lines or key in words


def _key(text: str) -> str:
    return _MARKS.sub("", text)


def _ends(lines: list[str]) -> tuple[str, ...]:
    return (*lines[:_END_LINES], *lines[_END_LINES:][-_END_LINES:])


def _trafilatura(root: HtmlElement, url: str) -> str:
    text = _text(root, url, fast=True)
    if len(text) < max(_ENOUGH, _ENOUGH_OF_PARAGRAPHS * sum(map(len, _paragraphs(root)))):
        text = _text(root, url, fast=False) or text
    return text


def _paragraphs(root: HtmlElement) -> list[str]:
    found: list[str] = _PARAGRAPHS(root)  # type: ignore[assignment]  # this path gives a list of text
    return [text for text in found if not text.isspace()]


def _text(root: HtmlElement, url: str, *, fast: bool) -> str:
    document = trafilatura.bare_extraction(root, url=url, fast=fast, include_comments=False)
    return (getattr(document, "text", None) or "").strip()


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
