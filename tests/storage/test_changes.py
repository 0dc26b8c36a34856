"""The change feed misses nothing and tells nothing twice, whoever writes meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path

from storage import changes
from storage.archive import Archive, open_archive
from storage.config import Location
from storage.types import ChangeKind
from tests.storage.drafts import draft, store

WRITERS, EACH = 4, 12


def test_a_cursor_goes_on_after_the_last_change_read(archive: Archive) -> None:
    for number in range(5):
        store(archive, draft(f"https://news.example.com/{number}", text=f"第{number}篇。" * 60))
    with archive.reading() as connection:
        first = changes.after(connection, 0, limit=3)
        rest = changes.after(connection, first[-1].seq, limit=3)
        assert changes.after(connection, rest[-1].seq, limit=3) == []
    assert [one.article_id for one in (*first, *rest)] == [1, 2, 3, 4, 5]
    assert {one.kind for one in first} == {ChangeKind.NEW}


def test_a_reader_beside_many_writers_misses_nothing(archive_url: str, archive: Archive, tmp_path: Path) -> None:
    """Numbers are drawn in the order of the commits, so that no cursor passes a row that appears later."""
    running = [threading.Thread(target=_write, args=(archive_url, tmp_path, name)) for name in range(WRITERS)]
    for thread in running:
        thread.start()
    read: list[int] = []
    while len(read) < WRITERS * EACH and (any(thread.is_alive() for thread in running) or _more(archive, read)):
        read += _more(archive, read)
    for thread in running:
        thread.join()
    read += _more(archive, read)
    with archive.reading() as connection:
        everything = [one.seq for one in changes.after(connection, 0, limit=1000)]
    assert read == everything
    assert len(everything) == WRITERS * EACH


def _write(url: str, folder: Path, name: int) -> None:
    own = open_archive(Location(url, folder / f"captures-{name}"))
    try:
        for number in range(EACH):
            store(own, draft(f"https://news.example.com/{name}/{number}", text=f"作者{name}第{number}篇。" * 60))
    finally:
        own.close()


def _more(archive: Archive, read: list[int]) -> list[int]:
    with archive.reading() as connection:
        return [one.seq for one in changes.after(connection, read[-1] if read else 0, limit=1000)]
