"""Health and metrics of a running service over HTTP: `/healthz` for supervisors, `/metrics` for Prometheus.

It reads, in threads of its own, and from the archive at most once in FRESH_S seconds, however often it is asked; a
reader of the archive holds up no writer.
"""

from __future__ import annotations

import json
import logging
import socket
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from crawler.errors import BadArgument
from storage import alerts, health, hosts, locks, runs
from storage.alerts import Alert
from storage.archive import Archive, open_archive
from storage.config import Location
from storage.errors import ArchiveError
from storage.runs import Run, RunState
from storage.turns import LOCK
from storage.types import LinkState, iso_utc

FRESH_S = 5.0
WAIT_S = 10.0
"""How long a client may take to ask, and a question waits for another one's look at the archive."""

_RUNS_OF_EACH = 20
_WITHIN = timedelta(days=7)
_DAY = timedelta(days=1)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the archive told at one moment."""

    at: datetime
    articles: int
    links: dict[LinkState, int]
    runs: dict[RunState, int]
    """Of the last day, by state."""
    latest: dict[str, list[Run]]
    last_articles: dict[str, datetime]
    hosts_put_off: int
    alerts: tuple[Alert, ...]
    scheduler_until: datetime | None
    """Until when the leading scheduler is taken to be there if it is not heard of again; None: there is none."""

    @property
    def has_scheduler(self) -> bool:
        """A scheduler is at work: this service's or the one that it stands by for."""
        until = self.scheduler_until
        return until is not None and until >= self.at


def snapshot(archive: Archive, *, now: datetime) -> Snapshot:
    """Read all that is told, in one consistent state.

    Raises:
        ArchiveUnavailable: the archive cannot be read.
    """
    with archive.reading() as connection:
        leader = locks.holder_of(connection, LOCK)
        latest = runs.latest_of_each(connection, of_each=_RUNS_OF_EACH, since=now - _WITHIN)
        return Snapshot(
            at=now, articles=health.articles(connection), links=health.links(connection),
            runs=health.run_states(connection, since=now - _DAY), latest=latest,
            last_articles=health.last_articles(connection, latest),
            hosts_put_off=len(hosts.standing(connection, now=now)),
            alerts=tuple(alert for alert in alerts.load(connection) if not alert.is_over),
            scheduler_until=leader[1] if leader is not None else None,
        )  # fmt: skip


class Probe:
    """Looks at an archive for many askers: one look at a time, kept for FRESH_S."""

    def __init__(self, location: Location) -> None:
        self._location = location
        self._lock = threading.Lock()
        self._archive: Archive | None = None
        self._looked = -FRESH_S
        self._last: Snapshot | str = ""

    def look(self) -> Snapshot | str:
        """Give what the archive tells, not older than FRESH_S; or, as a text, why it tells nothing."""
        if not self._lock.acquire(timeout=WAIT_S):
            return f"the archive did not answer within {WAIT_S:g} s"
        try:
            if time.monotonic() - self._looked >= FRESH_S:
                self._last = self._read()
                self._looked = time.monotonic()
            return self._last
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            self._forget()

    def _read(self) -> Snapshot | str:
        try:
            if self._archive is None:
                self._archive = open_archive(self._location)
            return snapshot(self._archive, now=datetime.now(UTC))
        except ArchiveError as error:
            self._forget()
            return str(error)

    def _forget(self) -> None:
        archive, self._archive = self._archive, None
        if archive is not None:
            archive.close()


def health_of(told: Snapshot | str) -> tuple[int, dict[str, object]]:
    """Give the answer of /healthz: its status, 200 or 503, and its JSON object."""
    if isinstance(told, str):
        return 503, {"status": "failing", "archive": told}
    until = told.scheduler_until
    shown = iso_utc(until) if until is not None else None
    answer = {
        "archive": "ok", "scheduler": "ok" if told.has_scheduler else "not heard of", "scheduler_until": shown,
        "alerts": len(told.alerts), "at": iso_utc(told.at),
    }  # fmt: skip
    return (200, {"status": "ok", **answer}) if told.has_scheduler else (503, {"status": "failing", **answer})


