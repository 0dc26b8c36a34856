"""The written forms of times, as regular expressions that take linear time; `pipelines.dates` gives them meaning."""

# ruff: noqa: E501  # a form is read whole

from __future__ import annotations

import re

from storage.types import Precision

HAN = re.compile("[\u4e00-\u9fff]")
AFTERNOON = {"下午", "傍晚", "晚上", "夜间"}
FULL_WIDTH = re.compile("[０-９]")
DAYS_BACK = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "大前天": 3, "today": 0, "yesterday": 1}
UNITS = {
    "秒": (1, Precision.MINUTE), "分": (60, Precision.MINUTE), "小": (3600, Precision.HOUR),
    "天": (86400, Precision.DAY), "s": (1, Precision.MINUTE), "m": (60, Precision.MINUTE), "h": (3600, Precision.HOUR),
    "d": (86400, Precision.DAY), "周": (604800, Precision.DAY), "星": (604800, Precision.DAY),
    "w": (604800, Precision.DAY),
}  # fmt: skip
MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1,
    )
    for name in names.split()
}  # fmt: skip

_HALF = r"(?P<half>凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|夜间)?"
_AMPM = r"(?:\s?(?P<ampm>[ap])\.?\s?m\b\.?)?"
_ZONE = (
    r"(?:\s?\(?(?P<zone>(?:UTC|GMT)\s?[+-]\s?\d{1,2}(?::?\d{2})?|[+-]\d{2}:?\d{2}(?!\d)|[+-]\d{2}(?![\d:])|(?:z|utc|gmt)\b|(?-i:[A-Z]{2,5})\b|"
    r"(?:beijing|hong kong|london|new york|tokyo|singapore|central european(?: summer)?) time\b|"
    r"(?-i:Eastern|Central|Mountain|Pacific)(?: (?:standard|daylight))?(?: time)?\b(?!(?-i: (?!on\b)[a-z]))))?"
)
_CLOCK = r"(?P<hour>\d{1,2})(?:\s?[:：]\s?(?P<minute>\d{2})(?:\s?[:：]\s?(?P<second>\d{2})(?:[:：.,](?P<fraction>\d{1,9}))?)?(?!\d))"
_HAN_CLOCK = (
    r"(?P<han_hour>\d{1,2})\s?[时時点點]\s?(?:(?P<han_minute>\d{1,2}|半)\s?分?(?:\s?(?P<han_second>\d{1,2})\s?秒)?)?"
)


def _time(clock: str) -> str:
    return rf"(?:[T\s，,|]{{0,5}}(?:at\s)?[(（]?(?:周[一二三四五六日天]|星期[一二三四五六日天])?[)）]?\s{{0,3}}{_HALF}\s{{0,3}}{clock}{_AMPM}{_ZONE})?"


_HAN_TIME = _HAN_CLOCK.replace("han_", "")
_DATE = r"(?<![\d])(?P<year>\d{4})\s?(?:年|[-/.])\s?(?P<month>\d{1,2})\s?(?:月|[-/.])\s?(?P<day>\d{1,2})(?!\d|\s?[:：])\s?日?"
_MONTH = "(?P<name>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_DOT = r"\.(?=\d{2}(?:\s?(?:[ap]\.?\s?m\b|GMT|BST|UTC|ET\b|E[SD]T|CES?T)|\s{0,9}$))"
"""British clocks have a dot, and so have amounts: what stands behind tells."""
_ENGLISH_TIME = rf"(?:[\s,]{{0,3}}(?:at|@|-|\||T)?\s{{0,3}}(?P<hour>\d{{1,2}})(?:(?::|{_DOT})(?P<minute>\d{{2}})(?::(?P<second>\d{{2}})(?:\.(?P<fraction>\d{{1,9}}))?)?|(?=\s?[ap]\.?\s?m))(?![\d:]){_AMPM}{_ZONE})?"
_TIME_BEFORE = rf"(?:(?<![\d.:])(?P<hour>\d{{1,2}})(?:(?::|{_DOT})(?P<minute>\d{{2}})(?::(?P<second>\d{{2}}))?|(?=\s?[ap]\.?\s?m)){_AMPM}{_ZONE}[\s,]{{1,3}}(?:on\s)?(?:[A-Z][a-z]{{2,8}},?\s{{1,3}})?)"


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_HAN_CLOCK_AHEAD = rf"(?=[T\s，,|]{{0,5}}[(（]?(?:周.|星期.)?[)）]?\s{{0,3}}{_HALF.replace('P<half>', ':')}\s{{0,3}}\d{{1,2}}\s?[时時点點])"

