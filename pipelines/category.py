"""Categories: the slug and the name under which an article is filed. Chinese names become pinyin."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from pypinyin import lazy_pinyin

from pipelines.page import SourceFacts

MAX_SLUG_CHARS = 80
UNCATEGORISED = ("uncategorised", "未分类")

_HASH_CHARS = 8
_APOSTROPHES = re.compile(r"['’`]")
_NO_SLUG = re.compile(r"[^a-z0-9]+")


def slug(name: str) -> str:
    """Give a name as [a-z0-9-], never empty, at most 80 characters: Han as joined pinyin, words with hyphens.

    A name with nothing to write in these letters, and the end of one that is too long, become a hash.

    >>> slug("澎湃新闻"), slug("21世纪经济报道"), slug("Federal Reserve")
    ('pengpaixinwen', '21shijijingjibaodao', 'federal-reserve')
    """
    name = unicodedata.normalize("NFKC", name.encode("utf-8", "replace").decode())
    spelled = unicodedata.normalize("NFKD", "".join(lazy_pinyin(name)))
    letters = "".join(sign for sign in spelled if not unicodedata.combining(sign))
    made = _NO_SLUG.sub("-", _APOSTROPHES.sub("", letters.casefold())).strip("-")
    if not made:
        return f"u{_short_hash(name)}"
    if len(made) <= MAX_SLUG_CHARS:
        return made
    return f"{made[: MAX_SLUG_CHARS - _HASH_CHARS - 1].rstrip('-')}-{_short_hash(name)}"


def category_of(source: SourceFacts, publisher: str) -> tuple[str, str]:
    """Give (slug, name): the source's own category, else the publisher's, else that of the source's publisher."""
    if source.category_slug or source.category_name:
        name = source.category_name or source.category_slug
        return source.category_slug or slug(name), name
    name = publisher.strip() or source.publisher.strip()
    return (slug(name), name) if name else UNCATEGORISED


def _short_hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:_HASH_CHARS]
