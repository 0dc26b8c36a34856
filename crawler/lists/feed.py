"""RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed -> the links they show.

lxml reads the XML, not a feed library: what is wrong with one entry has to be recorded for that entry,
and dates have to stay as printed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from crawler.errors import ListRefused
from crawler.listing import BadItem, Found, Listing
from crawler.lists.address import absolute
from crawler.lists.markup import local_name, parse_xml, text_of
from crawler.lists.paging import capped, next_url
from crawler.sources import Source
from pipelines.charset import decode
from pipelines.json_items import ItemFields, JsonRefused, WrongType, at, load_json, read_item
from pipelines.page import Hints
from storage.reasons import Reason
from storage.types import Media

_PREFIXES = {
    "": "", "http://purl.org/rss/1.0/": "", "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "", "http://backend.userland.com/rss2": "",
    "http://www.w3.org/2005/Atom": "", "http://purl.org/atom/ns#": "",
    "http://purl.org/dc/elements/1.1/": "dc:", "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:", "http://search.yahoo.com/mrss/": "media:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
}  # fmt: skip
_MOST_TAGS, _LONGEST_TAG = 30, 60
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_END = re.compile(r"</(?:\w{1,20}:)?(?:rss|feed|rdf)\s*>(?!.*<(?:item|entry)[\s>])", re.IGNORECASE | re.DOTALL)
_ENTRY_TAGS = re.compile(r"<(/?)(?:\w{1,20}:)?(?:item|entry)(?=[\s>/]|\Z)", re.IGNORECASE)
_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_AUTHOR = re.compile(r"[^\s()]{1,200}@[^\s()]{1,200}\s*\(([^()]{1,200})\)")

JSON_FEED = ItemFields(
    url=("url", "external_url"),
    aliases=("external_url",),
    title=("title",),
    summary=("summary",),
    html=("content_html",),
    text=("content_text",),
    authors=("author.name", "authors[].name"),
    published=("date_published",),
    modified=("date_modified",),
    images=("image",),
)  # fmt: skip

Children = dict[str, list[etree._Element]]  # noqa: SLF001


def read_feed(source: Source, url: str, body: bytes, content_type: str, now: datetime, *, page: int = 1) -> Listing:
    """Read one feed; entries in its order, each address once.

    An entry's content is its whole text only where the source says so (`full_text`, flash): feeds shorten
    without telling. A feed that is cut gives its whole entries and one bad item for the rest.

    Raises:
        ListRefused: an HTML page, another XML, or nothing that is a feed.
    """
    text = decode(body, content_type)
    if text.lstrip()[:1] == "{":
        return _json_feed(source, url, body)
    root, gave_up = parse_xml(text, url=url)
    if local_name(root) not in {"rss", "rdf", "feed", "channel"}:
        raise ListRefused(Reason.BAD_LIST, f"the XML is no feed: its root is <{local_name(root)}>")
    entries, bad = capped(one for one in root.iter() if local_name(one) in {"item", "entry"})
    is_cut = not _END.search(text[-4_000:]) and local_name(root) != "channel"
    if is_cut or gave_up:
        entries = entries if _is_whole(entries, text, gave_up=gave_up) else entries[:-1]
        bad.append(BadItem("the feed is cut before its end: older entries may be lost"))
    found: dict[str, Found] = {}
    guids: dict[str, str] = {}
    for entry in entries:
        one = _entry(source, entry, url)
        if isinstance(one, BadItem):
            bad.append(one)
        elif one.url not in found:
            found[one.url], guids[one.url] = one, _guid(entry)
        elif _guid(entry) != guids[one.url] and one.hints.title != found[one.url].hints.title:
            bad.append(
                BadItem(f"entry {(one.hints.title or '')[:80]!r}: its link is that of another entry: {one.url[:200]}")
            )
    following = next_url(source, url=url, page=page, answer=None, items=entries, now=now)
    return Listing(found=tuple(found.values()), bad=tuple(bad), next_url=following)


def _is_whole(entries: list[etree._Element], text: str, *, gave_up: bool) -> bool:
    """Tell whether the last entry of a feed that is cut is whole."""
    if gave_up:
        return bool(entries) and entries[-1].getnext() is not None
    return _ends_between_entries(text)


def _ends_between_entries(text: str) -> bool:
    last = None
    for last in _ENTRY_TAGS.finditer(text, max(0, len(text) - 500_000)):  # noqa: B007
        pass
    return last is None or bool(last[1])


def _entry(source: Source, entry: etree._Element, url: str) -> Found | BadItem:
    children = _children(entry)
    href, base = _link(entry, children)
    address = absolute(href, base or url)
    title = _title(children)
    if address is None:
        said = f"its link {href[:120]!r} is no web address" if href else "it has no link and no permalink"
        return BadItem(f"entry {(title or '')[:80]!r}: {said}")
    alias = absolute(_first(children, "feedburner:origlink"), address)
    content = _content(children, "content:encoded", "content")
    summary = _content(children, "description", "summary")
    modified = _first(children, "updated", "modified", "dcterms:modified")
    return Found(
        url=address,
        kind=source.item_kind,
        aliases=(alias,) if alias and alias != address else (),
        hints=Hints(
            title=title,
            summary=summary,
            html=(content or summary) if source.carries_full_text else None,
            publisher=_first(children, "source") or None,
            authors=tuple(dict.fromkeys(_authors(children))),
            published=_first(children, "pubdate", "published", "dc:date", "issued", "dcterms:issued", "date"),
            modified=modified,
            images=tuple(_images(children, address)),
            tags=tuple(dict.fromkeys(_tags(children))),
        ),
    )


def _guid(entry: etree._Element) -> str:
    """Give what should tell an entry from all others."""
    return next((text_of(child) for child in entry if local_name(child) in {"guid", "id"}), "")


def _children(entry: etree._Element) -> Children:
    children: Children = {}
    for child in entry:
        tag = str(child.tag)
        if tag.startswith("{"):
            namespace, _, name = tag[1:].partition("}")
            prefix = _PREFIXES.get(namespace)
        else:
            prefix, name = "", tag
        if prefix is not None:
            children.setdefault((prefix + name).lower(), []).append(child)
    return children


def _link(entry: etree._Element, children: Children) -> tuple[str | None, str | None]:
    """The entry's address as printed, and the base that it counts from."""
    for link in sorted(children.get("link", ()), key=lambda one: "html" not in (one.get("type") or "html")):
        if link.get("rel", "alternate") == "alternate":
            href = text_of(link) or link.get("href")
            if href:
                return href, link.base
    for guid in children.get("guid", ()):
        if guid.get("isPermaLink", "true").strip().lower() != "false" and text_of(guid):
            return text_of(guid), guid.base
    for name in ("id",):
        for one in children.get(name, ()):
            if text_of(one).startswith(("http://", "https://")):
                return text_of(one), one.base
    return entry.get(_ABOUT), entry.base


