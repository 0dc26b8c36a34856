"""Adding an entry to a file of sources: whole or not at all, and never to the shipped catalogue."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from crawler.errors import SettingInvalid, SourcesInvalid
from crawler.sources import CATALOGUE, parse_sources


def writable_file(file: Path | None) -> Path:
    """Give the file to write to.

    Raises:
        SettingInvalid: none is named, or it is the catalogue, which the next upgrade would replace.
    """
    if file is None:
        raise SettingInvalid("no file of sources is set: give --to sources.toml, or set SOURCES_FILE")
    if file.resolve() == CATALOGUE.resolve():
        raise SettingInvalid(f"{file} ships with finews and is not written to: give --to another file")
    return file


def add_entry(file: Path, entry: str) -> None:
    """Append one entry to a file of sources, making the file if it is missing; comments and order stay.

    Raises:
        SourcesInvalid: the file cannot be read or written, or would not be valid with the entry.
    """
    try:
        before = file.read_text(encoding="utf-8") if file.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise SourcesInvalid(str(file), [f"cannot be read: {error}"]) from error
    text = f"{before.rstrip()}\n\n{entry}" if before.strip() else entry
    parse_sources(text, path=str(file))
    try:
        _replace(file, text)
    except OSError as error:
        raise SourcesInvalid(str(file), [f"cannot be written: {error.strerror}; choose another by --to"]) from error


def _replace(file: Path, text: str) -> None:
    """Write the file whole: a crawl that reads it meanwhile sees the old one or the new one."""
    file = file.resolve()  # a link stays a link
    file.parent.mkdir(parents=True, exist_ok=True)
    mode = file.stat().st_mode if file.exists() else 0o644
    with NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, prefix=f".{file.name}.", delete=False) as written:
        try:
            written.write(text)
            written.flush()
            os.fsync(written.fileno())
            Path(written.name).chmod(mode & 0o777)
            Path(written.name).replace(file)
        except BaseException:
            Path(written.name).unlink()
            raise
