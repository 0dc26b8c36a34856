"""Title, time, authors and publisher from where publishers put them: JSON-LD, meta elements, the visible page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from lxml import etree
from lxml.html import HtmlElement

from pipelines import date_forms, dates
from pipelines.bylines import read_authors
from pipelines.dateline import Named, lines_below, named_elements
from pipelines.dates import Printed
from pipelines.json_ld import Linked, read_json_ld
from pipelines.markup import plain, text_of
from pipelines.publisher import canonical_publisher, printed_publisher_in
from pipelines.titles import read_title, site_names
from storage.types import Precision

_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "publishdate",
    "pubdate", "publish-date", "publish_date", "publication_date", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "date", "weibo:article:create_at",
    "weibo: article:create_at", "og:time", "article.published", "cxenseparse:recs:publishtime",
    "firstpublishedtime", "apub:time", "releasedate", "citation_publication_date",
)  # fmt: skip
"""In the order of trust."""
_PUBLISHED_NAME = re.compile(r"publish\w{0,6}[-_.: ]?(?:date|time|at|on)$|(?:date|time)[-_.: ]?publish")
_MODIFIED_META = ("article:modified_time", "og:updated_time", "lastmod", "last-modified", "dcterms.modified")
_AUTHOR_META = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl", "article:author_name",
    "citation_author",
)  # fmt: skip
_SOURCE_META = ("source", "mediaid", "article:source", "dc.source", "og:source", "contentsource")
_SOURCE_NAME = re.compile(r"(?:^|[\s_-])source(?:$|[\s_-])", re.IGNORECASE)
_MOST_LINES = 60
_MOST_NEAR = 6
_LONGEST_NAME = 80
_LONGEST_PUBLISHER = 30
_LONGEST_DATELINE_NAME = 16

_WITH_A_YEAR = "[string-length(.) < 70 and (contains(., '20') or contains(., '19'))]"
_FOLLOWING = etree.XPath(f"following::text(){_WITH_A_YEAR}", smart_strings=False)
_BODY = etree.XPath(f"//body//text(){_WITH_A_YEAR}", smart_strings=False)
_BEFORE_DATE = re.compile(
    r"^(?:(?:first |last |originally )?(?:published|posted|updated|modified|reviewed|date)(?: on| at)?:?|on|by)\s|"
    r"^(?:发布|更新|发表)?(?:时间|日期|于)\s?[：:]?\s?",
    re.IGNORECASE,
)
_MOST_ALONE = 40

_URL_DAY = re.compile(r"/(20[0-3]\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=/|[_.-]|\w*\.s?html?|$)")
_SOURCE_LABEL = re.compile(r"^(?:(?:文章|稿件|新闻|本文)?来源(?:于)?|(?i:source))\s*[：:]?\s*")
_SIZES = re.compile(r"(?:【?字号|字體|字級).*$")
_SOURCE_WITHIN = re.compile(
    r"来源\s?[：:]\s?([^\s\d：:|｜，,。（()）【】]{2,20}?)(?=[\s\d|｜，,。（()）【】]|作者|责任|编辑|责编|时间|日期|$)"
)
_PAPER = re.compile(
    r"[\w·—《》-]{2,14}(?:报|報|網|网|社|新闻|新聞|周刊|杂志|雜誌|电视台|電視台|客户端|在线|财经|财讯)(?:网络版|海外版)?"
)
_LINE_SIGNS = re.compile(r"[\s|｜/／【】（）()\[\]•]+")


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


def read_metadata(root: HtmlElement, *, url: str, now: datetime, zone: ZoneInfo | None) -> Metadata:
    """Read a page's metadata; a time without a zone on the page is in `zone`, relative ones count from `now`."""
    linked, meta = read_json_ld(root), _meta(root)
    titles = _titles(root, linked, meta)
    sites = site_names(titles, [meta.get("og:site_name", ""), *linked.names_of("publisher")], url)
    title = read_title(root, titles, sites=sites)
    near = list(lines_below(title.headline)) if title.headline is not None else []
    named = named_elements(root)
    lines = list(dict.fromkeys([*near, *(one.text for one in named)]))[:_MOST_LINES]
    published, published_from = _published(linked, meta, lines, url=url, now=now, zone=zone)
    if published is None:
        published = _standing_alone(root, title.headline, now=now, zone=zone)
        published_from = "page" if published is not None else ""
    if (shown := _shown_time(near, published, now, zone)) is not None:
        published, published_from = shown, "page"
    publisher, publisher_from = _publisher(linked, meta, named, lines)
    return Metadata(
        title=title.text, title_from=title.origin, published=published, published_from=published_from,
        authors=read_authors(
            named, lines, linked=linked.names_of("author"), meta=[meta[name] for name in _AUTHOR_META if name in meta],
            is_chinese=date_forms.HAN.search(title.text) is not None,
        ),
        publisher=publisher, publisher_from=publisher_from,
        language=(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "")[:35].strip(),
        canonical_url=_canonical(root, meta, url),
        is_free=linked.first("isAccessibleForFree") not in (False, "False", "false"),
    )  # fmt: skip


