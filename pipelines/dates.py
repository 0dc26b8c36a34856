"""Times as sources print them: Chinese and English forms, relative ones, numbers since 1970; nothing is invented.

A time is read from the first 200 characters of a text. What is impossible (30 February), too old (before 1990) or in
the future by more than two days is unknown. The forms themselves are in `pipelines.date_forms`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from dateutil import parser as dateutil_parser

from pipelines import date_forms as forms
from storage.types import Precision

_LOOKED_AT = 200
_OLDEST_YEAR = 1990
_AHEAD = timedelta(days=2)
_NOON = 12
_CHINESE_ZONES = {"Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Macau", "Asia/Chongqing", "Asia/Urumqi"}
_CHINA = timezone(timedelta(hours=8), "CST")
_NEW_YORK, _CHICAGO = ZoneInfo("America/New_York"), ZoneInfo("America/Chicago")
_NAMED: dict[str, tzinfo] = {
    "Z": UTC, "UT": UTC, "UTC": UTC, "GMT": UTC, "WET": UTC,
    "ET": _NEW_YORK, "EST": timezone(timedelta(hours=-5), "EST"), "EDT": timezone(timedelta(hours=-4), "EDT"),
    "CT": _CHICAGO, "CST": timezone(timedelta(hours=-6), "CST"), "CDT": timezone(timedelta(hours=-5), "CDT"),
    "MT": ZoneInfo("America/Denver"), "MST": timezone(timedelta(hours=-7), "MST"),
    "MDT": timezone(timedelta(hours=-6), "MDT"),
    "PT": ZoneInfo("America/Los_Angeles"), "PST": timezone(timedelta(hours=-8), "PST"),
    "PDT": timezone(timedelta(hours=-7), "PDT"), "BST": timezone(timedelta(hours=1), "BST"),
    "CET": timezone(timedelta(hours=1), "CET"), "CEST": timezone(timedelta(hours=2), "CEST"),
    "JST": timezone(timedelta(hours=9), "JST"), "HKT": timezone(timedelta(hours=8), "HKT"),
    "SGT": timezone(timedelta(hours=8), "SGT"), "IST": timezone(timedelta(hours=5, minutes=30), "IST"),
    "AEST": timezone(timedelta(hours=10), "AEST"), "AEDT": timezone(timedelta(hours=11), "AEDT"),
}  # fmt: skip
"""Zones by their news names; any other name is as if none stood there: the source's own zone counts."""
_SPELT: dict[str, tzinfo] = {
    "BEIJING": _CHINA, "HONG KONG": _NAMED["HKT"], "LONDON": ZoneInfo("Europe/London"), "NEW YORK": _NEW_YORK,
    "TOKYO": _NAMED["JST"], "SINGAPORE": _NAMED["SGT"], "CENTRAL EUROPEAN": _NAMED["CET"],
    "CENTRAL EUROPEAN SUMMER": _NAMED["CEST"],
    **{
        f"{name}{kind}": _NAMED[f"{name[0]}{kind[1:2]}T"]
        for name in ("EASTERN", "CENTRAL", "MOUNTAIN", "PACIFIC") for kind in ("", " STANDARD", " DAYLIGHT")
    },
}  # fmt: skip
"""Zones as words, without "time"."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A time as a source printed it: `local` is aware where the text told a zone, else the wall clock's."""

    local: datetime
    precision: Precision
    as_printed: str

    @property
    def zoned(self) -> bool:
        """The text told its zone."""
        return self.local.tzinfo is not None


def instant(printed: Printed, zone: ZoneInfo | None) -> datetime | None:
    """Give the moment in UTC; `zone` is that of a text without one, None where nothing tells it: then so is this."""
    if printed.zoned:
        return printed.local.astimezone(UTC)
    return printed.local.replace(tzinfo=zone).astimezone(UTC) if zone is not None else None


