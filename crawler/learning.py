"""Learning templates from an archive's kept pages: reads captures, lets a worker learn, writes what came of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from crawler.templates import Templates
from pipelines.page import Fetched
from pipelines.patience import ArchiveThread
from pipelines.templates.learned import LEAST_PAGES, MOST_PAGES, Learned
from pipelines.templates.template import to_json
from pipelines.workers import Workers
from storage import capture_index, templates
from storage.archive import Archive
from storage.captures import read_capture
from storage.errors import CaptureError

SHARE_OF_A_RUN = 0.05
"""How long learning may begin with one more host at the end of a crawl; what is left is learned after the next one."""

_HOST_TIMEOUT_S = 20.0
_ASKED = 2 * MOST_PAGES
"""Pages are asked for in excess: copies of an article and pages that are none teach nothing."""

_log = logging.getLogger(__name__)


class Learning:
    """Learns hosts one after the other; the archive is used in its own thread."""

    def __init__(self, archive: Archive, thread: ArchiveThread, workers: Workers) -> None:
        self._archive = archive
        self._do = thread.do
        self._workers = workers

    async def after_run(self, used: Templates, source_key: str, *, seconds: float, goes_on: Callable[[], bool]) -> None:
        """Write down how the templates served, and learn hosts of which enough new pages came, one at least.

        `seconds`: how long the crawl took. `goes_on` is asked before each host: a crawl that is to stop learns no more.
        """
        await self._do(_remember, self._archive, used)
        counts = await self._do(_counts, self._archive, source_key) if used.fresh else {}
        ends = asyncio.get_running_loop().time() + SHARE_OF_A_RUN * seconds
        for host in _worth_learning(used, counts):
            if asyncio.get_running_loop().time() > ends or not goes_on():
                _log.info("learning of templates ends; %s and what follows is left for the next crawl", host)
                return
            await self.learn(host, source_key=source_key)

    async def hosts(self) -> list[str]:
        """Give the hosts of the archive that have enough kept pages."""
        return list(await self._do(_counts, self._archive, None))

    async def learn(self, host: str, *, source_key: str | None = None) -> Learned:
        """Learn a host from its newest kept pages, of one source or all, and keep what came of it."""
        responses = await self._do(kept_responses, self._archive, host, source_key=source_key)
        found = await self._workers.learn(host, responses, timeout_s=_HOST_TIMEOUT_S)
        if found.template is not None:
            await self._do(_keep, self._archive, found)
        return found


def kept_responses(archive: Archive, host: str, *, source_key: str | None = None) -> list[Fetched]:
    """Give the newest kept pages of a host's articles; captures that cannot be read are left out, and said."""
    responses: list[Fetched] = []
    with archive.reading() as connection:
        pages = templates.kept_pages(connection, host, limit=_ASKED, source_key=source_key)
        places = {page: capture_index.place(connection, page.capture_id) for page in pages}
    for page, place in places.items():
        if place is None:
            continue
        try:
            kept = read_capture(archive.location.captures_dir, *place)
        except CaptureError as error:
            _log.warning("%s", error)
            continue
        responses.append(Fetched(page.url, kept.url, kept.status, kept.headers, kept.body, kept.fetched_at))
    return responses


def _counts(archive: Archive, source_key: str | None) -> dict[str, int]:
    with archive.reading() as connection:
        return templates.count_pages(connection, source_key=source_key, least=LEAST_PAGES)


def _worth_learning(used: Templates, counts: dict[str, int]) -> list[str]:
    """Give hosts without a sure template each time that enough new pages have come, those with the most first."""
    return [
        host
        for host, fresh in used.fresh.most_common()
        if not used.has_sure(host)
        and (total := counts.get(host, 0))
        and total // LEAST_PAGES > (total - fresh) // LEAST_PAGES
    ]


def _remember(archive: Archive, used: Templates) -> None:
    if not (served := used.served()):
        return
    with archive.writing() as connection:
        for one in served:
            templates.remember(connection, one.host, one.version, one.recent, drifted=one.drifted)


def _keep(archive: Archive, learned: Learned) -> None:
    assert learned.template is not None
    with archive.writing() as connection:
        templates.add(
            connection, learned.host, rules=to_json(learned.template), pages=learned.pages, note=learned.note,
            now=datetime.now(UTC),
        )  # fmt: skip


def load_templates(archive: Archive) -> Templates:
    """Give an archive's active templates, ready for a crawl."""
    with archive.reading() as connection:
        return Templates.of(templates.load(connection, only_active=True))
