"""Finished links are written together, and wait for an archive that cannot take them now: real archives, real locks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from pipelines import identify
from pipelines.batch import LARGEST_BATCH, Batch
from pipelines.page import Fetched, Page, SourceFacts
from pipelines.patience import ArchiveThread
from pipelines.process import process
from storage.archive import Archive, Finished, Outcome, Visit, open_archive
from storage.config import Location
from storage.database import sqlite_module
from storage.drafts import Draft
from storage.errors import ArchiveUnavailable
from storage.ledger import SeenLink
from storage.reasons import Reason
from storage.types import Kind, LinkState

NOW = datetime(2025, 6, 11, 9, tzinfo=UTC)


@pytest.fixture
def thread() -> Iterator[ArchiveThread]:
    one_thread = ArchiveThread()
    yield one_thread
    one_thread.close()


def leased(archive: Archive, count: int) -> tuple[int, list[Finished]]:
    """Give a run and finished links that it holds, each with an article of its own."""
    urls = [f"https://desk.example.org/{number}" for number in range(count)]
    seen = tuple(SeenLink(url, f"url:{url.partition('://')[2]}", Kind.ARTICLE, "{}", "a") for url in urls)
    archive.record_visit(Visit("desk", seen, ()), run_id=None)
    run = archive.start_run("desk", "page")
    links, _ = archive.lease("desk", run_id=run, limit=count, lease_for=timedelta(minutes=5))
    return run, [Finished(link.id, link.url, draft(link.id, link.url)) for link in links]


def draft(link_id: int, url: str) -> Draft:
    text = f"<p>The harbour company reported steady figures for quarter {link_id}, and no change is expected.</p>" * 6
    body = f"<html><body><article><h1>Report {link_id}</h1>{text}</article></body></html>".encode()
    fetched = (Fetched(url, url, 200, (("Content-Type", "text/html"),), body, NOW),)
    made = process(Page(link_id, url, Kind.ARTICLE, SourceFacts("desk"), NOW, fetched=fetched))
    assert isinstance(made, Draft)
    return made


def counted(archive: Archive, query: str) -> int:
    with archive.reading() as connection:
        return int(connection.exec_driver_sql(query).scalar_one())


async def add_all(batch: Batch, items: Sequence[Finished]) -> list[Outcome | BaseException]:
    return await asyncio.gather(*(batch.add(item) for item in items), return_exceptions=True)


def test_links_that_finish_together_are_written_together_and_each_hears_its_own_end(
    archive: Archive, thread: ArchiveThread
) -> None:
    run, items = leased(archive, LARGEST_BATCH + 6)
    sizes: list[int] = []

    def store(chunk: Sequence[Finished]) -> list[Outcome]:
        sizes.append(len(chunk))
        return archive.store(chunk, run_id=run, decide=identify.decide)

    outcomes = asyncio.run(add_all(Batch(store, thread), items))
    assert sizes == [LARGEST_BATCH, 6]
    assert [one.link_id for one in outcomes if isinstance(one, Outcome)] == [item.link_id for item in items]
    assert {one.state for one in outcomes if isinstance(one, Outcome)} == {LinkState.STORED}
    assert counted(archive, "SELECT count(*) FROM article_current") == len(items)


def test_a_locked_archive_is_waited_out_and_nothing_is_lost(
    tmp_path: Path, thread: ArchiveThread, caplog: pytest.LogCaptureFixture
) -> None:
    archive = open_archive(Location(f"sqlite:///{tmp_path}/archive.db", tmp_path / "captures"))
    run, items = leased(archive, 5)
    with archive.writing() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")  # the lock is met at once, not after half a minute
    # The very library of the archive: two SQLite libraries in one process do not see each other's locks.
    other = sqlite_module().connect(tmp_path / "archive.db", check_same_thread=False, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    tries = 0

    def store(chunk: Sequence[Finished]) -> list[Outcome]:
        nonlocal tries
        tries += 1
        if tries == 3:
            other.execute("ROLLBACK")
        return archive.store(chunk, run_id=run, decide=identify.decide)

    outcomes = asyncio.run(add_all(Batch(store, thread), items))
    other.close()
    assert tries == 3
    assert [one.state for one in outcomes if isinstance(one, Outcome)] == [LinkState.STORED] * 5
    assert counted(archive, "SELECT count(*) FROM article_current") == 5
    assert "locked" in caplog.text
    assert "takes writes again" in caplog.text
    archive.close()


def test_a_final_error_reaches_everyone_who_waits_and_the_next_batch_is_written(
    archive: Archive, thread: ArchiveThread
) -> None:
    run, items = leased(archive, 4)
    failing = True

    def store(chunk: Sequence[Finished]) -> list[Outcome]:
        if failing:
            raise RuntimeError("the disk is on fire")
        return archive.store(chunk, run_id=run, decide=identify.decide)

    async def twice() -> tuple[list[Outcome | BaseException], list[Outcome | BaseException]]:
        nonlocal failing
        batch = Batch(store, thread)
        first = await add_all(batch, items[:3])
        failing = False
        return first, await add_all(batch, items[3:])

    first, second = asyncio.run(twice())
    assert [str(error) for error in first] == ["the disk is on fire"] * 3
    assert [one.state for one in second if isinstance(one, Outcome)] == [LinkState.STORED]


def test_one_bad_item_fails_alone(archive: Archive, thread: ArchiveThread) -> None:
    run, items = leased(archive, 5)
    bad = items[2]
    assert isinstance(bad.result, Draft)
    items[2] = replace(bad, result=replace(bad.result, published_at=datetime(2025, 6, 11)))  # a time without a zone
    store = partial(archive.store, run_id=run, decide=identify.decide)
    outcomes = asyncio.run(add_all(Batch(store, thread), items))
    states = [one.state for one in outcomes if isinstance(one, Outcome)]
    assert states == [LinkState.STORED, LinkState.STORED, LinkState.FAILED, LinkState.STORED, LinkState.STORED]
    refused = outcomes[2]
    assert isinstance(refused, Outcome)
    assert refused.reason is Reason.STORE_FAILED
    assert counted(archive, "SELECT count(*) FROM article_current") == 4


def test_one_who_gives_up_waiting_does_not_take_the_others_along(archive: Archive, thread: ArchiveThread) -> None:
    run, items = leased(archive, 3)
    store = partial(archive.store, run_id=run, decide=identify.decide)

    async def one_cancelled() -> list[Outcome | BaseException]:
        batch = Batch(store, thread)
        tasks = [asyncio.create_task(batch.add(item)) for item in items]
        await asyncio.sleep(0)
        tasks[0].cancel()
        return await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), timeout=20)

    cancelled, *others = asyncio.run(one_cancelled())
    assert isinstance(cancelled, asyncio.CancelledError)
    assert [one.state for one in others if isinstance(one, Outcome)] == [LinkState.STORED] * 2


def test_an_archive_that_never_comes_back_ends_the_waiting() -> None:
    thread = ArchiveThread(patience_s=0.1)

    def store(_chunk: Sequence[Finished]) -> list[Outcome]:
        raise ArchiveUnavailable("the archive is not available")

    items = [Finished(1, "https://desk.example.org/1", draft(1, "https://desk.example.org/1"))]
    (error,) = asyncio.run(add_all(Batch(store, thread), items))
    assert isinstance(error, ArchiveUnavailable)
