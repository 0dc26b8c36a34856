"""Addresses of elements that hold on all pages of a host: by id, by class, by role, or below an element that has one.

They are XPaths made here from names that look like names: nothing of a page is taken over as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from pipelines.markup import classes_of

_NAME = re.compile(r"[A-Za-z_][\w-]{0,60}", re.ASCII)
_VOLATILE = re.compile(
    r"\d{3}|[0-9a-f]{8}|^(?:active|current|hidden|show|open|loaded|first|last|odd|even|is-\w+|js-\w+)$"
)
"""Numbers of articles, hashes of a build, states: none of them is on the next page."""
_MOST_CLASSES = 4
_MOST_STEPS = 2
_ROLES = ("itemprop", "role", "data-role", "data-testid", "property")
_OWN_TAGS = frozenset({"article", "main", "h1", "time", "figcaption", "aside", "nav", "header", "footer"})
_ROOTS = frozenset({"html", "body"})


def locators_of(element: HtmlElement) -> Iterator[str]:
    """Give addresses of an element, those first that say most."""
    yield from own_locators(element)
    # An element without a name of its own: by tag, below the nearest one that has.
    steps, above = f"/{element.tag}", element.getparent()
    for _ in range(_MOST_STEPS):
        if above is None or above.tag in _ROOTS:
            return
        for locator in islice(own_locators(above), 2):
            yield locator + steps
        steps, above = f"/{above.tag}{steps}", above.getparent()


def own_locators(element: HtmlElement) -> Iterator[str]:
    """Give addresses by what an element itself is called."""
    tag = element.tag
    if not isinstance(tag, str) or not _NAME.fullmatch(tag) or tag in _ROOTS:
        return
    if (name := element.get("id")) and _is_stable(name):
        yield f"//{tag}[@id='{name}']"
    for role in _ROLES:
        if (value := element.get(role)) and _is_stable(value):
            yield f"//{tag}[@{role}='{value}']"
    classes = sorted(name for name in classes_of(element) if _is_stable(name))[:_MOST_CLASSES]
    if len(classes) > 1:
        yield f"//{tag}[{' and '.join(map(_has_class, classes))}]"
    for name in classes:
        yield f"//{tag}[{_has_class(name)}]"
    if tag in _OWN_TAGS:
        yield f"//{tag}"


def _is_stable(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and not _VOLATILE.search(name)


def _has_class(name: str) -> str:
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


def below(locator: str) -> str:
    """Give the locator as one that looks below an element."""
    return f".{locator}"


def find(locator: str, root: HtmlElement) -> list[HtmlElement]:
    """Give the elements at an address, none for ""."""
    if not locator:
        return []
    found = _compiled(locator)(root)
    return [one for one in found if isinstance(one, HtmlElement)] if isinstance(found, list) else []


@lru_cache(maxsize=2048)
def _compiled(locator: str) -> etree.XPath:
    return etree.XPath(locator)
