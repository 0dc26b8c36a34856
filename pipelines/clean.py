"""Normal form of what is archived: body text, clean HTML, pictures, titles, and the fingerprint of the words.

For HTML whose whole is the body (a detail API's field, the inside of a body container). Finding the body in a
page is `extract`'s; what is furniture stands in `furniture`.
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import nh3
from lxml import etree
from lxml.html import HtmlElement

from pipelines import furniture
from pipelines.images import absolute_url, keep_content_images
from pipelines.markup import BLOCKS, CELLS, drop_element, inner_html, parse_fragment, plain
from pipelines.publisher import site_names as known_site_names
from storage.types import Media

MAX_HEAD_CHARS = 200
MAX_SENTENCE_CHARS = 80
MAX_TITLE_CHARS = 1_000

ALLOWED_TAGS = frozenset(
    [
        "a",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "i",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
ALLOWED_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_HAN}]|[^\W{_HAN}]+")
_HEAD = re.compile(rf"\s*【([^【】\n]{{1,{MAX_HEAD_CHARS}}})】")
_SENTENCE_END = re.compile(r"[。！？!?\n\r]")
_SEPARATOR = re.compile(r"\s*(_|--|\||｜|–|—|-)\s*(?=[^_|｜–—-]+$)")
_SECTION = re.compile(
    r"(?:[\w]{0,4}(?:频道|滚动|资讯|新闻|要闻|快讯|财经|股票|基金|证券|公司|产经|宏观|国际|国内)){1,2}|Markets?|Business"
)
_MAX_SECTION_CHARS = 10
_MAY_BE_EMPTY = frozenset({"br", "img", "table", "tbody", "td", "tfoot", "th", "thead", "tr"})
_KEYWORD_CLASSES = frozenset({"infokey", "keytip"})


@dataclass(frozen=True, slots=True)
class Body:
    """A body in normal form: `text` has a line for each paragraph, row or item, `html` only allowed markup.

    `found` are the lines that there were to choose from.
    """

    text: str
    html: str
    media: tuple[Media, ...]
    found: tuple[str, ...] = field(default=(), compare=False)


def clean_fragment(
    source_html: str, *, base_url: str, drop: Sequence[str] = (), choose: furniture.Choose | None = None
) -> Body:
    """Give the text, the clean HTML and the pictures of a body.

    `source_html` may be plain text, too: without any element that breaks lines its line breaks count. `drop` are
    selectors (CSS, or XPath if they begin with / or ./) of elements that are no content on this site. No word
    outside of furniture is lost. The cells of a row are joined by " | ". Links that a site put on its keywords
    (`data-code`, a.infokey) become their text; other links stay. A picture's width and height are both the ones
    of its attributes, or those in the file's name (dfcfw.com's `_w800h555`), or the one attribute that there is.
    `choose` says which of the lines are wanted, where another reader knows the body better.
    Never raises on any text.

    Raises:
        ValueError: a selector in `drop` cannot be read.

    >>> clean_fragment("<p>　　订单<span></span>增加。</p><p>（文章来源：某报）</p>", base_url="").text
    '订单增加。'
    """
    root = parse_fragment(furniture.without_stock_images(source_html))
    furniture.remove_elements(root, tuple(drop))
    kept, found = furniture.remove_lines(root, choose)
    media = keep_content_images(root, base_url)
    return Body(
        text="\n".join(filter(None, (line.text for line in kept))), html=_clean_html(root, base_url), media=media,
        found=tuple(filter(None, (line.text for line in found))),
    )  # fmt: skip


def page_title(title: str, *, site_names: Sequence[str] = ()) -> str:
    """Give a page's title on one line, entities read once, without the site's name behind it.

    A tail is taken off only where it is the name of a known site or one of `site_names`; with it goes the
    section between title and site (标题_栏目_网站).

    >>> page_title("腾讯控股：回购股份_公司新闻_东方财富网")
    '腾讯控股：回购股份'
    >>> page_title("A-share market | what is next - MarketWatch")
    'A-share market | what is next'
    """
    text = plain(html.unescape(title[: 4 * MAX_TITLE_CHARS]))[:MAX_TITLE_CHARS]
    names = known_site_names() | {_site_key(name) for name in site_names if name.strip()}
    site_separator = ""
    while (match := _SEPARATOR.search(text)) and match.start() > 0:
        tail = text[match.end() :]
        if _site_key(tail) in names:
            site_separator = match[1]
        elif match[1] == site_separator and _is_section(tail, match[1]):
            site_separator = ""
        else:
            break
        text = text[: match.start()]
    return text


def head_title(text: str) -> tuple[str, str]:
    """Give a title for an item that has none, and its origin: "head" for 【…】 at the start, else "first-sentence".

    The sentence ends before 。 or a line break, behind a question or exclamation mark, at most after 80 characters
    (then with an ellipsis); empty text has no title and no origin.

    >>> head_title("【某公司：拟回购股份】某公司公告，拟回购。")
    ('某公司：拟回购股份', 'head')
    >>> head_title("某公司公告，拟回购。资金自有。")
    ('某公司公告，拟回购', 'first-sentence')
    """
    if (match := _HEAD.match(text)) and (head := plain(match[1])):
        return head, "head"
    rest = text.lstrip()
    end = _SENTENCE_END.search(rest, 0, 4 * MAX_SENTENCE_CHARS)
    sentence = plain(rest[: end.end()] if end else rest[: 4 * MAX_SENTENCE_CHARS])
    if sentence != "。":
        sentence = sentence.removesuffix("。")
    if len(sentence) > MAX_SENTENCE_CHARS:
        sentence = sentence[: MAX_SENTENCE_CHARS - 1].rstrip() + "…"
    return (sentence, "first-sentence") if sentence else ("", "")


def word_count(text: str) -> int:
    """Give the number of words: each Han character is one, of other scripts each run of letters and digits.

    >>> word_count("蔚来 ET7 上市")
    5
    """
    return sum(1 for _ in _WORD.finditer(text))


def content_hash(title: str, text: str) -> str:
    """Give the SHA-256 (hex) of title and text in Unicode's NFKC without white space: same words, same hash."""
    parts = ("".join(unicodedata.normalize("NFKC", part).split()) for part in (title, text))
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def _site_key(name: str) -> str:
    return "".join(name.split()).casefold()


