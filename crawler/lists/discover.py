"""The lists that a page tells of: feeds in its head, and the places where sites usually keep them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import etree

from crawler.lists.address import absolute, same_site
from pipelines.charset import decode
from pipelines.extraction import TooHeavy
from pipelines.tree import MOST_TAGS, parsed

FEED_TYPES = {
    "application/rss+xml": "feed", "application/atom+xml": "feed", "application/rdf+xml": "feed",
    "application/feed+json": "feed", "application/json": "feed", "application/xml": "feed",
    "text/xml": "feed",
}  # fmt: skip
COMMON_PATHS = (
    ("feed", "/feed/"), ("feed", "/rss"), ("feed", "/rss.xml"), ("feed", "/atom.xml"), ("feed", "/feed.xml"),
    ("feed", "/index.xml"),
    ("sitemap", "/news-sitemap.xml"), ("sitemap", "/sitemap_news.xml"), ("sitemap", "/sitemap.xml"),
)  # fmt: skip
_FEED_HREF = re.compile(
    r"(?:/feeds?/?$|/rss(?:/|\.|$)|/atom(?:\.|/|$)|\.rss$|\.rdf$|feed\.(?:xml|json)$|rss\.xml)", re.IGNORECASE
)
_ROBOTS_SITEMAP = re.compile(r"^\s*sitemap\s*:\s*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)
_KEY = re.compile(r"[^a-z0-9]+")


class Candidate(NamedTuple):
    """A list that may exist: its kind, address, and its title ("" for a guess worth one request)."""

    kind: str
    url: str
    title: str


def find_lists(body: bytes, url: str, *, content_type: str = "") -> tuple[Candidate, ...]:
    """Give the lists of a page, the surest first: its own links, then its host's common places."""
    try:
        root = parsed(decode(body, content_type), most_tags=MOST_TAGS)
    except (TooHeavy, etree.ParserError, etree.XMLSyntaxError, ValueError):
        told: list[Candidate] = []
    else:
        told = [*_in_head(root, url), *_in_links(root, url)]
    guessed = [Candidate(kind, urljoin(url, path), "") for kind, path in COMMON_PATHS]
    known: dict[str, Candidate] = {}
    for candidate in (*told, *guessed):
        known.setdefault(candidate.url, candidate)
    return tuple(known.values())


def sitemaps_of_robots(text: str, url: str) -> tuple[str, ...]:
    """Give the sitemaps that a robots.txt names (a line of its own beside RFC 9309)."""
    found = (absolute(match[1], url) for match in _ROBOTS_SITEMAP.finditer(text[:500_000]))
    return tuple(dict.fromkeys(one for one in found if one))


def source_key(url: str) -> str:
    """Give a key for a source of that address.

    >>> source_key("https://www.example.com/markets/rss.xml")
    'example-com-markets-rss'
    """
    try:
        parts = urlsplit(url)
        text = f"{(parts.hostname or '').removeprefix('www.')} {parts.path}"
    except ValueError:  # a host's name of signs that no name has
        text = url.partition("://")[2]
    text = re.sub(r"\.(?:xml|rss|json|html?|gz)$", "", text.lower())
    return _KEY.sub("-", text).strip("-")[:60].strip("-") or "source"


def toml_entry(
    kind: str,
    url: str,
    *,
    key: str | None = None,
    publisher: str = "",
    language: str = "",
    timezone: str = "UTC",
    schedule: str = "*/30 * * * *",
) -> str:
    """Give the text of a sources.toml entry, ready to be appended."""
    # Braces in an address would read as a placeholder.
    address = url.replace("{", "%7B").replace("}", "%7D")
    values = {
        "key": key or source_key(url), "kind": kind, "url": address, "publisher": publisher,
        "language": language, "timezone": timezone, "schedule": schedule,
    }  # fmt: skip
    lines = [f"{name} = {_toml_string(value)}" for name, value in values.items() if value]
    return "\n".join(["[[source]]", *lines]) + "\n"


def _in_head(root: etree._Element, url: str) -> Iterator[Candidate]:
    for link in root.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        kind = FEED_TYPES.get((link.get("type") or "").partition(";")[0].strip().lower())
        if "sitemap" in rel:
            kind = "sitemap"
        elif "alternate" not in rel:
            continue
        address = absolute(link.get("href"), url)
        # WordPress names its REST answers "alternate" JSON too: those are no feeds.
        if kind and address and not link.get("hreflang") and "/wp-json/" not in address:
            yield Candidate(kind, address, " ".join((link.get("title") or "").split()))


def _in_links(root: etree._Element, url: str) -> Iterator[Candidate]:
    for link in root.iter("a"):
        address = absolute(link.get("href"), url)
        if address and same_site(address, url) and _FEED_HREF.search(urlsplit(address).path):
            yield Candidate("feed", address, " ".join("".join(str(part) for part in link.itertext()).split())[:200])


def _toml_string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda match: f"\\u{ord(match[0]):04x}", escaped) + '"'
