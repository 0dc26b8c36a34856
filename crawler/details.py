"""Where an article's text is asked: one address for most links, a row of them for Eastmoney's numbers."""

from __future__ import annotations

from datetime import datetime

from crawler.sources import Source, detail_url
from pipelines.json_items import DetailFields
from pipelines.layouts import eastmoney
from pipelines.page import Fetched, Hints
from storage.ledger import LeasedLink

_NEWS_TEXT = "http://choicewzp1.eastmoney.com/NewsData/GetNewsText.do?id={code}"
_ARTICLE_API = "https://newsinfo.eastmoney.com/kuaixun/v2/api/article/{digits}"
_ARTICLE_PAGE = "http://finance.eastmoney.com/a/{digits}.html"


def addresses(link: LeasedLink, source: Source | None, hints: Hints, *, now: datetime) -> tuple[str, ...]:
    """Give the addresses to ask for a link's article, in order; the next is asked for what the last one lacked."""
    site, _, number = link.identity.partition(":")
    if site == "eastmoney" and not number.startswith("CFH"):
        return _eastmoney(f"NW{number}" if number.isdecimal() else number)
    detail = detail_url(source, hints.external_id, now=now) if source is not None else None
    return (detail or link.url,)


def _eastmoney(number: str) -> tuple[str, ...]:
    first = _NEWS_TEXT.format(code=number)
    if not number.startswith("NW"):
        return (first,)
    digits = number.removeprefix("NW")
    return first, _ARTICLE_API.format(digits=digits), _ARTICLE_PAGE.format(digits=digits)


def detail_fields(source: Source | None) -> DetailFields | None:
    """Give how the answer of a source's detail API is read; None where it has none."""
    return source.api.detail if source is not None and source.api is not None else None


def is_enough(fetched: tuple[Fetched, ...], hints: Hints) -> bool:
    """Tell whether Eastmoney's answers so far, with what the list said, hold all that an article needs."""
    known = hints
    for response in fetched:
        answer = eastmoney.read_detail(response.body)
        if isinstance(answer, Hints):
            known = eastmoney.merge(answer, known)
    return not eastmoney.missing(known)
