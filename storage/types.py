"""The small values that every table and every step speak in: states, kinds, times, mentions, media."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Text, TypeDecorator
from sqlalchemy.engine import Dialect


class Kind(StrEnum):
    """What sort of thing a link leads to."""

    ARTICLE = "article"
    FLASH = "flash"
    """A short item whose list is its full text: nothing more is fetched."""


class LinkState(StrEnum):
    """Where a link stands in the ledger."""

    PENDING = "pending"
    LEASED = "leased"
    STORED = "stored"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    FAILED = "failed"
    GONE = "gone"


class Precision(StrEnum):
    """How exactly a source told a time; what is finer than this was never said."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


class ChangeKind(StrEnum):
    """What a row of the outbox reports."""

    NEW = "new"
    REVISION = "revision"


@dataclass(frozen=True, slots=True)
class Mention:
    """A security that an article names.

    `symbol` is the exchange's code ("600160", "00700", "NIO", "BK0493"); `market` one of SH, SZ, BJ, HK, US,
    FUND, FX, INDEX, BOARD, or "" where nothing tells it. `origin` is "publisher" for markup or list fields of
    the source, "inferred" for codes that we read out of the text.
    """

    symbol: str
    market: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class Media:
    """An image of an article, in the order of the text; `width` and `height` in pixels where the source told."""

    url: str
    alt: str = ""
    width: int | None = None
    height: int | None = None


def iso_utc(moment: datetime) -> str:
    """Give an aware time as the archive writes it: UTC, ISO 8601, whole seconds.

    Raises:
        ValueError: `moment` has no zone; the caller must say which one it meant.

    >>> iso_utc(datetime(2022, 3, 15, 3, 38, 8, 999, tzinfo=UTC))
    '2022-03-15T03:38:08Z'
    """
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {moment!r}")
    # Not strftime: it writes years before 1000 with fewer than four digits on glibc.
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def from_iso_utc(text: str) -> datetime:
    """Read a time that `iso_utc` wrote, as an aware UTC datetime.

    Raises:
        ValueError: the text is no ISO 8601 time.
    """
    return datetime.fromisoformat(text).astimezone(UTC)


class UtcTime(TypeDecorator[datetime]):
    """A column of times as fixed-width UTC text, the same in SQLite and PostgreSQL.

    The text order is the time order, SQL views show it unchanged, and no driver or session zone can shift it.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else iso_utc(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else from_iso_utc(value)
