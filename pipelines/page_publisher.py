"""Who a page says that it is from: 来源 where it prints one, then its markup, then the site's own name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines import date_forms
from pipelines.dateline import Named
from pipelines.json_ld import Linked
from pipelines.markup import plain
from pipelines.meta import Meta
from pipelines.publisher import LABEL, canonical_publisher, printed_publisher_in

_SOURCE_META = ("source", "mediaid", "article:source", "dc.source", "og:source", "contentsource")
_SOURCE_NAME = re.compile(r"(?:^|[\s_-])source(?:$|[\s_-])", re.IGNORECASE)
_LONGEST_NAME = 80
_LONGEST_PUBLISHER = 30
_LONGEST_DATELINE_NAME = 16
_SOURCE_LABEL = re.compile(rf"^{LABEL}\s*[：:]?\s*")
_SIZES = re.compile(r"(?:【?字号|字體|字級).*$")
_SOURCE_WITHIN = re.compile(
    r"(?:来源于?|來源|稿源|出处|出處)\s?[：:]\s?([^\s\d：:|｜，,。（()）【】]{2,20}?)(?=[\s\d|｜，,。（()）【】]|作者|责任|编辑|责编|时间|日期|$)"
)
_PAPER = re.compile(
    r"[\w·—《》-]{2,14}(?:报|報|網|网|社|新闻|新聞|周刊|杂志|雜誌|电视台|電視台|客户端|在线|财经|财讯)(?:网络版|海外版)?"
)
_BUTTON = re.compile("下载|下載|打开|打開|登录|登錄|注册|扫码|分享|订阅|評論|评论")
_LINE_SIGNS = re.compile(r"[\s|｜/／【】（）()\[\]•]+")


def read_publisher(linked: Linked, meta: Meta, named: Sequence[Named], lines: Sequence[str]) -> tuple[str, str]:
    """Give the publisher as printed, and the place that told it; `lines` stand below the headline or are named so."""
    sources = [_unlabelled(one.text) for one in named if _SOURCE_NAME.search(one.name)]
    author = meta.first("article:author")
    told = (
        ("page", map(_labelled, lines)),
        ("meta", map(_unlabelled, meta.every(*_SOURCE_META))),
        ("page", sources),
        ("meta", [author] if _PAPER.fullmatch(author) else []),
        ("page", map(_beside_the_time, lines)),
        ("json-ld", (name[:_LONGEST_NAME] for name in linked.names_of("publisher"))),
        ("og", [meta.first("og:site_name")[:_LONGEST_NAME]]),
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
        part = _SOURCE_LABEL.sub("", part)  # noqa: PLW2901
        if _BUTTON.search(part):
            continue
        if 1 < len(part) <= _LONGEST_DATELINE_NAME and (_PAPER.fullmatch(part) or canonical_publisher(part) != part):
            return part
    return ""
