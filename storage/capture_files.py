"""Files of gzip members: appended to whole or not at all, synced, closed, and read member by member.

What a member holds is `storage/captures.py`'s.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from collections.abc import Iterable, Iterator
from io import FileIO
from pathlib import Path
from typing import BinaryIO, Self

from storage.cdxj import write_index
from storage.errors import CaptureError

OPEN = ".open"
_CHUNK = 64 * 1024
_LARGEST_RECORD = 256 * 1024 * 1024  # unpacked; what is larger is no record of ours


class OpenFile:
    """A file that one process appends to; `append` leaves either the whole record or nothing of it.

    The file is locked while its writer lives, which is how `recover` tells a killed writer's file from a living one's.
    """

    def __init__(self, folder: Path, name: str, file: FileIO, *, size: int) -> None:
        self.name = name
        self.size = size
        self.is_broken = False
        self._final = folder / name
        self._path = folder / (name + OPEN)
        self._file = file

    @classmethod
    def new(cls, folder: Path, name: str, first: bytes) -> Self:
        """Begin a file with its first record."""
        path = folder / (name + OPEN)
        opened = cls(folder, name, FileIO(path, "xb"), size=0)
        try:
            fcntl.flock(opened._file, fcntl.LOCK_EX)
            opened.append(first)
            sync_folder(folder)
        except OSError:
            opened.abandon()
            path.unlink()
            raise
        return opened

    @classmethod
    def continued(cls, closed: Path, *, max_bytes: int) -> Self | None:
        """Go on with a closed file; None where it is that large, another process does, or it is there no more."""
        try:
            file = FileIO(closed, "r+b")
        except OSError:
            return None
        if not _is_free(file, closed) or (size := file.seek(0, os.SEEK_END)) >= max_bytes:
            file.close()
            return None
        closed.rename(closed.with_name(closed.name + OPEN))
        return cls(closed.parent, closed.name, file, size=size)

    def append(self, record: bytes) -> int:
        offset = self.size
        try:
            written = 0
            while written < len(record):
                written += self._file.write(record[written:])
            self.size += written
        finally:
            if self.size == offset:
                self._take_back(offset)
        return offset

    def _take_back(self, offset: int) -> None:
        self.is_broken = True
        self._file.truncate(offset)
        self._file.seek(offset)
        self.is_broken = False

    def sync(self) -> None:
        os.fsync(self._file.fileno())

    def give_back(self) -> None:
        """Close a file that was gone on with, as it was."""
        self._path.rename(self._final)
        self._file.close()

    def abandon(self) -> None:
        """Leave the file as it is, by its open name."""
        self._file.close()

    def close(self, index: Iterable[str]) -> None:
        """Give the file its index and its closed name, if it still has what was written."""
        try:
            self.sync()
            found = os.fstat(self._file.fileno()).st_size
            if found != self.size:
                raise OSError(None, f"{self._path.name} has {found} bytes where {self.size} were written")
            write_index(self._final, index)
            self._path.rename(self._final)
            sync_folder(self._final.parent)
        finally:
            self._file.close()


def _is_free(file: FileIO, path: Path) -> bool:
    """Lock a file; tell whether that worked and it still has its name: another process may have gone on with it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return path.stat().st_ino == os.fstat(file.fileno()).st_ino
    except OSError:
        return False


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk for good; a file's own fsync does not."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def whole_records(stream: BinaryIO, path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Give (offset, length, content) of each gzip member from the stream's place on, up to one that is cut.

    Raises:
        CaptureError: the bytes at some offset are no gzip member, or not those that its checksum promises.
    """
    offset, ahead = stream.tell(), b""
    while ahead or (ahead := stream.read(_CHUNK)):
        unzip = zlib.decompressobj(wbits=31)
        pieces, length, size = [], 0, 0
        try:
            while not unzip.eof:
                if not ahead and not (ahead := stream.read(_CHUNK)):
                    return
                pieces.append(unzip.decompress(ahead))
                length, size, ahead = length + len(ahead), size + len(pieces[-1]), unzip.unused_data
                if size > _LARGEST_RECORD:
                    raise CaptureError(f"{path} has at offset {offset} a record larger than any of ours")
        except (zlib.error, OSError) as error:
            raise CaptureError(f"{path} cannot be read at offset {offset}: {error}") from error
        length -= len(ahead)
        yield offset, length, b"".join(pieces)
        offset += length
