"""Title, time, authors and publisher from where publishers put them: JSON-LD, meta elements, the visible page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from lxml import etree
from lxml.html import HtmlElement

from pipelines import clean, date_forms, dates
from pipelines.dates import Printed
from pipelines.markup import plain, text_of
from pipelines.publisher import printed_authors, printed_publisher_in
from storage.types import Precision

_ARTICLE_TYPES = re.compile(
    r"(?:News|Blog|Report|Scholarly|Tech|Liveblog|LiveBlog|Analysis|Opinion|Review)?(?:Article|Posting)$|Report$"
)
_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "publishdate",
    "pubdate", "publish-date", "publish_date", "publication_date", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "date", "weibo:article:create_at",
    "article.published", "cxenseparse:recs:publishtime", "firstpublishedtime", "apub:time", "releasedate",
)  # fmt: skip
_AUTHOR_META = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "byl",
    "article:author_name",
)
_NAMES = etree.XPath("//body//@class | //body//@id | //body//@itemprop")
_NEAR_HEADLINE = re.compile(r"time|date|pub|info|source|origin|author|byline|meta", re.IGNORECASE)
_TIMES = etree.XPath("//body//time")
_HOLDERS = {"time", "div", "span", "p", "em", "i", "a", "li", "address", "td"}
_MOST_NAMED = 150
_MOST_CHILDREN = 30
_LONGEST_LINE = 200
_NOT_A_PERSON = re.compile(r"https?://|@|staff|admin|editor|newsroom|desk|编辑|官方|\d{3}|^by$", re.IGNORECASE)
_URL_DAY = re.compile(r"/(20[0-3]\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=/|[_.-]|\w*\.s?html?|$)")
_SOURCE_META = ("source", "mediaid", "article:source", "dc.source", "og:source", "contentsource")
_SOURCE_LABEL = re.compile(r"^(?:(?:文章|稿件|新闻|本文)?来源(?:于)?|(?i:source))\s*[：:]?\s*")
_SOURCES = etree.XPath("//body//*[@id='source_baidu' or @id='source' or @class='source' or @itemprop='publisher']")
_SIZES = re.compile(r"(?:【?字号|字體|字級).*$")
_ORGANISATION = re.compile(
    r"(?:报|網|网|社|台|刊|在线|新闻|财经|晚报|日报|频道|客户端|公司|编辑部|工作室|中心|局|委|会)$"
)
_LONGEST_HAN_NAME = 4
_LONGEST_NAME = 80
_LONGEST_PUBLISHER = 30
_MOST_LINES = 60
_MOST_JSON = 2_000_000
_MOST_NODES = 2_000


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of its article; "" and None where it does not."""

    title: str = ""
    title_from: str = ""
    published: Printed | None = None
    published_from: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    publisher_from: str = ""
    language: str = ""
    canonical_url: str | None = None
    is_free: bool = True


@dataclass(frozen=True, slots=True)
class _Marked:
    """The page's own markup: its JSON-LD articles, and its meta elements by name in lower case."""

    articles: tuple[Mapping[str, Any], ...]
    meta: Mapping[str, str] = field(default_factory=dict)


def read_metadata(root: HtmlElement, *, url: str, now: datetime, zone: ZoneInfo | None) -> Metadata:
    """Read a page's metadata; a time without a zone on the page is in `zone`, relative ones count from `now`."""
    marked = _Marked(tuple(_articles(root)), _meta(root))
    sites = [name for name in (marked.meta.get("og:site_name"), _name(_first(marked, "publisher"))) if name]
    title, title_from = _title(root, marked, sites)
    lines = list(_lines_near_headline(root))
    published, published_from = _published(marked, lines, url=url, now=now, zone=zone)
    publisher, publisher_from = _publisher(root, marked, lines)
    return Metadata(
        title=title, title_from=title_from, published=published, published_from=published_from,
        authors=_authors(marked, lines, title), publisher=publisher, publisher_from=publisher_from,
        language=(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "")[:35].strip(),
        canonical_url=_canonical(root, marked, url),
        is_free=_first(marked, "isAccessibleForFree") not in (False, "False", "false"),
    )  # fmt: skip


def _meta(root: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name, content[:5000])
    return found


def _articles(root: HtmlElement) -> Iterator[Mapping[str, Any]]:
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            yield from (node for node in _nodes(_json(script.text or "")) if _is_article(node))


def _json(text: str) -> object:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    if len(text) > _MOST_JSON:
        return None
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(value: object) -> Iterator[Mapping[str, Any]]:
    """Give all objects of a JSON-LD document, graphs and lists opened, without recursion."""
    waiting, seen = [value], 0
    while waiting and seen < _MOST_NODES:
        seen += 1
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            yield one
            waiting += [
                one[key] for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement") if key in one
            ]


