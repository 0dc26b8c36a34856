"""The archive as CSV, JSON Lines and Atom, by the commands."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from storage.export.csv import plain
from tests.crawler.cli.conftest import CommandLine

TITLE = '=HYPERLINK("http://x.test") <b>{{ x }}</b> \u202e & Co'


@pytest.fixture(autouse=True)
def two_articles(stored: Callable[..., object]) -> None:
    stored(title=TITLE)
    stored("https://news.example.com/2.html", title="二")


def test_a_spreadsheet_has_a_row_an_article(finews: CommandLine, tmp_path: Path) -> None:
    assert finews("export", "csv", str(tmp_path / "a.csv")).exit_code == 0
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert first["title"] == f"'{TITLE}"
    assert (plain(first["title"]), second["title"]) == (TITLE, "二")
    assert first["symbols"] == "600519.SH"


def test_json_lines_go_to_the_output_too(finews: CommandLine, tmp_path: Path) -> None:
    printed = finews("export", "jsonl", "-")
    assert finews("export", "jsonl", str(tmp_path / "a.jsonl")).exit_code == 0
    assert (tmp_path / "a.jsonl").read_text(encoding="utf-8") == printed.stdout
    assert [json.loads(line)["title"] for line in printed.stdout.splitlines()] == [TITLE, "二"]


def test_a_feed_has_the_newest_articles(finews: CommandLine, tmp_path: Path) -> None:
    words = ("--limit", "1", "--title", "A & B", "--address", "https://e.test/feed.xml")
    assert finews("export", "atom", str(tmp_path / "a.xml"), *words).exit_code == 0
    root = etree.parse(tmp_path / "a.xml").getroot()
    titles = [element.text for element in root.iter("{*}title")]
    assert titles[0] == "A & B"
    assert len(titles) == 2


def test_a_file_that_cannot_be_written_is_named_and_none_is_left(finews: CommandLine, tmp_path: Path) -> None:
    result = finews("export", "csv", str(tmp_path / "no" / "a.csv"))
    assert result.exit_code != 0
    assert list(tmp_path.glob("**/*.csv*")) == []
