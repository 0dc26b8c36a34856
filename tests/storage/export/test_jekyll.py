from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from sqlalchemy import Engine

from storage import articles, changes
from storage.articles import Verdict, VerdictKind
from storage.database import open_engine, reading, transaction
from storage.drafts import Draft
from storage.errors import ExportError
from storage.export.jekyll import STATE_FILE, SiteReport, write_site
from storage.export.post import SiteOptions
from storage.schema import ensure_schema
from tests.storage.export.samples import DRAFT, INFO_CODE, numbered

NOW = datetime(2022, 3, 17, tzinfo=UTC)
OPTIONS = SiteOptions()


@pytest.fixture
def engine(archive_url: str) -> Iterator[Engine]:
    opened = open_engine(archive_url)
    ensure_schema(opened)
    yield opened
    opened.dispose()


def store(engine: Engine, *drafts: Draft) -> None:
    with transaction(engine) as connection:
        changes.lock_writers(connection)
        for draft in drafts:
            known = articles.known(connection, draft)
            verdict = (
                Verdict(VerdictKind.REVISION, article=known.same_article)
                if known.same_article
                else Verdict(VerdictKind.NEW)
            )
            articles.write(connection, draft, verdict, now=NOW)


def export(engine: Engine, folder: Path, options: SiteOptions = OPTIONS) -> SiteReport:
    with reading(engine) as connection:
        return write_site(connection, folder, options)


def posts(folder: Path) -> list[str]:
    return sorted(file.name for file in (folder / "_posts").iterdir())


def times(folder: Path) -> dict[str, int]:
    return {name: (folder / "_posts" / name).stat().st_ino for name in posts(folder)}


def test_a_site_has_posts_categories_index_and_configuration(engine: Engine, tmp_path: Path):
    store(engine, DRAFT, numbered(1))
    site = tmp_path / "new" / "site"
    assert export(engine, site) == SiteReport(written=2, unchanged=0, removed=0)
    assert posts(site) == ["2022-03-16-NW209903150000000001.md", "2022-03-16-NW209903151100000001.md"]
    page = (site / "category" / "jiangpanwanbao.html").read_text()
    assert 'permalink: "/category/jiangpanwanbao.html"' in page
    assert "{% for post in site.categories[page.slug] %}" in page
    assert (site / "index.html").is_file()
    config = yaml.safe_load((site / "_config.yml").read_text())
    assert config["defaults"][0]["values"] == {"render_with_liquid": False}
    assert config["timezone"] == "Asia/Shanghai"
    assert not [name for name in posts(site) if name.startswith(".")]


def test_a_second_export_writes_only_what_is_new_or_revised(engine: Engine, tmp_path: Path):
    store(engine, *(numbered(number) for number in range(5)))
    export(engine, tmp_path)
    before = times(tmp_path)
    assert export(engine, tmp_path) == SiteReport(written=0, unchanged=0, removed=0)
    assert times(tmp_path) == before
    store(engine, replace(numbered(3), title="改了", content_hash="x"), numbered(9))
    assert export(engine, tmp_path) == SiteReport(written=2, unchanged=0, removed=0)
    assert len([name for name, inode in times(tmp_path).items() if before.get(name) == inode]) == 4


def test_other_options_write_all_anew(engine: Engine, tmp_path: Path):
    store(engine, DRAFT, numbered(1))
    export(engine, tmp_path)
    assert export(engine, tmp_path, SiteOptions("//s.example")) == SiteReport(written=2, unchanged=0, removed=0)
    assert export(engine, tmp_path, SiteOptions("//s.example")).written == 0


def test_an_article_whose_day_changed_moves(engine: Engine, tmp_path: Path):
    store(engine, DRAFT)
    export(engine, tmp_path)
    assert posts(tmp_path) == [f"2022-03-16-{INFO_CODE}.md"]
    store(engine, replace(DRAFT, published_at=datetime(2022, 3, 18, 1, tzinfo=UTC), content_hash="x"))
    assert export(engine, tmp_path) == SiteReport(written=1, unchanged=0, removed=1)
    assert posts(tmp_path) == [f"2022-03-18-{INFO_CODE}.md"]


