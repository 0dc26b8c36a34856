"""The docs tell of everything that people can use, and of nothing that is not there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.settings import default_settings
from typer.main import get_command
from typer.testing import CliRunner

from crawler import settings
from crawler.cli import app
from crawler.metrics import Snapshot, metrics_of
from crawler.monitors import MONITORS, Thresholds
from storage.archive import Archive, open_archive
from storage.config import Location
from storage.reasons import Reason
from storage.views import VIEWS

ROOT = Path(__file__).parents[2]
DOCS = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {"README.md": README, "CHANGELOG.md": (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")} | {
    f"docs/{name}": text for name, text in DOCS.items()
}

SETTINGS = [
    name
    for name in vars(settings)
    if name.isupper() and not name.startswith(("_", "DEFAULT_")) and not hasattr(default_settings, name)
]
FILE = re.compile(r"`((?:\.ci|benchmarks|crawler|docs|pipelines|reader|storage|tests)/[\w./-]*)`")
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)")


def commands() -> Iterator[str]:
    group = get_command(app)
    for name in group.list_commands(None):
        below = getattr(group.get_command(None, name), "commands", {})
        yield from (f"{name} {one}" for one in below) if below else [name]


def blocks(language: str, text: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def first_cells(text: str) -> list[str]:
    """Give the names in the first cells of a text's tables: `a`, `b` | ... is two."""
    return [name for row in re.findall(r"^\| (`[^|]*`) \|", text, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)]


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_is_in_the_docs_and_has_help_with_an_example(command: str) -> None:
    assert any(f"finews {command}" in text for text in PAGES.values())
    shown = CliRunner().invoke(app, [*command.split(), "--help"]).stdout
    assert f"  finews {command}" in shown.partition("Example")[2]


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_of_ours_is_in_the_docs_with_its_default(name: str) -> None:
    row = re.search(rf"^\| `{name}` \| ([^|]*) \|", DOCS["operate.md"], re.MULTILINE)
    assert row is not None
    if f"FINEWS_{name}" not in os.environ:
        assert row[1] == (f"`{value}`" if (value := getattr(settings, name)) != "" else "empty")


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_in_the_docs_with_what_to_do(reason: Reason) -> None:
    assert re.search(rf"^\| `{reason.value}` \| [^|]+ \| [^|]+ \|$", DOCS["steps.md"], re.MULTILINE)


@pytest.fixture(scope="module")
def sqlite_archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("docs")
    archive = open_archive(Location(f"sqlite:///{folder}/data/archive.db", folder / "data/captures"))
    yield archive
    archive.close()


@pytest.mark.parametrize("view", VIEWS)
def test_every_column_of_every_view_is_in_the_docs_and_no_other(view: str, sqlite_archive: Archive) -> None:
    with sqlite_archive.reading() as connection:
        columns = list(connection.exec_driver_sql(f"SELECT * FROM {view}").keys())
    section = DOCS["archive.md"].partition(f"### `{view}`\n")[2].partition("\n#")[0]
    assert sorted(first_cells(section)) == sorted(columns)
    assert f"`{view}`" in README


def test_every_query_in_the_docs_runs_on_both_databases(archive: Archive) -> None:
    queries = [query for text in PAGES.values() for query in blocks("sql", text)]
    assert queries
    with archive.reading() as connection:
        for query in queries:
            assert connection.exec_driver_sql(query).all() == [], query


@pytest.mark.parametrize("number", range(3))
def test_every_program_in_the_docs_of_the_archive_runs(number: int, sqlite_archive: Archive) -> None:
    program = blocks("python", DOCS["archive.md"])[number]
    folder = sqlite_archive.location.captures_dir.parents[1]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file(page: str) -> None:
    links = [link for link in LINK.findall(PAGES[page]) if "://" not in link]
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_no_page_names_a_file_that_is_not_there(page: str) -> None:
    assert [name for name in FILE.findall(PAGES[page]) if not (ROOT / name).exists()] == []


def test_every_monitor_is_in_the_docs_with_its_threshold_and_default() -> None:
    rows = re.findall(r"^\| `([\w:-]+)` \| [^|]+ \| (?:`(\w+)`)? ?\| ([^|]*) ?\|$", DOCS["operate.md"], re.MULTILINE)
    told = {name: (threshold, default.strip()) for name, threshold, default in rows if threshold}
    assert sorted(told) == sorted(MONITORS)
    thresholds = Thresholds().model_dump()
    assert {threshold for threshold, _ in told.values()} == set(thresholds)
    for threshold, default in told.values():
        value = thresholds[threshold]
        assert default == (f"{value:g}" if value is not None else "its own rhythm")


def test_every_metric_is_in_the_docs() -> None:
    now = datetime.now(UTC)
    told = Snapshot(now, 0, {}, {}, {}, {}, 0, (), now)
    names = set(re.findall(r"^# TYPE (\S+)", metrics_of(told).decode(), re.MULTILINE))
    assert names == set(re.findall(r"`(finews_\w+?)(?:\{[\w,]+\})?`", DOCS["operate.md"]))


def test_the_readme_leads_to_every_page() -> None:
    assert [name for name in DOCS if f"(docs/{name})" not in README] == []