def _is_section(part: str, separator: str) -> bool:
    """Tell whether a part before a site's name is a section: behind _ and -- if it is short, else by its words."""
    if len(part) > _MAX_SECTION_CHARS:
        return False
    return separator in {"_", "--"} or _SECTION.fullmatch(part) is not None


def _clean_html(root: HtmlElement, base_url: str) -> str:
    etree.strip_elements(root, etree.Comment, with_tail=False)
    for link in list(root.iter("a")):
        _clean_link(link, base_url)
    _make_paragraphs(root)
    _drop_empty(root)
    cleaned = nh3.clean(
        inner_html(root),
        tags=set(ALLOWED_TAGS),
        attributes={tag: set(names) for tag, names in ALLOWED_ATTRIBUTES.items()},
        url_schemes={"http", "https"},
        link_rel=None,
    )
    return cleaned.strip()


def _clean_link(link: HtmlElement, base_url: str) -> None:
    keyword = link.get("data-code") is not None or _KEYWORD_CLASSES & set((link.get("class") or "").split())
    url = None if keyword else absolute_url(link.get("href") or "", base_url)
    if url is None or furniture.is_ad_link(link):
        link.tag = "span"
        link.attrib.clear()
    else:
        link.set("href", url)


def _make_paragraphs(root: HtmlElement) -> None:
    """Make paragraphs of the blocks that are not allowed, so that taking their tags off joins no lines."""
    holders = _block_holders(root)
    for element in list(root.iter(etree.Element)):
        if element.tag in ALLOWED_TAGS:
            continue
        if element in holders:
            _wrap_loose(element, holders)
        elif element.tag in BLOCKS and element.tag != "hr":
            element.tag = "p"


def _block_holders(root: HtmlElement) -> set[HtmlElement]:
    holders = {root}
    for element in root.iter(etree.Element):
        if element.tag in BLOCKS or element.tag in CELLS:
            for ancestor in element.iterancestors():
                if ancestor in holders:
                    break
                holders.add(ancestor)
    return holders


def _wrap_loose(holder: HtmlElement, holders: set[HtmlElement]) -> None:
    """Put the text and inline elements that stand between a holder's blocks into paragraphs of their own."""
    children = list(holder)
    for child in children:
        holder.remove(child)
    text, holder.text = holder.text, None
    loose = _loose(holder, text) if text and not text.isspace() else None
    for child in children:
        if child.tag in BLOCKS or child.tag in CELLS or child in holders:
            tail, child.tail = child.tail, None
            holder.append(child)
            loose = _loose(holder, tail) if tail and not tail.isspace() else None
        else:
            loose = _loose(holder, None) if loose is None else loose
            loose.append(child)


def _loose(holder: HtmlElement, text: str | None) -> HtmlElement:
    paragraph = cast("HtmlElement", etree.SubElement(holder, "p"))
    paragraph.text = text
    return paragraph


def _drop_empty(root: HtmlElement) -> None:
    for element in reversed(list(root.iter(etree.Element))):
        if element is root or element.tag in _MAY_BE_EMPTY:
            continue
        is_block = element.tag in BLOCKS
        if (element.text or "").strip() or (element.text and not is_block):
            continue
        if all(child.tag == "br" and is_block and not (child.tail or "").strip() for child in element):
            drop_element(element)