def isoformat(printed: Printed, zone: ZoneInfo | None) -> str:
    """Give ISO 8601 as far as the time was told: a day alone, a wall clock, or with the offset of text or zone.

    >>> isoformat(Printed(datetime(2026, 11, 20), Precision.DAY, "2026-11-20"), None)
    '2026-11-20'
    >>> isoformat(Printed(datetime(2022, 3, 15, 11, 38, 8), Precision.SECOND, ""), ZoneInfo("Asia/Shanghai"))
    '2022-03-15T11:38:08+08:00'
    """
    if printed.precision is Precision.DAY:
        return printed.local.date().isoformat()
    local = printed.local if printed.zoned or zone is None else printed.local.replace(tzinfo=zone)
    return local.isoformat()


def read_time(text: str, *, now: datetime, zone: ZoneInfo | None) -> Printed | None:
    """Read the first time in a text; None for none, an impossible one, or one that cannot be.

    `now` (aware) is when the source showed the text: relative times and times without a year count from it. `zone`
    is the source's; "CST" in a Chinese zone, or beside Chinese words, is UTC+8.

    >>> now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    >>> read_time("2022年03月15日 23:09", now=now, zone=None).local
    datetime.datetime(2022, 3, 15, 23, 9)
    >>> read_time("2022-02-30 10:00", now=now, zone=None) is None
    True
    """
    looked_at = text[:_LOOKED_AT]
    if forms.FULL_WIDTH.search(looked_at):
        looked_at = unicodedata.normalize("NFKC", looked_at)[:_LOOKED_AT]
    looked_at = _in_figures(looked_at)
    here = now.astimezone(zone or UTC)
    is_chinese = (zone is not None and zone.key in _CHINESE_ZONES) or forms.HAN.search(looked_at) is not None
    read = _read(looked_at, here, is_chinese=is_chinese)
    if read is None:
        return None
    local, precision, printed = read
    if local.tzinfo is None and precision is not Precision.DAY and "北京时间" in looked_at:
        local, printed = local.replace(tzinfo=_CHINA), looked_at
    moment = local if local.tzinfo is not None else local.replace(tzinfo=zone or UTC)
    return Printed(local, precision, printed.strip()) if _can_be(moment, now) else None


def _in_figures(text: str) -> str:
    """Give the text with a date in Chinese numerals, or of the Republic of China's years, in figures.

    >>> _in_figures("二〇二四年三月十五日"), _in_figures("民國113年3月5日")
    ('2024年3月15日', '2024年3月5日')
    """
    western = forms.REPUBLIC_YEAR.sub(lambda match: str(1911 + _figures(match["year"])), text)
    if western == text and forms.HAN_YEAR.search(text) is None:
        return text
    text = forms.HAN_YEAR.sub(lambda match: match[0].translate(forms.HAN_DIGITS), western)
    return forms.HAN_NUMBER.sub(lambda match: str(_figures(match[0])), text)


def _figures(numeral: str) -> int:
    """Give a number below 1,000 that stands in figures, in Chinese numerals, or as its digits alone."""
    if numeral == "元":
        return 1
    total = 0
    for unit, value in (("百", 100), ("十", 10)):
        before, found, after = numeral.partition(unit)
        if found:
            total += int(before.translate(forms.HAN_DIGITS) or 1) * value
            numeral = after
    return total + int(numeral.translate(forms.HAN_DIGITS) or 0)


def is_finer(one: Printed, other: Printed, zone: ZoneInfo | None) -> bool:
    """Tell whether `one` tells the same time as `other` more exactly: its minute where that has the day."""
    if _FINENESS.index(one.precision) <= _FINENESS.index(other.precision):
        return False
    unit = other.local.tzinfo or zone
    local = one.local.astimezone(unit) if one.zoned and unit is not None else one.local
    keep = {Precision.DAY: 10, Precision.HOUR: 13, Precision.MINUTE: 16}[other.precision]
    return local.isoformat()[:keep] == other.local.isoformat()[:keep]


_FINENESS = (Precision.DAY, Precision.HOUR, Precision.MINUTE, Precision.SECOND)
_Read = tuple[datetime, Precision, str]


def _can_be(moment: datetime, now: datetime) -> bool:
    try:
        return moment.year >= _OLDEST_YEAR and moment.astimezone(UTC) <= now + _AHEAD
    except OverflowError:
        return False