def _first(children: Children, *names: str) -> str | None:
    for name in names:
        for child in children.get(name, ()):
            text = text_of(child) if len(child) else (child.text or "").strip()
            if text:
                return text
    return None


def _title(children: Children) -> str | None:
    title = _first(children, "title", "media:title", "dc:title")
    if not title:
        return None
    return " ".join(html.unescape(_MARKUP.sub("", title)).split()) or None


def _content(children: Children, *names: str) -> str | None:
    for name in names:
        for child in children.get(name, ()):
            if len(child):
                inside = [child.text or "", *(etree.tostring(one, encoding="unicode") for one in child)]
                text = "".join(inside).strip()
            else:
                text = (child.text or "").strip()
            if text:
                return text
    return None


def _authors(children: Children) -> Iterator[str]:
    for name in ("author", "dc:creator", "creator"):
        for child in children.get(name, ()):
            names = [text_of(one) for one in child if local_name(one) == "name"]
            for text in names or ([] if len(child) else [text_of(child)]):
                match = _AUTHOR.fullmatch(text)
                if match or text:
                    yield match[1] if match else text


def _tags(children: Children) -> Iterator[str]:
    for child in [one for name in ("category", "dc:subject") for one in children.get(name, ())][:_MOST_TAGS]:
        if tag := (child.get("label") or child.get("term") or text_of(child)).strip():
            yield tag[:_LONGEST_TAG]


def _images(children: Children, base: str) -> Iterator[Media]:
    seen: set[str] = set()
    pictures = [
        *children.get("enclosure", ()),
        *(one for one in children.get("link", ()) if one.get("rel") == "enclosure"),
        *children.get("media:content", ()),
        *children.get("media:thumbnail", ()),
    ]
    for one in pictures:
        kind = one.get("type") or one.get("medium") or ("image" if local_name(one) == "thumbnail" else "")
        address = absolute(one.get("url") or one.get("href"), base) if kind.startswith("image") else None
        if address and address not in seen:
            seen.add(address)
            yield Media(address, width=_pixels(one.get("width")), height=_pixels(one.get("height")))


def _pixels(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[1-9][0-9]{0,4}", text) else None


def _json_feed(source: Source, url: str, body: bytes) -> Listing:
    try:
        answer = load_json(body)
    except JsonRefused as error:
        raise ListRefused(error.reason, str(error)) from error
    items = at(answer, "items")
    if not isinstance(items, list):
        raise ListRefused(Reason.BAD_LIST, "the JSON is no JSON Feed: it has no list 'items'")
    items, bad = capped(items)
    found: dict[str, Found] = {}
    for number, item in enumerate(items, start=1):
        try:
            one = read_item(item, JSON_FEED)
        except WrongType as error:
            bad.append(BadItem(f"item {number}: {error}"))
            continue
        identifier = at(item, "id")
        address = absolute(
            one.url or (identifier if isinstance(identifier, str) and "://" in identifier else None), url
        )
        if address is None:
            bad.append(BadItem(f"item {number}: it has no web address as url"))
            continue
        aliases = tuple(alias for raw in one.aliases if (alias := absolute(raw, url)) and alias != address)
        found.setdefault(address, Found(address, source.item_kind, _json_hints(source, one.hints), aliases))
    return Listing(found=tuple(found.values()), bad=tuple(bad))


def _json_hints(source: Source, hints: Hints) -> Hints:
    whole = source.carries_full_text
    return Hints(
        title=hints.title,
        summary=hints.summary,
        html=hints.html if whole else None,
        text=hints.text if whole else None,
        authors=hints.authors,
        published=hints.published,
        modified=hints.modified,
        images=hints.images,
    )