def metrics_of(told: Snapshot | str) -> bytes:
    """Give the answer of /metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Collected(told))
    return generate_latest(registry)


@dataclass(frozen=True, slots=True, eq=False)
class _Collected(Collector):
    told: Snapshot | str

    def collect(self) -> Iterable[Metric]:
        told = self.told
        yield _gauge("finews_up", "1: the archive can be read.", [((), not isinstance(told, str))])
        if isinstance(told, str):
            return
        yield _gauge("finews_scheduler_up", "1: a scheduler is at work.", [((), told.has_scheduler)])
        if told.scheduler_until is not None:
            left = _seconds(told.scheduler_until - told.at)
            yield _gauge("finews_scheduler_heartbeat_left_seconds", "Until it is taken for gone.", [((), left)])
        yield _gauge("finews_articles", "Articles in the archive.", [((), told.articles)])
        yield _gauge("finews_links", "Links by state.", [((s,), told.links.get(s, 0)) for s in LinkState], "state")
        counted = [((state,), told.runs.get(state, 0)) for state in RunState]
        yield _gauge("finews_runs_last_day", "Runs that began within 24 hours, by state.", counted, "state")
        yield _gauge("finews_hosts_put_off", "Hosts that are not asked now.", [((), told.hosts_put_off)])
        standing = [((alert.source_key, alert.monitor), 1) for alert in told.alerts]
        yield _gauge("finews_alert", "1 for each standing alert.", standing, "source", "monitor")
        yield from _of_sources(told)


def _of_sources(told: Snapshot) -> Iterable[Metric]:
    success = [
        ((key,), _seconds(told.at - run.ended_at))
        for key, newest in told.latest.items()
        if (run := next((one for one in newest if _is_success(one)), None)) is not None and run.ended_at is not None
    ]
    yield _gauge("finews_source_last_success_age_seconds", "Since the last run that did not fail.", success, "source")
    articles = [((key,), _seconds(told.at - at)) for key, at in told.last_articles.items()]
    yield _gauge("finews_source_last_article_age_seconds", "Since the last new article.", articles, "source")
    for name, measure, text in (
        ("finews_run_seconds", "seconds", "Length of the source's last run that ended."),
        ("finews_run_cpu_seconds", "cpu_seconds", "CPU time of the source's last run that ended."),
        ("finews_run_peak_memory_bytes", "peak_memory_bytes", "Peak memory of the source's last run that ended."),
        ("finews_run_received_bytes", "bytes", "Bytes received by the source's last run that ended."),
    ):
        taken = [((key,), value) for key, newest in told.latest.items() if (value := _measure(newest, measure))]
        yield _gauge(name, text, taken, "source")


def _is_success(run: Run) -> bool:
    return run.state in {RunState.OK, RunState.DEGRADED}


def _measure(newest: list[Run], name: str) -> float | None:
    run = next((one for one in newest if one.ended_at is not None), None)
    value = run.measures.get(name) if run is not None else None
    return value if isinstance(value, int | float) else None


def _gauge(name: str, text: str, values: Iterable[tuple[tuple[str, ...], float]], *labels: str) -> Metric:
    family = GaugeMetricFamily(name, text, labels=labels)
    for label_values, value in values:
        family.add_metric(label_values, value)
    return family


def _seconds(span: timedelta) -> float:
    return round(span / timedelta(seconds=1), 3)


class HealthServer:
    """A running server of /healthz and /metrics; `port` is the one that it listens on."""

    def __init__(self, location: Location, host: str, port: int) -> None:
        self._probe = Probe(location)
        self._server = _Server((host, port), self._probe)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._probe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def serve_health(location: Location, host: str = "127.0.0.1", port: int = 0) -> HealthServer:
    """Serve /healthz and /metrics of an archive from threads of this process until `close`; port 0: any free one.

    Raises:
        BadArgument: it cannot listen there.
    """
    try:
        return HealthServer(location, host, port)
    except (OSError, OverflowError) as error:
        raise BadArgument(f"health cannot be served at {host}:{port}: {error}; choose another --health-port") from error


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], probe: Probe) -> None:
        self.probe = probe
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002  # its form
        """A client that goes away or is too slow is no error of ours."""
        level = logging.DEBUG if isinstance(sys.exception(), OSError) else logging.ERROR
        _log.log(level, "health: a request of %s broke", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = WAIT_S
    server_version = "finews"
    sys_version = ""

    def do_GET(self) -> None:  # the standard library's name
        path = self.path.partition("?")[0]
        if path == "/healthz":
            status, answer = health_of(self.server.probe.look())
            self._answer(status, "application/json; charset=utf-8", json.dumps(answer).encode())
        elif path == "/metrics":
            self._answer(200, CONTENT_TYPE_LATEST, metrics_of(self.server.probe.look()))
        else:
            self._answer(404, "text/plain; charset=utf-8", b"/healthz or /metrics\n")

    do_HEAD = do_GET  # noqa: N815  # likewise

    def _answer(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the standard library's name
        _log.debug("health: " + format, *args)  # its form
