"""Rules for the pages of publishers that need them: one TOML file a publisher, read once a process.

A layout names where the body, title, time, publisher and authors stand on a host's pages. Its body goes straight to
`pipelines.clean`: nothing is guessed, nothing is lost. Where its rules find no body, the page is read as any other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from lxml.html import HtmlElement
from pydantic import ValidationError, field_validator

from pipelines.furniture import check_selector, find_all
from pipelines.json_items import DetailFields, Frozen, JsonRefused, Paths, WrongType, read_detail
from pipelines.markup import inner_html, storable, text_of
from pipelines.page import Hints

_MOST_VALUES = 20


class Script(DetailFields):
    """A script element that holds the article as JSON, as Next.js pages do."""

    selector: str


class Expected(Frozen):
    """What a sample page has to come out as; None: not looked at."""

    title: str | None = None
    text: str | None = None
    published_at: str | None = None
    """ISO 8601 with the offset, as `finews extract` prints it."""
    publisher: str | None = None
    authors: tuple[str, ...] | None = None
    modified_at: str | None = None
    section: str | None = None
    tags: tuple[str, ...] | None = None


class Sample(Frozen):
    """A page in the site's markup with words of one's own, and what the rules have to make of it."""

    url: str
    page: str
    expected: Expected


class Layout(Frozen):
    """Where things stand: CSS selectors, or XPath if they begin with / or ./; the first that finds something counts."""

    hosts: tuple[str, ...]
    timezone: str = ""
    body: Paths = ()
    title: Paths = ()
    time: Paths = ()
    publisher: Paths = ()
    authors: Paths = ()
    modified: Paths = ()
    section: Paths = ()
    tags: Paths = ()
    drop: Paths = ()
    script: Script | None = None
    sample: tuple[Sample, ...] = ()

    @field_validator("body", "title", "time", "publisher", "authors", "modified", "section", "tags", "drop")
    @classmethod
    def _can_be_read(cls, selectors: Paths) -> Paths:
        for selector in selectors:
            check_selector(selector)
        return selectors


@dataclass(frozen=True, slots=True)
class Laid:
    """What a layout found on a page: the body's element where it is on the page, and the values as printed."""

    layout: Layout
    container: HtmlElement | None
    hints: Hints


def layout_of(host: str) -> Layout | None:
    """Give the layout that ships for a host or the site above it, None where there is none."""
    return find_layout(_by_host(), host)


def find_layout(known: Mapping[str, Layout], host: str) -> Layout | None:
    """Give the layout for a host or the site above it, None where there is none."""
    names = host.lower().split(".")
    return next((known[name] for start in range(len(names)) if (name := ".".join(names[start:])) in known), None)


def apply(layout: Layout, root: HtmlElement) -> Laid | None:
    """Give what a layout finds on a page, None where it finds no body. The tree is not changed."""
    if layout.script is not None and (hints := _from_script(layout.script, root)) is not None:
        return Laid(layout, None, hints)
    container = _first(layout.body, root)
    if container is None:
        return None
    hints = Hints(
        title=_text(layout.title, root), html=storable(inner_html(container)),
        published=_text(layout.time, root), publisher=_text(layout.publisher, root), authors=_all(layout.authors, root),
        modified=_text(layout.modified, root), section=_text(layout.section, root) or "",
        tags=_all(layout.tags, root),
    )  # fmt: skip
    return Laid(layout, container, hints)


def _first(selectors: Paths, root: HtmlElement) -> HtmlElement | None:
    return next((found[0] for selector in selectors if (found := find_all(root, selector))), None)


def _text(selectors: Paths, root: HtmlElement) -> str | None:
    element = _first(selectors, root)
    return (_printed(element) or None) if element is not None else None


def _all(selectors: Paths, root: HtmlElement) -> tuple[str, ...]:
    found = (_printed(one) for selector in selectors for one in find_all(root, selector)[:_MOST_VALUES])
    return tuple(text for text in dict.fromkeys(found) if text)


def _printed(element: HtmlElement) -> str:
    """Give an element's value: the machine's form where it has one, else its text."""
    return (element.get("datetime") or element.get("content") or "").strip() or text_of(element)


def _from_script(script: Script, root: HtmlElement) -> Hints | None:
    for element in find_all(root, script.selector)[:1]:
        try:
            hints = read_detail((element.text or "").encode("utf-8", "replace"), script)
        except (JsonRefused, WrongType):
            return None
        return hints if hints.html or hints.text else None
    return None


@lru_cache(maxsize=1)
def _by_host() -> dict[str, Layout]:
    return by_host(read_layouts(files("pipelines.layouts")))


def by_host(layouts: Iterable[Layout]) -> dict[str, Layout]:
    """Give layouts by each of their hosts."""
    return {host: layout for layout in layouts for host in layout.hosts}


def read_layouts(folder: Traversable) -> list[Layout]:
    """Read the TOML files of a folder, in the order of their names.

    Raises:
        ValueError: files that are no layouts, all of them, a line for each fault.
    """
    layouts: list[Layout] = []
    faults: list[str] = []
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        try:
            layouts.append(Layout.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))))
        except ValidationError as error:
            faults += [f"{file.name}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
            faults.append(f"{file.name}: is no TOML: {error}")
    if faults:
        raise ValueError("\n".join(faults))
    return layouts
