"""Every command explains itself, quickly, and says one line when something is wrong."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from crawler.cli import _Finews, app
from tests.crawler.cli.conftest import CommandLine

HEAVY = ("scrapy", "twisted", "sqlalchemy", "trafilatura", "pebble", "lxml", "pydantic")


def commands() -> Iterator[list[str]]:
    for name, (module, _) in _Finews.modules.items():
        yield [name]
        command = get_command(import_module(module).app)
        yield from ([name, below] for below in getattr(command, "commands", {}))


ALL = list(commands())
LEAVES = [words for words in ALL if not any(other[:-1] == words for other in ALL)]


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_help_shows_an_example_that_can_be_copied(words: list[str]) -> None:
    result = CliRunner().invoke(app, [*words, "--help"])
    assert result.exit_code == 0
    examples = result.stdout.partition("Example")[2]
    assert f"  finews {' '.join(words)}" in examples


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_command_that_answers_can_answer_a_program(words: list[str]) -> None:
    text = CliRunner().invoke(app, [*words, "--help"]).stdout
    is_answer_a_file = words in (["export", "csv"], ["export", "jsonl"], ["export", "atom"])
    assert "--json" in text or is_answer_a_file or words in (["schedule", "run"], ["extract"])
    assert "--set" in text


def test_the_help_names_all_commands_of_the_issue() -> None:
    text = CliRunner().invoke(app, ["--help"]).stdout
    for name in ("crawl", "schedule", "sources", "show", "list", "ledger", "extract", "export", "import", "db"):
        assert f"  {name} " in text


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom crawler.cli import app\n"
        "try:\n app(['--help'])\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stderr.strip() == "[]"


def test_the_console_script_is_ours() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["scripts"] == {"finews": "crawler.cli:main"}


def test_an_unknown_command_names_the_nearest_one() -> None:
    result = CliRunner().invoke(app, ["crwl"])
    assert result.exit_code == 2
    assert "'crawl'" in result.stderr


def test_a_setting_without_a_value_is_one_line(finews: CommandLine) -> None:
    result = finews("list", "-s", "ARCHIVE_URL")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "finews: --set 'ARCHIVE_URL' is no setting; write NAME=VALUE, as ARCHIVE_URL=sqlite:///a.db"
    ]


def test_an_error_of_ours_is_one_line_and_a_traceback_with_debug_only(finews: CommandLine) -> None:
    quiet = finews("list")
    assert quiet.exit_code == 2
    assert len(quiet.stderr.splitlines()) == 1
    assert quiet.stderr.startswith("finews: there is no archive at sqlite:///")
    loud = finews("--debug", "list")
    assert type(loud.exception).__name__ == "ArchiveUnavailable"


def test_reading_makes_no_archive(finews: CommandLine, tmp_path: Path) -> None:
    for words in (["list"], ["show", "1"], ["ledger"], ["db", "check"], ["export", "jekyll", str(tmp_path / "site")]):
        assert finews(*words).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_any_other_kind_is_one_line_too(finews: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_text("no database at all, but long enough for a header" * 10)
    result = finews("list")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert "file is not a database" in line


def test_a_reader_that_ends_early_is_no_error() -> None:
    command = [sys.executable, "-m", "crawler", "sources", "list", "--json", "-s", "SOURCES_FILE="]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
