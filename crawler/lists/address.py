"""Addresses as lists print them, made absolute; what is no web address is None."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

import tldextract

MAX_URL_CHARS = 4_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# The list of public suffixes that ships with the library: nothing is fetched, nothing is cached on disk.
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def absolute(href: str | None, base: str) -> str | None:
    """Give the absolute http(s) address of `href` on the page `base`, None where it is none.

    Line breaks inside are dropped and spaces written as %20, as browsers do.

    >>> absolute("../a/1.html", "https://example.com/list/index.html")
    'https://example.com/a/1.html'
    >>> absolute("javascript:void(0)", "https://example.com/") is None
    True
    """
    if not href or len(href) > MAX_URL_CHARS:
        return None
    href = _CONTROL.sub("", href.strip()).replace(" ", "%20")
    try:
        url = urljoin(base, href) if href else ""
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    if not valid or parts.username or len(url) > MAX_URL_CHARS or not url.isprintable():
        return None
    return url


@lru_cache(maxsize=4096)
def site(host: str) -> str:
    """Give the registered name above a host, the host itself where there is none (an IP address).

    >>> site("finance.sina.com.cn")
    'sina.com.cn'
    """
    found = _suffixes(host)
    return f"{found.domain}.{found.suffix}".lower() if found.suffix and found.domain else host.lower()


def same_site(url: str, other: str) -> bool:
    """Tell whether two absolute addresses belong to one registered name."""
    return site(urlsplit(url).hostname or "") == site(urlsplit(other).hostname or "")
