"""The host that a page's template is kept by."""

from __future__ import annotations

from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """Give the host of an address in lower case, "" for none.

    >>> host_of("https://News.Example.com/a/1.html")
    'news.example.com'
    """
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
