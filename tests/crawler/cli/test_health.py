from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import runs
from storage.archive import open_archive
from storage.runs import RunState
from tests.crawler.cli.conftest import CommandLine, draft
from tests.crawler.mail_and_hooks import webhook
from tests.storage.drafts import store

SOURCE = '[[source]]\nkey = "{}"\nkind = "feed"\nurl = "https://{}.example.com/rss"\nschedule = "*/5 * * * *"\n'


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """The option that names a file with the sources `alpha`, `beta` and `gamma`."""
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "sources.toml").write_text("".join(SOURCE.format(key, key) for key in ("alpha", "beta", "gamma")))
    return "-s", f"SOURCES_FILE={tmp_path}/sources.toml"


def ran(finews: CommandLine, source: str, state: RunState, *problems: str, **counts: int) -> None:
    now = datetime.now(UTC)
    with closing(open_archive(finews.location)) as archive, archive.writing() as connection:
        run = runs.start(connection, source_key=source, spider="feed", now=now - timedelta(minutes=2))
        errors = {"no-article": counts.get("rejected", 0)}
        runs.finish(
            connection, run, state=state, counts=counts, problems=problems, measures={"errors": errors}, now=now
        )  # fmt: skip


def test_sources_are_shown_the_worst_first_with_exit_code_2(finews: CommandLine, sources: tuple[str, str]) -> None:
    ran(finews, "alpha", RunState.OK, stored=12)
    ran(finews, "beta", RunState.DEGRADED, stored=4, rejected=6)
    ran(finews, "gamma", RunState.FAILED, "bad-list: https://gamma.example.com/rss: HTML")
    with closing(open_archive(finews.location)) as archive:
        store(archive, draft(source_key="alpha"), now=datetime.now(UTC) - timedelta(days=2))
    result = finews("health", *sources)
    lines = result.stdout.splitlines()
    assert [line.split()[:2] for line in lines[2:5]] == [["gamma", "fail"], ["beta", "warn"], ["alpha", "ok"]]
    assert "60%" in lines[3]
    assert "...........8.." in lines[4], "plain where it is no terminal"
    assert lines[5].startswith("fail gamma: run-failed: the last run failed (run 3, ")
    assert lines[6].startswith("warn beta: extraction-empty: 6 of 10 pages")
    assert result.exit_code == 2


def test_warnings_are_exit_code_1_and_nothing_wrong_is_0(finews: CommandLine, sources: tuple[str, str]) -> None:
    ran(finews, "alpha", RunState.OK, stored=12)
    assert finews("health", *sources).exit_code == 0
    ran(finews, "beta", RunState.DEGRADED, stored=4, rejected=6)
    assert finews("health", *sources).exit_code == 1


def test_programs_get_one_object_a_source(finews: CommandLine, sources: tuple[str, str]) -> None:
    ran(finews, "alpha", RunState.FAILED, "x")
    result = finews("health", "--json", *sources)
    (one,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert (one["source_key"], one["state"], one["last_run_state"]) == ("alpha", "fail", "failed")
    assert one["stored_by_day"] == [0] * 14
    assert [alert["monitor"] for alert in one["alerts"]] == ["run-failed"]
    assert one["alerts"][0]["since"] is None, "nobody was told yet"


def test_telling_sends_what_is_new_once_and_shows_since_when(finews: CommandLine, sources: tuple[str, str]) -> None:
    ran(finews, "alpha", RunState.FAILED, "x")
    with webhook() as hook:
        for _ in range(2):
            result = finews("health", "--tell", *sources, "-s", f"ALERT_WEBHOOK={hook.url}")
    assert len(hook.bodies) == 1
    assert "run-failed (since 20" in result.stdout


def test_an_archive_where_nothing_ran_is_healthy(finews: CommandLine, stored: object) -> None:
    stored()  # type: ignore[operator]
    result = finews("health")
    assert result.exit_code == 0
    assert "example-news" in result.stdout
