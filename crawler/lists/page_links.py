"""A category page -> its articles' links, by rule or by shape, and the next page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from crawler.errors import ListRefused
from crawler.listing import BadItem, Found, Listing
from crawler.lists.address import absolute, same_site
from crawler.lists.markup import BLOCKED, text_of
from crawler.lists.paging import next_url
from crawler.sources import ListingPage, Source, is_xpath
from pipelines.charset import decode
from pipelines.extraction import TooHeavy
from pipelines.page import Hints
from pipelines.tree import MOST_TAGS, parsed
from storage.reasons import Reason

MAX_LINKS = 20_000
MIN_TITLE_CHARS = 8
_SHAPE = re.compile(
    r"/(?:19|20)\d{2}[-/_]?(?:0[1-9]|1[0-2])(?:[-/_]?\d{2})?(?:[-/_.]|$)"  # a date: /2026/11/, /20261120/
    r"|\d{6,}"  # an article's number
    r"|/[a-z0-9]{1,40}(?:-[a-z0-9]{1,40}){3,}"  # a headline as slug
)
_IGNORED = ("javascript:", "mailto:", "tel:", "#", "data:", "about:")
_WRAPPED = re.compile(r"【([^【】]{1,300})】")


def read_page_links(
    source: Source, url: str, body: bytes, content_type: str, now: datetime, *, page: int = 1
) -> Listing:
    """Read one category page; links in the page's order, each once with its longest title.

    Raises:
        ListRefused: a captcha page, or a first page without a single article's link.
    """
    rules = source.listing or ListingPage()
    text = decode(body, content_type)
    root = _tree(text)
    bases = (absolute(tag.get("href"), url) for tag in root.iter("base"))
    base = next((one for one in bases if one), url)
    found: dict[str, Found] = {}
    bad: list[BadItem] = []
    for element in _candidates(root, rules):
        one = _found(source, rules, element, base=base, url=url)
        if isinstance(one, BadItem):
            bad.append(one)
        elif one is not None and (one.url not in found or _better(one, found[one.url])):
            found[one.url] = one
    if not found and page == 1:
        if BLOCKED.search(text[:50_000]):
            raise ListRefused(Reason.BLOCKED, "a captcha or refusal page where a list of links should be")
        raise ListRefused(Reason.BAD_LIST, "no link of an article on the page; its layout may have changed")
    following = _next(rules, root, base=base, url=url) if found else None
    if rules.next is None:
        following = next_url(source, url=url, page=page, answer=None, items=tuple(found), now=now)
    sections = [absolute(one.get("href"), base) for one in _select(root, rules.sections)] if rules.sections else []
    more = dict.fromkeys(one for one in sections if one and same_site(one, url))
    return Listing(found=tuple(found.values()), bad=tuple(bad), next_url=following, more_lists=tuple(more))


def _tree(text: str) -> HtmlElement:
    text = re.sub(r"^\s*<\?xml[^>]{0,500}>", "", text, count=1)
    try:
        return parsed(text, most_tags=MOST_TAGS)
    except TooHeavy as error:
        raise ListRefused(Reason.TOO_HEAVY, str(error)) from error
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ListRefused(Reason.BAD_LIST, f"no HTML page: {error}") from error


def _matches(element: etree._Element, rule: str) -> list[etree._Element | str]:
    """What a rule finds: elements, and texts where an XPath ends in text() or an attribute."""
    result = element.xpath(rule) if is_xpath(rule) else CSSSelector(rule, translator="html")(element)
    found = result if isinstance(result, list) else [str(result)]
    return [one for one in found if isinstance(one, etree._Element | str)]  # noqa: SLF001


def _select(element: etree._Element, rule: str) -> list[etree._Element]:
    return [one for one in _matches(element, rule) if not isinstance(one, str)]


def _text_by(element: etree._Element, rule: str) -> str | None:
    for one in _matches(element, rule):
        text = _squeezed(one if isinstance(one, str) else text_of(one))
        if text:
            return text
    return None


def _candidates(root: etree._Element, rules: ListingPage) -> Iterator[etree._Element]:
    elements = _select(root, rules.link) if rules.link else root.iter("a")
    for number, element in enumerate(elements):
        if number >= MAX_LINKS:
            return
        yield element


def _found(
    source: Source, rules: ListingPage, element: etree._Element, *, base: str, url: str
) -> Found | BadItem | None:
    href = (element.get("href") or "").strip()
    if not href or href.lower().startswith(_IGNORED):
        return None
    address = absolute(href, base)
    if address is None:
        return BadItem(f"the link {href[:120]!r} is no web address") if rules.link else None
    if rules.match is not None and not re.search(rules.match, address):
        return None
    if rules.exclude is not None and re.search(rules.exclude, address):
        return None
    title = _title(element, rules)
    if not rules.link and not rules.match and not _looks_like_an_article(address, url, title):
        return None
    date = _text_by(element, rules.date) if rules.date else None
    return Found(address, source.item_kind, Hints(title=title, published=date))


def _title(element: etree._Element, rules: ListingPage) -> str | None:
    printed = _text_by(element, rules.title) if rules.title else None
    printed = printed or _squeezed("".join(str(part) for part in element.itertext())) or element.get("title")
    text = _squeezed(printed or "")
    wrapped = _WRAPPED.fullmatch(text)
    return (wrapped[1] if wrapped else text) or None


def _looks_like_an_article(address: str, url: str, title: str | None) -> bool:
    if not same_site(address, url) or len(title or "") < MIN_TITLE_CHARS:
        return False
    parts = urlsplit(address)
    return bool(_SHAPE.search(f"{parts.path}?{parts.query}"[:1_000]))


def _better(one: Found, other: Found) -> bool:
    return len(one.hints.title or "") > len(other.hints.title or "")


def _next(rules: ListingPage, root: etree._Element, *, base: str, url: str) -> str | None:
    if rules.next is None:
        return None
    for element in _select(root, rules.next):
        address = absolute(element.get("href"), base)
        if address and address != url and same_site(address, url):
            return address
    return None


def _squeezed(text: str) -> str:
    return " ".join(text.split())
