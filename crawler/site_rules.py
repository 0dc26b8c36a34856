"""The user's own rules for sites: TOML files in the folder `layouts` beside sources.toml."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from crawler.errors import SourcesInvalid
from pipelines.layouts import Layout, by_host, find_layout, layout_of, read_layouts
from pipelines.page import Page
from pipelines.templates.hosts import host_of

FOLDER = "layouts"


@dataclass(frozen=True, slots=True)
class SiteRules:
    """Rules by host."""

    own: dict[str, Layout] = field(default_factory=dict)

    def given(self, page: Page) -> Page:
        """Give the page with the user's rules for its site, if there are any; their samples stay here."""
        layout = find_layout(self.own, host_of(page.url))
        return page if layout is None else replace(page, layout=layout.model_copy(update={"sample": ()}))

    def layout_for(self, host: str) -> Layout | None:
        """Give the rules for a host, the user's before those that ship."""
        return find_layout(self.own, host) or layout_of(host)


def load_site_rules(sources_file: Path) -> SiteRules:
    """Read the rules beside a sources.toml; none where there is no such folder.

    Raises:
        SourcesInvalid: a file there is no layout: all faults, each with its file.
    """
    folder = sources_file.parent / FOLDER
    if not folder.is_dir():
        return SiteRules()
    try:
        return SiteRules(by_host(read_layouts(folder)))
    except (ValueError, OSError) as error:
        raise SourcesInvalid(str(folder), str(error).splitlines()) from error
