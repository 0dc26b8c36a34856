from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

from storage.database import has_wal_reset_bug, sqlite_module
from storage.schema import head_version
from tests.crawler.cli.conftest import CommandLine


def findings(finews: CommandLine, *words: str) -> dict[str, dict[str, object]]:
    result = finews("db", "check", "--json", *words)
    return {one["name"]: one for one in map(json.loads, result.stdout.splitlines())}


def test_upgrade_makes_a_database_and_then_leaves_it_alone(finews: CommandLine) -> None:
    assert finews.json("db", "upgrade") == [{"before": None, "after": head_version()}]
    assert finews.json("db", "upgrade") == [{"before": head_version(), "after": head_version()}]
    assert finews("db", "upgrade").stdout == f"the schema is {head_version()} already\n"


def test_a_sound_archive_is_called_sound(finews: CommandLine, stored: Callable[..., object]) -> None:
    stored()
    found = findings(finews)
    has_bug = has_wal_reset_bug(sqlite_module().sqlite_version_info)
    wrong = [name for name, one in found.items() if not one["ok"]]
    of_this_machine = {"room", "file system"}  # its disk may be small, or on a network
    assert [name for name in wrong if name not in of_this_machine] == (["sqlite"] if has_bug else [])
    assert finews("db", "check").exit_code == (1 if wrong else 0)
    assert set(found) == {
        "schema", "sqlite", "settings", "log", "integrity", "foreign keys", "capture files",
        "captures", *of_this_machine,
    }  # fmt: skip


def test_what_is_wrong_is_named_and_the_exit_code_is_1(finews: CommandLine, stored: Callable[..., object]) -> None:
    stored()
    with sqlite3.connect(finews.location.archive_url.removeprefix("sqlite:///")) as connection:
        connection.execute("DELETE FROM article")
        connection.execute(
            "INSERT INTO capture (url, fetched_at, status, media_type, file, offset, length, digest)"
            " VALUES ('u', '2022-01-01T00:00:00Z', 200, 't', 'lost.warc.gz', 0, 1, 'd')"
        )
    connection.close()
    result = finews("db", "check")
    assert result.exit_code == 1
    assert "points at no row of article" in result.stdout
    assert "lost.warc.gz is missing" in result.stdout


def test_a_damaged_capture_is_found_unless_only_the_quick_checks_are_wanted(
    finews: CommandLine, stored: Callable[..., object]
) -> None:
    stored()
    finews.location.captures_dir.mkdir(exist_ok=True)
    (finews.location.captures_dir / "broken.warc.gz").write_bytes(b"no WARC at all")
    assert findings(finews)["captures"]["ok"] is False
    assert "captures" not in findings(finews, "--quick")


def test_a_database_of_a_newer_version_is_one_line(finews: CommandLine, stored: Callable[..., object]) -> None:
    stored()
    with sqlite3.connect(finews.location.archive_url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for words in (["list"], ["db", "upgrade"]):
        result = finews(*words)
        assert result.exit_code == 2
        assert "upgrade finews to the version that wrote it" in result.stderr
        assert len(result.stderr.splitlines()) == 1
    assert findings(finews)["schema"]["ok"] is False
