"""An alert begins once, ends once, and never floods."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crawler.alerts import TELL_AGAIN, News, message, steps
from crawler.monitors import Finding, Level
from storage.alerts import Alert

NOW = datetime(2025, 6, 11, 9, 0, tzinfo=UTC)
ROUND = timedelta(minutes=5)


def finding(source: str = "a", text: str = "no new article") -> Finding:
    return Finding(source, "silent", Level.FAIL, text)


class Life:
    """Plays rounds, 5 minutes apart, and keeps what was told."""

    def __init__(self) -> None:
        self.now = NOW
        self.kept: list[Alert] = []
        self.told: list[tuple[datetime, News]] = []

    def round(self, *findings: Finding, is_told: bool = True, later: timedelta = ROUND) -> list[News]:
        self.now += later
        played = steps(self.kept, findings, now=self.now)
        after = (one.told if is_told else one.untold for one in played)
        self.kept = [alert for alert in after if alert is not None]
        news = [one.news for one in played if one.news is not None] if is_told else []
        self.told += [(self.now, one) for one in news]
        return news


def test_an_alert_is_told_at_its_beginning_daily_and_at_its_end() -> None:
    life = Life()
    assert life.round(finding()) == [News.BEGUN]
    begun = life.now
    while life.now < begun + TELL_AGAIN - ROUND:
        assert life.round(finding()) == []
    assert life.round(finding()) == [News.STILL]
    assert life.kept[0].since == begun
    assert life.round() == [News.OVER]
    assert life.round() == []
    life.round(later=TELL_AGAIN)
    assert life.kept == []


def test_what_no_channel_took_is_told_again_until_one_does() -> None:
    life = Life()
    assert life.round(finding(), is_told=False) == []
    begun = life.now
    assert life.round(finding()) == [News.BEGUN]
    assert life.kept[0].since == begun
    life.round(is_told=False)
    assert life.round() == [News.OVER]


def test_an_alert_that_ends_before_it_was_told_is_never_told() -> None:
    life = Life()
    life.round(finding(), is_told=False)
    assert life.round() == []
    assert life.kept == []


def test_one_that_comes_and_goes_is_told_at_most_twice_a_day() -> None:
    life = Life()
    while life.now < NOW + TELL_AGAIN * 3:
        life.round(finding())
        life.round()
    for day in range(3):
        since = NOW + TELL_AGAIN * day
        assert sum(since <= at < since + TELL_AGAIN for at, _ in life.told) <= 3
    assert len(life.told) <= 7


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(1, 2000)), max_size=60))
def test_whatever_happens_beginnings_and_ends_take_turns(rounds: list[tuple[bool, bool, int]]) -> None:
    life = Life()
    for is_wrong, is_told, minutes in rounds:
        life.round(*([finding()] if is_wrong else []), is_told=is_told, later=timedelta(minutes=minutes))
        assert len(life.kept) <= 1
    kinds = [kind for _, kind in life.told if kind is not News.STILL]
    assert kinds == [News.BEGUN, News.OVER] * (len(kinds) // 2) + [News.BEGUN] * (len(kinds) % 2)
    begins = [at for at, kind in life.told if kind is not News.OVER]
    assert all(later - earlier >= TELL_AGAIN for earlier, later in pairwise(begins))


def test_many_alerts_are_one_message_with_a_cap() -> None:
    played = steps([], [finding(f"source-{number:03}") for number in range(100)], now=NOW)
    told = message([(one.news, one.alert) for one in played if one.news is not None and one.alert is not None])
    assert told.title == "finews alerts: 100 begun"
    lines = told.text.splitlines()
    assert lines[0] == "BEGUN source-000: silent: no new article"
    assert lines[-1] == "and 60 more: finews health"
    assert len(lines) == 41
    assert len(told.alerts) == 100
