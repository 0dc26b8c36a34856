from __future__ import annotations

from storage import alerts
from storage.alerts import Alert
from storage.archive import Archive
from tests.storage.history import NOW


def test_what_is_saved_takes_the_place_of_what_was_there(archive: Archive) -> None:
    first = [Alert("a", "silent", NOW, None, "没有新文章"), Alert("b", "errors", NOW, NOW, "")]
    for saved in (first, first[1:], []):
        with archive.writing() as connection:
            alerts.save(connection, saved)
        with archive.reading() as connection:
            assert alerts.load(connection) == saved
    assert [alert.is_over for alert in first] == [False, True]
