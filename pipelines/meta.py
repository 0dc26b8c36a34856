"""The meta elements of a page by name, all values of each: Open Graph, article:*, Dublin Core, parsely, sailthru."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from pipelines.markup import plain

_NAMES = ("property", "name", "itemprop", "http-equiv")
_LONGEST = 5_000
_MOST_VALUES = 50
_MOST_ELEMENTS = 1_000


@dataclass(frozen=True, slots=True)
class Meta:
    """Values by name; names are in lower case, values on one line, none is empty."""

    values: dict[str, list[str]]

    def first(self, *names: str) -> str:
        """Give the first value of the first of these names that has one, "" for none."""
        return next(self._of(names), "")

    def every(self, *names: str) -> list[str]:
        """Give all values of these names, name by name."""
        return list(self._of(names))

    def _of(self, names: Iterable[str]) -> Iterator[str]:
        return (value for name in names for value in self.values.get(name, ()))


def read_meta(root: HtmlElement) -> Meta:
    """Read a page's meta elements, wherever they stand."""
    values: dict[str, list[str]] = {}
    for number, element in enumerate(root.iter("meta")):
        if number >= _MOST_ELEMENTS:
            break
        content = plain((element.get("content") or element.get("value") or "")[:_LONGEST])
        for name in dict.fromkeys(key.lower() for one in _NAMES for key in (element.get(one) or "").split(" | ")):
            known = values.setdefault(name.strip(), []) if name.strip() and content else None
            if known is not None and content not in known and len(known) < _MOST_VALUES:
                known.append(content)
    return Meta(values)
