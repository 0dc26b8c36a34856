"""When a page says that it was published and last changed: every place that tells it, by trust.

Published: JSON-LD, meta elements, microdata, the page's own JSON-LD node, the lines below the headline, elements named for
times, a date that stands alone; then the address; a time of change only where nothing else is told. The first counts;
- a later place that tells the time of the same day counts before one that tells the day alone;
- a day printed below the headline that lies before the markup's counts: sites that move stamp everything anew.
"""

# ruff: noqa: E501  # a form is read whole

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lxml import etree
from lxml.html import HtmlElement

from pipelines import date_forms, dates
from pipelines.dateline import Named, marked_as, pieces_of
from pipelines.dates import Printed
from pipelines.json_ld import Linked
from pipelines.local_dates import read_local
from pipelines.markup import plain
from pipelines.meta import Meta
from storage.types import Precision

_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished",
    "publishdate", "pubdate", "pub_date", "publish-date", "publish_date", "published-date", "publication_date", "parsely-pub-date",
    "sailthru.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "citation_publication_date", "citation_online_date",
    "bt:pubdate", "dc.date.issued", "dcterms.issued", "dcterms.available", "prism.publicationdate", "rnews:datepublished",
    "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "weibo:article:create_at", "weibo: article:create_at",
    "og:time", "article.published", "article.created", "firstpublishedtime", "apub:time", "releasedate", "date",
    "displaydate", "originalpublicationdate", "article_date_original", "ptime", "og:pubdate", "published_at", "created",
)  # fmt: skip
_PUBLISHED_NAME = re.compile(r"publish\w{0,6}[-_.: ]?(?:date|time|at|on)$|(?:date|time)[-_.: ]?publish")
_MODIFIED_META = (
    "article:modified_time", "og:article:modified_time", "article:modified", "og:updated_time", "og:modified_time", "datemodified",
    "lastmod", "last-modified", "last_modified", "modified", "dcterms.modified", "dc.date.modified", "dc.date.updated", "article.updated",
    "sailthru.updated_date", "cxenseparse:recs:modifiedtime", "article:updated_time", "revised", "date-modified",
)  # fmt: skip
_PUBLISHED_PROPERTY = re.compile(r"datepublished|datecreated", re.IGNORECASE)
_MODIFIED_PROPERTY = re.compile(
    r"(?:update[ds]?|modified|modification|changed|lastmod|reviewed)(?![a-z]*publi)", re.IGNORECASE
)
_PUBLISHED_NAMED = re.compile(r"publi|posted|create|pub[-_]?date", re.IGNORECASE)
_ROLES = re.compile(
    r"(?P<modified>\b(?:updated?|last (?:update|changed?|reviewed|edited)|modified|reviewed|edited|actualizad[oa]|actualización|actualización|atualizad[oa]|"
    r"atualização|aktualisiert|geändert|stand|mis à jour|mise à jour|modifié|aggiornat[oa]|aggiornamento|ultima modifica|bijgewerkt|oppdatert|uppdaterad|opdateret|"
    r"päivitetty|güncelle\w{1,8}|diperbarui|обновлен\w?|изменен\w?|оновлено|cập nhật)\b|최종수정|수정|تحديث|עודכן)|"
    r"(?P<published>\b(?:published|posted|first published|originally published|created|publicad[oa]|publié|veröffentlicht|erstellt|pubblicato|gepubliceerd|"
    r"publisert|publicerad|julkaistu|yayın\w{0,8}|опубликован\w?|дата публикации)\b|등록|입력|نشر|פורסם)",
    re.IGNORECASE,
)
_WITH_A_YEAR = "[string-length(.) < 70 and (contains(., '20') or contains(., '19'))]"
_FOLLOWING = etree.XPath(f"(following::text(){_WITH_A_YEAR})[position() <= 40]", smart_strings=False)
_BODY = etree.XPath(f"(//body//text(){_WITH_A_YEAR})[position() <= 40]", smart_strings=False)
_BEFORE_DATE = re.compile(
    r"^(?:(?:first |last |originally )?(?:published|posted|updated|modified|reviewed|date)(?: on| at)?(?: the)?:?|on|by)\s|"
    r"^(?:发布|更新|发表)?(?:时间|日期|于)\s?[：:]?\s?|^[^\w]{1,4}",
    re.IGNORECASE,
)
_MOST_LINES = 60
_MOST_NEAR = 6
_EARLIER = timedelta(days=2)
_LONGEST_DATE = 24
_URL_DAY = re.compile(r"/(20[0-3]\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=/|[_.-]|\w*\.s?html?|\+|$)")


