"""Pages of another kind than an article: lists of headlines, live blogs, videos and galleries; and cut articles."""

# ruff: noqa: E501 - rules and pages are read whole

from __future__ import annotations

import re
from datetime import datetime

from dateutil.parser import ParserError, isoparse
from lxml.html import HtmlElement

from pipelines.markup import text_of
from pipelines.screens.findings import Finding, Sign, said, seen, weigh
from pipelines.screens.signs import Signs
from pipelines.screens.walls import path_of
from storage.reasons import Reason

_HEADLINE = 12
"""Characters from which a link is a headline rather than a name in a sentence."""
_MOST_HEADLINES = 3
_MOST_LINKED = 0.35
"""Of the text, what headlines that lead elsewhere may be: more is a list of articles."""
_INDEX_PATH = re.compile(r"/(?:index|default|home|list|channel)?(?:\.\w{2,5})?|/[a-z\-_/]{1,40}/", re.IGNORECASE)
_INDEX_TYPES = frozenset({"CollectionPage", "ItemList", "SearchResultsPage", "ProfilePage"})

_LIVE_NAME = re.compile(
    r"^(?:图文|视频|文字|全程|滚动)?直播(?:中|间)?\s?[:：|丨｜]|(?:实时|滚动)更新\s?(?:中|$)|live (?:updates?|blog|coverage)\b|[-–—|:]\s?live\s*$|^live\s?[:|]",
    re.IGNORECASE,
)
_LIVE_PATH = re.compile(r"/(?:live|live-?blog|live-?updates?|zhibo|live-news)(?:[/_-]|$)|-live-updates?\b|-live(?:blog)?(?:[/.]|$)", re.IGNORECASE)  # fmt: skip
_CLOCK_LINE = re.compile(
    r"^\W{0,3}(?:\d{1,2}[:：.]\d{2}|(?:\d{1,2}|an?) (?:min|hour)s? ago)", re.MULTILINE | re.IGNORECASE
)
_MOST_CLOCKS = 4

_MEDIA_TYPES = frozenset(
    {"VideoObject", "ImageGallery", "AudioObject", "MediaGallery", "PodcastEpisode", "VideoGallery"}
)
_MEDIA_PATH = re.compile(
    r"/(?:videos?|shipin|v|tv|watch|gallery|galleries|photos?|pictures|slideshow|tupian|tuji|podcasts?|audio|tpxw)(?:[/_-]|$)",
    re.IGNORECASE,
)
_MEDIA_NAME = re.compile(
    r"^[\[【(（]?(?:视频|組圖|组图|高清|高清图集|图集|图片|音频|video|watch|photos?|gallery|in pictures|podcast|listen)[\]】)）]?\s?[:：|丨｜]|[\[【(（](?:视频|组图|组图|图集|音频|video|photos|gallery)[\]】)）]",
    re.IGNORECASE,
)
_LITTLE_TEXT = 200
_SOME_TEXT = 500
_MANY_PICTURES = 6

_STUB_SAID = re.compile(
    r"剩余\s?\d{1,3}(?:\.\d+)?\s?[%％]|(?:订阅|付费|开通会员|购买|登录|成为会员|訂閱|付費)[^。]{0,10}(?:后|後|可|即可|以|才能)?(?:继续)?(?:阅读|閱讀|查看|解锁|解鎖)(?:全文|更多|剩余|完整|餘下|余下)?|(?:本文为|本文是)?(?:付费|会员|訂閱)(?:专享|专属|可见|文章|內容|内容)|"
    r"(?:subscribe|sign up|log in|sign in|register|become a member)[^.]{0,40} to (?:continue|keep|finish|read|unlock|access|view)[^.]{0,30}|"
    r"(?:continue|keep) reading (?:with|for) (?:a )?(?:subscription|free|\W?\d)|(?:this|the rest of this) (?:article|story|content) is (?:reserved|available|exclusively|only)?[^.]{0,20} ?(?:for|to) (?:our )?(?:subscribers|members)|"
    r"already a (?:subscriber|member)\?|you(?:['’]ve| have) (?:reached|read) (?:your|all)[^.]{0,40}(?:free )?articles?",
    re.IGNORECASE,
)
_CUT = re.compile(r"(?:…|\.\.\.|\[…\])\s*$")
_STUB_TEXT = 1_500
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HAN_FACTOR = 3
"""Han text says the same in a third of the characters."""
_MOST_MISSING = 0.6
_END = 300