def _meta(root: HtmlElement) -> dict[str, str]:
    """Give the page's meta elements by name in lower case, the first of each."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower().strip()
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name, content[:5000])
    return found


def _titles(root: HtmlElement, linked: Linked, meta: Mapping[str, str]) -> dict[str, str]:
    """Give what the markup calls the page, by origin; a site's name may still stand behind it."""
    headline = linked.first("headline")
    told = {
        "json-ld": plain(headline[:1_000]) if isinstance(headline, str) else "", "og": meta.get("og:title", ""),
        "meta": meta.get("twitter:title", ""), "title": next((text_of(one) for one in root.iter("title")), ""),
    }  # fmt: skip
    return {name: text for name, text in told.items() if text}


def _found(path: etree.XPath, root: HtmlElement) -> list[Any]:
    found: list[Any] = path(root)  # type: ignore[assignment]  # these paths give lists, of elements or of attributes
    return found


def _published(
    linked: Linked, meta: Mapping[str, str], lines: list[str], *, url: str, now: datetime, zone: ZoneInfo | None
) -> tuple[Printed | None, str]:
    """Give the first time told, by its trust; the same day with its time of day, where another place tells that."""
    keys = ("datePublished", "pubDate", "dateCreated")
    told = [("json-ld", str(value)) for value in [next(filter(None, map(linked.first, keys)), None)] if value]
    told += [("meta", meta[name]) for name in _PUBLISHED_META if name in meta]
    told += [("meta", value) for name, value in meta.items() if _PUBLISHED_NAME.search(name)]
    told += [("json-ld", linked.page_published)] if linked.page_published else []
    # Lengths of videos and times of other articles stand on a page, too: of its lines only full dates count.
    told += [("page", line) for line in lines if any(form.search(line) for form in date_forms.WITH_YEAR)]
    told += [("modified", meta[name]) for name in _MODIFIED_META if name in meta]
    best: tuple[Printed, str] | None = None
    for origin, text in told:
        printed = dates.read_time(text, now=now, zone=zone)
        if printed is None:
            continue
        if printed.precision is not Precision.DAY:
            if best is None or best[0].local.date() == printed.local.date():
                return printed, origin
        elif best is None:
            best = (printed, origin)
    return best or _day_in(url, now, zone)


def _shown_time(near: list[str], told: Printed | None, now: datetime, zone: ZoneInfo | None) -> Printed | None:
    """Give the time below a Chinese headline where the markup tells another minute of that day: its last change."""
    if told is None or told.precision is Precision.DAY:
        return None
    dated = (line for line in near[:_MOST_NEAR] if date_forms.HAN.search(line))
    shown = next((one for line in dated if (one := dates.read_time(line, now=now, zone=zone)) is not None), None)
    if shown is None or shown.precision is Precision.DAY or shown.zoned or shown.local.date() != told.local.date():
        return None
    return None if shown.local.isoformat()[:16] == told.local.isoformat()[:16] else shown


