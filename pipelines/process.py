"""The steps in order, in one function: Page -> Draft | Rejected. Pure: no network, no database, no clock.

Used by the crawl (in workers) and by whatever extracts captures or saved pages again. A value may be told by
several layers (a page, a detail API, the source's list); the first that tells it wins, and its name is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from typing import TypeVar
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from pipelines import clean, dates, opt_out, screens
from pipelines.category import category_of
from pipelines.dates import Printed
from pipelines.extract import extract_html
from pipelines.extraction import Extraction, Refused
from pipelines.images import absolute_images
from pipelines.json_items import JsonRefused, WrongType
from pipelines.json_items import read_detail as read_declared
from pipelines.layouts import eastmoney
from pipelines.markup import parse_fragment
from pipelines.mentions import inferred_mentions, markup_mentions, merge_mentions
from pipelines.page import Fetched, Hints, Page
from pipelines.publisher import canonical_publisher, printed_publisher
from pipelines.screens import Read
from pipelines.screens.signs import read_signs
from pipelines.tree import parse_html
from storage.drafts import Draft, Rejected
from storage.reasons import Reason
from storage.types import Media, Mention, Precision
from storage.urls import BadUrl, canonical_url, digits_day, external_id, identity

_SHANGHAI = "Asia/Shanghai"
_FRESH = timedelta(days=2)
_SURE_TIMES = {"json-ld", "meta", "layout"}
_WORST_FIRST = (Reason.OPTED_OUT, Reason.CAPTCHA, Reason.BLOCKED, Reason.GONE, Reason.SOFT_404)
_MOST_TITLE_CHARS = 1_000
"""A longer title is a hostile page's; what follows is cut."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Layer:
    """What one place says of the article; relative times in it count from `now`."""

    name: str
    hints: Hints
    now: datetime
    published: Printed | None = None
    modified: Printed | None = None


@dataclass(frozen=True, slots=True)
class _Body:
    """The article's body, from the first layer that has one."""

    text: str = ""
    html: str = ""
    source_html: str = ""
    media: tuple[Media, ...] = ()
    mentions: tuple[Mention, ...] = ()
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class _Published:
    at: datetime | None = None
    precision: Precision | None = None
    origin: str = ""
    as_printed: str = ""


def process(page: Page) -> Draft | Rejected:
    """Give the article that a page holds, ready to store, or why it holds none."""
    if (said := _opted_out(page)) is not None:
        return _rejected(page, [Refused(Reason.OPTED_OUT, said)])
    number = _number(page)
    if page.fetched and not (number or page.detail):
        return _process_html(page, page.fetched[-1])
    layers, refusals = _layers(page, is_eastmoney=number is not None)
    body = _body_of(layers, base_url=page.fetched[-1].final_url if page.fetched else page.url)
    if not body.text and not body.media and not any(layer.hints.partial for layer in layers):
        return _rejected(page, refusals)
    return _draft(page, layers, body)


def _opted_out(page: Page) -> str | None:
    """Give what the responses' fields say against a copy; pages say it in meta elements, too."""
    if not page.opt_outs_for:
        return None
    said = (opt_out.of_fields(response.headers, page.opt_outs_for) for response in page.fetched)
    return next((one for one in said if one is not None), None)


def _number(page: Page) -> str | None:
    """Give the page's Eastmoney number; other sites' numbers are none."""
    hinted = page.hints.external_id or ""
    return external_id(page.url) or (external_id(hinted) if hinted[:1].isalpha() else None)


def _process_html(page: Page, response: Fetched) -> Draft | Rejected:
    extraction = extraction_of(page, response)
    if isinstance(extraction, Refused):
        return _rejected(page, [extraction])
    if (refused := _refusal_of(page, response, extraction)) is not None:
        return _rejected(page, [refused])
    return _draft(
        page, [_page_layer(extraction, response), _listed(page)], _body_from(extraction), extraction=extraction
    )


