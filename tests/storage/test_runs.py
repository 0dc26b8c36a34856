"""Every crawl leaves one row that says how it ended."""

from __future__ import annotations

from storage import runs
from storage.archive import Archive
from storage.runs import RunState
from tests.storage.drafts import rows


def test_a_run_is_open_until_it_is_finished(archive: Archive) -> None:
    run = archive.start_run("example", "feed")
    (row,) = rows(archive, "SELECT * FROM run_status")
    assert (row["state"], row["ended_at"], row["counts"]) == ("running", None, "{}")
    archive.finish_run(run, state=RunState.DEGRADED, counts={"stored": 3}, problems=["gone: 链接没有了"])
    with archive.reading() as connection:
        (ended,) = runs.latest(connection, limit=5)
    assert (ended.state, ended.counts, ended.problems) == (RunState.DEGRADED, {"stored": 3}, ("gone: 链接没有了",))
    assert ended.ended_at is not None
    assert "链接没有了" in rows(archive, "SELECT problems FROM run_status")[0]["problems"]


def test_the_newest_runs_come_first_for_all_or_one_source(archive: Archive) -> None:
    for key in ("a", "b", "a"):
        archive.start_run(key, "feed")
    with archive.reading() as connection:
        assert [run.id for run in runs.latest(connection, limit=2)] == [3, 2]
        assert [run.id for run in runs.latest(connection, limit=9, source_key="a")] == [3, 1]
