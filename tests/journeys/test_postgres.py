"""An archive in PostgreSQL is the archive in SQLite: the same crawl, the same rows, the same commands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from sqlalchemy.engine import make_url

from storage.schema import VIEWS
from tests.journeys.conftest import Crawler

CRAWLS = (("eastmoney", "-a", "source=eastmoney-media"), ("api", "-a", "source=cls-telegraph"))
OURS = {
    "first_seen_at",
    "updated_at",
    "capture_id",
    "revision_id",
    "id",
    "article_id",
    "story_id",
    "seen_at",
    "link_id",
    "source_html",
}


def rows(url: str, query: str) -> list[dict[str, Any]]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, row_factory=dict_row) as connection:
        return list(connection.execute(query))  # type: ignore[arg-type]


def contents(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows without what each crawl has of its own: numbers, times, a picture address that changes at every fetch."""
    kept = [{name: value for name, value in row.items() if name not in OURS} for row in found]
    return sorted(({**row, "partial": bool(row["partial"])} for row in kept), key=lambda row: row["identity"])


def test_an_archive_in_postgresql_has_the_same_rows(crawler: Crawler, postgres_url: str, tmp_path: Path) -> None:
    for words in CRAWLS:
        in_postgres = crawler.crawl(*words, ARCHIVE_URL=postgres_url)
        assert in_postgres.returncode == crawler.crawl(*words).returncode
        assert "Traceback" not in in_postgres.stderr
    query = "SELECT * FROM article_current"
    found = rows(postgres_url, query)
    assert contents(found) == contents(crawler.rows(query))
    assert len(found) > 12
    assert all(row["first_seen_at"].endswith("Z") for row in found)
    for view in VIEWS:
        assert list(rows(postgres_url, f"SELECT count(*) AS n FROM {view}")[0]) == ["n"]
    assert crawler.run("finews", "db", "check", ARCHIVE_URL=postgres_url).returncode == 0
    assert crawler.crawl(*CRAWLS[0], ARCHIVE_URL=postgres_url).returncode in {0, 1}
    assert len(rows(postgres_url, query)) == len(found), "a second crawl stores nothing twice"
    exported = crawler.run("finews", "export", "jekyll", str(tmp_path / "site"), ARCHIVE_URL=postgres_url)
    assert exported.returncode == 0, exported.stderr
    crawler.run("finews", "export", "jekyll", str(tmp_path / "other"))
    posts = {post.name for post in (tmp_path / "site" / "_posts").iterdir()}
    assert posts == {post.name for post in (tmp_path / "other" / "_posts").iterdir()}
    assert len(posts) == len(found)


def test_posts_are_imported_into_postgresql(crawler: Crawler, postgres_url: str, tmp_path: Path) -> None:
    crawler.crawl(*CRAWLS[0])
    crawler.run("finews", "export", "jekyll", str(tmp_path / "site"))
    imported = crawler.run("finews", "import", "jekyll", str(tmp_path / "site"), ARCHIVE_URL=postgres_url)
    assert imported.returncode == 0, imported.stderr
    titles = {row["title"] for row in rows(postgres_url, "SELECT title FROM article_current")}
    assert titles == {row["title"] for row in crawler.rows("SELECT title FROM article_current")}
    crawler.run("finews", "export", "jekyll", str(tmp_path / "again"), ARCHIVE_URL=postgres_url)
    first = {post.name: post.read_bytes() for post in (tmp_path / "site" / "_posts").iterdir()}
    assert first == {post.name: post.read_bytes() for post in (tmp_path / "again" / "_posts").iterdir()}


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:9/none", "oracle://x/y", "nonsense"])
def test_a_database_that_cannot_be_reached_is_one_line(url: str, crawler: Crawler) -> None:
    result = crawler.crawl(*CRAWLS[1], ARCHIVE_URL=url)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
