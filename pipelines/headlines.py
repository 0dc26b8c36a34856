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
    r"来源|作者|记者|编辑|责编|发布|阅读|字号|分享|评论|收藏|打印|原标题|摘要|^by\s|^source|^updated|^published|"
    r"min(?:ute)? read|share|comments?$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:本报|本网)?(?:记者|作者|文/|文｜|撰文|By)\s?[:：]?\s?\S.{0,40}", re.IGNORECASE)
_SENTENCE = re.compile(r"[。！？；]|[.!?;](?:\s|$)|，.*，")


def article_lines(lines: Sequence[str], title: str) -> list[str]:
    """Give the lines without those that repeat the headline or tell who, when and where from.

    >>> article_lines(["要闻", "某公司涨价", "2026-11-24 10:00 来源：某报", "某公司周二宣布涨价。"], "某公司涨价")
    ['某公司周二宣布涨价。']
    """
    return _without_tail(_without_head(lines, title))


def _without_head(lines: Sequence[str], title: str) -> list[str]:
    heading = _key(title)
    last = max((number for number, line in enumerate(lines[:_TOP]) if heading and _key(line) == heading), default=None)
    # What stands above the headline is the way to it: section names, a kicker, a bread crumb.
    kept = (
        list(lines) if last is None or any(_SENTENCE.search(line) for line in lines[:last]) else list(lines[last + 1 :])
    )
    kept = [line for number, line in enumerate(kept) if number >= _TOP or _key(line) != heading or not heading]
    while kept and _is_meta(kept[0]):
        kept.pop(0)
    return kept


def _without_tail(lines: list[str]) -> list[str]:
    kept = list(lines)
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