def index_page(signs: Signs, text: str, body: HtmlElement | None, *, is_told: bool, has_time: bool) -> Finding:
    """Weigh whether a text is a list of headlines that lead elsewhere.

    `is_told`: the list that led here told title or time. `has_time`: the page prints or tells a time of day.
    """
    lines = set(text.splitlines())
    headlines = (
        {words for link in body.iter("a") if len(words := text_of(link)) >= _HEADLINE and words in lines}
        if body is not None
        else set()
    )
    linked = sum(map(len, headlines))
    is_list = len(headlines) > _MOST_HEADLINES and linked > _MOST_LINKED * len(text)
    index_types = _INDEX_TYPES & signs.types
    return weigh(Reason.INDEX_PAGE, "a list of headlines, no article", [
        seen(0.6, f"{len(headlines)} linked headlines", when=is_list),
        seen(0.2, "they are most of the text", when=is_list and linked > 2 * _MOST_LINKED * len(text)),
        seen(0.3, f"address {path_of(signs.url)[:60]!r}", when=_INDEX_PATH.fullmatch(path_of(signs.url)) is not None),
        seen(0.2, f"marked up as {', '.join(sorted(index_types))}", when=bool(index_types)),
        seen(0.1, "no date", when=not signs.is_dated),
        seen(-0.6, "marked up as an article", when=signs.is_marked_article),
        seen(-0.6, "told by the list that led here", when=is_told),
        seen(-0.4, "a time of day", when=has_time),
    ]) if is_list else Finding(Reason.INDEX_PAGE, "a list of headlines, no article", ())  # fmt: skip


def live_blog(signs: Signs, text: str, *, now: datetime) -> Finding:
    """Weigh whether a page is a running commentary that goes on after `now`."""
    clocks = len(_CLOCK_LINE.findall(text[:20_000]))
    return weigh(Reason.LIVE_BLOG, "a running commentary that goes on", [
        seen(0.6, "marked up as LiveBlogPosting", when="LiveBlogPosting" in signs.types),
        *([said(0.4, "called", _LIVE_NAME, signs.names[0])] if signs.names else []),
        said(0.3, "address", _LIVE_PATH, path_of(signs.url)),
        seen(0.3, f"{clocks} lines that begin with a time", when=clocks > _MOST_CLOCKS),
        seen(-0.9, "its end is past", when=_is_past(signs.ends_at, now)),
    ])  # fmt: skip


def media_page(signs: Signs, text: str) -> Finding:
    """Weigh whether a page is a video, audio or picture page with hardly any text."""
    size = len(text) * (_HAN_FACTOR if _HAN.search(text[:200]) else 1)
    types = _MEDIA_TYPES & signs.types
    return weigh(Reason.MEDIA_PAGE, "a gallery, video or audio page without an article's text", [
        seen(0.3, f"{len(text)} characters of text", when=size < _LITTLE_TEXT),
        seen(-0.9, f"{len(text)} characters of text", when=size > _SOME_TEXT),
        seen(0.4, f"marked up as {', '.join(sorted(types))}", when=bool(types)),
        seen(0.3, f"og:type {signs.og_type}", when=signs.og_type.startswith(("video", "music"))),
        said(0.3, "address", _MEDIA_PATH, path_of(signs.url)),
        *([said(0.3, "called", _MEDIA_NAME, signs.names[0])] if signs.names else []),
        seen(0.2, "a player", when=signs.has_player),
        seen(0.2, f"{signs.pictures} figures", when=signs.pictures >= _MANY_PICTURES),
        seen(-0.4, "marked up as an article", when=signs.is_marked_article),
    ])  # fmt: skip


def stub(signs: Signs, text: str) -> Finding:
    """Weigh whether a text is the beginning of an article whose rest must be paid for: stored, flagged partial."""
    is_han = len(_HAN.findall(text[:500])) * 5 > len(text[:500])
    is_short = len(text) * (_HAN_FACTOR if is_han else 1) < _STUB_TEXT
    words = len(text) if is_han else len(text.split())
    told = signs.told_words or 0
    end = text[-_END:]
    around = signs.prose if len(signs.prose) < _STUB_TEXT else ""
    return weigh(Reason.NO_ARTICLE, "the beginning of an article that must be paid for", [
        seen(0.4, "isAccessibleForFree false", when=signs.is_free is False),
        seen(-0.4, "isAccessibleForFree true", when=signs.is_free is True),
        seen(0.2, f"{len(text)} characters of text", when=is_short),
        seen(0.5, f"{words} of {told} words", when=0 < words < (1 - _MOST_MISSING + 0.1) * told),
        _prompt(end, around),
        said(0.2, "ends in", _CUT, end),
        seen(-0.5, f"{len(text)} characters of text", when=len(text) * (_HAN_FACTOR if is_han else 1) > 4 * _STUB_TEXT),
    ])  # fmt: skip


def _prompt(end: str, around: str) -> Sign | None:
    return said(0.5, "says", _STUB_SAID, end) or said(0.4, "says", _STUB_SAID, around)


def _is_past(printed: str, now: datetime) -> bool:
    try:
        end = isoparse(printed)
    except (ValueError, ParserError, OverflowError):
        return False
    return (end if end.tzinfo else end.replace(tzinfo=now.tzinfo)) < now
