from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from storage.errors import ExportError
from storage.export.files import locked_folder, remove, sweep, write_whole


def test_a_file_is_written_once_and_not_again(tmp_path: Path):
    path = tmp_path / "a.md"
    assert write_whole(path, "一\r\n") is True
    assert path.read_bytes() == "一\r\n".encode()
    before = path.stat().st_ino
    assert write_whole(path, "一\r\n") is False
    assert path.stat().st_ino == before
    assert write_whole(path, "二\r\n") is True
    assert [file.name for file in tmp_path.iterdir()] == ["a.md"]


def test_what_a_killed_export_left_unfinished_is_swept(tmp_path: Path):
    (tmp_path / ".a.md.finews-tmp").write_text("half")
    (tmp_path / "a.md").write_text("whole")
    sweep(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["a.md"]


def test_one_export_at_a_time_works_in_a_folder_and_a_killed_ones_lock_is_free(tmp_path: Path):
    holder = (
        "import sys, pathlib; from storage.export.files import locked_folder\n"
        "with locked_folder(pathlib.Path(sys.argv[1]), '.lock'): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(ExportError, match="another export"), locked_folder(tmp_path, ".lock"):
            pass
        other.kill()
    with locked_folder(tmp_path, ".lock"):
        pass


def test_a_place_that_takes_no_file_is_an_error_that_names_it(tmp_path: Path):
    (tmp_path / "file").write_text("")
    for attempt in (
        lambda: write_whole(tmp_path / "file" / "a.md", "x"),
        lambda: write_whole(tmp_path / "missing" / "a.md", "x"),
        lambda: sweep(tmp_path / "file" / "sub"),
        lambda: remove(tmp_path / "file" / "a.md"),
    ):
        with pytest.raises(ExportError, match=f"{tmp_path}.*cannot be written"):
            attempt()
    with pytest.raises(ExportError, match="file"), locked_folder(tmp_path / "file", ".lock"):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the machine has no full device")
def test_a_full_disk_is_an_error_that_names_the_file(tmp_path: Path):
    (tmp_path / ".a.md.finews-tmp").symlink_to("/dev/full")
    with pytest.raises(ExportError, match=r"a\.md cannot be written \(No space left on device\); make room"):
        write_whole(tmp_path / "a.md", "x")
    assert [file.name for file in tmp_path.iterdir()] == []
