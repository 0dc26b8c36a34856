"""Closes the capture files that killed processes left open; nothing of them is thrown away."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from storage.capture_files import OPEN, sync_folder, whole_records
from storage.captures import parsed, reference
from storage.cdxj import index_line, write_index
from storage.errors import CaptureError


def recover(folder: Path) -> list[str]:
    """Give every open file whose writer is gone its index and its closed name; give those names.

    Half a record at its end, which no row points at, is moved to a file beside it (`.warc.gz.cut`). A file that a
    living process writes stays as it is; so does a damaged one, which `captures.verify` reports.

    Raises:
        CaptureError: the folder cannot be written.
    """
    try:
        return [path.name.removesuffix(OPEN) for path in sorted(folder.glob(f"*.warc.gz{OPEN}")) if _close(path)]
    except OSError as error:
        raise CaptureError(
            f"capture files of killed crawls in {folder} cannot be closed ({error.strerror or error}); "
            "free space on its disk, or make it writable"
        ) from error


def _close(path: Path) -> bool:
    try:
        stream = path.open("r+b", buffering=0)
    except FileNotFoundError:
        return False  # its writer, or another process that recovers, was quicker
    with stream:
        if not _is_left(stream, path):
            return False
        final = path.with_name(path.name.removesuffix(OPEN))
        try:
            index, end = _read_through(stream, final)
        except CaptureError:
            return False
        if end == 0:
            return False  # killed in its first record: nothing to close
        _set_aside(stream, end, final)
        write_index(final, index)
        path.rename(final)
        sync_folder(final.parent)
        return True


def _is_left(stream: BinaryIO, path: Path) -> bool:
    """Lock the file; an empty one has just been made, and its writer is about to lock it."""
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return path.exists() and os.fstat(stream.fileno()).st_size > 0


def _read_through(stream: BinaryIO, final: Path) -> tuple[list[str], int]:
    """Give the index of a file's whole records, and where they end."""
    lines, end = [], 0
    for offset, length, content in whole_records(stream, final):
        end = offset + length
        if offset > 0:  # the first one is the warcinfo record
            record = parsed(content, f"{final} at offset {offset}")
            ref = reference(record.exchange, file=final.name, offset=offset, length=length, digest=record.digest)
            lines.append(index_line(ref, is_revisit=record.is_revisit))
    return lines, end


def _set_aside(stream: BinaryIO, end: int, final: Path) -> None:
    stream.seek(end)
    if not (half := b"".join(_pieces(stream))):
        return
    aside = final.with_name(f"{final.name}.cut")
    with aside.open("wb") as kept:
        kept.write(half)
        kept.flush()
        os.fsync(kept.fileno())
    stream.truncate(end)
    os.fsync(stream.fileno())


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(1024 * 1024):
        yield piece
