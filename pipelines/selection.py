"""Which lines of an element are the article's: what another reader kept, and what the lines themselves tell.

trafilatura sees paragraphs, not lines; it loses headings and list items inside of a body, and keeps the links to
other articles between its paragraphs. Whoever sees a line's place, its element and its links knows better.
"""

# ruff: noqa: E501  # a rule is read whole

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from pipelines.boilerplate import is_boilerplate
from pipelines.headlines import article_numbers
from pipelines.markup import BLOCKS, CELLS, Line

_MOST_LINES = 3_000
"""Beyond, lines are compared whole: to look for each in all others would take minutes on a hostile page."""

_LONG = 20
"""Letters; in Han text a sentence."""

_SHORTEST = 6
_LEAD = 16
_LONGEST_LEAD = 200
_ENOUGH_PROSE = 60
_MUCH_MORE = 1.5
_MOST_SHARED = 0.2
_MOST_PARTS = 500
_MOSTLY_MADE = 0.9
_GLUED = 0.4
"""Of a line's letters, from which it is a whole body that a reader put into one line, with what stands round it."""

_MOST_OUTSIDE = 0.1
_SHARE_OF_KEPT = 0.15
_ALL_LINK = 0.9
_HALF_LINK = 0.5
_SOME_LINK = 0.3
_LONGEST_POINTER = 200
_MOST_POINTERS = 3
"""Links in a row that may point to other articles; more are a list that the article gives."""

_SHARE_OF_POINTERS = 0.25
_SHARE_OF_HEADINGS = 0.1
_TOP = 8
_LONGEST_LABEL = 40
_PROSE = re.compile(r"。|[a-z\d)\]”\"'][.!?](?:[\"”’']|\s|$)")
"""What sentences end in, headlines do not."""

