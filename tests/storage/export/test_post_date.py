from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.export.post_date import PostDate, date_text, read_date
from storage.types import Precision
from tests.storage.export.samples import ZONES

NOON = datetime(2022, 5, 26, 12, 0, 5, tzinfo=UTC)


@given(st.datetimes(datetime(1950, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC)), ZONES)
def test_a_time_reads_back_and_is_written_again_the_same(moment: datetime, zone: str):
    moment = moment.replace(microsecond=0)
    text = date_text(moment, zone, Precision.SECOND)
    read = read_date(text)
    assert read is not None
    assert read.moment == moment
    if not text.endswith(("45", "15")):  # Chatham's offsets have no zone that they could mean
        assert date_text(moment, read.zone, Precision.SECOND) == text


@pytest.mark.parametrize(
    ("text", "moment", "precision", "zone"),
    [
        ("2022-05-26 20:00:05 +0800", NOON, Precision.SECOND, "Asia/Shanghai"),
        ("2022-05-26 20:00:05", NOON, Precision.SECOND, "Asia/Shanghai"),
        ("2022-05-26T12:00:05Z", NOON, Precision.SECOND, "UTC"),
        ("2022-05-26 08:00:05.123 -04:00", NOON, Precision.SECOND, "Etc/GMT+4"),
        ("2022-05-26 17:30:05 +0530", NOON, Precision.SECOND, "Asia/Kolkata"),
        ("2022-05-26 20:00", datetime(2022, 5, 26, 12, tzinfo=UTC), Precision.MINUTE, "Asia/Shanghai"),
        ("2022-5-26", datetime(2022, 5, 25, 16, tzinfo=UTC), Precision.DAY, "Asia/Shanghai"),
        ("1988-07-01 12:00:00 +0800", datetime(1988, 7, 1, 4, tzinfo=UTC), Precision.SECOND, "Etc/GMT-8"),
    ],
)
def test_dates_of_posts_are_read(text: str, moment: datetime, precision: Precision, zone: str):
    assert read_date(text) == PostDate(moment, precision, zone)


@pytest.mark.parametrize(
    "text",
    ["", "+0800", "2022-13-01", "2022-02-30 10:00:00", "0001-01-01", "2022-05-26 25:00:00", "yesterday",
     "2022-05-26 10:00:00 +9900", "9999-12-31 23:59:59 -1200", "２０２２-05-26", "0000-00-00 00:00:00"],
)  # fmt: skip
def test_what_is_no_date_is_unknown(text: str):
    assert read_date(text) is None


def test_a_day_is_one_of_its_own_zone():
    read = read_date("2022-05-26", zone="America/New_York")
    assert read == PostDate(datetime(2022, 5, 26, 4, tzinfo=UTC), Precision.DAY, "America/New_York")
