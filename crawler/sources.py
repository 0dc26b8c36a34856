"""sources.toml: the configured places that show links, checked once, all faults at once.

What a source's answer looks like is read in `crawler.lists`; this module knows only what may be declared.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import cssselect
from apscheduler.triggers.cron import CronTrigger
from lxml import etree
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from crawler.errors import SourcesInvalid, UnknownSource
from crawler.monitors import Thresholds
from pipelines.json_items import Condition, DetailFields, Envelope, Frozen, ItemFields
from pipelines.page import SourceFacts
from storage.types import Kind

CATALOGUE = Path(__file__).with_name("catalogue.toml")
"""The sources that ship with the program: the default of SOURCES_FILE."""

PLACEHOLDERS = ("page", "page_size", "cursor", "now_s", "now_ms")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2: token
_NUMERIC_WEEKDAY = re.compile(r"(?<!/)\b[0-7]\b")


def _checked_url(value: str) -> str:
    if re.search(r"[\s\x00-\x1f\x7f]", value):
        raise ValueError("has spaces or control characters; write them as %20")
    try:
        parts = urlsplit(value)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise ValueError(f"is no URL ({error}); write http://... or https://...") from error
    if not valid:
        raise ValueError("is no web address; write http://... or https://...")
    return value


def _checked_template(value: str) -> str:
    for name in _PLACEHOLDER.findall(value):
        if name not in PLACEHOLDERS:
            raise ValueError(f"has the unknown placeholder {{{name}}}; known are {', '.join(PLACEHOLDERS)}")
    _checked_url(_PLACEHOLDER.sub("1", value))
    return value


def _checked_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{value!r} is no IANA time zone; write one like Asia/Shanghai") from error
    return value


def _checked_regex(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from error
    return value


def is_xpath(rule: str) -> bool:
    """Tell an XPath rule ("//a", "./@href", "(//a)[1]") from a CSS one ("ul.list a")."""
    return rule.startswith(("/", "./", "../", "(", ".."))


def _checked_rule(value: str) -> str:
    try:
        if is_xpath(value):
            etree.XPath(value)
        else:
            cssselect.HTMLTranslator().css_to_xpath(value)
    except (etree.XPathError, cssselect.SelectorError) as error:
        raise ValueError(f"is no XPath (starts with / or ./) and no CSS selector: {error}") from error
    return value


def checked_schedule(value: str) -> str:
    """Give a cron line of five fields as it is.

    Raises:
        ValueError: it is none, or one that programs read differently.
    """
    fields = value.split()
    if len(fields) != 5:  # noqa: PLR2004
        raise ValueError("is no cron line: minute hour day month weekday, as in '*/15 * * * *'")
    # APScheduler counts weekdays from Monday = 0, cron from Sunday = 0: a digit would mean another day.
    if _NUMERIC_WEEKDAY.search(fields[4]):
        raise ValueError("gives weekdays as numbers, which programs read differently; write mon, tue ... sun")
    try:
        CronTrigger.from_crontab(value, timezone="UTC")
    except (ValueError, TypeError) as error:
        raise ValueError(f"is no cron line: {error}") from error
    return value


def _header_pairs(value: object) -> object:
    return tuple(value.items()) if isinstance(value, Mapping) else value


def _checked_headers(value: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    for name, content in value:
        if not _FIELD_NAME.fullmatch(name) or re.search(r"[\x00-\x1f\x7f]", content):
            raise ValueError(f"{name!r} is no HTTP header field")
    return value


def _category(value: object) -> object:
    return {"slug": value, "name": value} if isinstance(value, str) else value


Url = Annotated[str, AfterValidator(_checked_url)]
UrlTemplate = Annotated[str, AfterValidator(_checked_template)]
Regex = Annotated[str, AfterValidator(_checked_regex)]
Rule = Annotated[str, AfterValidator(_checked_rule)]


class Category(Frozen):
    slug: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]
    name: str


class Paging(Frozen):
    """How a list is read further back; declared, never guessed.

    `cursor` is a path in the answer, `field` one in an item. With `bound = "exclusive"` the server gives only
    what is older than the cursor, so the next one is the oldest value and one more; with "inclusive" the
    oldest item comes again. `start` fills the first request: a page number, a text; with None the parameter
    is left out.
    """

    style: Literal["none", "page", "cursor", "time"] = "none"
    start: int | str | None = None
    step: Annotated[int, Field(ge=1, le=10_000)] = 1
    cursor: str = ""
    field: str = ""
    bound: Literal["exclusive", "inclusive"] | None = None
    monotone: bool = True
    max_pages: Annotated[int, Field(ge=1, le=1_000)] = 5
    page_size: Annotated[int, Field(ge=1, le=10_000)] | None = None
    max_page_size: Annotated[int, Field(ge=1, le=10_000)] | None = None

    @model_validator(mode="after")
    def _complete(self) -> Paging:
        if self.style == "cursor" and not self.cursor:
            raise ValueError("style 'cursor' needs cursor, the path of the next cursor in the answer")
        if self.style == "time" and not (self.field and self.bound):
            raise ValueError("style 'time' needs field, the item's time, and bound: 'exclusive' or 'inclusive'")
        if self.style == "page" and isinstance(self.start, str):
            raise ValueError("style 'page' needs a number as start")
        if self.page_size and self.max_page_size and self.page_size > self.max_page_size:
            raise ValueError(f"page_size {self.page_size} is over max_page_size {self.max_page_size}")
        return self


class Refusal(Condition):
    """An item that is none of ours where `path` has (or with `unless`, lacks) one of these values."""

    text: str
    unless: bool = False


class Prefix(Condition):
    """What a relative address gets in front where `path` has one of these values."""

    add: str


class DetailApi(DetailFields):
    """The address of an item's detail ("{external_id}") and how its answer is read."""

    url: str

    @model_validator(mode="after")
    def _an_address(self) -> DetailApi:
        unknown = set(_PLACEHOLDER.findall(self.url)) - {"external_id", "now_ms"}
        if unknown:
            raise ValueError(f"url has unknown placeholders {sorted(unknown)}; known are external_id, now_ms")
        _checked_url(_PLACEHOLDER.sub("1", self.url))
        return self


