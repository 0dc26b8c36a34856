"""What a source's list shows, once read: the values between the list readers and the frontier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.page import Hints
from storage.reasons import Reason
from storage.types import Kind


@dataclass(frozen=True, slots=True)
class Found:
    """One link that a list shows; `url` is absolute http(s), `aliases` further addresses of the same article."""

    url: str
    kind: Kind = Kind.ARTICLE
    hints: Hints = field(default_factory=Hints)
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BadItem:
    """One item of a list that becomes no link; `url` is its address where it has a usable one."""

    text: str
    url: str | None = None
    reason: Reason = Reason.BAD_ITEM
    about: str = ""
    """What tells this item from others and stays when it moves in the list: its id, or the item itself."""


def about(item: object) -> str:
    """Give what tells a JSON item that cannot be read from others: its id where it has one, else all of it."""
    if isinstance(item, dict):
        named = (item.get(name) for name in ("id", "infoCode", "infocode", "code", "newsid", "Art_Code", "url"))
        told = next((str(value) for value in named if isinstance(value, str | int) and value), None)
        if told is not None:
            return told
    return repr(item)[:2000]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, read: links in the list's order, items that could not be read, the next page.

    `next_url` is the address of the next (older) page by the source's declared paging, None where the list ends.
    `more_lists` are lists below this one (a sitemap index's sitemaps), `lists_changed` when they changed, as
    printed, where this one says so.
    """

    found: tuple[Found, ...] = ()
    bad: tuple[BadItem, ...] = ()
    next_url: str | None = None
    more_lists: tuple[str, ...] = ()
    lists_changed: Mapping[str, str] = field(default_factory=dict)