def test_another_archive_in_the_same_folder_is_exported_whole(engine: Engine, tmp_path: Path):
    store(engine, numbered(1), numbered(2))
    export(engine, tmp_path)
    other = open_engine(f"sqlite:///{tmp_path}/other.db")
    ensure_schema(other)
    store(other, numbered(3), numbered(4), numbered(5))
    assert export(other, tmp_path).written == 3
    other.dispose()
    assert export(engine, tmp_path) == SiteReport(written=0, unchanged=2, removed=0)


@pytest.mark.parametrize("state", ["", "{", "[1]", '{"format": 1, "change": {"seq": "x"}}', "[" * 60_000])
def test_a_damaged_state_costs_a_look_at_everything_and_no_article(sqlite_url: str, tmp_path: Path, state: str):
    engine = open_engine(sqlite_url)
    ensure_schema(engine)
    store(engine, numbered(1), numbered(2))
    export(engine, tmp_path)
    (tmp_path / STATE_FILE).write_text(state)
    assert export(engine, tmp_path) == SiteReport(written=0, unchanged=2, removed=0)
    engine.dispose()


def test_the_owners_changes_to_the_sites_frame_stay(engine: Engine, tmp_path: Path):
    store(engine, DRAFT)
    export(engine, tmp_path)
    (tmp_path / "_config.yml").write_text("title: mine\n")
    export(engine, tmp_path, SiteOptions("//s.example"))
    assert (tmp_path / "_config.yml").read_text() == "title: mine\n"


def test_an_empty_archive_makes_a_site_without_posts(engine: Engine, tmp_path: Path):
    assert export(engine, tmp_path) == SiteReport(0, 0, 0)
    assert posts(tmp_path) == []
    store(engine, DRAFT)
    assert export(engine, tmp_path).written == 1


EXPORT_AND_DIE_AT_A_RENAME = """
import os, pathlib, signal, sys
from storage.database import open_engine, reading
from storage.export.jekyll import write_site
from storage.export.post import SiteOptions
left = int(sys.argv[3])
def die(event, _arguments):
    global left
    if event == "os.rename":
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(die)
with reading(open_engine(sys.argv[1])) as connection:
    write_site(connection, pathlib.Path(sys.argv[2]), SiteOptions())
"""


@pytest.mark.parametrize("renames", [0, 20, 50, 54])
def test_a_killed_export_leaves_whole_posts_and_the_next_completes_it(sqlite_url: str, tmp_path: Path, renames: int):
    engine = open_engine(sqlite_url)
    ensure_schema(engine)
    store(engine, *(numbered(number) for number in range(50)))
    site = tmp_path / "site"
    killed = subprocess.run(
        [sys.executable, "-c", EXPORT_AND_DIE_AT_A_RENAME, sqlite_url, str(site), str(renames)], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert not (site / STATE_FILE).exists()
    whole = [name for name in posts(site) if not name.startswith(".")]
    assert len(whole) == min(renames, 50)
    for name in whole:
        assert (site / "_posts" / name).read_text().endswith("[返回首页](/)")
    assert export(engine, site) == SiteReport(written=50 - len(whole), unchanged=len(whole), removed=0)
    assert len(posts(site)) == 50
    assert all(name.endswith(".md") for name in posts(site))
    engine.dispose()


def test_a_folder_that_cannot_be_written_is_an_error_that_names_it(engine: Engine, tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match=f"{tmp_path}/file.*cannot be written"):
        export(engine, tmp_path / "file")
    (tmp_path / "_posts").write_text("")
    with pytest.raises(ExportError, match="_posts cannot be written"):
        export(engine, tmp_path)