def _standing_alone(
    root: HtmlElement, headline: HtmlElement | None, *, now: datetime, zone: ZoneInfo | None
) -> Printed | None:
    """Give the first date behind the headline, else on the page, that is all that its text node holds."""
    for path, start in ((_FOLLOWING, headline), (_BODY, root)):
        for text in islice(_found(path, start), _MOST_ALONE) if start is not None else ():
            line = _BEFORE_DATE.sub("", plain(text))
            form = next((form for form in date_forms.WITH_YEAR if form.fullmatch(line)), None)
            if form is not None and (printed := dates.read_time(line, now=now, zone=zone)) is not None:
                return printed
    return None


def _day_in(url: str, now: datetime, zone: ZoneInfo | None) -> tuple[Printed | None, str]:
    day = _URL_DAY.search(url)
    printed = dates.read_time("-".join(day.groups()), now=now, zone=zone) if day else None
    return (printed, "url") if printed is not None else (None, "")


def _publisher(linked: Linked, meta: Mapping[str, str], named: list[Named], lines: list[str]) -> tuple[str, str]:
    """Give who the page says it is from: 来源 where it prints one, then its markup, then the site's own name."""
    sources = [_unlabelled(one.text) for one in named if _SOURCE_NAME.search(one.name)]
    author = plain(meta.get("article:author", ""))
    told = (
        ("page", map(_labelled, lines)),
        ("meta", (_unlabelled(meta.get(name, "")) for name in _SOURCE_META)),
        ("page", sources),
        ("meta", [author] if _PAPER.fullmatch(author) else []),
        ("page", map(_beside_the_time, lines)),
        ("json-ld", (name[:_LONGEST_NAME] for name in linked.names_of("publisher"))),
        ("og", [plain(meta.get("og:site_name", ""))[:_LONGEST_NAME]]),
    )
    return next(((name, origin) for origin, names in told for name in names if name), ("", ""))


def _labelled(line: str) -> str:
    """Give the name behind 来源 in a line, whatever else the line holds; "" for none."""
    if found := printed_publisher_in(line) or printed_publisher_in(_SIZES.sub("", line)):
        return found
    match = _SOURCE_WITHIN.search(line)
    return match[1] if match else ""


def _unlabelled(text: str) -> str:
    """Give a publisher's name without its label; "" for what is no name."""
    name = _SOURCE_LABEL.sub("", plain(text)).strip("（）() ")
    is_name = 1 < len(name) <= _LONGEST_PUBLISHER and not re.search(r"https?:|[。！？：:]|\d{4}", name)
    return name.split(" ")[0] if is_name and date_forms.HAN.search(name) else name if is_name else ""


def _beside_the_time(line: str) -> str:
    """Give the name that shares a line with the time and nothing else (2026-11-24 10:00 某某日报); "" for none."""
    match = next((found for form in date_forms.WITH_YEAR if (found := form.search(line))), None)
    if match is None:
        return ""
    for part in _LINE_SIGNS.split(f"{line[: match.start()]} {line[match.end() :]}"):
        if 1 < len(part) <= _LONGEST_DATELINE_NAME and (_PAPER.fullmatch(part) or canonical_publisher(part) != part):
            return part
    return ""


def _canonical(root: HtmlElement, meta: Mapping[str, str], url: str) -> str | None:
    links = (one.get("href") for one in root.iter("link") if (one.get("rel") or "").lower() == "canonical")
    href = next((href for href in links if href), None) or meta.get("og:url")
    try:
        return urljoin(url, href.strip()) if href else None
    except ValueError:
        return None
