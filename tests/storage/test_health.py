"""What the archive tells of its sources, in both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage import health, runs
from storage.archive import Archive
from storage.health import Dates
from storage.models import ArticleRow
from storage.runs import RunState, recent_start
from tests.storage.drafts import draft, store
from tests.storage.history import NOW, ended_run

HOUR = timedelta(hours=1)


def test_a_look_back_finds_the_first_row_since_then_and_none_of_before(archive: Archive) -> None:
    for number, ago in enumerate((90, 50, 20, 1)):
        store(archive, draft(f"https://a.example.com/{number}", text=f"第{number}条。" * 60), now=NOW - HOUR * ago)
    with archive.reading() as connection:
        for since, expected in ((NOW - HOUR * 60, 2), (NOW - HOUR * 200, 1), (NOW, None)):
            assert recent_start(connection, ArticleRow.id, ArticleRow.first_seen_at, since) == expected


def test_the_newest_runs_of_each_source_and_the_problems_of_failed_ones_alone(archive: Archive) -> None:
    ended_run(archive, "old", ago=timedelta(days=20))
    for ago in (3, 2, 1):
        ended_run(archive, "alpha", ago=HOUR * ago, problems=["gone: a"], state=RunState.DEGRADED)
    failed = ended_run(archive, "beta", problems=["the list is none"], state=RunState.FAILED)
    with archive.reading() as connection:
        found = runs.latest_of_each(connection, of_each=2, since=NOW - timedelta(days=14))
    assert sorted(found) == ["alpha", "beta"]
    assert [run.started_at for run in found["alpha"]] == [NOW - HOUR, NOW - HOUR * 2]
    assert found["alpha"][0].problems == ()
    assert (found["beta"][0].id, found["beta"][0].problems) == (failed, ("the list is none",))


def test_articles_are_counted_by_source_and_hour(archive: Archive) -> None:
    at = datetime(2025, 6, 11, 8, 5, tzinfo=UTC)
    for number, (source, moment) in enumerate((("a", at), ("a", at + timedelta(minutes=50)), ("a", NOW), ("b", at))):
        one = draft(f"https://{source}.example.com/{number}", text=f"第{number}条。" * 60, source_key=source)
        store(archive, one, now=moment)
    with archive.reading() as connection:
        records = health.records(connection, now=NOW)
    hour = datetime(2025, 6, 11, 8, tzinfo=UTC)
    assert records["a"].arrivals == {hour: 2, hour + HOUR: 1}
    assert records["a"].last_article_at == NOW
    assert (records["b"].arrivals, records["b"].last_article_at) == ({hour: 1}, at)


def test_a_last_article_is_found_however_old(archive: Archive) -> None:
    store(archive, draft(source_key="a"), now=NOW - timedelta(days=400))
    ended_run(archive, "a")
    with archive.reading() as connection:
        record = health.records(connection, now=NOW)["a"]
    assert (record.last_article_at, record.arrivals) == (NOW - timedelta(days=400), {})


def test_unknown_and_future_times_are_counted_and_clocks_may_differ_a_little(archive: Archive) -> None:
    for number, published in enumerate(
        (NOW - HOUR, None, NOW + timedelta(minutes=5), NOW + timedelta(hours=8), NOW + timedelta(days=40))
    ):
        one = draft(f"https://a.example.com/{number}", text=f"第{number}条。" * 60, published_at=published)
        store(archive, one, now=NOW)
    with archive.reading() as connection:
        assert health.dates(connection, since=NOW - HOUR) == {"example": Dates(articles=5, unknown=1, future=2)}


def test_an_empty_archive_has_no_record(archive: Archive) -> None:
    with archive.reading() as connection:
        assert health.records(connection, now=NOW) == {}
        assert health.run_states(connection, since=NOW) == {}
        assert (health.articles(connection), health.links(connection)) == (0, {})