def extraction_of(page: Page, response: Fetched) -> Extraction | Refused:
    """Read one of the page's responses as HTML, with what its source tells."""
    content_type = next((value for name, value in response.headers if name.lower() == "content-type"), "")
    return extract_html(
        response.body, url=response.final_url, content_type=content_type, now=response.fetched_at,
        zone=_zone(page.source.timezone), language=page.source.language, opt_outs_for=page.opt_outs_for,
        asked_url=response.url, template=page.template,
        layout=page.layout,
    )  # fmt: skip


def _refusal_of(page: Page, response: Fetched, extraction: Extraction) -> Refused | None:
    return screens.refusal_of_text(
        extraction.signs, read_for_screens(page, response, extraction), now=response.fetched_at
    )


def read_for_screens(page: Page, response: Fetched, extraction: Extraction) -> Read:
    """Give what was read from a page and its list as the screens weigh it."""
    is_told = bool(page.hints.published)
    is_marked = is_told or (extraction.published is not None and extraction.published_from in _SURE_TIMES)
    is_dated = is_told or bool(page.hints.title or extraction.media) or extraction.published_from not in {"", "url"}
    # Where no element holds the text, it comes from everywhere: the whole page is looked at.
    body = None if is_marked else parse_fragment(extraction.html) if extraction.html else _whole(response)
    has_time = extraction.published is not None and extraction.published.precision is not Precision.DAY
    return Read(extraction.text, body, is_dated=is_dated, has_time=has_time, is_told=is_told)


def _whole(response: Fetched) -> HtmlElement | None:
    root = parse_html(response)
    return None if isinstance(root, Refused) else root


def _page_layer(extraction: Extraction, response: Fetched) -> _Layer:
    hints = Hints(
        title=extraction.title or None, publisher=extraction.publisher_as_printed or None, authors=extraction.authors,
        partial=extraction.partial, section=extraction.section, tags=extraction.tags,
    )  # fmt: skip
    return _Layer("page", hints, response.fetched_at, extraction.published, extraction.modified)


def _listed(page: Page) -> _Layer:
    return _Layer("list", page.hints, page.seen_at)


def _body_from(extraction: Extraction) -> _Body:
    return _Body(
        extraction.text, extraction.html, extraction.source_html, extraction.media, extraction.mentions,
        extraction.publisher_as_printed,
    )  # fmt: skip


def _layers(page: Page, *, is_eastmoney: bool) -> tuple[list[_Layer], list[Refused]]:
    """Give what each response says, in the order asked, and the list's hints last; and what was refused."""
    layers: list[_Layer] = []
    refusals: list[Refused] = []
    for response in page.fetched:
        name, read = _read_eastmoney(page, response) if is_eastmoney else ("detail", _read_declared(page, response))
        if isinstance(read, Hints):
            layers.append(_Layer(name, read, response.fetched_at))
        else:
            refusals.append(replace(read, told_by=response.final_url))
    return [*layers, _listed(page)], refusals


def _read_eastmoney(page: Page, response: Fetched) -> tuple[str, Hints | Refused]:
    if eastmoney.is_detail(response.url):
        detail = eastmoney.read_detail(response.body)
        return "detail", Refused(detail.reason, detail.text) if isinstance(detail, eastmoney.Refusal) else detail
    root = parse_html(response)
    if isinstance(root, Refused):
        return "page", root
    if (refused := screens.refusal_of(read_signs(root, response.final_url), response.url)) is not None:
        return "page", refused
    if page.opt_outs_for and (said := opt_out.of_page(root, page.opt_outs_for)) is not None:
        return "page", Refused(Reason.OPTED_OUT, said)
    return "page", eastmoney.read_page(root) or Refused(Reason.NO_ARTICLE, "the page has no article container")


def _read_declared(page: Page, response: Fetched) -> Hints | Refused:
    assert page.detail is not None
    try:
        return read_declared(response.body, page.detail)
    except JsonRefused as error:
        return Refused(error.reason, str(error))
    except WrongType as error:
        return Refused(Reason.BAD_ITEM, str(error))


