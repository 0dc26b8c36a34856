"""Templates by the command line: listed, shown, learned, or said not to be there."""

from __future__ import annotations

from datetime import UTC, datetime

from pipelines.templates.template import Template, to_json
from storage import templates
from storage.archive import open_archive
from tests.crawler.cli.conftest import CommandLine

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOST = "news.example.com"


def keep(finews: CommandLine, rules: str, note: str = "") -> None:
    archive = open_archive(finews.location)
    try:
        with archive.writing() as connection:
            version = templates.add(connection, HOST, rules=rules, pages=12, note=note, now=NOW)
            templates.remember(connection, HOST, version, [True, True, True, False])
    finally:
        archive.close()


def test_every_hosts_newest_template_is_listed_and_shown_whole(finews: CommandLine) -> None:
    keep(finews, to_json(Template(HOST, 1)))
    keep(finews, to_json(Template(HOST, 2, is_sure=True, body="//article", boilerplate=("版权所有",))), "\x1b[31m")
    (listed,) = finews.json("templates")
    assert (listed["version"], listed["sure"], listed["hit_share"]) == (2, True, 0.75)
    assert listed["learned_at"] == "2026-11-24T09:00:00Z"
    text = finews("templates").stdout
    assert all(word in text for word in (HOST, "replaces", "3/4"))
    assert "\x1b[31m" not in text
    shown = finews.json("templates", "show", HOST)
    assert [one["state"] for one in shown] == ["active", "superseded"]
    assert shown[0]["rules"]["boilerplate"] == ["版权所有"]
    assert "//article" in finews("templates", "show", HOST.upper()).stdout


def test_rules_that_cannot_be_read_are_said(finews: CommandLine) -> None:
    keep(finews, "[")
    assert "unreadable" in finews("templates").stdout
    assert finews("templates", "show", HOST).exit_code == 0


def test_nothing_learned_is_said(finews: CommandLine) -> None:
    keep(finews, to_json(Template(HOST, 1)))
    missing = finews("templates", "show", "other.example.com")
    assert (missing.exit_code, len(missing.stderr.splitlines())) == (2, 1)
    learned = finews("templates", "learn", "-s", "EXTRACT_WORKERS=1")
    assert learned.exit_code == 1
    assert "no host has 8 kept pages" in learned.stderr
