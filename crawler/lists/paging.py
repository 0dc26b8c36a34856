"""The addresses of a list's first and next pages, by the source's declared paging.

When to stop (a page overlaps what is known, the page cap) is for `crawler.visit` to decide.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from crawler.listing import BadItem
from crawler.sources import Source
from pipelines.json_items import at

MAX_ITEMS = 50_000
"""The items that one answer may show: what a sitemap may hold by its protocol."""
MAX_CURSOR_CHARS = 2_000

_AS_PATTERN = {"{page}": r"(?P<page>\d{1,9})", "{page_size}": r"\d+", "{now_s}": r"\d+", "{now_ms}": r"\d+"}

T = TypeVar("T")


def capped(items: Iterable[T]) -> tuple[list[T], list[BadItem]]:
    """Give the first MAX_ITEMS items, and what to record where there are more."""
    remaining = iter(items)
    kept = list(islice(remaining, MAX_ITEMS))
    more = sum(1 for _ in remaining)
    return kept, [BadItem(f"{MAX_ITEMS + more} items in one list: only {MAX_ITEMS} are read")] if more else []


def first_url(source: Source, *, now: datetime) -> str:
    """Give the address of the newest page; `now` is aware and fills {now_s} and {now_ms}.

    A query parameter whose value is only {cursor} is left out where paging.start is not given.
    """
    paging = source.paging
    if paging.style == "page":
        return _filled(source, now=now, page=_page_value(source, 1))
    return _filled(source, now=now, cursor=None if paging.start is None else str(paging.start))


def next_url(
    source: Source, *, url: str, page: int, answer: object, items: Sequence[object], now: datetime
) -> str | None:
    """Give the address of the page after `url`, the list's `page`th; None where the list ends.

    `answer` is the whole JSON answer, `items` its raw items: cursors stand in the one or the other.
    """
    if not items or source.paging.style == "none":
        return None
    if source.paging.style == "page":
        return _filled(source, now=now, page=_page_value(source, page + 1))
    cursor = _cursor(source, answer, items)
    if cursor is None:
        return None
    following = _filled(source, now=now, cursor=cursor)
    # A cursor that stands still would ask for the same page for ever.
    return None if _without_clock(source, following) == _without_clock(source, url) else following


def page_number(source: Source, url: str) -> int:
    """Give which page of the list an address asks for, from 1; 2, any further one, where pages have no numbers.

    >>> numbered = Source(key="a", kind="feed", url="https://e.com/?p={page}", paging={"style": "page"})
    >>> page_number(numbered, "https://e.com/?p=6")
    6
    """
    template = re.split(r"(\{\w+\})", source.url)
    pattern = "".join(_AS_PATTERN.get(part, re.escape(part)) for part in template)
    found = re.match(pattern, url) if source.paging.style == "page" else None
    if found is None:
        return 2
    return max(2, (int(found["page"]) - _page_value(source, 1)) // source.paging.step + 1)


def cls_sign(query: str) -> str:
    """Give the signature that cls.cn asks for: MD5 of the SHA-1, both as hex, of the query sorted by key.

    Source: akshare's telegraph reader; the vector is computed with its algorithm.

    >>> cls_sign("app=CailianpressWeb&category=&last_time=1700000000&os=web&refresh_type=1&rn=20&sv=8.4.6")
    '41509161771fae1234e752e93afd4f71'
    """
    ordered = urlencode(sorted(parse_qsl(query, keep_blank_values=True)))
    sha1 = hashlib.sha1(ordered.encode(), usedforsecurity=False).hexdigest()
    return hashlib.md5(sha1.encode(), usedforsecurity=False).hexdigest()


def _page_value(source: Source, page: int) -> int:
    start = source.paging.start
    return (start if isinstance(start, int) else 1) + (page - 1) * source.paging.step


def _filled(source: Source, *, now: datetime, page: int | None = None, cursor: str | None = None) -> str:
    clock = {"{now_s}": str(int(now.timestamp())), "{now_ms}": str(int(now.timestamp() * 1000))}
    url = source.url
    if cursor is None:
        url = re.sub(r"(?<=[?&])[^=&{}]+=\{cursor\}(?:&|$)", "", url).rstrip("?&")
    else:
        url = url.replace("{cursor}", clock.get(cursor) or quote(cursor, safe=""))
    values = {"{page}": str(page), "{page_size}": str(source.paging.page_size), "{cursor}": "", **clock}
    for name, value in values.items():
        url = url.replace(name, value)
    return _signed(url) if source.sign == "cls" else url


def _signed(url: str) -> str:
    parts = urlsplit(url)
    query = f"{parts.query}&sign={cls_sign(parts.query)}"
    return urlunsplit(parts._replace(query=query))


def _cursor(source: Source, answer: object, items: Sequence[object]) -> str | None:
    paging = source.paging
    if paging.style == "cursor":
        return _cursor_text(at(answer, paging.cursor))
    values = [value for item in items if (value := _cursor_text(at(item, paging.field))) is not None]
    if not values:
        return None
    # Lists with pinned items are not in order: the oldest is the smallest, not the last.
    oldest = min(values, key=lambda value: (len(value), value) if value.isdigit() else (0, value))
    return _one_more(oldest) if paging.bound == "exclusive" else oldest


def _cursor_text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value) if isinstance(value, str) or abs(value) < 10**30 else ""
    return text if 0 < len(text) <= MAX_CURSOR_CHARS and text != "0" else None


def _one_more(value: str) -> str:
    """The cursor after which an exclusive list still shows the other items of the oldest one's second."""
    if value.isascii() and value.isdigit():
        return str(int(value) + 1)
    try:
        return (datetime.fromisoformat(value) + timedelta(seconds=1)).isoformat(sep=value[10:11] or " ")
    except (ValueError, OverflowError):
        return value


def _without_clock(source: Source, url: str) -> str:
    """The address without what the clock put there, so that two are told apart by their cursor."""
    clocked = re.findall(r"[?&]([^=&]+)=\{now_m?s\}", source.url)
    if source.sign:
        clocked.append("sign")
    for name in clocked:
        url = re.sub(rf"(?<=[?&]){re.escape(name)}=[^&]*", "", url)
    return url