def _is_article(node: Mapping[str, Any]) -> bool:
    kinds = node.get("@type")
    return any(
        isinstance(kind, str) and _ARTICLE_TYPES.search(kind)
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _first(marked: _Marked, key: str) -> Any:
    return next((node[key] for node in marked.articles if node.get(key) not in (None, "", [])), None)


def _name(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name")
    return plain(value) if isinstance(value, str) else ""


def _title(root: HtmlElement, marked: _Marked, sites: list[str]) -> tuple[str, str]:
    """The headline on the page wins where the markup agrees with it; markup often carries a shorter title."""
    headings = [text for text in (text_of(one) for one in list(root.iter("h1"))[:5]) if text]
    document = next((text_of(one) for one in root.iter("title")), "")
    told = {"json-ld": _name(_first(marked, "headline")), "og": marked.meta.get("og:title", ""), "title": document}
    cleaned = {name: clean.page_title(text, site_names=sites) for name, text in told.items() if text}
    agreeing = [h for h in headings if any(_same(h, text) for text in cleaned.values())]
    if agreeing:
        return clean.page_title(agreeing[0], site_names=sites), "h1"
    for name, text in cleaned.items():
        if text:
            return text, name
    return (headings[0], "h1") if headings else ("", "")


def _same(heading: str, title: str) -> bool:
    one, other = (re.sub(r"\W+", "", text).lower() for text in (heading, title))
    return len(one) > 3 and (one in other or other in one) and len(other) > 3  # noqa: PLR2004


def _lines_near_headline(root: HtmlElement) -> Iterator[str]:
    """Give short texts of the elements round the headline that by their names hold time, source or byline."""
    # The names come from libxml2 as text; only elements that matter become Python objects.
    named = (name.getparent() for name in _found(_NAMES, root) if _NEAR_HEADLINE.search(name))
    elements = dict.fromkeys([*_found(_TIMES, root)[:_MOST_NAMED], *islice(named, _MOST_NAMED)])
    for element in elements:
        if element.tag not in _HOLDERS or len(element) > _MOST_CHILDREN:
            continue
        text = plain("".join(element.itertext()))
        if 0 < len(text) <= _LONGEST_LINE:
            yield f"{element.get('datetime') or ''} {text}".strip() if element.tag == "time" else text


def _found(path: etree.XPath, root: HtmlElement) -> list[Any]:
    found: list[Any] = path(root)  # type: ignore[assignment]  # these paths give lists, of elements or of attributes
    return found


def _published(
    marked: _Marked, lines: list[str], *, url: str, now: datetime, zone: ZoneInfo | None
) -> tuple[Printed | None, str]:
    told = [
        ("json-ld", str(value)) for value in [_first(marked, "datePublished") or _first(marked, "dateCreated")] if value
    ]
    told += [("meta", marked.meta[name]) for name in _PUBLISHED_META if name in marked.meta]
    best: tuple[Printed, str] | None = None
    # Lengths of videos and times of other articles stand on a page, too: of its lines only full dates count.
    dated = [("page", line) for line in lines[:_MOST_LINES] if any(form.search(line) for form in date_forms.WITH_YEAR)]
    for origin, text in [*told, *dated]:
        printed = dates.read_time(text, now=now, zone=zone)
        if printed is None:
            continue
        if printed.precision is not Precision.DAY:
            if best is None or best[0].local.date() == printed.local.date():
                return printed, origin
        elif best is None:
            best = (printed, origin)
    if best is not None:
        return best
    day = _URL_DAY.search(url)
    printed = dates.read_time("-".join(day.groups()), now=now, zone=zone) if day else None
    return (printed, "url") if printed is not None else (None, "")


def _publisher(root: HtmlElement, marked: _Marked, lines: list[str]) -> tuple[str, str]:
    """Give who the page says it is from: 来源 where it prints one, then its markup, then the site's own name."""
    for line in lines[:_MOST_LINES]:
        if found := printed_publisher_in(_SIZES.sub("", line)):
            return found, "page"
    for name in _SOURCE_META:
        if told := _unlabelled(marked.meta.get(name, "")):
            return told, "meta"
    for element in _found(_SOURCES, root)[:5]:
        if told := _unlabelled(text_of(element)):
            return told, "page"
    if named := _name(_first(marked, "publisher")):
        return named[:_LONGEST_NAME], "json-ld"
    site = plain(marked.meta.get("og:site_name", ""))[:_LONGEST_NAME]
    return site, "og" if site else ""


def _unlabelled(text: str) -> str:
    """Give a publisher's name without its label; "" for what is no name."""
    name = _SOURCE_LABEL.sub("", plain(text)).strip("（）() ")
    is_name = 1 < len(name) <= _LONGEST_PUBLISHER and not re.search(r"https?:|[。！？：:]|\d{4}", name)
    return name.split(" ")[0] if is_name and date_forms.HAN.search(name) else name if is_name else ""


def _authors(marked: _Marked, lines: list[str], title: str) -> tuple[str, ...]:
    """Give the people who wrote the article.

    On Chinese pages only what is printed counts: their markup names editors, desks, numbers and placeholders.
    """
    printed = [name for line in lines[:_MOST_LINES] for name in printed_authors(line) if _is_person(name)]
    if date_forms.HAN.search(title):
        return tuple(dict.fromkeys(printed))[:20]
    value = _first(marked, "author")
    told = [_name(one) for one in (value if isinstance(value, list) else [value])]
    people = [name for text in told for name in _split(text) if _is_person(name)]
    if not people:
        people = [name for key in _AUTHOR_META for name in _split(marked.meta.get(key, "")) if _is_person(name)]
    return tuple(dict.fromkeys(people or printed))[:20]


def _split(names: str) -> list[str]:
    return [
        plain(name).removeprefix("By ").removeprefix("by ") for name in re.split(r"[;、]|,(?!\s*Jr)| and ", names[:500])
    ]


def _is_person(name: str) -> bool:
    if date_forms.HAN.search(name) and (len(name.replace("·", "")) > _LONGEST_HAN_NAME or _ORGANISATION.search(name)):
        return False
    return 1 < len(name) <= _LONGEST_NAME and not _NOT_A_PERSON.search(name)


def _canonical(root: HtmlElement, marked: _Marked, url: str) -> str | None:
    links = (one.get("href") for one in root.iter("link") if (one.get("rel") or "").lower() == "canonical")
    href = next((href for href in links if href), None) or marked.meta.get("og:url")
    try:
        return urljoin(url, href.strip()) if href else None
    except ValueError:
        return None
