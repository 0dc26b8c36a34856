"""What stands round a body once more: the headline, its kicker, the line of time and source, bylines, editors.

Lines, not elements: for text whose elements are not known. Each rule is about a whole line near the top or the end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines import date_forms

_TOP = 8
"""Lines from the top among which a headline may stand again."""

_LONGEST_META = 90
_MARKS = re.compile(r"\W+")
_META = re.compile(
    r"来源|作者|记者|编辑|责编|发布|阅读|字[号體級级]|分享|评论|收藏|打印|原标题|摘要|推薦|發稿時間|最新更新|^by\s|^source|^updated|^published|"
    r"min(?:ute)? read|share|comments?$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:本报|本网)?(?:记者|作者|文/|文｜|撰文|By)\s?[:：]?\s?\S.{0,40}", re.IGNORECASE)
_AFTER = re.compile(
    r"[【\[（(]?\s?(?:责任?编辑|責任編輯|编辑|編輯|审读|监制|總編輯)\s?[：:].{0,40}|"
    r"(?:-\s)?(?:相关|推荐|热门|热点|更多|精彩|延伸|猜你|大家都在|小编最近|为您推荐|最新)(?:新闻|阅读|推荐|文章|栏目|专题|喜欢|看|猛料).{0,12}|"
    r"分享让更多人看到|点击右上角.{0,12}|.{0,8}免责声明(?:[：:].{0,300})?|特别声明[：:].{0,300}|关键(?:词|字)\s?(?:>>|[：:]).{0,80}|"
    r".{0,30}(?:扫(?:描|一扫)|长按).{0,40}二维码.{0,40}|.{0,30}(?:不得|请勿|請勿)(?:转载|轉載).{0,60}|[標标][題题]\s?[：:].{1,80}|"
    r"(?:总?\s?监\s?制|审\s?[读校核]|校\s?对|责\s?编|出\s?品|统\s?筹)\s?[：:︱｜|]\s?.{1,30}|(?:本期|往期)(?:精彩)?回顾|"
    r"进入【.{1,20}】讨论|[（(]?本文来自.{0,40}(?:APP|客户端|公众号).{0,12}",
)
"""Lines behind which nothing of an article follows, in its second half."""

_ORIGINAL = re.compile(r"(?:-\s)?[（(【\[]?\s?原(?:标|標)?[题題](?:为)?\s?[：:《].{1,120}")
_SENTENCE = re.compile(r"[。！？；]|[.!?;](?:\s|$)|，.*，")


def article_lines(lines: Sequence[str], title: str) -> list[str]:
    """Give the lines without those that repeat the headline or tell who, when and where from.

    >>> article_lines(["要闻", "某公司涨价", "2026-11-24 10:00 来源：某报", "某公司周二宣布涨价。"], "某公司涨价")
    ['某公司周二宣布涨价。']
    """
    return _without_tail(_without_head([stripped for line in lines if (stripped := line.strip())], title))


def _without_head(lines: Sequence[str], title: str) -> list[str]:
    heading = _key(title)
    last = max((number for number, line in enumerate(lines[:_TOP]) if heading and _key(line) == heading), default=None)
    # What stands above the headline is the way to it: section names, a kicker, a bread crumb.
    kept = (
        list(lines) if last is None or any(_SENTENCE.search(line) for line in lines[:last]) else list(lines[last + 1 :])
    )
    kept = [line for number, line in enumerate(kept) if number >= _TOP or _key(line) != heading or not heading]
    kept = [line for line in kept if not _ORIGINAL.fullmatch(line)]
    while kept and _is_meta(kept[0]):
        kept.pop(0)
    return kept


def _without_tail(lines: list[str]) -> list[str]:
    half = sum(map(len, lines)) // 2
    kept, seen = [], 0
    for line in lines:
        if seen >= half and _AFTER.fullmatch(line.removeprefix("- ").strip('"“”')):
            break
        kept.append(line)
        seen += len(line)
    while kept and len(kept) > 1 and _is_meta(kept[-1]):
        kept.pop()
    return kept


def _is_meta(line: str) -> bool:
    """Tell whether a line is about the article rather than of it: short, no sentence, a time or a label in it."""
    if len(line) > _LONGEST_META or _SENTENCE.search(line):
        return False
    if _BYLINE.fullmatch(line):
        return True
    has_time = any(form.search(line) for form in date_forms.WITH_YEAR)
    return (has_time and len(_MARKS.sub("", line)) < 60) or (_META.search(line) is not None and len(line) < 40)  # noqa: PLR2004


def _key(text: str) -> str:
    return _MARKS.sub("", text).lower()
