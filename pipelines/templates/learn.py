"""What pages of one host have in common: where body, title, time and authors stand, what repeats. Pure.

Each lesson is a parsed page with what the slow path read from it. A place is learned where what stands there agrees
with what was read, on nearly all of the pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from pipelines import dates
from pipelines.dates import Printed
from pipelines.markup import lines_of, text_of
from pipelines.publisher import printed_authors
from pipelines.screens.signs import read_signs
from pipelines.templates.lines import repeated_lines, without_repeated
from pipelines.templates.locators import below, find, locators_of, own_locators
from pipelines.templates.spans import Spans
from pipelines.templates.template import Template, line_key
from storage.types import Precision

LEAST_RECALL = 0.98
"""Of the words that the slow path read, what must stand at a place for it to be the body."""

_NEARLY_ALL = 0.9
_LEAST_LESSONS = 5
_MOST_LOCATORS = 100
_MOST_ANCESTORS = 20
_MOST_ELEMENTS = 8_000
_MOST_LINES = 5_000
_MOST_DROPS = 40
_LEAST_DROPPED = 3
_SHARE_DROPPED = 0.25
_LONGEST_PLACE = 200
_CONTENT = ("img", "picture", "video", "audio", "table", "blockquote", "iframe")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A parsed page, without comments and scripts, with what the slow path read from it."""

    url: str
    root: HtmlElement
    text: str
    title: str
    published: Printed | None
    authors: tuple[str, ...]
    now: datetime
    zone: ZoneInfo | None = None


def derive(host: str, lessons: Sequence[Lesson]) -> Template:
    """Give the template that pages of a host have in common; whether it is sure is for others to tell."""
    boilerplate = repeated_lines([one.text for one in lessons], [_page_lines(one.root) for one in lessons])
    own = [replace(one, text="\n".join(without_repeated(one.text.splitlines(), boilerplate))) for one in lessons]
    body = _body(own)
    return Template(
        host=host, version=0, body=body, drop=_drops(own, body) if body else (),
        title=_place(lessons, _titles), time=_place([one for one in lessons if one.published is not None], _times),
        authors=_place([one for one in lessons if one.authors], _authors),
        boilerplate=boilerplate,
        least_share=min(len(one.text) / max(1, len(read_signs(one.root, one.url).prose)) for one in own),
    )  # fmt: skip


def _page_lines(root: HtmlElement) -> set[str]:
    lines = islice(lines_of(next(root.iter("body"), root)), _MOST_LINES)
    return {key for line in lines if (key := line_key(line.text))}


def _body(lessons: Sequence[Lesson]) -> str:
    """Give the address of the smallest element that holds the text on nearly all pages."""
    spans = [(lesson.root, Spans(lesson.root, lesson.text)) for lesson in lessons]
    votes: Counter[str] = Counter()
    for _, one in spans:
        smallest = one.smallest(LEAST_RECALL)
        chain = islice([smallest, *smallest.iterancestors()], _MOST_ANCESTORS)
        votes.update(list(dict.fromkeys(locator for element in chain for locator in locators_of(element))))
    least = _NEARLY_ALL * len(lessons)
    often = [locator for locator, count in votes.items() if count >= least][:_MOST_LOCATORS]
    sizes = [
        (size, order, locator)
        for order, locator in enumerate(often)
        if (size := _mean_size(locator, spans, least)) is not None
    ]
    return min(sizes, default=(0, 0, ""))[2]


def _mean_size(locator: str, spans: Sequence[tuple[HtmlElement, Spans]], least: float) -> float | None:
    """Give the mean size of what stands at an address, None where on too many pages it is not the text's one place."""
    sizes = []
    for root, one in spans:
        found = find(locator, root)
        if len(found) == 1 and one.share(found[0]) >= LEAST_RECALL:
            sizes.append(one.size(found[0]))
    return sum(sizes) / len(sizes) if len(sizes) >= least else None


