"""Standing warnings of the monitors: one row a source and monitor, from its beginning until a day after its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from storage.models import AlertRow


@dataclass(frozen=True, slots=True)
class Alert:
    """A warning of a monitor about a source.

    `source_key` is "" for one about the whole archive, `text` is "" for one that is over: it is kept a while, so that
    one that comes and goes is not told each time. `told_at` is when its beginning or standing was last told.
    """

    source_key: str
    monitor: str
    since: datetime
    told_at: datetime | None
    text: str

    @property
    def is_over(self) -> bool:
        return not self.text


def load(connection: Connection) -> list[Alert]:
    """Give all alerts, those that are over, too, by source and monitor."""
    query = select(AlertRow.__table__).order_by(AlertRow.source_key, AlertRow.monitor)
    return [Alert(row.source_key, row.monitor, row.since, row.told_at, row.text) for row in connection.execute(query)]


def save(connection: Connection, alerts: Iterable[Alert]) -> None:
    """Write all alerts in the place of those that were there."""
    rows = [
        {
            "source_key": alert.source_key, "monitor": alert.monitor, "since": alert.since, "told_at": alert.told_at,
            "text": alert.text,
        }
        for alert in alerts
    ]  # fmt: skip
    connection.execute(delete(AlertRow))
    if rows:
        connection.execute(insert(AlertRow), rows)
