"""Drafts from elsewhere into the archive, in batches of one transaction; the ledger has no part in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from storage import articles
from storage.archive import Archive, Decide
from storage.articles import VerdictKind
from storage.drafts import Draft

BATCH = 200
"""Drafts in one transaction: few syncs of the disk, and other writers wait for a moment only."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a draft; `verdict` is None where the archive refused it, and `problem` says why."""

    url: str
    verdict: VerdictKind | None
    problem: str = ""


def import_drafts(archive: Archive, drafts: Iterable[Draft], decide: Decide) -> Iterator[Imported]:
    """Store drafts in their order and give what became of each, a batch at a time in memory.

    A batch is written whole before any of it is given; if it fails, draft by draft.

    Raises:
        ArchiveUnavailable: the batch in hand was not written; those given before were.
    """
    source = iter(drafts)
    while batch := list(islice(source, BATCH)):
        try:
            yield from _write_all(archive, batch, decide)
        except (SQLAlchemyError, ValueError):
            for draft in batch:
                yield _write_alone(archive, draft, decide)


def _write_all(archive: Archive, batch: Sequence[Draft], decide: Decide) -> list[Imported]:
    with archive.writing() as connection:
        return [_write(connection, draft, decide) for draft in batch]


def _write_alone(archive: Archive, draft: Draft, decide: Decide) -> Imported:
    try:
        with archive.writing() as connection:
            return _write(connection, draft, decide)
    except (SQLAlchemyError, ValueError) as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()
        return Imported(draft.url, None, cause[0] if cause else type(error).__name__)


def _write(connection: Connection, draft: Draft, decide: Decide) -> Imported:
    verdict = decide(draft, articles.known(connection, draft))
    stored = articles.write(connection, draft, verdict, now=datetime.now(UTC))
    return Imported(draft.url, stored.verdict)
