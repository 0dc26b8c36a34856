"""Title, times, authors, publisher and more from where publishers put them: JSON-LD, meta elements, the visible page.

Each field keeps the place that told it (`Metadata.provenance`); which place wins is stated where the field is read, and
in docs/steps.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from pipelines import date_forms
from pipelines.bylines import Signs, read_authors
from pipelines.dateline import lines_below, named_elements
from pipelines.dates import Printed
from pipelines.filing import read_canonical, read_is_free, read_language, read_section, read_tags
from pipelines.json_ld import Linked, read_json_ld
from pipelines.markup import plain, text_of
from pipelines.meta import Meta, read_meta
from pipelines.page_publisher import read_publisher
from pipelines.people import letters
from pipelines.published import Times, read_modified, read_published
from pipelines.titles import read_title, site_names

_NOT_CHINESE = re.compile("[\u3041-\u30ff\uac00-\ud7a3]")
_SITE_META = ("og:site_name", "application-name", "apple-mobile-web-app-title", "cxenseparse:sitename")
_TITLE_META = ("twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "citation_title")
_AUTHOR_META = (
    ("author", "dc.creator.personalname", "article:author_name", "author_name"),
    ("article:author", "og:article:author"), ("parsely-author",), ("sailthru.author",), ("byl", "byline"),
    ("dc.creator", "dcterms.creator"),
    ("citation_author", "citation_authors"), ("cxenseparse:author",), ("rnews:author",), ("bt:author",),
)  # fmt: skip
"""In the order of trust; the first that names people counts."""
_WRITTEN_BY = re.compile(
    r"written by|author|by|(?:escrito )?por|verfasst von|geschrieben von|von|écrit par|scritto da|geschreven door|"
    r"автор|skriv\w{2,3} av|skrevet af|kirjoittanut|napisane przez|yazan|penulis|autor|ditulis oleh|執筆者|글쓴이|作者",
    re.IGNORECASE,
)
_MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of its article; "" and None where it does not.

    `provenance` tells of each field that has a value which place told it, in the words of docs/steps.md.
    """

    title: str = ""
    title_from: str = ""
    published: Printed | None = None
    published_from: str = ""
    modified: Printed | None = None
    authors: tuple[str, ...] = ()
    publisher: str = ""
    publisher_from: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    canonical_url: str | None = None
    is_free: bool = True
    provenance: Mapping[str, str] = field(default_factory=dict)


def read_metadata(root: HtmlElement, *, url: str, now: datetime, zone: ZoneInfo | None) -> Metadata:
    """Read a page's metadata; a time without a zone on the page is in `zone`, relative ones count from `now`."""
    linked, meta = read_json_ld(root, url), read_meta(root)
    titles = _titles(root, linked, meta)
    sites = site_names(titles, list(_site_names(linked, meta)), url)
    title = read_title(root, titles, sites=sites)
    language, language_from = read_language(root, linked, meta)
    is_chinese = _is_chinese(title.text, language)
    near = list(lines_below(title.headline, patience=not is_chinese)) if title.headline is not None else []
    named = named_elements(root)
    times = Times(root, url, linked, meta, near, named, title.headline, language, now, zone)
    published = read_published(times)
    modified = read_modified(times, published.time)
    lines = list(dict.fromkeys(one.text for one in (*near, *named)))[:_MOST_LINES]
    publisher, publisher_from = read_publisher(linked, meta, named, lines)
    own_names = frozenset(letters(name) for name in (*sites, publisher)) - {""}
    linked_authors = list(linked.credits_of_each("author"))
    signs = Signs(root, title.headline, near, named, linked_authors, _author_meta(meta), own_names)
    authors = read_authors(signs, is_chinese=is_chinese)
    section, section_from = read_section(linked, meta)
    tags, tags_from = read_tags(linked, meta)
    canonical, canonical_from = read_canonical(root, linked, meta, url)
    is_free, free_from = read_is_free(linked, meta)
    origins = {
        "title": title.origin, "published_at": published.origin, "modified_at": modified.origin,
        "authors": authors.origin, "publisher": publisher_from, "section": section_from, "tags": tags_from,
        "language": language_from, "canonical_url": canonical_from, "partial": free_from,
    }  # fmt: skip
    return Metadata(
        title.text, title.origin, published.time, published.origin, modified.time, authors.names, publisher,
        publisher_from, section, tags, language, canonical, is_free,
        provenance={name: origin for name, origin in origins.items() if origin},
    )  # fmt: skip


def _site_names(linked: Linked, meta: Meta) -> Iterator[str]:
    yield from meta.every(*_SITE_META)
    yield from linked.names_of("publisher")
    yield from (
        str(node["name"])
        for node in linked.nodes.values()
        if node.get("@type") == "WebSite" and isinstance(node["name"], str)
    )


def _is_chinese(title: str, language: str) -> bool:
    """Tell Chinese from Japanese and Korean, which have Han signs, too."""
    return (
        date_forms.HAN.search(title) is not None
        and not _NOT_CHINESE.search(title)
        and language[:2].lower() not in {"ja", "ko"}
    )


def _titles(root: HtmlElement, linked: Linked, meta: Meta) -> dict[str, str]:
    """Give what the markup calls the page, by origin; a site's name may still stand behind it."""
    headline = linked.first("headline")
    told = {
        "json-ld": plain(headline[:1_000]) if isinstance(headline, str) else "", "og": meta.first("og:title"),
        "meta": meta.first(*_TITLE_META),
        "title": next((text_of(one) for one in root.iter("title")), ""),
    }  # fmt: skip
    return {name: text for name, text in told.items() if text}


def _author_meta(meta: Meta) -> list[list[str]]:
    """Give the meta elements that name authors; the one that social cards show counts where its label says so."""
    told = [meta.every(*names) for names in _AUTHOR_META]
    if _WRITTEN_BY.fullmatch(meta.first("twitter:label1").rstrip(": ")):
        told.append(meta.every("twitter:data1"))
    return [names for names in told if names]