class Api(Frozen):
    """A JSON list: its envelope, the path of its items, and what an item's keys mean."""

    answer: Envelope = Envelope()
    items: str = ""
    item: ItemFields
    refuse: tuple[Refusal, ...] = ()
    prefix: tuple[Prefix, ...] = ()
    detail: DetailApi | None = None

    @model_validator(mode="after")
    def _has_an_address(self) -> Api:
        if not self.item.url:
            raise ValueError("item.url is missing: where an item's address stands, or a template")
        return self


class Sitemap(Frozen):
    """What of a sitemap is read: only news entries, only URLs that match, only so deep."""

    news_only: bool = False
    match: Regex | None = None
    exclude: Regex | None = None
    max_depth: Annotated[int, Field(ge=0, le=5)] = 2
    max_lists: Annotated[int, Field(ge=1, le=1_000)] = 50


class ListingPage(Frozen):
    """Where a category page has its links. Rules are CSS, or XPath where they start with "/" or "./".

    Without `link` and `match`, links are known by shape: same site, a date, long number or slug in the path.
    `title` and `date` count from the link's element; `next` finds the next page, `sections` more
    category pages.
    """

    link: Rule | None = None
    match: Regex | None = None
    exclude: Regex | None = None
    title: Rule | None = None
    date: Rule | None = None
    next: Rule | None = None
    sections: Rule | None = None
    max_depth: Annotated[int, Field(ge=0, le=5)] = 1


class Source(Frozen):
    """One configured place that shows links: one list."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
    kind: Literal["eastmoney", "api", "feed", "sitemap", "listing", "page"]
    url: UrlTemplate
    publisher: str = ""
    category: Annotated[Category | None, BeforeValidator(_category)] = None
    language: Annotated[str, Field(pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$")] = ""
    timezone: Annotated[str, AfterValidator(_checked_zone)] = "UTC"
    schedule: Annotated[str, AfterValidator(checked_schedule)] | None = None
    enabled: bool = True
    verified: bool = False
    documented: str = ""
    item_kind: Kind = Kind.ARTICLE
    full_text: bool = False
    """The list holds each item's whole text; always so for `item_kind = "flash"`."""
    headers: Annotated[
        tuple[tuple[str, str], ...], BeforeValidator(_header_pairs), AfterValidator(_checked_headers)
    ] = ()
    sign: Literal["cls"] | None = None
    paging: Paging = Paging()
    api: Api | None = None
    sitemap: Sitemap | None = None
    listing: ListingPage | None = None
    monitor: Thresholds = Thresholds()

    @model_validator(mode="after")
    def _fits_together(self) -> Source:
        for name, table in (("api", self.api), ("sitemap", self.sitemap), ("listing", self.listing)):
            if table is not None and self.kind != name:
                raise ValueError(f"the table {name} belongs to kind {name!r}, not to {self.kind!r}")
        if self.kind == "api" and self.api is None:
            raise ValueError("kind 'api' needs the table api with item.url")
        needs = {"page": "page", "cursor": "cursor", "time": "cursor", "none": ""}[self.paging.style]
        used = set(_PLACEHOLDER.findall(self.url))
        if needs and needs not in used:
            raise ValueError(f"paging.style {self.paging.style!r} needs {{{needs}}} in url")
        for name in sorted({"page", "cursor"} & used - {needs}):
            raise ValueError(f"url has {{{name}}}, which paging.style {self.paging.style!r} does not fill")
        if "page_size" in used and self.paging.page_size is None:
            raise ValueError("url has {page_size}: paging.page_size is missing")
        return self

    @property
    def carries_full_text(self) -> bool:
        """Nothing more than the list is needed for an item's text."""
        return self.full_text or self.item_kind is Kind.FLASH


