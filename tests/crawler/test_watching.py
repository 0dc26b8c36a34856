"""The watch over a real archive, with real channels: told once, in one message, and nothing that fails breaks it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.channels import Email, Webhook
from crawler.sources import Source, parse_sources
from crawler.watching import Watcher, watched
from storage import alerts
from storage.alerts import Alert
from storage.archive import Archive, open_archive
from storage.config import Location
from storage.runs import RunState
from tests.crawler.mail_and_hooks import Hook, Mailbox, mail_server, webhook
from tests.storage.drafts import draft, store
from tests.storage.history import NOW, ended_run

ROUND = timedelta(minutes=5)


def source(key: str, **changes: object) -> Source:
    return Source.model_validate(
        {"key": key, "kind": "feed", "url": f"https://{key}.example.com/rss", "schedule": "*/5 * * * *", **changes}
    )


@pytest.fixture
def location(tmp_path: Path) -> Location:
    return Location(f"sqlite:///{tmp_path}/archive.db", tmp_path / "captures")


@pytest.fixture
def archive(location: Location) -> Iterator[Archive]:
    with closing(open_archive(location)) as opened:
        yield opened


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as running:
        yield running


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as running:
        yield running


def email(box: Mailbox) -> Email:
    return Email(f"smtp://127.0.0.1:{box.port}", "finews@example.org", ("me@example.org",))


def kept(archive: Archive) -> list[Alert]:
    with archive.reading() as connection:
        return alerts.load(connection)


def test_many_failing_sources_are_one_message_by_each_channel_and_no_second_one(
    archive: Archive, location: Location, hook: Hook, box: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    for key in ("a", "b", "c"):
        ended_run(archive, key, state=RunState.FAILED, problems=[f"bad-list: https://{key}.example.com/rss"])
    watcher = Watcher(location, [source(key) for key in ("a", "b", "c")], [Webhook(hook.url), email(box)])
    with caplog.at_level(logging.WARNING, "crawler.watching"):
        for number in range(3):
            watcher.look(NOW + ROUND * number)
    assert [len(body["alerts"]) for body in hook.bodies] == [3]
    assert [mail["Subject"] for mail in box.mails] == ["finews alerts: 3 begun"]
    assert len(caplog.records) == 3
    for key in ("a", "b", "c"):
        ended_run(archive, key, counts={"stored": 1})
    watcher.look(NOW + ROUND * 4)
    assert hook.bodies[1]["title"] == "finews alerts: 3 over"
    assert all(alert.is_over for alert in kept(archive))


def test_a_channel_that_is_down_gets_its_messages_later_and_the_others_once(
    archive: Archive, location: Location, hook: Hook, box: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    ended_run(archive, "a", state=RunState.FAILED)
    watcher = Watcher(location, [source("a")], [Webhook(hook.url, pauses_s=()), email(box)])
    hook.answers = [(500, b"")] * 2
    for number in range(4):
        watcher.look(NOW + ROUND * number)
    assert len(box.mails) == 1
    assert [body["title"] for body in hook.bodies] == ["finews alerts: 1 begun"] * 3, "two tries were refused"
    assert "tried again" in caplog.text
    assert "secret" not in caplog.text


def test_without_any_channel_that_works_it_is_told_in_the_log_once_and_by_the_first_channel_that_does(
    archive: Archive, location: Location, hook: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    ended_run(archive, "a", state=RunState.FAILED)
    hook.answers = [(500, b"")] * 3
    watcher = Watcher(location, [source("a")], [Webhook(hook.url, pauses_s=())])
    for number in range(3):
        watcher.look(NOW + ROUND * number)
        assert kept(archive)[0].told_at is None
    watcher.look(NOW + ROUND * 3)
    assert kept(archive)[0].told_at == NOW + ROUND * 3
    assert sum("BEGUN" in record.getMessage() for record in caplog.records) == 1


def test_the_log_alone_is_a_channel(archive: Archive, location: Location, caplog: pytest.LogCaptureFixture) -> None:
    ended_run(archive, "a", state=RunState.FAILED, problems=["the list\x1b[31m is none"])
    Watcher(location, [source("a")], []).look(NOW)
    assert "BEGUN a: run-failed" in caplog.text
    assert "\x1b" not in caplog.records[0].getMessage()
    assert kept(archive)[0].told_at == NOW


def test_another_watcher_goes_on_where_the_first_one_ended(archive: Archive, location: Location, hook: Hook) -> None:
    ended_run(archive, "a", state=RunState.FAILED)
    for number in range(2):
        Watcher(location, [source("a")], [Webhook(hook.url)]).look(NOW + ROUND * number)
    assert len(hook.bodies) == 1


def test_an_archive_that_cannot_be_read_is_logged_and_raises_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "archive.db").write_text("no database, for sure")
    watcher = Watcher(Location(f"sqlite:///{tmp_path}/archive.db", tmp_path), [source("a")], [])
    for number in range(3):
        watcher.look(NOW + ROUND * number)
    assert watcher.send_digest(NOW.date()) is False
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == ["alerts", "digest of 2025-06-11"]
    assert "Traceback" not in caplog.text


def test_the_digest_goes_out_by_all_channels(archive: Archive, location: Location, hook: Hook, box: Mailbox) -> None:
    store(archive, draft(), now=NOW)
    with ExitStack():
        assert Watcher(location, [], [Webhook(hook.url), email(box)]).send_digest(NOW.date(), "Asia/Shanghai")
    assert box.mails[0]["Subject"] == "finews digest of 2025-06-11: 1 new articles"
    assert "临溪日报 (linxiribao): 1" in box.mails[0].get_content()
    assert hook.bodies[0]["alerts"] == []


def test_only_enabled_sources_are_watched_and_unscheduled_ones_may_be_silent() -> None:
    found = watched([source("a"), source("off", enabled=False), source("by-hand", schedule=None)])
    assert (found["a"].silent_hours, found["by-hand"].silent_hours) == (None, 0)
    assert "off" not in found


def test_thresholds_of_a_source_stand_in_its_file_over_those_of_all() -> None:
    table = '[[source]]\nkey = "{}"\nkind = "feed"\nurl = "https://example.com/rss"\n'
    text = (
        "[defaults.monitor]\nerror_share = 0.2\nsilent_hours = 12\n"
        + table.format("a") + "[source.monitor]\nsilent_hours = 48\n" + table.format("b")
    )  # fmt: skip
    a, b = parse_sources(text, path="sources.toml")
    assert (a.monitor.silent_hours, a.monitor.error_share) == (48, 0.2)
    assert (b.monitor.silent_hours, b.monitor.error_share, b.monitor.failed_runs) == (12, 0.2, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[defaults.monitor]\nerror_share = 2\n", "field 'monitor.error_share'"),
        ("[defaults]\nmonitors = 1\n", "field 'monitors': is unknown"),
        ("defaults = 3\n", "defaults: field"),
        ('[[source]]\nkey = "a"\nkind = "feed"\nurl = "https://a.b/"\nmonitor = 3\n', "source 'a': field 'monitor'"),
    ],
)
def test_thresholds_that_mean_nothing_are_faults(text: str, told: str) -> None:
    from crawler.errors import SourcesInvalid

    with pytest.raises(SourcesInvalid) as error:
        parse_sources(text, path="sources.toml")
    assert told in str(error.value)
