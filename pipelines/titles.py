"""A page's title: what its markup calls it, what its headline shows, without the site's name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from pipelines import clean
from pipelines.markup import plain, text_of

_LONGEST_HEADLINE = 300
_SHORTEST_HAN, _SHORTEST_LATIN = 6, 14
_SHARE_OF_TITLE = 0.4
_MOST_HEADINGS = 5
_MOST_HOLDERS = 40
_START = 10
_HEADINGS = {"h1": 0, "h2": 1, "h3": 2}
_HOLDERS = etree.XPath(
    "//body//*[not(self::script or self::style or self::a or self::option)][contains(text(), $start)]"
)
_HAN = re.compile("[\u3400-\u9fff]")
_PARTS = re.compile(r"\s[|–—»·-]\s|_|::|\|")
_FEW_WORDS = 3
_SHARE_OF_WORDS = 0.3
_AGREES, _ALONE_AGREES = 0.6, 0.2
"""Of a heading's words, what a title must say: little where there is one heading, and it is more than a word."""
_SHORTEST_NAME, _LONGEST_NAME = 3, 40


@dataclass(frozen=True, slots=True)
class Title:
    """A title, where it comes from, and the element that shows it, None where none does."""

    text: str
    origin: str
    headline: HtmlElement | None


def read_title(root: HtmlElement, titles: Mapping[str, str], *, sites: Sequence[str]) -> Title:
    """Give the page's title; `titles` are what its markup says, by origin, `sites` the names of its site.

    The headline on the page wins where the markup agrees with it; markup often carries another, shorter title.
    """
    told = {name: text for name, one in titles.items() if (text := clean.page_title(one, site_names=sites))}
    headings = [(one, clean.page_title(text_of(one), site_names=sites)) for one in list(root.iter("h1"))]
    headings = [(one, text) for one, text in headings[:_MOST_HEADINGS] if 0 < len(text) <= _LONGEST_HEADLINE]
    if (best := _agreeing(headings, list(told.values()), sites)) is not None:
        return Title(best[1], "h1", best[0])
    headline = _headline_in(root, list(titles.values()))
    if headline is not None and headline.tag != "h1":
        return Title(clean.page_title(text_of(headline), site_names=sites), "headline", headline)
    for name, text in told.items():
        return Title(text, name, headline)
    return Title(headings[0][1], "h1", headings[0][0]) if headings else Title("", "", None)


def site_names(titles: Mapping[str, str], told: Sequence[str], url: str) -> list[str]:
    """Give the names of a page's site: those told, and the ends of its titles that its host's name holds.

    >>> site_names({"title": "Ore prices rise - Mining Weekly"}, [], "https://www.miningweekly.example/a/1")
    ['Mining Weekly']
    """
    labels = [_letters(label) for label in (urlsplit(url).hostname or "").removeprefix("www.").split(".")]
    host, longest = "".join(labels), max(labels, key=len, default="")
    names = list(told)
    for title in titles.values():
        for part in _PARTS.split(title[:1_000]):
            name = _letters(part)
            in_host = len(name) >= _SHORTEST_NAME and name in host
            if in_host or (len(longest) > _SHORTEST_NAME and longest in name and len(name) < _LONGEST_NAME):
                names.append(part.strip())
    return list(dict.fromkeys(filter(None, names)))


def _agreeing(
    headings: list[tuple[HtmlElement, str]], titles: list[str], sites: Sequence[str]
) -> tuple[HtmlElement, str] | None:
    """Give the heading that says what a title says; a site's name or a section's stands in headings, too."""
    names = {_letters(site) for site in sites}
    own = [one for one in headings if _letters(one[1]) not in names]
    rated = [max((_agreement(text, title) for title in titles), default=0.0) for _, text in own]
    if not rated:
        return None
    agreement = max(rated)
    number = rated.index(agreement)
    alone = len(own) == 1 and len(_words(own[0][1])) >= _FEW_WORDS
    return own[number] if agreement >= (_ALONE_AGREES if alone else _AGREES) else None


def _agreement(heading: str, title: str) -> float:
    """Give how much of a heading the title says; 0 for one that is much shorter than the title."""
    shown, told = _words(heading), _words(title)
    return len(shown & told) / len(shown) if shown and len(shown) >= len(told) * _SHARE_OF_WORDS else 0.0


def _headline_in(root: HtmlElement, titles: Sequence[str]) -> HtmlElement | None:
    """Give the element that shows one of the titles, or the start of one (titles end in sections and sites' names).

    h1 to h3 go before other elements, longer before shorter; None where the page shows none of them.
    """
    found: list[tuple[int, int, int, HtmlElement]] = []
    for title in dict.fromkeys(titles):
        start = max(plain(title[:_LONGEST_HEADLINE]).split(" ")[:3], key=len)[:_START]
        holders: list[HtmlElement] = _HOLDERS(root, start=start) if len(start) > 1 else []  # type: ignore[assignment]
        for element in holders[:_MOST_HOLDERS]:
            text = text_of(element)
            if len(text) <= _LONGEST_HEADLINE and _begins(title, text):
                found.append((_HEADINGS.get(str(element.tag), 3), -len(text), len(found), element))
    return min(found)[3] if found else None


def _begins(title: str, heading: str) -> bool:
    whole, start = _letters(title), _letters(heading)
    shortest = _SHORTEST_HAN if _HAN.search(start) else _SHORTEST_LATIN
    is_most = len(start) >= shortest and len(start) >= len(whole) * _SHARE_OF_TITLE
    return bool(start) and (whole == start or (whole.startswith(start) and is_most))


def _words(text: str) -> set[str]:
    return set(re.findall(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+", text.lower()))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()
