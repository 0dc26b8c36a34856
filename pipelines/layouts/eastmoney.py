"""Eastmoney's answers and pages: a detail API's JSON in all its spellings, and its article pages' containers.

Which of them is asked, and in what order, is the spider's; the fragment's cleaning is `pipelines.clean`'s.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipelines.json_items import JsonRefused, load_json
from pipelines.markup import inner_html, lines_of, parse_fragment, plain, storable, text_of
from pipelines.mentions import merge_mentions, stock_list_mentions
from pipelines.page import Hints
from pipelines.publisher import line_texts, printed_authors, printed_publisher
from storage.reasons import Reason

MAX_AUTHORS = 20
MAX_LIST = 500

_DETAIL_PATH = re.compile(r"/GetN(?:ews|otice)Text\.do$", re.IGNORECASE)
_NEWSINFO_PATH = re.compile(r"/kuaixun/v[0-9]/api/(?:article/[A-Za-z]{0,2}[0-9]+|content/getnews)/?$", re.IGNORECASE)

_WRAPPERS = ("data", "Data", "news", "result", "article", "record", "records", "items", "list")
_IDS = ("infoCode", "infocode", "InfoCode", "Art_Code", "art_code", "code", "newsid", "newsId", "NewsId", "Id", "id")
_TITLES = ("title", "Title", "Art_Title", "art_title")
_BODIES = ("content", "Content", "Art_Content", "text", "Text", "body", "Body")
"""In the order of preference: `content` is HTML where both it and `text` are filled."""
_PUBLISHERS = ("from", "medianame", "mediaName", "MediaName", "Art_Media_Name", "source", "Source", "From")
_TIMES = (
    "showtime", "showTime", "datetime", "Art_ShowTime", "Date", "date", "showDateTime", "display_time", "updateTime",
)  # fmt: skip
_SUMMARIES = ("digest", "simdigest", "description", "Art_Guidance", "summary", "Summary")
_AUTHORS = ("Author", "author", "authors", "Art_Author")
_SECURITIES = ("stockList", "reletecodes")

_INFO_CODE = re.compile(r"(?:[A-Z]{2})?[0-9]{15,24}")
_PLACEHOLDER = re.compile(r"<!--\s{0,9}([A-Za-z_]{1,20})#?([0-9]{0,4})\s{0,9}-->")
_TAG = re.compile(r"<[^<>]{0,5000}>")
_CAPTCHA = re.compile(
    r"验证码|访问验证|安全验证|人机验证|滑动验证|访问过于频繁|captcha|aliyun_?waf|/punish|punish\?|USER_VALIDATE",
    re.IGNORECASE,
)
_BY_AUTHOR = re.compile(r"[,，;；/]\s*|、")
_PRINTED_TIME = re.compile(r"(?:[0-9]{4}\s?[年/.-]\s?)?[0-9]{1,2}\s?[月/.-]\s?[0-9]{1,2}(?!\d)|[0-9]{1,2}:[0-9]{2}")
_ITEM_LABEL = re.compile(r"(来源|作者|编辑|责任编辑|责编|记者|原标题|发布时间|时间|日期)\s?[：:]\s?")
_ORIGINAL_TITLE = re.compile(r"原标题\s?[：:]\s?")

_CONTAINERS = (
    './/*[@id="ContentBody"]',
    './/article[@id="zwtext"]',
    './/div[contains(concat(" ", normalize-space(@class), " "), " Body ")]',
    './/div[contains(concat(" ", normalize-space(@class), " "), " content_text ")]',
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an answer is no article: blocked, gone, or no-article."""

    reason: Reason
    text: str


