"""A page's title: what its markup calls it, what its headline shows, without the site's name.

The headline on the page (h1) wins where the markup agrees with it: markup often carries another, shorter title. Where
they agree on the words, a capitalised spelling goes before one in capitals, and a kicker or a dateline inside the h1 is
no part of it. Else an element that shows the markup's title word for word, a lone h1 of several words, the markup.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from pipelines import clean
from pipelines.markup import plain, text_of

_LONGEST_HEADLINE = 300
_SHORTEST_HAN, _SHORTEST_LATIN = 6, 14
_SHARE_OF_TITLE = 0.4
_MOST_HEADINGS = 5
_START = 10
_HEADINGS = {"h1": 0, "h2": 1, "h3": 2}
_HOLDERS = etree.XPath(
    "(//body//*[not(self::script or self::style or self::a or self::option)][contains(text(), $start)])"
    "[position() <= 40]"
)
_NAMED_FOR_IT = re.compile(r"title|headline", re.IGNORECASE)
_HAN = re.compile("[\u3400-\u9fff]")
_SEPARATOR = re.compile(r"\s(?:[|｜–—―»«·•:/~-]|--|::)\s|_|::|\||｜| — ")
_KICKER_SIGNS = re.compile(r"[:：|/–—-]\s?$")
_BEHIND = re.compile(
    r"\W{0,3}(?:posted|published|updated|by|on|\d)\b.{0,80}\d{4}|\W{0,3}(?:19|20)\d\d[-/.年]\d|\s[|｜]\s",
    re.IGNORECASE,
)
"""What stands behind a title and is none of it: a dateline, a section behind a bar."""
_DAY = re.compile(
    r"(?:[^\W\d]{3,10}\.?\s\d{1,2},?\s|\d{1,2}[./-]\d{1,2}[./-])(?:19|20)\d\d\s?$|(?:19|20)\d\d-\d\d-\d\d\s?$"
)
_FEW_WORDS, _SEVERAL_WORDS = 3, 4
_SHARE_OF_WORDS = 0.3
_AGREES, _ALONE_AGREES = 0.6, 0.2
"""Of a heading's words, what a title must say: little where there is one heading, and it is more than a word."""
_SHORTEST_NAME = 3
_SHARE_OF_NAME, _SHARE_OF_HOST = 0.6, 0.66
_WORDS_OF_SITES = {
    "the", "der", "die", "das", "le", "la", "el", "il", "los", "news", "online", "com", "net", "org", "tv",
    "radio", "live", "magazine", "newspaper", "zeitung", "magazin", "nachrichten", "aktuell", "world", "sport",
    "sports", "business", "finance", "money", "markets", "politics", "tech", "technology", "entertainment",
    "lifestyle", "blog", "blogs", "daily", "weekly", "times", "post", "journal", "edition", "us", "uk", "usa",
    "international", "english", "deutschland", "france", "noticias", "actualites",
}  # fmt: skip
_SECOND_LEVEL = {"co", "com", "org", "net", "gov", "ac", "edu", "or", "ne", "go", "gob", "gouv"}
_LONGEST_KICKER = 30


@dataclass(frozen=True, slots=True)
class Title:
    """A title, where it comes from, and the element that shows it, None where none does."""

    text: str
    origin: str
    headline: HtmlElement | None


def read_title(root: HtmlElement, titles: Mapping[str, str], *, sites: Sequence[str]) -> Title:
    """Give the page's title; `titles` are what its markup says, by origin, `sites` the names of its site."""
    told = {name: text for name, one in titles.items() if (text := without_site(one, sites))}
    names = {_letters(site) for site in sites}
    shown = [one for one in islice(root.iter("h1"), _MOST_HEADINGS) if not _is_logo(one)]
    headings = [(one, without_site(text_of(one), sites)) for one in shown]
    headings = [one for one in headings if 0 < len(one[1]) <= _LONGEST_HEADLINE and _letters(one[1]) not in names]
    if (best := _agreeing(headings, titles, told)) is not None:
        return Title(_as_told(best[1], told), "h1", best[0])
    headline = _headline_in(root, list(titles.values()))
    if headline is not None and headline.tag != "h1" and _is_sure(headline, told):
        return Title(without_site(text_of(headline), sites), "headline", headline)
    if len(headings) == 1 and len(_words(headings[0][1])) >= _SEVERAL_WORDS:
        return Title(headings[0][1], "h1", headings[0][0])
    if headline is not None and headline.tag != "h1":
        return Title(without_site(text_of(headline), sites), "headline", headline)
    for name, text in told.items():
        return Title(text, name, headline)
    return Title(headings[0][1], "h1", headings[0][0]) if headings else Title("", "", None)


