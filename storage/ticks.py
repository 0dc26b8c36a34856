"""The schedule's claims: a time at which a job is due is taken by one scheduler, once, whichever process asks first.

All functions work inside the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.models import TickRow


def last_claimed(connection: Connection) -> dict[str, datetime]:
    """Give the time of each job's last claimed tick, in UTC."""
    return {row.job: row.due_at for row in connection.execute(select(TickRow.job, TickRow.due_at))}


def claim(
    connection: Connection, job: str, due_at: datetime, *, after: datetime | None, by: str, now: datetime
) -> bool:
    """Take a job's tick; tell whether it is ours, so that this process alone runs it.

    `after` is the last claimed tick as the caller knows it, None for a job that never ran: whoever knows less than
    the table comes too late. Times have whole seconds.
    """
    values = {"due_at": due_at, "claimed_at": now, "claimed_by": by}
    if after is not None:
        claimed = connection.execute(
            update(TickRow).where(TickRow.job == job, TickRow.due_at == after).values(**values)
        )
        return claimed.rowcount == 1
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    made = connection.execute(insert(TickRow).values(job=job, **values).on_conflict_do_nothing())
    return made.rowcount == 1
