"""An empty database becomes an archive, an older one is brought up when asked, a newer one is left alone."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import inspect

from storage import schema
from storage.archive import open_archive
from storage.config import Location
from storage.database import open_engine, transaction
from storage.errors import ArchiveTooNew, ArchiveUnavailable
from storage.models import Base
from storage.schema import ensure_schema, head_version, upgrade
from storage.views import VIEWS


def test_an_empty_database_gets_all_tables_and_views(archive_url: str) -> None:
    engine = open_engine(archive_url)
    assert upgrade(engine) == (None, head_version())
    found = inspect(engine)
    assert set(Base.metadata.tables) <= set(found.get_table_names())
    assert set(found.get_view_names()) == set(VIEWS)
    for name, table in Base.metadata.tables.items():
        assert {column["name"] for column in found.get_columns(name)} == set(table.columns.keys()), name
        assert {index["name"] for index in found.get_indexes(name) if not index.get("duplicates_constraint")} >= {
            index.name for index in table.indexes
        }, name
    engine.dispose()


def test_an_upgrade_of_a_current_archive_changes_nothing(archive_url: str) -> None:
    engine = open_engine(archive_url)
    ensure_schema(engine)
    assert upgrade(engine) == (head_version(), head_version())
    ensure_schema(engine)
    engine.dispose()


def test_an_archive_of_a_newer_program_is_refused_and_left_alone(archive_url: str) -> None:
    engine = open_engine(archive_url)
    ensure_schema(engine)
    with transaction(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for refuse in (ensure_schema, upgrade):
        with pytest.raises(ArchiveTooNew, match=r"schema 9999.*upgrade finews"):
            refuse(engine)
    with pytest.raises(ArchiveTooNew):
        open_archive(Location(archive_url, None))  # type: ignore[arg-type]
    with transaction(engine) as connection:
        assert schema.current_version(connection) == "9999"
    engine.dispose()


def test_programs_that_start_at_once_on_an_empty_database_all_end_well(archive_url: str) -> None:
    errors: list[Exception] = []

    def start() -> None:
        engine = open_engine(archive_url)
        try:
            ensure_schema(engine)
        except Exception as error:  # noqa: BLE001  # shown below
            errors.append(error)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "is no database URL"),
        ("oracle+nothing://x/y", "is no database URL"),
        ("postgresql://me:secret@127.0.0.1:9/none", "127.0.0.1:9"),
        ("sqlite:////dev/null/archive.db", "/dev/null"),
    ],
)
def test_a_database_that_cannot_be_opened_is_one_line_without_its_password(url: str, said: str) -> None:
    with pytest.raises(ArchiveUnavailable, match=said) as caught:
        open_archive(Location(url, None))  # type: ignore[arg-type]
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
