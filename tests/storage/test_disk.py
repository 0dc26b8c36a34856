"""The disks below an archive: room and file systems."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.disk import MOUNTS, free_bytes, network_file_system, require_room, room
from storage.errors import ArchiveUnavailable

MOUNTED = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /srv rw - nfs4 files:/srv rw,vers=4.2
31 30 8:2 / /srv/local rw master:2 - xfs /dev/sdb1 rw
32 22 0:41 / /mnt/two\040words rw - cifs //files/two rw
33 22 0:42 / /home/me/far rw - fuse.sshfs me@far: rw
34 22 0:43 / /over rw - nfs files:/over rw
35 34 0:44 / /over rw - tmpfs tmpfs rw
36 22 8:3 / /media/disk rw - fuseblk /dev/sdc1 rw
a line that is none
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/data/archive.db", None), ("/srv/archive.db", "nfs4"), ("/srv/local/archive.db", None),
        ("/srvice/archive.db", None), ("/mnt/two words/a/archive.db", "cifs"), ("/home/me/far/a.db", "fuse.sshfs"),
        ("/over/a.db", None), ("/media/disk/a.db", None),
    ],
)  # fmt: skip
def test_a_network_file_system_is_told_by_the_mount_that_is_nearest(path: str, kind: str | None) -> None:
    assert network_file_system(Path(path), MOUNTED) == kind


def test_the_mounts_of_this_machine_can_be_read(tmp_path: Path) -> None:
    network_file_system(tmp_path.resolve(), MOUNTS.read_text(encoding="utf-8", errors="replace"))
    assert network_file_system(tmp_path, "") is None


def test_a_disk_without_room_is_said_before_anything_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "made" / "yet"
    require_room([folder], 0)
    require_room([folder], 1)
    with pytest.raises(ArchiveUnavailable, match=r"MB left, less than DISK_FLOOR_MB=1e\+12"):
        require_room([folder], 10**18)
    assert not folder.exists()


def test_little_room_is_worth_a_warning(tmp_path: Path) -> None:
    assert room([tmp_path], 0).is_well
    found = room([tmp_path], free_bytes(tmp_path) * 2)
    assert not found.is_well
    assert str(tmp_path) in found.text
