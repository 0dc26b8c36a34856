"""What can be wrong with an SQLite archive itself is named, in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from storage.archive import open_archive
from storage.check import check
from storage.config import Location
from storage.database import open_engine, reading, transaction
from storage.errors import ArchiveDamaged, ArchiveTooNew, ArchiveUnavailable
from storage.sqlite_faults import LARGEST_LOG, check_after_kill, file_system, look, version


@pytest.fixture
def location(tmp_path: Path) -> Location:
    made = Location(f"sqlite:///{tmp_path}/archive.db", tmp_path / "captures")
    open_archive(made).close()
    return made


def one_line(error: pytest.ExceptionInfo[Exception], *words: str) -> None:
    text = str(error.value)
    assert "\n" not in text
    assert all(word in text for word in words), text


def spoil(path: Path, *, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"\xff" * 3000)


@pytest.mark.parametrize(
    ("found", "is_well"), [((3, 6, 23), True), ((3, 7, 0), False), ((3, 51, 2), False), ((3, 51, 3), True)]
)
def test_a_version_with_the_wal_reset_bug_is_named(found: tuple[int, int, int], is_well: bool) -> None:  # noqa: FBT001
    finding = version(found)
    assert finding.is_well == is_well
    assert ("3.7.0 to 3.51.2" in finding.text) != is_well


def test_a_sound_archive_has_nothing_to_look_at(location: Location, tmp_path: Path) -> None:
    engine = open_engine(location.archive_url)
    findings = {finding.name: finding for finding in look(engine, tmp_path / "archive.db")}
    engine.dispose()
    assert findings["settings"].text == "journal_mode=wal, synchronous=2, foreign_keys=1"
    assert [name for name, finding in findings.items() if not finding.is_well and name != "sqlite"] == []


def test_settings_that_did_not_take_effect_are_named(location: Location, tmp_path: Path) -> None:
    engine = create_engine(location.archive_url)  # as some other program opens it
    settings = next(finding for finding in look(engine, tmp_path / "archive.db") if finding.name == "settings")
    engine.dispose()
    assert not settings.is_well
    assert "foreign_keys is '0' where '1' was set" in settings.text


def test_a_network_file_system_is_warned_of(tmp_path: Path) -> None:
    finding = file_system(tmp_path / "archive.db", "9 1 0:5 / / rw - nfs4 host:/a rw")
    assert not finding.is_well
    assert "network file system (nfs4)" in finding.text


def test_a_log_that_is_never_checkpointed_is_warned_of(location: Location, tmp_path: Path) -> None:
    engine = open_engine(location.archive_url)
    with reading(engine) as connection:
        connection.exec_driver_sql("SELECT count(*) FROM link").scalar()
        with (tmp_path / "archive.db-wal").open("r+b") as log:
            log.truncate(LARGEST_LOG + 1)  # sparse: its room is not taken
        log_found = next(finding for finding in look(engine, tmp_path / "archive.db") if finding.name == "log")
    assert not log_found.is_well
    assert "archive.db-wal" in log_found.text
    engine.dispose()


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(b"not at all a database, only some bytes " * 99)
    with pytest.raises(ArchiveDamaged) as error:
        open_archive(Location(f"sqlite:///{tmp_path}/archive.db", tmp_path))
    one_line(error, "archive.db", "file is not a database", "restore a backup")


def test_a_file_of_no_bytes_is_a_new_archive_unless_there_are_captures(tmp_path: Path) -> None:
    location = Location(f"sqlite:///{tmp_path}/archive.db", tmp_path / "captures")
    (tmp_path / "archive.db").touch()
    open_archive(location).close()
    (tmp_path / "archive.db").write_bytes(b"")
    (tmp_path / "captures").mkdir()
    (tmp_path / "captures" / "finews-1.warc.gz").touch()
    with pytest.raises(ArchiveDamaged) as error:
        open_archive(location)
    one_line(error, "archive.db has 0 bytes", "it was emptied", "restore a backup")
    assert (tmp_path / "archive.db").stat().st_size == 0


def test_a_file_that_may_not_be_written_is_one_line_and_not_waited_for(location: Location, tmp_path: Path) -> None:
    read_only = Location(f"sqlite:///file:{tmp_path}/archive.db?mode=ro&uri=true", location.captures_dir)
    archive = open_archive(read_only)
    with pytest.raises(ArchiveDamaged) as error:
        archive.start_run("desk", "page")
    one_line(error, "readonly", "writable for this user")
    archive.close()


def test_a_folder_in_the_files_place_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "archive.db").mkdir()
    with pytest.raises(ArchiveUnavailable) as error:
        open_archive(Location(f"sqlite:///{tmp_path}/archive.db", tmp_path))
    one_line(error, "unable to open")


def test_a_newer_schema_is_one_line(location: Location) -> None:
    engine = open_engine(location.archive_url)
    with transaction(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(ArchiveTooNew) as error:
        open_archive(location)
    one_line(error, "9999", "upgrade finews")


def test_damage_is_found_at_the_start_after_a_killed_run_only(location: Location, tmp_path: Path) -> None:
    program = (
        "import sys, os; from pathlib import Path; from storage.archive import open_archive; "
        "from storage.config import Location; "
        "a = open_archive(Location(sys.argv[1], Path(sys.argv[2]))); a.start_run('desk', 'page'); "
        "a.close(); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", program, location.archive_url, str(location.captures_dir)], check=False)
    engine = open_engine(location.archive_url)
    check_after_kill(engine)
    with reading(engine) as connection:
        root = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'ix_link_due'").scalar_one()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    engine.dispose()
    spoil(tmp_path / "archive.db", at=(root - 1) * size)
    archive = open_archive(location)
    with pytest.raises(ArchiveDamaged) as error:
        archive.start_run("desk", "page")
    one_line(error, "damaged", "restore a backup")
    archive.close()
    assert not all(finding.is_well for finding in check(location))