def without_site(title: str, sites: Sequence[str]) -> str:
    """Give a title on one line without the names of its site behind or before it; a dash of its own stays.

    >>> without_site("Ore rises - a little | Mining Weekly", ["Mining Weekly"])
    'Ore rises - a little'
    >>> without_site("Mining Weekly | Ore rises", ["Mining Weekly"])
    'Ore rises'
    """
    text = clean.page_title(title, site_names=sites)
    names = {_letters(site) for site in sites} - {""}
    for match in _SEPARATOR.finditer(text) if names else ():
        if match.start() and _letters(text[match.end() :]) in names:
            return clean.page_title(text[: match.start()], site_names=sites)
    head = _SEPARATOR.search(text) if names else None
    if head is not None and text[head.end() :].strip() and _letters(text[: head.start()]) in names:
        return without_site(text[head.end() :], [])
    before, colon, behind = text.partition(": ")
    return behind.strip() if colon and behind.strip() and _letters(before) in names else text


def site_names(titles: Mapping[str, str], told: Sequence[str], url: str) -> list[str]:
    """Give the names of a page's site: those told, and the ends of its titles that its host's name holds.

    >>> site_names({"title": "Ore prices rise - Mining Weekly"}, [], "https://www.miningweekly.example/a/1")
    ['Mining Weekly', 'miningweekly.example']
    """
    hostname = (urlsplit(url).hostname or "").removeprefix("www.")
    labels = [_letters(label) for label in hostname.split(".")]
    host, main = "".join(labels), next((one for one in labels[-2::-1] if one not in _SECOND_LEVEL), hostname)
    names = list(told)
    for title in titles.values():
        parts = [part.strip() for part in _SEPARATOR.split(title[:1_000])]
        before, colon, _ = title[:1_000].partition(": ")
        names += [
            part
            for part in (*parts[1:], *parts[: len(parts) - 1], before * bool(colon))
            if _is_of_host(part, host, main)
        ]
    return list(dict.fromkeys(filter(None, [*names, hostname])))


def _is_of_host(part: str, host: str, main: str) -> bool:
    """Tell whether a part of a title names its host: most of its letters, its word beside words of sites' names.

    A country's or a subject's name is a part of many hosts' names, and of headlines.
    """
    name = _letters(part)
    if len(name) >= _SHORTEST_NAME and name in host and len(name) >= _SHARE_OF_HOST * len(main):
        return True
    words = set(map(_letters, part.split()))
    if len(main) > 1 and main in words and words - {main} <= _WORDS_OF_SITES:
        return True
    is_long = len(main) > _SHORTEST_NAME and len(main) >= _SHARE_OF_NAME * len(name)
    return is_long and (name.startswith(main) or name.endswith(main))


def _is_logo(heading: HtmlElement) -> bool:
    """Tell whether a heading is the site's own: all of it leads to the home page."""
    link = next(heading.iter("a"), None)
    if link is None or text_of(link) != text_of(heading):
        return False
    try:
        address = urlsplit(link.get("href") or "#")
    except ValueError:
        return False
    return not address.fragment and not address.query and address.path in {"", "/"}


def _agreeing(
    headings: Sequence[tuple[HtmlElement, str]], titles: Mapping[str, str], told: Mapping[str, str]
) -> tuple[HtmlElement, str] | None:
    """Give the heading that says what a title says; a section's name stands in headings, too."""
    firsts = {_letters(_SEPARATOR.split(title)[0]) for title in titles.values()}
    rated = [
        1.0 if _letters(text) in firsts else max((_agreement(text, title) for title in told.values()), default=0.0)
        for _, text in headings
    ]
    if not rated:
        return None
    agreement = max(rated)
    number = rated.index(agreement)
    alone = len(headings) == 1 and len(_words(headings[0][1])) >= _FEW_WORDS
    return headings[number] if agreement >= (_ALONE_AGREES if alone else _AGREES) else None


