"""JSON lists of APIs, read by the source's declaration (kind "api")."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from crawler.errors import ListRefused
from crawler.listing import BadItem, Found, Listing, about
from crawler.lists.address import absolute
from crawler.lists.paging import capped, next_url
from crawler.sources import Api, Source
from pipelines.json_items import Item, JsonRefused, WrongType, at, load_json, open_envelope, read_item
from storage.reasons import Reason
from storage.types import Kind


def read_json_list(
    source: Source,
    url: str,
    body: bytes,
    now: datetime,
    *,
    page: int = 1,
) -> Listing:
    """Read one answer of an API; a wrong type in one item costs that item.

    Raises:
        ListRefused: no JSON, an answer that says it failed or was blocked, no list where declared.
    """
    api = source.api
    if api is None:
        raise ListRefused(Reason.BAD_LIST, f"source {source.key!r} declares no api table")
    try:
        answer = load_json(body)
        content = open_envelope(answer, api.answer)
    except JsonRefused as error:
        raise ListRefused(error.reason, str(error)) from error
    items = at(content, api.items)
    if not isinstance(items, list):
        where = ".".join(step for step in (api.answer.root, api.items) if step) or "its top"
        raise ListRefused(Reason.BAD_LIST, f"the answer has no list at {where}")
    items, bad = capped(items)
    found: dict[str, Found] = {}
    for number, item in enumerate(items, start=1):
        one = _found(source, api, item, url=url)
        if isinstance(one, BadItem):
            bad.append(replace(one, text=f"item {number}: {one.text}", about=about(item)))
        else:
            found.setdefault(one.url, one)
    following = next_url(source, url=url, page=page, answer=answer, items=items, now=now)
    return Listing(found=tuple(found.values()), bad=tuple(bad), next_url=following)


def _found(source: Source, api: Api, item: object, *, url: str) -> Found | BadItem:
    """The item as a link, or what is wrong with it."""
    for refusal in api.refuse:
        if refusal.holds(item) is not refusal.unless:
            return BadItem(refusal.text, reason=Reason.NOT_WANTED)
    try:
        one = read_item(item, api.item)
    except WrongType as error:
        return BadItem(str(error))
    address = absolute(_prefixed(api, item, one.url), url)
    if address is None:
        return BadItem(f"its address {one.url[:120]!r} is no web address" if one.url else "it has no address")
    if source.item_kind is Kind.FLASH and not _says_something(one):
        return BadItem("it has neither a title nor a text")
    aliases = tuple(alias for raw in one.aliases if (alias := absolute(raw, url)) and alias != address)
    return Found(address, source.item_kind, one.hints, aliases)


def _prefixed(api: Api, item: object, printed: str | None) -> str | None:
    if printed is None or not printed.startswith("/") or printed.startswith("//"):
        return printed
    return next((prefix.add + printed for prefix in api.prefix if prefix.holds(item)), printed)


def _says_something(item: Item) -> bool:
    return bool(item.hints.title or item.hints.text or item.hints.html or item.hints.summary)
