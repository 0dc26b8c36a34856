"""The posts of a Jekyll site on disk, read one by one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storage.errors import ExportError
from storage.export.front_matter import FrontMatterError
from storage.export.post import Post, read_post

MAX_POST_BYTES = 8 * 1024 * 1024
_ENDINGS = (".md", ".markdown")


@dataclass(frozen=True, slots=True)
class BadPost:
    """A file that is no post, with the reason in one line; the posts beside it are read all the same."""

    file: str
    reason: str


def read_posts(path: Path) -> Iterator[Post | BadPost]:
    """Give the posts of a site's folder (its `_posts`, or the folder itself) in order of their names, or of one file.

    One post is in memory at a time, of at most 8 MiB.

    Raises:
        ExportError: there is no such file or folder, it cannot be read, or the folder has no posts.
    """
    if path.is_dir():
        return (_read(file) for file in _post_files(path / "_posts" if (path / "_posts").is_dir() else path))
    if not path.exists():
        raise ExportError(f"{path} does not exist; give a Jekyll site's folder or one post")
    return iter([_read(path)])


def _post_files(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if _is_post_name(entry.name))
    except OSError as error:
        raise ExportError(f"{folder} cannot be read ({error.strerror}); make it readable") from error
    if not names:
        raise ExportError(f"{folder} has no posts (*.md); give a Jekyll site's folder, its _posts, or one post")
    return (folder / name for name in names)


def _is_post_name(name: str) -> bool:
    return name.endswith(_ENDINGS) and not name.startswith(".")


def _read(file: Path) -> Post | BadPost:
    try:
        if not file.is_file():
            return BadPost(str(file), "no regular file")
        with file.open("rb") as opened:
            # Not always the whole limit: `read` takes as much memory as it is asked for.
            size = os.fstat(opened.fileno()).st_size
            read = opened.read(min(size, MAX_POST_BYTES) + 1)
        if len(read) > MAX_POST_BYTES:
            return BadPost(str(file), f"larger than {MAX_POST_BYTES // 1024 // 1024} MiB: no post of one article")
        return read_post(read.decode("utf-8"), file.name)
    except UnicodeDecodeError as error:
        return BadPost(str(file), f"no UTF-8 at byte {error.start}; convert the file to UTF-8")
    except OSError as error:
        return BadPost(str(file), f"cannot be read ({error.strerror or type(error).__name__})")
    except FrontMatterError as error:
        return BadPost(str(file), str(error).splitlines()[0])