WITH_YEAR = (
    _form(_DATE + rf"(?=[T\s，,|]{{0,5}}(?:周.|星期.)?\s{{0,3}}{_HALF.replace('P<half>', ':')}\s{{0,3}}\d{{1,2}}\s?[时時点點])" + _time(_HAN_TIME)),
    # ISO 8601: the hour alone.
    _form(_DATE + r"T(?P<hour>\d{2})(?![\d:])" + _ZONE),
    _form(r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})T(?P<hour>\d{2})(?![\d:])" + _ZONE),
    _form(_DATE + _time(_CLOCK)),
    _form(r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?:\.\d{1,9})?" + _ZONE + r")?(?!\d)"),
    _form(rf"{_TIME_BEFORE}{_MONTH}\s{{0,3}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s,]{{1,3}}(?P<year>\d{{4}})(?!\d)"),
    _form(rf"{_TIME_BEFORE}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s{{1,3}}{_MONTH}[\s,]{{1,3}}(?P<year>\d{{4}})(?!\d)"),
    _form(rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s.,/-]{{1,3}}(?:of\s)?{_MONTH}[\s.,/-]{{0,3}}(?P<year>\d{{4}})(?!\d){_ENGLISH_TIME}"),
    _form(rf"\b{_MONTH}\s{{0,3}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s,]{{1,3}}(?P<year>\d{{4}})(?!\d){_ENGLISH_TIME}"),
    # C's asctime(), Unix date and Java: "Tue Nov 24 08:30:00 UTC 2026".
    _form(rf"\b{_MONTH}\s{{1,3}}(?P<day>\d{{1,2}})\s{{1,3}}(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::(?P<second>\d{{2}}))?{_ZONE}\s{{1,3}}(?P<year>\d{{4}})(?!\d)"),
    # RFC 822 and 850: years of two digits, as RSS 0.9x has them.
    _form(rf"(?<!\d)(?P<day>\d{{1,2}})[\s-]{_MONTH}[\s-](?P<year>\d{{2}})\s{{1,3}}(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::(?P<second>\d{{2}}))?(?![\d:]){_ZONE}"),
)  # fmt: skip
"""Forms with a year, each tried in this order; the first that stands in the text counts."""

_MONTH_AND_DAY = r"(?<![\d.:/年-])(?P<month>\d{1,2})(?:\s?月\s?|[-/](?=\d{1,2}\s{1,3}\d{1,2}:))(?P<day>\d{1,2})(?![\d/:：-])(?!\s[:：])\s?[日号]?"
YEARLESS = (_form(_MONTH_AND_DAY + _HAN_CLOCK_AHEAD + _time(_HAN_TIME)), _form(_MONTH_AND_DAY + _time(_CLOCK)))
"""A month and a day; in figures only with a time of day behind them: 3-5 alone is a score or a range."""
_DAY = r"(?P<word>今天|今日|昨天|昨日|大前天|前天)(?=[^\u4e00-\u9fff]|$|[周星凌清早上中下傍晚夜]|发布|更新)"
"""Not the beginning of a name: 今日头条."""
DAY_WORD = (_form(_DAY + _HAN_CLOCK_AHEAD + _time(_HAN_TIME)), _form(_DAY + _time(_CLOCK)))
ENGLISH_DAY = _form(
    rf"[^\w]{{0,5}}(?:(?:published|updated|posted)\s{{0,3}}:?\s{{0,3}})?(?P<word>today|yesterday){_ENGLISH_TIME}[^\w]{{0,5}}"
)
"""Alone: USA Today is a newspaper."""
CLOCK_ALONE = _form(
    rf"[^\w]{{0,5}}(?:(?:发布|更新)?(?:于|时间)?|published|updated|posted|at)\s{{0,3}}[:：]?\s{{0,3}}"
    rf"(?P<hour>\d{{1,2}})[:：](?P<minute>\d{{2}})(?:[:：](?P<second>\d{{2}}))?(?![\d:]){_AMPM}{_ZONE}\s{{0,9}}(?:来源.{{0,40}})?"
)
"""A time of day and nothing else: inside a sentence it is a score, a length, or any other time."""
AGO = _form(
    r"(?<!\d)(?P<number>\d{1,4}|半|\ban?)\s?个?(?P<unit>秒钟?|分钟?|小时|天|周|星期|weeks?|wks?|sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|days?)\s?(?:之?前|ago)"
)
JUST_NOW = _form(r"刚刚|刚才|just now")
OF_A_WEEK = _form(
    r"[^\w]{0,5}(?P<week>上|本|这)个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])" + _time(_CLOCK) + r"[^\w]{0,5}"
)
"""Alone: in a sentence it is when something else happened."""
WEEKDAYS = "一二三四五六日天"
EPOCH = re.compile(
    r"\s{0,9}(?:/Date\()?(?P<seconds>[1-9]\d{8,9})(?P<fraction>\d{3}|\d{6}|\d{9})?"
    r"(?:\.\d{1,9})?(?:[+-]\d{4})?(?:\)/)?\s{0,9}"
)
"""Seconds since 1970, or their thousandths, millionths, billionths; also as .NET's JSON has them."""
HAN_YEAR = re.compile(r"[〇零○一二三四五六七八九]{4}(?=\s?年)")
REPUBLIC_YEAR = re.compile(r"(?:中[华華])?民[国國]\s?(?P<year>元|\d{1,3}|[〇零○一二三四五六七八九十百]{1,5})\s?(?=年)")
HAN_NUMBER = re.compile(r"[〇零○一二三四五六七八九十]{1,3}(?=\s?[月日号號时時点點分秒])")
HAN_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
SIGNED_GMT = _form(r"\b(?:UTC|GMT)\s?([+-])(?=\d)")
OFFSET = _form(r"(?:UTC|GMT)?\s?(?P<sign>[+-])\s?(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?")
ENGLISH_HINT = _form(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b.{0,40}\d{4}|\d{4}.{0,40}\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
