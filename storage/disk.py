"""The disks below an archive: the room that is left, and whether a path is on a network file system."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from storage.config import Location
from storage.database import database_file
from storage.errors import ArchiveUnavailable
from storage.findings import Finding

MOUNTS = Path("/proc/self/mountinfo")

_NETWORK = {
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "fuse", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4",
    "ocfs2", "orangefs", "panfs", "smb3", "smbfs", "vboxsf", "virtiofs",
}  # fmt: skip
_OCTAL = re.compile(r"\\([0-7]{3})")


def free_bytes(path: Path) -> int:
    """Give the bytes that this user may still write on the disk of a file or folder, made already or not."""
    existing = next(place for place in (path, *path.absolute().parents) if place.exists())
    status = os.statvfs(existing)
    return status.f_bavail * status.f_frsize


def folders(location: Location) -> tuple[Path, ...]:
    """Give the folders of this machine that an archive writes to."""
    file = database_file(location.archive_url)
    return (location.captures_dir,) if file is None else (location.captures_dir, file.parent)


def require_room(folders: Iterable[Path], least: int) -> None:
    """See that each of these folders' disks has room, before a write finds out half way.

    Raises:
        ArchiveUnavailable: one has less than `least` bytes.
    """
    for folder in folders:
        free = free_bytes(folder) if least else 0
        if free < least:
            raise ArchiveUnavailable(
                f"the disk of {folder} has {free / 1e6:,.0f} MB left, less than DISK_FLOOR_MB={least / 1e6:g}: "
                "nothing more is written; free space on it"
            )


def room(folders: Iterable[Path], least: int) -> Finding:
    """Tell whether these folders' disks have at least `least` bytes left each."""
    free = {folder: free_bytes(folder) for folder in folders}
    text = ", ".join(f"{left / 1e6:,.0f} MB left for {folder}" for folder, left in free.items())
    is_well = all(left >= least for left in free.values())
    return Finding("room", is_well, text if is_well else f"{text}; DISK_WARN_MB={least / 1e6:g}: free space")


def network_file_system(path: Path, mounts: str) -> str | None:
    """Give the type of the network (or fuse) file system that a path is on, None for a local one.

    `mounts` is the text of /proc/self/mountinfo. Source: proc_pid_mountinfo(5).

    >>> network_file_system(Path("/srv/a/x.db"), "9 1 0:5 / /srv/a rw - nfs4 host:/a rw")
    'nfs4'
    """
    found = [(point, kind) for point, kind in _mounted(mounts) if path.is_relative_to(point)]
    # Of two at one place the later one covers the earlier.
    kind = max(enumerate(found), key=lambda one: (len(one[1][0].parts), one[0]))[1][1] if found else ""
    return kind if kind in _NETWORK or kind.startswith("fuse.") else None


def _mounted(mounts: str) -> Iterable[tuple[Path, str]]:
    for line in mounts.splitlines():
        place, _, behind = line.partition(" - ")
        fields, kind = place.split(" "), behind.partition(" ")[0]
        if len(fields) > 4 and kind:  # noqa: PLR2004
            yield Path(_OCTAL.sub(lambda code: chr(int(code[1], 8)), fields[4])), kind