@dataclass(frozen=True, slots=True)
class Told:
    """A time, and where the page tells it."""

    time: Printed | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """Where a page tells times, and how they are read: those without a zone are in `zone`, relative ones count from `now`."""

    root: HtmlElement
    url: str
    linked: Linked
    meta: Meta
    near: Sequence[Named]
    named: Sequence[Named]
    headline: HtmlElement | None
    language: str
    now: datetime
    zone: ZoneInfo | None

    def read(self, text: str) -> Printed | None:
        """Read a time that stands for one: a value of the markup, a line's part."""
        return self._finer(dates.read_time(text, now=self.now, zone=self.zone), text)

    def read_full(self, text: str) -> Printed | None:
        """Read a time with its year out of a line. Lengths of videos and days of other years stand on a page, too."""
        if any(form.search(text) for form in date_forms.WITH_YEAR):
            return self._finer(dates.read_time(text, now=self.now, zone=self.zone), text)
        return self._read_local(text)

    def _finer(self, printed: Printed | None, text: str) -> Printed | None:
        """Give what the words of another language tell of the same day, where the day alone was read."""
        if printed is not None and printed.precision is not Precision.DAY:
            return printed
        local = self._read_local(text)
        return (
            local if printed is None or (local is not None and dates.is_finer(local, printed, self.zone)) else printed
        )

    def _read_local(self, text: str) -> Printed | None:
        iso = read_local(text, language=self.language, host=urlsplit(self.url).hostname or "")
        return dates.read_time(iso, now=self.now, zone=self.zone) if iso else None


def read_published(times: Times) -> Told:
    """Give the time of publication."""
    told = _finest(chain(_markup(times), _lines(times, modified=False)))
    if told.time is None:
        told = _last_resort(times)
    elif told.origin != "page":
        told = _printed_before(times, told) or told
    shown = _shown_time(times, told.time)
    return Told(shown, "page") if shown is not None else told


def _last_resort(times: Times) -> Told:
    """Give the change told below the headline, a date that stands alone, the day of the address, any change."""
    below = next(_lines_of(times, times.near[:_MOST_NEAR], modified=True), None)
    day = _URL_DAY.search(times.url)
    in_url = times.read("-".join(day.groups())) if day else None
    alone = _standing_alone(times) if below is None else Told()
    if alone.time is not None and alone.origin != "modified":
        return alone
    if in_url is not None:
        return Told(in_url, "url")
    changed = below or next(_modified(times), None) or alone
    return Told(changed.time, "modified" if changed.time is not None else "")


def read_modified(times: Times, published: Printed | None) -> Told:
    """Give the time of the last change, nothing where that is not after the publication."""
    if published is None:
        return next(_modified(times), Told())
    since = dates.instant(published, times.zone or ZoneInfo("UTC"))
    for told in _modified(times):
        moment = dates.instant(told.time, times.zone or ZoneInfo("UTC")) if told.time is not None else None
        if moment is not None and since is not None and moment > since:
            return told
    return Told()


def _markup(times: Times) -> Iterator[Told]:
    keys = ("datePublished", "pubDate", "dateCreated", "uploadDate")
    yield from _each(times.read, "json-ld", [next(filter(None, map(times.linked.first, keys)), None)])
    marked = ((marked_as(one.element), one.text) for one in times.named if one.element is not None)
    properties = (text for name, text in marked if _PUBLISHED_PROPERTY.fullmatch(name))
    yield from _each(times.read, "meta", times.meta.every(*_PUBLISHED_META))
    yield from _each(times.read, "microdata", islice(properties, 1))
    others = [v for name, values in times.meta.values.items() if _PUBLISHED_NAME.search(name) for v in values]
    yield from sorted(_each(times.read, "meta", others), key=lambda told: str(told.time and told.time.local.date()))
    yield from _each(times.read, "json-ld", map(times.linked.page.get, keys))


def _lines(times: Times, *, modified: bool) -> Iterator[Told]:
    """Give the times of the page's lines: those of its last change, or all others."""
    named = [one for one in times.named if one.name == "time" or _is_modified(one) is modified]
    return _lines_of(times, [*times.near, *named][:_MOST_LINES], modified=modified)


