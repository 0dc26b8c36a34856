"""Files of an export: each is whole or not there, and one export at a time works in a folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage.errors import ExportError

_BEGIN, _END = ".", ".finews-tmp"


@contextmanager
def locked_folder(folder: Path, lock_name: str) -> Iterator[None]:
    """Make a folder and hold its lock; the lock of a killed export is free at once.

    Raises:
        ExportError: the folder cannot be made or written, or another export is at work in it.
    """
    path = folder / lock_name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = path.open("wb")
    except OSError as error:
        raise cannot_write(path, error) from error
    with lock:
        try:
            fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ExportError(
                f"another export is writing to {folder}; wait for its end and run this one again"
            ) from error
        except OSError as error:
            raise cannot_write(path, error) from error
        yield


def sweep(folder: Path) -> None:
    """Make a folder and remove the unfinished files that a killed export left in it; its lock must be held.

    Raises:
        ExportError: the folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with os.scandir(folder) as entries:
            unfinished = [entry.name for entry in entries if entry.name.endswith(_END)]
        for name in unfinished:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error


def write_whole(path: Path, content: str) -> bool:
    """Write a file as UTF-8, unless it has this very content; tell whether it was written.

    The new content takes the file's name only when it is on the disk.

    Raises:
        ExportError: the file cannot be written.
    """
    encoded = content.encode("utf-8", "replace")
    unfinished = path.with_name(f"{_BEGIN}{path.name}{_END}")
    try:
        if _has(path, encoded):
            return False
        with unfinished.open("wb") as file:
            file.write(encoded)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):  # the first error is the one to tell
            unfinished.unlink()
        raise cannot_write(path, error) from error
    return True


def write_stream(path: Path, pieces: Iterable[str]) -> None:
    """Write a file as UTF-8, piece by piece: it has its name only when it is whole and on the disk.

    Raises:
        ExportError: the file cannot be written.
    """
    unfinished = path.with_name(f"{_BEGIN}{path.name}{_END}")
    try:
        with unfinished.open("wb") as file:
            for piece in pieces:
                file.write(piece.encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        with suppress(OSError):  # it is not there any more where all went well
            unfinished.unlink()


def _has(path: Path, encoded: bytes) -> bool:
    try:
        return path.stat().st_size == len(encoded) and path.read_bytes() == encoded
    except FileNotFoundError:
        return False


def remove(path: Path) -> bool:
    """Remove a file; tell whether there was one.

    Raises:
        ExportError: it cannot be removed.
    """
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise cannot_write(path, error) from error
    return True


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk, so that a file written later never outlives them.

    Raises:
        ExportError: the folder cannot be synced.
    """
    try:
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
    except OSError as error:
        raise cannot_write(folder, error) from error


def cannot_write(path: Path, error: OSError) -> ExportError:
    """Give the error for a file that cannot be written: what, why, and what to do."""
    return ExportError(
        f"{path} cannot be written ({error.strerror or type(error).__name__}); make room or choose a folder you may "
        "write to, then export again: it goes on with what is missing"
    )
