"""The ledger's promises: no link lost, none worked on twice at once, every end with its reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from storage import ledger
from storage.archive import Archive, Visit
from storage.errors import LinkStateError
from storage.ledger import MAX_ATTEMPTS, Ending, LeasedLink, RefusedLink, SeenLink
from storage.link_history import LinkFilter, LinkStatus, links, tries
from storage.reasons import Reason
from storage.types import Kind, LinkState

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def seen(number: int, *, digest: str = "a", identity: str | None = None) -> SeenLink:
    url = f"https://example.org/{number}"
    return SeenLink(url, identity or f"url:example.org/{number}", Kind.ARTICLE, "{}", digest)


def show(archive: Archive, *items: SeenLink, again: bool = False) -> ledger.Seen:
    return archive.record_visit(Visit("s", items, (), again=again), run_id=None)


def take(archive: Archive, run_id: int, limit: int = 10) -> list[LeasedLink]:
    return archive.lease("s", run_id=run_id, limit=limit, lease_for=MINUTE)[0]


def settle(archive: Archive, run_id: int, ending: Ending, now: datetime | None = None) -> LinkState:
    with archive.writing() as connection:
        return ledger.settle(connection, ending, run_id=run_id, now=now or datetime.now(UTC))


def status(archive: Archive) -> dict[str, LinkStatus]:
    with archive.reading() as connection:
        return {link.url: link for link in links(connection, LinkFilter(), limit=1000)}


def test_a_link_seen_twice_is_one_row(archive: Archive) -> None:
    assert show(archive, seen(1), seen(2), seen(1)).new == 2
    assert show(archive, seen(2), seen(3)) == ledger.Seen(new=1, changed=0, known=1, overlaps=False)
    assert len(status(archive)) == 3


def test_a_list_overlaps_only_by_its_older_half(archive: Archive) -> None:
    """A pinned item on top of a list is known for ever and proves nothing."""
    show(archive, seen(1))
    assert not show(archive, seen(1), seen(2), seen(3), seen(4)).overlaps
    assert show(archive, seen(9), seen(8), seen(7), seen(4)).overlaps


def test_what_one_run_leases_no_other_run_gets(archive: Archive) -> None:
    show(archive, *(seen(number) for number in range(5)))
    first, second = archive.start_run("s", "page"), archive.start_run("s", "page")
    assert len(take(archive, first, 3)) == 3
    assert len(take(archive, second, 10)) == 2
    assert take(archive, first) == []


def test_one_article_under_two_addresses_is_worked_on_once_at_a_time(archive: Archive) -> None:
    show(archive, seen(1, identity="eastmoney:1"), seen(2, identity="eastmoney:1"))
    run = archive.start_run("s", "page")
    (only,) = take(archive, run)
    assert take(archive, run) == []
    settle(archive, run, Ending(only.id, LinkState.REJECTED, Reason.NO_ARTICLE))
    assert len(take(archive, run)) == 1


def test_a_killed_run_gives_its_links_back_at_once(archive: Archive) -> None:
    show(archive, seen(1))
    run = archive.start_run("s", "page")
    take(archive, run)
    with archive.writing() as connection:
        connection.exec_driver_sql(f"UPDATE run SET pid = {2**22 + 1} WHERE id = {run}")
    other = archive.start_run("s", "page")
    assert [link.url for link in take(archive, other)] == ["https://example.org/1"]


def test_a_lease_of_a_living_run_holds_until_its_time(archive: Archive) -> None:
    show(archive, seen(1))
    take(archive, archive.start_run("s", "page"))
    other = archive.start_run("s", "page")
    assert take(archive, other) == []
    with archive.writing() as connection:
        connection.exec_driver_sql("UPDATE link SET lease_until = '2020-01-01T00:00:00Z'")
        ledger.release_expired(connection, now=datetime.now(UTC))
    assert len(take(archive, other)) == 1


def test_a_run_that_ends_gives_back_what_it_holds(archive: Archive) -> None:
    show(archive, seen(1))
    run = archive.start_run("s", "page")
    take(archive, run)
    archive.finish_run(run, state="ok", counts={}, problems=[])  # type: ignore[arg-type]
    assert len(take(archive, archive.start_run("s", "page"))) == 1


def test_a_lost_lease_cannot_be_settled(archive: Archive) -> None:
    show(archive, seen(1))
    run = archive.start_run("s", "page")
    (link,) = take(archive, run)
    archive.finish_run(run, state="ok", counts={}, problems=[])  # type: ignore[arg-type]
    with pytest.raises(LinkStateError, match="not leased by run"):
        settle(archive, run, Ending(link.id, LinkState.STORED))


def test_retries_back_off_and_end_as_failed_with_every_reason(archive: Archive) -> None:
    show(archive, seen(1))
    run = archive.start_run("s", "page")
    states = []
    for number in range(MAX_ATTEMPTS):
        with archive.writing() as connection:
            connection.exec_driver_sql("UPDATE link SET next_try_at = '2020-01-01T00:00:00Z' WHERE state = 'pending'")
        (link,) = take(archive, run)
        states.append(
            settle(archive, run, Ending(link.id, LinkState.REJECTED, Reason.UNREACHABLE, f"try {number}", retry=True))
        )
    assert states == [LinkState.PENDING] * (MAX_ATTEMPTS - 1) + [LinkState.FAILED]
    with archive.reading() as connection:
        assert [one.reason_text for one in tries(connection, link.id)] == [f"try {n}" for n in range(MAX_ATTEMPTS)]


def test_a_link_to_be_retried_is_not_due_before_its_time(archive: Archive) -> None:
    show(archive, seen(1))
    run = archive.start_run("s", "page")
    (link,) = take(archive, run)
    settle(archive, run, Ending(link.id, LinkState.REJECTED, Reason.UNREACHABLE, retry=True))
    assert take(archive, run) == []
    due = status(archive)[link.url].next_try_at
    assert due is not None
    assert due > datetime.now(UTC) + timedelta(seconds=30)


@pytest.mark.parametrize("attempts", range(1, 40))
def test_the_wait_before_a_retry_grows_to_a_day_and_no_further(attempts: int) -> None:
    wait = ledger.backoff(attempts)
    assert timedelta(seconds=45) <= wait <= timedelta(days=1.25)


def test_an_item_that_its_source_edited_is_due_again(archive: Archive) -> None:
    show(archive, seen(1), seen(2))
    run = archive.start_run("s", "page")
    for link in take(archive, run):
        settle(archive, run, Ending(link.id, LinkState.GONE, Reason.GONE))
    assert show(archive, seen(1, digest="b"), seen(2)).changed == 1
    assert [link.url for link in take(archive, run)] == ["https://example.org/1"]


def test_links_given_by_hand_are_tried_again(archive: Archive) -> None:
    show(archive, seen(1))
    run = archive.start_run("s", "page")
    (link,) = take(archive, run)
    settle(archive, run, Ending(link.id, LinkState.REJECTED, Reason.NO_ARTICLE))
    assert take(archive, run) == []
    show(archive, seen(1), again=True)
    assert len(take(archive, run)) == 1


def test_an_item_that_cannot_be_read_stands_in_the_ledger_with_its_reason(archive: Archive) -> None:
    refused = RefusedLink("https://example.org/list#item=1", "item:1", Reason.BAD_ITEM, "title is a list")
    archive.record_visit(Visit("s", (), (refused,)), run_id=None)
    archive.record_visit(Visit("s", (), (refused,)), run_id=None)
    (link,) = status(archive).values()
    assert (link.state, link.reason, link.reason_text) == (LinkState.REJECTED, "bad-item", "title is a list")


def test_a_list_that_fails_is_written_down_and_so_is_its_return(archive: Archive) -> None:
    run = archive.start_run("s", "feed")
    archive.list_failed("s", "https://example.org/feed", Reason.BAD_LIST, "HTML, no feed", run_id=run)
    archive.list_failed("s", "https://example.org/feed", Reason.BAD_LIST, "HTML, no feed", run_id=run)
    link = status(archive)["https://example.org/feed"]
    assert (link.state, link.reason) == (LinkState.FAILED, "bad-list")
    assert take(archive, run) == [], "a list is no article to work on"
