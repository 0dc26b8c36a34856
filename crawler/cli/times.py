"""Times that people give as options."""

from __future__ import annotations

from datetime import UTC, datetime

import typer


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
