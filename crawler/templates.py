"""The templates of one crawl: which page gets which, how they serve, when one is given up, which hosts to learn."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from pipelines.layouts import layout_of
from pipelines.page import Page
from pipelines.templates.drift import drift_of
from pipelines.templates.hosts import host_of
from pipelines.templates.template import HIT, Template, from_json
from storage.drafts import Draft, Rejected
from storage.templates import RECENT, StoredTemplate
from storage.urls import external_id

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Used:
    template: Template
    recent: list[bool]
    drifted: str | None = None
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Served:
    """How a template served, to be written down; `drifted` says why it is used no more, None: it still is."""

    host: str
    version: int
    recent: tuple[bool, ...]
    drifted: str | None


@dataclass(slots=True)
class Templates:
    """Gives pages their host's template and hears what came of it."""

    used: dict[str, _Used] = field(default_factory=dict)
    fresh: Counter[str] = field(default_factory=Counter)
    """Pages by host that were read without a sure template."""

    @classmethod
    def of(cls, stored: Iterable[StoredTemplate]) -> Templates:
        """Take the active templates of an archive; one that cannot be read is left out, and said."""
        templates = cls()
        for one in stored:
            try:
                template = from_json(one.rules, host=one.host, version=one.version)
            except (ValueError, TypeError) as error:
                _log.warning("%s", error)
                continue
            templates.used[one.host] = _Used(template, list(one.recent))
        return templates

    def given(self, page: Page) -> Page:
        """Give the page with its host's template, if there is one."""
        used = self.used.get(host_of(page.url))
        return page if used is None or used.drifted is not None else replace(page, template=used.template)

    def heard(self, page: Page, result: Draft | Rejected) -> None:
        """Hear what the steps made of a page."""
        if isinstance(result, Rejected) or not page.fetched or page.detail is not None:
            return
        if result.template:
            self._count(page, result.template)
        host = host_of(page.fetched[-1].final_url)
        # Eastmoney's articles are read by number, those of sites with rules by these: no template would be used.
        if result.template != HIT and external_id(page.url) is None and layout_of(host) is None:
            self.fresh[host] += 1

    def _count(self, page: Page, outcome: str) -> None:
        used = self.used.get(page.template.host) if page.template is not None else None
        if used is None or used.drifted is not None:
            return
        used.recent = [*used.recent, outcome == HIT][-RECENT:]
        used.is_changed = True
        if why := drift_of(used.recent):
            used.drifted = f"{why}; the last time: {outcome}"
            _log.warning("the template of %s has drifted: %s", used.template.host, used.drifted)

    def served(self) -> list[Served]:
        """Give how the templates served that were used."""
        return [
            Served(host, one.template.version, tuple(one.recent), one.drifted)
            for host, one in self.used.items()
            if one.is_changed
        ]

    def has_sure(self, host: str) -> bool:
        """Tell whether a host has a template that may replace the slow path."""
        used = self.used.get(host)
        return used is not None and used.drifted is None and used.template.is_sure
