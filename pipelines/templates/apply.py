"""A learned template on one page: the body where it is sure, else lines cut and fields filled in; and whether it held.

Nothing is trusted twice: what looks odd is left to the slow path, and counts as a miss.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from pipelines import dates
from pipelines.agreement import agreement
from pipelines.dates import Printed
from pipelines.layouts import Laid, Layout
from pipelines.markup import inner_html, storable, text_of
from pipelines.page import Hints
from pipelines.publisher import printed_authors
from pipelines.screens.signs import Signs
from pipelines.templates.learn import place_text
from pipelines.templates.lines import without_repeated
from pipelines.templates.locators import find
from pipelines.templates.template import Template, line_key

_SHORTEST = 40
_MOST_LINKED = 0.5
_SAMPLED = 20
"""One page in so many goes both ways: what looks right and is not shows there."""
_AGREES = 0.9
_LEAST_OF_LEARNED = 0.5


@dataclass(frozen=True, slots=True)
class Miss:
    """Why a template did not serve a page."""

    why: str


def body_of(template: Template, root: HtmlElement) -> Laid | Miss:
    """Give the body that a sure template finds, as a publisher's rules would; the tree is not changed."""
    if not template.is_sure:
        return Miss("it only corrects")
    found = find(template.body, root)
    if len(found) != 1:
        return Miss(f"{len(found)} elements at the place of the body")
    layout = Layout(hosts=(template.host,), drop=template.drop)
    return Laid(layout, found[0], Hints(html=storable(inner_html(found[0]))))


def oddity(
    template: Template, root: HtmlElement, signs: Signs, container: HtmlElement, *, title: str, text: str
) -> str:
    """Give what is odd about what a template found on a page, "" for nothing."""
    if len(text) < _SHORTEST:
        return f"{len(text)} characters of text"
    linked = sum(len(words) for link in container.iter("a") if (words := text_of(link)) in text)
    if linked > _MOST_LINKED * len(text):
        return "most of the text stands in links"
    if not title:
        return "no title"
    if template.title:
        heads = find(template.title, root)
        if not heads or line_key(text_of(heads[0])) != line_key(title):
            return "the title does not stand where it stood"
    share = len(text) / max(1, len(signs.prose))
    if share < template.least_share * _LEAST_OF_LEARNED:
        return f"{share:.0%} of the page's prose"
    return ""


def is_sampled(url: str) -> bool:
    """Tell whether a page is read the slow way, too: the same page always is."""
    return zlib.crc32(url.encode("utf-8", "replace")) % _SAMPLED == 0


def agrees(text: str, slow: str, template: Template) -> bool:
    """Tell whether a sampled page came out the same both ways."""
    rest = "\n".join(without_repeated(slow.splitlines(), template.boilerplate))
    return agreement(text, rest) >= _AGREES


def time_of(template: Template, root: HtmlElement, *, now: datetime, zone: ZoneInfo | None) -> Printed | None:
    """Give the time that stands where this host's pages print it."""
    found = find(template.time, root)
    return dates.read_time(place_text(found[0]), now=now, zone=zone) if found else None


def authors_of(template: Template, root: HtmlElement) -> tuple[str, ...]:
    """Give the authors that stand where this host's pages print them."""
    found = find(template.authors, root)
    return printed_authors(place_text(found[0])) if found else ()