def _agreement(heading: str, title: str) -> float:
    """Give how much of a heading the title says; 0 for one that is much shorter than the title."""
    shown, told = _words(heading), _words(title)
    return len(shown & told) / len(shown) if shown and len(shown) >= len(told) * _SHARE_OF_WORDS else 0.0


def _as_told(heading: str, told: Mapping[str, str]) -> str:
    """Give the heading, or the markup's title where that is the heading without capitals, kicker and dateline.

    >>> _as_told("OPINION: Ore rises Posted on 3 May 2026", {"og": "Ore rises in the north"})
    'OPINION: Ore rises Posted on 3 May 2026'
    >>> _as_told("ORE RISES IN THE NORTH", {"og": "Ore rises in the North"})
    'Ore rises in the North'
    """
    for title in told.values():
        if len(_letters(title)) < _SHORTEST_LATIN - _SHORTEST_HAN * bool(_HAN.search(title)):
            continue
        if _letters(title) == _letters(heading):
            return title if heading.isupper() and not title.isupper() else heading
        before, found, behind = heading.partition(title)
        if found and ((not before and _BEHIND.match(behind)) or (not behind and _is_kicker(before))):
            return title
    return heading


def _is_kicker(text: str) -> bool:
    return len(text) <= _LONGEST_KICKER and (_KICKER_SIGNS.search(text) or _DAY.search(text)) is not None


def _headline_in(root: HtmlElement, titles: Sequence[str]) -> HtmlElement | None:
    """Give the element that shows one of the titles, or the start of one (titles end in sections and sites' names).

    h1 to h3 go before other elements, longer before shorter; None where the page shows none of them.
    """
    found: list[tuple[int, int, int, HtmlElement]] = []
    for title in dict.fromkeys(titles):
        for start in dict.fromkeys(_starts(title)):
            holders: list[HtmlElement] = _HOLDERS(root, start=start)  # type: ignore[assignment]  # a list of elements
            for element in holders:
                text = text_of(element)
                if len(text) <= _LONGEST_HEADLINE and _begins(title, text):
                    found.append((_HEADINGS.get(str(element.tag), 3), -len(text), len(found), element))
    return min(found)[3] if found else None


def _starts(title: str) -> Iterator[str]:
    """Give a word to look for of a title's beginning, and of the part behind what may be its site's name."""
    title = plain(title[:_LONGEST_HEADLINE])
    parts = _SEPARATOR.split(title)
    for part in (title, max(parts[1:], key=len)) if len(parts) > 1 else (title,):
        start = max(part.split(" ")[:3], key=len)[:_START]
        if len(start) > 1:
            yield start


def _begins(title: str, heading: str) -> bool:
    whole, start = _letters(title), _letters(heading)
    shortest = _SHORTEST_HAN if _HAN.search(start) else _SHORTEST_LATIN
    is_most = len(start) >= shortest and len(start) >= len(whole) * _SHARE_OF_TITLE
    return bool(start) and (whole == start or ((whole.startswith(start) or whole.endswith(start)) and is_most))


def _is_sure(headline: HtmlElement, told: Mapping[str, str]) -> bool:
    named = f"{headline.get('class') or ''} {headline.get('id') or ''} {headline.get('itemprop') or ''}"
    is_named = headline.tag in _HEADINGS or _NAMED_FOR_IT.search(named) is not None
    return is_named and _letters(text_of(headline)) in set(map(_letters, _parts(told.values())))


def _parts(titles: Iterable[str]) -> Iterator[str]:
    for title in titles:
        yield title
        yield from _SEPARATOR.split(title)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+", text.lower()))


def _letters(text: str) -> str:
    """Give what of a text tells it from others: no white space, signs, capitals, accents."""
    if not text.isascii():
        text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", "", text).lower()
