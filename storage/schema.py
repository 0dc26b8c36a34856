"""The schema's version: make a new archive, upgrade an old one, refuse a newer one."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from storage.database import reading, transaction
from storage.errors import ArchiveTooNew, MigrationNeeded
from storage.views import VIEWS

_MIGRATION_LOCK = 0x66696E65  # "fine": any number, as long as nothing else on the database takes it


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("storage") / "migrations"))
    return config


def _known_versions() -> list[str]:
    """Give the migrations this program has, newest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def head_version() -> str:
    """Give the version of a database that this program writes."""
    return _known_versions()[0]


def current_version(connection: Connection) -> str | None:
    """Give the database's version, None for a database without tables of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def ensure_schema(engine: Engine) -> None:
    """Make the tables in an empty database; leave a current one alone.

    Raises:
        MigrationNeeded: the database is older; `finews db upgrade` brings it up.
        ArchiveTooNew: the database is newer; the program must be upgraded.
    """
    with reading(engine) as connection:
        version = current_version(connection)
    if version is None:
        upgrade(engine)
    elif version != head_version():
        _refuse(engine, version)


def _refuse(engine: Engine, version: str) -> None:
    shown = engine.url.render_as_string(hide_password=True)
    if version in _known_versions():
        raise MigrationNeeded(
            f"the archive {shown} has schema {version}, this program writes {head_version()}: "
            "run `finews db upgrade` (copy the database first)"
        )
    raise ArchiveTooNew(
        f"the archive {shown} has schema {version}, which this program does not know: "
        "upgrade finews to the version that wrote it"
    )


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Bring a database to this program's schema in one transaction; give the versions before and after.

    Two processes that start at once on an empty database both end well: the second finds the tables made.

    Raises:
        ArchiveTooNew: the database is newer than the program.
    """
    with transaction(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
        before = current_version(connection)
        if before is not None and before not in _known_versions():
            _refuse(engine, before)
        _drop_views(connection)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        for name, select in VIEWS.items():
            connection.exec_driver_sql(f"CREATE VIEW {name} AS {select}")
    return before, head_version()


def _drop_views(connection: Connection) -> None:
    # Views are made anew after every upgrade, so that a migration may alter the tables below them.
    for name in inspect(connection).get_view_names():
        if name in VIEWS:
            connection.exec_driver_sql(f"DROP VIEW {name}")
