"""A day's digest is whole, and nothing from outside is markup in it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import digest
from crawler.digest import Digest
from storage.alerts import Alert
from storage.archive import Archive
from storage.day import Day, Missing
from storage.reasons import Reason
from storage.runs import RunState
from storage.types import LinkState
from tests.storage.drafts import draft, store
from tests.storage.history import NOW, ended_run

DAY = timedelta(days=1)


def made(**changes: object) -> Digest:
    values: dict[str, object] = {
        "since": NOW, "until": NOW + DAY, "new": {"sina-roll": 3}, "by_category": {("xinlang", "新浪财经"): 3},
        "revised": {}, "runs": {"sina-roll": {RunState.OK: 2}}, "missing": (), "troubled": (), **changes,
    }  # fmt: skip
    return Digest(NOW.date(), "UTC", Day(**values), ())  # type: ignore[arg-type]


def test_a_digest_says_what_came_and_what_is_missing_and_why() -> None:
    missing = Missing("sina-roll", LinkState.GONE, Reason.GONE, 2, ("https://a.example.com/x_1",))
    text = digest.text(made(missing=(missing,)))
    assert "# finews: 2025-06-11 (UTC)\n\n3 new articles, 0 revised, 2 links not archived, 2 runs\n" in text
    assert "- sina-roll: 3 new, 0 revised, 2 not archived; runs: 2 ok\n" in text
    assert "- 新浪财经 (xinlang): 3\n" in text
    assert "- sina-roll: 2 gone, gone\n    - https://a.example.com/x_1\n" in text
    assert text.endswith("## Alerts\n\nnone\n")


def test_a_day_is_read_from_the_archive_in_a_zone(archive: Archive) -> None:
    store(archive, draft(), now=NOW.replace(hour=17))
    ended_run(archive, "example", state=RunState.FAILED, problems=["bad-list: https://a.example.com/rss: HTML", "more"])
    with archive.writing() as connection:
        from storage import alerts

        alerts.save(connection, [Alert("example", "silent", NOW, NOW, "no new article"), Alert("b", "x", NOW, NOW, "")])
    shanghai = digest.read(archive, date(2025, 6, 12), "Asia/Shanghai")
    assert (shanghai.new, len(shanghai.alerts), shanghai.day.troubled) == (1, 1, ())
    utc = digest.read(archive, date(2025, 6, 11), "UTC")
    text = digest.text(utc)
    assert "failed, 2025-06-11T08:17:00Z: bad-list: https://a.example.com/rss: HTML (and 1 more: finews runs" in text
    assert digest.fields(utc)["new"] == {"example": 1}
    assert digest.message(utc).title == "finews digest of 2025-06-11: 1 new articles"


@given(st.text(max_size=80))
def test_no_name_from_outside_adds_a_line_or_markup(name: str) -> None:
    text = digest.text(made(by_category={(name, name + "\n# x <b>"): 3}, new={name: 1}, runs={}))
    assert len(text.splitlines()) == len(digest.text(made()).splitlines())
    assert "<b>" not in text.replace("\\<b\\>", "")


def test_a_digest_stays_short() -> None:
    missing = tuple(
        Missing("a", LinkState.FAILED, f"r{n}", 1, ("https://a.example.com/" + "x" * 999,)) for n in range(999)
    )
    assert len(digest.text(made(missing=missing))) < 40_000


@pytest.mark.parametrize(("day", "hours"), [(date(2025, 3, 30), 23), (date(2025, 10, 26), 25), (date(2025, 6, 1), 24)])
def test_a_day_has_the_hours_that_it_has_in_its_zone(day: date, hours: int) -> None:
    begin, end = digest.bounds(day, "Europe/Berlin")
    assert end.timestamp() - begin.timestamp() == hours * 3600
