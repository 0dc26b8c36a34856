"""The pictures that belong to an article, with absolute addresses and the sizes that the source told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from pipelines.furniture import AD_HOSTS, DYNAMIC_IMAGES, is_ad_link
from pipelines.markup import drop_element, plain, visible
from storage.types import Media

MAX_ADDRESS_CHARS = 4_000
"""Longer ones are data in disguise; no server takes them."""
_TRACKING_PIXELS = 2
_LAZY = ("data-src", "data-original", "data-lazy-src")
"""Where lazy pages keep the address while `src` holds a placeholder."""
_PIXELS = re.compile(r"\s{0,9}([0-9]{1,5})(?:\.[0-9]{1,9})?(?:px)?\s{0,9}")
_SIZE_IN_NAME = re.compile(r"_w([0-9]{1,5})h([0-9]{1,5})\.[A-Za-z]{3,4}")


def keep_content_images(root: HtmlElement, base_url: str) -> tuple[Media, ...]:
    """Give the article's images in order, each address once, and take all others out of the tree.

    Those that stay in the tree keep only src (absolute), alt, width and height. No images of the article are
    charts drawn at every request, advertisements, and pictures of at most 2 pixels on one side.
    """
    kept: dict[str, Media] = {}
    for element in list(root.iter("img")):
        media = _media(element, base_url)
        if media is None:
            drop_element(element)
            continue
        kept.setdefault(media.url, media)
        _rewrite(element, media)
    return tuple(kept.values())


def absolute_images(images: Iterable[Media], base_url: str) -> Iterator[Media]:
    """Give a list's or an API's own images by the same rules: absolute, content, each address once."""
    seen: set[str] = set()
    for image in images:
        url = absolute_url(image.url, base_url)
        if url is None or url in seen or _is_no_content(url, image.width, image.height):
            continue
        seen.add(url)
        width, height = (image.width, image.height) if image.width and image.height else _size_in_name(url)
        yield Media(url, image.alt, width or image.width, height or image.height)


def absolute_url(address: str, base_url: str) -> str | None:
    """Give an address of a page as absolute http(s) URL, None where it is none (data:, javascript:, too long)."""
    address = "".join(visible(address).split()) if len(address) <= MAX_ADDRESS_CHARS else ""
    if not address:
        return None
    try:
        url = urljoin(base_url, address)
        parts = urlsplit(url)
    except ValueError:  # a port that is none, a bracket left open
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def _media(element: HtmlElement, base_url: str) -> Media | None:
    addresses = (element.get(name) for name in (*_LAZY, "src"))
    url = next((url for one in addresses if one and (url := absolute_url(one, base_url))), None)
    if url is None or any(is_ad_link(link) for link in element.iterancestors("a")):
        return None
    width, height = _pixels(element.get("width")), _pixels(element.get("height"))
    if _is_no_content(url, width, height):
        return None
    if width is None or height is None:
        # One side alone is the width that the layout gave it; the name has both sides of the picture itself.
        named = _size_in_name(url)
        width, height = named if named[0] else (width, height)
    return Media(url, plain(element.get("alt") or ""), width, height)


def _is_no_content(url: str, width: int | None, height: int | None) -> bool:
    host = urlsplit(url).hostname or ""
    return (
        host in DYNAMIC_IMAGES
        or host in AD_HOSTS
        or any(side is not None and side <= _TRACKING_PIXELS for side in (width, height))
    )


def _size_in_name(url: str) -> tuple[int | None, int | None]:
    match = _SIZE_IN_NAME.search(url)
    if match is None or not (urlsplit(url).hostname or "").endswith("dfcfw.com"):
        return None, None
    return int(match[1]), int(match[2])


def _pixels(value: str | None) -> int | None:
    match = _PIXELS.fullmatch(value or "")
    return int(match[1]) if match else None


def _rewrite(element: HtmlElement, media: Media) -> None:
    sides = {side: element.get(side) for side in ("width", "height")}
    element.attrib.clear()
    element.set("src", media.url)
    if media.alt:
        element.set("alt", media.alt)
    for side, value in sides.items():
        if _pixels(value) is not None:
            element.set(side, str(_pixels(value)))
