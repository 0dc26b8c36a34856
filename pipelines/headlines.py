"""What stands round a body once more: the headline, its kicker, the line of time and source, bylines, editors.

Lines, not elements: for text whose elements are not known. Each rule is about a whole line near the top or the end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines import date_forms
from pipelines.boilerplate import is_boilerplate, is_last

_TOP = 8
"""Lines from the top among which a headline may stand again."""

_MOSTLY = 3
"""How often as much prose must stand above a line that ends an article as below it."""

_LONGEST_META = 90
_MARKS = re.compile(r"\W+")
_META = re.compile(
    r"来源|作者|记者|编辑|责编|发布|阅读|字[号體級级]|分享|评论|收藏|打印|原标题|摘要|推薦|發稿時間|最新更新|^by\s|^source|^updated|^published|"
    r"min(?:ute)? read|share|comments?$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:本报|本网)?(?:记者|作者|文/|文｜|撰文|By)\s?[:：]?\s?\S.{0,40}", re.IGNORECASE)
_REPORTED_FROM = re.compile(
    r"[〔【\[(（]?(?:記者|记者|編譯|编译|特派員|特派记者|實習記者|實習編輯|綜合)[^，。]{1,30}[／/｜|╱][^，。]{0,16}(?:報導|报道|報道|電|撰稿)[〕】\])）]?"
)
_AFTER = re.compile(
    r"[【\[（(]?\s?(?:责任?编辑|責任編輯|编辑|編輯|审读|监制|總編輯)\s?[：:].{0,40}|"
    r"(?:-\s)?[【\[]?(?:相关|相關|推荐|推薦|热门|熱門|热点|熱點|更多|精彩|延伸|猜你|大家都在|小编最近|为您推荐|最新|关联|關聯)(?:新闻|新聞|阅读|閱讀|推荐|推薦|文章|報導|报道|栏目|欄目|专题|專題|内容|內容|喜欢|看|猛料).{0,12}|"
    r"分享让更多人看到|点击右上角.{0,12}|.{0,8}免责声明(?:[：:].{0,300})?|特别声明[：:].{0,300}|关键(?:词|字)\s?(?:>>|[：:]).{0,80}|"
    r".{0,30}(?:扫(?:描|一扫)|长按).{0,40}二维码.{0,40}|.{0,30}(?:不得|请勿|請勿)(?:转载|轉載).{0,60}|[標标][題题]\s?[：:].{1,80}|"
    r"(?:总?\s?监\s?制|审\s?[读校核]|校\s?对|责\s?编|出\s?品|统\s?筹)\s?[：:︱｜|]\s?.{1,30}|(?:本期|往期)(?:精彩)?回顾|"
    r"进入【.{1,20}】讨论|[（(]?本文来自.{0,40}(?:APP|客户端|公众号).{0,12}",
)
"""Lines behind which nothing of an article follows, in its second half."""

_ORIGINAL = re.compile(r"(?:-\s)?[（(【\[]?\s?(?:原(?:标|標)?[题題](?:为)?|原创)\s?[：:《].{1,120}")
_Numbered = tuple[int, str]
"""A line and its place among all."""

_SENTENCE = re.compile(r"[。！？；]|[.!?;](?:\s|$)|，.*，")


def article_lines(lines: Sequence[str], title: str) -> list[str]:
    """Give the lines without those that repeat the headline or tell who, when and where from.

    >>> article_lines(["要闻", "某公司涨价", "2026-11-24 10:00 来源：某报", "某公司周二宣布涨价。"], "某公司涨价")
    ['某公司周二宣布涨价。']
    """
    return [lines[number].strip() for number in article_numbers(lines, title)]


def article_numbers(lines: Sequence[str], title: str) -> list[int]:
    """Give which of the lines `article_lines` keeps."""
    numbered = [(number, stripped) for number, line in enumerate(lines) if (stripped := line.strip())]
    above = [one for one in numbered[: _end(numbered)] if not is_boilerplate(one[1])]
    kept = _without_head(above, title)
    while len(kept) > 1 and (_is_meta(kept[-1][1]) or is_last(kept[-1][1])):
        kept.pop()
    return [number for number, _ in kept]


def _without_head(lines: list[_Numbered], title: str) -> list[_Numbered]:
    heading = _key(title)
    last = max(
        (place for place, (_, line) in enumerate(lines[:_TOP]) if heading and _key(line) == heading), default=None
    )
    # What stands above the headline is the way to it: section names, a kicker, a bread crumb.
    is_below = last is not None and not any(_SENTENCE.search(line) for _, line in lines[:last])
    kept = lines[last + 1 :] if is_below and last is not None else lines
    kept = [one for place, one in enumerate(kept) if place >= _TOP or _key(one[1]) != heading or not heading]
    kept = [one for one in kept if not _ORIGINAL.fullmatch(one[1])]
    start = next((place for place, (_, line) in enumerate(kept) if not _is_meta(line)), len(kept))
    return kept[start:]


def _end(lines: Sequence[_Numbered]) -> int:
    """Give the place of the line that ends the article: half of all, or most of the prose, stands above it."""
    below = sum(len(line) for _, line in lines if _SENTENCE.search(line))
    above, seen, half = 0, 0, sum(len(line) for _, line in lines) // 2
    for place, (_, line) in enumerate(lines):
        ends = _AFTER.fullmatch(line.removeprefix("- ").strip('"“”'))
        if ends and (seen >= half or above > _MOSTLY * below):
            return place
        if _SENTENCE.search(line):
            above, below = above + len(line), below - len(line)
        seen += len(line)
    return len(lines)


def _is_meta(line: str) -> bool:
    """Tell whether a line is about the article rather than of it: short, no sentence, a time or a label in it."""
    if len(line) > _LONGEST_META or _SENTENCE.search(line):
        return False
    if _BYLINE.fullmatch(line) or _REPORTED_FROM.fullmatch(line):
        return True
    has_time = any(form.search(line) for form in date_forms.WITH_YEAR)
    return (has_time and len(_MARKS.sub("", line)) < 60) or (_META.search(line) is not None and len(line) < 40)  # noqa: PLR2004


def _key(text: str) -> str:
    return _MARKS.sub("", text).lower()