def _lines_of(times: Times, lines: Sequence[Named], *, modified: bool) -> Iterator[Told]:
    for one in lines:
        for role, text in _parts(one.text):
            is_modified = role == "modified" or (not role and _is_modified(one))
            if is_modified is modified and (printed := times.read_full(text)) is not None:
                yield Told(printed, "page")
                break


def _is_modified(one: Named) -> bool:
    name = (
        f"{one.name} {one.element.get('class') or ''} {one.element.get('itemprop') or ''}"
        if one.element is not None
        else one.name
    )
    return _MODIFIED_PROPERTY.search(name) is not None and not _PUBLISHED_NAMED.search(name)


def _parts(line: str) -> Iterator[tuple[str, str]]:
    """Give a line's parts, each with what its label says of the time behind it.

    >>> list(_parts("Updated 5 May 2026 | Published 3 May 2026"))
    [('modified', ' 5 May 2026 | '), ('published', ' 3 May 2026')]
    """
    labels = list(_ROLES.finditer(line))
    if not labels or labels[0].start():
        yield "", line[: labels[0].start()] if labels else line
    for number, label in enumerate(labels):
        end = labels[number + 1].start() if number + 1 < len(labels) else len(line)
        yield str(label.lastgroup), line[label.end() : end]


def _modified(times: Times) -> Iterator[Told]:
    yield from _each(times.read, "json-ld", [times.linked.first("dateModified")])
    yield from _each(times.read, "meta", times.meta.every(*_MODIFIED_META))
    yield from _each(times.read, "json-ld", [times.linked.page.get("dateModified")])
    yield from _lines(times, modified=True)


def _each(read: Callable[[str], Printed | None], origin: str, values: Iterable[Any]) -> Iterator[Told]:
    for value in values:
        text = value[0] if isinstance(value, list) and value else value
        if isinstance(text, str | int) and text and (printed := read(str(text)[:200])) is not None:
            yield Told(printed, origin)


def _finest(told: Iterable[Told]) -> Told:
    """Give the first time; the same day with its time of day, where another place tells that."""
    best = Told()
    for one in told:
        if one.time is None:
            continue
        if one.time.precision is not Precision.DAY:
            if best.time is None or best.time.local.date() == one.time.local.date():
                return one
        elif best.time is None:
            best = one
    return best


def _printed_before(times: Times, told: Told) -> Told | None:
    """Give the day that stands alone below the headline where it lies well before the markup's.

    In a line with other words it may be any day: of a picture, of an event.
    """
    if told.time is None:
        return None
    for piece in pieces_of(times.near[:_MOST_NEAR]):
        role = _ROLES.search(piece.text)
        day = _alone(times, piece.text) if role is None or role.lastgroup != "modified" else None
        if day is not None:
            before = told.time.local.replace(tzinfo=None) - day.local.replace(tzinfo=None)
            return Told(day, "page") if before >= _EARLIER else None
    return None


def _alone(times: Times, text: str) -> Printed | None:
    """Read a time that is all that a text node holds, but for its label."""
    line = _BEFORE_DATE.sub("", plain(text))
    is_alone = len(line) <= _LONGEST_DATE or any(form.fullmatch(line) for form in date_forms.WITH_YEAR)
    return times.read_full(line) if is_alone else None


def _shown_time(times: Times, told: Printed | None) -> Printed | None:
    """Give the time below a Chinese headline where the markup tells another minute of that day: its last change."""
    if told is None or told.precision is Precision.DAY:
        return None
    dated = (one.text for one in times.near[:_MOST_NEAR] if date_forms.HAN.search(one.text))
    read = (dates.read_time(line, now=times.now, zone=times.zone) for line in dated)
    shown = next((one for one in read if one is not None), None)
    if shown is None or shown.precision is Precision.DAY or shown.zoned or shown.local.date() != told.local.date():
        return None
    return None if shown.local.isoformat()[:16] == told.local.isoformat()[:16] else shown


def _standing_alone(times: Times) -> Told:
    """Give the first date behind the headline, else on the page, that is all that its text node holds.

    One of a change counts where there is no other.
    """
    changed = Told()
    for path, start in ((_FOLLOWING, times.headline), (_BODY, times.root)):
        texts: list[str] = path(start) if start is not None else []  # type: ignore[assignment]  # these paths give text
        for text in texts:
            printed = _alone(times, text)
            role = _ROLES.search(text)
            if printed is not None and (role is None or role.lastgroup != "modified"):
                return Told(printed, "page")
            if printed is not None and changed.time is None:
                changed = Told(printed, "modified")
    return changed
