"""What was read from a page's bytes, each value beside where it came from; or why nothing was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.dates import Printed
from storage.reasons import Reason
from storage.types import Media, Mention

if TYPE_CHECKING:
    from pipelines.screens.signs import Signs


@dataclass(frozen=True, slots=True)
class Extraction:
    """An article read from an HTML page; empty strings, empty tuples and None where the page does not say.

    `source_html` is the body as the page has it, `html` the same made clean, `text` its words, a paragraph a line.
    `timezone` is the IANA zone of the site where a layout tells it. `provenance` tells of each field that has a value
    which place told it.
    """

    title: str
    title_from: str
    text: str
    html: str
    source_html: str
    authors: tuple[str, ...]
    publisher_as_printed: str
    publisher_from: str
    published: Printed | None
    published_from: str
    language: str
    canonical_url: str | None
    media: tuple[Media, ...]
    mentions: tuple[Mention, ...]
    signs: Signs
    """What the page shows of its kind, for the screens that look at the text."""
    partial: bool = False
    timezone: str = ""
    modified: Printed | None = None
    section: str = ""
    tags: tuple[str, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)
    template: str = ""
    """What became of the host's learned template: `templates.template.HIT`, or why not; "" where none was to serve."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a page gave no article: a reason, and a text that a person understands."""

    reason: Reason
    text: str
    told_by: str = ""
    """The address whose answer it was, where several were asked."""


class TooHeavy(Exception):
    """A page or a list that takes more time, memory or markup than an honest one; the message says what."""
