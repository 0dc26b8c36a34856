from __future__ import annotations

from contextlib import closing

import pytest

from storage.archive import open_archive
from storage.runs import RunState
from tests.crawler.cli.conftest import CommandLine

MEASURES = {
    "seconds": 12.345, "cpu_seconds": 3.2, "peak_memory_bytes": 367_000_000, "requests": 40, "bytes": 9_400_000,
    "pages": 38, "pages_per_second": 3.08, "response_seconds_p50": 0.1, "response_seconds_p95": None,
    "errors": {"gone": 1},
}  # fmt: skip


@pytest.fixture
def runs(finews: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.setenv("COLUMNS", "200")
    with closing(open_archive(finews.location)) as archive:
        first = archive.start_run("新浪-roll", "feed")
        archive.finish_run(
            first, state=RunState.DEGRADED, counts={"new": 38, "stored": 37, "gone": 1},
            problems=["gone: https://a.example.com/x: 链接没有了\x1b[31m"], measures=MEASURES,
        )  # fmt: skip
        archive.finish_run(archive.start_run("beta", "feed"), state=RunState.OK, counts={}, problems=[])
        archive.start_run("beta", "feed")
    return finews


def test_the_newest_runs_come_first_with_what_they_took(runs: CommandLine) -> None:
    head, _, *lines = runs("runs").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["3", "2", "1"]
    assert ["running" in lines[0], "ok" in lines[1], "degraded" in lines[2]] == [True] * 3
    for shown in ("新浪-roll", "367 MB", "9.4 MB", "3.2", "12.3", "38", "37"):
        assert shown in lines[2]
    assert head.split()[:4] == ["run", "source", "end", "started"]


def test_columns_stand_under_each_other_also_behind_wide_signs(runs: CommandLine) -> None:
    from rich.cells import cell_len

    head, _, *lines = runs("runs").stdout.splitlines()
    starts = [cell_len(line[: line.index("20")]) for line in lines]
    assert set(starts) == {cell_len(head[: head.index("started")])}


def test_filters_and_the_limit_choose_runs(runs: CommandLine) -> None:
    assert [run["id"] for run in runs.json("runs", "--source", "beta")] == [3, 2]
    assert [run["id"] for run in runs.json("runs", "--state", "degraded")] == [1]
    assert [run["id"] for run in runs.json("runs", "--limit", "1")] == [3]
    assert "no run is like that" in runs("runs", "--state", "failed").stderr


def test_one_run_is_shown_whole_with_its_problems(runs: CommandLine) -> None:
    shown = runs("runs", "1").stdout
    assert "run 1 of 新浪-roll: degraded" in shown
    assert "- gone: https://a.example.com/x: 链接没有了\\x1b[31m" in shown
    assert "errors (gone 1)" in shown
    (fields,) = runs.json("runs", "1")
    assert fields["measures"] == MEASURES


def test_a_run_that_is_not_there_is_one_line_and_exit_code_2(runs: CommandLine) -> None:
    result = runs("runs", "99")
    assert (result.exit_code, result.stderr) == (2, "finews: there is no run 99: `finews runs` lists them\n")


def test_a_run_whose_process_is_gone_is_shown_as_killed(runs: CommandLine) -> None:
    with closing(open_archive(runs.location)) as archive, archive.writing() as connection:
        connection.exec_driver_sql("UPDATE run SET pid_started = 1 WHERE id = 3")
    assert runs.json("runs", "3")[0]["state"] == "killed"
