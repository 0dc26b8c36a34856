"""An HTML page -> what it says of its article; the only file that knows trafilatura.

One parse a page, which trafilatura, the metadata and the layouts share. Never favor_precision: it deletes the text
behind empty inline elements, which Eastmoney puts behind every stock (tried with 2.3.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from pipelines import clean, dates, opt_out, screens
from pipelines.bylines import byline
from pipelines.container import around, densest, is_talk, open_forms, words_in
from pipelines.dates import is_finer
from pipelines.extraction import Extraction, Refused
from pipelines.headlines import article_lines, article_numbers
from pipelines.json_ld import read_json_ld
from pipelines.layouts import Laid, Layout, apply, layout_of
from pipelines.markup import inner_html
from pipelines.mentions import markup_mentions
from pipelines.metadata import Metadata, read_metadata
from pipelines.publisher import printed_authors, printed_publisher_in
from pipelines.screens.signs import Signs, read_signs
from pipelines.selection import Told, choose, is_better, is_whole, key_of, lead_of, prose
from pipelines.templates.apply import Miss, agrees, authors_of, body_of, is_sampled, oddity, time_of
from pipelines.templates.lines import not_repeated
from pipelines.templates.template import HIT, Template
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
_MOST_WIDER = 4
_ADDS_PROSE = 1.2
_WHOLE_PAGE = 0.9
"""Of a page's letters, from which trafilatura found no article and gives them all."""

_END_LINES = 5
"""Lines at the top and at the end in which a byline is looked for."""

_HAS_BODY = etree.XPath("boolean(//script[contains(., 'articleBody')])")
_MOST_TOLD = 1_000_000
_ENOUGH_TOLD = 100
_MUCH_MORE = 2
"""How often as much prose the JSON-LD must have as the page shows."""

_UNREAD = ("script", "style", "svg", "template", "link", "select", "input", "textarea", "canvas")
"""What holds no words of an article; trafilatura copies the tree several times."""


