"""Sitemaps, sitemap indexes, news sitemaps and text sitemaps -> links and further lists."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from lxml import etree

from crawler.errors import ListRefused
from crawler.listing import BadItem, Found, Listing
from crawler.lists.address import absolute
from crawler.lists.feed import read_feed
from crawler.lists.markup import gunzipped, local_name, parse_xml, refuse_html, text_of
from crawler.lists.paging import capped
from crawler.sources import Sitemap, Source
from pipelines.charset import decode
from pipelines.page import Hints
from storage.reasons import Reason

_END = re.compile(r"</(?:\w{1,20}:)?(?:urlset|sitemapindex)\s*>(?:\s|<!--.{0,2000}?-->)*\Z", re.DOTALL)
_LAST_OPEN = re.compile(r"<(/?)(?:\w{1,20}:)?(?:url|sitemap)(?=[\s>/])")

_OLDEST_YEAR = 1990
_LATE = timedelta(days=1)
"""How long after its date an entry may appear: clocks differ, and sitemaps are made by the hour and cached."""


def read_sitemap(
    source: Source, url: str, body: bytes, content_type: str, now: datetime, *, since: datetime | None = None
) -> Listing:
    """Read one sitemap; with `since` (aware), only what changed or appeared after it, or does not say when.

    An index gives all its sitemaps: each has a last visit of its own.

    Raises:
        ListRefused: HTML, too large after decompression, or nothing that is a sitemap.
    """
    rules = source.sitemap or Sitemap()
    body, cut = gunzipped(body)
    text = decode(body, content_type)
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        return _text_sitemap(source, rules, url, text)
    root, gave_up = parse_xml(text, url=url)
    name = local_name(root)
    if name in {"rss", "feed", "rdf"}:
        return read_feed(source, url, body, content_type, now)
    if name not in {"urlset", "sitemapindex"}:
        raise ListRefused(Reason.BAD_LIST, f"the XML is no sitemap: its root is <{name}>")
    entries, bad = capped(one for one in root.iter() if local_name(one) in {"url", "sitemap"})
    if cut or gave_up or not _END.search(text[-4_000:]):
        last = None
        for last in _LAST_OPEN.finditer(text, max(0, len(text) - 100_000)):  # noqa: B007
            pass
        entries = entries if last is None or last[1] else entries[:-1]
        bad.append(BadItem("the sitemap is cut before its end: entries may be lost"))
    if name == "sitemapindex":
        lists = dict(named for entry in entries if (named := _list(entry, url, bad)) is not None)
        changed = {address: printed for address, printed in lists.items() if printed}
        return Listing(bad=tuple(bad), more_lists=tuple(lists), lists_changed=changed)
    found: dict[str, Found] = {}
    for entry in entries:
        one = _found(source, rules, entry, url=url, since=since)
        if isinstance(one, BadItem):
            bad.append(one)
        elif one is not None:
            found.setdefault(one.url, one)
    return Listing(found=tuple(found.values()), bad=tuple(bad))


def is_newer(printed: str | None, since: datetime | None) -> bool:
    """Tell whether a W3C date is after `since`, or little before; what cannot be read counts as newer.

    A date without a time is the whole day, in any zone. A year like 0001 is what programs write for none.
    """
    if since is None or not printed:
        return True
    try:
        moment = datetime.fromisoformat(printed.strip())
        if len(printed.strip()) <= 10:  # noqa: PLR2004 - only a date
            moment += timedelta(hours=36)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC) + timedelta(hours=12)
    except (ValueError, OverflowError):
        return True
    return moment.year < _OLDEST_YEAR or moment > since - _LATE


def _values(entry: etree._Element) -> dict[str, str]:
    """An entry's own values; those of its news element as "news:title"; pictures have locs, too."""
    values: dict[str, str] = {}
    for child in entry:
        name = local_name(child)
        if name == "news":
            for one in child.iter():
                if not len(one):
                    values.setdefault("news:" + local_name(one), text_of(one))
        elif name in {"loc", "lastmod"}:
            values.setdefault(name, text_of(child))
    return values


def _list(entry: etree._Element, url: str, bad: list[BadItem]) -> tuple[str, str | None] | None:
    values = _values(entry)
    address = absolute(values.get("loc"), url)
    if address is None:
        bad.append(BadItem(f"a sitemap of the index has no web address: {values.get('loc', '')[:120]!r}"))
        return None
    return address, values.get("lastmod")


def _found(
    source: Source, rules: Sitemap, entry: etree._Element, *, url: str, since: datetime | None
) -> Found | BadItem | None:
    values = _values(entry)
    address = absolute(values.get("loc"), url)
    if address is None:
        return BadItem(f"an entry of the sitemap has no web address: {values.get('loc', '')[:120]!r}")
    is_news = any(name.startswith("news:") for name in values)
    dates = [one for one in (values.get("lastmod"), values.get("news:publication_date")) if one]
    if (rules.news_only and not is_news) or not _wanted(rules, address):
        return None
    if dates and not any(is_newer(one, since) for one in dates):
        return None
    return Found(
        url=address,
        kind=source.item_kind,
        hints=Hints(
            title=values.get("news:title") or None,
            publisher=values.get("news:name") or None,
            published=values.get("news:publication_date") or None,
            modified=values.get("lastmod") or None,
        ),
    )


def _wanted(rules: Sitemap, address: str) -> bool:
    if rules.match is not None and not re.search(rules.match, address):
        return False
    return rules.exclude is None or not re.search(rules.exclude, address)


def _text_sitemap(source: Source, rules: Sitemap, url: str, text: str) -> Listing:
    refuse_html(text, wanted="a sitemap")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or not lines[0].startswith(("http://", "https://")):
        raise ListRefused(Reason.BAD_LIST, f"no sitemap: {text[:80].strip()!r}")
    lines, bad = capped(lines)
    found: dict[str, Found] = {}
    for line in lines:
        address = absolute(line, url) if "://" in line[:10] else None
        if address is None:
            bad.append(BadItem(f"a line of the sitemap is no web address: {line[:120]!r}"))
        elif _wanted(rules, address):
            found.setdefault(address, Found(address, source.item_kind))
    return Listing(found=tuple(found.values()), bad=tuple(bad))