def _rejected(page: Page, refusals: Sequence[Refused]) -> Rejected:
    by_reason = {refusal.reason: refusal for refusal in reversed(refusals)}
    told = next((by_reason[reason] for reason in _WORST_FIRST if reason in by_reason), None)
    refusal = told or (refusals[0] if refusals else Refused(Reason.NO_ARTICLE, "no text was found"))
    return Rejected(page.link_id, page.url, refusal.reason, f"{page.url}: {refusal.text}", refusal.told_by)


def _body_of(layers: Sequence[_Layer], *, base_url: str) -> _Body:
    for layer in layers:
        source_html = layer.hints.html or layer.hints.text or ""
        if not source_html.strip():
            continue
        cleaned = clean.clean_fragment(source_html, base_url=base_url)
        if cleaned.text or cleaned.media:
            root = parse_fragment(source_html)
            media = cleaned.media or tuple(absolute_images(layer.hints.images, base_url))
            return _Body(
                cleaned.text, cleaned.html, source_html, media, markup_mentions(root), printed_publisher(root) or ""
            )
    return _Body()


def _draft(page: Page, layers: Sequence[_Layer], body: _Body, *, extraction: Extraction | None = None) -> Draft:
    number = _number(page)
    zone = (extraction.timezone if extraction else "") or (_SHANGHAI if number else page.source.timezone)
    title, title_from = _title(layers, body.text, extraction)
    printed, publisher_from = _publisher(page, layers, body, extraction)
    publisher = canonical_publisher(printed) if printed else ""
    category_slug, category_name = category_of(page.source, publisher)
    published = _published(layers, number, _zone(zone), extraction)
    listed = tuple(mention for layer in layers for mention in layer.hints.mentions)
    canonical, aliases = _addresses(page, extraction)
    authors, authors_from = _first(layers, lambda hints: hints.authors)
    section, section_from = _first(layers, lambda hints: hints.section)
    tags, tags_from = _first(layers, lambda hints: hints.tags)
    modified_at, modified_from = _modified(layers, _zone(zone), published.at)
    language, language_from = _language_of(page, body.text, extraction)
    origins = {
        "authors": authors_from, "section": section_from, "tags": tags_from, "modified_at": modified_from,
        "partial": _first(layers, lambda hints: hints.partial)[1],
    }  # fmt: skip
    provenance = {
        "title": title_from, "published_at": published.origin, "publisher": publisher_from, "language": language_from,
        **{name: _place(name, origin, extraction) for name, origin in origins.items()},
    }  # fmt: skip
    return Draft(
        link_id=page.link_id, url=page.url, canonical_url=canonical, identity=identity(page.url, number),
        external_id=number or page.hints.external_id, aliases=aliases, kind=page.kind, source_key=page.source.key,
        title=title, title_from=title_from, text=body.text, html=body.html, source_html=body.source_html,
        authors=authors or (), publisher=publisher,
        publisher_as_printed=printed, publisher_from=publisher_from,
        category_slug=category_slug, category_name=category_name,
        language=language,
        timezone=zone, published_at=published.at, published_precision=published.precision,
        published_from=published.origin, published_as_printed=published.as_printed,
        partial=any(layer.hints.partial for layer in layers), media=body.media,
        mentions=merge_mentions(body.mentions, listed, inferred_mentions(f"{title}\n{body.text}")),
        content_hash=clean.content_hash(title, body.text), word_count=clean.word_count(body.text),
        capture_id=page.capture_id, modified_at=modified_at, section=section or "", tags=tags or (),
        provenance={name: origin for name, origin in provenance.items() if origin},
        template=extraction.template if extraction else "",
    )  # fmt: skip


def _zone(name: str) -> ZoneInfo | None:
    return ZoneInfo(name) if name else None


def _first(layers: Sequence[_Layer], value: Callable[[Hints], _T]) -> tuple[_T | None, str]:
    """Give the first value that a layer tells, and the layer's name; None and "" where none does."""
    return next(((found, layer.name) for layer in layers if (found := value(layer.hints))), (None, ""))


def _place(name: str, layer: str, extraction: Extraction | None) -> str:
    """Give the place on the page where its layer told a value."""
    return extraction.provenance.get(name, layer) if extraction is not None and layer == "page" else layer


