"""Eastmoney's lists: ten envelopes, five spellings of the id, one kind of item.

Which envelope an answer has is read off the answer: a list that moves to another host needs no new code.
Source: FORMATS of public readers, 1.1 to 1.4; the codes are digits, "NW" before them marks news.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from crawler.errors import ListRefused
from crawler.listing import BadItem, Found, Listing, about
from crawler.lists.address import absolute
from crawler.lists.paging import capped, next_url
from crawler.sources import Source
from pipelines.json_items import ItemFields, JsonRefused, WrongType, at, load_json, read_item
from storage.reasons import Reason
from storage.types import Kind

SHARE = "http://choicewzp1.eastmoney.com/html_News/NewsShare.html?infoCode={code}"
ENVELOPES = (
    "records", "nodeList", "record", "LivesList", "news", "items", "data.records", "data.fastNewsList",
    "data.list", "data.items", "result.cmsArticleWebOld",
)  # fmt: skip
ITEM = ItemFields(
    external_id=("infoCode", "infocode", "Art_Code", "art_code", "newsid", "code", "Code"),
    aliases=("uniqueUrl", "url_unique", "url", "Art_Url", "url_w", "url_m", "Art_OriginUrl"),
    title=("title", "Art_Title", "simtitle"),
    summary=("digest", "summary", "Art_Guidance", "simdigest", "content"),
    publisher=("from", "medianame", "mediaName", "Art_Media_Name", "source", "From"),
    published=("showtime", "showTime", "showDateTime", "datetime", "Art_ShowTime", "updateTime", "date"),
    mentions=("stockList", "stock_list"),
)  # fmt: skip

_NEWS = re.compile(r"(?:NW)?(\d{15,21})", re.IGNORECASE)
_OTHER = re.compile(r"A[NP]\d{10,24}")
_FLAT = re.compile(r"https?://(?:www\.)?eastmoney\.com/?")


def read_eastmoney(
    source: Source,
    url: str,
    body: bytes,
    now: datetime,
    *,
    page: int = 1,
) -> Listing:
    """Read one Eastmoney list, whatever its envelope; a wrong type in one item costs that item.

    Raises:
        ListRefused: no JSON (blocked for a captcha page), `data: null`, an error code, no known list.
    """
    try:
        answer = load_json(body)
    except JsonRefused as error:
        raise ListRefused(error.reason, str(error)) from error
    items, bad = capped(_items(answer))
    found: dict[str, Found] = {}
    for number, item in enumerate(items, start=1):
        one = _found(source, item, url=url)
        if isinstance(one, str):
            bad.append(BadItem(f"item {number}: {one}", about=about(item)))
        else:
            found.setdefault(one.hints.external_id or one.url, one)
    following = next_url(source, url=url, page=page, answer=answer, items=items, now=now)
    return Listing(found=tuple(found.values()), bad=tuple(bad), next_url=following)


def share_link(info_code: str) -> str:
    """Give the address that the Choice terminal shares an article under.

    >>> share_link("NW202203152309565655")
    'http://choicewzp1.eastmoney.com/html_News/NewsShare.html?infoCode=NW202203152309565655'
    """
    return SHARE.format(code=info_code)


def _items(answer: object) -> list[object]:
    if isinstance(answer, list):
        return answer
    code = next((value for key in ("code", "rc", "status") if (value := at(answer, key)) is not None), 1)
    said = next((str(value) for key in ("message", "me", "msg") if (value := at(answer, key))), "")
    for path in ENVELOPES:
        items = at(answer, path)
        # Some answers say success as "1", some as 1, the app's as 0.
        if isinstance(items, list) and str(code) in {"0", "1", "200"}:
            return items
    lacks = "its data is null" if isinstance(answer, dict) and answer.get("data", 0) is None else "it has no known list"
    raise ListRefused(
        Reason.BAD_LIST, f"Eastmoney's answer is a failure: {lacks}, code {code!r:.40} {said[:120]}".rstrip()
    )


def _found(source: Source, item: object, *, url: str) -> Found | str:
    """The item as a link, or what is wrong with it."""
    if isinstance(item, dict) and isinstance(item.get("data"), dict):
        item = {**item["data"], **{key: value for key, value in item.items() if key != "data"}}
    try:
        one = read_item(item, ITEM)
    except WrongType as error:
        return str(error)
    raw = one.hints.external_id
    addresses = [alias for text in one.aliases if (alias := absolute(text, url)) and not _FLAT.fullmatch(alias)]
    community = at(item, "Np_dst") == "CFH" or any("caifuhao." in address for address in addresses)
    news = None if community or raw is None else _NEWS.fullmatch(raw)
    if raw is not None and not community and news is None and not _OTHER.fullmatch(raw):
        return f"its code {raw[:60]!r} is none of Eastmoney's"
    addresses += _made_addresses(raw, is_news=news is not None, community=community)
    if not addresses:
        return "it has neither a code nor an address"
    hints = replace(one.hints, external_id=f"NW{news[1]}" if news else (None if community else raw))
    if source.item_kind is Kind.FLASH:
        if not (hints.title or hints.summary):
            return "it has neither a title nor a text"
        hints = replace(hints, text=hints.summary or hints.title, summary=None)
    unique = list(dict.fromkeys(addresses))
    return Found(unique[0], source.item_kind, hints, tuple(unique[1:]))


def _made_addresses(raw: str | None, *, is_news: bool, community: bool) -> list[str]:
    """Addresses that follow from the code; a list that gives nothing else is read by them."""
    if raw is None:
        return []
    if community:
        return [f"https://caifuhao.eastmoney.com/news/{raw}"] if raw.isascii() and raw.isdigit() else []
    if is_news and raw.isdigit():
        return [f"https://finance.eastmoney.com/a/{raw}.html"]
    return [share_link(raw)]
