"""The watch over an archive: judges its sources, keeps their alerts, tells what is new, sends the daily digest.

For the service, which calls `look` every few minutes and `send_digest` once a day, from a thread; and for
`finews health --tell` and `finews digest --send`.
"""

from __future__ import annotations

import logging
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from crawler import alerts, digest, monitors
from crawler.alerts import Message, News, Step
from crawler.channels import Channel, ChannelFailed
from crawler.monitors import Finding, Thresholds
from crawler.sources import Source
from storage import alerts as kept_alerts
from storage import health, hosts
from storage.alerts import Alert
from storage.archive import Archive, open_archive
from storage.config import Location
from storage.errors import ArchiveError

_MOST_WAITING = 20
"""Messages kept for a channel that is down; the oldest go first, what still stands is told again within a day."""

_log = logging.getLogger(__name__)


def watched(sources: Iterable[Source]) -> dict[str, Thresholds]:
    """Give the thresholds of the sources to watch: the enabled ones; one without a schedule may be silent."""
    return {
        source.key: source.monitor if source.schedule else source.monitor.model_copy(update={"silent_hours": 0})
        for source in sources
        if source.enabled
    }


def findings(archive: Archive, watched: Mapping[str, Thresholds], *, now: datetime) -> list[Finding]:
    """Give what is wrong now, by what the archive tells."""
    with archive.reading() as connection:
        records = health.records(connection, now=now)
        put_off = hosts.standing(connection, now=now)
    return monitors.judge(records, watched, put_off, now=now)


class Notifier:
    """Sends messages by all channels; one that is down gets its messages later, and breaks nothing."""

    def __init__(self, channels: Sequence[Channel]) -> None:
        self._channels = tuple(channels)
        self._waiting: dict[Channel, deque[Message]] = defaultdict(lambda: deque(maxlen=_MOST_WAITING))

    def tell(self, message: Message) -> bool:
        """Send a message; False: no channel took it and none keeps it, so tell it again later."""
        taken = [channel for channel in self._channels if not self._waiting[channel] and _sent(channel, message)]
        if self._channels and not taken:
            return False
        for channel in self._channels:
            if channel not in taken:
                self._waiting[channel].append(message)
        return True

    def catch_up(self) -> None:
        """Try again what channels did not take."""
        for channel, messages in self._waiting.items():
            while messages and _sent(channel, messages[0]):
                messages.popleft()


def _sent(channel: Channel, message: Message) -> bool:
    try:
        channel.send(message)
    except ChannelFailed as error:
        _log.warning("alerts: not sent, it is tried again: %s", error)
        return False
    return True


class Watcher:
    """Watches one archive; to be used by one thread at a time. What goes wrong in it is logged and raised nowhere."""

    def __init__(self, location: Location, sources: Iterable[Source], channels: Sequence[Channel]) -> None:
        self._location = location
        self._watched = watched(sources)
        self._notifier = Notifier(channels)
        self._fault = ""
        self._logged: set[tuple[News, str, str, datetime]] = set()

    def look(self, now: datetime | None = None) -> None:
        """Judge all sources once, keep what is wrong as alerts, and tell what began, still stands or is over."""
        moment = (now or datetime.now(UTC)).replace(microsecond=0)
        try:
            self._notifier.catch_up()
            self._look(moment)
        except ArchiveError as error:
            self._log_fault(f"nothing is watched until the archive is back: {error}")
        except Exception:  # noqa: BLE001  # of any class: the service that calls goes on crawling
            _log.exception("alerts: this round is left out")
        else:
            self._fault = ""

    def _log_fault(self, fault: str) -> None:
        """Log a fault once as long as it lasts."""
        if fault != self._fault:
            _log.warning("alerts: %s", fault)
        self._fault = fault

    def _look(self, now: datetime) -> None:
        archive = open_archive(self._location)
        try:
            found = findings(archive, self._watched, now=now)
            with archive.reading() as connection:
                before = kept_alerts.load(connection)
            after = self._told(alerts.steps(before, found, now=now))
            if after != before:
                with archive.writing() as connection:
                    kept_alerts.save(connection, after)
        finally:
            archive.close()

    def _told(self, steps: Sequence[Step]) -> list[Alert]:
        """Tell the news, as one message; give the alerts to keep."""
        news = [(one.news, one.alert) for one in steps if one.news is not None and one.alert is not None]
        is_told = True
        if news:
            self._log_new(news)
            is_told = self._notifier.tell(alerts.message(news))
        after = (one.told if is_told else one.untold for one in steps)
        return [alert for alert in after if alert is not None]

    def _log_new(self, news: Sequence[tuple[News, Alert]]) -> None:
        """The log is told once, however often the other channels are tried."""
        known, self._logged = self._logged, {(kind, one.source_key, one.monitor, one.since) for kind, one in news}
        for kind, one in news:
            if (kind, one.source_key, one.monitor, one.since) not in known:
                _log.warning("alerts: %s", alerts.line(kind, one))

    def send_digest(self, day: date, zone: str = "UTC") -> bool:
        """Send the digest of one day of an IANA zone by all channels; False: none took it."""
        try:
            archive = open_archive(self._location)
            try:
                told = digest.read(archive, day, zone)
            finally:
                archive.close()
            _log.info("digest of %s: %d new articles", day, told.new)
            return self._notifier.tell(digest.message(told))
        except ArchiveError as error:
            _log.warning("digest of %s: not sent: %s", day, error)
            return False
        except Exception:  # noqa: BLE001  # of any class: the service that calls goes on crawling
            _log.exception("digest of %s: left out", day)
            return False
