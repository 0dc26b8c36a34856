"""Runs of the past, as a test wants them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from storage import runs
from storage.archive import Archive
from storage.runs import RunState

NOW = datetime(2025, 6, 11, 9, 17, tzinfo=UTC)


def ended_run(
    archive: Archive,
    source: str,
    *,
    ago: timedelta = timedelta(hours=1),
    state: RunState = RunState.OK,
    counts: Mapping[str, int] | None = None,
    problems: Sequence[str] = (),
    **measures: object,
) -> int:
    """Write a run that began so long before NOW and took a minute."""
    with archive.writing() as connection:
        run = runs.start(connection, source_key=source, spider="feed", now=NOW - ago)
        runs.finish(
            connection, run, state=state, counts=counts or {}, problems=problems, measures=measures,
            now=NOW - ago + timedelta(minutes=1),
        )  # fmt: skip
    return run