def _title(layers: Sequence[_Layer], text: str, extraction: Extraction | None) -> tuple[str, str]:
    for layer in layers:
        if layer.hints.title and (title := clean.page_title(layer.hints.title)):
            return title[
                :_MOST_TITLE_CHARS
            ].rstrip(), extraction.title_from if extraction and layer.name == "page" else layer.name
    return clean.head_title(text)


def _publisher(page: Page, layers: Sequence[_Layer], body: _Body, extraction: Extraction | None) -> tuple[str, str]:
    """What the body itself prints comes first: lists and APIs repeat it, and sometimes name themselves."""
    if body.publisher:
        return body.publisher, extraction.publisher_from if extraction else "body"
    for layer in layers:
        if layer.hints.publisher:
            return layer.hints.publisher, layer.name
    return page.source.publisher, "source" if page.source.publisher else ""


def _published(
    layers: Sequence[_Layer], number: str | None, zone: ZoneInfo | None, extraction: Extraction | None
) -> _Published:
    day = digits_day(number) if number else None
    told = [(layer, printed) for layer in layers if (printed := _printed(layer, zone, day)) is not None]
    if told:
        layer, printed = told[0]
        # A list often has the time of day where the page prints the day alone.
        layer, printed = next((other for other in told[1:] if dates.is_finer(other[1], printed, zone)), told[0])
        origin = extraction.published_from if extraction and layer.name == "page" else layer.name
        return _Published(
            dates.instant(printed, zone or ZoneInfo("UTC")), printed.precision, origin, printed.as_printed
        )
    if day is None:
        return _Published()
    midnight = datetime.combine(day, clock_time(), tzinfo=zone or UTC).astimezone(UTC)
    return _Published(midnight, Precision.DAY, "digits", number or "")


def _printed(layer: _Layer, zone: ZoneInfo | None, day: date | None) -> Printed | None:
    if layer.published is not None or not layer.hints.published:
        return layer.published
    now = layer.now
    if day is not None and now.date() - day > _FRESH:
        # "今天" in a list that was kept, or served, long after its day: the number's day is the one meant.
        now = datetime.combine(day, clock_time(23, 59), tzinfo=zone or UTC)
    return dates.read_time(layer.hints.published, now=now, zone=zone)


def _modified(
    layers: Sequence[_Layer], zone: ZoneInfo | None, published_at: datetime | None
) -> tuple[datetime | None, str]:
    """Give the time of the last change, where it lies after the publication."""
    for layer in layers:
        told = layer.modified
        if told is None and layer.hints.modified:
            told = dates.read_time(layer.hints.modified, now=layer.now, zone=zone)
        moment = dates.instant(told, zone or ZoneInfo("UTC")) if told is not None else None
        if moment is not None and (published_at is None or moment > published_at):
            return moment, layer.name
    return None, ""


def _addresses(page: Page, extraction: Extraction | None) -> tuple[str, tuple[str, ...]]:
    """Give the canonical URL and all further addresses; what a page claims of itself counts only within its site."""
    claimed = extraction.canonical_url if extraction else None
    candidates = [*page.aliases, *(response.final_url for response in page.fetched if not page.detail), claimed]
    aliases = [url for url in candidates if url and _is_address(url) and not eastmoney.is_detail(url)]
    canonical = canonical_url(claimed if claimed and _is_address(claimed) else page.url)
    return canonical, tuple(dict.fromkeys(url for url in aliases if url != page.url))


def _is_address(url: str) -> bool:
    try:
        canonical_url(url)
    except BadUrl:
        return False
    return True


def _language_of(page: Page, text: str, extraction: Extraction | None) -> tuple[str, str]:
    told = extraction.provenance.get("language", "source") if extraction is not None else "source"
    if language := (extraction.language if extraction is not None else "") or page.source.language:
        return language, told
    return (guessed, "body") if (guessed := _language(text)) else ("", "")


def _language(text: str) -> str:
    """Tell Chinese by its share of Han characters; anything else would be a guess."""
    han = sum(1 for sign in text[:2000] if "\u4e00" <= sign <= "\u9fff")
    return "zh" if han * 5 > len(text[:2000]) > 0 else ""
