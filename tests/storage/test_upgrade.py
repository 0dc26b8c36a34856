"""An archive of an earlier program is brought up whole: no row is lost, no view is missing, the old is as readable."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text

from storage import schema
from storage.archive import open_archive
from storage.config import Location
from storage.database import open_engine, transaction
from storage.errors import MigrationNeeded
from storage.models import Base
from tests.storage.drafts import rows

_ROWS = {
    "run": "1, 'wire', 'feed', 'running', '2025-01-01T00:00:00Z', NULL, 'machine/boot', 7, '{}', '[]'",
    "category": "'gangwan', '港湾'",
    "capture": "1, 'https://wire.example/1', '2025-01-01T00:00:00Z', 200, 'text/html', 'f.warc', 0, 9, 'sha1:A', NULL",
    "article": "1, 'url:wire.example/1', NULL, 'https://wire.example/1', 'https://wire.example/1', 'article', 'wire', "
    "'gangwan', 1, '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z', 1",
    "revision": "1, 1, 1, '2025-01-01T00:00:00Z', '开港', 'page', '正文', '', '', '[]', '港湾', '港湾', 'page', 'zh', "
    "'Asia/Shanghai', NULL, NULL, 'unknown', '', false, 2, 'hash', 1",
    "link": "1, 'wire', 'https://Wire.example:8080/1', 'url:wire.example/1', 'article', 'stored', NULL, NULL, 1, "
    "'2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z', NULL, NULL, NULL, 1, 1, 1, '{}', ''",
}  # fmt: skip


def made_by(version: str, archive_url: str) -> None:
    """Make an archive with one article as the program of an earlier schema left it."""
    engine = open_engine(archive_url)
    with transaction(engine) as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        for table, values in _ROWS.items():
            connection.execute(text(f"INSERT INTO {table} ({_columns(connection, table)}) VALUES ({values})"))
    engine.dispose()


def _columns(connection: Connection, table: str) -> str:
    return ", ".join(f'"{column["name"]}"' for column in inspect(connection).get_columns(table))


def test_an_older_archive_is_refused_until_it_is_upgraded_and_then_holds_all_it_held(
    archive_url: str, tmp_path: Path
) -> None:
    made_by("0001", archive_url)
    location = Location(archive_url, tmp_path / "captures")
    with pytest.raises(MigrationNeeded, match="finews db upgrade"):
        open_archive(location)
    engine = open_engine(archive_url)
    assert schema.upgrade(engine) == ("0001", schema.head_version())
    found = inspect(engine)
    for name, table in Base.metadata.tables.items():
        assert {column["name"] for column in found.get_columns(name)} == set(table.columns.keys()), name
    engine.dispose()
    archive = open_archive(location)
    (article,) = rows(archive, "SELECT title, text, publisher FROM article_current")
    assert (article["title"], article["text"], article["publisher"]) == ("开港", "正文", "港湾")
    assert rows(archive, "SELECT host FROM link") == [{"host": "wire.example"}]
    archive.close()
