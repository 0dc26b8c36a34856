"""Retry-After is read with care, and a host that was put off stays so for its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.politeness import LONGEST_RETRY_AFTER, HostPutOff, PutOffs, host_put_off, retry_after
from storage.hosts import PutOff
from storage.reasons import Reason

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


# Retry-After


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120), (" 5 ", 5), ("86400", 86400), ("999999999999999999999", 7 * 86400), ("0", None), ("-5", None),
        ("1.5", None), ("soon", None), ("", None), (None, None), ("٣٠", None), ("9" * 5000, 7 * 86400),
        ("Tue, 24 Nov 2026 12:01:00 GMT", 60), ("Tuesday, 24-Nov-26 12:01:00 GMT", 60),
        ("Tue Nov 24 12:01:00 2026", 60), ("Tue, 24 Nov 2026 11:59:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 7 * 86400), ("Tue, 31 Feb 2026 12:00:00 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date_or_nothing(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, now=NOW) == (timedelta(seconds=seconds) if seconds is not None else None)


@given(st.text(max_size=60))
def test_no_retry_after_raises_or_is_longer_than_a_week(value: str) -> None:
    wait = retry_after(value, now=NOW)
    assert wait is None or timedelta(0) < wait <= LONGEST_RETRY_AFTER


@given(st.datetimes(datetime(2026, 11, 25), datetime(2026, 11, 30)))
def test_a_date_is_read_as_it_was_written(moment: datetime) -> None:
    later = moment.replace(microsecond=0, tzinfo=UTC)
    assert retry_after(format_datetime(later, usegmt=True), now=NOW) == later - NOW


# What a run knows


def test_a_put_off_is_never_shortened_and_ends_by_itself() -> None:
    known = PutOffs()
    soon = datetime.now(UTC) + timedelta(hours=1)
    heard: list[PutOff] = []
    known.listeners.append(heard.append)
    for until in (soon, soon - timedelta(minutes=30), soon + timedelta(hours=1), datetime.now(UTC)):
        known.add(PutOff("a.test", until, Reason.BLOCKED, ""))
    known.add(PutOff("b.test", datetime.now(UTC) - timedelta(seconds=1), Reason.BLOCKED, ""))
    assert [put_off.until for put_off in known.standing()] == [soon + timedelta(hours=1)]
    assert known.of("b.test") is None
    assert len([put_off for put_off in heard if put_off.host == "a.test"]) == 2


def test_nobody_is_asked_a_fraction_of_a_second_too_early() -> None:
    error = host_put_off("a.test", Reason.BLOCKED, "busy", wait=timedelta(seconds=5))
    assert isinstance(error, HostPutOff)
    assert error.put_off.until.microsecond == 0
    assert error.put_off.until >= datetime.now(UTC) + timedelta(seconds=4.5)
