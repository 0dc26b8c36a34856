"""What is kept of a list between two visits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from storage import visits
from storage.archive import Archive
from storage.visits import LONGEST_INTERVAL, SHORTEST_INTERVAL, SourceState, visited

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FEED = "https://news.example.com/feed"


def test_a_list_never_visited_is_not_known(archive: Archive) -> None:
    assert archive.source_states("a") == {}


def test_a_state_is_read_as_it_was_saved(archive: Archive) -> None:
    state = SourceState(
        "a", FEED, etag='"x"', last_modified="Tue, 24 Nov 2026 09:00:00 GMT", body_digest="d", checked_at=NOW,
        changed_at=NOW, resume_url=FEED + "?p=3", resume_since=NOW, interval=timedelta(minutes=7),
    )  # fmt: skip
    other = SourceState("a", FEED + "/2", checked_at=NOW)
    with archive.writing() as connection:
        visits.save(connection, state)
        visits.save(connection, other)
        visits.save(connection, SourceState("b", FEED, checked_at=NOW))
    assert archive.source_states("a") == {FEED: state, FEED + "/2": other}


def test_a_later_state_takes_the_place_of_the_earlier(archive: Archive) -> None:
    with archive.writing() as connection:
        visits.save(connection, SourceState("a", FEED, etag="1", checked_at=NOW))
        visits.save(connection, SourceState("a", FEED, etag=None, checked_at=NOW + timedelta(hours=1)))
    state = archive.source_states("a")[FEED]
    assert (state.etag, state.checked_at) == (None, NOW + timedelta(hours=1))


def test_paging_can_be_given_up(archive: Archive) -> None:
    with archive.writing() as connection:
        visits.save(connection, SourceState("a", FEED, etag="1", checked_at=NOW, resume_url="u", resume_since=NOW))
        visits.end_paging(connection, "a", FEED)
    state = archive.source_states("a")[FEED]
    assert (state.etag, state.resume_url, state.resume_since) == ("1", None, None)


@given(st.lists(st.booleans(), max_size=40))
def test_polling_adapts_within_its_bounds(history: list[bool]) -> None:
    state = SourceState("a", FEED)
    for changed in history:
        after = visited(state, changed=changed, now=NOW)
        if changed:
            assert after.interval == timedelta(0), "a list that changes is asked as often as its schedule says"
        else:
            assert max(state.interval, SHORTEST_INTERVAL) <= after.interval <= LONGEST_INTERVAL
        state = after
