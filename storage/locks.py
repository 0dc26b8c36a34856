"""Locks between processes, each with an end: a holder that is not heard of again loses it.

All functions work inside the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.models import LockRow
from storage.processes import Process, from_text, is_gone, to_text


def take(connection: Connection, name: str, me: Process, *, until: datetime, now: datetime) -> Process | None:
    """Take a lock, or keep it longer; give its holder where that is another living process, None where it is ours."""
    found = connection.execute(select(LockRow.holder, LockRow.until).where(LockRow.name == name)).one_or_none()
    if found is None:
        insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        row = {"name": name, "holder": to_text(me), "until": until}
        connection.execute(insert(LockRow).values(**row).on_conflict_do_nothing())
    else:
        is_free = found.until <= now or is_gone(from_text(found.holder))
        mine = LockRow.holder == to_text(me)
        connection.execute(
            update(LockRow)
            .where(LockRow.name == name, or_(mine, LockRow.holder == found.holder) if is_free else mine)
            .values(holder=to_text(me), until=until)
        )
    holder = holder_of(connection, name)
    assert holder is not None
    return None if holder[0] == me else holder[0]


def holder_of(connection: Connection, name: str) -> tuple[Process, datetime] | None:
    """Give who holds a lock and until when, None where nobody ever did or it was put down."""
    found = connection.execute(select(LockRow.holder, LockRow.until).where(LockRow.name == name)).one_or_none()
    return (from_text(found.holder), found.until) if found is not None else None


def put_down(connection: Connection, name: str, me: Process) -> None:
    """Give a lock up, where it is ours."""
    connection.execute(delete(LockRow).where(LockRow.name == name, LockRow.holder == to_text(me)))