_MARKS = re.compile(r"\W+")
_HEADINGS = frozenset({"h2", "h3", "h4"})
_ITEMS = frozenset({"li", "td", "th", "tr", "dd", "dt"})
_ASIDE = frozenset({"aside", "nav", "figure", "figcaption", "footer", "header"})
_ASIDE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:related|recommend\w*|newsletter|promo\w*|sidebar|share|sharing|social|comments?|captions?|credits?|"
    r"byline|author|tags?|toc|breadcrumbs?|sponsor\w*|cta|popup|modal|disclaimer|copyright|subscribe|signup|widget)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"[(\[»›>→*•\s]{0,3}(?:(?:can |you may )?also (?:read|see|on|check)|read (?:also|more|next|this|our full)|see (?:also|more)|"
    r"must[- ]read|related(?: \w{1,10})?|more(?: from| on)?|recommended|watch|listen|don.t miss|"
    r"leggi (?:anche|tutto)|à lire(?: aussi)?|lire (?:aussi|également)|voir aussi|lesen sie (?:auch|mehr)|mehr (?:dazu|zum thema)|"
    r"lee (?:también|más)|te puede interesar|leia (?:também|mais)|veja (?:também|mais)|saiba mais|читайте (?:также|ещё)|"
    r"baca juga|lees ook|läs (?:också|mer)|關連|関連記事|延伸閱讀|延伸阅读|相關新聞|相关新闻|相关阅读|更多|관련\s?기사)"
    r"\b\s?[:：|>»\]-]?",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(?:\||^)\s?(?:photo|image|picture|credit|source)s?\b(?: by)?\s?[:/]?|getty images|shutterstock", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Told:
    """The lines that another reader took for the article's, made comparable."""

    lines: frozenset[str]
    words: str

    @staticmethod
    def of(lines: Sequence[str]) -> Told:
        keys = [key_of(line) for line in lines]
        return Told(frozenset(keys), "".join(keys) if len(keys) <= _MOST_LINES else "")

    def has(self, key: str) -> bool:
        """Tell whether a line is one of them, or a part of one: some readers join lines."""
        return key in self.lines or key in self.words

    def makes(self, key: str) -> bool:
        """Tell whether a line is made of them: some readers split lines."""
        if len(key) <= _LONG or len(self.lines) > _MOST_PARTS:
            return False
        return sum(len(line) for line in self.lines if line in key) >= _MOSTLY_MADE * len(key)


def key_of(text: str) -> str:
    return _MARKS.sub("", text).lower()


def choose(lines: Sequence[Line], told: Told | None, title: str) -> list[int]:
    """Give which lines of an element are the article's; `told` None: nobody else read the page."""
    seen = [_Seen.of(line) for line in lines]
    kept = set(range(len(seen))) if told is None else _kept(seen, told)
    kept -= {number for number in kept if seen[number].tag == "figcaption"}
    kept -= _repeated(seen, kept)
    kept -= _pointers(seen, {number for number in kept if not is_boilerplate(seen[number].text)})
    numbers = sorted(kept)
    return [numbers[place] for place in article_numbers([seen[number].text for number in numbers], title)]


def is_better(lines: Sequence[str], kept: Sequence[str], lead: str, *, is_talk: bool) -> bool:
    """Tell whether an element's lines are the article rather than what another reader kept.

    They have much more sentences, and are no talk of readers; or both share next to nothing, and the element alone
    has the lead (see `lead_of`), or alone has sentences.
    """
    own, other, inside, words = prose(lines), prose(kept), key_of("".join(lines)), key_of("".join(kept))
    if own < _ENOUGH_PROSE or (lead and lead in words and lead not in inside):
        return False
    if own > _MUCH_MORE * other and not is_talk:
        return True
    if prose(line for line in kept if key_of(line) in inside) > _MOST_SHARED * other:
        return False
    return other == 0 or (bool(lead) and lead in inside and lead not in words)


def lead_of(root: HtmlElement) -> str:
    """Give the first letters of what the page's markup says of the article: often those of its first sentence; "" for none."""
    found = (
        one.get("content") or ""
        for one in root.iter("meta")
        if (one.get("property") or one.get("name") or "").lower() in {"og:description", "description"}
    )
    lead = key_of(max(found, key=len, default="")[:_LONGEST_LEAD])[:_LEAD]
    return lead if len(lead) == _LEAD else ""


def prose(lines: Iterable[str]) -> int:
    """Give how many letters the lines have that hold sentences; not those cut short, which announce other articles."""
    return sum(len(key_of(line)) for line in lines if _PROSE.search(line) and not line.endswith(("...", "…")))


def is_whole(inside: Sequence[str], found: Sequence[str], kept: Sequence[str], lead: str) -> bool:
    """Tell whether the lines inside of an element are the article: what was kept outside of it is hardly any prose.

    `found` are all its lines, `inside` those that were chosen.
    Headlines of other articles, dates and labels stand outside; a body in several elements would be cut. What has
    the lead (see `lead_of`) may not be left outside.
    """
    if len(kept) > _MOST_LINES or not any(map(_PROSE.search, inside)):
        return False
    words = key_of("".join(found))
    if lead and lead not in words and lead in key_of("".join(kept)):
        return False
    if len(words) < _SHARE_OF_KEPT * len(key_of("".join(kept))):
        return False
    parts = {key for line in found if len(key := key_of(line)) > _SHORTEST}
    outside = [key for line in kept if (key := key_of(line)) not in words and _PROSE.search(line)]
    lost = sum(len(key) for key in outside if sum(len(one) for one in parts if one in key) < _GLUED * len(key))
    return lost <= _MOST_OUTSIDE * len(words)


@dataclass(frozen=True, slots=True)
class _Seen:
    text: str
    key: str
    tag: str
    linked: float
    holder: HtmlElement | None
    """What holds the block."""
    is_aside: bool
    verbatim: bool

    @staticmethod
    def of(line: Line) -> _Seen:
        text = line.text
        owners = [
            (owner, piece)
            for element, tail, piece in line.pieces
            if element is not None
            and not piece.isspace()
            and (owner := element.getparent() if tail else element) is not None
        ]
        in_links = sum(len("".join(piece.split())) for owner, piece in owners if _is_linked(owner))
        block = next((one for owner, _ in owners for one in _up(owner) if one.tag in BLOCKS or one.tag in CELLS), None)
        return _Seen(
            text=text, key=key_of(text), tag=str(block.tag) if block is not None else "",
            linked=in_links / max(1, len("".join(text.split()))),
            holder=block.getparent() if block is not None else None,
            is_aside=block is not None and any(map(_is_aside, _up(block))), verbatim=line.verbatim,
        )  # fmt: skip


def _up(element: HtmlElement) -> Iterable[HtmlElement]:
    yield element
    yield from element.iterancestors()


def _is_linked(element: HtmlElement) -> bool:
    for one in _up(element):
        if one.tag in BLOCKS:
            return False
        if one.tag == "a":
            return True
    return False


def _is_aside(element: HtmlElement) -> bool:
    return element.tag in _ASIDE or _ASIDE_CLASS.search((element.get("class") or "")[:500]) is not None


def _kept(seen: list[_Seen], told: Told) -> set[int]:
    """Give the lines that were told, and those between them that are plainly of the same text."""
    kept = {
        number
        for number, one in enumerate(seen)
        if one.key and (told.has(one.key) or (not one.is_aside and told.makes(one.key)))
    }
    long = [number for number in kept if len(seen[number].key) > _LONG]
    if not long:
        return kept
    for number in range(max(long) - 1, min(long), -1):
        if number not in kept and _is_of_the_text(seen, number, kept):
            kept.add(number)
    return kept


def _is_of_the_text(seen: list[_Seen], number: int, kept: set[int]) -> bool:
    one = seen[number]
    if not one.key or one.is_aside or _CREDIT.search(one.text):
        return False
    if one.tag in _HEADINGS:
        return number + 1 in kept and one.tag != "h4"
    if one.linked >= _HALF_LINK:
        return False
    return one.tag in _ITEMS or (one.tag == "p" and _PROSE.search(one.text) is not None)


def _repeated(seen: list[_Seen], kept: set[int]) -> set[int]:
    """Give the long lines that stood before, and a summary that only begins what follows it.

    Pages hold a text twice, for wide screens and for narrow ones.
    """
    places: dict[str, HtmlElement | None] = {}
    found = set()
    for number in sorted(kept):
        one = seen[number]
        is_prose = len(one.key) > _LONG and one.tag not in _ITEMS and _PROSE.search(one.text) is not None
        if is_prose and places.setdefault(one.key, one.holder) is not one.holder:
            found.add(number)
    numbers = sorted(kept - found)
    for number, following in itertools.pairwise(numbers[:_TOP]):
        cut = seen[number].text.rstrip(".…")
        if cut != seen[number].text and seen[following].key.startswith(key_of(cut)):
            found.add(number)
    return found


def _pointers(seen: list[_Seen], kept: set[int]) -> set[int]:
    """Give the lines that point to other articles, with the labels above them."""
    found = {number for number in kept if _is_pointer(seen[number])}
    whole = sum(len(seen[number].key) for number in kept)
    lines = {number for number in kept - found if _is_all_link(seen[number])}
    headings = {number for number in kept - found if _is_linked_heading(seen[number])}
    for links, shortest, most in ((lines, 1, _SHARE_OF_POINTERS), (headings, 2, _SHARE_OF_HEADINGS)):
        if sum(len(seen[number].key) for number in links) <= most * whole:
            found |= {number for run in _runs(links) if shortest <= len(run) <= _MOST_POINTERS for number in run}
    found |= _last_links(seen, kept - found)
    labels = {
        number - 1
        for number in found
        if number - 1 in kept - found and len(seen[number - 1].text) <= _LONGEST_LABEL and _is_label(seen[number - 1])
    }
    return found | labels


def _is_pointer(one: _Seen) -> bool:
    return one.linked >= _SOME_LINK and len(one.text) <= _LONGEST_POINTER and _POINTER.match(one.text) is not None


def _is_all_link(one: _Seen) -> bool:
    is_block = one.tag not in _HEADINGS and one.tag not in _ITEMS
    is_address = " " not in one.text and "." in one.text
    return is_block and one.linked >= _ALL_LINK and not (one.verbatim or is_address or len(one.text) > _LONGEST_POINTER)


def _is_linked_heading(one: _Seen) -> bool:
    return one.tag in _HEADINGS and one.linked >= _ALL_LINK


def _last_links(seen: list[_Seen], kept: set[int]) -> set[int]:
    """Give the links below the last sentence, where there is more than one: a list of other articles."""
    found: set[int] = set()
    for number in sorted(kept, reverse=True):
        if seen[number].linked < _ALL_LINK or _PROSE.search(seen[number].text):
            break
        found.add(number)
    return found if len(found) > 1 else set()


def _is_label(one: _Seen) -> bool:
    return one.text.endswith((":", "：")) or (one.text.isupper() and _PROSE.search(one.text) is None)


def _runs(numbers: set[int]) -> Iterable[list[int]]:
    """Give the numbers in runs without gaps."""
    run: list[int] = []
    for number in sorted(numbers):
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run