def _since_1970(match: re.Match[str]) -> _Read:
    moment = datetime.fromtimestamp(int(match["seconds"]), UTC)
    return moment.replace(microsecond=int((match["fraction"] or "0").ljust(6, "0")[:6])), Precision.SECOND, match[0]


def _read(text: str, here: datetime, *, is_chinese: bool) -> _Read | None:
    """Read by the first form that stands in the text; where it tells an impossible time, no other one is guessed."""
    if (match := forms.EPOCH.fullmatch(text)) is not None:
        return _since_1970(match)
    for form in forms.WITH_YEAR:
        if (match := form.search(text)) is not None:
            return _built(match, _year(match["year"]), is_chinese=is_chinese)
    for form in forms.YEARLESS:
        if (match := form.search(text)) is not None:
            return _latest(match, here, is_chinese=is_chinese)
    if forms.ENGLISH_HINT.search(text):
        return _by_dateutil(text, is_chinese=is_chinese)
    return _relative(text, here, is_chinese=is_chinese)


def _year(digits: str) -> int:
    """Give the year; one of two digits by RFC 2822, 4.3."""
    if len(digits) > 2:  # noqa: PLR2004
        return int(digits)
    return int(digits) + (2000 if int(digits) < 50 else 1900)  # noqa: PLR2004


def _built(match: re.Match[str], year: int, *, is_chinese: bool) -> _Read | None:
    parts = match.groupdict()
    month = forms.MONTHS[parts["name"].lower()] if parts.get("name") else int(parts["month"])
    clock = _clock(parts)
    if clock is None:
        return None
    since_midnight, precision = clock
    try:
        local = datetime(year, month, int(parts["day"])) + since_midnight
    except (ValueError, OverflowError):
        return None
    zone = _zone(parts.get("zone"), is_chinese=is_chinese) if precision is not Precision.DAY else None
    return local.replace(tzinfo=zone), precision, match[0]


def _clock(parts: dict[str, str | None]) -> tuple[timedelta, Precision] | None:
    """Give the time since midnight and its precision; None for a clock that cannot be. 24:00 is the end of the day."""
    if parts.get("hour") is None:
        return timedelta(), Precision.DAY
    hour, minute, second = (
        30 if parts.get(name) == "半" else int(parts.get(name) or 0) for name in ("hour", "minute", "second")
    )
    half, ampm = parts.get("half") or "", (parts.get("ampm") or "").lower()
    if half in {"晚上", "夜间"} and hour == _NOON:
        return None  # midnight, of which day nobody can tell
    if ((half in forms.AFTERNOON or ampm == "p") and hour < _NOON) or (half == "中午" and hour < _NOON - 2):
        hour += _NOON
    elif (ampm == "a" or half in {"凌晨", "上午"}) and hour == _NOON:
        hour = 0
    if hour > 23 and (hour, minute, second, half, ampm) != (24, 0, 0, "", ""):  # noqa: PLR2004
        return None
    if minute > 59 or second > 60:  # noqa: PLR2004
        return None
    micro = int((parts.get("fraction") or "0").ljust(6, "0")[:6])
    told = [name for name in ("hour", "minute", "second") if parts.get(name) is not None]
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59), microseconds=micro), Precision(told[-1])


def _zone(name: str | None, *, is_chinese: bool) -> tzinfo | None:
    if not name:
        return None
    if name == "CST" and is_chinese:
        return _CHINA
    spelt = name.upper().rstrip(".").removesuffix(" TIME")
    if (named := _NAMED.get(spelt) or _SPELT.get(spelt)) is not None:
        return named
    offset = forms.OFFSET.fullmatch(name)
    if offset is None:
        return None
    hours, minutes = int(offset["hours"]), int(offset["minutes"] or 0)
    if hours > 14 or minutes > 59:  # noqa: PLR2004
        return None
    # "GMT+8" is eight hours ahead here, as people mean it; POSIX and dateutil read it the other way round.
    sign = -1 if offset["sign"] == "-" else 1
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def _latest(match: re.Match[str], here: datetime, *, is_chinese: bool) -> _Read | None:
    """A day without a year is its latest one that is not in the future."""
    for year in range(here.year + 1, here.year - 9, -1):  # 29 February may be eight years back
        read = _built(match, year, is_chinese=is_chinese)
        if read is not None and read[0].replace(tzinfo=here.tzinfo) <= here + timedelta(days=1):
            return read
    return None


