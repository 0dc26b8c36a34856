"""Files of gzip members: appended to whole or not at all, synced, closed, and read member by member.

What a member holds is `storage/captures.py`'s.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from storage.cdxj import write_index
from storage.errors import CaptureError

OPEN = ".open"
_CHUNK = 64 * 1024
_LARGEST_RECORD = 256 * 1024 * 1024  # unpacked; what is larger is no record of ours


class OpenFile:
    """A file that one process appends to; `append` leaves either the whole record or nothing of it.

    The file is locked while its writer lives, which is how `recover` tells a killed writer's file from a living one's.
    """

    def __init__(self, folder: Path, name: str, first: bytes) -> None:
        self.name = name
        self.size = 0
        self.is_broken = False
        self._final = folder / name
        self._path = folder / (name + OPEN)
        self._file = self._path.open("xb", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            self.append(first)
            sync_folder(folder)
        except OSError:
            self.abandon()
            self._path.unlink()
            raise

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