def _drops(lessons: Sequence[Lesson], body: str) -> tuple[str, ...]:
    """Give the addresses of elements below the body none of whose words was ever read as text."""
    unread: Counter[str] = Counter()
    read: set[str] = set()
    for lesson in lessons:
        text = line_key(lesson.text)
        seen: dict[str, bool] = {}
        for container in find(body, lesson.root)[:1]:
            for element in islice(container.iterdescendants(), _MOST_ELEMENTS):
                if isinstance(element.tag, str) and (state := _is_read(element, text)) is not None:
                    for locator in own_locators(element):
                        seen[locator] = seen.get(locator, False) or state
        read |= {locator for locator, state in seen.items() if state}
        unread.update(locator for locator, state in seen.items() if not state)
    least = max(_LEAST_DROPPED, _SHARE_DROPPED * len(lessons))
    often = [locator for locator, count in unread.most_common() if count >= least and locator not in read]
    return tuple(below(locator) for locator in _outermost(often, lessons)[:_MOST_DROPS])


def _outermost(locators: Sequence[str], lessons: Sequence[Lesson]) -> list[str]:
    """Give the addresses without those that only find what stands in the elements of others, or is the same."""
    kept: list[str] = []
    gone: set[HtmlElement] = set()
    found = {locator: [one for lesson in lessons for one in find(locator, lesson.root)] for locator in locators}
    for locator in sorted(locators, key=lambda locator: -sum(len(one.text_content()) for one in found[locator])):
        elements = found[locator]
        if not all(one in gone or any(above in gone for above in one.iterancestors()) for one in elements):
            kept.append(locator)
            gone.update(elements)
    return kept


def _is_read(element: HtmlElement, text: str) -> bool | None:
    """Tell whether any of an element's words were read as text; None where it has none, or holds more than words."""
    pieces = [key for piece in element.itertext() if (key := line_key(piece))]
    if not pieces or next(element.iter(*_CONTENT), None) is not None:
        return None
    return any(piece in text for piece in pieces)


def _place(lessons: Sequence[Lesson], agreeing: Callable[[Lesson], Iterable[HtmlElement]]) -> str:
    """Give the address whose first element agrees with what was read, on nearly all of the pages; "" for none."""
    if len(lessons) < _LEAST_LESSONS:
        return ""
    votes: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for lesson in lessons:
        elements = list(agreeing(lesson))
        for locator in dict.fromkeys(locator for element in elements for locator in locators_of(element)):
            found = find(locator, lesson.root)
            if found and found[0] in elements:
                votes[locator] += 1
                sizes[locator] += len(text_of(found[0]))
    # Of several that agree the one with the fewest words beside it.
    best = max(votes, key=lambda locator: (votes[locator], -sizes[locator]), default="")
    return best if votes[best] >= _NEARLY_ALL * len(lessons) else ""


def _titles(lesson: Lesson) -> Iterator[HtmlElement]:
    title = line_key(lesson.title)
    heads = (one for one in lesson.root.iter("h1", "h2", "h3", "div", "span", "p") if len(one) <= _LEAST_DROPPED)
    for element in islice(heads, _MOST_ELEMENTS):
        if title and line_key(_short_text(element, 2 * len(lesson.title) + 20)) == title:
            yield element


def _leaves(root: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    body = next(root.iter("body"), root)
    for element in islice(body.iter(), _MOST_ELEMENTS):
        if isinstance(element.tag, str) and len(element) <= _LEAST_DROPPED:
            text = element.get("datetime") or _short_text(element, _LONGEST_PLACE)
            if 0 < len(text) <= _LONGEST_PLACE:
                yield element, text


def _short_text(element: HtmlElement, most: int) -> str:
    """Give an element's text, "" for one that is longer."""
    size = 0
    for piece in element.itertext():
        size += len(piece.strip())
        if size > most:
            return ""
    return text_of(element)


def place_text(element: HtmlElement) -> str:
    """Give what a place says of time or authors: the machine's form where it has one."""
    return element.get("datetime") or text_of(element)


def _times(lesson: Lesson) -> Iterator[HtmlElement]:
    for element, text in _leaves(lesson.root):
        if any(sign.isdigit() for sign in text):
            printed = dates.read_time(text, now=lesson.now, zone=lesson.zone)
            if printed is not None and lesson.published is not None and _is_same(printed, lesson.published):
                yield element


def _is_same(one: Printed, other: Printed) -> bool:
    if Precision.DAY in {one.precision, other.precision}:
        return one.precision is other.precision and one.local.date() == other.local.date()
    return one.local.isoformat()[:16] == other.local.isoformat()[:16]


def _authors(lesson: Lesson) -> Iterator[HtmlElement]:
    for element, text in _leaves(lesson.root):
        if lesson.authors[0] in text and printed_authors(text) == lesson.authors:
            yield element
