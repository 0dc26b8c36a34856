"""Who wrote an article, as printed and by one name; and its authors, as printed.

A line's text is its text content: keyword links split names into several nodes (上海<a>证券</a>报).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from lxml.html import HtmlElement

from pipelines.markup import Line, lines_of, plain, text_of

MAX_NAME_CHARS = 40
MAX_LINE_CHARS = 300

LABEL = r"(?:(?:文章|稿件|新闻|新聞|信息|资料|本文)?(?:来源|來源)于?|稿源|出处|出處|(?:转载?|轉載?)自|(?i:source))"
"""What stands before the name of who an article is from."""
_SOURCE_LINE = re.compile(rf"[（(【\[]?\s?{LABEL}\s?[：:]\s?(?P<name>[^：:。！？]{{1,80}}?)\s?[）)】\]]?")
_SOURCE_FIELD = re.compile(
    rf"(?:^|[\s|｜（(【\[]){LABEL}\s?[：:]\s?(?P<name>[^\s|｜：:，,。！？（()）【】\[\]]{{1,40}})(?=[\s|｜，,。（()）【】\[\]]|$)"
)
_LABELLED = re.compile(rf"{LABEL}\s?[：:]")
_BRACKETS = str.maketrans("", "", "（）()【】[]")
_DATE_BEHIND = re.compile(r"\s?(?:19|20)[0-9]{2}\s?[-/.年].*$")
_NO_NAME = re.compile(r"[\d\s\W_]*")
_LAST_BRACKET = re.compile(r"[（(]([^（）()]{2,20})[）)]\s*$")
_PAPER = re.compile(r"[\w·]{1,18}(?:报|网|社|新闻|周刊|杂志|电视台|客户端)")
_DOTS = str.maketrans({"•": "·", "・": "·", "‧": "·", "．": "·"})

_BYLINE = re.compile(
    r"(?:[\w·]{0,12}?(?:作者|记者)\s?(?:[：:/／|｜]|\s)|文\s?[/／|｜：:]|撰文\s?[/／|｜：:\s]|(?:By|BY)\s)\s?(?P<names>.{2,100})"
)
_BRACKETED = re.compile(r"[（(【\[]([^（()）【】\[\]]{3,100})[）)】\]]")
_BETWEEN_NAMES = re.compile(r"\s?[、，,;；/／|｜&]\s?|\s(?:and|AND)\s")
_HAN_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,8}·[\u3400-\u9fff]{1,8}(?:·[\u3400-\u9fff]{1,8})?")
_LATIN_NAME = re.compile(r"[A-ZÀ-Þ][\w'’.-]{0,20}(?:\s[\w'’.-]{1,20}){1,3}")
_NO_PERSON = re.compile(
    r"编辑|记者|责编|校对|审核|来源|作者|报道|综合|整理|实习|摄影|见习|本报|本刊|公司|证券|基金|银行|研究|中心|新闻|财经|通讯|"
    r"时报|日报|晚报|网$|社$|组$|部$|等$|发自|获悉|了解|注意|注$|表示|采访"
)
MAX_AUTHORS = 20


@dataclass(frozen=True, slots=True)
class _Names:
    canonical: dict[str, str]
    sites: frozenset[str]


def printed_publisher(root: HtmlElement) -> str | None:
    """Give the publisher that a body or a page prints, without label and brackets; None where it prints none.

    `p.em_media` comes first, then a line that is nothing but 文章来源：… or 来源：… (the last such line of the
    body), then 来源：… as one of several things on a line. Empty names and names of over 40 characters are none.
    """
    for element in root.iter("p", "div", "span"):
        if "em_media" in (element.get("class") or "").split() and (name := _name_in(text_of(element))):
            return name
    return _from_lines(line_texts(lines_of(root)))


def printed_publisher_in(text: str) -> str | None:
    """Give the publisher that plain text prints: a 来源：… line, or a paper's name in brackets at the very end.

    >>> printed_publisher_in("央行今日开展操作。（中国证券报）")
    '中国证券报'
    """
    lines = [line for one in text.split("\n") if (line := plain(one))]
    if found := _from_lines(lines):
        return found
    match = _LAST_BRACKET.search(lines[-1]) if lines else None
    name = plain(match[1]) if match else ""
    return name if _PAPER.fullmatch(name) or _key(name) in _names().canonical else None


def canonical_publisher(printed: str) -> str:
    """Give the one name of a publisher: by the aliases of publishers.toml, else as printed on one line.

    >>> canonical_publisher(" 上海证券报•中国证券网 ")
    '上海证券报'
    """
    name = plain(printed)
    return _names().canonical.get(_key(name), name)


def printed_authors(text: str) -> tuple[str, ...]:
    """Give the people that a text's bylines name (作者：甲 乙, 记者 甲, 文/甲, By Jane Doe), each once; never editors.

    A byline is a whole line or stands whole in brackets; a sentence about a reporter is none.

    >>> printed_authors("证券时报记者 张三 李四")
    ('张三', '李四')
    """
    found: dict[str, None] = {}
    for line in (plain(one) for one in text.split("\n")):
        for candidate in (line if len(line) <= MAX_LINE_CHARS else "", *_BRACKETED.findall(line[-4_000:])):
            match = _BYLINE.fullmatch(candidate.strip("（）()【】[] "))
            if match is not None:
                found.update(dict.fromkeys(_people(match["names"])))
    return tuple(found)[:MAX_AUTHORS]


def site_names() -> frozenset[str]:
    """Give the names that sites print behind titles, without white space and in lower case."""
    return _names().sites


def line_texts(lines: Iterable[Line]) -> list[str]:
    return [text for line in lines if (text := line.text)]


def _from_lines(lines: list[str]) -> str | None:
    labelled = [line for line in lines if len(line) <= MAX_LINE_CHARS and _LABELLED.search(line)]
    whole = [name for line in labelled if (match := _SOURCE_LINE.fullmatch(line)) and (name := _usable(match["name"]))]
    if whole:
        return whole[-1]
    fields = (_usable(match["name"]) for line in labelled for match in _SOURCE_FIELD.finditer(line))
    return next((name for name in fields if name), None)


def _name_in(text: str) -> str | None:
    match = _SOURCE_LINE.fullmatch(text)
    return _usable(match["name"] if match else text)


def _usable(name: str) -> str | None:
    name = plain(_DATE_BEHIND.sub("", name.translate(_BRACKETS)))
    if not name or len(name) > MAX_NAME_CHARS or _NO_NAME.fullmatch(name):
        return None
    return name


def _people(names: str) -> Iterator[str]:
    for part in _BETWEEN_NAMES.split(names.strip()):
        if _LATIN_NAME.fullmatch(part) and not _NO_PERSON.search(part):
            yield part
            continue
        for word in part.split():
            if _NO_PERSON.search(word) or not _HAN_NAME.fullmatch(word):
                return
            yield word


def _key(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name.translate(_DOTS)).casefold()
    return "".join(folded.translate(_DOTS).split())


@cache
def _names() -> _Names:
    table = tomllib.loads(resources.files("pipelines").joinpath("publishers.toml").read_text("utf-8"))
    aliases: dict[str, list[str]] = table["aliases"]
    canonical = {_key(alias): name for name, others in aliases.items() for alias in (name, *others)}
    sites = [*table["site_names"], *(alias for name, others in aliases.items() for alias in (name, *others))]
    return _Names(canonical, frozenset("".join(site.split()).casefold() for site in sites))
