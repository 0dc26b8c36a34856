"""How a publisher files a page: its language, section, tags, canonical address, and whether it is open to all.

Each is given with the place that told it.
"""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin

from lxml.html import HtmlElement

from pipelines.json_ld import Linked
from pipelines.meta import Meta

_LANGUAGE_META = ("og:locale", "content-language", "dc.language", "dcterms.language", "language", "inlanguage")
_SECTION_META = (
    "article:section",
    "og:article:section",
    "parsely-section",
    "section",
    "cxenseparse:recs:category",
    "category",
)
_TAGS_META = ("article:tag", "og:article:tag", "parsely-tags", "sailthru.tags", "news_keywords", "keywords")
_TIER_META = ("article:content_tier", "og:article:content_tier", "isaccessibleforfree")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}$")
_ADDRESS = re.compile(r"https?:|/")
_TAG_SIGNS = re.compile(r"\s?[,;，、；|]\s?")
_MOST_TAGS, _LONGEST_TAG, _LONGEST_SECTION, _LONGEST_LANGUAGE = 30, 60, 60, 35


def read_language(root: HtmlElement, linked: Linked, meta: Meta) -> tuple[str, str]:
    """Give the page's language as it is declared: en-GB, zh_CN."""
    declared = (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip()
    told = (
        ("html", declared), ("json-ld", next(iter(linked.names_of("inLanguage")), "")),
        ("meta", meta.first(*_LANGUAGE_META)),
    )  # fmt: skip
    return next(((text[:_LONGEST_LANGUAGE], origin) for origin, text in told if _LANGUAGE.match(text)), ("", ""))


def read_section(linked: Linked, meta: Meta) -> tuple[str, str]:
    """Give the section that the publisher files the article under, the first where several are told."""
    told = (("json-ld", linked.names_of("articleSection")), ("meta", meta.every(*_SECTION_META)))
    for origin, values in told:
        for name in map(html.unescape, values):
            if 1 < len(name) <= _LONGEST_SECTION and not _ADDRESS.match(name):
                return name, origin
    return "", ""


def read_tags(linked: Linked, meta: Meta) -> tuple[tuple[str, ...], str]:
    """Give the article's tags, each once: of the first place that has any."""
    told = (("json-ld", linked.names_of("keywords")), *(("meta", meta.every(name)) for name in _TAGS_META))
    for origin, values in told:
        parts = (part.strip() for value in values for part in _TAG_SIGNS.split(html.unescape(value)))
        if tags := tuple(dict.fromkeys(part for part in parts if 1 < len(part) <= _LONGEST_TAG))[:_MOST_TAGS]:
            return tags, origin
    return (), ""


def read_is_free(linked: Linked, meta: Meta) -> tuple[bool, str]:
    """Tell whether the page is open to everybody, as far as its markup says."""
    if (told := linked.first("isAccessibleForFree")) is not None:
        return told not in (False, "False", "false", "no"), "json-ld"
    tier = meta.first(*_TIER_META).lower()
    return tier not in {"locked", "false"}, "meta" if tier else ""


def read_canonical(root: HtmlElement, linked: Linked, meta: Meta, url: str) -> tuple[str | None, str]:
    """Give what the page says is its address, absolute; None where it says nothing."""
    links = (one.get("href") for one in root.iter("link") if (one.get("rel") or "").lower() == "canonical")
    told = (
        ("link", next((href for href in links if href), None)),
        ("og", meta.first("og:url")),
        ("json-ld", linked.first("url")),
    )
    for origin, href in told:
        if isinstance(href, str) and href.strip():
            try:
                return urljoin(url, href.strip()), origin
            except ValueError:
                continue
    return None, ""