def extract_html(
    body: bytes,
    *,
    url: str,
    content_type: str,
    now: datetime,
    zone: ZoneInfo | None,
    language: str = "",
    opt_outs_for: str = "",
    asked_url: str = "",
    template: Template | None = None,
    layout: Layout | None = None,
) -> Extraction | Refused:
    """Read an article page; `body` are its bytes after content decoding, `zone` that of times without one.

    `url` is what answered, `asked_url` what was asked, before redirects. `opt_outs_for`: the crawler whose opt-outs
    count, "" for none. `template` is what was learned of the host's pages, `layout` rules that count before those that
    ship.
    """
    root = read_tree(body, content_type)
    if isinstance(root, Refused):
        return root
    # Behind a comment trafilatura loses the text; frameworks put comments between the words of a sentence.
    etree.strip_tags(root, etree.Comment)
    signs = read_signs(root, url)
    if (refused := screens.refusal_of(signs, asked_url)) is not None:
        return refused
    if opt_outs_for and (said := opt_out.of_page(root, opt_outs_for)) is not None:
        return Refused(Reason.OPTED_OUT, said)
    layout = layout or layout_of(urlsplit(url).hostname or "")
    laid = apply(layout, root) if layout is not None else None
    timezone = layout.timezone if layout is not None else ""
    zone = ZoneInfo(timezone) if timezone else zone
    metadata = read_metadata(root, url=url, now=now, zone=zone)
    if laid is not None or (template is not None and template.host != (urlsplit(url).hostname or "").lower()):
        template = None
    metadata = _filled(metadata, template, root, now=now, zone=zone)
    content, outcome = _content(root, url, metadata.title, signs, laid=laid, template=template)
    if content is None:
        return screens.without_text(signs)
    told = _told_by_layout(laid, metadata, now, zone) if laid is not None else metadata
    return Extraction(
        title=told.title, title_from=told.title_from,
        text=content.text, html=content.html, source_html=content.source_html,
        authors=told.authors or tuple(dict.fromkeys(name for line in content.ends for name in byline(line))),
        publisher_as_printed=told.publisher, publisher_from=told.publisher_from,
        published=told.published, published_from=told.published_from,
        language=told.language.partition("-")[0].lower() or language, canonical_url=_own_canonical(told, url),
        media=content.media, mentions=content.mentions, signs=signs, partial=screens.is_stub(signs, content.text),
        timezone=timezone, modified=told.modified, section=told.section, tags=told.tags,
        provenance=dict(told.provenance), template=outcome,
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


def _content(
    root: HtmlElement, url: str, title: str, signs: Signs, *, laid: Laid | None, template: Template | None
) -> tuple[_Body | None, str]:
    """Give the body, and what became of the host's template: `HIT`, why it did not serve, "" where none was to."""
    if laid is not None:
        return _body_by_layout(laid, url, title), ""
    if template is None:
        return _body_by_evidence(root, url, title), ""
    fast = _body_by_template(template, root, url, title, signs) if template.is_sure else None
    if isinstance(fast, _Body) and not is_sampled(url):
        return fast, HIT
    slow = _body_by_evidence(root, url, title)
    if isinstance(fast, _Body):
        if slow is not None and agrees(fast.text, slow.text, template):
            return fast, HIT
        fast = Miss("the slow path reads other words")
    return _without_boilerplate(slow, template, url), fast.why if fast is not None else ""


def _body_by_template(template: Template, root: HtmlElement, url: str, title: str, signs: Signs) -> _Body | Miss:
    laid = body_of(template, root)
    if isinstance(laid, Miss):
        return laid
    body = _body_by_layout(laid, url, title, boilerplate=template.boilerplate)
    if body is None or laid.container is None:
        return Miss("no text at the place of the body")
    odd = oddity(template, root, signs, laid.container, title=title, text=body.text)
    return Miss(odd) if odd else body


def text_by_template(template: Template, root: HtmlElement, *, url: str, title: str) -> str:
    """Give the text that a template finds on a parsed page, sure or not; "" for none."""
    laid = body_of(replace(template, is_sure=True), root)
    body = _body_by_layout(laid, url, title, boilerplate=template.boilerplate) if isinstance(laid, Laid) else None
    return body.text if body is not None else ""


def _without_boilerplate(body: _Body | None, template: Template, url: str) -> _Body | None:
    """Give a body without the lines that stand on many pages of the host."""
    lines = body.text.splitlines() if body is not None else []
    kept = [lines[number] for number in not_repeated(lines, template.boilerplate)]
    if body is None or len(kept) == len(lines):
        return body
    cleaned = clean.clean_fragment(
        body.source_html, base_url=url,
        choose=lambda found: [number for number, line in enumerate(found) if line.text in kept],
    )  # fmt: skip
    return replace(body, text="\n".join(kept), html=cleaned.html, media=cleaned.media)


def _filled(
    metadata: Metadata, template: Template | None, root: HtmlElement, *, now: datetime, zone: ZoneInfo | None
) -> Metadata:
    """Give the page's metadata with time and authors from where the host's pages print them, where it tells none."""
    if template is None:
        return metadata
    if metadata.published is None and (printed := time_of(template, root, now=now, zone=zone)) is not None:
        provenance = {**metadata.provenance, "published_at": "template"}
        metadata = replace(metadata, published=printed, published_from="template", provenance=provenance)
    if metadata.authors or not (authors := authors_of(template, root)):
        return metadata
    return replace(metadata, authors=authors, provenance={**metadata.provenance, "authors": "template"})


def _body_by_layout(laid: Laid, url: str, title: str, *, boilerplate: tuple[str, ...] = ()) -> _Body | None:
    source_html = laid.hints.html or laid.hints.text or ""
    cleaned = clean.clean_fragment(
        source_html, base_url=url, drop=laid.layout.drop,
        choose=lambda lines: _wanted([line.text for line in lines], title, boilerplate),
    )  # fmt: skip
    if not cleaned.text and not cleaned.media:
        return None
    return _Body(cleaned.text, _ends(cleaned.found), cleaned.html, source_html, cleaned.media, _marked(laid))


def _wanted(lines: Sequence[str], title: str, boilerplate: tuple[str, ...]) -> list[int]:
    numbers = article_numbers(lines, title)
    return [numbers[place] for place in not_repeated([lines[number] for number in numbers], boilerplate)]


def _marked(laid: Laid) -> tuple[Mention, ...]:
    return markup_mentions(laid.container if laid.container is not None else laid.hints.html or laid.hints.text or "")


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
    modified = dates.read_time(hints.modified, now=now, zone=zone) if hints.modified else None
    by_layout = {
        "title": title, "publisher": printed, "authors": authors, "published_at": origin == "layout",
        "modified_at": modified, "section": hints.section, "tags": hints.tags,
    }  # fmt: skip
    return replace(
        metadata, title=title or metadata.title, title_from="layout" if title else metadata.title_from,
        published=published, published_from=origin, publisher=printed or metadata.publisher,
        publisher_from="layout" if printed else metadata.publisher_from, authors=authors or metadata.authors,
        modified=modified or metadata.modified, section=hints.section or metadata.section,
        tags=hints.tags or metadata.tags,
        provenance={**metadata.provenance, **{name: "layout" for name, told in by_layout.items() if told}},
    )  # fmt: skip


def _body_by_evidence(root: HtmlElement, url: str, title: str) -> _Body | None:
    """Give what the page shows, or what its JSON-LD tells where that has much more sentences: a script may show it."""
    told = read_json_ld(root).first("articleBody") if _HAS_BODY(root) else None
    shown = _shown_body(root, url, title)
    if not isinstance(told, str):
        return shown
    linked = _body_of(_paragraphed(told[:_MOST_TOLD]), None, url, title)
    seen = prose(shown.text.splitlines()) if shown is not None else 0
    if prose(linked.text.splitlines()) > max(_ENOUGH_TOLD, _MUCH_MORE * seen):
        return replace(linked, ends=_ends(linked.ends))
    return shown


def _paragraphed(text: str) -> str:
    """Give plain text as HTML, a paragraph a line; HTML as it is."""
    return text if "<" in text else "".join(f"<p>{line}</p>" for line in text.splitlines() if not line.isspace())


def _shown_body(root: HtmlElement, url: str, title: str) -> _Body | None:
    """Give what trafilatura and the densest element of the page agree on; where they do not, what has the prose."""
    # trafilatura copies the tree several times; what it drops first need not be copied.
    etree.strip_elements(root, *_UNREAD, with_tail=False)
    open_forms(root)
    text = _trafilatura(root, url)
    lines = text.splitlines()
    kept = article_lines(lines, title)
    told, dense, lead = Told.of(kept), densest(root), lead_of(root)
    body = _body_within(dense, told, url, title)
    if is_whole(body.text.splitlines(), body.ends, kept, lead):
        return replace(body, ends=_ends(lines))
    if dense is not None and len(key_of(text)) > _WHOLE_PAGE * words_in(root):
        wide = _wider(dense, url, title)
        if 2 * prose(wide.text.splitlines()) > prose(kept):
            return wide
    if dense is not None and is_better(body.ends, kept, lead, is_talk=is_talk(dense)):
        return _alone(dense, url, title)
    if not kept:
        return None
    body = _body_within(around(root, text), told, url, title)
    if is_whole(body.text.splitlines(), body.ends, kept, lead):
        return replace(body, ends=_ends(lines))
    return replace(body, text="\n".join(kept), ends=_ends(lines))


def _alone(container: HtmlElement, url: str, title: str) -> _Body:
    body = _body_within(container, None, url, title)
    return replace(body, ends=_ends(body.ends))


def _wider(element: HtmlElement, url: str, title: str) -> _Body:
    """Give the lines of an element, or of those round it while each adds sentences: short texts may be in several."""
    body = _alone(element, url, title)
    for parent in list(element.iterancestors())[:_MOST_WIDER]:
        wider = _alone(parent, url, title)
        if prose(wider.text.splitlines()) <= _ADDS_PROSE * prose(body.text.splitlines()):
            break
        body = wider
    return body


def _body_within(container: HtmlElement | None, told: Told | None, url: str, title: str) -> _Body:
    """Give the article's lines of an element, as text and as HTML; `ends` are all its lines."""
    if container is None:
        return _Body("", (), "", "", (), ())
    return replace(_body_of(inner_html(container), told, url, title), mentions=markup_mentions(container))


def _body_of(source_html: str, told: Told | None, url: str, title: str) -> _Body:
    cleaned = clean.clean_fragment(source_html, base_url=url, choose=lambda lines: choose(lines, told, title))
    return _Body(cleaned.text, cleaned.found, cleaned.html, source_html, cleaned.media, ())


def _ends(lines: Sequence[str]) -> tuple[str, ...]:
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


def candidate_texts(root: HtmlElement, url: str) -> dict[str, str]:
    """Give the texts that are considered as the page's body, by the name of who reads them; the tree is changed."""
    etree.strip_elements(root, *_UNREAD, with_tail=False)
    dense = densest(root)
    return {
        "trafilatura, fast": _text(root, url, fast=True),
        "trafilatura with fallbacks": _text(root, url, fast=False),
        "densest element": clean.clean_fragment(inner_html(dense), base_url=url).text if dense is not None else "",
    }
