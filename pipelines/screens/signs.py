"""What a page shows of its kind before its article is looked for: read once a page, weighed by all screens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from pipelines.markup import plain, text_of

ENOUGH = 3_000
"""Characters of prose that are read: a page with more of them is no wall and no error."""

_SMALL = 800
"""Characters of prose below which scripts, ids and classes are read, too: walls draw themselves by scripts."""

_UNSEEN = frozenset({"script", "style", "noscript", "template", "svg", "head", "select", "textarea", "iframe"})
_NO_PROSE = _UNSEEN | {"a", "nav", "footer", "aside", "button", "label"}
_MOST_ELEMENTS = 40_000
_MOST_MARKERS = 200
_MOST_BUTTONS = 50
_LONGEST_SCRIPT = 200_000
_ARTICLE_TYPES = re.compile(
    r"(?:News|Report|Analysis|Opinion|Background|Review|Scholarly|Tech|Medical\w*)?"
    r"(?:Article|NewsArticle)|BlogPosting|SocialMediaPosting|Report"
)
_TYPE = re.compile(r'"@type"\s{0,20}:\s{0,20}(?:\[\s{0,20})?"(?:https?://schema\.org/)?(\w{1,60})"')
_FREE = re.compile(r'"isAccessibleForFree"\s{0,20}:\s{0,20}"?(true|false)', re.IGNORECASE)
_WORDS = re.compile(r'"wordCount"\s{0,20}:\s{0,20}"?(\d{1,7})')
_ENDS = re.compile(r'"coverageEndTime"\s{0,20}:\s{0,20}"([^"]{4,60})"')
_DATE = re.compile(r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}")
_DATED_META = frozenset({"article:published_time", "datepublished", "pubdate", "publishdate", "publish-date", "date"})
_SITE_TAIL = re.compile(r"\s*[-_|｜–—·]+\s*[^-_|｜–—·]{1,40}$")


@dataclass(frozen=True, slots=True)
class Signs:
    """What a page shows of its kind. `prose` is its text outside of links, navigation and buttons, up to ENOUGH.

    `types` are the JSON-LD types, `og_type` Open Graph's. `markers` are ids, classes, script sources and scripts of
    a page with little prose, "" on others. `ends_at` is when a live blog ends as its markup tells it.
    `is_free` and `told_words` are what the markup tells of the article's access and length; None: nothing.
    """

    url: str
    title: str
    headings: tuple[str, ...]
    prose: str
    buttons: str
    markers: str
    types: frozenset[str]
    og_type: str
    has_password: bool = False
    has_player: bool = False
    pictures: int = 0
    refresh: str = ""
    """Where the page sends its reader by a meta element, "" where it does not."""
    ends_at: str = ""
    is_free: bool | None = None
    told_words: int | None = None
    is_dated: bool = False
    """The page prints a full date in its prose, or its markup tells one."""

    @property
    def is_marked_article(self) -> bool:
        """The page's own markup calls it an article."""
        return self.og_type == "article" or any(map(_ARTICLE_TYPES.fullmatch, self.types))

    @property
    def names(self) -> tuple[str, ...]:
        """What the page is called: title without the site's name, title, first headings."""
        told = (_SITE_TAIL.sub("", self.title), self.title, *self.headings)
        return tuple(dict.fromkeys(name for name in told if name))


def read_signs(root: HtmlElement, url: str) -> Signs:
    """Read the signs of a parsed page; the tree is not changed."""
    prose = _prose(next(root.iter("body"), root))
    meta = {
        (one.get("property") or one.get("name") or one.get("itemprop") or "").lower(): one.get("content") or ""
        for one in root.iter("meta")
    }
    linked_data = _linked_data(root)
    free, words, ends = (rule.search(linked_data) for rule in (_FREE, _WORDS, _ENDS))
    return Signs(
        url=url, title=plain(next((text_of(one)[:1_000] for one in root.iter("title")), "")),
        headings=tuple(text for tag in ("h1", "h2") for one in _first(root, 3, tag) if (text := text_of(one)[:300])),
        prose=prose,
        buttons=" | ".join(filter(None, map(_button, _first(root, _MOST_BUTTONS, "button", "input")))),
        markers=_markers(root) if len(prose) < _SMALL else "",
        types=frozenset(_TYPE.findall(linked_data)), og_type=meta.get("og:type", "").lower().strip(),
        has_password=any((one.get("type") or "").lower() == "password" for one in root.iter("input")),
        has_player=next(root.iter("video", "audio"), None) is not None,
        pictures=sum(1 for _ in _first(root, 100, "figure")),
        refresh=_refresh(root), ends_at=ends[1] if ends else "",
        is_free=free[1].lower() == "true" if free else None, told_words=int(words[1]) if words else None,
        is_dated=bool(_DATED_META & meta.keys() or '"datePublished"' in linked_data or _DATE.search(prose[:1_000])),
    )  # fmt: skip


def _prose(body: HtmlElement) -> str:
    """Give the text outside of links, navigation and buttons, as far as it takes to see that there is enough."""
    pieces: list[str] = []
    size = 0
    waiting: list[HtmlElement | str] = [body]
    for _ in range(_MOST_ELEMENTS):
        if not waiting or size > ENOUGH:
            break
        one = waiting.pop()
        if isinstance(one, str):
            text: str | None = one
        elif one.tag in _NO_PROSE or not isinstance(one.tag, str):
            continue
        else:
            text = one.text
            for child in reversed(one):
                if child.tail:
                    waiting.append(child.tail)
                waiting.append(child)
        if text and (text := text.strip()):
            pieces.append(text)
            size += len(text)
    return plain(" ".join(pieces))[:ENOUGH]


def _first(root: HtmlElement, most: int, *tags: str) -> Iterator[HtmlElement]:
    return (element for element, _ in zip(root.iter(*tags), range(most), strict=False))


def _button(element: HtmlElement) -> str:
    if element.tag == "button":
        return text_of(element)[:80]
    return (element.get("value") or "")[:80] if (element.get("type") or "").lower() in {"submit", "button"} else ""


def _linked_data(root: HtmlElement) -> str:
    scripts = (one.text or "" for one in root.iter("script") if "ld+json" in (one.get("type") or ""))
    return "\n".join(script[:_LONGEST_SCRIPT] for script, _ in zip(scripts, range(20), strict=False))


def _markers(root: HtmlElement) -> str:
    found = root.xpath("//@id | //@class | //script/@src | //script/text() | //noscript//text() | //form/@action")
    assert isinstance(found, list)
    return " ".join(str(value)[:500] for value in found[:_MOST_MARKERS])


def _refresh(root: HtmlElement) -> str:
    told = (one.get("content") or "" for one in root.iter("meta") if (one.get("http-equiv") or "").lower() == "refresh")
    return next(told, "")[:300]
