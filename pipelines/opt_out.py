"""What publishers say against copies: noarchive, no use by machines, a reservation of text and data mining. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

_NO_COPY = {"noarchive", "nocache", "noai"}
"""Words for crawlers that forbid what we do; `noindex` speaks of search engines, `noimageai` of pictures alone."""

_WITH_VALUE = {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"}
"""Words that have a colon of their own: what stands before any other colon is a crawler's name."""

_WORD = re.compile(r"[\w-]+")
_MOST_CHARS = 2000


def of_fields(fields: Sequence[tuple[str, str]], crawler: str) -> str | None:
    """Give what a response's fields say against a copy by `crawler`, None where nothing does.

    Source: X-Robots-Tag as Google and Bing document it; W3C TDM Reservation Protocol, 6.1.

    >>> of_fields([("X-Robots-Tag", "otherbot: noarchive, finews: noarchive")], "finews")
    'X-Robots-Tag: otherbot: noarchive, finews: noarchive'
    """
    for name, value in fields:
        if name.lower() == "x-robots-tag" and _forbids(value[:_MOST_CHARS], crawler):
            return f"X-Robots-Tag: {value[:_MOST_CHARS]}"
        if name.lower() == "tdm-reservation" and value.strip() == "1":
            return "TDM-Reservation: 1"
    return None


def of_page(root: HtmlElement, crawler: str) -> str | None:
    """Give what a page's meta elements say against a copy by `crawler`, None where nothing does.

    Source: the robots meta element as Google and Bing document it; W3C TDM Reservation Protocol, 6.2.
    """
    for element in root.iter("meta"):
        name = (element.get("name") or "").strip().lower()
        content = (element.get("content") or "")[:_MOST_CHARS]
        if name in {"robots", crawler.lower()} and _NO_COPY & set(_WORD.findall(content.lower())):
            return f'<meta name="{name}" content="{content}">'
        if name == "tdm-reservation" and content.strip() == "1":
            return '<meta name="tdm-reservation" content="1">'
    return None


def _forbids(value: str, crawler: str) -> bool:
    return any(word in _NO_COPY for name, word in _words(value.lower()) if name in {"", crawler.lower()})


def _words(value: str) -> Iterator[tuple[str, str]]:
    """Give (crawler's name or "", word) of a field: a name holds for the words behind it, up to the next one."""
    name = ""
    for part in value.split(","):
        before, colon, behind = part.partition(":")
        if colon and before.strip() not in _WITH_VALUE:
            name, part = before.strip(), behind  # noqa: PLW2901  # what is left of it
        yield name, part.strip()
