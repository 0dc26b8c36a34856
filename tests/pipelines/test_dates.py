"""Times as sources print them: read exactly, with their precision, and never invented."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.dates import instant, isoformat, read_time
from storage.types import Precision

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)  # 17:00 in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-03-15T11:38:08+08:00", "2022-03-15T11:38:08+08:00"),
        ("2022/03/15 23:09:56", "2022-03-15T23:09:56+08:00"),
        ("2022-03-15 23:09", "2022-03-15T23:09:00+08:00"),
        ("2026年08月19日 17:46", "2026-08-19T17:46:00+08:00"),
        ("2021年3月5日 9:05", "2021-03-05T09:05:00+08:00"),
        ("2021年03月05日", "2021-03-05"),
        ("2026年8月19日 下午3点30分", "2026-08-19T15:30:00+08:00"),
        ("今天 16:25", "2026-11-24T16:25:00+08:00"),
        ("昨天 08:01", "2026-11-23T08:01:00+08:00"),
        ("前天", "2026-11-22"),
        ("3小时前", "2026-11-24T14:00:00+08:00"),
        ("5分钟前", "2026-11-24T16:55:00+08:00"),
        ("刚刚", "2026-11-24T17:00:00+08:00"),
        ("09月28日 23:54", "2026-09-28T23:54:00+08:00"),
        ("12-28 23:54", "2025-12-28T23:54:00+08:00"),
        ("16:25", "2026-11-24T16:25:00+08:00"),
        ("23:59", "2026-11-23T23:59:00+08:00"),
        ("2026-07-27 07:53:06:817", "2026-07-27T07:53:06.817000+08:00"),
        ("1653829208000", "2022-05-29T13:00:08+00:00"),
        ("1773275292", "2026-03-12T00:28:12+00:00"),
        ("发布时间：2022-03-15 10:00 来源：某报", "2022-03-15T10:00:00+08:00"),
        ("Nov 24, 2026, 9:30 a.m. ET", "2026-11-24T09:30:00-05:00"),
        ("24 November 2026", "2026-11-24"),
        ("Updated 3:04 PM EST, Tue November 24, 2026", "2026-11-24T15:04:00-05:00"),
        ("Tue, 24 Nov 2026 08:00:00 GMT", "2026-11-24T08:00:00+00:00"),
        ("2026-11-20 10:00:00 GMT+8", "2026-11-20T10:00:00+08:00"),
        ("2026-11-20 10:00 CST", "2026-11-20T10:00:00+08:00"),
        ("2026-11-20 10:00 XYZ", "2026-11-20T10:00:00+08:00"),
        ("2026-11-20T10:00:00z", "2026-11-20T10:00:00+00:00"),
        ("10:00:00 GMT", "2026-11-23T10:00:00+00:00"),
        ("今天 下午3点", "2026-11-24T15:00:00+08:00"),
        ("昨天 9点30分", "2026-11-23T09:30:00+08:00"),
        ("09月28日 9点30分", "2026-09-28T09:30:00+08:00"),
        ("2026年11月20日(星期五) 10:30", "2026-11-20T10:30:00+08:00"),
        ("2022年3月15日 中午1点", "2022-03-15T13:00:00+08:00"),
        ("Nov 20, 2026 5 min read", "2026-11-20"),
        ("2022年3月15日下午3点半", "2022-03-15T15:30:00+08:00"),
        ("２０２２－０３－１５　１０：００", "2022-03-15T10:00:00+08:00"),
        ("大前天", "2026-11-21"),
        ("10秒钟前", "2026-11-24T16:59:00+08:00"),
        ("半小时前", "2026-11-24T16:30:00+08:00"),
        ("an hour ago", "2026-11-24T16:00:00+08:00"),
        ("Yesterday at 3:04 PM", "2026-11-23T15:04:00+08:00"),
        ("2月29日 10:00", "2024-02-29T10:00:00+08:00"),
        ("Sun, 19 May 02 15:21:36 GMT", "2002-05-19T15:21:36+00:00"),
        ("Tuesday, 24-Nov-26 08:00:00 GMT", "2026-11-24T08:00:00+00:00"),
        ("Tue Nov 24 08:30:00 UTC 2026", "2026-11-24T08:30:00+00:00"),
        ("Tue Nov 24 08:30:00 CST 2026", "2026-11-24T08:30:00+08:00"),
        ("Tue Nov 24 08:30:00 2026", "2026-11-24T08:30:00+08:00"),
        ("2026-Nov-20 10:00:05 EST", "2026-11-20T10:00:05-05:00"),
        ("20260531172555", "2026-05-31T17:25:55+08:00"),
        ("1653829208000000", "2022-05-29T13:00:08+00:00"),
        ("1653829208123456789", "2022-05-29T13:00:08.123456+00:00"),
        ("/Date(1653829208000+0800)/", "2022-05-29T13:00:08+00:00"),
        ("2026-11-20 24:00", "2026-11-21T00:00:00+08:00"),
        ("2026年11月20日24时", "2026-11-21T00:00:00+08:00"),
        ("2026-12-31T24:00:00", None),
        ("昨天 24:00", "2026-11-24T00:00:00+08:00"),
        ("2026-11-20 上午12:05", "2026-11-20T00:05:00+08:00"),
        ("2026-11-20 下午12:05", "2026-11-20T12:05:00+08:00"),
        ("2026-11-20 晚上8:05", "2026-11-20T20:05:00+08:00"),
        ("2026-11-20T10Z", "2026-11-20T10:00:00+00:00"),
        ("20261120T10", "2026-11-20T10:00:00+08:00"),
        ("2026-11-20 at 10:30", "2026-11-20T10:30:00+08:00"),
        ("2026-11-20T10:00:00+24:00", "2026-11-20T10:00:00+08:00"),
        ("1周前", "2026-11-17"),
        ("2 weeks ago", "2026-11-10"),
        ("上周五 10:30", "2026-11-20T10:30:00+08:00"),
        ("上星期天", "2026-11-22"),
        ("二〇二四年三月五日", "2024-03-05"),
        ("二零二四年十二月三十一日 上午九时三十分", "2024-12-31T09:30:00+08:00"),
        ("民國113年3月5日", "2024-03-05"),
        ("中華民國一一三年三月廿五日", None),
        ("中華民國113年03月05日 10:30", "2024-03-05T10:30:00+08:00"),
    ],
)
def test_a_printed_time_is_read_in_the_zone_of_its_source(text: str, expected: str | None) -> None:
    printed = read_time(text, now=NOW, zone=SHANGHAI)
    assert (isoformat(printed, SHANGHAI) if printed else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.30am, 20 November 2026", "2026-11-20T10:30:00-05:00"),
        ("10.30am GMT, 20 November 2026", "2026-11-20T10:30:00+00:00"),
        ("3pm ET on Friday November 20, 2026", "2026-11-20T15:00:00-05:00"),
        ("Fri 20 Nov 2026 10.30 GMT", "2026-11-20T10:30:00+00:00"),
        ("20 Nov 2026, 10.30", "2026-11-20T10:30:00-05:00"),
        ("20 November 2026 10.50% of it", "2026-11-20"),
        ("10:30 a.m. Eastern on Nov. 20, 2026", "2026-11-20T10:30:00-05:00"),
        ("July 20, 2026 at 10:00 AM Eastern Daylight Time", "2026-07-20T10:00:00-04:00"),
        ("Nov 20, 2026 10:00 a.m. Pacific", "2026-11-20T10:00:00-08:00"),
        ("Nov 20, 2026 10:00 a.m. Central banks met", "2026-11-20T10:00:00-05:00"),
        ("Nov 20, 2026 9:00 p.m. Beijing time", "2026-11-20T21:00:00+08:00"),
        ("20 Nov 2026 10:00 Central European Time", "2026-11-20T10:00:00+01:00"),
        ("2026-11-20 10:00 CST", "2026-11-20T10:00:00-06:00"),
        ("Sun, 08 Mar 2026 02:30:00", "2026-03-08T02:30:00-05:00"),
        ("2026-11-01 01:30", "2026-11-01T01:30:00-04:00"),
    ],
)
def test_an_english_time_is_read_in_its_zone_or_that_of_new_york(text: str, expected: str) -> None:
    """An hour that the clocks skip, or have twice, is the one before the change."""
    zone = ZoneInfo("America/New_York")
    printed = read_time(text, now=NOW, zone=zone)
    assert printed is not None
    assert isoformat(printed, zone) == expected


def _in_han(number: int) -> str:
    tens, ones = divmod(number, 10)
    ten = {0: "", 1: "十"}.get(tens, "一二三四五六七八九"[tens - 1] + "十")
    return ten + ("一二三四五六七八九"[ones - 1] if ones else "")


@given(st.dates(datetime(1990, 1, 1).date(), datetime(2026, 11, 24).date()))
def test_a_day_in_chinese_numerals_or_of_the_republic_is_that_day(day: date) -> None:
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    for text in (
        f"{year}年{_in_han(day.month)}月{_in_han(day.day)}日", f"民國{day.year - 1911}年{day.month}月{day.day}日",
    ):  # fmt: skip
        printed = read_time(text, now=NOW, zone=SHANGHAI)
        assert printed is not None
        assert printed.local.date() == day


def test_cst_beside_a_new_york_source_is_central_time() -> None:
    printed = read_time("November 20, 2026 10:00 CST", now=NOW, zone=ZoneInfo("America/New_York"))
    assert printed is not None
    assert isoformat(printed, None) == "2026-11-20T10:00:00-06:00"


def test_beijing_time_is_that_of_beijing_for_every_source() -> None:
    """Its words count when the time is read again from what was kept of the page, too."""
    printed = read_time("北京时间2022年3月15日 10:00", now=NOW, zone=None)
    assert printed is not None
    again = read_time(printed.as_printed, now=NOW, zone=None)
    assert again is not None
    assert isoformat(printed, None) == isoformat(again, None) == "2022-03-15T10:00:00+08:00"


def test_without_any_zone_a_time_stays_as_printed() -> None:
    printed = read_time("2022-03-15 11:38:08", now=NOW, zone=None)
    assert printed is not None
    assert not printed.zoned
    assert isoformat(printed, None) == "2022-03-15T11:38:08"
    assert instant(printed, None) is None


@pytest.mark.parametrize(
    "text",
    ["", "上证指数涨3.5%", "2022-02-30", "2022-02-30 10:00", "2022-13-01", "2026-11-24 25:61", "0001-01-01T00:00:00Z",
     "2099-01-01", "2026-11-27 10:00", "1985-06-01", "比分 3-5", "99月99日", "9999999999999",
     "Feb 30, 2026", "03/15/2022 10:00", "15.03.2022 10:00", "22-03-15 10:00", "2026-02 10:00", "比分 16:25 完场",
     "时长 03:25", "2026年11月 10:00", "5月 16:25",
     "来源：今日头条", "USA Today", "2022-03-15 晚上12点", "2026-11-20 24:10", "3个月前", "1年前", "本周五",
     "上周五A股大涨", "2099年1月1日", "二〇九九年一月一日", "民国元年1月1日", "人民113年", "202206113400011921",
     "0", "-1", "20 Nov 26"],
)  # fmt: skip
def test_what_cannot_be_is_unknown(text: str) -> None:
    assert read_time(text, now=NOW, zone=SHANGHAI) is None


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("2026-11-20 10:00:01", "second"),
        ("2026-11-20 10:00", "minute"),
        ("3小时前", "hour"),
        ("2天前", "day"),
        ("今天", "day"),
    ],
)
def test_no_more_is_claimed_than_was_told(text: str, precision: str) -> None:
    printed = read_time(text, now=NOW, zone=SHANGHAI)
    assert printed is not None
    assert printed.precision == precision


_FORMS = [
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y年%m月%d日 %H:%M:%S",
    "%d %b %Y %H:%M:%S",
    "%B %d, %Y %H:%M:%S",
    "%Y%m%d%H%M%S",
]


@given(st.datetimes(datetime(1990, 1, 1), datetime(2026, 11, 24)), st.sampled_from(_FORMS))
def test_a_written_time_reads_back(moment: datetime, form: str) -> None:
    printed = read_time(moment.strftime(form), now=NOW + timedelta(days=1), zone=SHANGHAI)
    assert printed is not None
    assert printed.local == moment.replace(microsecond=0)
    assert printed.precision is Precision.SECOND


@given(st.text(max_size=2000), st.sampled_from([None, SHANGHAI]))
@example("2026-11-24 " * 200_000, None)
@example("1" * 2_000_000, None)
@example(" " * 2_000_000, SHANGHAI)
def test_any_text_is_a_time_or_none(text: str, zone: ZoneInfo | None) -> None:
    printed = read_time(text, now=NOW, zone=zone)
    if printed is not None:
        assert printed.local.year >= 1990
        isoformat(printed, zone)
