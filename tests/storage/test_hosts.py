"""A host that is put off is left alone: by every source, over restarts, and no longer than it has to be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.identify import decide
from storage import hosts, ledger
from storage.archive import Archive, Finished, Visit, open_archive
from storage.captures import Exchange
from storage.drafts import Rejected
from storage.hosts import LONGEST_WAIT, PutOff, whole_second
from storage.ledger import Ending, HostRoom, LeasedLink, SeenLink
from storage.reasons import Reason
from storage.types import Kind, LinkState

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def put_off(archive: Archive, host: str, *, now: datetime, wait: timedelta | None = None) -> PutOff:
    with archive.writing() as connection:
        return hosts.put_off(connection, host, reason=Reason.CAPTCHA, text="a captcha", now=now, wait=wait)


def show(archive: Archive, source: str, *urls: str) -> None:
    links = tuple(SeenLink(url, f"url:{url}", Kind.ARTICLE, "{}", "") for url in urls)
    archive.record_visit(Visit(source, links, ()), run_id=None)


def lease(archive: Archive, source: str, run: int, limit: int = 100, room: HostRoom | None = None) -> list[LeasedLink]:
    return archive.lease(source, run_id=run, limit=limit, lease_for=HOUR, of_host=room)[0]


def test_the_wait_doubles_each_time_in_a_row_to_a_day(archive: Archive) -> None:
    now, waits = NOW, []
    for _ in range(8):
        standing = put_off(archive, "a.test", now=now)
        waits.append(standing.until - now)
        now = standing.until
    assert waits[:5] == [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR]
    assert set(waits[5:]) == {LONGEST_WAIT}


def test_many_links_that_tell_the_same_count_once_and_none_shortens_it(archive: Archive) -> None:
    first = put_off(archive, "a.test", now=NOW, wait=timedelta(days=1))
    for minutes in range(3):
        assert put_off(archive, "a.test", now=NOW + timedelta(minutes=minutes)) == first
    longer = put_off(archive, "a.test", now=NOW, wait=timedelta(days=2))
    assert (longer.times, longer.until) == (1, NOW + timedelta(days=2))


def test_an_answer_ends_what_is_over_and_nothing_else(archive: Archive) -> None:
    for host in ("over.test", "standing.test"):
        put_off(archive, host, now=NOW, wait=HOUR if host == "over.test" else 3 * HOUR)
    with archive.writing() as connection:
        hosts.answered(connection, ["over.test", "standing.test"], now=NOW + 2 * HOUR)
        assert hosts.of_host(connection, "over.test") is None
        assert [one.host for one in hosts.standing(connection, now=NOW + 2 * HOUR)] == ["standing.test"]


@given(st.datetimes())
def test_nobody_is_asked_a_fraction_of_a_second_too_early(moment: datetime) -> None:
    if moment.year < 9999:
        assert timedelta(0) <= whole_second(moment) - moment < timedelta(seconds=1)


def test_links_of_a_host_that_is_put_off_are_leased_by_nobody_until_its_time(archive: Archive) -> None:
    for source in ("s", "t"):
        show(archive, source, f"https://busy.test/{source}", f"https://free.test/{source}")
    archive.put_off("busy.test", reason=Reason.BLOCKED, text="429", wait=timedelta(days=1))
    again = open_archive(archive.location)
    for source in ("s", "t"):
        run = again.start_run(source, "feed")
        assert [link.url for link in lease(again, source, run)] == [f"https://free.test/{source}"]
        (waiting,) = again.waiting(source)
        assert (waiting.put_off.host, waiting.links) == ("busy.test", 1)
    again.close()
    with archive.writing() as connection:
        connection.exec_driver_sql("UPDATE host SET put_off_until = '2020-01-01T00:00:00Z'")
    assert len(lease(archive, "s", archive.start_run("s", "feed"))) == 1


def test_a_put_off_costs_no_try_and_keeps_its_time(archive: Archive) -> None:
    show(archive, "s", "https://busy.test/1")
    run = archive.start_run("s", "feed")
    until = datetime(2020, 1, 1, tzinfo=UTC)  # over already, so that it can be leased again
    for number in range(ledger.MAX_ATTEMPTS + 2):
        (link,) = lease(archive, "s", run)
        assert link.attempts == 0, number
        ending = Ending(link.id, LinkState.REJECTED, Reason.BLOCKED, retry=True, not_before=until, counts=False)
        with archive.writing() as connection:
            assert ledger.settle(connection, ending, run_id=run, now=NOW) is LinkState.PENDING


def test_a_captcha_puts_the_host_off_that_showed_it_and_its_link_is_tried_again(archive: Archive) -> None:
    show(archive, "s", "https://desk.test/1", "https://desk.test/2")
    run = archive.start_run("s", "feed")
    first, _ = lease(archive, "s", run)
    exchange = Exchange("https://wall.test/1", 200, (), b"captcha", NOW)
    rejected = Rejected(first.id, first.url, Reason.CAPTCHA, "a captcha")
    (outcome,) = archive.store([Finished(first.id, first.url, rejected, (exchange,))], run_id=run, decide=decide)
    assert outcome.state is LinkState.PENDING
    assert outcome.put_off is not None
    assert outcome.put_off.host == "wall.test"
    assert [one.host for one in archive.put_off_hosts()] == ["wall.test"]
    with archive.reading() as connection:
        (row,) = connection.exec_driver_sql(f"SELECT attempts, next_try_at FROM link WHERE id = {first.id}")
    assert row.attempts == 1
    assert row.next_try_at >= outcome.put_off.until.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("most", [1, 4])
def test_one_host_fills_no_lease(archive: Archive, most: int) -> None:
    show(archive, "s", *(f"https://slow{host}.test/{number}" for host in range(5) for number in range(50)))
    show(archive, "s", *(f"https://good{number}.test/" for number in range(5)))
    run = archive.start_run("s", "feed")
    leased = lease(archive, "s", run, 60, HostRoom(most, {"slow0.test": 0}))
    by_host: dict[str, int] = {}
    for link in leased:
        host = link.url.split("/")[2]
        by_host[host] = by_host.get(host, 0) + 1
    expected = {f"slow{host}.test": most for host in range(1, 5)} | {f"good{number}.test": 1 for number in range(5)}
    assert by_host == expected