def _relative(text: str, here: datetime, *, is_chinese: bool) -> _Read | None:
    if (match := forms.AGO.search(text)) is not None:
        return _ago(match, here)
    if (match := forms.JUST_NOW.search(text)) is not None:
        return here.replace(second=0, microsecond=0), Precision.MINUTE, match[0]
    if (match := forms.OF_A_WEEK.fullmatch(text)) is not None:
        weekday = forms.WEEKDAYS.index(match["weekday"].replace("天", "日"))
        back = here.weekday() - weekday + (7 if match["week"] == "上" else 0)
        return _on_day(match, here - timedelta(days=back), is_chinese=is_chinese)
    for match in (*(form.search(text) for form in forms.DAY_WORD), forms.ENGLISH_DAY.fullmatch(text)):
        if match is not None:
            day = here - timedelta(days=forms.DAYS_BACK[match["word"].lower()])
            return _on_day(match, day, is_chinese=is_chinese)
    if (match := forms.CLOCK_ALONE.fullmatch(text)) is not None:
        return _last_time_of_day(match, here, is_chinese=is_chinese)
    return None


def _ago(match: re.Match[str], here: datetime) -> _Read:
    seconds, precision = forms.UNITS[match["unit"][:1].lower()]
    if match["number"] == "半":
        seconds, precision = seconds // 2, forms.UNITS["小" if match["unit"] == "天" else "分"][1]
    number = int(match["number"]) if match["number"].isdecimal() else 1
    moment = here - timedelta(seconds=seconds * number)
    hour = 0 if precision is Precision.DAY else moment.hour
    minute = moment.minute if precision is Precision.MINUTE else 0
    return moment.replace(hour=hour, minute=minute, second=0, microsecond=0), precision, match[0]


def _on_day(match: re.Match[str], day: datetime, *, is_chinese: bool) -> _Read | None:
    clock = _clock(match.groupdict())
    if clock is None:
        return None
    since_midnight, precision = clock
    zone = _zone(match["zone"], is_chinese=is_chinese)
    local = day.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=zone) + since_midnight
    return local, precision, match[0]


def _last_time_of_day(match: re.Match[str], here: datetime, *, is_chinese: bool) -> _Read | None:
    read = _on_day(match, here, is_chinese=is_chinese)
    if read is None or read[0] <= (here if read[0].tzinfo is not None else here.replace(tzinfo=None)):
        return read
    return read[0] - timedelta(days=1), read[1], read[2]


def _by_dateutil(text: str, *, is_chinese: bool) -> _Read | None:
    """Read English forms that ours do not know; only with day, month and year all told."""
    zones: list[tuple[str | None, int | None]] = []

    def note(name: str | None, offset: int | None) -> None:
        # Asked for every text; dateutil's own answer would be the machine's zone, or none with a warning.
        zones.append((name, offset))

    blank, other = datetime(1, 1, 1), datetime(2, 2, 2, 1, 1, 1)
    plain = forms.SIGNED_GMT.sub(r" \1", text)  # dateutil reads "GMT+8" the other way round
    try:
        read, again = (dateutil_parser.parse(plain, default=default, tzinfos=note) for default in (blank, other))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None
    told = [unit for unit in ("hour", "minute", "second") if getattr(read, unit) == getattr(again, unit)]
    if read.date() != again.date():
        return None
    name, offset = zones[0]
    zone = _zone(name, is_chinese=is_chinese) if name else timezone(timedelta(seconds=offset)) if offset else None
    return read.replace(tzinfo=zone if told else None), Precision(told[-1]) if told else Precision.DAY, text
