from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from crawler.sources import load_sources
from tests.crawler.cli.conftest import CommandLine

SOURCES = """
[[source]]
key = "hourly"
kind = "feed"
url = "https://a.example.com/rss"
timezone = "Asia/Shanghai"
schedule = "0 * * * *"

[[source]]
key = "off"
kind = "feed"
url = "https://b.example.com/rss"
schedule = "0 * * * *"
enabled = false

[[source]]
key = "by-hand"
kind = "feed"
url = "https://c.example.com/rss"
"""


def test_the_next_times_of_what_runs_by_itself_are_shown(finews: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(SOURCES)
    (shown,) = finews.json("schedule", "list", "-s", f"SOURCES_FILE={file}")
    assert shown["source_key"] == "hourly"
    assert datetime.fromisoformat(shown["next_at"]) > datetime.now(UTC)
    text = finews("schedule", "list", "-s", f"SOURCES_FILE={file}").stdout
    assert "+0800" in text
    assert "by-hand" not in text


def test_the_catalogues_times_are_in_order(finews: CommandLine) -> None:
    times = [one["next_at"] for one in finews.json("schedule", "list", "-s", "SOURCES_FILE=")]
    assert times == sorted(times)
    assert len(times) == sum(source.enabled and source.schedule is not None for source in load_sources())


def test_a_schedule_of_nothing_does_not_wait_for_ever(finews: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(SOURCES.replace("0 * * * *", "0 0 31 2 *"))
    result = finews("schedule", "run", "-s", f"SOURCES_FILE={file}")
    assert result.exit_code == 2
    assert "no enabled source has a schedule" in result.stderr
