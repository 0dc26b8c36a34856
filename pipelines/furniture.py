"""What stands inside a body and is none of the article: the rules, each with where it was seen, and their use.

A rule about words is a rule about a whole line: a sentence that mentions such words is the article's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from pipelines.markup import Line, classes_of, drop_element, lines_of

ELEMENTS = frozenset(
    # What a browser runs, fills in or frames; no words of an article.
    [
        "applet",
        "button",
        "embed",
        "form",
        "iframe",
        "input",
        "link",
        "meta",
        "object",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
    ]
)

CLASSES = frozenset(
    {
        "app-kaihu-qr",  # Sina: the code to open an account
        "appendQr_wrap",  # Sina: the app's QR code and its line
        "em_handle_adv_close",  # Eastmoney: the picture that closes an advertisement
        "em_media",  # Eastmoney: （文章来源：…）, read as the publisher
        "res-edit",  # Eastmoney: （责任编辑：…）
        "tech-quotation",  # Sina: a chart that a script draws
        "toplink",  # Eastmoney: 全新妙想投研助理，立即体验
    }
)

IDS = frozenset({"left_hzh_ad"})  # Sina: the left advertisement

AD_HOSTS = ("acttg.eastmoney.com",)  # Eastmoney: every campaign goes through this host

DYNAMIC_IMAGES = ("webquoteklinepic.eastmoney.com",)  # Eastmoney: charts drawn anew at every request

Choose = Callable[[Sequence[Line]], Collection[int]]
"""Says which of the lines that have text are wanted."""

LINES = tuple(
    re.compile(rule)
    for rule in (
        # Eastmoney: 在东方财富看资讯行情，选东方财富证券一站式开户交易>>
        r"在东方财富看资讯行情[，,]?.{0,40}(?:开户交易|>>|》》)?",
        # Eastmoney: 全新妙想投研助理，立即体验
        r"全新妙想投研助理.{0,20}",
        # Eastmoney: 主力资金加仓名单实时更新，APP内免费看>>
        r"主力资金加仓名单实时更新.{0,30}",
        # Eastmoney's share box, in two lines or in one
        r"打开微信[，,]?",
        r"(?:打开微信[，,]?\s?)?点击底部的[“\"]发现[”\"].{0,60}",
        # Eastmoney's disclaimer; a company's own 郑重声明 is the article's
        r"郑重声明[：:]\s?.{0,12}(?:东方财富|天天基金|本站|本网|此内容|此信息).{0,300}",
        r"郑重声明[：:].{0,300}(?:风险自担|不构成(?:任何)?投资建议|与本(?:站|网站|网)立场无关).{0,60}",
        # Sina's app line
        r"海量资讯、精准解读[，,]\s?尽在新浪财经APP.{0,5}",
        # Eastmoney, Sina and others
        r"[（(【\[]?\s?(?:责任编辑|责编)\s?[：:][^。！？]{0,40}[）)】\]]?",
        r"[（(【\[]?\s?原标题\s?[：:].{1,120}",
    )
)

LAST_LINES = tuple(
    re.compile(rule)
    for rule in (
        # 来源：中国证券报 / （文章来源：中国证券报）; 图片来源 and 数据来源 are captions
        r"[（(【\[]?\s?(?:文章|稿件|新闻|信息)?来源\s?[：:][^。！？]{1,40}[）)】\]]?",
        r"[（(【\[]?\s?(?:编辑|校对|审核)\s?[：:][^。！？]{1,40}[）)】\]]?",
        r"(?i:source)\s?:\s?[^.!?]{1,40}",
    )
)
"""Furniture only where nothing but furniture follows: above, the same words may open a list of sources."""

_LONGEST_LINE = 400
_HIDDEN = re.compile(r"(?<![\w-])display\s*:\s*none", re.IGNORECASE)
_ONE_PIXEL_HIGH = re.compile(r"(?<![\w-])height\s*:\s*[01](?:px)?\s*(?:;|$|!)", re.IGNORECASE)
_CLIPPED = re.compile(r"(?<![\w-])overflow\s*:\s*hidden", re.IGNORECASE)
_STOCK_IMAGE = re.compile(r"<!--\s{0,20}EM_StockImg_(Start|End)\s{0,20}-->")


def without_stock_images(source: str) -> str:
    """Give the source without Eastmoney's charts: all from a Start comment to the End comment that follows it.

    A Start without an End takes nothing away.
    """
    parts: list[str] = []
    end, start = 0, None
    for mark in _STOCK_IMAGE.finditer(source):
        if mark[1] == "Start":
            start = mark.start()
        elif start is not None:
            parts.append(source[end:start])
            end, start = mark.end(), None
    return "".join([*parts, source[end:]])


def remove_elements(root: HtmlElement, selectors: tuple[str, ...] = ()) -> None:
    """Take furniture elements out of the tree, and what the selectors (CSS, or XPath if they begin with / or ./) find.

    Raises:
        ValueError: a selector cannot be read; it is a layout's fault, never a page's.
    """
    doomed = [element for element in root.iter(etree.Element) if element is not root and _is_furniture(element)]
    for selector in selectors:
        doomed += [element for element in find_all(root, selector) if element is not root]
    for element in doomed:
        drop_element(element)


def check_selector(selector: str) -> None:
    """See that a selector (CSS, or XPath if it begins with / or ./) can be read.

    Raises:
        ValueError: it cannot.
    """
    _compiled(selector)


def find_all(root: HtmlElement, selector: str) -> list[HtmlElement]:
    """Give the elements that a selector (CSS, or XPath if it begins with / or ./) finds below `root`.

    Raises:
        ValueError: the selector cannot be read, or finds something else than elements.
    """
    found = _compiled(selector)(root)
    if not isinstance(found, list) or not all(isinstance(one, HtmlElement) for one in found):
        raise ValueError(f"the selector {selector!r} finds something else than elements; it must name elements")
    return found


def remove_lines(root: HtmlElement, choose: Choose | None = None) -> tuple[list[Line], list[Line]]:
    """Take furniture lines, and those that are not chosen, out of the tree.

    Gives the lines that stay, and the lines that there were to choose from.
    """
    lines = lines_of(root)
    found = [line for line in lines if line.verbatim or not _is_furniture_line(line, line.text)]
    kept = _without_last(found if choose is None else _chosen(found, choose))
    stay = set(map(id, kept))
    for line in lines:
        if id(line) not in stay:
            _blank(line)
    return kept, found


def _chosen(lines: list[Line], choose: Choose) -> list[Line]:
    """Give the lines whose text is chosen; pictures have none."""
    texts = [line for line in lines if line.text]
    chosen = {id(texts[number]) for number in choose(texts)}
    return [line for line in lines if id(line) in chosen or not line.text]


def _without_last(lines: list[Line]) -> list[Line]:
    texts = [(line, text) for line in lines if (text := line.text)]
    while texts and not texts[-1][0].verbatim and _matches(LAST_LINES, texts[-1][1]):
        texts.pop()
    stay = {id(line) for line, _ in texts}
    return [line for line in lines if id(line) in stay or not line.text]


def is_ad_link(element: HtmlElement) -> bool:
    return any(host in (element.get("href") or "") for host in AD_HOSTS)


def _is_furniture(element: HtmlElement) -> bool:
    if element.tag in ELEMENTS or element.get("id") in IDS or classes_of(element) & CLASSES:
        return True
    if element.tag == "noscript":
        # A lazy picture's only address may stand in it; else it asks for JavaScript.
        return next(element.iter("img"), None) is None
    style = (element.get("style") or "")[:2_000]
    return bool(_HIDDEN.search(style) or (_ONE_PIXEL_HIGH.search(style) and _CLIPPED.search(style)))


def _is_furniture_line(line: Line, text: str) -> bool:
    return _matches(LINES, text) or _is_ad(line, text)


def _matches(rules: tuple[re.Pattern[str], ...], text: str) -> bool:
    return 0 < len(text) <= _LONGEST_LINE and any(rule.fullmatch(text) for rule in rules)


def _is_ad(line: Line, text: str) -> bool:
    """Tell whether most of a line is a link to an advertisement, in words or as a picture."""
    linked = sum(
        len(piece) for element, tail, piece in line.pieces if element is not None and _in_ad(element, tail=tail)
    )
    if text:
        return linked * 2 >= len(text) and linked > 0
    return bool(line.images) and all(_in_ad(image, tail=False) for image in line.images)


def _in_ad(element: HtmlElement, *, tail: bool) -> bool:
    if not tail and element.tag == "a" and is_ad_link(element):
        return True
    return any(is_ad_link(ancestor) for ancestor in element.iterancestors("a"))


def _blank(line: Line) -> None:
    for element, tail, _ in line.pieces:
        if element is None:
            continue
        if tail:
            element.tail = None
        else:
            element.text = None
    for image in line.images:
        drop_element(image)


@lru_cache(maxsize=512)
def _compiled(selector: str) -> etree.XPath:
    try:
        if selector.startswith(("/", "./", "(")):
            return etree.XPath(selector)
        return CSSSelector(selector, translator="html")
    except (etree.XPathSyntaxError, SyntaxError) as error:
        raise ValueError(f"the selector {selector!r} cannot be read: {error}") from error
