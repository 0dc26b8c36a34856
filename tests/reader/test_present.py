from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.present import local_time, sparkline, story_of_link
from storage.hosts import PutOff
from storage.link_history import ArticleOf, History, Lease, LinkStatus, ListCapture, Try
from storage.reasons import Reason
from storage.types import Kind, LinkState, Precision

AT = datetime(2022, 3, 15, 23, 9, 56, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "precision", "text"),
    [
        ("", Precision.SECOND, "2022-03-15 23:09:56 +0000"),
        ("Asia/Shanghai", Precision.SECOND, "2022-03-16 07:09:56 +0800"),
        ("America/New_York", Precision.MINUTE, "2022-03-15 19:09 -0400"),
        ("Asia/Shanghai", Precision.HOUR, "2022-03-16 07:00 +0800"),
        ("Asia/Shanghai", Precision.DAY, "2022-03-16"),
    ],
)
def test_a_time_is_told_in_its_sources_zone_no_finer_than_known(zone: str, precision: Precision, text: str) -> None:
    assert local_time(AT, zone, precision) == text


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)))
def test_a_day_always_has_four_digits_of_year(moment: datetime) -> None:
    assert local_time(moment.replace(tzinfo=UTC), "", Precision.DAY) == moment.date().isoformat()


PENDING = LinkStatus(
    id=7, url="https://a.example.com/1", host="a.example.com", source_key="alpha", identity="url:a.example.com/1",
    kind=Kind.ARTICLE, state=LinkState.PENDING, reason="unreachable", reason_text="no answer", attempts=1,
    discovered_at=AT, seen_at=AT, next_try_at=AT.replace(minute=10), article_id=None, run_id=2,
)  # fmt: skip
TRY = Try(at=AT.replace(second=58), run_id=3, state=LinkState.PENDING, reason="unreachable", reason_text="no answer")
HISTORY = History(PENDING, (TRY,), shown_by=None, lease=None, put_off=None, article=None)


def test_a_links_story_is_told_from_its_first_sight_to_now() -> None:
    assert story_of_link(HISTORY) == [
        "2022-03-15T23:09:56Z  seen on alpha in run 2",
        "2022-03-15T23:09:58Z  pending (unreachable: no answer) in run 3",
        "now: pending (unreachable: no answer), next try 2022-03-15T23:10:56Z",
    ]


@given(st.lists(st.integers(0, 10**6), max_size=40), st.booleans())
def test_a_sparkline_has_one_sign_a_value_and_the_highest_is_full(values: list[int], plain: bool) -> None:  # noqa: FBT001
    drawn = sparkline(values, plain=plain)
    assert len(drawn) == len(values)
    assert drawn.isascii() or not plain
    for value, sign in zip(values, drawn, strict=True):
        assert (sign in "·.") == (value == 0)
        assert value != max(values) or sign in "█8·."


def test_a_story_names_the_list_the_lease_the_host_and_the_article() -> None:
    stored = replace(PENDING, state=LinkState.LEASED, reason=None, reason_text=None, next_try_at=None, article_id=5)
    history = History(
        replace(stored, seen_at=AT.replace(hour=23, minute=59)), (TRY,),
        shown_by=ListCapture("https://a.example.com/feed", AT.replace(second=50), "x.warc.gz"),
        lease=Lease(4, AT.replace(minute=59)),
        put_off=PutOff("a.example.com", AT.replace(minute=30), Reason.BLOCKED, "the server says 429"),
        article=ArticleOf(5, "Rates", 2, AT),
    )  # fmt: skip
    assert story_of_link(history) == [
        "2022-03-15T23:09:50Z  shown by https://a.example.com/feed, kept in x.warc.gz",
        "2022-03-15T23:09:56Z  seen on alpha in run 2",
        "2022-03-15T23:09:58Z  pending (unreachable: no answer) in run 3",
        "2022-03-15T23:59:56Z  edited by alpha",
        "leased in run 4, until 2022-03-15T23:59:56Z at the latest",
        "its host a.example.com is put off until 2022-03-15T23:30:56Z: blocked (the server says 429)",
        "article 5, revision 2 of 2022-03-15T23:09:56Z: Rates",
        "now: leased, article 5",
    ]
