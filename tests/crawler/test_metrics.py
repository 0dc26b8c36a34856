"""/healthz and /metrics, asked over HTTP, of a real archive in both databases."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import delete, insert

from crawler import metrics
from crawler.errors import BadArgument
from crawler.metrics import HealthServer, serve_health
from storage import alerts
from storage.alerts import Alert
from storage.archive import Archive
from storage.config import Location
from storage.models import LockRow
from storage.processes import Process, to_text
from storage.runs import RunState
from storage.turns import LOCK
from tests.storage.drafts import draft, store


@pytest.fixture
def server(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Iterator[HealthServer]:
    monkeypatch.setattr(metrics, "FRESH_S", 0.0)
    with serve_health(archive.location) as running:
        yield running


def ask(server: HealthServer, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=20) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def heartbeat(archive: Archive, until: datetime) -> None:
    with archive.writing() as connection:
        connection.execute(delete(LockRow))
        holder = to_text(Process("elsewhere/boot", 1, None))
        connection.execute(insert(LockRow).values(name=LOCK, holder=holder, until=until))


def samples(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.values()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_service_is_healthy_while_its_scheduler_is_heard_of(archive: Archive, server: HealthServer) -> None:
    assert ask(server, "/healthz")[0] == 503, "no scheduler ever ran"
    heartbeat(archive, datetime.now(UTC) + timedelta(minutes=1))
    status, body = ask(server, "/healthz?from=probe")
    assert (status, json.loads(body)["status"]) == (200, "ok")
    heartbeat(archive, datetime.now(UTC) - timedelta(minutes=1))
    status, body = ask(server, "/healthz")
    assert (status, json.loads(body)["scheduler"]) == (503, "not heard of")


def test_metrics_tell_of_articles_links_runs_sources_and_alerts(archive: Archive, server: HealthServer) -> None:
    store(archive, draft(source_key='a"\n\\b'), now=datetime.now(UTC) - timedelta(hours=2))
    run = archive.start_run('a"\n\\b', "feed")
    archive.finish_run(run, state=RunState.OK, counts={}, problems=[], measures={"seconds": 12.5, "bytes": 9000})
    failed = archive.start_run("b", "feed")
    archive.finish_run(failed, state=RunState.FAILED, counts={}, problems=[])
    with archive.writing() as connection:
        alerts.save(connection, [Alert("b", "run-failed", datetime.now(UTC), None, "x")])
    heartbeat(archive, datetime.now(UTC) + timedelta(minutes=1))
    status, body = ask(server, "/metrics")
    told = samples(body)
    assert status == 200
    assert told["finews_up", ()] == told["finews_scheduler_up", ()] == told["finews_articles", ()] == 1
    assert told["finews_links", ("pending",)] == 0
    assert told["finews_runs_last_day", ("failed",)] == told["finews_runs_last_day", ("ok",)] == 1
    assert told["finews_alert", ("b", "run-failed")] == 1
    name = 'a"\n\\b'
    assert 0 <= told["finews_source_last_success_age_seconds", (name,)] < 60
    assert 7200 <= told["finews_source_last_article_age_seconds", (name,)] < 7300
    assert told["finews_run_seconds", (name,)] == 12.5
    assert ("finews_source_last_success_age_seconds", ("b",)) not in told


def test_a_writer_that_holds_the_archive_does_not_hold_up_the_answer(archive: Archive, server: HealthServer) -> None:
    heartbeat(archive, datetime.now(UTC) + timedelta(minutes=1))
    with archive.writing() as connection:
        connection.execute(insert(LockRow).values(name="other", holder="me", until=datetime.now(UTC)))
        for path in ("/healthz", "/metrics"):
            assert ask(server, path)[0] == 200


def test_many_who_ask_at_once_cost_one_look(archive: Archive) -> None:
    heartbeat(archive, datetime.now(UTC) + timedelta(minutes=1))
    answers: list[int] = []
    with serve_health(archive.location) as server:
        first = json.loads(ask(server, "/healthz")[1])["at"]
        threads = [threading.Thread(target=lambda: answers.append(ask(server, "/metrics")[0])) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert json.loads(ask(server, "/healthz")[1])["at"] == first
    assert answers == [200] * 20


def test_an_archive_that_cannot_be_read_is_503_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://me:secret@127.0.0.1:1/finews"
    with serve_health(Location(url, tmp_path)) as server:
        status, body = ask(server, "/healthz")
        assert (status, json.loads(body)["status"]) == (503, "failing")
        assert "secret" not in body
        assert samples(ask(server, "/metrics")[1]) == {("finews_up", ()): 0}


def test_other_paths_are_not_there_and_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    location = Location(f"sqlite:///{tmp_path}/archive.db", tmp_path)
    with serve_health(location) as server:
        assert ask(server, "/")[0] == 404
        with pytest.raises(BadArgument, match=r"health cannot be served at 127\.0\.0\.1"):
            serve_health(location, port=server.port)
