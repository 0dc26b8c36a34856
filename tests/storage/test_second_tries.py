"""What is tried again after a connection broke, a lease ran out or a disk was full: nothing twice, nothing lost."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from pipelines.identify import decide
from storage import ledger
from storage.archive import Archive, Finished, Outcome, Visit, open_archive
from storage.captures import Exchange
from storage.config import Location
from storage.database import open_engine, sqlite_module, transaction
from storage.errors import ArchiveUnavailable
from storage.ledger import LeasedLink, SeenLink
from storage.reasons import Reason
from storage.types import Kind, LinkState
from tests.storage.drafts import draft, rows

MINUTE = timedelta(minutes=1)


def show(archive: Archive, count: int) -> None:
    urls = [f"https://example.org/{number}" for number in range(count)]
    archive.record_visit(
        Visit("s", tuple(SeenLink(url, f"url:{url[8:]}", Kind.ARTICLE, "{}", "a") for url in urls), ()), run_id=None
    )


def take(archive: Archive, run: int, *, lease_for: timedelta = MINUTE, holding: Sequence[int] = ()) -> list[LeasedLink]:
    return archive.lease("s", run_id=run, limit=10, lease_for=lease_for, holding=holding)[0]


def finished(link: LeasedLink, **changes: object) -> Finished:
    text = f"第{link.id}号公告已经发布，" * 30
    exchange = Exchange(link.url, 200, (("Content-Type", "text/html"),), os.urandom(2000), datetime.now(UTC))
    made = Finished(link.id, link.url, draft(link.url, text, title=f"第{link.id}号", link_id=link.id), (exchange,))
    return replace(made, **changes)  # type: ignore[arg-type]


def store(archive: Archive, run: int, items: Sequence[Finished]) -> list[Outcome]:
    return archive.store(items, run_id=run, decide=decide)


def test_a_store_whose_commit_was_not_heard_of_ends_as_it_did_and_writes_nothing_more(archive: Archive) -> None:
    show(archive, 3)
    run = archive.start_run("s", "page")
    items = [finished(link) for link in take(archive, run)]
    first, again = store(archive, run, items), store(archive, run, items)
    assert [one.state for one in again] == [one.state for one in first] == [LinkState.STORED] * 3
    assert [one.reason for one in again] == [None] * 3
    assert len(rows(archive, "SELECT * FROM change_feed")) == 3


def test_a_lease_whose_commit_was_not_heard_of_is_taken_again_by_the_same_run(archive: Archive) -> None:
    show(archive, 4)
    run = archive.start_run("s", "page")
    (held, *unheard) = take(archive, run)
    archive._is_lease_in_doubt = True  # as a lease leaves it that raised
    assert take(archive, run, holding=[held.id]) == unheard
    assert take(archive, run, holding=[held.id]) == []


def test_a_lease_that_is_renewed_stays_and_one_that_is_not_goes_to_another_run(archive: Archive) -> None:
    show(archive, 1)
    first = archive.start_run("s", "page")
    (link,) = take(archive, first, lease_for=timedelta(seconds=-1))
    archive.renew_leases(first, lease_for=MINUTE)
    second = archive.start_run("s", "page")
    assert take(archive, second) == []
    archive.renew_leases(first, lease_for=timedelta(seconds=-1))
    third = archive.start_run("s", "page")
    assert [one.id for one in take(archive, third)] == [link.id]


def test_what_another_run_worked_off_is_no_failure_and_stored_once(archive: Archive) -> None:
    show(archive, 2)
    slow = archive.start_run("s", "page")
    links = take(archive, slow, lease_for=timedelta(seconds=-1))
    quick = archive.start_run("s", "page")
    (done, held) = take(archive, quick)
    store(archive, quick, [finished(done)])
    late = store(archive, slow, [finished(link) for link in links])
    assert [(one.state, one.reason) for one in late] == [
        (LinkState.DUPLICATE, None), (LinkState.PENDING, Reason.STORE_FAILED),
    ]  # fmt: skip
    assert "the lease ran out" in late[1].text
    assert [one.state for one in store(archive, quick, [finished(held)])] == [LinkState.STORED]
    assert len(rows(archive, "SELECT * FROM change_feed")) == 2


def test_a_locked_archive_does_not_fill_the_captures_with_every_try(tmp_path: Path) -> None:
    archive = open_archive(Location(f"sqlite:///{tmp_path}/archive.db", tmp_path / "captures"), lock_wait_s=0.05)
    show(archive, 3)
    run = archive.start_run("s", "page")
    items = [finished(link) for link in take(archive, run)]
    other = sqlite_module().connect(tmp_path / "archive.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    sizes = set()
    for _ in range(4):
        with pytest.raises(ArchiveUnavailable, match="locked"):
            store(archive, run, items)
        sizes.add(sum(path.stat().st_size for path in (tmp_path / "captures").iterdir()))
    other.execute("ROLLBACK")
    other.close()
    assert len(sizes) == 1
    assert [one.state for one in store(archive, run, items)] == [LinkState.STORED] * 3
    places = rows(archive, "SELECT DISTINCT file, offset FROM capture")
    assert len(places) == 3
    archive.close()


def test_a_server_whose_lock_is_held_is_waited_for_no_longer_than_said(postgres_url: str) -> None:
    holder, waiter = open_engine(postgres_url), open_engine(postgres_url, lock_wait_s=0.1)
    with transaction(holder) as held:
        held.exec_driver_sql("SELECT pg_advisory_xact_lock(1)")
        with pytest.raises(ArchiveUnavailable, match="lock timeout"), transaction(waiter) as connection:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(1)")
    holder.dispose()
    waiter.dispose()


def test_a_value_that_is_too_large_for_a_server_is_no_absent_server(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    value = os.urandom(50_000).hex()
    try:
        with pytest.raises(OperationalError, match="maximum size is"), transaction(engine) as connection:
            connection.exec_driver_sql(f"CREATE TABLE t (a text UNIQUE); INSERT INTO t VALUES ('{value}')")
    finally:
        engine.dispose()


def test_ended_by_tells_only_of_the_run_that_asked(archive: Archive) -> None:
    show(archive, 1)
    run = archive.start_run("s", "page")
    (link,) = take(archive, run)
    with archive.reading() as connection:
        assert ledger.ended_by(connection, link.id, run) is None
    store(archive, run, [finished(link)])
    with archive.reading() as connection:
        ended = ledger.ended_by(connection, link.id, run)
        assert ended is not None
        assert ended.state == LinkState.STORED
        assert ledger.ended_by(connection, link.id, run + 1) is None
