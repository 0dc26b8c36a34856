"""A day's account, in both databases."""

from __future__ import annotations

from datetime import timedelta

from storage import day, ledger, runs
from storage.archive import Archive
from storage.ledger import Ending, RefusedLink, SeenLink
from storage.reasons import Reason
from storage.runs import RunState
from storage.types import Kind, LinkState
from storage.urls import identity
from tests.storage.drafts import draft, store
from tests.storage.history import NOW, ended_run

DAY = timedelta(days=1)


def tried(archive: Archive, url: str, *endings: tuple[LinkState, Reason | None, timedelta]) -> None:
    """Put a link into the ledger that was tried at these times before NOW, with these ends."""
    with archive.writing() as connection:
        run = runs.start(connection, source_key="by-hand", spider="page", now=NOW - DAY * 9)
        seen = SeenLink(url, identity(url), Kind.ARTICLE, "{}", "")
        for state, reason, ago in endings:
            ledger.record(connection, "a", [seen], now=NOW - ago, run_id=run, capture_id=None, again=True)
            (link,) = ledger.lease(connection, "a", run_id=run, limit=1, now=NOW - ago, lease_for=DAY)
            ledger.settle(connection, Ending(link.id, state, reason, f"{url}: {reason}"), run_id=run, now=NOW - ago)


def test_a_day_tells_what_came_by_source_and_category_and_what_changed(archive: Archive) -> None:
    times = (NOW - DAY * 2, NOW - DAY, NOW - DAY / 2, NOW)
    for number, at in enumerate(times):
        store(archive, draft(f"https://a.example.com/{number}", text=f"第{number}条。" * 60), now=at)
    store(archive, draft("https://a.example.com/0", text="更正。" * 100), now=NOW - DAY / 2)
    ended_run(archive, "example", ago=DAY / 2)
    bad = ended_run(archive, "example", ago=DAY / 3, state=RunState.DEGRADED, problems=["gone: x"])
    with archive.reading() as connection:
        told = day.read(connection, since=NOW - DAY, until=NOW)
    assert told.new == {"example": 2}
    assert told.by_category == {("linxiribao", "临溪日报"): 2}
    assert told.revised == {"example": 1}
    assert told.runs == {"example": {RunState.OK: 1, RunState.DEGRADED: 1}}
    assert [(run.id, run.problems) for run in told.troubled] == [(bad, ("gone: x",))]


def test_links_that_came_to_nothing_are_told_by_reason_with_examples(archive: Archive) -> None:
    hours = timedelta(hours=1)
    tried(archive, "https://a.example.com/before", (LinkState.REJECTED, Reason.ROBOTS, DAY * 2))
    tried(
        archive, "https://a.example.com/later-well",
        (LinkState.REJECTED, Reason.NO_ARTICLE, hours * 5), (LinkState.STORED, None, hours),
    )  # fmt: skip
    tried(archive, "https://a.example.com/gone", (LinkState.GONE, Reason.GONE, hours * 3))
    item = RefusedLink("https://a.example.com/list#item=1", "item:1", Reason.BAD_ITEM, "it has no address")
    with archive.writing() as connection:
        ledger.refuse(connection, "b", [item], now=NOW - hours, run_id=None, capture_id=None)
    with archive.reading() as connection:
        told = day.read(connection, since=NOW - DAY, until=NOW)
    assert [(one.source_key, one.state, one.reason, one.count, one.examples) for one in told.missing] == [
        ("a", "gone", "gone", 1, ("https://a.example.com/gone",)),
        ("b", "rejected", "bad-item", 1, ("https://a.example.com/list#item=1",)),
    ]


def test_a_day_without_anything_is_empty(archive: Archive) -> None:
    with archive.reading() as connection:
        told = day.read(connection, since=NOW - DAY, until=NOW)
    assert (told.new, told.runs, told.missing, told.troubled) == ({}, {}, (), ())
