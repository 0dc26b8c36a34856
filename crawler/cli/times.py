"""Times, days and zones that people give as options."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import typer

from crawler.sources import checked_schedule


def moment(text: str) -> datetime:
    """Read a day or a time, ISO 8601; without a zone it is UTC.

    Raises:
        typer.BadParameter: it is none.

    >>> moment("2022-03-15").isoformat(), moment("2022-03-15T11:38+08:00").isoformat()
    ('2022-03-15T00:00:00+00:00', '2022-03-15T03:38:00+00:00')
    """
    try:
        read = datetime.fromisoformat(text.strip())
        aware = read if read.tzinfo is not None else read.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(f"{text!r} is no time; write 2022-03-15 or 2022-03-15T11:38:08+08:00") from error


def day_of(text: str) -> date:
    """Read a day.

    Raises:
        typer.BadParameter: it is none.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day; write 2022-03-15") from error


def zone_of(text: str) -> str:
    """Read the name of an IANA time zone.

    Raises:
        typer.BadParameter: it is none.
    """
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError) as error:
        raise typer.BadParameter(f"{text!r} is no IANA time zone; write one like Asia/Shanghai") from error


def cron_line(text: str) -> str:
    """Read a cron line, or nothing.

    Raises:
        typer.BadParameter: it is neither.
    """
    try:
        return checked_schedule(text) if text.strip() else ""
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} {error}") from error