class Defaults(Frozen):
    """What every source of a file has where it says nothing else."""

    monitor: Thresholds = Thresholds()


def load_sources(path: Path | str = CATALOGUE) -> tuple[Source, ...]:
    """Read a sources.toml.

    Raises:
        SourcesInvalid: no file, no TOML, or faults in its sources: all of them, each with source and field.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SourcesInvalid(str(path), ["no such file; set SOURCES_FILE or leave it out for the catalogue"]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SourcesInvalid(str(path), [f"cannot be read: {error}"]) from error
    return parse_sources(text, path=str(path))


def parse_sources(text: str, *, path: str) -> tuple[Source, ...]:
    """Read the text of a sources.toml; `path` is named in the faults.

    Raises:
        SourcesInvalid: as `load_sources`.
    """
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SourcesInvalid(path, [f"is no TOML: {error}"]) from error
    defaults, faults = _defaults(document.pop("defaults", {}))
    faults += [
        f"unknown key {key!r} at the top; only [[source]] and [defaults.monitor] stand there"
        for key in document
        if key != "source"
    ]
    tables = document.get("source", [])
    if not isinstance(tables, list):
        raise SourcesInvalid(path, [*faults, "'source' is one table; write [[source]] with two brackets"])
    sources: list[Source] = []
    for number, table in enumerate(tables, start=1):
        try:
            sources.append(Source.model_validate(_with_defaults(table, defaults)))
        except ValidationError as error:
            name = table.get("key") if isinstance(table, dict) else None
            faults += _faults(error, str(name) if name else f"number {number}")
    keys = [str(table.get("key")) for table in tables if isinstance(table, dict) and "key" in table]
    faults += [
        f"source {key!r}: field 'key': is given {keys.count(key)} times; a key names one source"
        for key in dict.fromkeys(keys)
        if keys.count(key) > 1
    ]
    if faults:
        raise SourcesInvalid(path, faults)
    return tuple(sources)


def _defaults(table: object) -> tuple[Mapping[str, Any], list[str]]:
    """Read what [defaults.monitor] gives to every source; with the faults in it."""
    try:
        return Defaults.model_validate(table).model_dump(exclude_unset=True), []
    except ValidationError as error:
        return {}, [fault.replace("source 'defaults'", "defaults", 1) for fault in _faults(error, "defaults")]


def _with_defaults(table: object, defaults: Mapping[str, Any]) -> object:
    own = table.get("monitor", {}) if isinstance(table, dict) else None
    if not isinstance(table, dict) or not isinstance(own, dict):
        return table
    return {**table, "monitor": {**defaults.get("monitor", {}), **own}}


def find_source(sources: Iterable[Source], key: str) -> Source:
    """Give the source of that key.

    Raises:
        UnknownSource: there is none; the text names near keys.
    """
    by_key = {source.key: source for source in sources}
    if key in by_key:
        return by_key[key]
    near = difflib.get_close_matches(key, by_key, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`finews sources list` shows all keys"
    raise UnknownSource(f"no source has the key {key!r}; {hint}")


def detail_url(source: Source, external_id: str | None, *, now: datetime) -> str | None:
    """Give the address of an item's detail API; None where the source has none or the item no id."""
    detail = source.api.detail if source.api else None
    if detail is None or not external_id:
        return None
    clock = str(int(now.timestamp() * 1000))
    return detail.url.replace("{external_id}", quote(external_id, safe="")).replace("{now_ms}", clock)


def facts(source: Source) -> SourceFacts:
    """Give what the steps need to know of the source."""
    return SourceFacts(
        key=source.key,
        publisher=source.publisher,
        category_slug=source.category.slug if source.category else "",
        category_name=source.category.name if source.category else "",
        language=source.language,
        timezone=source.timezone,
    )


_SAID = {
    "missing": "is missing",
    "extra_forbidden": "is unknown; is it misspelt, or does it belong into another table?",
    "string_pattern_mismatch": "has signs that are not allowed here; the pattern is {pattern}",
}


def _faults(error: ValidationError, name: str) -> list[str]:
    return [_fault(one, name) for one in error.errors(include_url=False)]


def _fault(one: Any, name: str) -> str:
    field = ".".join(str(step) for step in one["loc"]) or "(whole)"
    said = _SAID.get(one["type"])
    text = said.format(**one.get("ctx", {})) if said else str(one["msg"]).removeprefix("Value error, ")
    if one["type"] not in {"missing", "extra_forbidden", "value_error"}:
        text += f", not {one['input']!r:.80}"
    elif one["type"] == "value_error" and isinstance(one["input"], str):
        text = f"{one['input']!r:.120} {text}" if not text.startswith(repr(one["input"])) else text
    return f"source {name!r}: field {field!r}: {text}"
