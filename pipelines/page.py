"""What a spider yields: everything known of one link when it reaches the pipelines.

Plain frozen values that pickle well: they cross to the worker processes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from storage.types import Kind, Media, Mention

if TYPE_CHECKING:
    from pipelines.json_items import DetailFields
    from pipelines.layouts import Layout
    from pipelines.templates.template import Template


@dataclass(frozen=True, slots=True)
class Hints:
    """What a source's list, or a detail API, says of an article besides its address.

    Every value is as the source gave it, unread: `published` and `modified` may be "2026-09-18 11:00:00",
    "今天 16:25", or seconds or milliseconds since 1970 as digits. None or empty means the source did not say.
    `html` is the whole body as the source gave it, `text` the whole body where the source gives plain text.
    """

    external_id: str | None = None
    aliases: tuple[str, ...] = ()
    """Further addresses of the article, absolute."""
    title: str | None = None
    summary: str | None = None
    html: str | None = None
    text: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    images: tuple[Media, ...] = ()
    mentions: tuple[Mention, ...] = ()
    partial: bool = False
    """The source said that this is not the whole text (locked, priced, truncated)."""
    section: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the configuration says of the source that showed a link; empty strings where it says nothing.

    `timezone` is an IANA name ("Asia/Shanghai") for the times that the source prints without one.
    `category_slug`/`category_name` are set where the source files everything under one category;
    otherwise the category is the publisher's.
    """

    key: str
    publisher: str = ""
    category_slug: str = ""
    category_name: str = ""
    language: str = ""
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One HTTP response: `url` is what was asked, `final_url` what answered after redirects.

    `headers` are the response's fields in order, decoded as Latin-1, `body` the bytes after content decoding.
    `capture_id` is the row of the capture, once it is kept.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    capture_id: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One link of the ledger with all that was fetched for it, on its way through the pipelines.

    `fetched` holds the responses in the order they were asked; it is empty for a flash, whose text is in `hints`.
    `seen_at` is when the source showed the link (aware UTC): relative times in `hints` count from it.
    `aliases` are further addresses that a source gave for the same article.
    """

    link_id: int | None
    url: str
    kind: Kind
    source: SourceFacts
    seen_at: datetime
    hints: Hints = field(default_factory=Hints)
    fetched: tuple[Fetched, ...] = ()
    aliases: tuple[str, ...] = ()
    capture_id: int | None = None
    """The capture that holds the list which showed this link."""
    is_incomplete: bool = False
    """An address that was asked failed in passing: if what came holds no article, that is not the last word."""
    not_before: datetime | None = None
    """A host that was to be asked, too, is put off until then: without an article it is tried again no earlier."""
    opt_outs_for: str = ""
    """The name of the crawler that obeys when a publisher wants no copy; "": whoever reads saved pages has one already.
    """
    detail: DetailFields | None = None
    """How the responses in `fetched` are read, where they are the source's detail API; None: pages, or Eastmoney's."""
    layout: Layout | None = None
    """The user's own rules for the address's site; they count before those that ship."""
    template: Template | None = None
    """What was learned of the pages of the address's host."""


_HINT_DEFAULTS = {f.name: f.default for f in fields(Hints)}


def hints_to_json(hints: Hints) -> str:
    """Give hints as the ledger keeps them: a JSON object without the values that the source did not say."""
    said = {name: value for name, value in asdict(hints).items() if value != _HINT_DEFAULTS[name]}
    # Lone surrogates can come out of JSON escapes; no database takes them.
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return text.encode("utf-8", "replace").decode("utf-8").replace("\\u0000", "")


def hints_from_json(text: str) -> Hints:
    """Read hints back that `hints_to_json` wrote."""
    said: dict[str, Any] = json.loads(text)
    if "images" in said:
        said["images"] = tuple(Media(**image) for image in said["images"])
    if "mentions" in said:
        said["mentions"] = tuple(Mention(**mention) for mention in said["mentions"])
    for name in ("authors", "aliases", "tags"):
        if name in said:
            said[name] = tuple(said[name])
    return Hints(**said)