def is_detail(url: str) -> bool:
    """Tell whether an address is one of Eastmoney's detail APIs (JSON), not a page.

    GetNewsText.do counts on any host: it was served from bare addresses and proxies, too.

    >>> is_detail("https://newsinfo.eastmoney.com/kuaixun/v2/api/article/202205302396671645?guid=1")
    True
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if _DETAIL_PATH.search(parts.path):
        return True
    return (host == "eastmoney.com" or host.endswith(".eastmoney.com")) and bool(_NEWSINFO_PATH.search(parts.path))


def read_detail(body: bytes) -> Hints | Refusal:
    """Read one answer of a detail API, in any form that Eastmoney has used.

    `body` is UTF-8 (with or without a mark) or GBK, plain JSON, JSONP or a script's assignment. A field of a wrong
    type is absent. `Hints.html` is the body as the API gave it: `content`, else `text`; of getnews, with its
    placeholders filled from the answer's own lists. Times and ids are unread, "NW" is not added to an id.
    """
    try:
        answer = load_json(body)
    except JsonRefused as refused:
        reason = Reason.NO_ARTICLE if refused.reason is Reason.BAD_LIST else refused.reason
        return Refusal(_captcha_or(reason, body.decode("utf-8", "replace")), f"Eastmoney's detail API: {refused}")
    article = _article_in(answer)
    if article is not None:
        return _hints(article)
    return _refusal(answer)


def read_page(root: HtmlElement) -> Hints | None:
    """Read one of Eastmoney's article pages (three templates and the WAP page), None where it has no body container.

    `Hints.html` is the inside of the container, furniture included. The tree is not changed.
    """
    container = next((found[0] for path in _CONTAINERS if (found := root.xpath(path))), None)
    if container is None:
        return None
    details = _details(root)
    return Hints(
        title=_page_title(root) or None,
        summary=_first_text(root, "abstract", "b-review", "digest_content") or None,
        html=storable(inner_html(container)),
        publisher=printed_publisher(container) or details.publisher,
        authors=details.authors or printed_authors("\n".join(line_texts(lines_of(container)))),
        published=details.published,
    )


def missing(hints: Hints) -> tuple[str, ...]:
    """Give which of body, title, published and publisher a detail, merged with its list's hints, still lacks.

    A publisher that the body itself prints (p.em_media, 来源：…) is not missing.
    """
    has_body = any(_has_content(body) for body in (hints.html, hints.text))
    printed = hints.publisher or (
        printed_publisher(parse_fragment(hints.html or hints.text or "")) if has_body else None
    )
    present = {"body": has_body, "title": hints.title, "published": hints.published, "publisher": printed}
    return tuple(name for name, value in present.items() if not value)


def merge(first: Hints, later: Hints) -> Hints:
    """Give the hints of both: what `first` says wins, field by field; mentions are of both.

    Whether the text is partial goes with the body that won.
    """
    values = {one.name: getattr(first, one.name) or getattr(later, one.name) for one in fields(Hints)}
    owners = [one for one in (first, later) if _has_content(one.html) or _has_content(one.text)]
    if owners:
        values["html"], values["text"], values["partial"] = owners[0].html, owners[0].text, owners[0].partial
    values["mentions"] = merge_mentions(first.mentions, later.mentions)
    return Hints(**values)


def _article_in(answer: object) -> Mapping[str, object] | None:
    """Give the object that holds the article: the outermost with a body or a title, at most three wrappers deep."""
    level: list[object] = [answer]
    for _ in range(4):
        objects = [one for one in level if isinstance(one, dict)]
        for one in objects:
            if any(_string(one.get(key)) for key in (*_BODIES, *_TITLES)):
                return one
        inner = [one[key] for one in objects for key in _WRAPPERS if key in one]
        level = [value[0] if isinstance(value, list) and value else value for value in inner]
    return None


def _refusal(answer: object) -> Refusal:
    said = json.dumps(answer, ensure_ascii=False)[:20_000]
    if _CAPTCHA.search(said):
        return Refusal(Reason.CAPTCHA, f"Eastmoney asks for a verification instead of answering: {said[:120]}")
    if answer is None or (isinstance(answer, dict) and any(key in answer and not answer[key] for key in _WRAPPERS)):
        return Refusal(Reason.GONE, f"Eastmoney has no such article (any more): {said[:120]}")
    return Refusal(Reason.NO_ARTICLE, f"Eastmoney's answer holds neither a title nor a text: {said[:120]}")


def _captcha_or(reason: Reason, text: str) -> Reason:
    return Reason.CAPTCHA if _CAPTCHA.search(text[:20_000]) else reason


def _hints(article: Mapping[str, object]) -> Hints:
    values = (article.get(key) for key in _SECURITIES)
    securities = [one for value in values if isinstance(value, list) for one in value[:MAX_LIST]]
    return Hints(
        external_id=_id(article),
        title=_first(article, _TITLES),
        summary=_first(article, _SUMMARIES),
        html=_body(article),
        publisher=_first(article, _PUBLISHERS),
        authors=tuple(dict.fromkeys(_authors(article)))[:MAX_AUTHORS],
        published=_time(article),
        mentions=stock_list_mentions(securities),
    )


def _string(value: object) -> str:
    return value if isinstance(value, str) and value.strip() else ""


def _first(article: Mapping[str, object], keys: tuple[str, ...]) -> str | None:
    return next((text for key in keys if (text := storable(_string(article.get(key))).strip())), None)


def _id(article: Mapping[str, object]) -> str | None:
    values = (article.get(key) for key in _IDS)
    texts = (str(value).strip() for value in values if isinstance(value, str | int) and not isinstance(value, bool))
    return next((text for text in texts if _INFO_CODE.fullmatch(text)), None)


def _time(article: Mapping[str, object]) -> str | None:
    for key in _TIMES:
        value = article.get(key)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return str(value) if value < 10**17 else None
        if text := storable(_string(value)).strip():
            return text
    return None


def _authors(article: Mapping[str, object]) -> Iterator[str]:
    for key in _AUTHORS:
        value = article.get(key)
        for one in value[:MAX_LIST] if isinstance(value, list) else (value,):
            yield from (name for part in _BY_AUTHOR.split(_string(one)[:1_000]) if (name := plain(part)))


def _body(article: Mapping[str, object]) -> str | None:
    """Give the first body with something to read or see; else the first that is not empty at all."""
    bodies = [text for key in _BODIES if (text := _string(article.get(key)))]
    chosen = next((text for text in bodies if _has_content(text)), bodies[0] if bodies else None)
    if chosen is None:
        return None
    return storable(_filled(chosen, article) if "images" in article or "links" in article else chosen)


def _has_content(body: str | None) -> bool:
    """Tell whether a body holds words, a picture, or the place of one."""
    if not body or not body.strip():
        return False
    return "<img" in body.lower() or "<!--IMG#" in body or bool(plain(html.unescape(_TAG.sub("", body))))


def _filled(body: str, article: Mapping[str, object]) -> str:
    """Put an answer's pictures and the words of its links where getnews left a comment for each, and drop the others.

    Eastmoney's own chart comments stay: they say what is no content.
    Source: `<!--IMG#3-->` and `<!--Link#0-->` are numbered from 0.
    """

    def fill(match: re.Match[str]) -> str:
        if match[1].startswith("EM_"):
            return match[0]
        listed = article.get({"IMG": "images", "LINK": "links"}.get(match[1].upper(), ""))
        position = int(match[2]) if match[2] else -1
        if not isinstance(listed, list) or not 0 <= position < len(listed) or not isinstance(listed[position], dict):
            return ""
        entry: Mapping[str, object] = listed[position]
        return _image_tag(entry) if match[1].upper() == "IMG" else html.escape(_string(entry.get("text")), quote=False)

    return _PLACEHOLDER.sub(fill, body)


def _image_tag(image: Mapping[str, object]) -> str:
    source = _string(image.get("src"))
    if not source:
        return ""
    sides = ((side, str(image.get(side) or "")) for side in ("width", "height"))
    told = "".join(
        f' {side}="{html.escape(value)}"' for side, value in sides if re.fullmatch(r"[0-9]{1,5}(?:px)?", value)
    )
    return f'<img src="{html.escape(source)}"{told}>'


@dataclass(frozen=True, slots=True)
class _Details:
    published: str | None
    publisher: str | None
    authors: tuple[str, ...]


def _details(root: HtmlElement) -> _Details:
    """Read the line below the title: `.infos .item`, or `.time` and `.source`, each in any order."""
    published: str | None = None
    publisher: str | None = None
    authors: list[str] = []
    for text in _texts(root, "item", inside="infos") + _texts(root, "time") + _texts(root, "source"):
        label = _ITEM_LABEL.match(text)
        value = text[label.end() :] if label else text
        if label and label[1] in {"作者", "记者"}:
            authors += printed_authors(f"作者：{value}")
        elif label is None or label[1] in {"来源", "发布时间", "时间", "日期"}:
            is_time = bool(_PRINTED_TIME.search(value))
            published = published or (value if is_time and value else None)
            publisher = publisher or (value if not is_time and 0 < len(value) <= 40 else None)  # noqa: PLR2004
    return _Details(published, publisher, tuple(dict.fromkeys(authors)))


def _page_title(root: HtmlElement) -> str:
    candidates = _texts(root, "title", inside="contentwrap") + [text_of(one) for one in root.iter("h1")][:1]
    candidates += _texts(root, "atitle") + _texts(root, "title")[:1] + [text_of(one) for one in root.iter("title")][:1]
    original = [_ORIGINAL_TITLE.sub("", text) for text in _texts(root, "zwothers") if _ORIGINAL_TITLE.match(text)]
    return next(filter(None, candidates + original), "")


def _first_text(root: HtmlElement, *names: str) -> str:
    return next((text for name in names for text in _texts(root, name) if text), "")


def _texts(root: HtmlElement, name: str, *, inside: str = "") -> list[str]:
    """Give the texts of at most 20 elements of a class, below elements of another class where one is named."""
    step = './/*[contains(concat(" ", normalize-space(@class), " "), " {} ")]'
    path = step.format(inside) + step.format(name)[1:] if inside else step.format(name)
    found = root.xpath(path)
    return [text for one in found[:20] if (text := text_of(one)) and len(text) <= 2_000]  # noqa: PLR2004
